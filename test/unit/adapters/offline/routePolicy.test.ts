import assert from 'node:assert/strict';
import { chooseTransfer, isGoal, splitSteps } from '../../../../src/adapters/offline/routePolicy';
import { BUILT_IN_AGENTS } from '../../../../src/core/agents/builtInAgents';
import { transferToolName } from '../../../../src/core/agents/agentNames';
import type { ToolSchema } from '../../../../src/core/model/chatModel';

const tool = (agent: string, description: string): ToolSchema => ({
  name: transferToolName(agent),
  description,
  inputSchema: { type: 'object' },
});
const TEAM = [
  ...BUILT_IN_AGENTS.map(({ name, description }) => tool(name, `Hands the request to ${name}. ${description}`)),
  tool('supervisor', 'Plans several tasks.'),
];

const TABLE: Record<string, string[]> = {
  qa: [
    'is this safe?',
    'Is this code secure?',
    'Review my changes',
    'please review the selection',
    'Check src/math.ts for bugs',
    'Are there any security vulnerabilities in this file?',
    'find bugs in this function',
    'Does this leak memory?',
    'run the tests',
    'Do the tests pass?',
    'scan the project for secrets',
    'What is wrong with this?',
    'Is this correct?',
    'any problems here?',
    'lint this file',
    'audit the login code',
    'Überprüfe diese Datei auf Fehler',
    'Ist das sicher?',
    'Est-ce que ce code est sûr ? Vérifie-le',
    'Revisa este archivo',
    'is it well tested?',
  ],
  dev: [
    'Fix the off-by-one error in stock.ts',
    'fix this',
    'Fix the failing tests',
    'Implement pagination for the catalogue',
    'Add a parameter for the currency',
    'Refactor this class',
    'rename divide to quotient',
    'Write a function that parses ISBNs',
    'write unit tests for split',
    'Make this faster, optimise it',
    'remove the eval call',
    'convert this to async/await',
    'Create an endpoint for orders',
    'repair the division by zero',
    'Behebe den Fehler in math.ts',
    'Corrige cette fonction',
    'Arregla el error',
    'handle the empty list',
    'update the price calculation',
    'hello',
  ],
  writer: [
    'Explain this code',
    'explain what divide does',
    'Document this function',
    'Add doc comments to this class',
    'Write a README for this project',
    'update the docs',
    'what does this do?',
    'Write a changelog entry for my changes',
    'summarise this file',
    'Describe the module in plain words',
    'Generate JSDoc for all exports',
    'suggest a commit message',
    'Erkläre diesen Code',
    'Explique ce fichier',
    'Explica este código',
    'add comments',
  ],
  researcher: [
    'Where is divide used?',
    'who calls hashPassword?',
    'find all usages of Catalogue',
    'Which files read the database?',
    'How does the checkout work?',
    'how is the project structured?',
    'Give me an overview of the architecture',
    'list all places that throw',
    'Show me the definition of Order',
    'look up the callers of split',
    'Wo wird divide verwendet?',
    '¿Dónde se usa divide?',
    'Où est utilisé divide ?',
    'trace the data flow of an order',
    'how many modules are there',
    'what else?',
  ],
  supervisor: [
    'Add validation to the API, write the tests, review the result and update the docs',
    'Find the slow queries, then fix them, then document the change',
    '1. Fix the bug in math.ts\n2. Review it\n3. Update the README',
  ],
};

describe('The offline router', () => {
  for (const [agent, requests] of Object.entries(TABLE)) {
    for (const request of requests) {
      it(`hands ${JSON.stringify(request)} to ${agent}`, () => {
        assert.equal(
          chooseTransfer(request, TEAM)?.name,
          transferToolName(agent),
          JSON.stringify(chooseTransfer(request, TEAM)),
        );
      });
    }
  }

  it('gives an honest reason with the words that decided', () => {
    assert.deepEqual(chooseTransfer('is this safe?', TEAM)?.input, { reason: 'the request says “safe”' });
    assert.deepEqual(chooseTransfer('hello', TEAM)?.input, {
      reason: 'no word of the request points to a particular agent',
    });
  });

  it('prefers an agent of the workspace whose own words the request uses', () => {
    const team = [
      ...TEAM,
      tool(
        'db-migrations',
        'Hands the request to db-migrations. Writes and reviews migrations of the Postgres schema.',
      ),
    ];
    const transfer = chooseTransfer('Add a migration that adds a column to the Postgres schema', team);
    assert.equal(transfer?.name, 'transfer_to_db-migrations');
    assert.match(String(transfer.input['reason']), /migration.*description/);
    assert.equal(chooseTransfer('is this safe?', team)?.name, 'transfer_to_qa');
  });

  it('chooses among those that are offered only', () => {
    assert.equal(
      chooseTransfer(
        'is this safe?',
        TEAM.filter(({ name }) => name !== 'transfer_to_qa'),
      )?.name,
      'transfer_to_researcher',
    );
    assert.equal(chooseTransfer('is this safe?', [tool('writer', 'Writes.')])?.name, 'transfer_to_writer');
    assert.equal(chooseTransfer('is this safe?', []), undefined);
  });

  it('takes no word from code in the request', () => {
    assert.equal(
      chooseTransfer('explain this\n```ts\n// fix the security bug, review it\n```', TEAM)?.name,
      'transfer_to_writer',
    );
    assert.equal(chooseTransfer('where is `fixReview` used?', TEAM)?.name, 'transfer_to_researcher');
  });

  it('takes one change with its tests for no goal', () => {
    assert.equal(isGoal('Fix the bug and add a test'), false);
    assert.equal(isGoal('Refactor this, please'), false);
    assert.deepEqual(splitSteps('Fix the bug, then document it').length, 2);
  });
});
