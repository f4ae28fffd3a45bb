// What every event log, run journal and span log does, wherever it keeps things.
import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../src/api';
import type { EventLog } from '../../src/core/events/eventLog';
import type { RunJournal } from '../../src/core/runs/runJournal';
import type { SpanLog } from '../../src/core/telemetry/spanLog';
import type { StoredSpan } from '../../src/core/telemetry/storedSpan';
import { EventBuilder } from './eventBuilder';

/** Windows of one workspace. */
export interface WindowsUnderTest {
  open(origin: string): EventLog &
    RunJournal &
    SpanLog & {
      receivedLog(): EventLog;
      readLog(origin: string, afterSeq: number, limit: number): Promise<EventEnvelope[]>;
    };
  /** The window is gone without having said so. */
  kill(origin: string): Promise<void>;
}

const seqs = (events: readonly EventEnvelope[]) => events.map(({ seq }) => seq);

export function span(spanId: string, more: Partial<StoredSpan> = {}): StoredSpan {
  return {
    traceId: 'a'.repeat(32),
    spanId: spanId.padStart(16, '0'),
    name: spanId,
    kind: 'internal',
    startTime: '2030-01-01T00:00:00.000Z',
    startTimeUnixNano: '1893456000000000000',
    status: 'unset',
    attributes: {},
    seq: 1,
    ...more,
  };
}

export function describeEventLog(name: string, create: () => WindowsUnderTest): void {
  describe(`${name} as event log and journal`, () => {
    it('reads at once what was appended, after a number and up to a limit', async () => {
      const log = create().open('w1');
      const events = new EventBuilder('w1');
      for (let n = 0; n < 10; n += 1) log.append(events.make('run.paused', {}));
      assert.deepEqual(seqs(await log.read(0, 100)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.deepEqual(seqs(await log.read(4, 3)), [5, 6, 7]);
      assert.deepEqual(await log.read(10, 3), []);
    });

    it('gives back what it got, whatever the text', async () => {
      const log = create().open('w1');
      const text = 'line\nbreak \u2028 "quotes" \\ ünï 🤖 \u0000 \ud800';
      const event = new EventBuilder('w1', { runId: 'r1', agent: 'dev', causationId: 'x' }).make('run.resumed', {
        reason: text,
      });
      log.append(event);
      assert.deepEqual(await log.read(0, 1), [event]);
      assert.deepEqual(await log.readRun('r1'), [event]);
    });

    it('keeps what an event was, even if its payload changes afterwards', async () => {
      const log = create().open('w1');
      const payload = { reason: 'before' };
      log.append(new EventBuilder('w1', { runId: 'r1' }).make('run.resumed', payload));
      payload.reason = 'after';
      assert.deepEqual((await log.readRun('r1'))[0]?.payload, { reason: 'before' });
    });

    it('joins the events of a run from several windows in the order of their ids', async () => {
      const windows = create();
      const first = windows.open('w1');
      const second = windows.open('w2');
      const run = { runId: 'r1' };
      first.append(new EventBuilder('w1', run).make('run.paused', {}, { id: '01' }));
      second.append(new EventBuilder('w2', run).make('run.resumed', {}, { id: '02' }));
      second.append(new EventBuilder('w2', { runId: 'r2' }).make('run.paused', {}, { id: '03' }));
      await first.flush();
      await second.flush();
      assert.deepEqual(
        (await first.readRun('r1')).map(({ id }) => id),
        ['01', '02'],
      );
      assert.equal((await second.readFirst('r1'))?.id, '01');
      assert.deepEqual((await second.listRuns()).map(({ runId }) => runId).sort(), ['r1', 'r2']);
    });

    it('knows nothing of unknown runs and does nothing for them', async () => {
      const log = create().open('w1');
      assert.deepEqual(await log.readRun('nope'), []);
      assert.equal(await log.readFirst('nope'), undefined);
      await log.deleteRun('nope');
      assert.deepEqual(await log.listRuns(), []);
    });

    it('deletes a run for good, late events included', async () => {
      const log = create().open('w1');
      const events = new EventBuilder('w1', { runId: 'r1' });
      log.append(events.make('run.paused', {}));
      await log.flush();
      await log.deleteRun('r1');
      log.append(events.make('run.resumed', {}));
      await log.flush();
      assert.deepEqual([await log.readRun('r1'), await log.listRuns()], [[], []]);
      assert.equal((await log.read(0, 10)).length, 2);
    });

    it('keeps what other windows sent apart, by the numbers of their arrival', async () => {
      const log = create().open('w1');
      const received = log.receivedLog();
      const builder = new EventBuilder('w2', { runId: 'r1' });
      const events = [5, 6, 7].map((n, index) => ({
        ...builder.make('run.paused', {}, { id: `${n}` }),
        seq: index + 1,
      }));
      for (const event of events) received.append(event);
      assert.deepEqual(await received.read(1, 10), events.slice(1));
      assert.deepEqual(await received.read(0, 1), events.slice(0, 1));
      assert.deepEqual([await log.read(0, 10), await log.readRun('r1'), await log.listRuns()], [[], [], []]);
    });

    it('reads the log of a window that is gone', async () => {
      const windows = create();
      const other = windows.open('w2');
      const builder = new EventBuilder('w2');
      for (let n = 0; n < 10; n += 1) other.append(builder.make('run.paused', {}));
      await other.flush();
      await windows.kill('w2');
      const log = windows.open('w1');
      assert.deepEqual(seqs(await log.readLog('w2', 0, 100)), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      assert.deepEqual(seqs(await log.readLog('w2', 7, 2)), [8, 9]);
      assert.deepEqual([await log.readLog('w2', 10, 5), await log.readLog('unknown', 0, 5)], [[], []]);
    });

    it('tells whether a window lives', async () => {
      const windows = create();
      const log = windows.open('w1');
      windows.open('w2');
      assert.deepEqual(
        [await log.isAlive('w1'), await log.isAlive('w2'), await log.isAlive('w3')],
        [true, true, false],
      );
      await windows.kill('w2');
      assert.equal(await log.isAlive('w2'), false);
    });
  });

  describe(`${name} as span log`, () => {
    it('keeps the last record of each span', async () => {
      const log = create().open('w1');
      const owner = { runId: 'r1' };
      log.appendSpan(owner, span('1'));
      log.appendSpan(owner, span('2'));
      const ended = span('1', {
        endTime: '2030-01-01T00:00:01.000Z',
        endTimeUnixNano: '1893456001000000000',
        status: 'ok',
      });
      log.appendSpan(owner, ended);
      assert.deepEqual(await log.readSpans(owner), [ended, span('2')]);
      assert.deepEqual(await log.readSpans({ runId: 'r2' }), []);
    });

    it('keeps spans without a run by their trace', async () => {
      const log = create().open('w1');
      const owner = { traceId: 'a'.repeat(32) };
      log.appendSpan(owner, span('1'));
      assert.deepEqual(await log.readSpans(owner), [span('1')]);
      assert.deepEqual(
        (await log.listTraces()).map(({ traceId }) => traceId),
        ['a'.repeat(32)],
      );
    });

    it('keeps imported spans with who recorded them, and of each the last record', async () => {
      const log = create().open('w1');
      const traceId = 'b'.repeat(32);
      const sources = ['one', 'two'].map((name) => ({ resource: { 'service.name': name }, scope: { name } }));
      const imported = Array.from({ length: 7 }, (_, index) => {
        const source = sources[index % 2];
        return span(String(index), { traceId, ...(source && { source }) });
      });
      await log.importSpans(traceId, imported);
      const again = { ...span('3', { traceId, name: 'again' }), source: { resource: {}, scope: { name: 'three' } } };
      await log.importSpans(traceId, [again]);
      assert.deepEqual(await log.readSpans({ traceId }), imported.with(3, again));
      const [stored] = await log.listTraces();
      assert.equal(stored?.traceId, traceId);
      assert.ok(stored.bytes > 0);
    });

    it('deletes imported traces, and those of a run with the run', async () => {
      const log = create().open('w1');
      const [first, second] = ['c'.repeat(32), 'd'.repeat(32)];
      await log.importSpans(first, [span('1', { traceId: first })]);
      await log.importSpans(second, [span('1', { traceId: second })]);
      await log.deleteTrace(first);
      await log.deleteTrace('unknown');
      await log.deleteRun('r1', second);
      assert.deepEqual(await log.listTraces(), []);
      assert.deepEqual(await log.readSpans({ traceId: first }), []);
      await log.importSpans(first, [span('2', { traceId: first })]);
      assert.equal((await log.readSpans({ traceId: first })).length, 1);
    });

    it('marks open spans of a dead window as interrupted', async () => {
      const windows = create();
      const log = windows.open('w1');
      const other = windows.open('w2');
      other.appendSpan({ runId: 'r1' }, span('1'));
      await other.flush();
      assert.equal((await log.readSpans({ runId: 'r1' }))[0]?.interrupted, undefined);
      await windows.kill('w2');
      assert.equal((await log.readSpans({ runId: 'r1' }))[0]?.interrupted, true);
    });
  });
}
