// Runs for the pages of graph, metrics and comparison: an ask with handoffs, and goals of any size.
import type { RunAgentRecord } from '../../src/core/runs/agentFigures';
import type { RunView } from '../../src/core/runs/runView';
import { RunStory } from './runStory';

const usage = { inputTokens: 5400, outputTokens: 1210, cachedInputTokens: 800, modelCalls: 6, complete: true };
const ERROR = {
  reason: 'model.rate_limited',
  message: 'The endpoint allows no more requests this minute.',
  retryable: true,
};

/** Router, qa, dev and back, with a refusal on the way. */
export function askWithHandoffs(runId = 'ask', change: Partial<RunView> = {}): RunView {
  const story = new RunStory('ask', 'Fix divide by zero', runId)
    .routed('qa', 'asks for a safety check')
    .turn('qa')
    .handed('qa', 'dev', 'the guard is missing');
  story.turn('dev');
  story.tell('handoff.requested', { from: 'dev', to: 'writer', reason: 'docs', context: 'full' }, { agent: 'dev' });
  story.tell(
    'handoff.rejected',
    { from: 'dev', to: 'writer', reason: 'docs', why: 'writer is switched off' },
    { agent: 'dev' },
  );
  story.handed('dev', 'qa', 'is it right now?').turn('qa');
  story.tell('run.completed', {
    agent: 'qa',
    text: 'divide() has a guard now.\nTests pass.',
    usage: { ...usage, costUsd: 0.012 },
  });
  return { ...story.view(), traceId: traceOf(runId), ...change };
}

export interface GoalOptions {
  runId?: string;
  tasks: number;
  /** Tasks that have been worked on; the one after them runs. */
  done: number;
  /** Each task comes after up to two of the tasks this many before it. */
  width: number;
}

/** A goal whose tasks form a net. */
export function goalOf({ runId = 'goal', tasks, done, width }: GoalOptions): RunView {
  const agents = ['researcher', 'dev', 'qa', 'writer'];
  const planned = Array.from({ length: tasks }, (_, index) => ({
    id: `t${index}`,
    agent: agents[index % agents.length] ?? 'dev',
    title: `${['Explore', 'Implement', 'Test', 'Document'][index % 4] ?? ''} part ${index + 1}`,
    description: '',
    dependencies: [index - width, index - width - 1].filter((at) => at >= 0 && width > 0).map((at) => `t${at}`),
  }));
  const story = new RunStory('goal', 'Add validation to the API', runId).routed('supervisor', 'needs several steps');
  story.turn('supervisor');
  story.tell('plan.created', { tasks: planned });
  for (const [index, { id, agent, title }] of planned.slice(0, done + 1).entries()) {
    const more = { taskId: id, agent };
    story.tell('task.started', { title, attempt: 1 }, more);
    const isOpen = index === done;
    story.turn(agent, { taskId: id, open: isOpen });
    if (isOpen) break;
    if (index === 3) story.tell('task.failed', { error: ERROR }, more);
    else story.tell('task.completed', { text: 'done' }, more);
  }
  return { ...story.view(), traceId: traceOf(runId) };
}

export function traceOf(runId: string): string {
  return Buffer.from(runId).toString('hex').padEnd(32, '0').slice(0, 32);
}

/** Records of agents over some days, for figures: every agent improves with its second prompt, one cost is unknown. */
export function figureRecords(runs: number, nowMs: number): RunAgentRecord[] {
  const day = 86_400_000;
  return Array.from({ length: runs }, (_, index) =>
    ['router', 'dev', 'qa', 'writer'].flatMap((agent, position) => {
      if (agent === 'writer' && index % 3 !== 0) return [];
      const isNew = index > runs / 2;
      const isFailed = (index * 7 + position) % (isNew ? 11 : 5) === 0 && agent !== 'router';
      const startedAtMs = nowMs - ((runs - index) / runs) * 6 * day;
      const durationMs = (agent === 'router' ? 600 : 6000) * (1 + ((index * 13) % 10) / 5) * (isNew ? 0.8 : 1);
      const record: RunAgentRecord = {
        runId: `run-${index}`,
        agent,
        promptVersion: agent !== 'router' && isNew ? 'b7c9d1e2f3a4' : '1a2b3c4d5e6f',
        startedAtMs,
        lastAtMs: startedAtMs + durationMs,
        invocations: 1,
        succeeded: isFailed ? 0 : 1,
        failed: isFailed ? 1 : 0,
        stopped: 0,
        durationsMs: [durationMs],
        reasons: {},
        inputTokens: 1200 + ((index * 37) % 900),
        outputTokens: 310,
        cachedInputTokens: 0,
        modelCalls: 2,
        retries: index % 9 === 0 ? 1 : 0,
        unpricedCalls: agent === 'writer' ? 2 : 0,
        unmeasuredCalls: 0,
        ...(agent !== 'writer' && { costUsd: 0.004 }),
      };
      return [record];
    }),
  ).flat();
}
