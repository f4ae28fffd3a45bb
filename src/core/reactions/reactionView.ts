// A reaction as views show it.
import type { Hold, ReactionLane } from './reactionLane';
import type { ReactionSpec } from './reactionSpecs';

export interface ReactionView {
  key: string;
  agent: string;
  topic: string;
  source: ReactionSpec['source'];
  prompt: string;
  state: 'idle' | 'waiting' | 'running';
  /** Why it waits. */
  hold?: Hold;
  /** Events that wait. */
  waiting: number;
  /** The run that works. */
  runId?: string;
  lastFiredAtMs?: number;
}

export function viewOf(lane: ReactionLane): ReactionView {
  const { spec, hold, waiting, isRunning, runId, lastFiredAtMs } = lane;
  const { key, agent, reaction, source } = spec;
  return {
    key,
    agent,
    source,
    topic: reaction.topic,
    prompt: reaction.prompt,
    state: isRunning ? 'running' : waiting > 0 || runId !== undefined ? 'waiting' : 'idle',
    waiting,
    ...(hold !== undefined && !isRunning && { hold }),
    ...(isRunning && runId !== undefined && { runId }),
    ...(lastFiredAtMs !== undefined && { lastFiredAtMs }),
  };
}
