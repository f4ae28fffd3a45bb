// signatures first; the loop follows.
import type { ChatMessage, UserMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import type { AgentOutcome } from './agentOutcome';
import type { AgentServices } from './agentServices';
import type { AgentSpec } from './agentSpec';
import type { ControlTransfers } from './controlTransfers';

export interface AgentInvocation {
  spec: AgentSpec;
  /** What the agent sees so far: a valid history without system messages that ends with what it is to answer. */
  messages: readonly ChatMessage[];
  /** Further instructions below the agent's prompt: AGENTS.md, what the workspace demands. */
  instructions?: string;
  transfers?: ControlTransfers;
  /** Who passed control on, and why. */
  from?: string;
  reason?: string;
  /** Ids of tool calls that `messages` may not contain but that must not be used again. */
  takenCallIds?: ReadonlySet<string>;
  /** Messages of the person that arrived meanwhile; asked before each model call. */
  takeSteering?(): UserMessage[];
  /** Waited for before each model call: a paused run goes on when it resolves. It must settle when the run is cancelled. */
  untilResumed?(): Promise<void>;
}

/** Runs one agent until it answers, hands over, fails or is stopped; never rejects. */
export declare function runAgent(
  services: AgentServices,
  invocation: AgentInvocation,
  run: RunContext,
): Promise<AgentOutcome>;
