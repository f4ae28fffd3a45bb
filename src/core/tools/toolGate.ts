// Stands before every call that writes or executes: a policy decides, a person may be asked.
import type { RunContext } from '../runs/runContext';
import type { Tool, ToolContext, ToolResult } from './tool';

export type GateVerdict =
  | { admitted: true }
  /** The call's result instead: who refused it, why, and what the agent can do. */
  | { admitted: false; result: ToolResult };

export interface ToolGate {
  /** Settles at the latest when `run.signal` aborts; leaves events, spans and approvals of its own. `input` has been parsed. */
  admit(call: { tool: Tool; input: unknown; context: ToolContext }, run: RunContext): Promise<GateVerdict>;
}
