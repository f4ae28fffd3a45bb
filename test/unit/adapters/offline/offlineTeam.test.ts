// Whole conversations: the real team, the real reading and analysis tools over a workspace in memory, and the offline policy.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { OfflineChatModel } from '../../../../src/adapters/offline/offlineChatModel';
import { CodeAnalyzer } from '../../../../src/core/analysis/codeAnalyzer';
import { createAnalysisTools } from '../../../../src/core/analysis/analysisTools';
import type { AssistantMessage, ChatRequest, StreamPart } from '../../../../src/core/model/chatModel';
import { isFailure } from '../../../../src/core/failure';
import type { ModelCaller } from '../../../../src/core/model/modelCaller';
import { askTeam, type TeamRequest } from '../../../../src/core/routing/askTeam';
import { createMemoryTools } from '../../../../src/core/tools/team/memoryTools';
import { createReadingTools } from '../../../../src/core/tools/reading/readingTools';
import type { SymbolEntry } from '../../../../src/core/workspace/workspace';
import {
  InMemoryEditor,
  InMemoryGitChanges,
  InMemoryLanguageServices,
  InMemoryWorkspace,
  at,
  range,
} from '../../../support/inMemoryWorkspace';
import { machineClock, sharedParser } from '../../../support/sourceAnalysis';
import { MemoryFixture } from '../../../support/memoryFixture';
import { TeamFixture } from '../../../support/teamFixture';

const BASE = 'test/fixtures/sample-workspace/';
const NAMES = [
  'src/math.ts',
  'src/stock.ts',
  'src/orders.ts',
  'src/accounts.ts',
  'scripts/nightly_report.py',
  'README.md',
];

/** Calls the offline model as the engine does, without what surrounds real models. */
class OfflineCaller implements ModelCaller {
  readonly requests: ChatRequest[] = [];
  private readonly model = new OfflineChatModel();

  async call(request: ChatRequest, run: Parameters<ModelCaller['call']>[1]) {
    this.requests.push(request);
    const message: AssistantMessage = { role: 'assistant', text: '', toolCalls: [] };
    let finishReason: Extract<StreamPart, { type: 'finish' }>['reason'] = 'unknown';
    for await (const part of this.model.stream(request, run.signal)) {
      if (part.type === 'text') message.text += part.text;
      if (part.type === 'toolCall') message.toolCalls.push(part.call);
      if (part.type === 'finish') finishReason = part.reason;
      if (part.type === 'failed')
        return { kind: 'failed' as const, callId: 'c', failure: part.failure, text: message.text };
    }
    return { kind: 'completed' as const, callId: 'c', model: this.model.id, message, finishReason, usage: {} };
  }
  contextTokens(): Promise<number | undefined> {
    return Promise.resolve(undefined);
  }
}

async function setUp() {
  const files = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await readFile(BASE + name, 'utf8')] as const)),
  );
  const workspace = new InMemoryWorkspace(files);
  const languages = new InMemoryLanguageServices();
  const editor = new InMemoryEditor();
  const git = new InMemoryGitChanges();
  const ports = { workspace, languages, editor, git };
  const secrets = { scan: () => Promise.resolve([]) };
  const linters = { lint: () => Promise.resolve({ findings: [], ran: [], notes: [] }) };
  const analyzer = new CodeAnalyzer({ parser: sharedParser(), secrets, linters, clock: machineClock });
  const { memory } = new MemoryFixture();
  const tools = [
    ...createReadingTools(() => ports),
    ...createAnalysisTools(analyzer, () => ports),
    ...createMemoryTools(memory),
  ];
  const fixture = new TeamFixture({ steps: [], tools });
  const caller = new OfflineCaller();
  const ask = async (text: string, more: Partial<TeamRequest> = {}) => {
    const outcome = await askTeam({ ...fixture.services, models: caller }, { text, ...more }, fixture.recorded.context);
    assert.equal(outcome.result.kind, 'answer', JSON.stringify(outcome.result));
    const answer = outcome.result.text;
    return { agent: outcome.agent, answer, handoffs: outcome.handoffs, messages: outcome.messages };
  };
  const calls = () =>
    caller.requests
      .flatMap(({ messages }) => messages)
      .flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []));
  return { ask, ports, languages, editor, git, fixture, caller, calls, memory };
}

const selectLines = (editor: InMemoryEditor, path: string, [first, last]: [number, number]) => {
  editor.context = {
    active: {
      ...at(path),
      languageId: 'typescript',
      isDirty: false,
      cursor: { line: last, character: 0 },
      selection: { range: range(first - 1, 0, last - 1, 99), text: '…' },
    },
    tabs: [],
  };
};

const symbol = (path: string, name: string, lines: [number, number], kind = 'function'): SymbolEntry => ({
  ...at(path),
  name,
  kind,
  range: range(lines[0] - 1, 0, lines[1] - 1, 1),
});

function mentionsOffline(answer: string): void {
  assert.equal(answer.match(/no language model was used/g)?.length, 1, answer);
}

describe('The team without a model', () => {
  it('hands "is this safe?" to qa, which looks at the selection with its real tools', async () => {
    const { ask, editor, fixture } = await setUp();
    selectLines(editor, 'src/math.ts', [7, 9]);
    const { agent, answer, handoffs } = await ask('is this safe?');
    assert.equal(agent, 'qa');
    assert.deepEqual(handoffs, [{ from: 'router', to: 'qa', reason: 'the request says “safe”' }]);
    assert.match(
      answer,
      /\*\*1 finding in `src\/math\.ts`\*\*[^]*`src\/math\.ts:8`[^]*divides by `b`[^]*return a \/ b/,
    );
    mentionsOffline(answer);
    fixture.recorded.assertWhole();
    assert.deepEqual(fixture.bugs, []);
  });

  it('reports only what stands in the lines that were asked about, and names the rest apart', async () => {
    const { ask, editor } = await setUp();
    selectLines(editor, 'src/orders.ts', [14, 17]);
    const { answer } = await ask('review this');
    assert.match(
      answer,
      /1 finding[^]*SQL is put together from `customer`[^]*Outside what was asked about:\n- `src\/orders\.ts:\d+/,
    );
  });

  it('takes files from the request before the editor', async () => {
    const { ask, editor, calls } = await setUp();
    selectLines(editor, 'src/math.ts', [1, 2]);
    const { answer } = await ask('review src/stock.ts');
    assert.match(
      answer,
      /reads one element past the end of `shelf`[^]*```diff\n +-.*<= shelf\.length[^]*\+.*< shelf\.length/,
    );
    assert.ok(!calls().some(({ name }) => name === 'get_editor_context'));
  });

  it('takes files from the material that was sent along', async () => {
    const { ask, calls } = await setUp();
    const contextText = 'Selection: src/stock.ts:9-12\n```ts\nimport x from "./math.ts";\n```';
    await ask('is this correct?', { contextText });
    assert.deepEqual(
      [
        ...new Set(
          calls()
            .map(({ arguments: input }) => input['path'])
            .filter(Boolean),
        ),
      ],
      ['src/stock.ts'],
    );
  });

  it('says so when there is nothing to find', async () => {
    const { ask } = await setUp();
    const { answer } = await ask('review README.md');
    assert.match(answer, /^\*\*No findings\*\* in `README\.md`\./);
    mentionsOffline(answer);
  });

  it('does not call unchecked code free of findings', async () => {
    const { ask, fixture } = await setUp();
    const unavailable = {
      text: 'No file was analysed: there is none that could be checked.\n\nNote: Skipped: src/math.ts (parse.unavailable).',
    };
    for (const tool of fixture.services.tools.list()) {
      if (/static_analysis|security_scan/.test(tool.name))
        Object.assign(tool, { run: () => Promise.resolve(unavailable) });
      if (tool.name === 'get_diagnostics')
        Object.assign(tool, { run: () => Promise.resolve({ text: 'Failed.', isError: true }) });
    }
    const { answer } = await ask('is src/math.ts safe?');
    assert.match(answer, /^Nothing could be checked in `src\/math\.ts`\.[^]*parse\.unavailable/);
  });

  it('reviews the whole project when that is asked', async () => {
    const { ask, calls } = await setUp();
    const { answer } = await ask('scan the whole project for security problems');
    assert.match(answer, /src\/orders\.ts[^]*src\/accounts\.ts|src\/accounts\.ts[^]*src\/orders\.ts/);
    assert.ok(!/7c1f9e2b/.test(answer));
    assert.ok(calls().every(({ arguments: input }) => input['path'] === undefined));
  });

  it('reviews the files that git calls changed', async () => {
    const { ask, git } = await setUp();
    git.result = {
      files: [{ ...at('src/stock.ts'), status: 'modified', staged: false }],
      diff: 'diff --git a/src/stock.ts b/src/stock.ts\n',
    };
    const { answer } = await ask('review my changes');
    assert.match(answer, /`src\/stock\.ts:10`/);
  });

  it('passes a failed look-up on instead of inventing something', async () => {
    const { ask } = await setUp();
    const { answer } = await ask('review src/missing.ts');
    assert.match(answer, /`static_analysis`: .*missing\.ts/);
    assert.doesNotMatch(answer, /No findings/);
    mentionsOffline(answer);
  });

  it('lets dev propose exact replacements and say what it can not do', async () => {
    const { ask, languages } = await setUp();
    languages.problems.push({
      ...at('src/stock.ts'),
      range: range(9),
      severity: 'error',
      message: "Object is possibly 'undefined'.",
      source: 'ts',
      code: '2532',
    });
    const { agent, answer } = await ask('fix the loop in src/stock.ts');
    assert.equal(agent, 'dev');
    assert.match(
      answer,
      /Fixes that are sure[^]*-.*i <= shelf\.length[^]*\+.*i < shelf\.length[^]*To be fixed by hand[^]*`src\/stock\.ts:10` major: Object is possibly 'undefined'/,
    );
    assert.match(answer, /can't write new code/);
    mentionsOffline(answer);
  });

  it('looks at the code that tests are for, not at those that show how they are written', async () => {
    const { ask, calls } = await setUp();
    const asked =
      'Write tests for this code.\nRead src/math.ts first. Run the new tests and repair them until they pass.';
    const { answer } = await ask(asked, {
      start: { agent: 'dev', by: 'option' },
      contextText: '## src/stock.ts (typescript)\n1\texport {};',
    });
    assert.match(answer, /can't write new code/);
    const paths = calls().map(({ arguments: input }) => input['path']);
    assert.deepEqual([...new Set(paths.filter(Boolean))], ['src/stock.ts']);
  });

  it('lets writer document real symbols with their real parameters', async () => {
    const { ask, languages } = await setUp();
    languages.outlines.set('src/math.ts', [
      symbol('src/math.ts', 'sum', [2, 4]),
      symbol('src/math.ts', 'divide', [7, 9]),
      symbol('src/math.ts', 'roundCents', [17, 19]),
    ]);
    const { agent, answer } = await ask('document src/math.ts');
    assert.equal(agent, 'writer');
    assert.match(answer, /\| `divide` \| function \| `a`, `b` \| Shares an amount evenly\. \| 7 \|/);
    mentionsOffline(answer);
  });

  it('drafts comments where there are none, in the form of the language', async () => {
    const { ask, languages } = await setUp();
    languages.outlines.set('scripts/nightly_report.py', [
      symbol('scripts/nightly_report.py', 'best_sellers', [16, 20]),
    ]);
    const { answer } = await ask('document scripts/nightly_report.py');
    assert.match(answer, /```python\n"""…\n\nArgs:\n {4}orders: …\n {4}limit: …\n\nReturns:/);
  });

  it('explains by signature, comment and calls, in the selected lines', async () => {
    const { ask, languages, editor } = await setUp();
    languages.outlines.set('src/math.ts', [
      symbol('src/math.ts', 'divide', [7, 9]),
      symbol('src/math.ts', 'average', [12, 14]),
    ]);
    selectLines(editor, 'src/math.ts', [12, 14]);
    const { agent, answer } = await ask('explain this');
    assert.equal(agent, 'writer');
    assert.match(
      answer,
      /\*\*function `average`\*\* \(`src\/math\.ts:12-14`\): The mean rating of a book\. Takes `values`\. Calls `divide`, `sum`\.\n {2}`export function average\(values: number\[\]\): number`/,
    );
    assert.doesNotMatch(answer, /`divide`\*\*/);
  });

  it('lists what changed for a changelog', async () => {
    const { ask, git } = await setUp();
    git.result = { files: [{ ...at('src/a.ts'), status: 'modified', staged: false }], diff: '' };
    const { answer } = await ask('write a changelog entry for my changes');
    assert.match(answer, /- …: `src\/a\.ts`/);
  });

  it('lets researcher answer with definition, references and text matches', async () => {
    const { ask, languages } = await setUp();
    languages.outlines.set('src/math.ts', [symbol('src/math.ts', 'divide', [7, 9])]);
    languages.usages.set('src/math.ts:6:16', [
      { ...at('src/math.ts'), range: range(12), preview: '  return divide(sum(values), values.length);' },
    ]);
    const { agent, answer } = await ask('where is `divide` used?');
    assert.equal(agent, 'researcher');
    assert.match(answer, /`src\/math\.ts:13`/);
    mentionsOffline(answer);
  });

  it('says that nothing was found rather than guess', async () => {
    const { ask } = await setUp();
    const { answer } = await ask('where is `frobnicate` used?');
    assert.match(answer, /^Nothing found for `frobnicate`/);
  });

  it('gives agents that it does not know a craft by the request, with the tools that they have', async () => {
    const { ask, fixture, calls } = await setUp();
    fixture.registry.register({
      name: 'sql-guard',
      description: 'Guards the database queries.',
      source: 'file',
      prompt: 'You review queries for injection.',
      tools: ['security_scan'],
      handoffs: [],
    });
    const { agent, answer } = await ask('Guard the database queries in src/orders.ts: are they safe?');
    assert.equal(agent, 'sql-guard');
    assert.match(answer, /SQL is put together/);
    assert.deepEqual([...new Set(calls().map(({ name }) => name))], ['security_scan']);
  });

  it('keeps what it is asked to remember, and finds it again', async () => {
    const { ask, memory, calls } = await setUp();
    const kept = await ask('Please remember that the nightly build runs with make all, on port 8080.', {
      start: { agent: 'dev', by: 'mention' },
    });
    assert.match(kept.answer, /^Kept "the nightly build runs with make" as version 1\./);
    mentionsOffline(kept.answer);
    const entry = await memory.read('workspace', 'the nightly build runs with make');
    assert.ok(entry && !isFailure(entry));
    assert.deepEqual([entry.value, entry.author], ['the nightly build runs with make all, on port 8080.', 'dev']);
    const found = await ask('What do you remember about the build?', { start: { agent: 'researcher', by: 'mention' } });
    assert.match(found.answer, /^- the nightly build runs with make: .*port 8080/);
    assert.deepEqual([...new Set(calls().map(({ name }) => name))], ['memory_write', 'memory_search']);
  });

  it('gives the same answer to the same request, and ends within few rounds', async () => {
    for (const request of [
      'is this safe?',
      'explain src/math.ts',
      'where is Order used?',
      'fix src/stock.ts',
      'overview of the architecture',
      'hello',
      '',
    ]) {
      const [first, second] = [await setUp(), await setUp()];
      const [one, two] = [await first.ask(request), await second.ask(request)];
      assert.equal(one.answer, two.answer);
      assert.ok(first.caller.requests.length <= 6, `${request}: ${first.caller.requests.length}`);
      mentionsOffline(one.answer);
    }
  });

  it('follows up in a thread on what is asked now', async () => {
    const { ask } = await setUp();
    const { messages } = await ask('review src/stock.ts');
    const { answer } = await ask('and src/orders.ts?', {
      threadMessages: messages,
      start: { agent: 'qa', by: 'thread' },
    });
    assert.match(answer, /src\/orders\.ts/);
    assert.doesNotMatch(answer, /src\/stock\.ts/);
  });
});
