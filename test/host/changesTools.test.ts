// Renames and code actions of VS Code's language services, taken into a change set instead of the files.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { OverlayWorkspace } from '../../src/core/changes/overlayWorkspace';
import { createLanguageEditTools } from '../../src/core/tools/writing/languageEdits';
import { VsCodeLanguageEdits } from '../../src/vscode/editorTools/vsCodeLanguageEdits';
import { VsCodeEditorState } from '../../src/vscode/editorTools/vsCodeEditorState';
import { VsCodeGitChanges } from '../../src/vscode/editorTools/vsCodeGitChanges';
import { VsCodeLanguageServices } from '../../src/vscode/editorTools/vsCodeLanguageServices';
import { ChangeFixture } from './support/changeFixture';
import { closeAll, eventually, untilTabs, WorkspaceFiles } from './support/workspaceFiles';

describe('language services and change sets in a real VS Code', function () {
  // A language service starts with the first file of its language.
  this.timeout(60_000);
  let files: WorkspaceFiles;
  let fixture: ChangeFixture;
  let editor: VsCodeEditorState;
  let tests = 0;

  beforeEach(async () => {
    files = new WorkspaceFiles(`src/language-${(tests += 1)}`);
    fixture = new ChangeFixture();
    editor = new VsCodeEditorState(fixture.workspace);
    await files.write('tax.ts', 'export function net(gross: number): number {\r\n  return gross / 1.19;\r\n}\r\n');
    await files.write('bill.ts', "import { net } from './tax.ts';\nexport const paid = net(119);\n");
    // In tabs: a service that has no file watcher knows new files only as long as they are open.
    for (const name of ['tax.ts', 'bill.ts']) await files.open(name);
    await eventually(async () => {
      const found = await vscode.commands.executeCommand<vscode.Location[]>(
        'vscode.executeReferenceProvider',
        files.uri('tax.ts'),
        new vscode.Position(0, 17),
      );
      return found.some(({ uri }) => uri.path.endsWith('bill.ts'));
    }, 'the language service knows both files');
  });
  afterEach(async () => {
    editor.dispose();
    await closeAll();
    await files.dispose();
  });

  async function call(name: string, input: unknown) {
    const scope = { runId: 'run' };
    const { workspace } = fixture;
    const ports = {
      workspace: new OverlayWorkspace(workspace, (signal) => fixture.sets.views(scope, signal)),
      languages: new VsCodeLanguageServices(workspace),
      editor,
      git: new VsCodeGitChanges(workspace),
      pendingPaths: () => fixture.sets.pendingPaths(scope),
    };
    const edits = new VsCodeLanguageEdits(workspace);
    const tools = createLanguageEditTools({ portsOf: () => ports, changes: fixture.sets, edits });
    const tool = tools.find((candidate) => candidate.name === name);
    assert.ok(tool, name);
    const context = { signal: new AbortController().signal, runId: 'run', agent: 'dev', callId: 'call' };
    // As the gate does: first what the call would do, then the call.
    const intents = (await tool.intents?.(input, context)) ?? [];
    return { intents, result: await tool.run(input, context) };
  }

  it('rename a symbol in every file, keep line endings, and touch neither disk nor tabs', async () => {
    const { result } = await call('rename_symbol', {
      path: files.pathOf('tax.ts'),
      line: 1,
      symbol: 'net',
      newName: 'withoutTax',
    });
    assert.ok(!result.isError, result.text);
    assert.match(result.text, /not yet on disk/);
    assert.match((await files.text('tax.ts')) ?? '', /function net/);
    await untilTabs(['tax.ts', 'bill.ts!']);
    const accepted = await fixture.sets.accept('run');
    assert.deepEqual(
      { ...accepted, applied: accepted.applied.sort(), told: result.text },
      { applied: [files.pathOf('bill.ts'), files.pathOf('tax.ts')], conflicts: [], failed: [], told: result.text },
    );
    assert.equal(
      await files.text('tax.ts'),
      'export function withoutTax(gross: number): number {\r\n  return gross / 1.19;\r\n}\r\n',
    );
    assert.equal(
      await files.text('bill.ts'),
      "import { withoutTax } from './tax.ts';\nexport const paid = withoutTax(119);\n",
    );
  });

  it('tell a policy every file that a rename would write', async () => {
    const { intents } = await call('rename_symbol', {
      path: files.pathOf('tax.ts'),
      line: 1,
      symbol: 'net',
      newName: 'other',
    });
    const paths = intents.map((intent) => (intent.kind === 'write' ? intent.path : '')).sort();
    assert.deepEqual(new Set(paths), new Set([files.pathOf('bill.ts'), files.pathOf('tax.ts')]));
  });

  it('refuse where pending edits would make the answer stale, and name the files', async () => {
    await fixture.propose('run', {
      kind: 'modify',
      location: files.location('bill.ts'),
      text: "import { net } from './tax.ts';\nexport const paid = net(238);\n",
    });
    const { result } = await call('rename_symbol', {
      path: files.pathOf('tax.ts'),
      line: 1,
      symbol: 'net',
      newName: 'other',
    });
    assert.equal(result.reason, 'edit.pending');
    assert.match(result.text, /bill\.ts/);
  });

  it('give the reason when a name can’t be renamed', async () => {
    const { result } = await call('rename_symbol', {
      path: files.pathOf('tax.ts'),
      line: 2,
      symbol: 'return',
      newName: 'give',
    });
    assert.equal(result.reason, 'rename.refused');
  });

  it('apply a quick fix by its title, and list the titles where there is none', async () => {
    await files.write('typo.ts', "import { paid } from './bill.ts';\nexport const sum = paid + paidd;\n");
    await files.open('typo.ts');
    await eventually(
      () => vscode.languages.getDiagnostics(files.uri('typo.ts')).length > 0,
      'the language service has checked the file',
    );
    const missing = await call('apply_code_action', { path: files.pathOf('typo.ts'), line: 2, title: 'Bake a cake' });
    assert.equal(missing.result.reason, 'code_action.not_found');
    assert.match(missing.result.text, /Change spelling to 'paid'/);
    const { result } = await call('apply_code_action', {
      path: files.pathOf('typo.ts'),
      line: 2,
      title: "Change spelling to 'paid'",
    });
    assert.ok(!result.isError, result.text);
    await fixture.sets.accept('run');
    assert.equal(await files.text('typo.ts'), "import { paid } from './bill.ts';\nexport const sum = paid + paid;\n");
  });
});
