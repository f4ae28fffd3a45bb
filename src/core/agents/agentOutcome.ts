// How an invocation of an agent ends, and what it passes on.
import type { Failure } from '../../api';
import type { ChatMessage } from '../model/chatModel';

/** Which of the messages the agent that takes over gets to see. */
export type HandoffContext = 'full' | 'summary' | 'none';

/** Control passed from one agent to another; `to` is a canonical name, `files` are workspace paths. */
export interface Handoff {
  from: string;
  to: string;
  reason: string;
  summary?: string;
  files?: string[];
  context: HandoffContext;
}

interface InvocationResult {
  /** A valid history (every tool call answered) to carry on from; no system messages. Condensed if it had to be. */
  messages: ChatMessage[];
  /** What this invocation appended to the history that it was given, in full even where `messages` is condensed. */
  added: ChatMessage[];
  /** True when `messages` is no longer the given history plus `added`. */
  condensed: boolean;
  turns: number;
  /** The cause of whatever comes next; absent only if nothing was ever reported. */
  eventId: string | undefined;
}

export type AgentOutcome =
  | (InvocationResult & {
      kind: 'answer';
      /** The answer; one that was cut off ends with a line that says so. */
      text: string;
      note?: 'cut_off';
    })
  | (InvocationResult & { kind: 'handoff'; handoff: Handoff; text: string })
  | (InvocationResult & {
      kind: 'failed';
      /** `cancelled`, `agent.max_turns`, `agent.no_progress`, `handoff.limit`, `model.*`, `budget.*`, … */
      failure: Failure;
      /** What had been streamed by then. */
      text: string;
    });
