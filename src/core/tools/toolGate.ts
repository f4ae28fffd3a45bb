// Stands before every call that writes or executes: a policy decides, a person may be asked.
import type { RunContext } from '../runs/runContext';
import type { Tool, ToolContext, ToolResult } from './tool';

export type GateVerdict =
  | { admitted: true }
  /** The call's result instead: who refused it, why, and what the agent can do. */
  | { admitted: false; result: ToolResult };

/** A call whose input has been parsed. */
export interface GateCall {
  tool: Tool;
  input: unknown;
  context: ToolContext;
  /** What the agent said before the call. */
  why?: string;
}

export interface ToolGate {
  /** Settles at the latest when `run.signal` aborts; leaves events, spans and approvals of its own. */
  admit(call: GateCall, run: RunContext): Promise<GateVerdict>;
}
