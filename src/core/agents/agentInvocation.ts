// What one invocation of an agent is given.
import type { ChatMessage, UserMessage } from '../model/chatModel';
import type { Tool } from '../tools/tool';
import type { AgentSpec } from './agentSpec';
import type { ControlTransfers } from './controlTransfers';

export interface AgentInvocation {
  spec: AgentSpec;
  /** What the agent sees so far: a valid history without system messages that ends with what it is to answer. */
  messages: readonly ChatMessage[];
  /** Further instructions below the agent's prompt: AGENTS.md, what the workspace demands. */
  instructions?: string;
  /** What shared memory has on the request. */
  memory?: string;
  transfers?: ControlTransfers;
  /** Tools for this invocation alone, beside those of the definition; they do not change its prompt version. */
  extraTools?: readonly Tool[];
  /** Who passed control on, and why. */
  from?: string;
  reason?: string;
  /** Ids of tool calls that `messages` may not contain but that must not be used again. */
  takenCallIds?: ReadonlySet<string>;
  /** Messages of the person that arrived meanwhile; asked before each model call, and before an answer ends the invocation. */
  takeSteering?(): UserMessage[] | Promise<UserMessage[]>;
  /** Waited for before each model call: a paused run goes on when it resolves. It may be left pending on cancellation. */
  untilResumed?(): Promise<void>;
}
