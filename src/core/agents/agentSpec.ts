// What an agent is, before it runs.
import type { AgentInfo, Reaction } from '../../api';
import type { RoleModelOptions } from '../settings';

/** An agent's definition, wherever it came from. Tools and handoffs are names; what is unknown at run time is left out and reported. */
export interface AgentSpec {
  name: string;
  description: string;
  source: AgentInfo['source'];
  /** The body of the system prompt. */
  prompt: string;
  tools: string[];
  /** Names of agents that this one may hand over to; `*` stands for all. */
  handoffs: string[];
  /** By name of a target: when to hand over to it, and what to tell it. */
  handoffNotes?: Record<string, string>;
  model?: string;
  modelOptions?: RoleModelOptions;
  limits?: { maxTurns?: number; maxTokens?: number; timeoutSeconds?: number };
  on?: Reaction[];
}
