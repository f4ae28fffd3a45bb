import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeReactionStore } from '../../../../src/adapters/node/nodeReactionStore';
import { SegmentedEventLog } from '../../../../src/adapters/node/segmentedEventLog';
import type { StorageProblem } from '../../../../src/adapters/node/storageProblem';
import { pendingEvent } from '../../../../src/core/reactions/pendingEvents';
import type { StoredReactions } from '../../../../src/core/reactions/storedReactions';
import { EventBuilder } from '../../../support/eventBuilder';
import { ManualClock } from '../../../support/manualClock';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('NodeReactionStore', () => {
  const folder = useTemporaryFolder();
  const problems: StorageProblem[] = [];
  beforeEach(() => void (problems.length = 0));
  const open = (origin: string) =>
    new NodeReactionStore({ folder: folder(), origin, onProblem: (problem) => problems.push(problem) });
  const names = () => readdir(join(folder(), 'reactions'));

  function stateOf(text: string): StoredReactions {
    const event = new EventBuilder().make('run.resumed', { reason: text });
    const batch = {
      events: [pendingEvent(event, { reaction: 'r', ancestors: ['a'], isShared: true })],
      more: 3,
    };
    const letter = {
      id: 'l',
      event,
      owner: { kind: 'reaction', reaction: 'r', agent: 'qa', topic: 'run.*' },
      reason: 'x.y',
      message: 'No.',
      time: event.time,
      attempts: 2,
    } as const;
    return {
      schemaVersion: 1,
      seq: 7,
      lanes: { r: { pending: batch, firing: { runId: 'run', batch, attempts: 1 }, touchedAtMs: 5 } },
      spent: { qa: [{ atMs: 1, tokens: 2, costUsd: 0.5 }] },
      letters: [{ letter, batch }],
    };
  }

  it('gives others what a window saved last, and nobody its own', async () => {
    const [one, two] = [open('w1'), open('w2')];
    await one.save(stateOf('first'));
    await one.save(stateOf('second'));
    assert.deepEqual(await two.others(), [{ origin: 'w1', state: stateOf('second') }]);
    assert.deepEqual(await one.others(), []);
    assert.deepEqual(await names(), ['w1.json']);
    await two.drop('w1');
    await two.drop('w1');
    assert.deepEqual(await two.others(), []);
  });

  it('keeps an event whose payload was too large', async () => {
    const huge = stateOf('x'.repeat(10_000));
    assert.deepEqual(huge.lanes['r']?.pending.events[0]?.event.payload, { tooLarge: 10_013, files: [] });
    await open('w1').save(huge);
    assert.deepEqual((await open('w2').others())[0]?.state, huge);
  });

  it('sets aside what is no document, and leaves a newer version alone', async () => {
    await open('w1').save(stateOf(''));
    await writeFile(join(folder(), 'reactions', 'w1.json'), '{"schemaVersion":1,"seq":"many"}');
    await writeFile(join(folder(), 'reactions', 'w2.json'), '{"schemaVersion":2,"lanes":[]}');
    await writeFile(join(folder(), 'reactions', 'w3.json'), '{"schemaV');
    assert.deepEqual(await open('w9').others(), []);
    assert.deepEqual(problems.map(({ kind }) => kind).sort(), ['newer-version', 'set-aside', 'set-aside']);
    const left = await names();
    assert.ok(left.includes('w2.json'));
    assert.equal(left.filter((name) => name.includes('.corrupt-')).length, 2);
  });

  it('reads what a window has logged, over its segments, from a number and up to a limit', async () => {
    const log = new SegmentedEventLog({
      folder: folder(),
      origin: 'w1',
      clock: new ManualClock(),
      onProblem: (problem) => problems.push(problem),
      segmentBytes: 1000,
    });
    const events = new EventBuilder('w1');
    for (let n = 0; n < 40; n += 1) log.append(events.make('run.paused', {}));
    await log.close();
    const store = open('w2');
    const seqs = async (after: number, limit: number) =>
      (await store.readWindow('w1', after, limit)).map(({ seq }) => seq);
    assert.ok((await readdir(join(folder(), 'log', 'w1'))).length > 3);
    assert.deepEqual(
      await seqs(0, 100),
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    assert.deepEqual(await seqs(20, 3), [21, 22, 23]);
    assert.deepEqual(await seqs(40, 3), []);
    assert.deepEqual(await store.readWindow('gone', 0, 3), []);
    assert.deepEqual(await store.readWindow('../w1', 0, 3), []);
  });
});
