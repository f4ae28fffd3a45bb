// What applying a plan does to files that come, move and go, and what is left when a step fails.
import * as assert from 'node:assert/strict';
import { chmod, mkdir, rmdir, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type * as vscode from 'vscode';
import type { ApplyOutcome, FileOperation } from '../../src/core/changes/changeApplier';
import { VsCodeDisk } from '../../src/vscode/changes/disk';
import { VsCodeChangeApplier } from '../../src/vscode/changes/vsCodeChangeApplier';
import { ApplierFixture, reasons } from './support/applierFixture';
import { untilPasses } from '../support/until';
import { closeAll, eventually, tabs, untilTabs } from './support/workspaceFiles';

describe('applying changes of whole files', () => {
  let at: ApplierFixture;
  beforeEach(() => (at = new ApplierFixture()));
  afterEach(async () => at.dispose());
  describe('files that come, move and go', () => {
    it('are created with the directories above them', async () => {
      assert.equal((await at.apply(at.create('new/deep/a.txt', 'one\n'))).kind, 'applied');
      assert.equal(await at.files.text('new/deep/a.txt'), 'one\n');
      assert.deepEqual(tabs(), []);
    });

    it('are never created over something: a file, a directory, a dangling link', async () => {
      await at.files.write('a.txt', 'mine\n');
      await at.files.write('dir/x', '');
      await symlink(at.files.fsPath('nowhere'), at.files.fsPath('dangling'));
      for (const name of ['a.txt', 'dir', 'dangling']) {
        assert.deepEqual(reasons(await at.apply(at.create(name, 'yours\n'))), ['file.exists'], name);
      }
      assert.equal(await at.files.text('a.txt'), 'mine\n');
    });

    it('are never created outside the workspace, through a link neither', async () => {
      await at.files.write('x', '');
      await symlink(tmpdir(), at.files.fsPath('out'));
      assert.deepEqual(reasons(await at.apply(at.create('out/agent-team-escaped.txt', 'x'))), ['path.outside']);
    });

    it('are deleted, come back with bytes and permissions, and their tab stays', async () => {
      const bytes = Buffer.from('\ufeffone\r\ntwo', 'utf16le');
      await at.files.write('a.txt', bytes);
      await chmod(at.files.fsPath('a.txt'), 0o750);
      await at.files.open('a.txt');
      const outcome = await at.apply(at.remove('a.txt', 'one\r\ntwo'));
      assert.equal(outcome.kind, 'applied');
      assert.equal(await at.files.bytes('a.txt'), undefined);
      await untilPasses(() => assert.equal(tabs().length, 1));
      const format = outcome.formats[at.files.location('a.txt').uri];
      assert.deepEqual(format, { encoding: 'utf16le', hasBom: true, mode: 0o750 });
      const restored = await at.apply({ ...at.create('a.txt', 'one\r\ntwo'), format } as FileOperation);
      assert.equal(restored.kind, 'applied');
      assert.deepEqual(await at.files.bytes('a.txt'), bytes);
      assert.equal((await stat(at.files.fsPath('a.txt'))).mode & 0o777, 0o750);
    });

    it('are not deleted while an editor holds unsaved text of them', async () => {
      await at.files.write('a.txt', 'one\n');
      await at.files.openAndType('a.txt', 'typed\n');
      assert.deepEqual(reasons(await at.apply(at.remove('a.txt', 'one\n'))), ['file.unsaved']);
      assert.equal(await at.files.text('a.txt'), 'one\n');
    });

    it('are renamed into a new directory, and an open tab goes along', async () => {
      await at.files.write('a.txt', 'one\n');
      await at.files.open('a.txt');
      assert.equal((await at.apply(at.rename('a.txt', 'sub/b.txt', 'one\n'))).kind, 'applied');
      assert.equal(await at.files.bytes('a.txt'), undefined);
      assert.equal(await at.files.text('sub/b.txt'), 'one\n');
      await eventually(() => tabs().join() === 'b.txt!', 'the tab has the new name');
    });

    it('are renamed with their unsaved text', async () => {
      await at.files.write('a.txt', 'one\n');
      await at.files.openAndType('a.txt', 'typed\n');
      assert.equal((await at.apply(at.rename('a.txt', 'b.txt', 'typed\none\n'))).kind, 'applied');
      assert.equal(await at.files.text('b.txt'), 'one\n');
      assert.equal(at.files.document('b.txt')?.getText(), 'typed\none\n');
      await untilTabs(['b.txt*!']);
    });

    it('are not renamed onto another file', async () => {
      await at.files.write('a.txt', 'one\n');
      await at.files.write('b.txt', 'two\n');
      assert.deepEqual(reasons(await at.apply(at.rename('a.txt', 'b.txt', 'one\n'))), ['file.exists']);
      assert.deepEqual([await at.files.text('a.txt'), await at.files.text('b.txt')], ['one\n', 'two\n']);
    });

    it('are renamed and edited in one plan, open or not', async () => {
      for (const isOpen of [false, true]) {
        await at.files.write('a.txt', 'one\ntwo\n');
        if (isOpen) await at.files.open('a.txt');
        const outcome = await at.apply(at.rename('a.txt', 'b.txt', 'one\ntwo\n'), {
          ...at.modify('a.txt', 'one\ntwo\n', 'one\nTWO\n'),
          location: at.files.location('b.txt'),
        });
        assert.equal(outcome.kind, 'applied');
        assert.equal(await at.files.text('b.txt'), 'one\nTWO\n');
        assert.equal(await at.files.bytes('a.txt'), undefined);
        await closeAll();
        await at.files.dispose();
      }
    });

    it('may take the place of one that the same plan moves away', async () => {
      await at.files.write('a.txt', 'old\n');
      assert.equal((await at.apply(at.rename('a.txt', 'b.txt', 'old\n'), at.create('a.txt', 'new\n'))).kind, 'applied');
      assert.deepEqual([await at.files.text('a.txt'), await at.files.text('b.txt')], ['new\n', 'old\n']);
    });
  });

  describe('folders that were made for files', () => {
    const exists = (name: string) =>
      stat(at.files.fsPath(name)).then(
        () => true,
        () => false,
      );
    const madeFor = (outcome: ApplyOutcome, name: string) =>
      outcome.kind === 'applied' ? (outcome.madeFolders[at.files.location(name).uri] ?? []) : assert.fail(outcome.kind);

    it('go with their files, the innermost first, whatever the order of the plan', async () => {
      await at.files.write('x', '');
      const made = await at.apply(at.create('new/deep/a.txt', 'a\n'), at.create('new/deep/b.txt', 'b\n'));
      const madeFolders = madeFor(made, 'new/deep/a.txt');
      assert.deepEqual(madeFolders, [at.files.uri('new').toString(), at.files.uri('new/deep').toString()]);
      assert.deepEqual(madeFor(made, 'new/deep/b.txt'), []);
      const removeA = { ...at.remove('new/deep/a.txt', 'a\n'), madeFolders };
      assert.equal((await at.apply(removeA, at.remove('new/deep/b.txt', 'b\n'))).kind, 'applied');
      assert.equal(await exists('new'), false);
    });

    it('stay with whatever else is in them, and so does what a link there leads to', async () => {
      const made = await at.apply(at.create('mine/a.txt', 'a\n'), at.create('linked/b.txt', 'b\n'));
      await at.files.write('mine/notes.txt', 'typed\n');
      await at.files.write('elsewhere/c.txt', 'c\n');
      const removeA = { ...at.remove('mine/a.txt', 'a\n'), madeFolders: madeFor(made, 'mine/a.txt') };
      assert.equal((await at.apply(removeA)).kind, 'applied');
      assert.equal(await at.files.text('mine/notes.txt'), 'typed\n');
      await at.apply(at.rename('linked/b.txt', 'b.txt', 'b\n'));
      await rmdir(at.files.fsPath('linked'));
      await mkdir(at.files.fsPath('empty'));
      await symlink(at.files.fsPath('empty'), at.files.fsPath('linked'));
      const moved = { ...at.rename('b.txt', 'd.txt', 'b\n'), madeFolders: madeFor(made, 'linked/b.txt') };
      assert.equal((await at.apply(moved)).kind, 'applied');
      assert.deepEqual([await exists('linked'), await exists('empty')], [true, true]);
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
        for (const [name, text] of Object.entries(originals)) await at.files.write(name, text);
        const editor = await at.files.open('open.txt');
        at.applier = new VsCodeChangeApplier(new FailingDisk(failAt));
        const outcome = await at.apply(
          at.modify('closed.txt', 'c1\nc2', 'c1\nC2'),
          at.modify('second.txt', 's\n', 'S\n'),
          at.create('made/new.txt', 'new\n'),
          at.modify('open.txt', 'o1\r\no2\r\n', 'o1\r\nO2\r\n'),
          at.rename('moved.txt', 'made/moved.txt', 'move\n'),
          at.remove('gone.txt', 'bye\n'),
        );
        assert.deepEqual(reasons(outcome), ['file.not_written']);
        for (const [name, text] of Object.entries(originals)) assert.equal(await at.files.text(name), text, name);
        assert.equal(await at.files.bytes('made/new.txt'), undefined);
        await assert.rejects(stat(at.files.fsPath('made')), 'the new directory is gone');
        assert.equal(editor.document.getText(), 'o1\r\no2\r\n');
        assert.equal(editor.document.isDirty, false);
      });
    }

    it('changes nothing when one file of several is stale', async () => {
      await at.files.write('a.txt', 'a\n');
      await at.files.write('b.txt', 'other\n');
      const outcome = await at.apply(at.modify('a.txt', 'a\n', 'A\n'), at.modify('b.txt', 'b\n', 'B\n'));
      assert.deepEqual(outcome, { kind: 'stale', paths: [at.files.pathOf('b.txt')] });
      assert.equal(await at.files.text('a.txt'), 'a\n');
    });

    it('changes nothing when it was cancelled before it began', async () => {
      await at.files.write('a.txt', 'a\n');
      const signal = AbortSignal.abort();
      const outcome = await at.applier.apply({ runId: 'r', operations: [at.modify('a.txt', 'a\n', 'A\n')] }, signal);
      assert.deepEqual(reasons(outcome), ['cancelled']);
      assert.equal(await at.files.text('a.txt'), 'a\n');
    });

    it('runs plans one after the other, so the second of two on one text is stale', async () => {
      await at.files.write('a.txt', 'a\n');
      const [first, second] = await Promise.all([
        at.apply(at.modify('a.txt', 'a\n', 'A\n')),
        at.apply(at.modify('a.txt', 'a\n', 'B\n')),
      ]);
      assert.deepEqual([first.kind, second.kind], ['applied', 'stale']);
      assert.equal(await at.files.text('a.txt'), 'A\n');
    });
  });
});
