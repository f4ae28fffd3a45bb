// What the engine is handed to let an agent react, and the run that it makes of it.
import type { ContextItem } from '../../api';
import type { Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import type { AskRunOptions } from './askRunOptions';
import type { RunStart } from './runLifecycle';

export interface ReactionStart {
  /** Chosen by the caller, so that it can be kept before anything happens. */
  runId: string;
  /** All runs of one reaction stand in one conversation. */
  threadId: string;
  agent: string;
  title: string;
  prompt: string;
  /** What has happened; comes from outside, so the agent sees it as material. */
  context: ContextItem[];
  /** Why this agent works. */
  reason: string;
  cause: { eventId: string; correlationId: string };
  reaction: NonNullable<RunStart['reaction']>;
  /** Asked when the run has begun; a failure ends it before the agent does anything. */
  admit?: (run: RunContext) => Promise<Failure | undefined>;
}

export function reactionRun(start: ReactionStart): RunStart {
  const { runId, threadId, agent, title, prompt, context, cause, reaction } = start;
  return {
    kind: 'reaction',
    runId,
    threadId,
    agent,
    title,
    request: prompt,
    context,
    cause,
    reaction,
    interactive: false,
  };
}

/** Nobody spoke before: earlier reactions of the conversation are none of this one's business. */
export function reactionOptions({ agent, context, reason }: ReactionStart): AskRunOptions {
  return { agent, context, reason, interactive: false };
}
