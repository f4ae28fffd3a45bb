import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import type { RunView, TaskView } from '../../../../src/core/runs/runView';
import { rowsBelowRun } from '../../../../src/vscode/runs/rowsBelow';
import { runRow } from '../../../../src/vscode/runs/runRows';
import { TREE_WORDS } from '../../../support/plainRunWords';
import { agentStep, routeStep, runView, taskView, toolStep } from '../../../support/runViews';

const NOW = Date.parse('2026-01-05T10:43:12.000Z');
const usage = {
  inputTokens: 1000,
  outputTokens: 200,
  cachedInputTokens: 0,
  modelCalls: 2,
  costUsd: 0.01,
  complete: true,
};
const began = { attempts: 1, startedAt: '2026-01-05T10:42:31.000Z' };
const done: Partial<TaskView> = {
  ...began,
  status: 'completed',
  endedAt: '2026-01-05T10:42:45.000Z',
  text: 'found',
  usage,
};
const error = { reason: 'model.rate_limited', message: 'Too many requests.', retryable: true };

function goal(change: Partial<RunView> = {}): RunView {
  const { endedAt: _endedAt, ...view } = runView({ kind: 'goal', status: 'running', agent: 'supervisor', ...change });
  return view;
}

const rows = (view: RunView, isHere = true) => rowsBelowRun(view, { now: NOW, isHere, words: TREE_WORDS });
const said = (view: RunView) => rows(view).map(({ label, description }) => `${label} | ${description}`);
const only = (task: Partial<TaskView>, others: TaskView[] = []) =>
  rows(goal({ tasks: [taskView('a', task), ...others] })).find(({ label }) => label === 'Do a') ??
  assert.fail('no row');

describe('rows of a goal', () => {
  it('show plan, tasks in the order of their dependencies, synthesis, changes and findings', () => {
    const plan = {
      status: 'completed',
      startedAt: '2026-01-05T10:42:00.000Z',
      endedAt: '2026-01-05T10:42:02.000Z',
      usage,
    } as const;
    const finding: Finding = {
      id: 'f',
      path: 'src/a.ts',
      startLine: 4,
      endLine: 5,
      severity: 'major',
      category: 'bug',
      title: 'Divides by zero',
      why: 'No guard.',
      evidence: 'a / b',
      confidence: 1,
      agent: 'qa',
      status: 'open',
    };
    const view = goal({
      plan: { ...plan, rejected: 1, revised: 2 },
      tasks: [
        taskView('write', { dependencies: ['build'], status: 'blocked', agent: 'writer' }),
        taskView('build', {
          dependencies: ['look'],
          ...began,
          status: 'running',
          agent: 'dev',
          activities: [{ id: '1', kind: 'tool', name: 'read_file', title: 'read_file a.ts' }],
        }),
        taskView('look', { ...done, agent: 'researcher' }),
      ],
      synthesis: {
        status: 'running',
        startedAt: '2026-01-05T10:43:10.000Z',
        usage: { ...usage, inputTokens: 0, outputTokens: 0 },
      },
      changes: [
        {
          runId: 'run-1',
          path: 'src/a.ts',
          kind: 'modify',
          status: 'proposed',
          added: 2,
          removed: 1,
          hunks: [{ id: 'h', startLine: 1, status: 'proposed' }],
        },
      ],
      findings: [finding],
      steps: [routeStep('supervisor', 'is a goal'), agentStep('supervisor')],
    });
    assert.deepEqual(said(view), [
      'routed to supervisor | is a goal · 0.4 s',
      'Plan | supervisor · 2.0 s · corrected 1 · revised 2 · 1.2k tokens · $0.010',
      'Do look | researcher · completed · 14 s · 1.2k tokens · $0.010',
      'Do build | dev · running · 41 s · read_file',
      'Do write | waits for Do build',
      'Synthesis | supervisor · 2.0 s',
      'Changes (1) | +2 -1',
      'Findings (1) | 1 major',
    ]);
  });

  it('say how far the goal is', () => {
    const view = goal({ tasks: [taskView('a', done), taskView('b', { status: 'running', ...began })] });
    const row = (isHere: boolean) => runRow({ summary: view, view, isHere }, NOW, TREE_WORDS.run);
    assert.equal(row(true).description, 'goal · 1 of 2 · 1 m 12 s · 1.5k tokens · $0.004');
    assert.match(row(false).description, /^goal · 1 of 2 · elsewhere/);
    const { description } = runRow(
      { summary: view, view: { ...view, status: 'paused' }, isHere: true },
      NOW,
      TREE_WORDS.run,
    );
    assert.match(description, /^goal · 1 of 2 · paused/);
  });

  it('say of each state what a person wants to know', () => {
    assert.equal(only({ status: 'pending' }).description, 'dev · queued');
    assert.equal(only({ ...began, status: 'waiting-approval' }).description, 'dev · waiting-approval · 41 s');
    assert.equal(
      only({ ...done, status: 'failed', error }).description,
      'dev · failed: model.rate_limited · 14 s · 1.2k tokens · $0.010',
    );
    assert.equal(
      only({ ...began, status: 'retrying', attempts: 2, error }).description,
      'dev · again: model.rate_limited · 41 s · 2 attempts',
    );
    assert.equal(
      only({ ...done, status: 'interrupted' }).description,
      'dev · interrupted · 14 s · 1.2k tokens · $0.010',
    );
    const failed = taskView('b', { status: 'failed', error });
    assert.equal(only({ status: 'skipped', dependencies: ['b'] }, [failed]).description, 'dev · skipped: Do b failed');
    const waiting = only({ status: 'blocked', dependencies: ['b', 'c'] }, [
      taskView('b', { status: 'running' }),
      taskView('c'),
    ]);
    assert.equal(waiting.description, 'waits for Do b and Do c');
  });

  it('leave out a cost that is not known', () => {
    const { costUsd: _cost, ...unpriced } = usage;
    assert.equal(only({ ...done, usage: unpriced }).description, 'dev · completed · 14 s · 1.2k tokens');
    assert.deepEqual(
      only({ ...done, usage: unpriced }).details.find(([name]) => name === 'cost'),
      ['cost', 'unknown'],
    );
  });

  it('have an icon for every state, and colour only beside it', () => {
    const icon = (status: TaskView['status']) => [only({ status }).icon, only({ status }).colour];
    assert.deepEqual(icon('failed'), ['error', 'charts.red']);
    assert.deepEqual(icon('completed'), ['pass', 'charts.green']);
    assert.deepEqual(icon('cancelled'), ['circle-slash', undefined]);
    assert.notDeepEqual(icon('blocked'), icon('pending'));
  });

  it('let menus offer what can be done from here', () => {
    const context = (task: Partial<TaskView>, isHere = true) =>
      rows(goal({ tasks: [taskView('a', task)] }), isHere)[0]?.contextValue;
    assert.equal(context({ status: 'running', ...began }), 'task running stoppable');
    assert.equal(context({ status: 'blocked' }), 'task blocked stoppable');
    assert.equal(context({ status: 'running', ...began }, false), 'task running settled');
    assert.equal(context(done), 'task completed settled result');
    assert.deepEqual(only(done).target, { taskId: 'a' });
  });

  it('have the tools of a task below it, and each attempt apart', () => {
    const of = (taskId: string) => ({ taskId });
    const steps = [
      { ...agentStep('dev'), ...of('a'), id: 'i1' },
      { ...toolStep('t1', 'dev'), ...of('a') },
      { ...agentStep('dev'), ...of('b'), id: 'i2' },
      { ...toolStep('t2', 'dev'), ...of('b') },
      { ...agentStep('dev'), ...of('b'), id: 'i3' },
      { ...toolStep('t3', 'dev'), ...of('b') },
    ];
    const [a, b] = rows(goal({ steps, tasks: [taskView('a', done), taskView('b', { ...done, attempts: 2 })] }));
    assert.deepEqual(
      a?.children?.().map(({ id }) => id),
      ['run-1/t1'],
    );
    assert.deepEqual(
      b?.children?.().map((row) => [row.description, row.children?.().map(({ id }) => id)]),
      [
        ['attempt 1 · 2.1 s', ['run-1/t2']],
        ['attempt 2 · 2.1 s', ['run-1/t3']],
      ],
    );
  });

  it('have nothing to unfold below a task that has not begun', () => {
    assert.equal(only({ status: 'blocked' }).children, undefined);
  });

  it('keep their ids whatever happens to them', () => {
    const ids = (task: Partial<TaskView>) => rows(goal({ tasks: [taskView('a', task)] })).map(({ id }) => id);
    assert.deepEqual(ids({ status: 'blocked' }), ids(done));
  });

  it('put the gravest finding first, and count what is not listed', () => {
    const finding = (id: number, severity: Finding['severity']): Finding => ({
      id: `f${id}`,
      path: 'a.ts',
      startLine: id,
      endLine: id,
      severity,
      category: 'bug',
      title: `No. ${id}`,
      why: '',
      evidence: '',
      confidence: 1,
      agent: 'qa',
      status: 'open',
    });
    const findings = Array.from({ length: 300 }, (_, id) => finding(id, id === 299 ? 'blocker' : 'nit'));
    const [row] = rows(runView({ findings }));
    const below = row?.children?.() ?? [];
    assert.equal(row?.description, '1 blocker, 299 nit');
    assert.deepEqual([below.length, below[0]?.label, below.at(-1)?.label], [201, 'No. 299', '100 more']);
    assert.deepEqual(below[0]?.target, { path: 'a.ts', line: 299, endLine: 299 });
  });
});
