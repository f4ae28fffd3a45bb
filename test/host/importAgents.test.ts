// Agents and rules of other tools in the real editor: found, shown, written without touching what is there.
import * as assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { AgentTeamApi } from '../../src/api';
import type { ImportOutcome } from '../../src/vscode/agents/import/agentImport';
import { agentText, agentUri, at, until, write } from './support/agentFiles';
import { teamApi } from './support/team';
import { closeAll } from './support/workspaceFiles';

const ROO = `customModes:
  - slug: docs-writer
    name: Docs writer
    roleDefinition: You write documentation.
    groups:
      - read
      - - edit
        - fileRegex: \\.md$
      - mcp
`;
const CHAT_MODE =
  "---\ndescription: Plans work\ntools: ['codebase', 'fetch', 'fixture_weather']\nmodel: GPT-5\n---\nPlan first.\n";
const RULE = '---\nglobs: *.ts,src/**/*.tsx\n---\n# Types\nNo any.\n';

describe('importing agents', () => {
  let api: AgentTeamApi;
  let instructions: string;
  const textOf = (uri: vscode.Uri) => readFile(uri.fsPath, 'utf8');
  const importAgents = (args?: object) =>
    vscode.commands.executeCommand<ImportOutcome>('agentTeam.importAgents', args ?? {});
  before(async () => {
    api = await teamApi();
    instructions = await textOf(at('AGENTS.md'));
  });
  beforeEach(async () => {
    await write(at('.roomodes'), ROO);
    await write(at('.github/chatmodes/planner.chatmode.md'), CHAT_MODE);
    await write(at('.cursor/rules/types.mdc'), RULE);
    await write(at('.clinerules/empty.md'), '\n');
  });
  afterEach(async () => {
    await closeAll();
    for (const path of ['.github', '.roomodes', '.cursor', '.clinerules']) {
      await vscode.workspace.fs.delete(at(path), { recursive: true }).then(undefined, () => undefined);
    }
    await write(at('AGENTS.md'), instructions);
    await until('the agents of the files to go', () => api.agents.list().every(({ source }) => source !== 'file'));
  });

  it('tells what it would do, without a question and without writing', async () => {
    const outcome = await importAgents();
    assert.deepEqual(outcome, {
      applied: false,
      created: ['.github/agents/planner.agent.md', '.github/agents/docs-writer.agent.md'],
      changed: ['AGENTS.md'],
      failed: [],
      present: [],
      faults: [{ source: '.clinerules/empty.md', message: 'There is no text in it.' }],
      notes: [
        { source: '.github/chatmodes/planner.chatmode.md', name: 'planner', message: 'no such tools here: fetch' },
        {
          source: '.github/chatmodes/planner.chatmode.md',
          name: 'planner',
          message: 'works once these tools are there: fixture_weather',
        },
        {
          source: '.github/chatmodes/planner.chatmode.md',
          name: 'planner',
          message: 'the model GPT-5 is left to your settings',
        },
        { source: '.roomodes', name: 'docs-writer', message: 'that it may edit only \\.md$ is told, not enforced' },
        { source: '.roomodes', name: 'docs-writer', message: 'tools of MCP servers have to be chosen for the agent' },
        {
          source: '.cursor/rules/types.mdc',
          name: 'Types',
          message: 'that it is about *.ts, src/**/*.tsx is told in words',
        },
      ],
    });
    assert.equal(await textOf(at('AGENTS.md')), instructions);
    await assert.rejects(textOf(agentUri('planner')));
  });

  it('makes agents that the team has at once, and adds rules to AGENTS.md; a second time brings nothing', async () => {
    const outcome = await importAgents({ apply: true });
    assert.deepEqual([outcome.applied, outcome.failed], [true, []]);
    const made = await until('the imported agents', () => {
      const found = api.agents.list().filter(({ source }) => source === 'file');
      return found.length === 2 && found;
    });
    const planner = made.find(({ name }) => name === 'planner');
    assert.equal(planner?.description, 'Plans work');
    assert.ok(planner.tools.includes('search_text') && planner.tools.includes('fixture_weather'));
    assert.ok(!planner.tools.includes('edit_file'));
    assert.match(await textOf(agentUri('docs-writer')), /^tools: \[read, search, edit\]$[^]*Edit only files/m);
    const after = await textOf(at('AGENTS.md'));
    assert.ok(after.startsWith(instructions.trimEnd()));
    assert.match(
      after,
      /## Types\n\n<!-- imported from \.cursor\/rules\/types\.mdc -->\n\nFor files that match `\*\.ts`, `src\/\*\*\/\*\.tsx`:\n\n### Types\nNo any\.\n$/,
    );
    const again = await importAgents({ apply: true });
    assert.deepEqual([again.created, again.changed], [[], []]);
    assert.deepEqual(again.present, ['.github/chatmodes/planner.chatmode.md', '.roomodes', '.cursor/rules/types.mdc']);
    assert.equal(await textOf(at('AGENTS.md')), after);
  });

  it('takes another name where a file or an agent has it, and leaves both alone', async () => {
    const mine = agentText('name: planner\ndescription: Mine.');
    await write(agentUri('planner'), mine);
    await write(at('.github/chatmodes/qa.chatmode.md'), 'You test.');
    const files = ['.github/chatmodes/planner.chatmode.md', '.github/chatmodes/qa.chatmode.md'];
    const { created } = await importAgents({ files, apply: true });
    assert.deepEqual(created, ['.github/agents/planner-2.agent.md', '.github/agents/qa-2.agent.md']);
    assert.equal(await textOf(agentUri('planner')), mine);
    const qa = await until('both', () => api.agents.list().some(({ name }) => name === 'qa-2') && api.agents.list());
    assert.equal(qa.find(({ name }) => name === 'qa')?.source, 'built-in');
  });

  it('keeps what is typed in AGENTS.md, unsaved', async () => {
    const editor = await vscode.window.showTextDocument(at('AGENTS.md'));
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'Typed.\n'));
    const { changed } = await importAgents({ files: ['.cursor/rules/types.mdc'], apply: true });
    assert.deepEqual(changed, ['AGENTS.md']);
    const text = editor.document.getText();
    assert.ok(text.startsWith('Typed.\n') && text.includes('## Types'));
    assert.ok(editor.document.isDirty);
    assert.equal(await textOf(at('AGENTS.md')), instructions);
  });

  it('says which files it does not know', async () => {
    await assert.rejects(async () => importAgents({ files: ['src/math.ts'] }), /src\/math\.ts is no file/);
    await assert.rejects(async () => importAgents({ apply: false }), /arguments/);
  });
});
