// The events of a run, for tests of what is made of them.
import type { EventEnvelope, RunEnded } from '../../src/api';
import { EventBuilder } from './eventBuilder';

/** What the run used. */
export const usage = {
  inputTokens: 30,
  outputTokens: 12,
  cachedInputTokens: 4,
  modelCalls: 2,
  costUsd: 0.5,
  complete: true,
};

/** How the run begins. */
export const started = {
  kind: 'ask',
  title: 'Is this safe?',
  request: 'is this safe?',
  threadId: 't1',
  context: [],
} as const;

/** A failure of a model. */
export const error = { reason: 'model.timeout', message: 'Too slow.', retryable: true };

/** How the run ends, with its text. */
export const ended = (text: string, more: Partial<RunEnded> = {}): RunEnded => ({ text, usage, agent: 'qa', ...more });

/** Events of the run `r1` from the window `w1`. */
export function builder(): EventBuilder {
  return new EventBuilder('w1', { runId: 'r1', traceId: 'trace', spanId: 'span' });
}

/** A routed question: the router hands to qa, which calls a tool and answers. */
export function answeredRun(events = builder()): EventEnvelope[] {
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
