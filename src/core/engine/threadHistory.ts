// What a thread has said so far, as messages for a model: requests and answers in full, what tools did in one line each.
import type { RunView, ToolStep } from '../runs/runView';
import type { ChatMessage } from '../model/chatModel';

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

/** The earlier conversation of a thread. Every message is plain text, so the history is valid whatever happened in those runs. */
export function threadMessages(runs: readonly RunView[]): ChatMessage[] {
  return currentRuns(runs).flatMap((run): ChatMessage[] => [
    { role: 'user', content: [{ type: 'text', text: run.request }] },
    { role: 'assistant', text: answerOf(run), toolCalls: [] },
  ]);
}

function answerOf(run: RunView): string {
  const who = run.agent ?? 'nobody';
  const tools = run.steps.filter((step): step is ToolStep => step.kind === 'tool').map(describeTool);
  const lines = [
    ...run.handoffs.map((handoff) => `[${handoff.from} handed over to ${handoff.to}: ${handoff.reason}]`),
    ...(tools.length > 0 ? [`[${who} used: ${tools.slice(0, 20).join('; ')}${tools.length > 20 ? '; …' : ''}]`] : []),
    run.text || `[no answer: ${run.error?.message ?? run.status}]`,
  ];
  return `(answer of ${who})\n${lines.join('\n')}`;
}

function describeTool(step: ToolStep): string {
  return `${step.title || step.tool}${step.status === 'failed' ? ' (failed)' : ''}`;
}
