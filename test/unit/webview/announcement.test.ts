import assert from 'node:assert/strict';
import type { ChatState } from '../../../src/protocol/chat/chatState';
import { CHAT_STRINGS } from '../../../src/protocol/chat/chatStrings';
import { fillIn } from '../../../src/protocol/fillIn';
import type { Turn } from '../../../src/protocol/chat/chatTurn';
import { turnFromRun } from '../../../src/vscode/chat/turnFromRun';
import type { RunView } from '../../../src/core/runs/runView';
import { announcement } from '../../../webview/chat/announcement';
import { goalView } from '../../support/goalView';
import { PLAIN_TURN_TEXTS } from '../../support/inMemoryChat';
import { agentStep, modelStep, routeStep, runView, toolStep } from '../../support/runViews';

describe('what a screen reader is told', () => {
  const say = (before: Turn[], after: Turn[]) =>
    announcement(stateOf(before), stateOf(after), (key, ...values) => fillIn(CHAT_STRINGS[key], values));
  const turn = (change: Partial<RunView>) => turnFromRun(runView(change), [], PLAIN_TURN_TEXTS);
  const running = turn({ status: 'running' });

  it('tells beginnings, routes and ends', () => {
    assert.equal(say([], [running]), 'Request sent');
    const routed = turn({ status: 'running', steps: [routeStep('qa', 'asks for a check')] });
    assert.equal(say([running], [routed]), 'Routed to qa: asks for a check');
    const done = turn({ steps: [modelStep('m1', 'qa', 'All good.')], text: 'All good.' });
    assert.equal(say([routed], [done]), 'qa answered: All good.');
    assert.equal(say([running], [turn({ status: 'cancelled' })]), 'Stopped');
  });

  it('tells what waits for the person before anything else', () => {
    const approvals = [
      {
        id: 'a',
        runId: 'run-1',
        agent: 'qa',
        tool: 'run_command',
        title: 'qa wants to run npm test',
        detail: '',
        createdAt: '',
      },
    ];
    assert.equal(
      say([running], [turn({ status: 'waiting-approval', approvals })]),
      'Approval needed: qa wants to run npm test',
    );
  });

  it('tells which task ended, a failed one first', () => {
    const view = goalView();
    const before = turnFromRun(view, [], PLAIN_TURN_TEXTS);
    const after = (ended: Record<string, 'completed' | 'failed'>) => {
      const tasks = view.tasks.map((task) => ({ ...task, status: ended[task.id] ?? task.status }));
      return turnFromRun({ ...view, tasks }, [], PLAIN_TURN_TEXTS);
    };
    assert.equal(say([before], [after({ schemas: 'completed' })]), 'Task done: Write the schemas');
    assert.equal(say([before], [after({ schemas: 'failed', policy: 'completed' })]), 'Task failed: Write the schemas');
  });

  it('is silent about tokens, tools and other threads', () => {
    const streaming = turn({
      status: 'running',
      steps: [agentStep('qa', 'running'), modelStep('m1', 'qa', 'All', { status: 'running' })],
    });
    const more = turn({
      status: 'running',
      steps: [
        agentStep('qa', 'running'),
        modelStep('m1', 'qa', 'All good', { status: 'running' }),
        toolStep('t1', 'qa'),
      ],
    });
    assert.equal(say([streaming], [more]), undefined);
    const other = { ...stateOf([turn({})]), header: { ...stateOf([]).header, threadId: 'other' } };
    assert.equal(announcement(stateOf([running]), other, String), undefined);
  });

  it('reads only the beginning of a long answer', () => {
    const long = 'x'.repeat(5000);
    const done = turn({ steps: [modelStep('m1', 'qa', long)], text: long });
    assert.ok((say([running], [done]) ?? '').length < 500);
  });
});

function stateOf(turns: Turn[]): ChatState {
  return {
    header: { threadId: 'thread-1', title: '', earlier: 0, queue: [], context: [] },
    setup: { modes: [], agents: [], firstSteps: [] },
    turns,
  };
}
