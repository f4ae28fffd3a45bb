// What applying a plan does to buffers, dirty flags, undo stacks, cursors and tabs.
import * as assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import * as vscode from 'vscode';
import { textVersion } from '../../src/core/workspace/textVersion';
import { minimalReplacements } from '../../src/vscode/changes/documentEdits';
import { VsCodeFileProbe } from '../../src/vscode/changes/vsCodeFileProbe';
import { ApplierFixture, never, reasons } from './support/applierFixture';
import { activeEditor, tabs, untilTabs } from './support/workspaceFiles';

describe('applying changes to open documents', () => {
  let at: ApplierFixture;
  beforeEach(() => (at = new ApplierFixture()));
  afterEach(async () => at.dispose());
  describe('open documents', () => {
    it('are changed in place: clean ones are saved, with one undo step, the cursor and the tabs as they were', async () => {
      await at.files.write('other.txt', 'other\n');
      await at.files.write('a.txt', 'one\r\ntwo\r\nthree\r\n');
      const editor = await at.files.open('a.txt');
      editor.selection = new vscode.Selection(2, 1, 2, 3);
      await vscode.window.showTextDocument(at.files.uri('other.txt'), {
        preview: false,
        viewColumn: vscode.ViewColumn.Beside,
      });
      const before = tabs();
      const outcome = await at.edit('a.txt', (text) =>
        text.replace('one\r\n', 'one\r\nand\r\n').replace('three', 'THREE'),
      );
      assert.equal(outcome.kind, 'applied');
      const document = at.files.document('a.txt');
      assert.equal(document?.getText(), 'one\r\nand\r\ntwo\r\nTHREE\r\n');
      assert.equal(document.isDirty, false);
      assert.equal(await at.files.text('a.txt'), 'one\r\nand\r\ntwo\r\nTHREE\r\n');
      await untilTabs(before);
      await activeEditor(({ document }) => document.fileName === at.files.fsPath('other.txt'));
      await at.files.open('a.txt');
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), 'one\r\ntwo\r\nthree\r\n');
      await vscode.commands.executeCommand('redo');
      assert.equal(document.getText(), 'one\r\nand\r\ntwo\r\nTHREE\r\n');
    });

    it('keep the cursor where the person is typing', async () => {
      await at.files.write('a.txt', 'one\ntwo\nthree\nfour\n');
      const editor = await at.files.open('a.txt');
      editor.selection = new vscode.Selection(2, 4, 2, 4);
      await at.edit('a.txt', (text) => text.replace('one\n', 'one\nnew\nlines\n').replace('four', 'FOUR'));
      assert.deepEqual(editor.selection, new vscode.Selection(4, 4, 4, 4));
      assert.equal(editor.document.lineAt(4).text, 'three');
    });

    it('that were dirty stay dirty, with what the person typed, and the disk stays as it was', async () => {
      await at.files.write('a.txt', 'one\ntwo\n');
      const editor = await at.files.openAndType('a.txt', 'typed\n');
      const outcome = await at.edit('a.txt', (text) => text.replace('two', 'TWO'));
      assert.equal(outcome.kind, 'applied');
      assert.equal(editor.document.getText(), 'typed\none\nTWO\n');
      assert.equal(editor.document.isDirty, true);
      assert.equal(await at.files.text('a.txt'), 'one\ntwo\n');
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), 'typed\none\ntwo\n');
    });

    it('with mixed line endings are refused: saving would rewrite every line', async () => {
      const bytes = Buffer.from('one\r\ntwo\nthree\r\n');
      await at.files.write('a.txt', bytes);
      await at.files.open('a.txt');
      const facts = await new VsCodeFileProbe().probe(at.files.location('a.txt'), never());
      assert.deepEqual([facts.isOpen, facts.isDirty, facts.hasMixedEols], [true, false, true]);
      assert.deepEqual(reasons(await at.edit('a.txt', (text) => text.replace('two', 'TWO'))), [
        'file.mixed_line_endings',
      ]);
      assert.deepEqual(await at.files.bytes('a.txt'), bytes);
      await untilTabs(['a.txt!']);
    });

    it('keep a byte order mark and UTF-16', async () => {
      await at.files.write('a.txt', Buffer.from('\ufeffone\r\ntwo\r\n', 'utf16le'));
      await at.files.open('a.txt');
      assert.equal((await at.edit('a.txt', (text) => text.replace('two', 'TWO'))).kind, 'applied');
      assert.deepEqual(await at.files.bytes('a.txt'), Buffer.from('\ufeffone\r\nTWO\r\n', 'utf16le'));
    });

    it('that show what was on disk before something else wrote it are waited for', async () => {
      await at.files.write('a.txt', 'one\ntwo\n');
      await at.files.open('a.txt');
      await at.files.write('a.txt', 'one\ntwo\nthree\n');
      const outcome = await at.edit('a.txt', (text) => text.replace('one', 'ONE'));
      assert.equal(outcome.kind, 'applied');
      assert.equal(await at.files.text('a.txt'), 'ONE\ntwo\nthree\n');
    });

    it('under the name of a link are edited there', async () => {
      await at.files.write('real.txt', 'one\n');
      await symlink(at.files.fsPath('real.txt'), at.files.fsPath('link.txt'));
      const editor = await at.files.open('link.txt');
      assert.equal((await at.apply(at.modify('real.txt', 'one\n', 'two\n'))).kind, 'applied');
      assert.equal(editor.document.getText(), 'two\n');
      assert.equal(editor.document.isDirty, false);
      assert.equal(await at.files.text('real.txt'), 'two\n');
    });

    it('without a file are edited and stay unsaved', async () => {
      const document = await vscode.workspace.openTextDocument({ content: 'one\n', language: 'plaintext' });
      await vscode.window.showTextDocument(document, { preview: false });
      const outcome = await at.apply({
        kind: 'modify',
        location: { uri: document.uri.toString(), path: 'Untitled-1' },
        baseVersion: textVersion('one\n'),
        replacements: minimalReplacements('one\n', 'two\n'),
        newText: 'two\n',
      });
      assert.equal(outcome.kind, 'applied');
      assert.equal(document.getText(), 'two\n');
      assert.equal(document.isDirty, true);
    });

    it('of several files are one undo step', async () => {
      await at.files.write('a.txt', 'a\n');
      await at.files.write('b.txt', 'b\n');
      await at.files.open('a.txt');
      await at.files.open('b.txt');
      assert.equal(
        (await at.apply(at.modify('a.txt', 'a\n', 'A\n'), at.modify('b.txt', 'b\n', 'B\n'))).kind,
        'applied',
      );
      assert.deepEqual([await at.files.text('a.txt'), await at.files.text('b.txt')], ['A\n', 'B\n']);
      await vscode.commands.executeCommand('undo');
      assert.deepEqual([at.files.document('a.txt')?.getText(), at.files.document('b.txt')?.getText()], ['a\n', 'b\n']);
    });
  });
});
