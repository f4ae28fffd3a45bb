// Runs for the pages of graph, metrics and comparison: an ask with handoffs, and goals of any size.
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
