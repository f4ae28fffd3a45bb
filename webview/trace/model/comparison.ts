// What two runs that are compared differ in, in figures and in words.
import { formatCost, formatDuration, formatTokens } from '../../../src/protocol/measures';
import type { ShownComparison, ShownSide } from '../../../src/protocol/trace/compareMessages';
import type { CompareStringKey } from '../../../src/protocol/trace/compareStrings';

type Text = (key: CompareStringKey, ...values: (string | number)[]) => string;

export interface FigureRow {
  key: CompareStringKey;
  left: string;
  right: string;
  /** Empty where there is nothing to subtract. */
  difference: string;
}

/** The figures of both, those that say something. */
export function figureRows({ left, right }: ShownComparison, text: Text): FigureRow[] {
  const row = (
    key: CompareStringKey,
    valueOf: (side: ShownSide) => number | undefined,
    format: (value: number) => string,
  ): FigureRow => {
    const [first, second] = [valueOf(left), valueOf(right)];
    const shown = (value: number | undefined) => (value === undefined ? text('unknown') : format(value));
    return { key, left: shown(first), right: shown(second), difference: differenceOf(first, second, format, text) };
  };
  const whole = (value: number) => String(value);
  const measured = (side: ShownSide, tokens: number) => (side.isMeasured || tokens > 0 ? tokens : undefined);
  return [
    row('time', ({ durationMs }) => durationMs, formatDuration),
    row('tokensIn', (side) => measured(side, side.inputTokens), formatTokens),
    row('tokensOut', (side) => measured(side, side.outputTokens), formatTokens),
    row('cost', costOf, formatCost),
    row('modelCalls', ({ modelCalls }) => modelCalls, whole),
    row('toolCalls', ({ toolCalls }) => toolCalls, whole),
    row('failedTools', ({ failedToolCalls }) => failedToolCalls, whole),
  ];
}

/** What differs, in sentences: the whole tab for whoever does not look at it. */
export function summaryOf(comparison: ShownComparison, text: Text): string {
  const { left, right, tasks } = comparison;
  const sentences: string[] = [];
  if (left.durationMs !== undefined && right.durationMs !== undefined && left.durationMs !== right.durationMs) {
    const key = right.durationMs < left.durationMs ? 'summary.faster' : 'summary.slower';
    sentences.push(text(key, formatDuration(Math.abs(right.durationMs - left.durationMs))));
  }
  const tokens = right.inputTokens + right.outputTokens - left.inputTokens - left.outputTokens;
  if (left.isMeasured && right.isMeasured && tokens !== 0) {
    sentences.push(text(tokens < 0 ? 'summary.tokensLess' : 'summary.tokensMore', formatTokens(Math.abs(tokens))));
  }
  const [first, second] = [costOf(left), costOf(right)];
  if (first === undefined || second === undefined) sentences.push(text('summary.costUnknown'));
  else if (first !== second) {
    sentences.push(text(second < first ? 'summary.cheaper' : 'summary.dearer', formatCost(Math.abs(second - first))));
  }
  if (tasks.length > 0) {
    const both = tasks.filter((pair) => pair.left && pair.right).length;
    const alone = tasks.filter((pair) => !pair.right).length;
    sentences.push(text('summary.tasks', both, alone, tasks.length - both - alone));
  }
  if (!comparison.answer || comparison.answer.some(({ side }) => side !== 'both')) {
    sentences.push(text('summary.answer'));
  }
  return sentences.join(' ');
}

/** Nothing was asked of a model: it cost nothing, which is known. */
function costOf({ modelCalls, costUsd }: ShownSide): number | undefined {
  return modelCalls === 0 ? 0 : costUsd;
}

function differenceOf(
  left: number | undefined,
  right: number | undefined,
  format: (value: number) => string,
  text: Text,
): string {
  if (left === undefined || right === undefined) return '';
  if (left === right) return text('same');
  const share =
    left === 0 ? '' : ` (${right > left ? '+' : '−'}${Math.round((Math.abs(right - left) / left) * 100)} %)`;
  return `${right > left ? '+' : '−'}${format(Math.abs(right - left))}${share}`;
}

/** Which two to begin with: the chosen run and, of the earlier ones, the newest that is like it; else the newest other one. */
export function firstPair<Row extends { traceId: string; title: string }>(
  chosen: Row | undefined,
  traces: readonly Row[],
): { left: string; right: string } | undefined {
  const right = chosen ?? traces[0];
  if (!right) return undefined;
  const others = traces.filter(({ traceId }) => traceId !== right.traceId);
  const left = others.find(({ title }) => title === right.title) ?? others[0];
  return left && { left: left.traceId, right: right.traceId };
}
