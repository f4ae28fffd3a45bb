// Review of change sets in a real VS Code: diffs, decisions at the cursor, merging with what a person typed, conflicts, taking back.
import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { ChangeCommands } from '../../src/vscode/changes/changeCommands';
import { ChangeConflicts } from '../../src/vscode/changes/changeConflicts';
import { ChangeDiffs } from '../../src/vscode/changes/changeDiffs';
import { ChangeDocuments } from '../../src/vscode/changes/changeDocuments';
import { parseChangeUri } from '../../src/vscode/changes/changeUris';
import { ChangeFixture } from './support/changeFixture';
import { activeEditor, closeAll, eventually, tabs, untilTabs, WorkspaceFiles } from './support/workspaceFiles';

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'];
const text = (change: (line: string) => string = (line) => line) => NUMBERS.map((line) => `${change(line)}\n`).join('');
const upper = (...lines: string[]) => text((line) => (lines.includes(line) ? line.toUpperCase() : line));

describe('reviewing changes in a real VS Code', function () {
  // Diff and merge editors take their time on a busy machine.
  this.timeout(60_000);
  let files: WorkspaceFiles;
  let fixture: ChangeFixture;
  let commands: ChangeCommands;
  let conflicts: ChangeConflicts;
  let owned: vscode.Disposable;
  let tests = 0;

  beforeEach(() => {
    files = new WorkspaceFiles(`review-${(tests += 1)}`);
    fixture = new ChangeFixture();
    const review = fixture.sets;
    const titleOf = () => 'Make it loud';
    const diffs = new ChangeDiffs({ review, titleOf });
    conflicts = new ChangeConflicts({ review, closeSettled: (runId) => diffs.closeSettled(runId) });
    commands = new ChangeCommands({ review, diffs, conflicts, titleOf });
    owned = vscode.Disposable.from(new ChangeDocuments(review), conflicts);
  });
  afterEach(async () => {
    await closeAll();
    owned.dispose();
    await files.dispose();
  });

  const modify = (name: string, proposed: string) =>
    ({ kind: 'modify', location: files.location(name), text: proposed }) as const;
  const statuses = () => fixture.sets.list('run').map(({ path: at, status }) => `${path.basename(at)} ${status}`);
  const hunkIds = () => fixture.sets.list('run')[0]?.hunks.map(({ id }) => id) ?? [];

  it('leaves disk and editors alone until a change is accepted', async () => {
    await files.write('a.txt', text());
    const editor = await files.open('a.txt');
    await fixture.propose('run', modify('a.txt', upper('two')));
    assert.equal(await files.text('a.txt'), text());
    assert.equal(editor.document.getText(), text());
    assert.deepEqual(statuses(), ['a.txt proposed']);
    assert.deepEqual(await commands.accept([{ runId: 'run' }]), {
      applied: [files.pathOf('a.txt')],
      conflicts: [],
      failed: [],
    });
    assert.equal(await files.text('a.txt'), upper('two'));
    assert.equal(editor.document.getText(), upper('two'));
    assert.equal(editor.document.isDirty, false);
    assert.deepEqual(fixture.publisher.topics, ['edit.proposed', 'edit.accepted']);
  });

  it('accepts and rejects single hunks', async () => {
    await files.write('a.txt', text());
    await fixture.propose('run', modify('a.txt', upper('two', 'five', 'eight')));
    const [two, five] = hunkIds();
    await commands.accept([{ runId: 'run', path: files.pathOf('a.txt'), hunkId: five }]);
    assert.equal(await files.text('a.txt'), upper('five'));
    await commands.reject([{ runId: 'run', path: files.pathOf('a.txt'), hunkId: two }]);
    assert.equal(await files.text('a.txt'), upper('five'));
    await commands.accept([{ runId: 'run' }]);
    assert.equal(await files.text('a.txt'), upper('five', 'eight'));
    assert.deepEqual(statuses(), ['a.txt accepted']);
  });

  it('shows one file as a diff of read-only texts, follows further proposals, and closes it once all is decided', async () => {
    await files.write('a.txt', text());
    await fixture.propose('run', modify('a.txt', upper('two')));
    await commands.show([{ runId: 'run' }]);
    await untilTabs(['a.txt (proposed by Make it loud)!']);
    const editor = await activeEditor(({ document }) => parseChangeUri(document.uri) !== undefined);
    assert.deepEqual(parseChangeUri(editor.document.uri), {
      runId: 'run',
      path: files.pathOf('a.txt'),
      side: 'proposed',
    });
    assert.equal(editor.document.getText(), upper('two'));
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(editor.document.getText(), upper('two'));
    await fixture.propose('run', modify('a.txt', upper('two', 'five')));
    await eventually(() => editor.document.getText() === upper('two', 'five'), 'the diff shows the new proposal');
    editor.selection = new vscode.Selection(0, 0, 0, 0);
    await commands.accept([]);
    await eventually(() => tabs().length === 0, 'the diff is closed');
    assert.deepEqual(statuses(), ['a.txt accepted']);
  });

  it('accepts the hunk at the cursor of the diff, and the file by the diff’s title', async () => {
    await files.write('a.txt', text());
    await fixture.propose('run', modify('a.txt', upper('two', 'five', 'eight')));
    await commands.show([{ runId: 'run', path: files.pathOf('a.txt') }]);
    const editor = await activeEditor(({ document }) => parseChangeUri(document.uri) !== undefined);
    editor.selection = new vscode.Selection(4, 0, 4, 0);
    await commands.accept([]);
    assert.equal(await files.text('a.txt'), upper('five'));
    editor.selection = new vscode.Selection(1, 0, 1, 0);
    await commands.reject([]);
    assert.equal(await files.text('a.txt'), upper('five'));
    await commands.accept([editor.document.uri]);
    assert.equal(await files.text('a.txt'), upper('five', 'eight'));
  });

  it('knows the change of the file that a plain editor shows', async () => {
    await files.write('a.txt', text());
    await files.write('b.txt', text());
    await fixture.propose('run', modify('a.txt', upper('two', 'five')), modify('b.txt', upper('one')));
    const editor = await files.open('a.txt');
    editor.selection = new vscode.Selection(1, 2, 1, 2);
    await commands.accept([]);
    assert.equal(await files.text('a.txt'), upper('two'));
    assert.equal(await files.text('b.txt'), text());
  });

  it('shows several files in the multi-file diff editor', async () => {
    await files.write('a.txt', text());
    await files.write('gone.txt', 'bye\n');
    await fixture.propose(
      'run',
      modify('a.txt', upper('two')),
      { kind: 'create', location: files.location('new.txt'), text: 'new\n' },
      { kind: 'delete', location: files.location('gone.txt') },
    );
    await commands.show([{ runId: 'run' }]);
    await untilTabs(['Make it loud (3 files)!']);
    await commands.accept([{ runId: 'run', fromTree: true }]);
    assert.deepEqual(
      [await files.text('a.txt'), await files.text('new.txt'), await files.text('gone.txt')],
      [upper('two'), 'new\n', undefined],
    );
    await eventually(() => tabs().length === 0, 'the diff is closed');
  });

  it('merges with what the person typed meanwhile, and leaves that unsaved', async () => {
    await files.write('a.txt', text());
    await fixture.propose('run', modify('a.txt', upper('seven')));
    const editor = await files.openAndType('a.txt', 'typed\n');
    const result = await commands.accept([{ runId: 'run' }]);
    assert.deepEqual(result?.applied, [files.pathOf('a.txt')]);
    assert.equal(editor.document.getText(), `typed\n${upper('seven')}`);
    assert.equal(editor.document.isDirty, true);
    assert.equal(await files.text('a.txt'), text());
  });

  it('reports what does not merge, asks nothing of a program, and keeps both sides', async () => {
    await files.write('a.txt', text());
    await fixture.propose('run', modify('a.txt', upper('two')));
    await files.write(
      'a.txt',
      text((line) => (line === 'two' ? 'zwei' : line)),
    );
    const result = await commands.accept([{ runId: 'run' }]);
    assert.deepEqual(result, { applied: [], conflicts: [files.pathOf('a.txt')], failed: [] });
    assert.deepEqual(statuses(), ['a.txt conflicted']);
    await untilTabs([]);
    assert.equal(
      await files.text('a.txt'),
      text((line) => (line === 'two' ? 'zwei' : line)),
    );
    const conflict = fixture.sets.conflict('run', files.pathOf('a.txt'));
    assert.match(conflict?.withMarkers?.({ ours: 'a', theirs: 'b' }) ?? '', /<<<<<<< a\nzwei\n=======\nTWO\n>>>>>>> b/);
  });

  it('opens the merge editor for a person, and takes what it leaves in the file as settled', async () => {
    await files.write('a.txt', text());
    await fixture.propose('run', modify('a.txt', upper('two')));
    await files.write(
      'a.txt',
      text((line) => (line === 'two' ? 'zwei' : line)),
    );
    await commands.accept([{ runId: 'run', fromTree: true }]);
    assert.ok((await vscode.commands.getCommands(false)).includes('_open.mergeEditor'));
    await eventually(() => tabs().some((tab) => tab.includes('a.txt')), 'the merge editor is open');
    const document = await vscode.workspace.openTextDocument(files.uri('a.txt'));
    const edit = new vscode.WorkspaceEdit();
    const merged = text((line) => (line === 'two' ? 'zwei TWO' : line));
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    edit.replace(document.uri, whole, merged);
    assert.ok(await vscode.workspace.applyEdit(edit));
    await document.save();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await eventually(() => statuses().join() !== 'a.txt conflicted', 'the conflict is settled');
    assert.equal(await files.text('a.txt'), merged);
  });

  it('takes an accepted run back after a reload, merged with later work, and leaves git alone', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: files.root, encoding: 'utf8' });
    const gitState = async () => ({
      head: git('rev-parse', 'HEAD'),
      branches: git('branch', '-a', '-v'),
      stash: git('stash', 'list'),
      worktrees: git('worktree', 'list'),
      staged: git('diff', '--cached'),
      status: git('status', '--porcelain', '--', '.', `:!${files.folder}`),
      config: createHash('sha256')
        .update(await readFile(path.join(files.root, '.git', 'config')))
        .digest('hex'),
      index: git('ls-files', '--stage'),
    });
    const before = await gitState();
    await files.write('a.txt', text());
    await files.write('old.txt', 'move me\n');
    await fixture.propose(
      'run',
      modify('a.txt', upper('two')),
      { kind: 'create', location: files.location('deep/new.txt'), text: 'new\n' },
      { kind: 'rename', from: files.location('old.txt'), location: files.location('moved.txt') },
    );
    await commands.accept([{ runId: 'run' }]);
    assert.deepEqual(statuses().sort(), ['a.txt accepted', 'moved.txt accepted', 'new.txt accepted']);
    await files.write('a.txt', upper('two').replace('eight', 'eight and later work'));
    const sets = await fixture.reload();
    const result = await sets.revert('run');
    assert.deepEqual(result.failed, []);
    assert.equal(await files.text('a.txt'), text().replace('eight', 'eight and later work'));
    assert.equal(await files.bytes('deep/new.txt'), undefined);
    assert.deepEqual([await files.text('old.txt'), await files.text('moved.txt')], ['move me\n', undefined]);
    assert.deepEqual(statuses().sort(), ['a.txt reverted', 'moved.txt reverted', 'new.txt reverted']);
    assert.deepEqual(await gitState(), before);
  });

  it('applies at once in auto mode: one undo step, nothing saved that was not, nothing moved', async () => {
    fixture.mode = 'auto';
    await files.write('a.txt', text());
    await files.write('b.txt', text());
    const dirty = await files.openAndType('a.txt', 'typed\n');
    const clean = await files.open('b.txt');
    clean.selection = new vscode.Selection(6, 3, 6, 3);
    const shown = ['a.txt*', 'b.txt!'];
    await untilTabs(shown);
    await fixture.propose(
      'run',
      modify('a.txt', `typed\n${upper('two', 'seven')}`),
      modify('b.txt', upper('one', 'four')),
    );
    assert.equal(dirty.document.isDirty, true);
    assert.equal(await files.text('a.txt'), text());
    assert.equal(await files.text('b.txt'), upper('one', 'four'));
    await untilTabs(shown);
    await activeEditor(({ document }) => document.fileName === files.fsPath('b.txt'));
    assert.deepEqual(clean.selection, new vscode.Selection(6, 3, 6, 3));
    await vscode.commands.executeCommand('undo');
    assert.deepEqual([dirty.document.getText(), clean.document.getText()], [`typed\n${text()}`, text()]);
    assert.deepEqual(fixture.publisher.topics, ['edit.proposed', 'edit.accepted']);
  });

  it('says so where nothing waits', async () => {
    await assert.rejects(commands.show([{ runId: 'nobody' }]), /no proposed changes/);
    assert.deepEqual(await commands.accept([{ runId: 'nobody' }]), { applied: [], conflicts: [], failed: [] });
    await assert.rejects(commands.accept([{ hunk: 1, runId: 7 }]), /does not take/);
  });
});
