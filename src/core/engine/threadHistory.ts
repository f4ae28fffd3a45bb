// What a thread has said and done so far, as messages for a model: requests and answers in full, who took over, what tools did and told, changes.
import type { ContextItem, FileChange } from '../../api';
import { markUntrusted } from '../agents/guardrails/untrusted';
import { cutText } from '../memory/cutText';
import type { ChatMessage } from '../model/chatModel';
import type { RunView, TaskView, ToolStep } from '../runs/runView';

/**
 * The runs of a thread that still count, oldest first: a run that replaces another (edit and resend) takes that one
 * and everything after it out of the conversation.
 */
export function currentRuns<T extends { runId: string; replaces?: string }>(runs: readonly T[]): T[] {
  const kept: T[] = [];
  for (const run of runs) {
    const at = run.replaces === undefined ? -1 : kept.findIndex((earlier) => earlier.runId === run.replaces);
    if (at >= 0) kept.length = at;
    kept.push(run);
  }
  return kept;
}

/**
 * The earlier conversation of a thread, whoever answered. Every message is plain text, so the history is valid whatever happened in those runs.
 * What tools told stands there for the newest runs only: it ages, and can be looked up again.
 */
export function threadMessages(runs: readonly RunView[]): ChatMessage[] {
  const current = currentRuns(runs);
  return current.flatMap((run, index): ChatMessage[] => [
    { role: 'user', content: [{ type: 'text', text: requestOf(run) }] },
    { role: 'assistant', text: answerOf(run, index >= current.length - RUNS_WITH_RESULTS), toolCalls: [] },
  ]);
}

const RUNS_WITH_RESULTS = 2;
const MAX_RESULTS = 6;
const MAX_RESULT_TOKENS = 300;
/** Of what one agent said beside the answer. */
const MAX_PART_TOKENS = 300;
const MAX_LISTED = 20;

/** What was asked, what was attached, and what the person said while the answer came about. */
function requestOf({ request, context, steps }: RunView): string {
  const attached = context.map((item) => item.label ?? placeOf(item)).filter((label) => label !== undefined);
  const said = steps.flatMap((step) =>
    step.kind === 'notice' && step.topic === 'task.progress'
      ? [`[said meanwhile: ${String(step.data['message'])}]`]
      : [],
  );
  return [request, ...(attached.length > 0 ? [`[attached: ${listed(attached)}]`] : []), ...said].join('\n');
}

function answerOf(run: RunView, withResults: boolean): string {
  const who = run.agent ?? 'nobody';
  const tools = run.steps.filter((step): step is ToolStep => step.kind === 'tool');
  const lines = [
    ...run.handoffs.map((handoff) => `[${handoff.from} handed over to ${handoff.to}: ${handoff.reason}]`),
    ...run.tasks.map((task) => describeTask(task)),
    ...(tools.length > 0 ? [`[used: ${listed(tools.map(describeTool))}]`] : []),
    ...(withResults ? resultsOf(tools) : []),
    ...(run.changes.length > 0 ? [`[changes: ${listed(run.changes.map(describeChange))}]`] : []),
    run.text || `[no answer: ${run.error?.message ?? run.status}]`,
  ];
  return `(answer of ${who})\n${lines.join('\n')}`;
}

/** What several agents did at once: who said what. */
function describeTask({ agent, title, status, text, error }: TaskView): string {
  const outcome = text === '' ? (error?.message ?? status) : cutText(text, MAX_PART_TOKENS).text;
  return `[${agent}, ${title} (${status}): ${outcome}]`;
}

function describeTool(step: ToolStep): string {
  const who = step.agent === '' ? '' : `${step.agent} `;
  return `${who}${step.title || step.tool}${step.status === 'failed' ? ' (failed)' : ''}`;
}

/** What the last tools told, which whoever takes over need not ask again. */
function resultsOf(tools: readonly ToolStep[]): string[] {
  const told = tools.filter(({ status, text }) => status === 'completed' && (text ?? '') !== '');
  return told
    .slice(-MAX_RESULTS)
    .map(({ title, text = '' }) => markUntrusted(cutText(text, MAX_RESULT_TOKENS).text, title));
}

function describeChange({ kind, path, from, status, added, removed }: FileChange): string {
  const what = kind === 'rename' && from !== undefined ? `${from} -> ${path}` : path;
  return `${kind} ${what} (+${added} -${removed}, ${status})`;
}

function placeOf({ uri, range, text }: ContextItem): string | undefined {
  if (uri === undefined) return text === undefined ? undefined : 'a text';
  return range ? `${uri}:${range.start.line + 1}-${range.end.line + 1}` : uri;
}

function listed(items: readonly string[]): string {
  return items.slice(0, MAX_LISTED).join('; ') + (items.length > MAX_LISTED ? '; …' : '');
}
