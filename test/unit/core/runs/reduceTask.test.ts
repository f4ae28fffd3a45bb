import assert from 'node:assert/strict';
import type { EventEnvelope, EventPayloads, TaskState } from '../../../../src/api';
import { reduceEvents, reduceRun, toRunResult } from '../../../../src/core/runs/reduceRun';
import type { RunView } from '../../../../src/core/runs/runView';
import { EventBuilder } from '../../../support/eventBuilder';

const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true };
const error = { reason: 'model.rate_limited', message: 'Too many requests.', retryable: true };
const ended = { text: 'answer', usage, agent: 'supervisor' };
const supervisor = { agent: 'supervisor' };
const call = { callId: 'm1', model: 'small', endpoint: 'openai' };
const requested = { ...call, role: 'dev', attempt: 1, messages: 1, estimatedTokens: 1 };
const completed = (text: string, used: EventPayloads['model.completed']['usage'], callId = 'm1') => ({
  ...call,
  callId,
  text,
  toolCalls: [],
  finishReason: 'stop',
  usage: used,
  durationMs: 5,
});

/** A goal that has its plan; tasks as `id<dependency,dependency`. */
class Goal {
  readonly events = new EventBuilder('w1', { runId: 'r1' });
  private readonly list: EventEnvelope[] = [];

  constructor(...plan: string[]) {
    this.add('run.started', { kind: 'goal', title: 'g', request: 'g', context: [] });
    if (plan.length > 0) this.add('plan.created', { tasks: plan.map(planned) }, supervisor);
  }

  add<T extends Parameters<EventBuilder['make']>[0]>(
    topic: T,
    payload: EventPayloads[T],
    more: Partial<EventEnvelope> = {},
  ): this {
    this.list.push(this.events.make(topic, payload, more));
    return this;
  }

  start(taskId: string, attempt = 1): this {
    return this.add('task.started', { title: taskId, attempt }, { taskId, agent: 'dev' });
  }

  get view() {
    return reduceEvents('r1', this.list);
  }

  get states(): Record<string, TaskState> {
    return Object.fromEntries(this.view.tasks.map(({ id, status }) => [id, status]));
  }

  task(id: string) {
    return this.view.tasks.find((task) => task.id === id) ?? assert.fail(`no task ${id}`);
  }
}

function planned(text: string) {
  const [id = '', rest = ''] = text.split('<');
  const dependencies = rest.split(',').filter(Boolean);
  return { id, agent: 'dev', title: `Do ${id}`, description: `All of ${id}.`, dependencies };
}

describe('the tasks of a run', () => {
  it('come from the plan, each with what it is about', () => {
    const { title, description, status, attempts } = new Goal('a', 'b<a').task('b');
    assert.deepEqual(
      { title, description, status, attempts },
      {
        title: 'Do b',
        description: 'All of b.',
        status: 'blocked',
        attempts: 0,
      },
    );
  });

  it('say which tools run, and that a model call waits', () => {
    const goal = new Goal('a').start('a');
    const of = { taskId: 'a', agent: 'dev' };
    const names = () => goal.task('a').activities.map(({ kind, name }) => `${kind} ${name}`);
    goal.add('tool.started', { callId: '1', tool: 'read_file', title: 'read_file a.ts', effect: 'read' }, of);
    goal.add('tool.started', { callId: '2', tool: 'search_text', title: 'search_text x', effect: 'read' }, of);
    assert.deepEqual(names(), ['tool read_file', 'tool search_text']);
    goal.add('tool.completed', { callId: '2', tool: 'search_text', text: '', durationMs: 1 }, of);
    goal.add('tool.failed', { callId: '1', tool: 'read_file', text: '', durationMs: 1, reason: 'x' }, of);
    assert.deepEqual(names(), []);
    goal.add('model.retrying', { ...call, error, attempt: 2, delayMs: 900 }, of);
    assert.deepEqual(names(), ['wait model.rate_limited']);
    goal.add('model.requested', { ...requested, attempt: 2 }, of);
    assert.deepEqual(names(), []);
  });

  it('do nothing any more once they have a verdict', () => {
    const of = { taskId: 'a', agent: 'dev' };
    const goal = new Goal('a').start('a');
    goal.add('tool.started', { callId: '1', tool: 'run_command', title: 'npm test', effect: 'execute' }, of);
    goal.add('task.failed', { error }, of);
    goal.add('tool.started', { callId: '2', tool: 'read_file', title: 'late', effect: 'read' }, of);
    assert.deepEqual(goal.task('a').activities, []);
  });

  it('keep a bounded number of running tools', () => {
    const goal = new Goal('a').start('a');
    for (let index = 0; index < 100; index += 1) {
      const payload = { callId: String(index), tool: 'read_file', title: 'x', effect: 'read' as const };
      goal.add('tool.started', payload, { taskId: 'a' });
    }
    const { activities } = goal.task('a');
    assert.deepEqual([activities.length, activities.at(-1)?.id], [8, '99']);
  });

  it('add up what their own calls used, and an unknown cost is unknown', () => {
    const goal = new Goal('a', 'b').start('a').start('b');
    goal.add('model.completed', completed('', { inputTokens: 10, outputTokens: 2, costUsd: 0.5 }), { taskId: 'a' });
    goal.add('model.completed', completed('', { inputTokens: 1, outputTokens: 1, costUsd: 0.25 }), { taskId: 'a' });
    goal.add('model.completed', completed('', { inputTokens: 7, outputTokens: 7 }), { taskId: 'b' });
    const known = {
      inputTokens: 11,
      outputTokens: 3,
      cachedInputTokens: 0,
      modelCalls: 2,
      costUsd: 0.75,
      complete: true,
    };
    assert.deepEqual(goal.task('a').usage, known);
    const unknown = { inputTokens: 7, outputTokens: 7, cachedInputTokens: 0, modelCalls: 1, complete: true };
    assert.deepEqual(goal.task('b').usage, unknown);
  });

  it('count attempts, forget an error once it is made good, and keep the sums', () => {
    const of = { taskId: 'a', agent: 'dev' };
    const goal = new Goal('a').start('a');
    goal.add(
      'model.failed',
      { ...call, error, text: '', durationMs: 1, usage: { inputTokens: 4, outputTokens: 0 } },
      of,
    );
    goal.add('task.retrying', { error, attempt: 2, delayMs: 10 }, of);
    assert.deepEqual([goal.task('a').status, goal.task('a').error], ['retrying', error]);
    goal.start('a', 2).add('model.completed', completed('ok', { inputTokens: 6, outputTokens: 1 }), of);
    goal.add('task.completed', { text: 'ok' }, of);
    const { attempts, status, usage: sum, ...rest } = goal.task('a');
    assert.deepEqual([attempts, status, sum.inputTokens, 'error' in rest], [2, 'completed', 10, false]);
  });

  it('have a verdict once the run is over, whatever its journal lacks', () => {
    const going = () => new Goal('a', 'b<a', 'c').start('a');
    assert.deepEqual(going().add('run.cancelled', ended).states, { a: 'cancelled', b: 'cancelled', c: 'cancelled' });
    assert.deepEqual(going().add('run.partial', ended).states, { a: 'cancelled', b: 'skipped', c: 'skipped' });
    const interrupted = going().add('run.interrupted', { reason: 'window_closed' });
    assert.deepEqual(interrupted.states, { a: 'interrupted', b: 'blocked', c: 'pending' });
  });

  it('are not changed by what comes after the end', () => {
    const goal = new Goal('a').start('a').add('run.cancelled', ended);
    goal.add('task.completed', { text: 'late' }, { taskId: 'a' });
    assert.deepEqual([goal.states, goal.task('a').text], [{ a: 'cancelled' }, '']);
  });

  it('are open again when a stopped or interrupted run goes on, but for those that are done or failed', () => {
    const goal = new Goal('a', 'b', 'c<b', 'd<a').start('a').start('b');
    goal.add('task.completed', { text: 'A' }, { taskId: 'a' }).add('task.failed', { error }, { taskId: 'b' });
    goal.add('task.skipped', { reason: 'b failed' }, { taskId: 'c' }).start('d');
    goal.add('run.interrupted', { reason: 'window_closed' }).add('run.resumed', {});
    assert.deepEqual(goal.states, { a: 'completed', b: 'failed', c: 'blocked', d: 'pending' });
  });

  it('wait for a task again that is tried again', () => {
    const goal = new Goal('a', 'b<a', 'c<b', 'x').start('a').add('task.failed', { error }, { taskId: 'a' });
    goal.add('task.skipped', { reason: 'a failed' }, { taskId: 'b' });
    goal.add('task.skipped', { reason: 'a failed' }, { taskId: 'c' });
    goal.start('x').add('task.failed', { error }, { taskId: 'x' });
    goal
      .add('run.failed', { ...ended, error })
      .add('run.resumed', {})
      .start('a', 2);
    assert.deepEqual(goal.states, { a: 'running', b: 'blocked', c: 'blocked', x: 'failed' });
    assert.equal('reason' in goal.task('b'), false);
    goal.add('task.completed', { text: '' }, { taskId: 'a' });
    assert.equal(goal.task('b').status, 'pending');
  });

  it('are in the result as the contract says, and no more', () => {
    const goal = new Goal('a').start('a');
    goal.add('model.completed', completed('', { inputTokens: 1, outputTokens: 1 }), { taskId: 'a' });
    goal.add('task.cancelled', { reason: 'run.cancelled' }, { taskId: 'a' });
    assert.deepEqual(Object.keys(toRunResult(goal.view).tasks[0] ?? {}).toSorted(), [
      'agent',
      'attempts',
      'dependencies',
      'endedAt',
      'id',
      'startedAt',
      'status',
      'text',
    ]);
  });

  it('survive being stored and read in the middle', () => {
    const goal = new Goal('a', 'b<a').start('a');
    const stored = JSON.parse(JSON.stringify(goal.view)) as RunView;
    const next = goal.events.make('task.completed', { text: 'A' }, { taskId: 'a' });
    assert.deepEqual(reduceRun(stored, next).tasks, reduceRun(goal.view, next).tasks);
  });
});

describe('plan and synthesis of a goal', () => {
  const planning = () =>
    new Goal()
      .add('agent.started', { invocationId: 'i', tools: [] }, supervisor)
      .add('model.requested', { ...requested, role: 'supervisor' }, supervisor)
      .add('model.completed', completed('', { inputTokens: 9, outputTokens: 3, costUsd: 1 }), supervisor);

  it('are told apart: what is asked before the plan is there, and what after', () => {
    const goal = planning().add('plan.rejected', { faults: ['x'], attempt: 1 }, supervisor);
    goal.add('plan.created', { tasks: [planned('a')] }, supervisor);
    goal.add('agent.completed', { invocationId: 'i', text: '', turns: 1, outcome: 'handoff' }, supervisor);
    const { plan, synthesis } = goal.view;
    assert.deepEqual([plan?.status, plan?.rejected, plan?.revised, plan?.usage.costUsd], ['completed', 1, 0, 1]);
    assert.equal(synthesis, undefined);
    goal.start('a').add('task.completed', { text: 'A' }, { taskId: 'a', agent: 'dev' });
    goal.add('model.requested', { ...requested, callId: 'm2' }, supervisor);
    assert.equal(goal.view.synthesis?.status, 'running');
    goal.add('model.completed', completed('all', { inputTokens: 5, outputTokens: 5 }, 'm2'), supervisor);
    const done = goal.view;
    assert.deepEqual(
      [done.synthesis?.status, done.synthesis?.usage.inputTokens, done.plan?.usage.inputTokens],
      ['completed', 5, 9],
    );
  });

  it('fail with their reason, and an empty synthesis has failed', () => {
    const failed = planning().add('agent.failed', { invocationId: 'i', error, text: '', turns: 1 }, supervisor);
    assert.deepEqual([failed.view.plan?.status, failed.view.plan?.error], ['failed', error]);
    const empty = new Goal('a').add('model.requested', requested, supervisor);
    empty.add('model.completed', completed(' ', {}), supervisor);
    assert.equal(empty.view.synthesis?.status, 'failed');
  });

  it('end with the run', () => {
    assert.equal(planning().add('run.cancelled', ended).view.plan?.status, 'cancelled');
    const joining = new Goal('a').add('model.requested', requested, supervisor);
    assert.equal(joining.add('run.interrupted', { reason: 'x' }).view.synthesis?.status, 'interrupted');
  });

  it('count a revision, which is planning again', () => {
    const goal = planning().add('plan.created', { tasks: [planned('a')] }, supervisor);
    goal.add('agent.completed', { invocationId: 'i', text: '', turns: 1, outcome: 'handoff' }, supervisor);
    goal.add('agent.started', { invocationId: 'j', tools: [] }, supervisor);
    goal.add('model.completed', completed('', { inputTokens: 1, outputTokens: 1 }, 'm9'), supervisor);
    goal.add('plan.revised', { tasks: [planned('a'), planned('b')] }, supervisor);
    const { plan, synthesis, tasks } = goal.view;
    assert.deepEqual([plan?.revised, plan?.usage.inputTokens, synthesis, tasks.length], [1, 10, undefined, 2]);
  });
});
