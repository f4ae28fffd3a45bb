// The calls of one turn: independent reads at once, anything else in order, every call answered exactly once and in call order.
// A transfer is a barrier: what stands before it is run, what stands after it only if control did not pass on.
import type { AssistantMessage, ToolCall, ToolMessage } from '../model/chatModel';
import { failureOfSignal } from '../model/modelAttempt';
import type { Handoff } from './agentOutcome';
import type { Failure } from '../failure';
import type { ControlTransfers } from './controlTransfers';
import type { ProgressGuard, ProgressVerdict } from './progressGuard';
import { runToolCall, type ExecutedCall, type ToolCallScope } from './toolCallRunner';

/** How many reads of one turn run at the same time. */
export const MAX_PARALLEL_READS = 8;

export interface TurnResult {
  /** One result for each call, in call order. */
  results: ToolMessage[];
  handoff?: Handoff;
  /** The invocation must end. */
  fatal?: Failure;
  /** True when a tool told something: a result that is no error. */
  learned: boolean;
  eventId: string | undefined;
}

export interface ToolTurn {
  scope: ToolCallScope;
  message: AssistantMessage;
  transfers: ControlTransfers | undefined;
  guard: ProgressGuard;
  /** Whether the invocation had learned anything before this turn. */
  newFacts: boolean;
}

interface Answer {
  call: ToolCall;
  text: string;
  isError: boolean;
  executed?: ExecutedCall;
  /** False for calls that were not judged on their merits. */
  counts: boolean;
}

interface Progress {
  answers: Answer[];
  handoff?: Handoff;
  fatal?: Failure;
  learned: boolean;
  eventId: string | undefined;
}

/** Executes the turn's calls; never rejects. */
export async function runToolTurn(turn: ToolTurn): Promise<TurnResult> {
  const progress: Progress = { answers: [], learned: false, eventId: turn.scope.run.scope.cause };
  const calls = turn.message.toolCalls;
  for (let at = 0; at < calls.length;) {
    const batch = nextBatch(turn, calls, at);
    at += batch.length;
    const first = batch[0];
    if (!first) break;
    if (turn.scope.run.signal.aborted) answerUnrun(progress, batch, stoppedText(turn));
    else if (isTransfer(turn, first)) transfer(turn, first, progress);
    else if (progress.handoff) answerUnrun(progress, batch, `Not run: control passed on to ${progress.handoff.to}.`);
    else await execute(turn, batch, progress);
  }
  return judged(turn, progress);
}

/** The next calls to run together: reads in a row, or a single other one. */
function nextBatch(turn: ToolTurn, calls: readonly ToolCall[], from: number): ToolCall[] {
  let end = from;
  while (end < calls.length && isRead(turn, calls[end])) end += 1;
  return calls.slice(from, Math.max(end, from + 1));
}

function isRead(turn: ToolTurn, call: ToolCall | undefined): boolean {
  return call !== undefined && !isTransfer(turn, call) && turn.scope.tools.get(call.name)?.effect === 'read';
}

/** A transfer that was cut off is answered like any other call that was. */
function isTransfer({ transfers, scope }: ToolTurn, call: ToolCall): boolean {
  return !call.problem && !scope.tools.has(call.name) && (transfers?.isTransfer(call.name) ?? false);
}

function transfer(turn: ToolTurn, call: ToolCall, progress: Progress): void {
  const { transfers, scope, message } = turn;
  if (!transfers) return;
  const newFacts = turn.newFacts || progress.learned;
  const verdict = progress.handoff
    ? transfers.turnDown(call, progress.handoff, scope.run)
    : transfers.request(call, { newFacts, text: message.text }, scope.run);
  const counts = !progress.handoff;
  progress.eventId = verdict.eventId;
  progress.answers.push({ call, text: verdict.text, isError: !verdict.accepted, counts });
  if (verdict.accepted) progress.handoff = verdict.handoff;
  else if (verdict.fatal) progress.fatal = verdict.fatal;
}

async function execute(turn: ToolTurn, batch: readonly ToolCall[], progress: Progress): Promise<void> {
  const executed = await mapBounded(batch, MAX_PARALLEL_READS, (call) => runToolCall(turn.scope, call));
  for (const done of executed) {
    const { call, text, isError } = done;
    progress.answers.push({ call, text, isError, executed: done, counts: true });
    progress.learned ||= !isError;
    progress.eventId = done.eventId;
  }
}

/** Works on at most `limit` items at a time; results in the order of the items. */
async function mapBounded<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

function answerUnrun(progress: Progress, calls: readonly ToolCall[], text: string): void {
  for (const call of calls) progress.answers.push({ call, text, isError: true, counts: false });
}

function stoppedText(turn: ToolTurn): string {
  return `Not run. ${failureOfSignal(turn.scope.run.signal).message}`;
}

/** Asks the progress guard about each call; a warning goes into the result that the model reads next. */
function judged(turn: ToolTurn, progress: Progress): TurnResult {
  let { fatal } = progress;
  const results = progress.answers.map((answer): ToolMessage => {
    const { call, text, isError, executed, counts } = answer;
    const message: ToolMessage = { role: 'tool', toolCallId: call.id, text, ...(isError && { isError }) };
    if (!counts) return message;
    const effect = executed?.effect;
    const report = { name: call.name, arguments: call.arguments, failed: isError, text, ...(effect && { effect }) };
    const verdict = turn.guard.report(report);
    if (verdict.kind === 'fine') return message;
    if (verdict.kind === 'stop') fatal ??= noProgress(call, verdict);
    return { ...message, text: `${text}\n\n${warning(verdict)}` };
  });
  const { handoff, learned, eventId } = progress;
  if (handoff) return { results, handoff, learned, eventId };
  return { results, learned, eventId, ...(fatal && { fatal }) };
}

type Tripped = Exclude<ProgressVerdict, { kind: 'fine' }>;

function noProgress(call: ToolCall, verdict: Tripped): Failure {
  const what =
    verdict.pattern === 'all_failing'
      ? `the last ${verdict.times} tool calls failed`
      : verdict.pattern === 'failing'
        ? `the same call of ${call.name} failed ${verdict.times} times`
        : `the same call of ${call.name} was made ${verdict.times} times and changed nothing`;
  const message = `The agent was stopped because it no longer got anywhere: ${what}. Say more precisely what to do, or ask another agent.`;
  return { reason: 'agent.no_progress', message, retryable: false };
}

function warning({ pattern, times }: Tripped): string {
  switch (pattern) {
    case 'failing':
      return `Warning: this very call has failed ${times} times. It will not succeed the next time. Do something else: other arguments, another tool, or answer with what you know and say what is missing.`;
    case 'repeating':
      return `Warning: you have made this very call ${times} times with the same outcome. You have its result. Go on with the next step, or answer.`;
    case 'all_failing':
      return `Warning: your last ${times} calls all failed. Stop and think about why; then take another way, or answer with what you know and say what is missing.`;
  }
}
