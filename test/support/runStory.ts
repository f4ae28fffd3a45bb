// Runs told as events, for tests of what is made of them.
import type { EventEnvelope } from '../../src/api';
import { reduceEvents } from '../../src/core/runs/reduceRun';
import type { RunView } from '../../src/core/runs/runView';
import { EventBuilder } from './eventBuilder';

/** Tells events in order; every turn of an agent has a span `span-i<n>`. */
export class RunStory {
  readonly told: EventEnvelope[] = [];
  private readonly events: EventBuilder;
  private invocations = 0;

  constructor(
    kind: 'ask' | 'goal' = 'ask',
    title = 'is this safe?',
    readonly runId = 'r1',
  ) {
    this.events = new EventBuilder('w1', { runId, traceId: `trace-${runId}` });
    this.tell('run.started', { kind, title, request: title, context: [] });
  }

  tell(...event: Parameters<EventBuilder['make']>): this {
    this.told.push(this.events.make(...event));
    return this;
  }

  /** An agent has a turn, from beginning to end. */
  turn(agent: string, ids: { taskId?: string; open?: boolean } = {}): this {
    this.invocations += 1;
    const invocationId = `i${this.invocations}`;
    const { open = false, ...rest } = ids;
    const more = { agent, spanId: `span-${invocationId}`, ...rest };
    this.tell('agent.started', { invocationId, tools: [] }, more);
    if (open) return this;
    return this.tell('agent.completed', { invocationId, text: '', turns: 1, outcome: 'answer' }, more);
  }

  routed(agent: string, reason: string): this {
    this.turn('router');
    this.tell('route.decided', { agent, reason, by: 'model', durationMs: 5 }, { agent: 'router' });
    return this.handed('router', agent, reason);
  }

  handed(from: string, to: string, reason: string): this {
    this.tell('handoff.requested', { from, to, reason, context: 'full' }, { agent: from });
    return this.tell('handoff.completed', { from, to, reason }, { agent: from });
  }

  view(): RunView {
    return reduceEvents(this.runId, this.told);
  }
}
