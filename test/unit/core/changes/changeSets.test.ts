import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { ChangesFixture } from '../../../support/inMemoryChanges';

const TEN = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';
const edited = TEN.replace('two', 'TWO').replace('nine', 'NINE');

async function hunksOf(fixture: ChangesFixture, path: string): Promise<string[]> {
  return ((await fixture.sets.sides('run', path))?.hunks ?? []).map((hunk) => hunk.id);
}

describe('change sets', () => {
  describe('proposing', () => {
    it('keeps a proposal from disk and editors until it is accepted', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      const proposal = await fixture.modify('a.txt', edited);
      assert.ok(!isFailure(proposal));
      assert.equal(proposal.isApplied, false);
      assert.equal(await fixture.text('a.txt'), TEN);
      assert.equal(await fixture.seen('a.txt'), edited);
      const [change] = fixture.sets.list('run');
      assert.deepEqual(
        { ...change, hunks: change?.hunks.map(({ startLine, status }) => ({ startLine, status })) },
        {
          runId: 'run',
          path: 'a.txt',
          kind: 'modify',
          status: 'proposed',
          added: 2,
          removed: 2,
          hunks: [
            { startLine: 2, status: 'proposed' },
            { startLine: 9, status: 'proposed' },
          ],
        },
      );
      assert.deepEqual(fixture.topics(), ['edit.proposed']);
      assert.deepEqual(fixture.applier.plans, []);
    });

    it('takes all changes of a call or none', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
      const outcome = await fixture.sets.propose(fixture.proposer(), [
        { kind: 'modify', location: fixture.at('a.txt'), text: 'A\n' },
        { kind: 'create', location: fixture.at('b.txt'), text: 'B\n' },
      ]);
      assert.ok(isFailure(outcome));
      assert.equal(outcome.reason, 'file.exists');
      assert.deepEqual(fixture.sets.list('run'), []);
      assert.deepEqual(fixture.topics(), []);
    });

    it('refuses a change made on a text that is not there any more', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      const change = { kind: 'modify', location: fixture.at('a.txt'), text: 'A\n', seenText: 'older\n' } as const;
      const outcome = await fixture.sets.propose(fixture.proposer(), [change]);
      assert.ok(isFailure(outcome));
      assert.equal(outcome.reason, 'edit.stale');
    });

    it('forgets a proposal that comes back to where it began, and says so', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      await fixture.modify('a.txt', 'b\n');
      await fixture.modify('a.txt', 'a\n');
      assert.deepEqual(fixture.sets.list('run'), []);
      const last = fixture.publisher.events.at(-1);
      assert.deepEqual(last?.payload, {
        files: [{ runId: 'run', path: 'a.txt', kind: 'modify', status: 'proposed', added: 0, removed: 0, hunks: [] }],
      });
    });

    it('refuses where the settings deny edits, and in restricted mode', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      fixture.mode = 'deny';
      const outcome = await fixture.modify('a.txt', 'b\n');
      assert.ok(isFailure(outcome));
      assert.equal(outcome.reason, 'edit.denied');
    });

    for (const [name, facts, reason] of [
      ['a read-only file', { isReadOnly: true }, 'file.read_only'],
      ['a folder', { exists: 'directory' }, 'file.is_directory'],
      ['an open file with mixed line endings', { isOpen: true, hasMixedEols: true }, 'edit.mixed_line_ends'],
      ['bytes that the encoding does not explain', { keepsBytes: false }, 'edit.encoding'],
    ] as const) {
      it(`refuses ${name}`, async () => {
        const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
        fixture.probe.facts.set('a.txt', facts);
        const outcome = await fixture.modify('a.txt', 'b\n');
        assert.ok(isFailure(outcome));
        assert.equal(outcome.reason, reason);
        assert.deepEqual(fixture.sets.list('run'), []);
      });
    }

    it('takes a closed file with mixed line endings: its bytes can be kept', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\r\nb\nc\r\n' });
      fixture.probe.facts.set('a.txt', { hasMixedEols: true });
      await fixture.modify('a.txt', 'a\r\nB\nc\r\n');
      await fixture.sets.accept('run');
      assert.equal(await fixture.text('a.txt'), 'a\r\nB\nc\r\n');
    });

    it('refuses a character that the encoding lacks, and NUL', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      fixture.probe.missingCharacter.set('a.txt', '→');
      for (const [text, reason] of [
        ['a → b\n', 'edit.encoding'],
        ['a\0b\n', 'file.binary'],
      ] as const) {
        const outcome = await fixture.modify('a.txt', text);
        assert.ok(isFailure(outcome));
        assert.equal(outcome.reason, reason);
      }
    });

    it('never deletes or moves a file with unsaved changes', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      fixture.workspace.edit('a.txt', 'typed\n');
      for (const change of [
        { kind: 'delete', location: fixture.at('a.txt') },
        { kind: 'rename', from: fixture.at('a.txt'), location: fixture.at('b.txt') },
      ] as const) {
        const outcome = await fixture.sets.propose(fixture.proposer(), [change]);
        assert.ok(isFailure(outcome));
        assert.equal(outcome.reason, 'edit.unsaved');
      }
    });

    it('proposes nothing once the run was stopped', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      const stop = new AbortController();
      stop.abort();
      const change = { kind: 'modify', location: fixture.at('a.txt'), text: 'b\n' } as const;
      const outcome = await fixture.sets.propose({ runId: 'run', signal: stop.signal }, [change]);
      assert.ok(isFailure(outcome));
      assert.deepEqual(fixture.sets.list('run'), []);
    });
  });

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

  describe('automatic mode', () => {
    it('applies each call at once, as one plan, and can be reverted', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN, 'b.txt': 'b\n' });
      fixture.mode = 'auto';
      const proposal = await fixture.sets.propose(fixture.proposer(), [
        { kind: 'modify', location: fixture.at('a.txt'), text: edited },
        { kind: 'modify', location: fixture.at('b.txt'), text: 'B\n' },
      ]);
      assert.ok(!isFailure(proposal) && proposal.isApplied);
      assert.equal(fixture.applier.plans.length, 1);
      assert.equal(await fixture.text('b.txt'), 'B\n');
      assert.deepEqual(fixture.topics(), ['edit.proposed', 'edit.accepted']);
      await fixture.sets.revert('run');
      assert.equal(await fixture.text('a.txt'), TEN);
    });

    it('changes and records nothing of a call when one file can not be written', async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
      fixture.mode = 'auto';
      fixture.applier.refused.set('b.txt', 'It is read-only.');
      const outcome = await fixture.sets.propose(fixture.proposer(), [
        { kind: 'modify', location: fixture.at('a.txt'), text: 'A\n' },
        { kind: 'modify', location: fixture.at('b.txt'), text: 'B\n' },
      ]);
      assert.ok(isFailure(outcome));
      assert.equal(await fixture.text('a.txt'), 'a\n');
      assert.deepEqual(fixture.sets.list('run'), []);
      assert.deepEqual(fixture.topics(), []);
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

    it('rejects what was still open', async () => {
      const fixture = new ChangesFixture({ 'a.txt': TEN });
      await fixture.modify('a.txt', edited);
      await fixture.sets.revert('run');
      assert.equal(await fixture.seen('a.txt'), TEN);
      assert.equal(fixture.sets.list('run')[0]?.status, 'rejected');
    });
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
        const merged = await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId });
        assert.deepEqual(merged.conflicts, []);
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
      const merged = await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId: 't2' });
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

    it("keeps a task's work as a proposal where automatic mode can not apply it", async () => {
      const fixture = new ChangesFixture({ 'a.txt': 'a\n' });
      fixture.mode = 'auto';
      await fixture.sets.openLayer({ runId: 'run', taskId: 't1' });
      await fixture.modify('a.txt', 'A\n', 't1');
      fixture.applier.refused.set('a.txt', 'It is read-only.');
      const { merged } = await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId: 't1' });
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
      const merged = await fixture.sets.mergeLayer({ ...fixture.proposer(), taskId: 't1' });
      assert.deepEqual(merged.conflicts, []);
      assert.equal(await fixture.seen('b.txt'), TEN.replace('one', 'ONE'));
      assert.equal(await fixture.seen('a.txt'), 'new\n');
      assert.equal(await fixture.seen('gone.txt'), undefined);
    });
  });
});
