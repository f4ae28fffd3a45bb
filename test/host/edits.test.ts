// From a request to the bytes on disk: an agent's tool calls, the pending state that only its run sees, and a person's decisions.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, EventEnvelope, RunResult } from '../../src/api';
import { configure, teamApi, topicsOf, useScriptedServer } from './support/team';
import { closeAll, WorkspaceFiles } from './support/workspaceFiles';

const SOURCE = 'export function add(a, b) {\r\n  return a - b;\r\n}';
const FIXED = SOURCE.replace('a - b', 'a + b');
const call = (name: string, args: object) => ({ toolCalls: [{ name, arguments: args }] });

describe('agents that edit files', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  let files: WorkspaceFiles;
  let tests = 0;
  before(async () => {
    api = await teamApi();
  });
  beforeEach(() => (files = new WorkspaceFiles(`edits-${(tests += 1)}`)));
  afterEach(async () => {
    await configure({ 'edits.mode': undefined });
    await closeAll();
    await files.dispose();
  });

  /** Asks an agent who answers with these calls, one after the other, and then says that it is done. */
  async function work(agent: string, ...calls: [string, object][]): Promise<RunResult> {
    server().script(...calls.map(([name, args]) => ({ reply: call(name, args) })), { reply: { text: 'Done.' } });
    const result = await api.ask('repair it', { agent }).result;
    server().assertUsed();
    assert.equal(result.status, 'completed', result.error?.message);
    return result;
  }
  const answersTo = () =>
    (server().requests.at(-1)?.body.messages ?? [])
      .filter((message) => message.role === 'tool')
      .map((message) => String(message.content));
  const edit = (path: string): [string, object] => [
    'edit_file',
    { path, edits: [{ oldText: 'return a - b;', newText: 'return a + b;' }] },
  ];

  it('propose, see what they proposed, and leave the disk to the person', async () => {
    await files.write('math.js', SOURCE);
    const path = files.pathOf('math.js');
    const result = await work(
      'dev',
      edit(path),
      ['read_file', { path }],
      ['search_text', { query: 'return a + b', include: path }],
      ['get_diagnostics', { path }],
    );
    const [edited, read, found, diagnostics] = answersTo();
    assert.match(edited ?? '', /Proposed, not yet on disk/);
    assert.match(read ?? '', /with your pending edits[\s\S]*2\t {2}return a \+ b;/);
    assert.match(found ?? '', /return a \+ b/);
    assert.match(diagnostics ?? '', /Pending edits, which it does not know: .*math\.js/);
    assert.equal(await files.text('math.js'), SOURCE);
    const [change] = result.changes;
    assert.deepEqual(
      [change?.path, change?.kind, change?.status, change?.added, change?.removed],
      [path, 'modify', 'proposed', 1, 1],
    );
    assert.deepEqual(api.changes.list(result.runId), result.changes);
  });

  it('are accepted and taken back through the API, byte by byte', async () => {
    await files.write('math.js', SOURCE);
    const result = await work('dev', edit(files.pathOf('math.js')));
    const applied = await api.changes.accept(result.runId);
    assert.deepEqual(applied, { applied: [files.pathOf('math.js')], conflicts: [], failed: [] });
    assert.equal(await files.text('math.js'), FIXED);
    await api.changes.revert(result.runId);
    assert.equal(await files.text('math.js'), SOURCE);
    const events = await api.events.history({ runId: result.runId, pattern: 'edit.*' });
    assert.deepEqual(topicsOf(events), ['edit.proposed', 'edit.accepted', 'edit.reverted']);
    const all = await api.events.history({ runId: result.runId });
    const ids = new Set(all.map((event: EventEnvelope) => event.id));
    assert.ok(events.every((event) => event.traceId === result.traceId && ids.has(event.causationId ?? '')));
    assert.equal(JSON.stringify(events).includes('return a'), false, 'the journal has no texts');
    assert.equal((await api.runs.get(result.runId))?.changes[0]?.status, 'reverted');
  });

  it('change several files by one patch, or none', async () => {
    await files.write('math.js', SOURCE);
    await files.write('old.txt', 'old\n');
    const at = (name: string) => files.pathOf(name);
    const patch = (target: string) =>
      [
        '*** Begin Patch',
        `*** Update File: ${at('math.js')}`,
        '@@',
        '-  return a - b;',
        '+  return a + b;',
        `*** Add File: ${at('sub/new.txt')}`,
        '+new',
        `*** Delete File: ${at(target)}`,
        '*** End Patch',
      ].join('\n');
    const result = await work(
      'dev',
      ['apply_patch', { patch: patch('missing.txt') }],
      ['apply_patch', { patch: patch('old.txt') }],
    );
    assert.equal(result.changes.length, 3);
    const applied = await api.changes.accept(result.runId);
    assert.equal(applied.applied.length, 3, JSON.stringify(applied));
    assert.equal(await files.text('math.js'), FIXED);
    assert.equal(await files.text('sub/new.txt'), 'new\n');
    assert.equal(await files.text('old.txt'), undefined);
    await api.changes.revert(result.runId);
    assert.equal(await files.text('math.js'), SOURCE);
    assert.equal(await files.text('old.txt'), 'old\n');
    assert.equal(await files.text('sub/new.txt'), undefined);
  });

  it('write at once where the settings say so, without saving what was unsaved', async () => {
    await files.write('math.js', SOURCE);
    await files.write('open.js', SOURCE);
    const editor = await files.open('open.js');
    await editor.edit((builder) => builder.insert(editor.document.positionAt(0), '// unsaved\r\n'));
    await configure({ 'edits.mode': 'auto' });
    const result = await work('dev', edit(files.pathOf('math.js')), edit(files.pathOf('open.js')));
    assert.equal(await files.text('math.js'), FIXED);
    assert.equal(await files.text('open.js'), SOURCE);
    assert.equal(editor.document.getText(), `// unsaved\r\n${FIXED}`);
    assert.equal(editor.document.isDirty, true);
    assert.ok(result.changes.every(({ status }) => status === 'accepted'));
  });

  it('change an untitled document in its buffer, and leave it untitled', async () => {
    const document = await vscode.workspace.openTextDocument({ content: SOURCE, language: 'javascript' });
    await vscode.window.showTextDocument(document);
    const result = await work('dev', edit(document.uri.path));
    assert.equal(document.getText(), SOURCE);
    assert.deepEqual((await api.changes.accept(result.runId)).failed, []);
    assert.equal(document.getText(), FIXED);
    assert.deepEqual([document.isUntitled, document.isDirty], [true, true]);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), SOURCE);
  });

  it('are refused where the settings deny edits', async () => {
    await files.write('math.js', SOURCE);
    await configure({ 'edits.mode': 'deny' });
    const result = await work('dev', edit(files.pathOf('math.js')));
    assert.deepEqual(result.changes, []);
    assert.equal(await files.text('math.js'), SOURCE);
  });

  it('may change comments but not code when they write documentation', async () => {
    await files.write('math.js', SOURCE);
    const path = files.pathOf('math.js');
    const comment = { oldText: 'export function', newText: '/** Adds two numbers. */\nexport function' };
    const result = await work('writer', edit(path), ['edit_file', { path, edits: [comment] }]);
    assert.match(answersTo()[0] ?? '', /may change comments only, and the edit changes code at line 2/);
    assert.deepEqual(
      result.changes.map(({ added, removed }) => [added, removed]),
      [[1, 0]],
    );
    await api.changes.accept(result.runId);
    assert.equal(await files.text('math.js'), `/** Adds two numbers. */\r\n${SOURCE}`);
  });

  it('give reviewers no tool to edit', async () => {
    await work('qa');
    const tools = server().requests[0]?.body.tools?.map((tool) => tool.function.name) ?? [];
    assert.ok(tools.includes('read_file'));
    assert.deepEqual(
      tools.filter((name) => ['edit_file', 'apply_patch', 'create_file', 'delete_file', 'rename_file'].includes(name)),
      [],
    );
  });
});
