// The language in which tests say how the scripted model server answers. Everything but functions can be sent over its control endpoint.

export interface ServerToolCall {
  name: string;
  /** An object is sent as JSON text; a string as it is, whole or broken. */
  arguments?: unknown;
  id?: string;
  /** Further fields of the call, as thought signatures are. */
  extra?: Record<string, unknown>;
}

export interface ServerUsage {
  prompt_tokens?: number | null;
  completion_tokens?: number | null;
  prompt_tokens_details?: { cached_tokens?: number | null } | null;
}

export interface ServerReply {
  /** Text, or its deltas; a string is streamed word by word. */
  text?: string | string[];
  reasoning?: string | string[];
  /** The field that carries reasoning. */
  reasoningField?: 'reasoning_content' | 'reasoning';
  toolCalls?: ServerToolCall[];
  /** Absent: 20 in, 10 out; null: none is reported. */
  usage?: ServerUsage | null;
  /** Absent: what fits; null: none is sent. */
  finishReason?: string | null;
  model?: string;
  /** Fields to add to the streamed delta or the message. */
  extra?: Record<string, unknown>;

  /** An HTTP failure instead of an answer. */
  status?: number;
  headers?: Record<string, string>;
  /** Body of the failure, or of any answer that is not to be built from the above; a string is sent as it is. */
  body?: unknown;

  /** Exactly these events instead of built ones: objects become `data:` lines, strings go out as they are. */
  chunks?: unknown[];
  /** No `[DONE]` at the end. */
  withoutDone?: boolean;
  /** CRLF line ends. */
  crlf?: boolean;
  /** Comments, `event:` and `retry:` lines between the events. */
  noise?: boolean;
  /** `data:` without a blank. */
  withoutBlank?: boolean;
  /** Sends so many events, then resets the connection (`reset`), closes it in good order (`close`), or goes silent (`hang`). */
  breakAfter?: { events: number; how: 'reset' | 'close' | 'hang' };
  /** Cuts the bytes of the answer into pieces of so many bytes. */
  pieceBytes?: number;
  /** Waits before each event; for windows that are watched, never for unit tests. */
  eventDelayMs?: number;
  /** Held before the first byte until this gate is opened. */
  gate?: string;
  /** Held after so many events until the gate is opened. */
  gateAfter?: { events: number; gate: string };
}

/** Which requests a rule answers; every given field must fit. */
export interface RequestPattern {
  model?: string;
  /** Found in the last message of the user. */
  lastUser?: string;
  /** Found in the system prompt. */
  system?: string;
  /** Found in the last message, whoever wrote it. */
  lastMessage?: string;
  /** Role of the last message: `tool` after a tool ran. */
  lastRole?: string;
  /** A tool of this name is offered. */
  hasTool?: string;
  /** No tool is offered. */
  withoutTools?: boolean;
}

export interface ServerRule {
  when?: RequestPattern | ((request: RecordedRequest) => boolean);
  /** How often the rule may answer; absent: once. */
  times?: number | 'always';
  reply: ServerReply | ((request: RecordedRequest) => ServerReply);
}

/** Parameters that the server can be told to reject with a 400. */
export type Rejected =
  | 'stream_options'
  | 'stream'
  | 'parallel_tool_calls'
  | 'tools'
  | 'tool_choice'
  | 'temperature'
  | 'max_tokens'
  | 'max_completion_tokens'
  | 'response_format'
  | 'json_schema'
  | 'images'
  | 'null_content'
  | 'system'
  | 'unknown_fields';

/** What the server was asked. `closedEarly`: the client hung up before the answer was whole. */
export interface RecordedRequest {
  number: number;
  path: string;
  /** Names in lower case; the values of credentials are masked. */
  headers: Record<string, string>;
  hasAuthorization: boolean;
  body: WireRequest;
  closedEarly: boolean;
}

/** The parts of a request's body that tests look at. */
export interface WireRequest {
  model?: string;
  messages: WireMessage[];
  tools?: { type: string; function: { name: string; parameters?: unknown } }[];
  tool_choice?: unknown;
  stream?: boolean;
  stream_options?: unknown;
  temperature?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  response_format?: { type: string };
  [field: string]: unknown;
}

export interface WireMessage {
  role: string;
  content?: unknown;
  tool_calls?: { id: string; type: string; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
  [field: string]: unknown;
}

/** The text of a message's content, whatever its shape. */
export function textOf(message: WireMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.map((part: { text?: unknown }) => (typeof part.text === 'string' ? part.text : '')).join('\n');
}

/** Whether a rule's pattern fits a request. */
export function fits(pattern: ServerRule['when'], request: RecordedRequest): boolean {
  if (pattern === undefined) return true;
  if (typeof pattern === 'function') return pattern(request);
  const { messages, tools = [], model } = request.body;
  const last = messages.at(-1);
  const lastUser = messages.findLast((message) => message.role === 'user');
  const system = messages.filter((message) => message.role === 'system').map(textOf);
  const has = (wanted: string | undefined, text: string) => wanted === undefined || text.includes(wanted);
  return (
    (pattern.model === undefined || pattern.model === model) &&
    has(pattern.lastUser, textOf(lastUser)) &&
    has(pattern.system, system.join('\n')) &&
    has(pattern.lastMessage, textOf(last)) &&
    (pattern.lastRole === undefined || pattern.lastRole === last?.role) &&
    (pattern.hasTool === undefined || tools.some((tool) => tool.function.name === pattern.hasTool)) &&
    (pattern.withoutTools !== true || tools.length === 0)
  );
}

/** The refusal of a request that uses something that the server was told to reject; undefined if it uses none. */
export function refusalFor(
  body: WireRequest,
  rejects: ReadonlySet<Rejected>,
): { message: string; param?: string } | undefined {
  for (const param of PARAMETERS) {
    if (rejects.has(param) && param in body)
      return { message: `Unsupported parameter: '${param}' is not supported.`, param };
  }
  if (rejects.has('json_schema') && body.response_format?.type === 'json_schema') {
    return {
      message: "'response_format' of type 'json_schema' is not supported with this model.",
      param: 'response_format',
    };
  }
  if (rejects.has('system') && body.messages.some(({ role }) => role === 'system')) {
    return { message: 'System role not supported' };
  }
  if (rejects.has('null_content') && body.messages.some(({ content }) => content === null)) {
    return { message: 'messages.content: Input should be a valid string, got null' };
  }
  if (rejects.has('images') && JSON.stringify(body.messages).includes('"image_url"')) {
    return { message: 'This model does not support image inputs.' };
  }
  const unknown = rejects.has('unknown_fields')
    ? body.messages.flatMap((message) => unknownFieldsOf(message))[0]
    : undefined;
  return unknown === undefined ? undefined : { message: `Unknown field in message: ${unknown}` };
}

const PARAMETERS = [
  'stream_options',
  'stream',
  'parallel_tool_calls',
  'tools',
  'tool_choice',
  'temperature',
  'max_tokens',
  'max_completion_tokens',
  'response_format',
] as const;

function unknownFieldsOf(message: WireMessage): string[] {
  const own = Object.keys(message).filter(
    (key) => !['role', 'content', 'tool_calls', 'tool_call_id', 'name'].includes(key),
  );
  const calls = (message.tool_calls ?? []).flatMap((call) =>
    Object.keys(call).filter((key) => !['id', 'type', 'function'].includes(key)),
  );
  return [...own, ...calls];
}
