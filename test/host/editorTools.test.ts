// The reading tools on real files, buffers, language services and git, in the window of the host tests.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { Tool, ToolResult } from '../../src/core/tools/tool';
import { createReadingTools } from '../../src/core/tools/reading/readingTools';
import { isFailure } from '../../src/core/failure';
import { resolveContext } from '../../src/core/workspace/contextItems';
import { MAX_PICTURE_LENGTH, workspacePicture } from '../../src/core/workspace/workspacePicture';
import { findRipgrep } from '../../src/vscode/editorTools/ripgrep';
import { VsCodeEditorState } from '../../src/vscode/editorTools/vsCodeEditorState';
import { VsCodeGitChanges } from '../../src/vscode/editorTools/vsCodeGitChanges';
import { VsCodeLanguageServices } from '../../src/vscode/editorTools/vsCodeLanguageServices';
import { VsCodeWorkspace } from '../../src/vscode/editorTools/vsCodeWorkspace';
import { untilPasses } from '../support/until';
import { CONTRACT_FILES, describeWorkspaceContract } from '../support/workspaceContract';

const git = promisify(execFile);
const never = () => new AbortController().signal;

for (const usesRipgrep of [true, false]) {
  describeWorkspaceContract(`VsCodeWorkspace ${usesRipgrep ? 'with' : 'without'} ripgrep`, async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'contract-'));
    after(() => rm(folder, { recursive: true, force: true }));
    for (const [name, text] of Object.entries(CONTRACT_FILES)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), text);
    }
    const folders = [{ name: 'contract', uri: vscode.Uri.file(folder).toString() }];
    return new VsCodeWorkspace({ usesRipgrep, folders });
  });
}

describe('the reading tools in a real VS Code', () => {
  const workspace = new VsCodeWorkspace();
  const editor = new VsCodeEditorState(workspace);
  const ports = {
    workspace,
    languages: new VsCodeLanguageServices(workspace),
    editor,
    git: new VsCodeGitChanges(workspace),
  };
  const tools = new Map(createReadingTools(() => ports).map((tool): [string, Tool] => [tool.name, tool]));
  let root: string;
  let outside: string;

  const call = async (name: string, input: unknown): Promise<ToolResult> => {
    const tool = tools.get(name);
    assert.ok(tool, name);
    return tool.run(input, { signal: never(), runId: 'run', agent: 'qa', callId: 'call' });
  };
  const inRoot = (name: string) => path.join(root, name);
  const uriOf = (name: string) => vscode.Uri.file(inRoot(name));

  before(async () => {
    root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? assert.fail('no folder is open');
    outside = `${root}-evil`;
    await mkdir(outside, { recursive: true });
    await writeFile(path.join(outside, 'secret.txt'), 'outside needle\n');
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  after(async () => {
    editor.dispose();
    await rm(outside, { recursive: true, force: true });
  });

  async function openAndType(name: string, text: string): Promise<vscode.TextEditor> {
    const shown = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(name)));
    assert.ok(await shown.edit((edit) => edit.insert(new vscode.Position(0, 0), text)));
    return shown;
  }

  it('reads the unsaved buffer, not the disk', async () => {
    await openAndType('src/math.ts', '// not saved\n');
    const result = await call('read_file', { path: 'src/math.ts', endLine: 1 });
    assert.match(result.text, /with unsaved changes/);
    assert.match(result.text, /^1\t\/\/ not saved$/m);
  });

  it('reads an untitled document by its label', async () => {
    const document = await vscode.workspace.openTextDocument({ content: 'const draft = 1;\n', language: 'typescript' });
    await vscode.window.showTextDocument(document);
    const label = document.uri.path;
    assert.match((await call('read_file', { path: label })).text, /^1\tconst draft = 1;$/m);
    assert.match((await call('search_text', { query: 'draft = 1' })).text, new RegExp(label));
  });

  it('decodes files as the editor does', async () => {
    await writeFile(inRoot('latin.txt'), Buffer.from('caf\xe9 \xfcber\n', 'latin1'));
    await writeFile(inRoot('marked.txt'), '\ufeffmarked ü\n');
    await writeFile(inRoot('wide.txt'), Buffer.from('\ufeffwide needle \u00fc\n', 'utf16le'));
    const settings = vscode.workspace.getConfiguration('files');
    try {
      await settings.update('encoding', 'iso88591', vscode.ConfigurationTarget.Workspace);
      assert.match((await call('read_file', { path: 'latin.txt' })).text, /café über/);
      assert.match((await call('search_text', { query: 'café' })).text, /latin\.txt/);
      await settings.update('encoding', undefined, vscode.ConfigurationTarget.Workspace);
      assert.match((await call('read_file', { path: 'marked.txt' })).text, /^1\tmarked ü$/m);
      assert.match((await call('read_file', { path: 'wide.txt' })).text, /wide needle ü/);
      assert.match((await call('search_text', { query: 'wide needle' })).text, /wide\.txt/);
    } finally {
      await settings.update('encoding', undefined, vscode.ConfigurationTarget.Workspace);
      await Promise.all(
        ['latin.txt', 'marked.txt', 'wide.txt', '.vscode'].map((name) =>
          rm(inRoot(name), { recursive: true, force: true }),
        ),
      );
    }
  });

  it('refuses binary and huge files with the reason', async () => {
    await writeFile(inRoot('blob.bin'), Buffer.from([1, 2, 0, 3]));
    await writeFile(inRoot('huge.txt'), 'x'.repeat(6 * 1024 * 1024));
    try {
      assert.equal((await call('read_file', { path: 'blob.bin' })).reason, 'file.binary');
      assert.equal((await call('read_file', { path: 'huge.txt' })).reason, 'file.too_large');
    } finally {
      await Promise.all([rm(inRoot('blob.bin')), rm(inRoot('huge.txt'))]);
    }
  });

  it('follows links inside the workspace and none that lead out', async () => {
    await symlink(inRoot('src/math.ts'), inRoot('inner.ts'));
    await symlink(outside, inRoot('outer'));
    await symlink(path.join(root, 'gone.ts'), inRoot('dangling.ts'));
    try {
      assert.match((await call('read_file', { path: 'inner.ts', endLine: 1 })).text, /^src\/math\.ts /);
      for (const name of [
        'outer/secret.txt',
        'outer/new/file.txt',
        `${outside}/secret.txt`,
        `../${path.basename(outside)}/secret.txt`,
      ]) {
        assert.equal((await call('read_file', { path: name })).reason, 'path.outside', name);
      }
      const dangling = await call('read_file', { path: 'dangling.ts' });
      assert.equal(dangling.reason, 'file.not_found');
      assert.match(dangling.text, /link to something that does not exist/);
      assert.doesNotMatch((await call('search_text', { query: 'outside needle', include: 'outer/**' })).text, /secret/);
      assert.equal((await call('list_files', { path: 'outer' })).reason, 'path.outside');
      assert.doesNotMatch((await call('list_files', { glob: 'outer/**' })).text, /secret/);
      // Not even by an editor's name for it, nor by a location that something else made.
      const direct = await workspace.read(
        { uri: uriOf('outer/secret.txt').toString(), path: 'outer/secret.txt' },
        never(),
      );
      assert.equal(isFailure(direct) && direct.reason, 'path.outside');
    } finally {
      await Promise.all(['inner.ts', 'outer', 'dangling.ts'].map((name) => rm(inRoot(name))));
    }
  });

  it('searches unsaved text, and no longer the text that it replaced', async () => {
    const document = await vscode.workspace.openTextDocument(uriOf('src/math.ts'));
    const shown = await vscode.window.showTextDocument(document);
    const everything = new vscode.Range(0, 0, document.lineCount, 0);
    assert.ok(await shown.edit((edit) => edit.replace(everything, 'export const zebraBuffer = 1;\n')));
    assert.match((await call('search_text', { query: 'zebraBuffer' })).text, /src\/math\.ts\n\s+1:/);
    assert.doesNotMatch((await call('search_text', { query: 'function divide', include: 'src' })).text, /math\.ts/);
  });

  it('finds symbols, outlines, definitions and references', async () => {
    // The language server starts with the first question, and knows all files a while later.
    const soon = async (name: string, input: object, ...expected: RegExp[]): Promise<string> => {
      let text = '';
      await untilPasses(async () => {
        ({ text } = await call(name, input));
        for (const pattern of expected) assert.match(text, pattern);
      }, 60_000);
      return text;
    };
    const outline = await soon('document_outline', { path: 'src/math.ts' }, /function divide/);
    const line = Number(/(\d+)[-\d]* function divide/.exec(outline)?.[1]);
    const references = await soon(
      'find_references',
      { path: 'src/math.ts', line, symbol: 'divide' },
      /^src\/math\.ts:\d+: .*divide/m,
      /^test\/math\.test\.ts:\d+: /m,
    );
    const used = /^test\/math\.test\.ts:(\d+): /m.exec(references)?.[1];
    const place = { path: 'test/math.test.ts', line: used, symbol: 'divide' };
    await soon('go_to_definition', place, /^src\/math\.ts:\d+: export function divide/m);
    await soon('find_symbols', { query: 'divide' }, /^src\/math\.ts:\S+ function divide/m);
  }).timeout(120_000);

  it('reports the problems of the unsaved text', async () => {
    await openAndType('src/math.ts', 'const broken: number = "text";\n');
    await untilPasses(async () => {
      const result = await call('get_diagnostics', { path: 'src/math.ts' });
      assert.match(result.text, /^src\/math\.ts:1:7 error: .*\(ts 2322\)$/m);
    }, 60_000);
  }).timeout(120_000);

  it('tells what is open, selected and visible', async () => {
    const shown = await openAndType('src/math.ts', '// top\n');
    shown.selection = new vscode.Selection(0, 0, 0, 6);
    const { text } = await call('get_editor_context', {});
    assert.match(text, /Active editor: src\/math\.ts \(typescript, with unsaved changes\)/);
    assert.match(text, /<selection>\n\/\/ top\n<\/selection>/);
    assert.match(text, /Open tabs:\n {2}src\/math\.ts \(unsaved\)/);
  });

  it('tells staged, unstaged and untracked changes, and those of a branch, and leaves the repository as it was', async () => {
    const run = async (...args: string[]) => (await git('git', args, { cwd: root })).stdout;
    await writeFile(inRoot('fresh file.txt'), 'brand new\n');
    await writeFile(inRoot('staged.txt'), 'staged text\n');
    await run('add', 'staged.txt');
    try {
      const state = async () => [
        await run('status', '--porcelain'),
        await run('config', '--local', '--list'),
        await run('stash', 'list'),
      ];
      const before = await state();
      const working = await call('get_git_changes', {});
      assert.match(working.text, /untracked fresh file\.txt/);
      assert.match(working.text, /^\+brand new$/m);
      assert.match(working.text, /added staged\.txt \(staged\)/);
      const staged = await call('get_git_changes', { scope: 'staged' });
      assert.match(staged.text, /^\+staged text$/m);
      assert.doesNotMatch(staged.text, /fresh/);
      const branch = await call('get_git_changes', { base: 'HEAD~1' });
      assert.match(branch.text, /against HEAD~1/);
      assert.equal((await call('get_git_changes', { base: '--output=/tmp/x' })).reason, 'git.invalid_ref');
      assert.equal((await call('get_git_changes', { base: 'no-such-branch' })).reason, 'git.no_base');
      await call('get_git_changes', { scope: 'branch' });
      assert.deepEqual(await state(), before);
    } finally {
      await run('reset', '-q', '--', 'staged.txt');
      await Promise.all([rm(inRoot('staged.txt')), rm(inRoot('fresh file.txt'))]);
    }
  }).timeout(30_000);

  it('reads an open notebook with its unsaved cells', async () => {
    const cells = [
      { cell_type: 'code', source: ['x = 1\n', 'print(x)'], metadata: {}, outputs: [], execution_count: null },
    ];
    await writeFile(inRoot('book.ipynb'), JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
    try {
      const closed = await call('read_file', { path: 'book.ipynb' });
      assert.match(closed.text, /^2\tx = 1\n3\tprint\(x\)$/m);
      const notebook = await vscode.workspace.openNotebookDocument(uriOf('book.ipynb'));
      const edit = new vscode.WorkspaceEdit();
      edit.set(notebook.uri, [
        vscode.NotebookEdit.insertCells(1, [
          new vscode.NotebookCellData(vscode.NotebookCellKind.Code, 'unsaved = 2', 'python'),
        ]),
      ]);
      assert.ok(await vscode.workspace.applyEdit(edit));
      assert.match((await call('read_file', { path: 'book.ipynb' })).text, /unsaved = 2/);
      assert.match((await call('search_text', { query: 'unsaved = 2' })).text, /book\.ipynb/);
      await notebook.save();
    } finally {
      await rm(inRoot('book.ipynb'));
    }
  });

  it('stops a regular expression that would never end', async () => {
    await writeFile(inRoot('slow.txt'), `${'a'.repeat(40)}!\n`);
    try {
      const query = { query: '^(a|a)*(a|aa)+$', isRegex: true, include: 'slow.txt', limit: 5, contextLines: 0 };
      // ripgrep alone knows that nothing matches; without it the time limit must end the match that is under way.
      assert.deepEqual(await workspace.search(query, never()), { matches: [], truncated: false });
      const result = await new VsCodeWorkspace({ usesRipgrep: false }).search(query, never());
      assert.equal(isFailure(result) && result.reason, 'search.too_slow');
    } finally {
      await rm(inRoot('slow.txt'));
    }
  });

  it('draws a short picture of the workspace', async () => {
    await vscode.window.showTextDocument(uriOf('src/math.ts'));
    const picture = await workspacePicture(ports, never());
    assert.ok(picture.length <= MAX_PICTURE_LENGTH);
    assert.match(picture, /Folders: bookshop/);
    assert.match(picture, /Languages: typescript \d+/);
    assert.match(picture, /Open: src\/math\.ts/);
    assert.match(picture, /Git: branch \S+, \d+ changed files/);
  });

  it('resolves a selection with its symbols', async () => {
    const shown = await vscode.window.showTextDocument(uriOf('src/math.ts'));
    const at = shown.document.getText().indexOf('return');
    const line = shown.document.positionAt(at).line;
    shown.selection = new vscode.Selection(line, 0, line, 8);
    const { text } = await resolveContext(ports, { items: [], references: [{ kind: 'selection' }] }, never());
    assert.match(text, /^## src\/math\.ts \(typescript\), lines \d+-\d+ \(selection\)$/m);
    assert.match(text, /Inside: function \w+/);
  });

  it('finds the ripgrep that VS Code brings along', async () => {
    assert.ok(await findRipgrep());
    assert.equal(await findRipgrep('/no/such/place'), undefined);
  });
});
