// Lets the engine do the work of a reaction: begins its run, or goes on with the one that an earlier window began.
import type { EventEnvelope, RunHandle, RunUsage } from '../../api';
import { isFailure, type Failure } from '../failure';
import type { EventBatch } from '../reactions/pendingEvents';
import type { ReactionConsent } from '../reactions/reactionConsent';
import type { ReactionEnd, ReactionRunner } from '../reactions/reactions';
import type { ReactionSpec } from '../reactions/reactionSpecs';
import { describeBatch } from '../reactions/reactionText';
import type { Firing } from '../reactions/storedReactions';
import type { RunView } from '../runs/runView';
import type { ReactionStart } from './reactionRuns';
import type { TeamEngine } from './teamEngine';

export interface ReactionRunnerOptions {
  engine: Pick<TeamEngine, 'react' | 'resume' | 'handle'>;
  viewOf: (runId: string) => Promise<RunView | undefined>;
  consent: Pick<ReactionConsent, 'admit'>;
  /** Files that belong to an event beside those that it names. */
  filesOf: (event: EventEnvelope) => string[];
  /** Gives the conversation of a reaction its name. */
  nameThread: (threadId: string, title: string) => void;
  texts: ReactionTexts;
}

export interface ReactionTexts {
  /** A line for lists: who looks at what. */
  title(spec: ReactionSpec, batch: EventBatch): string;
  /** Names the conversation that all runs of a reaction stand in. */
  thread(spec: ReactionSpec): string;
  /** What the list of events is called. */
  happened: string;
}

/** Ends that are not tried again: it was done, or a person stopped it. */
const DONE: ReadonlySet<string> = new Set(['completed', 'partial', 'cancelled']);

export function createReactionRunner(options: ReactionRunnerOptions): ReactionRunner {
  const { engine, viewOf } = options;
  return {
    run: async (spec, firing, ancestors) => {
      const admit: ReactionStart['admit'] = (run) => options.consent.admit(spec, run);
      const before = await viewOf(firing.runId);
      if (before && DONE.has(before.status)) return { status: before.status };
      const handle = before
        ? await goOn(engine, firing.runId, admit)
        : begin(options, { spec, firing, ancestors }, admit);
      if (isFailure(handle)) return { status: 'failed', error: handle };
      const { status, error, usage } = await handle.result;
      const end: ReactionEnd = { status, usage: since(usage, before?.usage) };
      return error ? { ...end, error } : end;
    },
  };
}

function begin(options: ReactionRunnerOptions, work: Work, admit: ReactionStart['admit']): RunHandle {
  const start = startOf(options, work);
  const handle = options.engine.react({ ...start, ...(admit && { admit }) });
  options.nameThread(start.threadId, options.texts.thread(work.spec));
  return handle;
}

/** The person may have resumed it meanwhile: then that counts. */
async function goOn(
  engine: ReactionRunnerOptions['engine'],
  runId: string,
  admit: ReactionStart['admit'],
): Promise<RunHandle | Failure> {
  return engine.handle(runId) ?? engine.resume(runId, { interactive: false, ...(admit && { admit }) });
}

interface Work {
  spec: ReactionSpec;
  firing: Firing;
  ancestors: readonly string[];
}

function startOf({ texts, filesOf }: ReactionRunnerOptions, { spec, firing, ancestors }: Work): ReactionStart {
  const { key, agent, reaction } = spec;
  const { batch } = firing;
  const newest = batch.events.at(-1)?.event;
  if (!newest) throw new Error(`Internal error: nothing has happened that ${key} could react to.`);
  return {
    runId: firing.runId,
    threadId: `reaction ${key}`,
    agent,
    title: texts.title(spec, batch),
    prompt: reaction.prompt,
    context: [{ label: texts.happened, text: describeBatch(batch, filesOf) }],
    reason: `reacts to ${newest.topic}`,
    cause: { eventId: newest.id, correlationId: newest.correlationId },
    reaction: {
      key,
      topic: newest.topic,
      events: batch.events.reduce((sum, { count }) => sum + count, batch.more),
      ancestors: [...ancestors],
    },
  };
}

/** A run that goes on adds to what it had used. */
function since(usage: RunUsage, before: RunUsage | undefined): NonNullable<ReactionEnd['usage']> {
  const costUsd = usage.costUsd === undefined ? undefined : usage.costUsd - (before?.costUsd ?? 0);
  return {
    inputTokens: usage.inputTokens - (before?.inputTokens ?? 0),
    outputTokens: usage.outputTokens - (before?.outputTokens ?? 0),
    ...(costUsd !== undefined && { costUsd }),
  };
}
