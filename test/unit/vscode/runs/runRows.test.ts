import assert from 'node:assert/strict';
import type { RunView } from '../../../../src/core/runs/runView';
import { runContextValue, runRow } from '../../../../src/vscode/runs/runRows';
import { stepRows } from '../../../../src/vscode/runs/stepRows';
import { statusText, type StatusWords } from '../../../../src/vscode/runs/statusText';
import { RUN_WORDS as words } from '../../../support/plainRunWords';
import { agentStep, modelStep, routeStep, runView, taskView, toolStep } from '../../../support/runViews';

const statusWords: StatusWords = {
  runs: (count) => `${count} runs`,
  progress: (done, all) => `${done} of ${all}`,
  approvals: (count) => `${count} wait`,
  tokens: (formatted) => `${formatted} tokens`,
  choosing: 'choosing',
  working: 'working',
  show: 'show',
};
const NOW = Date.parse('2026-01-05T10:43:12.000Z');

const row = (view: RunView, isHere = true) => runRow({ summary: view, view, isHere }, NOW, words);
const context = (view: RunView, isHere = true) => runContextValue({ summary: view, view, isHere });

describe('rows of the runs tree', () => {
  it('say who, in which state, how long, how many tokens and at what cost', () => {
    assert.equal(row(runView()).description, 'qa · completed · 2.1 s · 1.5k tokens · $0.004');
  });

  it('say how long a run has been working', () => {
    const { endedAt: _ended, ...run } = runView({ status: 'running' });
    assert.equal(row(run).description, 'qa · running · 1 m 12 s · 1.5k tokens · $0.004');
    assert.equal(row(run, false).description, 'qa · running · elsewhere · 1 m 12 s · 1.5k tokens · $0.004');
  });

  it('work from the summary alone', () => {
    const { agent: _agent, ...summary } = runView();
    assert.equal(runRow({ summary, view: undefined, isHere: false }, NOW, words).description, 'completed · 2.1 s');
  });

  it('call an unknown cost unknown, and name none where no model was asked', () => {
    const { costUsd: _cost, ...usage } = runView().usage;
    const costOf = (view: RunView) => row(view).details.find(([name]) => name === 'cost')?.[1];
    assert.equal(costOf(runView({ usage })), 'unknown');
    assert.equal(row(runView({ usage })).description, 'qa · completed · 2.1 s · 1.5k tokens');
    assert.equal(costOf(runView({ usage: { ...usage, modelCalls: 0 } })), undefined);
  });

  it('put tools below their agent, and leave out model calls and the router’s own steps', () => {
    const view = runView({
      steps: [
        agentStep('router'),
        modelStep('m0', 'router', 'x'),
        routeStep('qa', 'asks'),
        agentStep('qa'),
        toolStep('t1', 'qa'),
        toolStep('t2', 'qa', { tool: 'transfer_to_dev' }),
        agentStep('dev'),
        toolStep('t3', 'dev'),
      ],
    });
    const shape = stepRows(view, undefined, { now: NOW, words }).map(({ id, children }) => [
      id,
      (children?.() ?? []).map((below) => below.id),
    ]);
    assert.deepEqual(shape, [
      ['run-1/route', []],
      ['run-1/agent-qa', ['run-1/t1']],
      ['run-1/agent-dev', ['run-1/t3']],
    ]);
  });

  it('keep steps of parallel tasks apart', () => {
    const view = runView({
      steps: [
        { ...agentStep('dev'), id: 'a1', taskId: '1' },
        { ...agentStep('dev'), id: 'a2', taskId: '2' },
        { ...toolStep('t1', 'dev'), taskId: '1' },
      ],
    });
    const below = (taskId?: string) =>
      stepRows(view, taskId, { now: NOW, words }).flatMap(({ children }) => (children?.() ?? []).map(({ id }) => id));
    assert.deepEqual([below('1'), below('2'), below()], [['run-1/t1'], [], []]);
  });

  it('show a tool that never ended as failed once the run is over', () => {
    const steps = [toolStep('t1', 'qa', { status: 'running' })];
    const icon = (view: RunView) => stepRows(view, undefined, { now: NOW, words })[0]?.icon;
    assert.equal(icon(runView({ steps })), 'error');
    assert.equal(icon(runView({ steps, status: 'running' })), 'loading~spin');
  });

  it('have context values that menus can match', () => {
    assert.equal(context(runView({ status: 'waiting-approval' })), 'run ask active waiting-approval');
    assert.equal(context(runView({ status: 'running' }), false), 'run ask elsewhere running');
    assert.equal(context(runView({ status: 'interrupted', kind: 'goal' })), 'run goal ended interrupted');
    const hunks = [{ id: 'h', startLine: 1, status: 'accepted' }];
    const change = { runId: '1', path: 'a', kind: 'modify', status: 'proposed', added: 1, removed: 0, hunks } as const;
    const changed = runView({ changes: [{ ...change, hunks: [...hunks] }], text: 'done' });
    assert.equal(context(changed), 'run ask ended completed open-changes revertible result');
  });
});

describe('the status bar', () => {
  const text = (...views: RunView[]) =>
    statusText({ list: () => views, peek: (runId) => views.find((view) => view.runId === runId) }, NOW, statusWords);

  it('is empty while nothing works', () => assert.equal(text(runView()), undefined));

  it('says who works, since when, and what it has used', () => {
    assert.equal(text(runView({ status: 'running' }))?.text, '$(loading~spin) qa · 1 m 12 s · 1.5k tokens · $0.004');
  });

  it('says how far a goal is', () => {
    const tasks = [taskView('a', { status: 'completed' }), taskView('b', { status: 'running' })];
    assert.match(text(runView({ status: 'running', tasks }))?.spoken ?? '', /^working: qa · 1 of 2 · 1 m 12 s/);
  });

  it('leaves out a cost that is not known', () => {
    const { costUsd: _cost, ...usage } = runView().usage;
    assert.equal(text(runView({ status: 'running', usage }))?.spoken, 'working: qa · 1 m 12 s · 1.5k tokens');
  });

  it('puts waiting approvals of all runs first', () => {
    const approval = { id: 'a', runId: '1', agent: 'qa', tool: 't', title: '', detail: '', createdAt: '' };
    const shown = text(
      runView({ runId: '2', status: 'running' }),
      runView({ runId: '1', status: 'waiting-approval', approvals: [approval] }),
    );
    assert.match(shown?.text ?? '', /^\$\(question\) 1 wait · 2 runs/);
    assert.equal(shown?.waits, true);
  });
});
