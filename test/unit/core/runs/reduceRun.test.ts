import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventEnvelope, RunEnded } from '../../../../src/api';
import {
  initialRunView,
  reduceEvents,
  reduceRun,
  toRunResult,
  toRunSummary,
} from '../../../../src/core/runs/reduceRun';
import { EventBuilder } from '../../../support/eventBuilder';

const usage = { inputTokens: 30, outputTokens: 12, cachedInputTokens: 4, modelCalls: 2, costUsd: 0.5, complete: true };
const started = { kind: 'ask', title: 'Is this safe?', request: 'is this safe?', threadId: 't1', context: [] } as const;
const error = { reason: 'model.timeout', message: 'Too slow.', retryable: true };
const ended = (text: string, more: Partial<RunEnded> = {}): RunEnded => ({ text, usage, agent: 'qa', ...more });

function builder(): EventBuilder {
  return new EventBuilder('w1', { runId: 'r1', traceId: 'trace', spanId: 'span' });
}

/** A routed question: the router hands to qa, which calls a tool and answers. */
function answeredRun(events = builder()): EventEnvelope[] {
  const model = { callId: 'm1', model: 'small', endpoint: 'openai' };
  const tool = { callId: 'c1', tool: 'read_file' };
  const router = { agent: 'router' };
  const qa = { agent: 'qa', promptVersion: 'abc' };
  return [
    events.make('run.started', { ...started, context: [] }),
    events.make('agent.started', { invocationId: 'i0', tools: [] }, router),
    events.make('model.requested', { ...model, role: 'router', attempt: 1, messages: 2, estimatedTokens: 9 }, router),
    events.make('model.retrying', { ...model, error, attempt: 2, delayMs: 10 }, router),
    events.make('model.requested', { ...model, role: 'router', attempt: 2, messages: 2, estimatedTokens: 9 }, router),
    events.make(
      'model.completed',
      {
        ...model,
        text: '',
        toolCalls: [],
        finishReason: 'tool_calls',
        usage: { inputTokens: 10, outputTokens: 2 },
        durationMs: 5,
      },
      router,
    ),
    events.make('route.decided', { agent: 'qa', reason: 'a safety question', by: 'model', durationMs: 400 }),
    events.make(
      'handoff.requested',
      { from: 'router', to: 'qa', reason: 'a safety question', context: 'full' },
      router,
    ),
    events.make('handoff.completed', { from: 'router', to: 'qa', reason: 'a safety question' }, router),
    events.make('agent.started', { invocationId: 'i1', tools: ['read_file'] }, qa),
    events.make('tool.requested', { ...tool, input: { path: 'a.ts' } }, qa),
    events.make('tool.started', { ...tool, title: 'read_file a.ts', effect: 'read' }, qa),
    events.make('tool.completed', { ...tool, text: 'code', durationMs: 3, files: ['a.ts'] }, qa),
    events.make('agent.completed', { invocationId: 'i1', text: 'No.', turns: 2, outcome: 'answer' }, qa),
    events.make('run.completed', ended('No.')),
  ];
}

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

  it('lets no late result flip an ended run back', () => {
    const events = builder();
    const first = [
      events.make('run.started', { ...started, context: [] }),
      events.make('run.cancelled', ended('half an ans', { error })),
    ];
    const late = [
      events.make(
        'agent.completed',
        { invocationId: 'i1', text: 'late answer', turns: 1, outcome: 'answer' },
        { agent: 'dev' },
      ),
      events.make('run.completed', ended('late answer')),
      events.make('run.interrupted', { reason: 'window_closed' }),
      events.make('approval.denied', { id: 'x' }),
    ];
    const view = reduceEvents('r1', [...first, ...late]);
    assert.deepEqual(
      [view.status, view.text, view.error, view.endedAt],
      ['cancelled', 'half an ans', error, first[1]?.time],
    );
  });

  it('goes on when the run is resumed, and takes the sums of its new end', () => {
    const events = builder();
    const list = [
      events.make('run.started', { ...started, context: [] }),
      events.make('run.failed', ended('', { error })),
      events.make('run.resumed', {}),
    ];
    const resumed = reduceEvents('r1', list);
    assert.deepEqual([resumed.status, resumed.endedAt, resumed.error], ['running', undefined, undefined]);
    const done = reduceRun(resumed, events.make('run.completed', ended('yes', { usage: { ...usage, modelCalls: 5 } })));
    assert.deepEqual([done.status, done.usage.modelCalls, done.text], ['completed', 5, 'yes']);
  });

  it('takes the end from the window that went on after another had called the run interrupted', () => {
    const other = new EventBuilder('w2', { runId: 'r1' });
    const events = builder();
    const view = reduceEvents('r1', [
      events.make('run.started', { ...started, context: [] }),
      other.make('run.interrupted', { reason: 'window_closed' }),
      events.make('run.completed', ended('done')),
    ]);
    assert.deepEqual([view.status, view.text], ['completed', 'done']);
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

  it('shows a task as waiting as long as one of its own approvals does', () => {
    const events = new EventBuilder('w1', { runId: 'r1' });
    const of = (taskId: string) => ({ taskId });
    const approval = (id: string, taskId: string) => ({
      id,
      runId: 'r1',
      taskId,
      agent: 'dev',
      tool: 'run_command',
      title: '',
      detail: '',
      createdAt: '',
    });
    let view = initialRunView('r1');
    const statuses: string[] = [];
    for (const event of [
      events.make('task.started', { title: 'one', attempt: 1 }, of('t1')),
      events.make('task.started', { title: 'two', attempt: 1 }, of('t2')),
      events.make('approval.requested', approval('a', 't1'), of('t1')),
      events.make('approval.requested', approval('b', 't1'), of('t1')),
      events.make('approval.granted', { id: 'a', scope: 'once' }, of('t1')),
      events.make('approval.denied', { id: 'b' }, of('t1')),
      events.make('approval.requested', approval('c', 't2'), of('t2')),
      events.make('task.cancelled', { reason: 'stopped' }, of('t2')),
      events.make('approval.expired', { id: 'c' }, of('t2')),
    ]) {
      view = reduceRun(view, event);
      statuses.push(view.tasks.map(({ status }) => status).join(' '));
    }
    assert.deepEqual(statuses, [
      'running',
      'running running',
      'waiting-approval running',
      'waiting-approval running',
      'waiting-approval running',
      'running running',
      'running waiting-approval',
      'running cancelled',
      'running cancelled',
    ]);
  });

  it('waits while approvals wait', () => {
    const events = builder();
    const approval = (id: string) => ({
      id,
      runId: 'r1',
      agent: 'dev',
      tool: 'run_command',
      title: '',
      detail: '',
      createdAt: '',
    });
    const states: unknown[] = [];
    let view = reduceEvents('r1', [events.make('run.started', { ...started, context: [] })]);
    for (const event of [
      events.make('approval.requested', approval('a')),
      events.make('approval.requested', approval('b')),
      events.make('approval.granted', { id: 'a', scope: 'once' }),
      events.make('approval.expired', { id: 'b' }),
    ]) {
      view = reduceRun(view, event);
      states.push([view.status, view.approvals.map(({ id }) => id)]);
    }
    assert.deepEqual(states, [
      ['waiting-approval', ['a']],
      ['waiting-approval', ['a', 'b']],
      ['waiting-approval', ['b']],
      ['running', []],
    ]);
  });

  it('follows tasks from plan to verdict', () => {
    const events = builder();
    const plan = (id: string, dependencies: string[]) => ({
      id,
      agent: 'dev',
      title: id,
      description: '',
      dependencies,
    });
    const states: string[][] = [];
    let view = initialRunView('r1');
    for (const event of [
      events.make('plan.created', { tasks: [plan('a', []), plan('b', ['a']), plan('c', ['b'])] }),
      events.make('task.started', { title: 'A', attempt: 1 }, { taskId: 'a', agent: 'dev' }),
      events.make('task.retrying', { error, attempt: 2, delayMs: 1 }, { taskId: 'a' }),
      events.make('task.started', { title: 'A', attempt: 2 }, { taskId: 'a' }),
      events.make('task.completed', { text: 'done a' }, { taskId: 'a' }),
      events.make('task.failed', { error }, { taskId: 'b', agent: 'qa' }),
      events.make('plan.revised', { tasks: [plan('a', []), plan('d', ['a'])] }),
      events.make('task.skipped', { reason: 'x' }, { taskId: 'd' }),
    ]) {
      view = reduceRun(view, event);
      states.push(view.tasks.map(({ id, status }) => `${id} ${status}`));
    }
    assert.deepEqual(states, [
      ['a pending', 'b blocked', 'c blocked'],
      ['a running', 'b blocked', 'c blocked'],
      ['a retrying', 'b blocked', 'c blocked'],
      ['a running', 'b blocked', 'c blocked'],
      ['a completed', 'b pending', 'c blocked'],
      ['a completed', 'b failed', 'c blocked'],
      ['b failed', 'a completed', 'd pending'],
      ['b failed', 'a completed', 'd skipped'],
    ]);
    const { tasks } = toRunResult(view);
    assert.deepEqual(tasks[1], {
      id: 'a',
      agent: 'dev',
      status: 'completed',
      dependencies: [],
      text: 'done a',
      startedAt: '2030-01-01T00:00:00.400Z',
      endedAt: '2030-01-01T00:00:00.500Z',
      attempts: 2,
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
