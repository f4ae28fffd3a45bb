import assert from 'node:assert/strict';
import { initialRunView, reduceEvents, reduceRun, toRunResult } from '../../../../src/core/runs/reduceRun';
import { EventBuilder } from '../../../support/eventBuilder';
import { builder, ended, error, started, usage } from '../../../support/runEvents';

describe('reduceRun', () => {
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
});
