// What applying a plan does to bytes on disk, buffers, dirty flags, undo stacks, cursors and tabs.
import * as assert from 'node:assert/strict';
import { chmod, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as vscode from 'vscode';
import type { ApplyOutcome, FileOperation } from '../../src/core/changes/changeApplier';
import { isFailure } from '../../src/core/failure';
import { textVersion } from '../../src/core/workspace/textVersion';
import { VsCodeDisk } from '../../src/vscode/changes/disk';
import { minimalReplacements } from '../../src/vscode/changes/documentEdits';
import { VsCodeChangeApplier } from '../../src/vscode/changes/vsCodeChangeApplier';
import { VsCodeFileProbe } from '../../src/vscode/changes/vsCodeFileProbe';
import { VsCodeWorkspace } from '../../src/vscode/editorTools/vsCodeWorkspace';
import { closeAll, eventually, tabs, WorkspaceFiles } from './support/workspaceFiles';

const never = () => new AbortController().signal;

describe('applying changes in a real VS Code', () => {
  let files: WorkspaceFiles;
  let tests = 0;
  const workspace = new VsCodeWorkspace();
  let applier: VsCodeChangeApplier;

  beforeEach(() => {
    applier = new VsCodeChangeApplier();
    // A folder for each test: VS Code remembers documents for a while after their tabs are closed.
    files = new WorkspaceFiles(`applier-${(tests += 1)}`);
  });
  afterEach(async () => {
    await closeAll();
    await files.dispose();
  });

  const apply = (...operations: FileOperation[]) => applier.apply({ runId: 'run', operations }, never());
  const modify = (name: string, before: string, after: string): FileOperation => ({
    kind: 'modify',
    location: files.location(name),
    baseVersion: textVersion(before),
    replacements: minimalReplacements(before, after),
    newText: after,
  });
  const create = (name: string, text: string): FileOperation => ({
    kind: 'create',
    location: files.location(name),
    text,
  });
  const remove = (name: string, text: string): FileOperation => ({
    kind: 'delete',
    location: files.location(name),
    baseVersion: textVersion(text),
  });
  const rename = (from: string, to: string, text: string): FileOperation => ({
    kind: 'rename',
    from: files.location(from),
    location: files.location(to),
    baseVersion: textVersion(text),
  });
  const reasons = (outcome: ApplyOutcome) =>
    outcome.kind === 'refused' ? outcome.failed.map(({ reason }) => reason) : [outcome.kind];
  /** Changes the file's text by `change`, through the text that agents see. */
  async function edit(name: string, change: (text: string) => string): Promise<ApplyOutcome> {
    const snapshot = await workspace.read(files.location(name), never());
    assert.ok(!isFailure(snapshot), isFailure(snapshot) ? snapshot.message : '');
    return apply(modify(name, snapshot.text, change(snapshot.text)));
  }

  describe('files that no editor holds', () => {
    const cases: { what: string; before: Buffer; after: Buffer }[] = [
      {
        what: 'CRLF line endings and a missing last newline',
        before: Buffer.from('one\r\ntwo\r\nthree'),
        after: Buffer.from('one\r\nTWO\r\nthree'),
      },
      {
        what: 'a UTF-8 byte order mark',
        before: Buffer.from('\ufeffone\ntwo\n'),
        after: Buffer.from('\ufeffone\nTWO\n'),
      },
      {
        what: 'UTF-16 with its mark',
        before: Buffer.from('\ufeffone é\r\ntwo\r\n', 'utf16le'),
        after: Buffer.from('\ufeffone é\r\nTWO\r\n', 'utf16le'),
      },
      {
        what: 'mixed line endings',
        before: Buffer.from('one\r\ntwo\nthree\rfour\r\n'),
        after: Buffer.from('one\r\nTWO\nthree\rfour\r\n'),
      },
      {
        what: 'trailing blanks, form feeds and a NUL-free control character',
        before: Buffer.from('one  \f\ntwo\t\n\u0001three'),
        after: Buffer.from('one  \f\nTWO\t\n\u0001three'),
      },
      {
        what: 'a second byte order mark that is text',
        before: Buffer.from('\ufeff\ufeffone\ntwo\n'),
        after: Buffer.from('\ufeff\ufeffone\nTWO\n'),
      },
    ];
    for (const { what, before, after } of cases) {
      it(`keep ${what}`, async () => {
        await files.write('a.txt', before);
        const outcome = await edit('a.txt', (text) => text.replace('two', 'TWO'));
        assert.deepEqual(outcome, { kind: 'applied', formats: {}, madeFolders: {} });
        assert.deepEqual(await files.bytes('a.txt'), after);
        assert.deepEqual(tabs(), []);
      });
    }

    it('take `$&` and conflict markers as plain text', async () => {
      await files.write('a.txt', 'one\ntwo\n');
      const text = 'one\n$& $1 $$ $` <<<<<<< ours\n';
      await apply(modify('a.txt', 'one\ntwo\n', text));
      assert.equal(await files.text('a.txt'), text);
    });

    it('keep a legacy encoding that the settings name, and refuse what it has no code for', async () => {
      const settings = vscode.workspace.getConfiguration('files', files.uri('a.txt'));
      await settings.update('encoding', 'windows1252', vscode.ConfigurationTarget.Workspace);
      try {
        await files.write('a.txt', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0x78, 0x0a]));
        await edit('a.txt', (text) => {
          assert.equal(text, 'café\nx\n');
          return 'café\n€\n';
        });
        assert.deepEqual(await files.bytes('a.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0x80, 0x0a]));
        const refused = await edit('a.txt', (text) => text.replace('€', '漢'));
        assert.deepEqual(reasons(refused), ['file.unencodable']);
        assert.deepEqual(await files.bytes('a.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x0a, 0x80, 0x0a]));
        const probe = new VsCodeFileProbe();
        assert.equal(await probe.canEncode(files.location('a.txt'), 'é'), true);
        assert.equal(await probe.canEncode(files.location('a.txt'), '漢'), false);
      } finally {
        await settings.update('encoding', undefined, vscode.ConfigurationTarget.Workspace);
      }
    });

    it('are refused where bytes are no text, since an edit would lose them', async () => {
      const bytes = Buffer.from([0x6f, 0x6e, 0x65, 0x0a, 0xe9, 0x0a]);
      await files.write('a.txt', bytes);
      assert.deepEqual(reasons(await edit('a.txt', (text) => text.replace('one', 'two'))), ['file.encoding']);
      assert.deepEqual(await files.bytes('a.txt'), bytes);
      assert.equal((await new VsCodeFileProbe().probe(files.location('a.txt'), never())).keepsBytes, false);
    });

    it('keep their permissions, and links to them stay links', async () => {
      await files.write('tool.sh', '#!/bin/sh\necho 1\n');
      await chmod(files.fsPath('tool.sh'), 0o755);
      await symlink(files.fsPath('tool.sh'), files.fsPath('link.sh'));
      const location = await workspace.locate(files.pathOf('link.sh'), never());
      assert.ok(!isFailure(location));
      const outcome = await apply({
        ...(modify('tool.sh', '#!/bin/sh\necho 1\n', '#!/bin/sh\necho 2\n') as FileOperation & { kind: 'modify' }),
        location,
      });
      assert.equal(outcome.kind, 'applied');
      assert.equal(await files.text('link.sh'), '#!/bin/sh\necho 2\n');
      assert.equal((await stat(files.fsPath('tool.sh'))).mode & 0o777, 0o755);
    });

    it('are stale once something else has written them, and stay as they are', async () => {
      await files.write('a.txt', 'changed\n');
      const outcome = await apply(modify('a.txt', 'one\n', 'two\n'));
      assert.deepEqual(outcome, { kind: 'stale', paths: [files.pathOf('a.txt')] });
      assert.equal(await files.text('a.txt'), 'changed\n');
    });

    it('are written as bytes when only a language service has loaded them', async () => {
      await files.write('a.txt', 'one\r\ntwo\nthree');
      const document = await vscode.workspace.openTextDocument(files.uri('a.txt'));
      await edit('a.txt', (text) => text.replace('two', 'TWO'));
      assert.equal(await files.text('a.txt'), 'one\r\nTWO\nthree');
      assert.deepEqual(tabs(), []);
      await eventually(() => document.getText().includes('TWO'), 'the loaded document follows the disk');
      assert.equal(document.isDirty, false);
    });

    it('are left alone when they are read-only', async () => {
      await files.write('a.txt', 'one\n');
      await chmod(files.fsPath('a.txt'), 0o444);
      assert.deepEqual(reasons(await edit('a.txt', () => 'two\n')), ['file.read_only']);
      assert.equal(await files.text('a.txt'), 'one\n');
      assert.equal((await new VsCodeFileProbe().probe(files.location('a.txt'), never())).isReadOnly, true);
    });
  });

  describe('open documents', () => {
    it('are changed in place: clean ones are saved, with one undo step, the cursor and the tabs as they were', async () => {
      await files.write('other.txt', 'other\n');
      await files.write('a.txt', 'one\r\ntwo\r\nthree\r\n');
      const editor = await files.open('a.txt');
      editor.selection = new vscode.Selection(2, 1, 2, 3);
      await vscode.window.showTextDocument(files.uri('other.txt'), {
        preview: false,
        viewColumn: vscode.ViewColumn.Beside,
      });
      const before = tabs();
      const outcome = await edit('a.txt', (text) =>
        text.replace('one\r\n', 'one\r\nand\r\n').replace('three', 'THREE'),
      );
      assert.equal(outcome.kind, 'applied');
      const document = files.document('a.txt');
      assert.equal(document?.getText(), 'one\r\nand\r\ntwo\r\nTHREE\r\n');
      assert.equal(document.isDirty, false);
      assert.equal(await files.text('a.txt'), 'one\r\nand\r\ntwo\r\nTHREE\r\n');
      assert.deepEqual(tabs(), before);
      assert.equal(vscode.window.activeTextEditor?.document.fileName, files.fsPath('other.txt'));
      await files.open('a.txt');
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), 'one\r\ntwo\r\nthree\r\n');
      await vscode.commands.executeCommand('redo');
      assert.equal(document.getText(), 'one\r\nand\r\ntwo\r\nTHREE\r\n');
    });

    it('keep the cursor where the person is typing', async () => {
      await files.write('a.txt', 'one\ntwo\nthree\nfour\n');
      const editor = await files.open('a.txt');
      editor.selection = new vscode.Selection(2, 4, 2, 4);
      await edit('a.txt', (text) => text.replace('one\n', 'one\nnew\nlines\n').replace('four', 'FOUR'));
      assert.deepEqual(editor.selection, new vscode.Selection(4, 4, 4, 4));
      assert.equal(editor.document.lineAt(4).text, 'three');
    });

    it('that were dirty stay dirty, with what the person typed, and the disk stays as it was', async () => {
      await files.write('a.txt', 'one\ntwo\n');
      const editor = await files.openAndType('a.txt', 'typed\n');
      const outcome = await edit('a.txt', (text) => text.replace('two', 'TWO'));
      assert.equal(outcome.kind, 'applied');
      assert.equal(editor.document.getText(), 'typed\none\nTWO\n');
      assert.equal(editor.document.isDirty, true);
      assert.equal(await files.text('a.txt'), 'one\ntwo\n');
      await vscode.commands.executeCommand('undo');
      assert.equal(editor.document.getText(), 'typed\none\ntwo\n');
    });

    it('with mixed line endings are refused: saving would rewrite every line', async () => {
      const bytes = Buffer.from('one\r\ntwo\nthree\r\n');
      await files.write('a.txt', bytes);
      await files.open('a.txt');
      const facts = await new VsCodeFileProbe().probe(files.location('a.txt'), never());
      assert.deepEqual([facts.isOpen, facts.isDirty, facts.hasMixedEols], [true, false, true]);
      assert.deepEqual(reasons(await edit('a.txt', (text) => text.replace('two', 'TWO'))), ['file.mixed_line_endings']);
      assert.deepEqual(await files.bytes('a.txt'), bytes);
      assert.deepEqual(tabs(), ['a.txt!']);
    });

    it('keep a byte order mark and UTF-16', async () => {
      await files.write('a.txt', Buffer.from('\ufeffone\r\ntwo\r\n', 'utf16le'));
      await files.open('a.txt');
      assert.equal((await edit('a.txt', (text) => text.replace('two', 'TWO'))).kind, 'applied');
      assert.deepEqual(await files.bytes('a.txt'), Buffer.from('\ufeffone\r\nTWO\r\n', 'utf16le'));
    });

    it('that show what was on disk before something else wrote it are waited for', async () => {
      await files.write('a.txt', 'one\ntwo\n');
      await files.open('a.txt');
      await files.write('a.txt', 'one\ntwo\nthree\n');
      const outcome = await edit('a.txt', (text) => text.replace('one', 'ONE'));
      assert.equal(outcome.kind, 'applied');
      assert.equal(await files.text('a.txt'), 'ONE\ntwo\nthree\n');
    });

    it('under the name of a link are edited there', async () => {
      await files.write('real.txt', 'one\n');
      await symlink(files.fsPath('real.txt'), files.fsPath('link.txt'));
      const editor = await files.open('link.txt');
      assert.equal((await apply(modify('real.txt', 'one\n', 'two\n'))).kind, 'applied');
      assert.equal(editor.document.getText(), 'two\n');
      assert.equal(editor.document.isDirty, false);
      assert.equal(await files.text('real.txt'), 'two\n');
    });

    it('without a file are edited and stay unsaved', async () => {
      const document = await vscode.workspace.openTextDocument({ content: 'one\n', language: 'plaintext' });
      await vscode.window.showTextDocument(document, { preview: false });
      const outcome = await apply({
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

    it('of a notebook are refused', async () => {
      await files.write('a.ipynb', '{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}');
      assert.deepEqual(reasons(await edit('a.ipynb', () => 'x')), ['file.notebook']);
    });

    it('of several files are one undo step', async () => {
      await files.write('a.txt', 'a\n');
      await files.write('b.txt', 'b\n');
      await files.open('a.txt');
      await files.open('b.txt');
      assert.equal((await apply(modify('a.txt', 'a\n', 'A\n'), modify('b.txt', 'b\n', 'B\n'))).kind, 'applied');
      assert.deepEqual([await files.text('a.txt'), await files.text('b.txt')], ['A\n', 'B\n']);
      await vscode.commands.executeCommand('undo');
      assert.deepEqual([files.document('a.txt')?.getText(), files.document('b.txt')?.getText()], ['a\n', 'b\n']);
    });
  });

  describe('files that come, move and go', () => {
    it('are created with the directories above them', async () => {
      assert.equal((await apply(create('new/deep/a.txt', 'one\n'))).kind, 'applied');
      assert.equal(await files.text('new/deep/a.txt'), 'one\n');
      assert.deepEqual(tabs(), []);
    });

    it('are never created over something: a file, a directory, a dangling link', async () => {
      await files.write('a.txt', 'mine\n');
      await files.write('dir/x', '');
      await symlink(files.fsPath('nowhere'), files.fsPath('dangling'));
      for (const name of ['a.txt', 'dir', 'dangling']) {
        assert.deepEqual(reasons(await apply(create(name, 'yours\n'))), ['file.exists'], name);
      }
      assert.equal(await files.text('a.txt'), 'mine\n');
    });

    it('are never created outside the workspace, through a link neither', async () => {
      await files.write('x', '');
      await symlink(tmpdir(), files.fsPath('out'));
      assert.deepEqual(reasons(await apply(create('out/agent-team-escaped.txt', 'x'))), ['path.outside']);
    });

    it('are deleted, come back with bytes and permissions, and their tab stays', async () => {
      const bytes = Buffer.from('\ufeffone\r\ntwo', 'utf16le');
      await files.write('a.txt', bytes);
      await chmod(files.fsPath('a.txt'), 0o750);
      await files.open('a.txt');
      const outcome = await apply(remove('a.txt', 'one\r\ntwo'));
      assert.equal(outcome.kind, 'applied');
      assert.equal(await files.bytes('a.txt'), undefined);
      assert.equal(tabs().length, 1);
      const format = outcome.formats[files.location('a.txt').uri];
      assert.deepEqual(format, { encoding: 'utf16le', hasBom: true, mode: 0o750 });
      const restored = await apply({ ...create('a.txt', 'one\r\ntwo'), format } as FileOperation);
      assert.equal(restored.kind, 'applied');
      assert.deepEqual(await files.bytes('a.txt'), bytes);
      assert.equal((await stat(files.fsPath('a.txt'))).mode & 0o777, 0o750);
    });

    it('are not deleted while an editor holds unsaved text of them', async () => {
      await files.write('a.txt', 'one\n');
      await files.openAndType('a.txt', 'typed\n');
      assert.deepEqual(reasons(await apply(remove('a.txt', 'one\n'))), ['file.unsaved']);
      assert.equal(await files.text('a.txt'), 'one\n');
    });

    it('are renamed into a new directory, and an open tab goes along', async () => {
      await files.write('a.txt', 'one\n');
      await files.open('a.txt');
      assert.equal((await apply(rename('a.txt', 'sub/b.txt', 'one\n'))).kind, 'applied');
      assert.equal(await files.bytes('a.txt'), undefined);
      assert.equal(await files.text('sub/b.txt'), 'one\n');
      await eventually(() => tabs().join() === 'b.txt!', 'the tab has the new name');
    });

    it('are renamed with their unsaved text', async () => {
      await files.write('a.txt', 'one\n');
      await files.openAndType('a.txt', 'typed\n');
      assert.equal((await apply(rename('a.txt', 'b.txt', 'typed\none\n'))).kind, 'applied');
      assert.equal(await files.text('b.txt'), 'one\n');
      assert.equal(files.document('b.txt')?.getText(), 'typed\none\n');
      assert.deepEqual(tabs(), ['b.txt*!']);
    });

    it('are not renamed onto another file', async () => {
      await files.write('a.txt', 'one\n');
      await files.write('b.txt', 'two\n');
      assert.deepEqual(reasons(await apply(rename('a.txt', 'b.txt', 'one\n'))), ['file.exists']);
      assert.deepEqual([await files.text('a.txt'), await files.text('b.txt')], ['one\n', 'two\n']);
    });

    it('are renamed and edited in one plan, open or not', async () => {
      for (const isOpen of [false, true]) {
        await files.write('a.txt', 'one\ntwo\n');
        if (isOpen) await files.open('a.txt');
        const outcome = await apply(rename('a.txt', 'b.txt', 'one\ntwo\n'), {
          ...modify('a.txt', 'one\ntwo\n', 'one\nTWO\n'),
          location: files.location('b.txt'),
        });
        assert.equal(outcome.kind, 'applied');
        assert.equal(await files.text('b.txt'), 'one\nTWO\n');
        assert.equal(await files.bytes('a.txt'), undefined);
        await closeAll();
        await files.dispose();
      }
    });

    it('may take the place of one that the same plan moves away', async () => {
      await files.write('a.txt', 'old\n');
      assert.equal((await apply(rename('a.txt', 'b.txt', 'old\n'), create('a.txt', 'new\n'))).kind, 'applied');
      assert.deepEqual([await files.text('a.txt'), await files.text('b.txt')], ['new\n', 'old\n']);
    });
  });

  describe('all or nothing', () => {
    /** Fails at the n-th call that changes something; putting things back works. */
    class FailingDisk extends VsCodeDisk {
      private calls = 0;
      constructor(private readonly failAt: number) {
        super();
      }
      private count(): void {
        this.calls += 1;
        if (this.calls === this.failAt) throw new Error('the disk is full');
      }
      override async overwrite(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
        this.count();
        return super.overwrite(uri, bytes);
      }
      override async create(uri: vscode.Uri, bytes: Uint8Array): Promise<void> {
        this.count();
        return super.create(uri, bytes);
      }
      override async rename(from: vscode.Uri, to: vscode.Uri): Promise<void> {
        this.count();
        return super.rename(from, to);
      }
      override async delete(uri: vscode.Uri): Promise<void> {
        this.count();
        return super.delete(uri);
      }
    }

    for (const failAt of [1, 2, 3, 4, 5]) {
      it(`puts everything back when step ${failAt} of five fails`, async () => {
        const originals: Record<string, string> = {
          'open.txt': 'o1\r\no2\r\n',
          'closed.txt': 'c1\nc2',
          'gone.txt': 'bye\n',
          'moved.txt': 'move\n',
          'second.txt': 's\n',
        };
        for (const [name, text] of Object.entries(originals)) await files.write(name, text);
        const editor = await files.open('open.txt');
        applier = new VsCodeChangeApplier(new FailingDisk(failAt));
        const outcome = await apply(
          modify('closed.txt', 'c1\nc2', 'c1\nC2'),
          modify('second.txt', 's\n', 'S\n'),
          create('made/new.txt', 'new\n'),
          modify('open.txt', 'o1\r\no2\r\n', 'o1\r\nO2\r\n'),
          rename('moved.txt', 'made/moved.txt', 'move\n'),
          remove('gone.txt', 'bye\n'),
        );
        assert.deepEqual(reasons(outcome), ['file.not_written']);
        for (const [name, text] of Object.entries(originals)) assert.equal(await files.text(name), text, name);
        assert.equal(await files.bytes('made/new.txt'), undefined);
        await assert.rejects(stat(files.fsPath('made')), 'the new directory is gone');
        assert.equal(editor.document.getText(), 'o1\r\no2\r\n');
        assert.equal(editor.document.isDirty, false);
      });
    }

    it('changes nothing when one file of several is stale', async () => {
      await files.write('a.txt', 'a\n');
      await files.write('b.txt', 'other\n');
      const outcome = await apply(modify('a.txt', 'a\n', 'A\n'), modify('b.txt', 'b\n', 'B\n'));
      assert.deepEqual(outcome, { kind: 'stale', paths: [files.pathOf('b.txt')] });
      assert.equal(await files.text('a.txt'), 'a\n');
    });

    it('changes nothing when it was cancelled before it began', async () => {
      await files.write('a.txt', 'a\n');
      const signal = AbortSignal.abort();
      const outcome = await applier.apply({ runId: 'r', operations: [modify('a.txt', 'a\n', 'A\n')] }, signal);
      assert.deepEqual(reasons(outcome), ['cancelled']);
      assert.equal(await files.text('a.txt'), 'a\n');
    });

    it('runs plans one after the other, so the second of two on one text is stale', async () => {
      await files.write('a.txt', 'a\n');
      const [first, second] = await Promise.all([
        apply(modify('a.txt', 'a\n', 'A\n')),
        apply(modify('a.txt', 'a\n', 'B\n')),
      ]);
      assert.deepEqual([first.kind, second.kind], ['applied', 'stale']);
      assert.equal(await files.text('a.txt'), 'A\n');
    });
  });
});
