import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { ChangesFixture } from '../../../support/inMemoryChanges';

const TEN = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n';
const edited = TEN.replace('two', 'TWO').replace('nine', 'NINE');

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
});
