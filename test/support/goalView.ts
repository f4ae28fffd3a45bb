// A goal in the middle of its work, as views show it: a task in every state that a person is likely to see.
import type { RunView, StepView } from '../../src/core/runs/runView';
import { agentStep, modelStep, routeStep, runView, taskView, toolStep } from './runViews';

const STARTED = '2026-01-05T10:42:00.000Z';
const at = (seconds: number) => new Date(Date.parse(STARTED) + seconds * 1000).toISOString();
const used = (inputTokens: number, outputTokens: number, costUsd?: number) => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: 0,
  modelCalls: 1,
  complete: true,
  ...(costUsd !== undefined && { costUsd }),
});
const of = (taskId: string, step: StepView): StepView => ({ ...step, taskId });
const error = { reason: 'model.rate_limited', message: 'The model limits the rate of requests.', retryable: true };

/** A goal of seven tasks; give what the test is about. */
export function goalView(change: Partial<RunView> = {}): RunView {
  const { endedAt: _endedAt, ...run } = runView({
    runId: 'goal-1',
    kind: 'goal',
    title: 'Add input validation to the API',
    request: 'Add input validation to the API, with tests and documentation',
    status: 'running',
    agent: 'supervisor',
    startedAt: STARTED,
    usage: used(18_240, 2_310, 0.069),
    plan: {
      status: 'completed',
      startedAt: STARTED,
      endedAt: at(2),
      usage: used(812, 210, 0.004),
      rejected: 0,
      revised: 0,
    },
    tasks: [
      taskView('look', {
        agent: 'researcher',
        title: 'Find the endpoints',
        status: 'completed',
        attempts: 1,
        startedAt: at(2),
        endedAt: at(16),
        text: 'Three endpoints take input.',
        usage: used(4_100, 420, 0.014),
      }),
      taskView('schemas', {
        title: 'Write the schemas',
        status: 'running',
        attempts: 1,
        startedAt: at(16),
        dependencies: ['look'],
        usage: used(6_200, 800, 0.024),
        activities: [{ id: 't2', kind: 'tool', name: 'edit_file', title: 'edit_file src/schemas.ts' }],
      }),
      taskView('policy', {
        agent: 'dev',
        title: 'Ask before payments are touched',
        status: 'waiting-approval',
        attempts: 1,
        startedAt: at(20),
        dependencies: ['look'],
      }),
      taskView('rates', {
        agent: 'qa',
        title: 'Check the rate limits',
        status: 'retrying',
        attempts: 2,
        startedAt: at(18),
        dependencies: ['look'],
        error,
        usage: used(900, 30),
      }),
      taskView('tests', {
        agent: 'qa',
        title: 'Test every endpoint',
        status: 'blocked',
        dependencies: ['schemas', 'policy'],
      }),
      taskView('docs', {
        agent: 'writer',
        title: 'Update the reference',
        status: 'failed',
        attempts: 1,
        startedAt: at(16),
        endedAt: at(24),
        dependencies: ['look'],
        error,
      }),
      taskView('changelog', {
        agent: 'writer',
        title: 'Write the changelog',
        status: 'skipped',
        dependencies: ['docs'],
        endedAt: at(24),
      }),
    ],
    steps: [
      routeStep('supervisor', 'several steps for several agents'),
      { ...agentStep('supervisor'), startedAt: STARTED, durationMs: 2000 },
      modelStep('plan', 'supervisor', '{ "tasks": [] }'),
      of('look', { ...agentStep('researcher'), id: 'a1' }),
      of('look', toolStep('t1', 'researcher', { tool: 'search_text', title: 'search_text router.', input: {} })),
      of(
        'look',
        modelStep(
          'm1',
          'researcher',
          'Three endpoints take input: `src/orders.ts`, `src/stock.ts` and `src/accounts.ts`.',
        ),
      ),
      of('schemas', { ...agentStep('dev', 'running'), id: 'a2' }),
      of(
        'schemas',
        toolStep('t2', 'dev', {
          tool: 'edit_file',
          title: 'edit_file src/schemas.ts',
          input: { path: 'src/schemas.ts' },
          status: 'running',
          effect: 'write',
        }),
      ),
      of('rates', { ...agentStep('qa', 'failed'), id: 'a3' }),
      of('rates', { ...agentStep('qa', 'running'), id: 'a4' }),
    ],
    ...change,
  });
  return run;
}

/** The same goal at its end: what could be done was joined. */
export function endedGoalView(): RunView {
  const running = goalView();
  const text =
    'The three endpoints refuse what does not fit their schemas:\n\n- `src/orders.ts`: quantity and book\n- `src/stock.ts`: amounts\n\n**Missing:** the reference and the changelog were not updated, since the model limited the rate of requests.';
  return {
    ...running,
    status: 'partial',
    endedAt: at(95),
    text,
    error: error,
    tasks: running.tasks.map((task) =>
      ['failed', 'skipped', 'completed'].includes(task.status)
        ? task
        : {
            ...task,
            status: 'completed',
            attempts: Math.max(1, task.attempts),
            startedAt: task.startedAt ?? at(60),
            endedAt: at(80),
            text: 'Done.',
            activities: [],
          },
    ),
    synthesis: { status: 'completed', startedAt: at(81), endedAt: at(95), usage: used(3_000, 240, 0.01) },
    steps: [...running.steps, { ...modelStep('join', 'supervisor', text), startedAt: at(81) }],
  };
}
