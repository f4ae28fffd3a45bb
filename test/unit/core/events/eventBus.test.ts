import assert from 'node:assert/strict';
import { EVENT_SCHEMAS } from '../../../../src/core/events/eventSchemas';
import { createBus, numbersOf, tick } from '../../../support/busFixture';

const failing = { topic: 'task.failed', source: 'test' } as const;

describe('EventBus: publishing', () => {
  it('gives an envelope at once: a ULID, the next number of its origin, ISO time, its own correlation', () => {
    const { bus } = createBus();
    const first = tick(bus, 1);
    const second = tick(bus, 2);
    assert.match(first.id, /^[0-9A-HJKMNP-TV-Z]{26}$/);
    assert.deepEqual([first.seq, second.seq, first.origin], [1, 2, 'window-1']);
    assert.equal(first.time, '2030-01-01T00:00:00.000Z');
    assert.equal(first.correlationId, first.id);
    assert.ok(second.id > first.id);
  });

  it('keeps ids rising when the clock goes back', () => {
    const { bus, clock } = createBus();
    const before = tick(bus, 1);
    clock.set(0);
    assert.ok(tick(bus, 2).id > before.id);
  });

  it('carries what the publisher knows', () => {
    const { bus } = createBus();
    const known = {
      runId: 'r',
      taskId: 't',
      agent: 'dev',
      promptVersion: 'v',
      correlationId: 'c',
      causationId: 'e',
      traceId: 'x',
      spanId: 'y',
    };
    const event = bus.publish({ topic: 'run.paused', payload: {}, source: 'engine', ...known });
    const { id: _id, seq: _seq, origin: _origin, time: _time, ...rest } = event;
    assert.deepEqual(rest, { topic: 'run.paused', source: 'engine', payload: {}, ...known });
  });

  it('throws for a payload of ours that does not fit its topic, and publishes nothing', () => {
    const { bus } = createBus();
    const payload = { error: { reason: 'x' } } as never;
    assert.throws(() => bus.publish({ ...failing, payload }), /Internal error: the payload of task\.failed/);
    assert.equal(bus.stats().published, 0);
  });

  it('has a schema for every topic of the contract', () => {
    const families = {
      run: 'started completed partial failed cancelled interrupted paused resumed',
      route: 'decided fallback',
      handoff: 'requested completed rejected',
      plan: 'created rejected revised',
      task: 'started progress completed failed retrying skipped cancelled interrupted',
      agent: 'started completed failed',
      model: 'requested completed failed retrying',
      context: 'condensed',
      guardrail: 'tripped',
      tool: 'requested started completed failed',
      approval: 'requested granted denied expired',
      edit: 'proposed accepted rejected reverted conflicted',
      conflict: 'resolved',
      breaker: 'opened half_opened closed',
      budget: 'warned exceeded',
      memory: 'written',
      // `updated` is our addition to the contract: what a person decides about a finding after its review.
      review: 'completed updated',
      file: 'saved',
      diagnostics: 'changed',
      git: 'changed',
      tests: 'finished',
      debug: 'ended',
      subscriber: 'failed dropped paused',
    };
    const topics = Object.entries(families).flatMap(([family, names]) =>
      names.split(' ').map((name) => `${family}.${name}`),
    );
    assert.deepEqual(Object.keys(EVENT_SCHEMAS).sort(), topics.sort());
  });

  for (const topic of ['run.started', 'subscriber.dropped', 'anything.else', 'user', 'user.*', 'ext.x']) {
    it(`refuses ${topic} from others`, () => {
      const { bus } = createBus();
      assert.throws(() => bus.publishExternal(topic, {}, { source: 'test' }), TypeError);
      assert.equal(bus.stats().published, 0);
    });
  }

  it('copies what others publish, so that they cannot change it afterwards', () => {
    const { bus } = createBus();
    const payload = { list: [1] };
    const event = bus.publishExternal('user.x', payload, { source: 'test' });
    payload.list.push(2);
    assert.deepEqual(event.payload, { list: [1] });
  });

  it('refuses payloads that are not JSON or are huge', () => {
    const { bus } = createBus();
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    for (const payload of [cyclic, 10n, () => 1, 'x'.repeat(1_100_000)]) {
      assert.throws(() => bus.publishExternal('user.x', payload, { source: 'test' }), TypeError);
    }
  });

  it('puts an event of others into the run and correlation of its cause', () => {
    const { bus } = createBus();
    const cause = bus.publish({
      topic: 'run.paused',
      payload: {},
      source: 'engine',
      runId: 'r',
      correlationId: 'r',
      traceId: 't',
    });
    const event = bus.publishExternal('user.x', 1, { source: 'test', causationId: cause.id });
    assert.deepEqual([event.causationId, event.correlationId, event.runId, event.traceId], [cause.id, 'r', 'r', 't']);
  });

  it('masks secrets in payloads before anybody sees them', async () => {
    const { bus, log } = createBus({ redact: (text) => text.replaceAll('sk-secret', '***') });
    const seen: unknown[] = [];
    bus.tap((event) => seen.push(event.payload));
    const event = bus.publishExternal(
      'user.x',
      { deep: [{ text: 'key sk-secret!' }], 'sk-secret': 1 },
      { source: 'test' },
    );
    const expected = { deep: [{ text: 'key ***!' }], '***': 1 };
    assert.deepEqual([event.payload, seen[0], (await log.read(0, 1))[0]?.payload], [expected, expected, expected]);
  });
});

describe('EventBus: history', () => {
  it('is ascending: the newest without afterSeq, the first with it', async () => {
    for (const recentEvents of [1000, 3]) {
      const { bus } = createBus({ recentEvents });
      for (let n = 1; n <= 20; n += 1) {
        tick(bus, n);
        bus.publishExternal('user.other', n, { source: 'test' });
      }
      const pattern = 'user.tick';
      assert.deepEqual(numbersOf(await bus.history({ pattern, limit: 3 })), [18, 19, 20]);
      assert.deepEqual(numbersOf(await bus.history({ pattern, afterSeq: 4, limit: 3 })), [3, 4, 5]);
      assert.deepEqual(numbersOf(await bus.history({ pattern, afterSeq: 38 })), [20]);
      assert.deepEqual(
        (await bus.history()).map(({ seq }) => seq),
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
      assert.deepEqual(await bus.history({ limit: 0 }), []);
      assert.deepEqual(await bus.history({ afterSeq: 1000 }), []);
    }
  });

  it('has 1,000 events without a limit', async () => {
    const { bus } = createBus({ recentEvents: 10 });
    for (let n = 1; n <= 2500; n += 1) tick(bus, n);
    assert.deepEqual((await bus.history()).map(({ seq }) => seq)[0], 1501);
    assert.equal((await bus.history()).length, 1000);
    assert.deepEqual((await bus.history({ afterSeq: 0 })).at(-1)?.seq, 1000);
  });

  it('of a run has its events only, from every window', async () => {
    const { bus, log } = createBus();
    const paused = { topic: 'run.paused', payload: {}, source: 'engine', runId: 'r' } as const;
    log.append({
      ...paused,
      id: '00000000000000000000000001',
      seq: 7,
      origin: 'window-0',
      time: '',
      correlationId: 'r',
    });
    tick(bus, 1);
    bus.publish(paused);
    const events = await bus.history({ runId: 'r' });
    assert.deepEqual(
      events.map(({ origin, seq }) => [origin, seq]),
      [
        ['window-0', 7],
        ['window-1', 2],
      ],
    );
  });
});
