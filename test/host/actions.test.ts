// Actions on code, tools for other agents and the health page, in the real editor.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunResult } from '../../src/api';
import { untilPasses } from '../support/until';
import { configure, teamApi, useScriptedServer } from './support/team';
import { closeAll, WorkspaceFiles } from './support/workspaceFiles';

describe('actions on code', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  const files = new WorkspaceFiles('acted-on');
  before(async () => {
    await teamApi();
    // Each action shows its run there: what opening the chat takes for the first time is not what is tested here.
    await vscode.commands.executeCommand('agentTeam.focusChat');
    await files.write('area.ts', 'export function area(w: number, h: number) {\n  return w * h;\n}\n');
  });
  afterEach(closeAll);
  after(() => files.dispose());

  it('document: writer gets the code and the convention, and its comments are a change set', async () => {
    await files.open('area.ts');
    const path = files.pathOf('area.ts');
    const edits = [{ oldText: 'export function area', newText: '/** The area. */\nexport function area' }];
    server().script(
      { reply: { toolCalls: [{ name: 'edit_file', arguments: { path, edits } }] } },
      { reply: { text: 'Documented.' } },
    );
    const result = await vscode.commands.executeCommand<RunResult>('agentTeam.documentSelection');
    assert.equal(result.agent, 'writer');
    assert.equal(result.status, 'completed', result.error?.message);
    assert.deepEqual(
      result.changes.map((change) => [change.path, change.status, change.added]),
      [[path, 'proposed', 1]],
      JSON.stringify(server().requests.at(-1)?.body.messages.at(-1)),
    );
    assert.match(JSON.stringify(server().requests[0]?.body.messages), /TSDoc/);
    const api = await teamApi();
    assert.match(api.runs.list().find(({ runId }) => runId === result.runId)?.title ?? '', /^Document area\.ts/);
  });

  it('generate tests: dev is told the runner and the nearest tests', async () => {
    await files.open('area.ts');
    server().script({ reply: { text: 'No tests today.' } });
    const result = await vscode.commands.executeCommand<RunResult>('agentTeam.generateTests');
    assert.equal(result.agent, 'dev');
    const asked = JSON.stringify(server().requests[0]?.body.messages);
    assert.match(asked, /Tests run with/);
    assert.match(asked, /math\.test\.ts/);
  });

  it('generate tests: without a model it says so, and changes no code that it was not asked about', async () => {
    await configure({ provider: 'offline' });
    try {
      await files.open('area.ts');
      const result = await vscode.commands.executeCommand<RunResult>('agentTeam.generateTests');
      assert.equal(result.status, 'completed', result.error?.message);
      assert.deepEqual(result.changes, []);
      assert.match(result.text, /area\.ts[^]*can't write new code/);
    } finally {
      await configure({ provider: 'openai' });
    }
  });

  it('are one run where they are started twice at once', async () => {
    await files.open('area.ts');
    server().script({ reply: { text: 'Nothing to add.' } });
    const twice = ['agentTeam.documentSelection', 'agentTeam.documentSelection'];
    const [one, other] = await Promise.all(twice.map((id) => vscode.commands.executeCommand<RunResult>(id)));
    assert.equal(one?.runId, other?.runId);
    assert.equal(server().requests.length, 1);
  });

  it('fix problems: says so where there is none', async () => {
    await files.open('area.ts');
    assert.equal(await vscode.commands.executeCommand('agentTeam.fixDiagnostics'), undefined);
  });

  it('fix the problem that the light bulb is on, be it a hint, and no other', async () => {
    const { document } = await files.open('area.ts');
    const collection = vscode.languages.createDiagnosticCollection('test');
    try {
      const { Error, Hint } = vscode.DiagnosticSeverity;
      collection.set(document.uri, [
        new vscode.Diagnostic(new vscode.Range(0, 0, 0, 6), 'Elsewhere.', Error),
        new vscode.Diagnostic(new vscode.Range(1, 2, 1, 8), 'Could be shorter.', Hint),
      ]);
      server().script({ reply: { text: 'It is short enough.' } });
      const at = (line: number) => ({ start: { line, character: 2 }, end: { line, character: 8 } });
      const fix = (line: number) =>
        vscode.commands.executeCommand<RunResult | undefined>('agentTeam.fixDiagnostics', {
          uri: document.uri.toString(),
          range: at(line),
        });
      assert.equal((await fix(1))?.agent, 'dev');
      const asked = JSON.stringify(server().requests[0]?.body.messages);
      assert.match(asked, /line 2: hint: Could be shorter\./);
      assert.doesNotMatch(asked, /line 1: error/);
      assert.equal(await fix(2), undefined);
    } finally {
      collection.dispose();
    }
  });

  it('write a commit message from new files too', async () => {
    await files.write('brand-new.ts', 'export const brandNew = true;\n');
    server().script({ reply: { text: '```\nAdd what is brand new\n```' } });
    const message = await vscode.commands.executeCommand<string>('agentTeam.writeCommitMessage');
    assert.equal(message, 'Add what is brand new');
    const asked = JSON.stringify(server().requests[0]?.body.messages);
    assert.match(asked, /acted-on\/brand-new\.ts/);
    assert.match(asked, /\+export const brandNew = true;/);
  });

  it('offer the light bulb on problems and selections', async () => {
    const editor = await files.open('area.ts');
    const collection = vscode.languages.createDiagnosticCollection('test');
    try {
      const range = new vscode.Range(1, 2, 1, 8);
      collection.set(editor.document.uri, [new vscode.Diagnostic(range, 'Odd.', vscode.DiagnosticSeverity.Error)]);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        editor.document.uri,
        range,
      );
      const titles = actions.map(({ title }) => title);
      for (const title of ['Fix with dev', 'Explain with writer', 'Ask qa', 'Document with writer', 'Review with qa']) {
        assert.ok(titles.includes(title), title);
      }
      server().script({ reply: { text: 'It is odd indeed.' } });
      const fix = actions.find(({ title }) => title === 'Fix with dev');
      assert.ok(fix?.command);
      const { command, arguments: passed = [] } = fix.command;
      const result = await vscode.commands.executeCommand<RunResult>(command, ...(passed as unknown[]));
      assert.equal(result.agent, 'dev');
      assert.match(JSON.stringify(server().requests[0]?.body.messages), /line 2: error: Odd\./);
    } finally {
      collection.dispose();
    }
  });
});

describe("tools for VS Code's other agents", () => {
  const files = new WorkspaceFiles('tooled');
  before(async () => {
    await configure({ provider: 'offline' });
    await files.write('run.ts', 'export const run = (code: string) => eval(code);\n');
  });
  after(async () => {
    await configure({ provider: undefined });
    await files.dispose();
  });
  const invoke = async (name: string, input: object) => {
    const result = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
    return result.content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
  };

  it('are listed with their schemas', () => {
    const names = vscode.lm.tools.map(({ name }) => name);
    for (const name of ['agentTeam_ask', 'agentTeam_review', 'agentTeam_goal', 'agentTeam_findings']) {
      assert.ok(names.includes(name), name);
    }
  });

  it('review code and tell the findings afterwards', async () => {
    assert.match(await invoke('agentTeam_review', { path: files.pathOf('run.ts') }), /run\.ts:1: .*security/);
    assert.match(await invoke('agentTeam_findings', { path: files.pathOf('run.ts') }), /run\.ts:1/);
    assert.match(await invoke('agentTeam_findings', { path: `./${files.pathOf('run.ts')}` }), /run\.ts:1/);
  });

  it('call reviews what they are called everywhere', async () => {
    await invoke('agentTeam_review', { path: files.pathOf('run.ts') });
    await invoke('agentTeam_review', { changes: 'staged' });
    const titles = (await teamApi()).runs.list().map(({ title }) => title);
    assert.deepEqual(titles.slice(0, 2), ['Review staged changes', 'Review run.ts']);
  });

  it('ask an agent, and run a goal', async () => {
    const answer = await invoke('agentTeam_ask', { request: 'is this safe?', agent: 'qa' });
    assert.match(answer, /no language model was used/i);
    const goal = await invoke('agentTeam_goal', { goal: 'review this project' });
    assert.ok(goal.length > 0);
    const [last] = (await teamApi()).runs.list();
    assert.equal(last?.kind, 'goal');
  });

  it('say what is wrong with their input', async () => {
    assert.match(await invoke('agentTeam_review', { path: 'nowhere.ts' }), /There is no file nowhere\.ts/);
    assert.match(await invoke('agentTeam_ask', { question: 'what?' }), /The input can't be used/);
    assert.match(await invoke('agentTeam_goal', {}), /The input can't be used/);
  });
});

describe('the health page', () => {
  before(() => configure({ provider: 'offline' }));
  after(async () => {
    await configure({ provider: undefined });
    await closeAll();
  });
  const tabs = () =>
    vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label === 'Agent Team health');

  it('tries everything out and opens as one tab', async () => {
    const text = await vscode.commands.executeCommand<string>('agentTeam.diagnose');
    for (const title of ['Model', 'Workspace', 'Git', 'Storage', 'Settings', 'Events and team', 'Versions'])
      assert.ok(text.includes(title), title);
    assert.match(text, /OK: Workspace/);
    await untilPasses(() => assert.equal(tabs().length, 1));
    await vscode.commands.executeCommand('agentTeam.diagnose');
    await untilPasses(() => assert.equal(tabs().length, 1));
  });
});
