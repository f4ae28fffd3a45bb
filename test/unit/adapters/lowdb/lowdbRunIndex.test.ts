import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LowdbRunIndex, type IndexProblem } from '../../../../src/adapters/lowdb/lowdbRunIndex';
import { Gate } from '../../../support/gate';
import { InMemoryRunIndex } from '../../../support/inMemoryRunIndex';
import { ManualClock } from '../../../support/manualClock';
import { describeRunIndex, indexedRun, indexedThread, traceOf } from '../../../support/runIndexContract';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describeRunIndex('InMemoryRunIndex', () => new InMemoryRunIndex());

describe('LowdbRunIndex', () => {
  const shared = mkdtempSync(join(tmpdir(), 'agent-team-index-'));
  after(() => rmSync(shared, { recursive: true, force: true }));
  describeRunIndex('LowdbRunIndex', () => {
    const options = { folder: shared, origin: 'w1', clock: new ManualClock(), watch: false };
    return new LowdbRunIndex({ ...options, isWriter: () => true, onProblem: () => {} });
  });

  const folder = useTemporaryFolder();
  const file = () => join(folder(), 'index.json');

  function open(origin = 'w1', isWriter: () => boolean = () => true) {
    const clock = new ManualClock();
    const problems: IndexProblem[] = [];
    const options = { folder: folder(), origin, clock, isWriter, watch: false };
    const index = new LowdbRunIndex({ ...options, onProblem: (problem) => problems.push(problem) });
    return { index, clock, problems };
  }
  const stored = async () => JSON.parse(await readFile(file(), 'utf8')) as { runs: { runId: string }[] };
  const ids = (index: LowdbRunIndex) => index.runs().map(({ runId }) => runId);

  it('is there again after a restart, with its schema version', async () => {
    const { index } = open();
    index.putRun(indexedRun('r1', { agent: 'qa', threadId: 'a' }));
    index.putThread(indexedThread('a', ['r1'], { draft: 'unsent' }));
    index.putTrace(traceOf('t1', 'r1'));
    await index.flush();
    const again = open().index;
    assert.deepEqual([again.runs(), again.threads(), again.traces()], [index.runs(), index.threads(), index.traces()]);
    assert.equal((JSON.parse(await readFile(file(), 'utf8')) as { schemaVersion: number }).schemaVersion, 1);
  });

  it('saves by itself, many changes at once', async () => {
    const { index, clock } = open();
    for (let n = 0; n < 50; n += 1) index.putRun(indexedRun(`r${n}`));
    assert.deepEqual(clock.pending(), [200]);
    await clock.advance(200);
    await index.refresh();
    assert.equal((await stored()).runs.length, 50);
    assert.deepEqual((await readdir(folder())).sort(), ['index.json']);
  });

  it('saves what stands in the journal by then, and what came meanwhile the next time', async () => {
    for (const isWriter of [true, false]) {
      const gate = new Gate();
      const index = new LowdbRunIndex({
        folder: folder(),
        origin: 'w1',
        clock: new ManualClock(),
        isWriter: () => isWriter,
        watch: false,
        onProblem: (problem) => assert.fail(JSON.stringify(problem)),
        beforeSave: async () => {
          await gate.wait();
        },
      });
      index.putRun(indexedRun('r1'));
      const saved = index.flush();
      await gate.arrived;
      index.putRun(indexedRun('r2'));
      assert.deepEqual(ids(index), ['r1', 'r2'], 'lists have both at once');
      gate.open();
      await saved;
      const path = isWriter ? file() : join(folder(), 'index-w1.json');
      const onDisk = async () =>
        (JSON.parse(await readFile(path, 'utf8')) as { runs: { runId: string }[] }).runs.map(({ runId }) => runId);
      assert.deepEqual(await onDisk(), ['r1']);
      await index.flush();
      assert.deepEqual(await onDisk(), ['r1', 'r2']);
      index.dispose();
      await rm(path);
    }
  });

  it('waits ten seconds at most for the journal, and saves later what it did not save then', async () => {
    const [first, second] = [new Gate(), new Gate()];
    const gates = [first, second];
    const clock = new ManualClock();
    const index = new LowdbRunIndex({
      ...{ folder: folder(), origin: 'w1', clock, isWriter: () => true, watch: false },
      onProblem: (problem) => assert.fail(JSON.stringify(problem)),
      beforeSave: async () => {
        await gates.shift()?.wait();
      },
    });
    index.putRun(indexedRun('r1'));
    const saved = index.flush();
    await first.arrived;
    await clock.advance(10_000);
    await saved;
    assert.deepEqual([await readdir(folder()), ids(index)], [[], ['r1']]);
    await clock.advance(5_000);
    await second.arrived;
    second.open();
    await index.refresh();
    assert.deepEqual([(await stored()).runs.length, clock.pending()], [1, []]);
  });

  it('sets a file aside that it can not read, falls back to the backup, and overwrites neither', async () => {
    const { index } = open();
    index.putRun(indexedRun('r1'));
    await index.flush();
    index.putRun(indexedRun('r2'));
    await index.flush();
    await writeFile(file(), '{"runs": [');
    const { index: again, problems } = open();
    assert.deepEqual(ids(again), ['r1']);
    assert.deepEqual(
      problems.map(({ kind, path }) => [kind, path]),
      [['set-aside', file()]],
    );
    again.putRun(indexedRun('r3'));
    await again.flush();
    const aside = (await readdir(folder())).find((name) => name.startsWith('index.json.corrupt-')) ?? '';
    assert.equal(await readFile(join(folder(), aside), 'utf8'), '{"runs": [');
    assert.deepEqual(
      (await stored()).runs.map(({ runId }) => runId),
      ['r1', 'r3'],
    );
  });

  for (const text of [
    '',
    '[]',
    'null',
    '{"schemaVersion":2,"runs":[],"traces":[],"threads":[]}',
    '{"schemaVersion":1,"runs":[{}],"traces":[],"threads":[]}',
  ]) {
    it(`takes ${text || 'an empty file'} for unreadable, not for an empty index`, async () => {
      await writeFile(file(), text);
      const { index, problems } = open();
      assert.deepEqual([index.runs(), problems.length], [[], 1]);
    });
  }

  it('leaves no temporary file behind when it can not write, and tries again', async () => {
    const { index, clock, problems } = open();
    await mkdir(file());
    index.putRun(indexedRun('r1'));
    await index.flush();
    assert.equal(problems.at(-1)?.kind, 'write-failed');
    assert.deepEqual(await readdir(folder()), ['index.json']);
    await rm(file(), { recursive: true });
    await clock.advance(5000);
    await index.flush();
    assert.deepEqual(
      (await stored()).runs.map(({ runId }) => runId),
      ['r1'],
    );
  });

  it('opens with a folder where its file should be', async () => {
    await mkdir(file());
    const { index, problems } = open();
    assert.deepEqual([index.runs(), problems.map(({ kind }) => kind)], [[], ['set-aside']]);
  });

  it('sees what another window saved, below what it changed itself', async () => {
    const writer = open('w1').index;
    const reader = open('w2', () => false).index;
    reader.putRun(indexedRun('mine', { origin: 'w2' }));
    let told = 0;
    reader.onDidChange(() => (told += 1));
    writer.putRun(indexedRun('theirs'));
    await writer.flush();
    await reader.refresh();
    await reader.refresh();
    assert.deepEqual([ids(reader), told], [['theirs', 'mine'], 1]);
  });

  it('keeps what a window that is not the writer changed, for the writer to take over', async () => {
    const reader = open('w2', () => false).index;
    reader.putThread(indexedThread('a', [], { draft: 'unsent' }));
    await reader.flush();
    reader.dispose();
    assert.deepEqual(await readdir(folder()), ['index-w2.json']);
    const writer = open('w1').index;
    writer.putRun(indexedRun('r1'));
    await writer.absorb(() => Promise.resolve(true));
    assert.equal(writer.thread('a')?.draft, 'unsent');
    assert.deepEqual((await readdir(folder())).sort(), ['index-w2.json', 'index.json']);
    await writer.absorb(() => Promise.resolve(false));
    assert.deepEqual(
      (await readdir(folder())).filter((name) => name.endsWith('.json')),
      ['index.json'],
    );
    assert.equal(open('w3').index.thread('a')?.draft, 'unsent');
  });

  it('takes over what another window changed once, and lets neither window fall back behind what came after', async () => {
    const writer = open('w1').index;
    const reader = open('w2', () => false).index;
    reader.putRun(indexedRun('r1', { status: 'failed', origin: 'w2' }));
    reader.putRun(indexedRun('r2', { origin: 'w2' }));
    await reader.flush();
    const alive = () => Promise.resolve(true);
    await writer.absorb(alive);
    writer.putRun(indexedRun('r1', { status: 'completed' }));
    await writer.flush();
    const statuses = (index: LowdbRunIndex) => index.runs().map(({ runId, status }) => `${runId} ${status}`);
    for (const runId of ['r3', 'r4']) {
      await reader.refresh();
      reader.putRun(indexedRun(runId, { origin: 'w2' }));
      await reader.flush();
      await writer.absorb(alive);
      await writer.absorb(alive);
    }
    await reader.refresh();
    const expected = ['r1 completed', 'r2 completed', 'r3 completed', 'r4 completed'];
    assert.deepEqual([statuses(writer), statuses(reader)], [expected, expected]);
  });

  it('does not show what it removed again when its other changes were taken over', async () => {
    const writer = open('w1').index;
    writer.putRun(indexedRun('r1'));
    await writer.flush();
    const reader = open('w2', () => false).index;
    reader.removeRun('r1');
    reader.putRun(indexedRun('r2', { origin: 'w2' }));
    await reader.flush();
    await writer.absorb(() => Promise.resolve(true));
    await reader.refresh();
    assert.deepEqual([ids(writer), ids(reader)], [['r1', 'r2'], ['r2']]);
    writer.removeRun('r1');
    await writer.flush();
    await reader.refresh();
    assert.deepEqual([ids(writer), ids(reader)], [['r2'], ['r2']]);
  });

  it('loses nothing when the window that may write changes', async () => {
    let holder = 'w1';
    const windows = ['w1', 'w2', 'w3'].map((origin) => open(origin, () => holder === origin).index);
    for (let round = 0; round < 30; round += 1) {
      holder = `w${(round % 3) + 1}`;
      for (const [at, window] of windows.entries()) window.putRun(indexedRun(`r${round}-${at}`));
      await Promise.all(windows.map((window) => window.flush()));
      await windows[round % 3]?.absorb(() => Promise.resolve(true));
    }
    assert.equal(new Set((await stored()).runs.map(({ runId }) => runId)).size, 90);
  });

  it('takes in what was put into its place between two saves, and tells of that alone', async () => {
    const { index } = open();
    let told = 0;
    index.onDidChange(() => (told += 1));
    index.putRun(indexedRun('r1'));
    await index.flush();
    index.putRun(indexedRun('r2'));
    await index.flush();
    assert.equal(told, 0);
    const other = JSON.parse(await readFile(file(), 'utf8')) as { runs: unknown[] };
    other.runs.push(indexedRun('r9'));
    await rm(file());
    await writeFile(file(), JSON.stringify(other));
    index.putRun(indexedRun('r3'));
    await index.flush();
    assert.deepEqual([ids(index), told], [['r1', 'r2', 'r9', 'r3'], 1]);
  });

  it('goes on saving when it could not find out whether another window lives', async () => {
    const { index } = open();
    const other = open('w2', () => false).index;
    other.putRun(indexedRun('r1'));
    await other.flush();
    await assert.rejects(
      index.absorb(() => Promise.reject(new Error('no answer'))),
      /no answer/,
    );
    index.putRun(indexedRun('r2'));
    await index.flush();
    assert.deepEqual((await stored()).runs.map(({ runId }) => runId).sort(), ['r1', 'r2']);
  });

  it('joins the runs that two windows added to one thread', async () => {
    const first = open('w1').index;
    const second = open('w2').index;
    first.putThread(indexedThread('a', ['r1']));
    await first.flush();
    second.putThread(indexedThread('a', ['r2']));
    await second.flush();
    await first.refresh();
    assert.deepEqual(first.thread('a')?.runIds, ['r1', 'r2']);
  });
});
