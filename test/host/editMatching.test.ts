// What an agent may get wrong about a text, and what it is told then, in a real VS Code: bytes, buffers, dirty flags and undo are looked at.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, RunResult } from '../../src/api';
import { configure, teamApi, useScriptedServer } from './support/team';
import { closeAll, WorkspaceFiles } from './support/workspaceFiles';

type Call = [name: string, input: object];

const SOURCE = 'function one() {\n    return 1;\n}\n\nfunction two() {\n    return 2;\n}\n';

describe('edits that do not fit the text', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  let files: WorkspaceFiles;
  let tests = 0;
  before(async () => {
    api = await teamApi();
  });
  beforeEach(async () => {
    files = new WorkspaceFiles(`matching-${(tests += 1)}`);
    await files.write('code.js', SOURCE);
  });
  afterEach(async () => {
    await configure({ 'edits.mode': undefined });
    await closeAll();
    await files.dispose();
  });

  /** What dev is told for these calls, made one after the other. */
  async function work(...calls: Call[]): Promise<{ result: RunResult; told: string[] }> {
    server().script(...calls.map(([name, input]) => ({ reply: { toolCalls: [{ name, arguments: input }] } })), {
      reply: { text: 'Done.' },
    });
    const result = await api.ask('change it', { agent: 'dev' }).result;
    server().assertUsed();
    const told = (server().requests.at(-1)?.body.messages ?? []).flatMap((message) =>
      message.role === 'tool' ? [String(message.content)] : [],
    );
    return { result, told };
  }
  const edit = (...edits: { oldText: string; newText: string }[]): Call => [
    'edit_file',
    { path: files.pathOf('code.js'), edits },
  ];

  it('match where only white space differs, and keep the indentation of the file', async () => {
    const { result, told } = await work(
      edit({ oldText: 'function two() {\n  return 2;', newText: 'function two() {\n  return 22;' }),
    );
    assert.match(told[0] ?? '', /Proposed/);
    await api.changes.accept(result.runId);
    assert.equal(await files.text('code.js'), SOURCE.replace('return 2;', 'return 22;'));
  });

  it('are refused where several places match, and change nothing', async () => {
    const { result, told } = await work(edit({ oldText: '}', newText: '};' }));
    assert.match(told[0] ?? '', /2 places|matches .*2|twice|several/i);
    assert.deepEqual([result.changes, await files.text('code.js')], [[], SOURCE]);
  });

  it('are answered with the nearest lines and what differs, all or nothing', async () => {
    const { result, told } = await work(
      edit(
        { oldText: 'return 1;', newText: 'return 11;' },
        { oldText: 'function two() {\n    return 3;', newText: 'x' },
      ),
    );
    assert.match(told[0] ?? '', /return 2;/, 'the nearest lines');
    assert.match(told[0] ?? '', /return 3;/, 'what was looked for');
    assert.deepEqual([result.changes, await files.text('code.js')], [[], SOURCE]);
  });

  it('that overlap are refused', async () => {
    const { result, told } = await work(
      edit({ oldText: 'return 1;\n}', newText: 'a' }, { oldText: '}\n\nfunction two', newText: 'b' }),
    );
    assert.match(told[0] ?? '', /overlap/i);
    assert.deepEqual([result.changes, await files.text('code.js')], [[], SOURCE]);
  });

  it('take `$&` and conflict markers as they are', async () => {
    const text = "'$& $1 $$'; // <<<<<<< not a marker";
    const { result } = await work(edit({ oldText: 'return 1;', newText: text }));
    await api.changes.accept(result.runId);
    assert.equal(await files.text('code.js'), SOURCE.split('return 1;').join(text));
  });

  it('are not taken over an existing target by create and rename', async () => {
    await files.write('other.js', 'other\n');
    const { result, told } = await work(
      ['create_file', { path: files.pathOf('other.js'), content: 'new\n' }],
      ['rename_file', { from: files.pathOf('code.js'), to: files.pathOf('other.js') }],
    );
    for (const text of told) assert.match(text, /exists|already/i);
    assert.deepEqual(result.changes, []);
    assert.deepEqual([await files.text('other.js'), await files.text('code.js')], ['other\n', SOURCE]);
  });

  it('are made again for a document that changed since, where that is unambiguous, and stand as a conflict where not', async () => {
    const { result } = await work(edit({ oldText: 'return 1;', newText: 'return 11;' }));
    const editor = await files.open('code.js');
    const typed = `// typed\n${SOURCE.replace('return 2;', 'return 4;')}`;
    await editor.edit((builder) => {
      builder.insert(new vscode.Position(0, 0), '// typed\n');
      builder.replace(new vscode.Range(5, 4, 5, 13), 'return 4;');
    });
    assert.equal(editor.document.getText(), typed);
    const applied = await api.changes.accept(result.runId);
    assert.deepEqual([applied.conflicts, applied.failed], [[], []]);
    assert.equal(editor.document.getText(), typed.replace('return 1;', 'return 11;'));
    assert.deepEqual([editor.document.isDirty, await files.text('code.js')], [true, SOURCE]);
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), typed, 'one step takes the edit back, and nothing else');

    server().reset();
    const second = await work(edit({ oldText: 'return 1;', newText: 'return 12;' }));
    await editor.edit((builder) => builder.replace(new vscode.Range(2, 4, 2, 13), 'return 13;'));
    const before = editor.document.getText();
    const conflicting = await api.changes.accept(second.result.runId);
    assert.deepEqual(conflicting.conflicts, [files.pathOf('code.js')]);
    assert.equal(editor.document.getText(), before);
  });
});
