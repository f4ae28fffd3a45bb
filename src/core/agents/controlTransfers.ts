// What the agent loop knows of handoffs: some calls pass control on. Routing decides about them, reports them and traces them.
import type { Failure } from '../../api';
import type { ToolCall, ToolSchema } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import type { Handoff } from './agentOutcome';

export interface TransferState {
  /** Whether this invocation has learned anything: a tool result that is no error, or input of the person. */
  newFacts: boolean;
  /** What the agent said in the turn of the call. */
  text: string;
}

export type TransferVerdict =
  | { accepted: true; handoff: Handoff; /** The call's result. */ text: string; eventId: string }
  | {
      accepted: false;
      /** The call's result: why not, and what to do instead. */
      text: string;
      eventId: string;
      /** Set when the invocation must end. */
      fatal?: Failure;
    };

/** The transfers that one invocation of an agent may make. */
export interface ControlTransfers {
  readonly schemas: readonly ToolSchema[];
  /** True for names that ask for a transfer, known target or not. */
  isTransfer(toolName: string): boolean;
  /** Decides about a call; leaves its events and its span. */
  request(call: ToolCall, state: TransferState, run: RunContext): TransferVerdict;
  /** Answers a further transfer of a turn in which one has been accepted. */
  turnDown(call: ToolCall, winner: Handoff, run: RunContext): TransferVerdict;
}
