// The rows of the table of metrics in the order that a person wants, and the figures of its columns.
import type { ShownPoint, ShownRow } from '../../../src/protocol/trace/metricsMessages';

export type SortKey =
  'agent' | 'runs' | 'success' | 'p50' | 'p95' | 'tokensIn' | 'tokensOut' | 'cost' | 'errors' | 'last';
export type Measure = 'runs' | 'errors' | 'p95' | 'tokens' | 'cost';

export interface Sorting {
  key: SortKey;
  isDescending: boolean;
}

/** Undefined is unknown: such rows come last, whichever way the others are sorted. */
export function figureOf(row: ShownRow, key: SortKey): number | string | undefined {
  const judged = row.succeeded + row.failed;
  switch (key) {
    case 'agent':
      return row.agent;
    case 'runs':
      return row.runs;
    case 'success':
      return judged === 0 ? undefined : row.succeeded / judged;
    case 'errors':
      return judged === 0 ? undefined : row.failed / judged;
    case 'p50':
      return row.p50Ms;
    case 'p95':
      return row.p95Ms;
    case 'tokensIn':
      return tokensKnown(row) ? row.inputTokens : undefined;
    case 'tokensOut':
      return tokensKnown(row) ? row.outputTokens : undefined;
    case 'cost':
      return row.costUsd;
    case 'last':
      return row.lastAtMs;
  }
}

/** False where no endpoint reported any tokens: then they are unknown, not 0. */
export function tokensKnown(row: ShownRow): boolean {
  return row.modelCalls === 0 || row.unmeasuredCalls < row.modelCalls;
}

export function sortRows(rows: readonly ShownRow[], { key, isDescending }: Sorting): ShownRow[] {
  const direction = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [left, right] = [figureOf(a, key), figureOf(b, key)];
    if (left === right) return a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : b.lastAtMs - a.lastAtMs;
    if (left === undefined) return 1;
    if (right === undefined) return -1;
    return (left < right ? -1 : 1) * direction;
  });
}

/** The version of the same agent that was last used before this row's; rows are in any order. */
export function versionBefore(row: ShownRow, rows: readonly ShownRow[]): string | undefined {
  const earlier = rows.filter(
    ({ agent, version, lastAtMs }) =>
      agent === row.agent &&
      version !== undefined &&
      version !== '' &&
      version !== row.version &&
      lastAtMs < row.lastAtMs,
  );
  return earlier.reduce<ShownRow | undefined>(
    (best, other) => (best && best.lastAtMs > other.lastAtMs ? best : other),
    undefined,
  )?.version;
}

/** One value for each part of the time; undefined where it is not known. */
export function valuesOf(series: readonly ShownPoint[], measure: Measure): (number | undefined)[] {
  return series.map((point) => {
    switch (measure) {
      case 'runs':
        return point.runs;
      case 'errors':
        return point.failed;
      case 'p95':
        return point.p95Ms;
      case 'tokens':
        return point.tokens;
      case 'cost':
        return point.runs === 0 ? 0 : point.costUsd;
    }
  });
}

export interface Bar {
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Bars of a chart, the highest as high as the chart; nothing where a value is 0 or unknown. */
export function barsOf(values: readonly (number | undefined)[], size: { width: number; height: number }): Bar[] {
  const highest = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const step = size.width / Math.max(1, values.length);
  return values.flatMap((value, index) => {
    if (value === undefined || value <= 0 || highest === 0) return [];
    const height = Math.max(1, (value / highest) * size.height);
    return [{ index, x: index * step, y: size.height - height, width: Math.max(1, step - 1), height }];
  });
}
