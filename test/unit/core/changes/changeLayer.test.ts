import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { ChangesFixture } from '../../../support/inMemoryChanges';

const TEN = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';
const edited = TEN.replace('two', 'TWO').replace('nine', 'NINE');

describe('files and layers of change sets', () => {
  describe('files', () => {
    it('creates, deletes and renames, and takes all of it back', async () => {
      const fixture = new ChangesFixture({ 'gone.txt': 'gone\n', 'old.txt': TEN });
      await fixture.sets.propose(fixture.proposer(), [
        { kind: 'create', location: fixture.at('dir/new.txt'), text: 'new\n' },
        { kind: 'delete', location: fixture.at('gone.txt') },
        { kind: 'rename', from: fixture.at('old.txt'), location: fixture.at('dir/moved.txt') },
        { kind: 'modify', location: fixture.at('dir/moved.txt'), text: edited },
      ]);
      assert.deepEqual(
        fixture.sets.list('run').map(({ path, from, kind }) => [path, from, kind]),
        [
          ['dir/moved.txt', 'old.txt', 'rename'],
          ['dir/new.txt', undefined, 'create'],
          ['gone.txt', undefined, 'delete'],
        ],
      );
      assert.equal((await fixture.sets.accept('run')).applied.length, 3);
      assert.equal(await fixture.text('dir/moved.txt'), edited);
      assert.equal(await fixture.text('old.txt'), undefined);
      assert.equal(await fixture.text('gone.txt'), undefined);
      await fixture.sets.revert('run');
      assert.equal(await fixture.text('old.txt'), TEN);
      assert.equal(await fixture.text('gone.txt'), 'gone\n');
      assert.equal(await fixture.text('dir/moved.txt'), undefined);
      assert.equal(await fixture.text('dir/new.txt'), undefined);
      assert.ok(fixture.sets.list('run').every(({ status }) => status === 'reverted'));
    });

    it('lets a new file stand where another one was moved away', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      await fixture.sets.propose(fixture.proposer(), [
        { kind: 'rename', from: fixture.at('a.txt'), location: fixture.at('b.txt') },
        { kind: 'create', location: fixture.at('a.txt'), text: 'new a\n' },
      ]);
      assert.equal(await fixture.seen('a.txt'), 'new a\n');
      assert.equal(await fixture.seen('b.txt'), 'a\n');
      assert.deepEqual((await fixture.sets.accept('run')).conflicts, []);
      assert.equal(await fixture.text('a.txt'), 'new a\n');
      assert.equal(await fixture.text('b.txt'), 'a\n');
      await fixture.sets.revert('run');
      assert.equal(await fixture.text('a.txt'), 'a\n');
      assert.equal(await fixture.text('b.txt'), undefined);
    });

    it('takes the move along when only the new file in its place is accepted', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      await fixture.sets.propose(fixture.proposer(), [
        { kind: 'rename', from: fixture.at('a.txt'), location: fixture.at('b.txt') },
        { kind: 'create', location: fixture.at('a.txt'), text: 'new a\n' },
      ]);
      const [hunk] = (await fixture.sets.sides('run', 'a.txt'))?.hunks ?? [];
      assert.deepEqual((await fixture.sets.accept('run', 'a.txt', hunk?.id)).applied, ['b.txt', 'a.txt']);
      assert.equal(await fixture.text('a.txt'), 'new a\n');
      assert.equal(await fixture.text('b.txt'), 'a\n');
    });

    it('makes nothing of a file that is created and deleted, or moved and moved back', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      const { proposer, sets } = { proposer: fixture.proposer(), sets: fixture.sets };
      await sets.propose(proposer, [{ kind: 'create', location: fixture.at('n.txt'), text: 'n\n' }]);
      await sets.propose(proposer, [{ kind: 'delete', location: fixture.at('n.txt') }]);
      await sets.propose(proposer, [{ kind: 'rename', from: fixture.at('a.txt'), location: fixture.at('b.txt') }]);
      await sets.propose(proposer, [{ kind: 'rename', from: fixture.at('b.txt'), location: fixture.at('a.txt') }]);
      assert.deepEqual(sets.list('run'), []);
    });

    it('deletes a moved file where it still is', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      await fixture.sets.propose(fixture.proposer(), [
        { kind: 'rename', from: fixture.at('a.txt'), location: fixture.at('b.txt') },
        { kind: 'delete', location: fixture.at('b.txt') },
      ]);
      assert.deepEqual(
        fixture.sets.list('run').map(({ path, kind }) => [path, kind]),
        [['a.txt', 'delete']],
      );
    });
  });

  it('counts the edits that wait: hunks, and files that only move', async () => {
    const fixture = new ChangesFixture({ 'a.txt': TEN, 'b.txt': 'b\n' });
    assert.equal(await fixture.sets.count({ runId: 'run' }), 0);
    await fixture.modify('a.txt', edited);
    await fixture.sets.propose(fixture.proposer(), [
      { kind: 'rename', from: fixture.at('b.txt'), location: fixture.at('c.txt') },
    ]);
    assert.equal(await fixture.sets.count({ runId: 'run' }), 3);
    await fixture.sets.accept('run', 'a.txt');
    assert.equal(await fixture.sets.count({ runId: 'run' }), 1);
  });

  describe('layers of tasks', () => {
    it('hides a task from the run until it is merged, and the run from nobody', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', TEN.replace('one', 'ONE'));
      await fixture.sets.openLayer({ runId: 'run', taskId: 't1' });
      await fixture.modify('a.txt', ((await fixture.seen('a.txt', 't1')) ?? '').replace('ten', 'TEN'), 't1');
      assert.equal(await fixture.seen('a.txt', 't1'), TEN.replace('one', 'ONE').replace('ten', 'TEN'));
      assert.equal(await fixture.seen('a.txt'), TEN.replace('one', 'ONE'));
      assert.deepEqual(fixture.topics(), ['edit.proposed']);
      await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId: 't1' });
      assert.equal(await fixture.seen('a.txt'), TEN.replace('one', 'ONE').replace('ten', 'TEN'));
      assert.deepEqual(fixture.topics(), ['edit.proposed', 'edit.proposed']);
    });

    it('merges two tasks that worked on one file at the same time', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      for (const [taskId, text] of [
        ['t1', TEN.replace('two', 'TWO')],
        ['t2', TEN.replace('nine', 'NINE')],
      ] as const) {
        await fixture.sets.openLayer({ runId: 'run', taskId });
        await fixture.modify('a.txt', text, taskId);
      }
      for (const taskId of ['t1', 't2']) {
        assert.deepEqual((await fixture.merge(taskId)).conflicts, []);
      }
      assert.equal(await fixture.seen('a.txt'), edited);
    });

    it('keeps both sides of what does not merge, and lets nobody accept one of them by the way', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      for (const taskId of ['t1', 't2']) {
        await fixture.sets.openLayer({ runId: 'run', taskId });
        await fixture.modify('a.txt', TEN.replace('two', `two of ${taskId}`), taskId);
      }
      await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId: 't1' });
      const merged = await fixture.merge('t2');
      assert.deepEqual(merged.conflicts, ['a.txt']);
      assert.equal(fixture.topics().at(-1), 'edit.conflicted');
      const conflict = fixture.sets.conflict('run', 'a.txt');
      assert.match(conflict?.present ?? '', /two of t1/);
      assert.match(conflict?.proposed ?? '', /two of t2/);
      assert.deepEqual((await fixture.sets.accept('run')).conflicts, ['a.txt']);
      assert.equal(await fixture.text('a.txt'), TEN);
      await fixture.sets.resolve('run', 'a.txt', TEN.replace('two', 'both'));
      await fixture.sets.accept('run');
      assert.equal(await fixture.text('a.txt'), TEN.replace('two', 'both'));
    });

    it('keeps a conflict that nobody has settled whatever else the file goes through, and lets no third side in', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      for (const [taskId, text] of [
        ['t1', TEN.replace('two', 'two of t1')],
        ['t2', TEN.replace('two', 'two of t2')],
        ['t3', TEN.replace('two', 'two of t3')],
        ['t4', TEN.replace('nine', 'NINE')],
      ] as const) {
        await fixture.sets.openLayer({ runId: 'run', taskId });
        await fixture.modify('a.txt', text, taskId);
      }
      await fixture.merge('t1');
      await fixture.merge('t2');
      const third = await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId: 't3' });
      assert.equal(isFailure(third) && third.reason, 'edit.conflict');
      assert.deepEqual((await fixture.merge('t4')).conflicts, []);
      const conflict = fixture.sets.conflict('run', 'a.txt');
      assert.match(conflict?.present ?? '', /two of t1[^]*NINE/);
      assert.match(conflict?.proposed ?? '', /two of t2/);
    });

    it("keeps a task's work as a proposal where automatic mode can not apply it", async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      fixture.mode = 'auto';
      await fixture.sets.openLayer({ runId: 'run', taskId: 't1' });
      await fixture.modify('a.txt', 'A\n', 't1');
      fixture.applier.refused.set('a.txt', 'It is read-only.');
      const { merged } = await fixture.merge('t1');
      assert.deepEqual(
        merged.map(({ path, status }) => [path, status]),
        [['a.txt', 'proposed']],
      );
      assert.equal(await fixture.seen('a.txt'), 'A\n');
    });

    it('carries new, moved and deleted files over', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN, 'gone.txt': 'gone\n' });
      await fixture.sets.openLayer({ runId: 'run', taskId: 't1' });
      await fixture.sets.propose(fixture.proposer('t1'), [
        { kind: 'rename', from: fixture.at('a.txt'), location: fixture.at('b.txt') },
        { kind: 'create', location: fixture.at('a.txt'), text: 'new\n' },
        { kind: 'delete', location: fixture.at('gone.txt') },
      ]);
      await fixture.modify('a.txt', TEN.replace('one', 'ONE'));
      const merged = await fixture.merge('t1');
      assert.deepEqual(merged.conflicts, []);
      assert.equal(await fixture.seen('b.txt'), TEN.replace('one', 'ONE'));
      assert.equal(await fixture.seen('a.txt'), 'new\n');
      assert.equal(await fixture.seen('gone.txt'), undefined);
    });
  });
});
