// The port to language models. Adapters turn wire formats into these shapes; nothing above knows a wire format.
import type { CallUsage, Failure } from '../../api';

export type { CallUsage };

export type ContentPart = { type: 'text'; text: string } | { type: 'image'; mimeType: string; base64: string };

export interface SystemMessage {
  role: 'system';
  text: string;
}

export interface UserMessage {
  role: 'user';
  content: ContentPart[];
}

export interface AssistantMessage {
  role: 'assistant';
  text: string;
  toolCalls: ToolCall[];
  reasoning?: string;
  /** Fields of the server's message that we don't know and that it wants back (thought signatures, reasoning details). */
  extra?: Record<string, unknown>;
}

export interface ToolMessage {
  role: 'tool';
  toolCallId: string;
  text: string;
  isError?: boolean;
}

export type ChatMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

export interface ToolCall {
  /** Unique over the whole conversation; minted where the server failed to. */
  id: string;
  name: string;
  /** Always a JSON object; empty where the server's text was not one. */
  arguments: Record<string, unknown>;
  /** Why this call must not be executed; the model gets it as the call's result. */
  problem?: { reason: 'cut_off' | 'invalid_json'; raw: string };
  /** Unknown fields of the call that the server wants back. */
  extra?: Record<string, unknown>;
}

export interface ToolSchema {
  name: string;
  description: string;
  /** JSON Schema of an object. */
  inputSchema: Record<string, unknown>;
}

export interface ChatRequest {
  /** The agent or role on whose behalf the call is made (`dev`, `router`, `summarizer`, …). */
  role: string;
  messages: ChatMessage[];
  tools: ToolSchema[];
  toolChoice?: 'auto' | 'required' | 'none';
  temperature?: number;
  maxOutputTokens?: number;
  /** Asks for JSON that fits this schema, where the server can. */
  responseSchema?: { name: string; schema: Record<string, unknown> };
}

export type FinishReason = 'stop' | 'tool_calls' | 'length' | 'content_filter' | 'unknown';

/**
 * One part of an answer. A stream ends with exactly one `finish` or `failed`; it never throws.
 * `toolCall` parts are complete calls, each yielded once.
 */
export type StreamPart =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'toolCall'; call: ToolCall }
  | { type: 'usage'; usage: CallUsage }
  /** Something was done differently than asked, e.g. a parameter that the server rejected was left out. */
  | { type: 'notice'; code: 'parameter_dropped' | 'tools_dropped' | 'images_dropped' | 'not_streamed'; detail: string }
  | {
      type: 'finish';
      reason: FinishReason;
      responseModel?: string;
      responseId?: string;
      extra?: Record<string, unknown>;
    }
  | { type: 'failed'; failure: ModelFailure };

/** Why a model call failed. `retryAfterMs` is what the server asked for; `status` the HTTP status, where there was one. */
export interface ModelFailure extends Failure {
  reason:
    | 'cancelled'
    | 'model.rate_limited'
    | 'model.unavailable'
    | 'model.timeout'
    | 'model.unauthorized'
    | 'model.bad_request'
    | 'model.context_too_long'
    | 'model.not_found'
    | 'model.refused'
    | 'model.broken_stream'
    | 'model.empty'
    | 'model.consent_required'
    | 'model.quota_exceeded'
    | 'model.breaker_open'
    | 'model.invalid_history';
  status?: number;
  retryAfterMs?: number;
}

/** Names a model where it runs. */
export interface ModelId {
  provider: 'openai' | 'vscode' | 'offline';
  /** Name of the endpoint: `openai`, `vscode`, `offline`, or a key of `agentTeam.endpoints`. Breakers and keys are kept per endpoint. */
  endpoint: string;
  model: string;
}

/** A language model that is ready to be called. */
export interface ChatModel {
  readonly id: ModelId;
  /** Tokens that fit into a request with its answer, where known. */
  readonly contextTokens?: number;
  readonly acceptsImages: boolean;
  /** False for the offline policy: its answers count as no model call and leave no `chat` span. */
  readonly isLanguageModel: boolean;
  /** Streams the answer; aborting `signal` closes the connection and ends the stream with `failed` / `cancelled`. */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<StreamPart>;
}

/** A model as a picker lists it. */
export interface ModelListing {
  id: ModelId;
  label: string;
  detail?: string;
  contextTokens?: number;
}

/** One kind of place where models run. Adapters implement it; `ModelDirectory` chooses between them. */
export interface ModelProvider {
  readonly provider: ModelId['provider'];
  /**
   * Whether an answer could be had now without asking anybody; `needs` says what is missing (a key, consent, a server).
   * `interactive` is true only on a person's action: consent may be asked for then. `model` narrows the question to one model.
   */
  readiness(
    endpoint: string,
    options: { interactive: boolean; signal: AbortSignal; model?: string },
  ): Promise<Readiness>;
  /** The model for `model` at `endpoint`; an empty `model` means the endpoint's default. */
  open(endpoint: string, model: string, signal: AbortSignal): Promise<ChatModel | Failure>;
  list(endpoint: string, signal: AbortSignal): Promise<ModelListing[] | Failure>;
}

/** `needs` is a full sentence with a remedy; `reason` is the failure of a call that is made all the same. */
export type Readiness = { ready: true; why: string } | { ready: false; needs: string; reason?: ModelFailure['reason'] };
