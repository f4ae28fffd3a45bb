// The Tool port: what an agent can do. A tool's failure is a result that tells the model what went wrong and what to try.
import type { Finding, ToolInfo } from '../../api';
import type { RunContext } from '../runs/runContext';

export type ToolEffect = ToolInfo['effect'];

export interface ToolContext {
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly taskId?: string;
  readonly threadId?: string;
  readonly agent: string;
  readonly promptVersion?: string;
  readonly callId: string;
  /** Id of the event that led to the call. */
  readonly cause?: string;
  /** Reports what the call does as an event of its run; absent where no run listens. */
  readonly emit?: RunContext['emit'];
}

export interface ToolResult {
  /** What the model reads. */
  text: string;
  isError?: boolean;
  /** Set with `isError`: a dotted literal such as `file.not_found`. */
  reason?: string;
  /** Workspace paths that the call touched, for links in views. */
  files?: string[];
  findings?: Finding[];
  /** Set when tests ran: what `tests.finished` reports. */
  tests?: { passed: number; failed: number; skipped: number };
  /** The text was cut; it says itself how to read on. */
  truncated?: boolean;
}

/** One thing that a call would do, told before it is done: what a policy decides about and what a person is asked. */
export type ToolIntent =
  | { kind: 'write'; path: string; uri: string; action: 'create' | 'modify' | 'delete' | 'rename' }
  | {
      kind: 'command';
      command: string;
      /** Uri of the folder it runs in. */
      cwd: string;
      /** Edits of the run that wait for a decision and are applied where it runs; absent: none. */
      pendingEdits?: number;
    };

/** Something an agent can call. `run` may throw only for bugs; the agent loop turns that into an error result. */
export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input object, as sent to models. */
  readonly inputSchema: Record<string, unknown>;
  readonly effect: ToolEffect;
  readonly source: ToolInfo['source'];
  /** True where whoever runs it asks the person itself: the gate does not ask a second time, and no reaction gets it. */
  readonly confirmsItself?: boolean;
  /** Checks and normalises the input; a failure says what is wrong in words that the model can act on. */
  parse(input: unknown): { ok: true; value: unknown } | { ok: false; problem: string };
  /** One line for people: `read_file src/math.ts:1-7`. */
  title(input: unknown): string;
  /** What a call with this input would do; absent: nothing more is known than `effect`. */
  intents?(input: unknown, context: ToolContext): Promise<ToolIntent[]>;
  /** `input` is what `parse` made of it. */
  run(input: unknown, context: ToolContext): Promise<ToolResult>;
}

/** Looks tools up by name; registered ones come and go while the window lives. */
export interface ToolSource {
  get(name: string): Tool | undefined;
  list(): readonly Tool[];
}

export function toolError(reason: string, text: string): ToolResult {
  return { text, isError: true, reason };
}
