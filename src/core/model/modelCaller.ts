// What agents know of models: one call that is checked, budgeted, retried, traced and reported, whatever model answers.
import type { CallUsage, Failure } from '../../api';
import type { RunContext } from '../runs/runContext';
import type { AssistantMessage, ChatMessage, ChatRequest, FinishReason, ModelId, ToolSchema } from './chatModel';

export interface ModelCallRequest {
  /** The agent or role whose model, options and endpoint are used. */
  role: string;
  messages: ChatMessage[];
  tools: ToolSchema[];
  toolChoice?: ChatRequest['toolChoice'];
  responseSchema?: ChatRequest['responseSchema'];
}

export type ModelCallOutcome =
  | {
      kind: 'completed';
      callId: string;
      model: ModelId;
      message: AssistantMessage;
      finishReason: FinishReason;
      usage: CallUsage;
      /** Id of `model.completed`, the cause of what follows. Absent for the offline policy, which leaves no model events. */
      eventId?: string;
    }
  | { kind: 'failed'; callId: string; failure: Failure; /** What had been streamed. */ text: string; eventId?: string };

export interface ModelCaller {
  /** Calls the model of `request.role` on behalf of `run`; streams to `run.shared.live`; never rejects. */
  call(request: ModelCallRequest, run: RunContext): Promise<ModelCallOutcome>;
  /** Tokens that fit into a request of this role, where known. */
  contextTokens(role: string, run: RunContext): Promise<number | undefined>;
}
