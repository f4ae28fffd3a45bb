import assert from 'node:assert/strict';
import { ChangesFixture } from '../../../support/inMemoryChanges';

const TEN = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';
const edited = TEN.replace('two', 'TWO').replace('nine', 'NINE');

async function hunksOf(fixture: ChangesFixture, path: string): Promise<string[]> {
  return ((await fixture.sets.sides('run', path))?.hunks ?? []).map((hunk) => hunk.id);
}

describe('decisions about change sets', () => {
  describe('accepting', () => {
    it('applies a run and reports it', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      const result = await fixture.sets.accept('run');
      assert.deepEqual(result, { applied: ['a.txt'], conflicts: [], failed: [] });
      assert.equal(await fixture.text('a.txt'), edited);
      assert.equal(fixture.sets.list('run')[0]?.status, 'accepted');
      const [proposed, accepted] = fixture.publisher.events;
      assert.equal(accepted?.topic, 'edit.accepted');
      assert.equal(accepted.causationId, proposed?.id);
      assert.equal(accepted.traceId, 'trace');
    });

    it('takes one hunk and leaves the other open', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      const [first, second] = await hunksOf(fixture, 'a.txt');
      await fixture.sets.accept('run', 'a.txt', second);
      assert.equal(await fixture.text('a.txt'), TEN.replace('nine', 'NINE'));
      assert.deepEqual(await hunksOf(fixture, 'a.txt'), [first]);
      const [change] = fixture.sets.list('run');
      assert.equal(change?.status, 'proposed');
      assert.deepEqual(
        change.hunks.map(({ id, status }) => [id, status]),
        [
          [first, 'proposed'],
          [second, 'accepted'],
        ],
      );
      assert.deepEqual([change.added, change.removed], [2, 2]);
    });

    it('tells equal hunks apart, whichever is decided first', async () => {
      const before = 'x\n1\n2\n3\nx\n4\n5\n6\nx\n';
      const fixture = new ChangesFixture({ 'a.txt': before });
      await fixture.modify('a.txt', before.replaceAll('x', 'y'));
      const [first, second, third] = await hunksOf(fixture, 'a.txt');
      await fixture.sets.accept('run', 'a.txt', second);
      assert.equal(await fixture.text('a.txt'), 'x\n1\n2\n3\ny\n4\n5\n6\nx\n');
      assert.deepEqual(await hunksOf(fixture, 'a.txt'), [first, third]);
      await fixture.sets.reject('run', 'a.txt', third);
      await fixture.sets.accept('run', 'a.txt', first);
      assert.equal(await fixture.text('a.txt'), 'y\n1\n2\n3\ny\n4\n5\n6\nx\n');
      assert.equal(fixture.sets.list('run')[0]?.status, 'accepted');
    });

    it('merges with what the person typed meanwhile', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      fixture.workspace.edit('a.txt', TEN.replace('five', 'five, typed'));
      await fixture.sets.accept('run');
      assert.equal(await fixture.text('a.txt'), edited.replace('five', 'five, typed'));
    });

    it('merges once more when the person types while it is applied', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      fixture.applier.before = () => {
        if (fixture.applier.plans.length === 1) fixture.workspace.write('a.txt', TEN.replace('five', 'FIVE'));
      };
      const result = await fixture.sets.accept('run');
      assert.deepEqual(result.applied, ['a.txt']);
      assert.equal(await fixture.text('a.txt'), edited.replace('five', 'FIVE'));
    });

    it('gives up on a file that never rests, and says so', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      fixture.applier.before = (plan) =>
        fixture.workspace.write('a.txt', TEN.replace('five', `five ${fixture.applier.plans.indexOf(plan)}`));
      const result = await fixture.sets.accept('run');
      assert.deepEqual(result.applied, []);
      assert.equal(result.failed[0]?.path, 'a.txt');
      assert.equal(fixture.sets.list('run')[0]?.status, 'proposed');
    });

    it('keeps both sides of a conflict, and applies the other files', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN, 'b.txt': 'b\n' });
      await fixture.modify('a.txt', edited);
      await fixture.modify('b.txt', 'B\n');
      const typed = TEN.replace('two', 'two, typed');
      fixture.workspace.edit('a.txt', typed);
      const result = await fixture.sets.accept('run');
      assert.deepEqual(result, { applied: ['b.txt'], conflicts: ['a.txt'], failed: [] });
      assert.equal(await fixture.text('a.txt'), typed);
      const conflict = fixture.sets.conflict('run', 'a.txt');
      assert.deepEqual([conflict?.base, conflict?.present, conflict?.proposed], [TEN, typed, edited]);
      assert.match(
        conflict?.withMarkers?.({ ours: 'you', theirs: 'dev' }) ?? '',
        /<<<<<<< you\ntwo, typed\n=======\nTWO\n>>>>>>> dev/,
      );
      assert.equal(fixture.sets.list('run')[0]?.status, 'conflicted');
      assert.deepEqual(fixture.topics().slice(-2), ['edit.accepted', 'edit.conflicted']);
    });

    it('settles a conflict with a text, or with what the person wrote there', async () => {
      for (const isWrittenByHand of [false, true]) {
        const fixture = new ChangesFixture({ 'a.txt': TEN });
        await fixture.modify('a.txt', edited);
        fixture.workspace.edit('a.txt', TEN.replace('two', 'two, typed'));
        await fixture.sets.accept('run');
        const resolved = edited.replace('TWO', 'TWO, typed');
        if (isWrittenByHand) fixture.workspace.edit('a.txt', resolved);
        await fixture.sets.resolve('run', 'a.txt', isWrittenByHand ? undefined : resolved);
        assert.equal(await fixture.text('a.txt'), resolved);
        assert.equal(fixture.sets.list('run')[0]?.status, 'accepted');
        await fixture.sets.revert('run');
        assert.equal(await fixture.text('a.txt'), TEN.replace('two', 'two, typed'));
      }
    });

    it('does not lose what was typed while a conflict was settled', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      const typed = TEN.replace('two', 'two, typed');
      fixture.workspace.edit('a.txt', typed);
      await fixture.sets.accept('run');
      fixture.workspace.edit('a.txt', typed.replace('six', 'six, later'));
      await fixture.sets.resolve('run', 'a.txt', edited);
      assert.equal(await fixture.text('a.txt'), edited.replace('six', 'six, later'));
    });

    it('never deletes a file that changed, nor replaces one that appeared', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      await fixture.sets.propose(fixture.proposer(), [
        { kind: 'delete', location: fixture.at('a.txt') },
        { kind: 'create', location: fixture.at('b.txt'), text: 'mine\n' },
      ]);
      fixture.workspace.write('a.txt', 'a, changed\n');
      fixture.workspace.write('b.txt', 'theirs\n');
      const result = await fixture.sets.accept('run');
      assert.deepEqual(result, { applied: [], conflicts: ['a.txt', 'b.txt'], failed: [] });
      assert.equal(await fixture.text('a.txt'), 'a, changed\n');
      assert.equal(await fixture.text('b.txt'), 'theirs\n');
    });

    it('follows a file whose line endings were switched', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      fixture.workspace.write('a.txt', TEN.replaceAll('\n', '\r\n'));
      await fixture.sets.accept('run');
      assert.equal(await fixture.text('a.txt'), edited.replaceAll('\n', '\r\n'));
    });

    it('leaves out a file that can not be written and applies the rest', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
      await fixture.modify('a.txt', 'A\n');
      await fixture.modify('b.txt', 'B\n');
      fixture.applier.refused.set('a.txt', 'It is read-only.');
      const result = await fixture.sets.accept('run');
      assert.deepEqual(result, {
        applied: ['b.txt'],
        conflicts: [],
        failed: [{ path: 'a.txt', message: 'It is read-only.' }],
      });
      assert.deepEqual(
        fixture.sets.list('run').map(({ status }) => status),
        ['proposed', 'accepted'],
      );
    });

    it('says that nothing waits for a path that nobody changed, and does nothing for an unknown run', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      assert.equal((await fixture.sets.accept('run', 'a.txt')).failed[0]?.path, 'a.txt');
      assert.deepEqual(await fixture.sets.accept('unknown'), { applied: [], conflicts: [], failed: [] });
    });
  });

  describe('rejecting', () => {
    it('drops a hunk, a file or all without touching the disk', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN, 'b.txt': 'b\n' });
      await fixture.modify('a.txt', edited);
      await fixture.modify('b.txt', 'B\n');
      const [first] = await hunksOf(fixture, 'a.txt');
      await fixture.sets.reject('run', 'a.txt', first);
      assert.equal(await fixture.seen('a.txt'), TEN.replace('nine', 'NINE'));
      await fixture.sets.reject('run');
      assert.equal(await fixture.seen('a.txt'), TEN);
      assert.deepEqual(
        fixture.sets.list('run').map(({ status }) => status),
        ['rejected', 'rejected'],
      );
      assert.deepEqual(fixture.applier.plans, []);
    });
  });

  describe('reverting', () => {
    it('keeps later work of the person', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      await fixture.sets.accept('run');
      fixture.workspace.edit('a.txt', edited.replace('five', 'five, later'));
      await fixture.sets.revert('run');
      assert.equal(await fixture.text('a.txt'), TEN.replace('five', 'five, later'));
    });

    it('works after a reload, hunk by hunk accepted before it', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      const [first, second] = await hunksOf(fixture, 'a.txt');
      await fixture.sets.accept('run', 'a.txt', first);
      fixture.live.clear();
      fixture.reopen();
      await fixture.sets.start();
      assert.equal(fixture.sets.list()[0]?.status, 'proposed');
      await fixture.sets.accept('run', 'a.txt', second);
      assert.equal(await fixture.text('a.txt'), edited);
      fixture.reopen();
      await fixture.sets.revert('run');
      assert.equal(await fixture.text('a.txt'), TEN);
      assert.deepEqual(fixture.problems, []);
    });

    it('reports what it can not take back, and keeps both sides', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN, 'b.txt': 'b\n' });
      await fixture.modify('a.txt', edited);
      await fixture.modify('b.txt', 'B\n');
      await fixture.sets.accept('run');
      fixture.workspace.write('a.txt', edited.replace('TWO', 'TWO, later'));
      const result = await fixture.sets.revert('run');
      assert.deepEqual(result, { applied: ['b.txt'], conflicts: ['a.txt'], failed: [] });
      assert.equal(await fixture.text('b.txt'), 'b\n');
      await fixture.sets.resolve('run', 'a.txt', TEN);
      assert.equal(await fixture.text('a.txt'), TEN);
      assert.equal(fixture.sets.list('run')[0]?.status, 'reverted');
    });

    it('gives the folders that were made for a file to whoever takes it away again, after a reload too', async () => {
      const fixture = new ChangesFixture({ 'moved.txt': TEN });
      await fixture.sets.propose(fixture.proposer(), [
        { kind: 'create', location: fixture.at('x/y/new.txt'), text: 'new\n' },
        { kind: 'rename', from: fixture.at('moved.txt'), location: fixture.at('z/moved.txt') },
      ]);
      const folders = { new: ['file:///ws/x', 'file:///ws/x/y'], moved: ['file:///ws/z'] };
      fixture.applier.madeFolders = {
        [fixture.at('x/y/new.txt').uri]: folders.new,
        [fixture.at('z/moved.txt').uri]: folders.moved,
      };
      await fixture.sets.accept('run');
      fixture.live.clear();
      fixture.reopen();
      await fixture.sets.revert('run');
      const operations = fixture.applier.plans.at(-1)?.operations ?? [];
      assert.deepEqual(
        operations.map((operation) => [operation.kind, 'madeFolders' in operation && operation.madeFolders]),
        [
          ['delete', folders.new],
          ['rename', folders.moved],
        ],
      );
    });

    it('rejects what was still open', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      await fixture.sets.revert('run');
      assert.equal(await fixture.seen('a.txt'), TEN);
      assert.equal(fixture.sets.list('run')[0]?.status, 'rejected');
    });
  });
});
