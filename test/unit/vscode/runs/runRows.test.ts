import assert from 'node:assert/strict';
import type { RunView } from '../../../../src/core/runs/runView';
import { runContextValue, runRow, stepRows, type RunWords } from '../../../../src/vscode/runs/runRows';
import { statusText, type StatusWords } from '../../../../src/vscode/runs/statusText';
import { agentStep, modelStep, routeStep, runView, toolStep } from '../../../support/runViews';

const words: RunWords = {
  state: (state) => state,
  tokens: (formatted) => `${formatted} tokens`,
  costUnknown: 'unknown',
  handsOverTo: (agent) => `to ${agent}`,
  routedTo: (agent) => `routed to ${agent}`,
  refused: 'refused',
  failed: (reason) => `failed: ${reason}`,
  findings: (count) => `${count} findings`,
  running: 'running',
};
const statusWords: StatusWords = {
  runs: (count) => `${count} runs`,
  approvals: (count) => `${count} wait`,
  tokens: (formatted) => `${formatted} tokens`,
  choosing: 'choosing',
  working: 'working',
  show: 'show',
};
const NOW = Date.parse('2026-01-05T10:43:12.000Z');

describe('rows of the runs tree', () => {
  it('say who, in which state, how long and how many tokens', () => {
    const run = runView();
    assert.equal(runRow(run, run, NOW, words).description, 'qa · completed · 2.1 s · 1.5k tokens');
  });

  it('say how long a run has been working', () => {
    const { endedAt: _ended, ...run } = runView({ status: 'running' });
    assert.equal(runRow(run, run, NOW, words).description, 'qa · running · 1 m 12 s · 1.5k tokens');
  });

  it('work from the summary alone', () => {
    const { agent: _agent, ...summary } = runView();
    assert.equal(runRow(summary, undefined, NOW, words).description, 'completed · 2.1 s');
  });

  it('call an unknown cost unknown, and name none where no model was asked', () => {
    const { costUsd: _cost, ...usage } = runView().usage;
    const costOf = (view: RunView) => runRow(view, view, NOW, words).details.find(([name]) => name === 'cost')?.[1];
    assert.equal(costOf(runView({ usage })), 'unknown');
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
    const shape = stepRows(view, NOW, words).map((row) => [row.id, row.children.map(({ id }) => id)]);
    assert.deepEqual(shape, [
      ['run-1/route', []],
      ['run-1/agent-qa', ['run-1/t1']],
      ['run-1/agent-dev', ['run-1/t3']],
    ]);
  });

  it('keep steps of parallel tasks with their own agent', () => {
    const view = runView({
      steps: [
        { ...agentStep('dev'), id: 'a1', taskId: '1' },
        { ...agentStep('dev'), id: 'a2', taskId: '2' },
        { ...toolStep('t1', 'dev'), taskId: '1' },
      ],
    });
    assert.deepEqual(
      stepRows(view, NOW, words).map((row) => row.children.length),
      [1, 0],
    );
  });

  it('show a tool that never ended as failed once the run is over', () => {
    const steps = [toolStep('t1', 'qa', { status: 'running' })];
    assert.equal(stepRows(runView({ steps }), NOW, words)[0]?.icon, 'error');
    assert.equal(stepRows(runView({ steps, status: 'running' }), NOW, words)[0]?.icon, 'loading~spin');
  });

  it('have context values that menus can match', () => {
    assert.match(runContextValue(runView({ status: 'waiting-approval' })), /^run\b.*\bactive\b/);
    assert.match(runContextValue(runView({ status: 'interrupted' })), /^run\b.*\bended\b/);
  });
});

describe('the status bar', () => {
  const text = (...views: RunView[]) =>
    statusText({ list: () => views, peek: (runId) => views.find((view) => view.runId === runId) }, NOW, statusWords);

  it('is empty while nothing works', () => assert.equal(text(runView()), undefined));

  it('says who works, since when, and what it has used', () => {
    assert.equal(text(runView({ status: 'running' }))?.text, '$(loading~spin) qa · 1 m 12 s · 1.5k tokens · $0.004');
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
