import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { appendFile, readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { SegmentedEventLog, type SegmentedEventLogOptions } from '../../../../src/adapters/node/segmentedEventLog';
import type { StorageProblem } from '../../../../src/adapters/node/storageProblem';
import { EventBuilder } from '../../../support/eventBuilder';
import { describeEventLog, span } from '../../../support/eventLogContract';
import { InMemoryEventLog, InMemoryStorage } from '../../../support/inMemoryEventLog';
import { ManualClock } from '../../../support/manualClock';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

function openLog(folder: string, options: Partial<SegmentedEventLogOptions> = {}) {
  const problems: StorageProblem[] = [];
  const clock = new ManualClock();
  const log = new SegmentedEventLog({
    folder,
    origin: 'w1',
    clock,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { log, clock, problems };
}

describeEventLog('InMemoryEventLog', () => {
  const storage = new InMemoryStorage();
  return {
    open: (origin) => new InMemoryEventLog(origin, storage),
    kill: async (origin) => void storage.alive.delete(origin),
  };
});

describe('SegmentedEventLog', () => {
  const folders: string[] = [];
  const logs: SegmentedEventLog[] = [];
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  afterEach(() => Promise.all(logs.splice(0).map((log) => log.close())));

  describeEventLog('SegmentedEventLog', () => {
    const folder = mkdtempSync(join(tmpdir(), 'agent-team-log-'));
    folders.push(folder);
    const alive = new Set<string>();
    return {
      open(origin) {
        alive.add(origin);
        const { log } = openLog(folder, { origin, isAlive: (other) => Promise.resolve(alive.has(other)) });
        logs.push(log);
        return log;
      },
      kill: async (origin) => void alive.delete(origin),
    };
  });
});

describe('SegmentedEventLog on disk', () => {
  const folder = useTemporaryFolder();
  const runFile = (origin = 'w1') => join(folder(), 'runs', 'r1', `events-${origin}.jsonl`);
  const events = () => new EventBuilder('w1', { runId: 'r1' });

  it('writes by itself after a few milliseconds, all lines of a file at once', async () => {
    const { log, clock } = openLog(folder());
    const builder = events();
    for (let n = 0; n < 3; n += 1) log.append(builder.make('run.paused', {}));
    assert.deepEqual(await readdir(folder()), []);
    await clock.advance(10);
    await log.flush();
    assert.equal((await readFile(runFile(), 'utf8')).split('\n').length, 5);
    assert.deepEqual(clock.pending(), []);
    await log.close();
  });

  it('begins each file with its schema and version', async () => {
    const { log } = openLog(folder());
    log.append(events().make('run.paused', {}));
    log.appendSpan({ runId: 'r1' }, span('1'));
    await log.close();
    const first = async (path: string) => JSON.parse((await readFile(path, 'utf8')).split('\n')[0] ?? '') as unknown;
    assert.deepEqual(await first(runFile()), { schema: 'agent-team.events', version: 1, origin: 'w1' });
    assert.deepEqual(await first(join(folder(), 'runs', 'r1', 'spans-w1.jsonl')), {
      schema: 'agent-team.spans',
      version: 1,
      origin: 'w1',
    });
  });

  it('bounds the log of a window and still reads on from any number that is left', async () => {
    const { log } = openLog(folder(), { segmentBytes: 4000, maxSegments: 3 });
    const builder = new EventBuilder('w1');
    for (let n = 0; n < 200; n += 1) log.append(builder.make('run.paused', {}));
    const held = await log.read(0, 1000);
    const first = held[0]?.seq ?? 0;
    assert.ok(first > 1 && held.length < 100, `${first} to ${held.at(-1)?.seq}`);
    for (let after = first; after < 200; after += 7) {
      const read = await log.read(after, 5);
      assert.deepEqual(
        read.map(({ seq }) => seq),
        [1, 2, 3, 4, 5].map((n) => after + n).filter((seq) => seq <= 200),
      );
    }
    await log.close();
    assert.equal((await readdir(join(folder(), 'log', 'w1'))).length, 3);
  });

  it('survives a write torn at any byte: whole lines stay, the rest is repaired by the next append', async () => {
    const { log } = openLog(folder());
    const builder = events();
    for (let n = 0; n < 4; n += 1) log.append(builder.make('run.resumed', { reason: `ünï ${n}` }));
    await log.close();
    const whole = await readFile(runFile());
    const property = fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (length) => {
      await writeFile(runFile(), whole);
      await truncate(runFile(), length);
      const before = openLog(folder());
      const kept = await before.log.readRun('r1');
      const newlines = whole.subarray(0, length).filter((byte) => byte === 10).length;
      assert.equal(kept.length, Math.max(0, newlines - 1));
      before.log.append(new EventBuilder('w1', { runId: 'r1' }).make('run.paused', {}, { id: 'z', seq: 9 }));
      assert.deepEqual(
        (await before.log.readRun('r1')).map(({ id }) => id),
        [...kept.map(({ id }) => id), 'z'],
      );
      assert.deepEqual(before.problems, []);
      await before.log.close();
    });
    await fc.assert(property, { numRuns: 80 });
  });

  it('sets a file aside that it can not read, and says so', async () => {
    const { log, problems } = openLog(folder());
    log.append(events().make('run.paused', {}));
    await log.flush();
    const foreign = runFile('w0');
    await writeFile(foreign, 'this is not ours\nat all\n');
    assert.equal((await log.readRun('r1')).length, 1);
    const names = await readdir(join(folder(), 'runs', 'r1'));
    const aside = names.find((name) => name.startsWith('events-w0.jsonl.corrupt-'));
    assert.equal(await readFile(join(folder(), 'runs', 'r1', aside ?? ''), 'utf8'), 'this is not ours\nat all\n');
    assert.deepEqual(
      problems.map(({ kind, path }) => [kind, path]),
      [['set-aside', foreign]],
    );
    await log.close();
  });

  it('leaves a file of a newer version alone', async () => {
    const { log, problems } = openLog(folder());
    log.append(events().make('run.paused', {}));
    await log.flush();
    const newer = '{"schema":"agent-team.events","version":2,"origin":"w0"}\n{}\n';
    await writeFile(runFile('w0'), newer);
    await log.readRun('r1');
    await log.readRun('r1');
    assert.equal(await readFile(runFile('w0'), 'utf8'), newer);
    assert.deepEqual(problems, [{ kind: 'newer-version', path: runFile('w0'), version: 2 }]);
    await log.close();
  });

  it('reads around damaged lines and tells of them once', async () => {
    const { log, problems } = openLog(folder());
    const builder = events();
    log.append(builder.make('run.paused', {}));
    await log.flush();
    const damage = `{"half": \n${JSON.stringify({ ...builder.make('run.paused', {}), topic: 'task.failed' })}\n`;
    await appendFile(runFile('w0'), `{"schema":"agent-team.events","version":1,"origin":"w0"}\n${damage}`);
    for (let n = 0; n < 2; n += 1) assert.equal((await log.readRun('r1')).length, 1);
    assert.deepEqual(problems, [{ kind: 'damaged', path: runFile('w0'), records: 2 }]);
    await log.close();
  });

  it('keeps what can not be written and writes it when the disk is back', async () => {
    await writeFile(join(folder(), 'runs'), 'a file where a folder should be');
    const { log, clock, problems } = openLog(folder());
    const builder = events();
    log.append(builder.make('run.paused', {}));
    await log.flush();
    log.append(builder.make('run.resumed', {}));
    await log.flush();
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['write-failed'],
    );
    rmSync(join(folder(), 'runs'));
    await clock.advance(5000);
    assert.deepEqual(
      (await log.readRun('r1')).map(({ topic }) => topic),
      ['run.paused', 'run.resumed'],
    );
    await log.close();
  });

  it('bounds what waits for the disk and tells how much it gave up', async () => {
    const { log, problems } = openLog(folder(), { maxWaiting: 1000 });
    const builder = new EventBuilder('w1');
    for (let n = 0; n < 20; n += 1) log.append(builder.make('run.paused', {}));
    await log.flush();
    const [problem] = problems;
    const kept = (await log.read(0, 100)).length;
    assert.ok(problem?.kind === 'lost' && problem.records + kept === 20 && kept > 0, JSON.stringify(problem));
    await log.close();
  });

  for (const runId of ['../escape', '..', 'a/b', '', 'x'.repeat(65), 'C:evil']) {
    it(`never makes a path of the run id "${runId.slice(0, 10)}"`, async () => {
      const { log } = openLog(folder());
      log.append(new EventBuilder('w1', { runId }).make('run.paused', {}));
      log.appendSpan({ runId }, span('1'));
      await log.deleteRun(runId);
      await log.flush();
      assert.deepEqual(await log.readRun(runId), []);
      assert.deepEqual(await readdir(folder()), ['log']);
      await log.close();
    });
  }

  it('deletes the logs of dead windows but for the newest', async () => {
    for (const origin of ['w01', 'w02', 'w03', 'w04']) {
      const { log } = openLog(folder(), { origin });
      log.append(new EventBuilder(origin).make('run.paused', {}));
      await log.close();
    }
    const { log } = openLog(folder(), { origin: 'w05', isAlive: (origin) => Promise.resolve(origin === 'w01') });
    await log.sweepLogs(2);
    assert.deepEqual((await readdir(join(folder(), 'log'))).sort(), ['w01', 'w03', 'w04']);
    await log.close();
  });

  it('holds no more than a few files open', async () => {
    const { log } = openLog(folder());
    const builder = new EventBuilder('w1');
    for (let run = 0; run < 100; run += 1) {
      log.append(builder.make('run.paused', {}, { runId: `run-${run}` }));
      await log.flush();
    }
    const open = await readdir('/proc/self/fd').catch(() => undefined);
    const targets = await Promise.all((open ?? []).map((fd) => stat(`/proc/self/fd/${fd}`).catch(() => undefined)));
    assert.ok(targets.filter((target) => target?.isFile()).length < 60);
    assert.equal((await log.listRuns()).length, 100);
    await log.close();
  });
});
