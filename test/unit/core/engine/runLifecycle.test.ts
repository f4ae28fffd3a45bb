import assert from 'node:assert/strict';
import type { EventEnvelope, EventPayloads, EventTopic, RunResult } from '../../../../src/api';
import type { EventDraft, EventPublisher } from '../../../../src/core/events/publisher';
import { RunLifecycle, type RunStart, type RunWork } from '../../../../src/core/engine/runLifecycle';
import { CANCELLED } from '../../../../src/core/failure';
import { LiveText } from '../../../../src/core/runs/liveText';
import type { Span, SpanOptions, Tracing } from '../../../../src/core/telemetry/tracing';
import { Gate, settle } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';

const ASK: RunStart = { kind: 'ask', title: 't', request: 'r', context: [], interactive: true };

/** Records what a lifecycle publishes and traces, in one order. */
function harness() {
  const order: string[] = [];
  const events: EventEnvelope[] = [];
  const bugs: unknown[] = [];
  const clock = new ManualClock();
  const publisher: EventPublisher = {
    publish<T extends EventTopic>(draft: EventDraft<T, EventPayloads[T]>): EventEnvelope<EventPayloads[T]> {
      const seq = events.length + 1;
      const event = { id: `e${seq}`, seq, origin: 'o', time: '', correlationId: 'c', ...draft };
      events.push(event);
      order.push(draft.topic);
      return event;
    },
  };
  let spans = 0;
  const tracing: Tracing = {
    startSpan(name: string, options: SpanOptions = {}): Span {
      order.push(`start ${name}`);
      const spanId = `s${(spans += 1)}`;
      return {
        traceId: options.parent?.traceId ?? options.traceId ?? 't1',
        spanId,
        setAttributes: () => undefined,
        end: () => order.push(`end ${name}`),
      };
    },
  };
  let ids = 0;
  const lifecycle = new RunLifecycle({
    publisher,
    tracing,
    live: new LiveText(),
    clock,
    newId: () => `run${(ids += 1)}`,
    flush: () => {
      order.push('flush');
      return Promise.resolve();
    },
    resultOf: (runId) => Promise.resolve(resultOf(runId, events)),
    onBug: (error) => bugs.push(error),
  });
  return { lifecycle, order, events, clock, bugs };
}

function resultOf(runId: string, events: EventEnvelope[]): RunResult {
  const last = events.findLast((event) => event.runId === runId);
  assert.ok(last);
  return { runId, status: last.topic.slice('run.'.length), ...(last.payload as object) } as RunResult;
}

const answer =
  (text: string): RunWork =>
  () =>
    Promise.resolve({ status: 'completed', agent: 'qa', text });

describe('RunLifecycle', () => {
  it('ends the root span, publishes the last event and flushes before the result settles', async () => {
    const { lifecycle, order } = harness();
    const result = await lifecycle.start(ASK, answer('fine')).result;
    assert.deepEqual(order, [
      'start invoke_workflow ask',
      'run.started',
      'end invoke_workflow ask',
      'run.completed',
      'flush',
    ]);
    assert.equal(result.text, 'fine');
    assert.equal(result.agent, 'qa');
  });

  it('returns the handle before any work begins', () => {
    const { lifecycle } = harness();
    let began = false;
    lifecycle.start(ASK, () => {
      began = true;
      return Promise.resolve({ status: 'completed', text: '' });
    });
    assert.equal(began, false);
  });

  it('names the cause of every event but the first', async () => {
    const { lifecycle, events } = harness();
    await lifecycle.start(ASK, answer('')).result;
    assert.deepEqual(
      events.map((event) => event.causationId),
      [undefined, 'e1'],
    );
  });

  it('lets a follow-up wait until the run before it in the thread is over', async () => {
    const { lifecycle, order } = harness();
    const gate = new Gate();
    const first = lifecycle.start({ ...ASK, threadId: 'a' }, async () => {
      await gate.wait();
      return { status: 'completed', text: 'one' };
    });
    const second = lifecycle.start({ ...ASK, threadId: 'a' }, answer('two'));
    const other = lifecycle.start({ ...ASK, threadId: 'b' }, answer('three'));
    assert.equal((await other.result).text, 'three');
    assert.equal(order.filter((entry) => entry === 'start wait queue').length, 1);
    assert.ok(!order.includes('end wait queue'));
    gate.open();
    assert.equal((await first.result).text, 'one');
    assert.equal((await second.result).text, 'two');
    assert.ok(order.indexOf('end wait queue') < order.lastIndexOf('run.completed'));
  });

  it('cancels a run that waits for its thread without starting its work', async () => {
    const { lifecycle } = harness();
    const gate = new Gate();
    const first = lifecycle.start({ ...ASK, threadId: 'a' }, async () => {
      await gate.wait();
      return { status: 'completed', text: '' };
    });
    let began = false;
    const second = lifecycle.start({ ...ASK, threadId: 'a' }, () => {
      began = true;
      return Promise.resolve({ status: 'completed', text: '' });
    });
    second.cancel();
    assert.equal((await second.result).status, 'cancelled');
    assert.equal(began, false);
    gate.open();
    await first.result;
  });

  it('keeps the order of a thread when a run that waits in it is cancelled', async () => {
    const { lifecycle } = harness();
    const gate = new Gate();
    const order: string[] = [];
    const first = lifecycle.start({ ...ASK, threadId: 'a' }, async () => {
      await gate.wait();
      order.push('first over');
      return { status: 'completed', text: '' };
    });
    const second = lifecycle.start({ ...ASK, threadId: 'a' }, answer(''));
    const third = lifecycle.start({ ...ASK, threadId: 'a' }, () => {
      order.push('third begins');
      return Promise.resolve({ status: 'completed', text: '' });
    });
    second.cancel();
    await second.result;
    await settle();
    gate.open();
    await Promise.all([first.result, third.result]);
    assert.deepEqual(order, ['first over', 'third begins']);
  });

  it('ends the spans of work that does not come back, the inner ones first, and records none after', async () => {
    const { lifecycle, order, clock } = harness();
    const gate = new Gate();
    const handle = lifecycle.start(ASK, async (run) => {
      const outer = run.startSpan('invoke_agent qa');
      run.with({ span: outer }).startSpan('chat m');
      run.startSpan('done').end();
      await gate.wait();
      outer.end();
      run.with({ span: outer }).startSpan('late').end();
      return { status: 'completed', text: '' };
    });
    await settle();
    handle.cancel();
    await clock.advance(1000);
    await handle.result;
    gate.open();
    await settle();
    assert.deepEqual(order, [
      'start invoke_workflow ask',
      'run.started',
      'start invoke_agent qa',
      'start chat m',
      'start done',
      'end done',
      'end chat m',
      'end invoke_agent qa',
      'end invoke_workflow ask',
      'run.cancelled',
      'flush',
    ]);
  });

  it('ends a cancelled run within a second although its work never comes back', async () => {
    const { lifecycle, clock } = harness();
    const handle = lifecycle.start(ASK, () => new Promise(() => undefined));
    await settle();
    handle.cancel();
    await clock.advance(1000);
    const result = await handle.result;
    assert.equal(result.status, 'cancelled');
    assert.equal(result.error?.reason, 'cancelled');
  });

  it('interrupts what still works when the window ends, and leaves what is complete complete', async () => {
    const { lifecycle, events } = harness();
    const opened = new Gate();
    const done = lifecycle.start(ASK, answer('fine'));
    await done.result;
    const working = lifecycle.start(ASK, async (run) => {
      await opened.wait(run.signal);
      return { status: 'failed', text: 'half', error: CANCELLED };
    });
    await settle();
    await lifecycle.interruptAll();
    assert.equal((await working.result).status, 'interrupted');
    assert.deepEqual(
      events.filter(({ topic }) => topic !== 'run.started').map(({ topic, runId, payload }) => [topic, runId, payload]),
      [
        ['run.completed', 'run1', events[1]?.payload],
        ['run.interrupted', 'run2', { reason: 'window_closed' }],
      ],
    );
  });

  it('drops what comes after the end of its run', async () => {
    const { lifecycle, clock, events } = harness();
    const gate = new Gate();
    const handle = lifecycle.start(ASK, async (run) => {
      await gate.wait();
      run.emit('task.progress', { message: 'late' });
      return { status: 'completed', text: 'late' };
    });
    await settle();
    handle.cancel();
    await clock.advance(1000);
    const result = await handle.result;
    gate.open();
    await settle();
    assert.equal(result.status, 'cancelled');
    assert.deepEqual(
      events.map((event) => event.topic),
      ['run.started', 'run.cancelled'],
    );
  });

  it('turns a bug in the work into a failed run and reports it', async () => {
    const { lifecycle, bugs } = harness();
    const result = await lifecycle.start(ASK, () => Promise.reject(new Error('boom'))).result;
    assert.equal(result.status, 'failed');
    assert.equal(result.error?.reason, 'internal');
    assert.equal(bugs.length, 1);
  });

  it('keeps run and trace when it resumes, links the roots, and adds up usage', async () => {
    const { lifecycle, events } = harness();
    const usage = { inputTokens: 5, outputTokens: 1, cachedInputTokens: 0, modelCalls: 1, complete: true };
    const resumes = { runId: 'old', traceId: 'trace-old', rootSpanId: 'root', usage };
    const result = await lifecycle.start({ ...ASK, resumes }, (run) => {
      run.shared.usage.add({ inputTokens: 2, outputTokens: 3 });
      return Promise.resolve({ status: 'completed', text: '' });
    }).result;
    assert.equal(result.runId, 'old');
    assert.deepEqual(
      events.map((event) => [event.topic, event.traceId]),
      [
        ['run.resumed', 'trace-old'],
        ['run.completed', 'trace-old'],
      ],
    );
    assert.equal(result.usage.inputTokens, 7);
    assert.equal(result.usage.modelCalls, 2);
  });
});
