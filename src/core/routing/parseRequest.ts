// What a request says about itself: which agents it names, which context it refers to.
import type { AgentRegistry } from '../agents/agentRegistry';

export type ContextReference =
  | { kind: 'file'; path: string; startLine?: number; endLine?: number }
  | { kind: 'symbol'; name: string }
  | { kind: 'selection' }
  | { kind: 'problems' }
  | { kind: 'changes' };

export interface ParsedRequest {
  /** The request without leading and trailing mentions, with references written out as words. */
  text: string;
  /** Canonical names in order of mention; several mean that several are asked. Disabled agents are named in `disabled` instead. */
  agents: string[];
  disabled: string[];
  /** `/goal` or `@supervisor`: the request is a goal. */
  isGoal: boolean;
  references: ContextReference[];
}

export declare function parseRequest(text: string, registry: AgentRegistry): ParsedRequest;
