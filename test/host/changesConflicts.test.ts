// What does not merge where there is no merge editor: a preview with conflict markers, and a question.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ChangeConflicts } from '../../src/vscode/changes/changeConflicts';
import { ChangeDiffs } from '../../src/vscode/changes/changeDiffs';
import { ChangeDocuments } from '../../src/vscode/changes/changeDocuments';
import { changeUri } from '../../src/vscode/changes/changeUris';
import { ChangeFixture } from './support/changeFixture';
import { closeAll, untilTabs, WorkspaceFiles } from './support/workspaceFiles';

const MARKED = '<<<<<<< workspace\nzwei\n=======\nTWO\n>>>>>>> agent team\n';

describe('conflicts without the merge editor', () => {
  let files: WorkspaceFiles;
  let fixture: ChangeFixture;
  let conflicts: ChangeConflicts;
  let owned: vscode.Disposable;
  let asked: string[][];
  let answer: (choices: string[]) => string | undefined;
  let tests = 0;

  beforeEach(() => {
    files = new WorkspaceFiles(`conflicts-${(tests += 1)}`);
    fixture = new ChangeFixture();
    asked = [];
    answer = () => undefined;
    const review = fixture.sets;
    const diffs = new ChangeDiffs({ review, titleOf: () => 'Make it loud' });
    conflicts = new ChangeConflicts({
      review,
      closeSettled: (runId) => diffs.closeSettled(runId),
      hasMergeEditor: async () => false,
      ask: async (question, ...choices) => {
        asked.push([question, ...choices]);
        return answer(choices);
      },
    });
    owned = vscode.Disposable.from(new ChangeDocuments(review), conflicts);
  });
  afterEach(async () => {
    await closeAll();
    owned.dispose();
    await files.dispose();
  });

  const status = () => fixture.sets.list('run')[0]?.status;

  /** One line was changed by the run and by the person: accepting it is a conflict. */
  async function conflict(): Promise<string> {
    await files.write('a.txt', 'one\ntwo\nthree\n');
    const location = files.location('a.txt');
    await fixture.propose('run', { kind: 'modify', location, text: 'one\nTWO\nthree\n' });
    await files.write('a.txt', 'one\nzwei\nthree\n');
    assert.deepEqual((await fixture.sets.accept('run')).conflicts, [location.path]);
    return location.path;
  }

  it('are shown with both sides between markers and asked about; nothing is written before the answer', async () => {
    const path = await conflict();
    await conflicts.open('run', path);
    assert.deepEqual(
      asked.map(([, ...choices]) => choices),
      [['Keep mine', 'Take the proposal', 'Write both with markers']],
    );
    assert.match(asked[0]?.[0] ?? '', /a\.txt does not merge/);
    await untilTabs(['a.txt (conflict)!']);
    const preview = await vscode.workspace.openTextDocument(changeUri({ runId: 'run', path, side: 'markers' }));
    assert.equal(preview.getText(), `one\n${MARKED}three\n`);
    assert.equal(await files.text('a.txt'), 'one\nzwei\nthree\n');
    assert.equal(status(), 'conflicted', 'no answer leaves both sides');
  });

  for (const [choice, left, end] of [
    ['Keep mine', 'one\nzwei\nthree\n', 'accepted'],
    ['Take the proposal', 'one\nTWO\nthree\n', 'accepted'],
    ['Write both with markers', `one\n${MARKED}three\n`, 'accepted'],
  ] as const) {
    it(`are settled by "${choice}", and the preview closes`, async () => {
      const path = await conflict();
      answer = (choices) => choices.find((label) => label === choice);
      await conflicts.open('run', path);
      assert.deepEqual([await files.text('a.txt'), status()], [left, end]);
      await untilTabs([]);
    });
  }

  it('go into the buffer where an editor holds unsaved text, and leave it unsaved', async () => {
    await files.write('a.txt', 'one\ntwo\nthree\n');
    const location = files.location('a.txt');
    await fixture.propose('run', { kind: 'modify', location, text: 'one\nTWO\nthree\n' });
    const editor = await files.open('a.txt');
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 3), 'zwei'));
    await fixture.sets.accept('run');
    answer = ([, take]) => take;
    await conflicts.open('run', location.path);
    assert.equal(editor.document.getText(), 'one\nTWO\nthree\n');
    assert.equal(editor.document.isDirty, true);
    assert.equal(await files.text('a.txt'), 'one\ntwo\nthree\n');
  });

  it('offer no markers where a side is no file', async () => {
    await files.write('a.txt', 'one\n');
    const location = files.location('a.txt');
    await fixture.propose('run', { kind: 'delete', location });
    await files.write('a.txt', 'one\nmore\n');
    assert.deepEqual((await fixture.sets.accept('run')).conflicts, [location.path]);
    await conflicts.open('run', location.path);
    assert.deepEqual(
      asked.map(([, ...choices]) => choices),
      [['Keep mine']],
    );
    assert.equal(await files.text('a.txt'), 'one\nmore\n', 'a file that changed is never deleted');
  });
});
