import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventEnvelope } from '../../../../src/api';
import {
  initialRunView,
  reduceEvents,
  reduceRun,
  toRunResult,
  toRunSummary,
} from '../../../../src/core/runs/reduceRun';
import { EventBuilder } from '../../../support/eventBuilder';
import { answeredRun, builder, error, started, usage } from '../../../support/runEvents';

describe('reduceRun', () => {
  it('keeps what a person said while the run worked, and no other progress', () => {
    const events = builder();
    const view = reduceEvents('r1', [
      events.make('run.started', { ...started, context: [] }),
      events.make('task.progress', { message: '3 of 9 files', callId: 'c1' }),
      events.make('task.progress', { message: 'only the tests', from: 'person' }),
    ]);
    const notices = view.steps.map((step) => step.kind === 'notice' && step.data['message']);
    assert.deepEqual(notices, ['only the tests']);
  });

  it('makes the whole view of a routed answer', () => {
    const view = reduceEvents('r1', answeredRun());
    const { steps, ...rest } = view;
    assert.deepEqual(rest, {
      runId: 'r1',
      threadId: 't1',
      kind: 'ask',
      title: 'Is this safe?',
      request: 'is this safe?',
      context: [],
      status: 'completed',
      agent: 'qa',
      startedAt: '2030-01-01T00:00:00.100Z',
      endedAt: '2030-01-01T00:00:01.500Z',
      rootSpanId: 'span',
      traceId: 'trace',
      text: 'No.',
      usage,
      handoffs: [{ from: 'router', to: 'qa', reason: 'a safety question' }],
      tasks: [],
      approvals: [],
      changes: [],
      findings: [],
      lastSeq: { w1: 15 },
      lastEventId: 'w1-00000015',
    });
    assert.deepEqual(
      steps.map((step) => [step.kind, step.id, step.agent, 'status' in step ? step.status : undefined]),
      [
        ['agent', 'i0', 'router', 'running'],
        ['model', 'm1', 'router', 'completed'],
        ['route', 'w1-00000007', 'router', undefined],
        ['handoff', 'w1-00000008', 'router', 'completed'],
        ['agent', 'i1', 'qa', 'completed'],
        ['tool', 'c1', 'qa', 'completed'],
      ],
    );
    const tool = steps.find((step) => step.kind === 'tool');
    assert.deepEqual(tool, {
      kind: 'tool',
      id: 'c1',
      agent: 'qa',
      spanId: 'span',
      startedAt: '2030-01-01T00:00:01.100Z',
      durationMs: 3,
      status: 'completed',
      tool: 'read_file',
      title: 'read_file a.ts',
      input: { path: 'a.ts' },
      effect: 'read',
      text: 'code',
      files: ['a.ts'],
    });
  });

  it('replaces what changed and leaves the identity of the rest', () => {
    const events = answeredRun();
    let view = reduceEvents('r1', events.slice(0, 12));
    const [agent, , route] = view.steps;
    const tool = view.steps.at(-1);
    const before = view;
    view = reduceRun(view, events[12] ?? assert.fail());
    assert.notEqual(view, before);
    assert.deepEqual(
      [view.steps[0] === agent, view.steps[2] === route, view.steps.at(-1) === tool],
      [true, true, false],
    );
  });

  it('does not change for repeated events, those of other runs, or unknown topics', () => {
    const events = answeredRun();
    const view = reduceEvents('r1', events);
    const copy = structuredClone(view);
    for (const event of events) assert.equal(reduceRun(view, event), view);
    assert.equal(reduceRun(view, new EventBuilder('w1', { runId: 'r2' }).make('run.paused', {}, { seq: 99 })), view);
    const unknown = { ...builder().make('run.paused', {}, { seq: 99 }), topic: 'someday.invented' };
    assert.deepEqual(reduceRun(view, unknown), { ...copy, lastSeq: { w1: 99 }, lastEventId: unknown.id });
  });

  it('never throws, and keeps the end, whatever events are missing', () => {
    const events = answeredRun();
    fc.assert(
      fc.property(fc.subarray(events), (kept) => {
        const view = reduceEvents('r1', kept);
        assert.equal(view.status, kept.includes(events.at(-1) ?? assert.fail()) ? 'completed' : 'running');
        assert.deepEqual(toRunSummary(view).runId, 'r1');
      }),
    );
  });

  it('goes on from a stored view as from its own', () => {
    const events = answeredRun();
    const stored = JSON.parse(JSON.stringify(reduceEvents('r1', events.slice(0, 11)))) as ReturnType<
      typeof initialRunView
    >;
    assert.deepEqual(events.slice(11).reduce(reduceRun, stored), reduceEvents('r1', events));
  });

  it('adds up usage while the run goes on, and an unknown number stays unknown', () => {
    const events = builder();
    const call = { callId: 'm1', model: 'x', endpoint: 'y', text: '', durationMs: 1 };
    const view = reduceEvents('r1', [
      events.make('model.completed', {
        ...call,
        toolCalls: [],
        finishReason: 'stop',
        usage: { inputTokens: 5, outputTokens: 1, costUsd: 1 },
      }),
      events.make('model.retrying', { callId: 'm2', model: 'x', endpoint: 'y', error, attempt: 2, delayMs: 1 }),
      events.make('model.failed', { ...call, error, usage: {} }),
    ]);
    assert.deepEqual(view.usage, {
      inputTokens: 5,
      outputTokens: 1,
      cachedInputTokens: 0,
      modelCalls: 3,
      complete: false,
    });
  });

  it('keeps the newest state of each changed file, and findings once', () => {
    const events = builder();
    const file = (path: string, status: 'proposed' | 'accepted') => ({
      runId: 'r1',
      path,
      kind: 'modify' as const,
      status,
      added: 1,
      removed: 0,
      hunks: [],
    });
    const finding = {
      id: 'f1',
      path: 'a',
      startLine: 1,
      endLine: 1,
      severity: 'minor',
      category: 'bug',
      title: '',
      why: '',
      evidence: '',
      confidence: 1,
      agent: 'qa',
      status: 'open',
    } as const;
    const found = { callId: 'c', tool: 'static_analysis', text: '', durationMs: 1, findings: [finding] };
    const view = reduceEvents('r1', [
      events.make('edit.proposed', { files: [file('a', 'proposed'), file('b', 'proposed')] }),
      events.make('edit.accepted', { files: [file('a', 'accepted')] }),
      events.make('edit.conflicted', { path: 'b', reason: 'typed over' }),
      events.make('tool.completed', found),
      events.make('tool.completed', found),
    ]);
    assert.deepEqual(
      view.changes.map(({ path, status }) => [path, status]),
      [
        ['a', 'accepted'],
        ['b', 'conflicted'],
      ],
    );
    assert.equal(view.findings.length, 1);
  });

  it('tells apart a model call and a tool call with one id', () => {
    const events = builder();
    const view = reduceEvents('r1', [
      events.make('model.requested', {
        callId: '1',
        model: 'x',
        endpoint: 'y',
        role: 'dev',
        attempt: 1,
        messages: 1,
        estimatedTokens: 1,
      }),
      events.make('tool.requested', { callId: '1', tool: 'read_file', input: {} }),
      events.make('tool.failed', {
        callId: '1',
        tool: 'read_file',
        text: 'no',
        durationMs: 1,
        reason: 'file.not_found',
      }),
    ]);
    assert.deepEqual(
      view.steps.map((step) => [step.kind, 'status' in step && step.status]),
      [
        ['model', 'running'],
        ['tool', 'failed'],
      ],
    );
  });

  it('takes the same time for the last events of a long run as for the first', () => {
    const make = (count: number) => {
      const events = builder();
      return Array.from({ length: count }, (_, index) =>
        events.make('tool.completed', { callId: `c${index}`, tool: 'x', text: '', durationMs: 1 }),
      );
    };
    reduceEvents('r1', make(2000));
    const long = make(40_000);
    let view = initialRunView('r1');
    const measure = (part: EventEnvelope[]) => {
      const begin = performance.now();
      for (const event of part) view = reduceRun(view, event);
      return performance.now() - begin;
    };
    const first = measure(long.slice(0, 10_000));
    measure(long.slice(10_000, 30_000));
    const last = measure(long.slice(30_000));
    // A copy of the steps per event would make the last part many times slower.
    assert.ok(last < first * 4 + 50, `${first} ms, then ${last} ms`);
    assert.equal(view.steps.length, 40_000);
  });
});

describe('toRunResult', () => {
  it('has everything of the contract and shares nothing with the view', () => {
    const view = reduceEvents('r1', answeredRun());
    const result = toRunResult(view);
    assert.deepEqual(result, {
      runId: 'r1',
      threadId: 't1',
      kind: 'ask',
      status: 'completed',
      agent: 'qa',
      text: 'No.',
      handoffs: [{ from: 'router', to: 'qa', reason: 'a safety question' }],
      tasks: [],
      changes: [],
      findings: [],
      usage,
      traceId: 'trace',
    });
    assert.notEqual(result.handoffs, view.handoffs);
  });

  it('names the router as the source of a decision of its own, and of none that a person made', () => {
    for (const by of ['model', 'category', 'policy', 'fallback', 'mention', 'option', 'thread'] as const) {
      const view = reduceEvents('r1', [
        builder().make('route.decided', { agent: 'dev', reason: 'r', by, durationMs: 1 }),
      ]);
      const expected = ['mention', 'option', 'thread'].includes(by) ? [] : [{ from: 'router', to: 'dev', reason: 'r' }];
      assert.deepEqual(toRunResult(view).handoffs, expected);
    }
  });
});
