// Idle gaps folded: time in which nobody worked takes no more room than a crease. Times of a trace become places on a line and back.
import { SPAN_KINDS } from '../../../src/protocol/trace/spanMessages';
import type { SpanTree } from './spanTree';

/** A stretch of time in which nothing worked. */
export interface Gap {
  from: number;
  to: number;
}

/** Waiting is no work: for a person's answer, for a server's leave. */
const IDLE_KINDS = new Set([SPAN_KINDS.indexOf('wait'), SPAN_KINDS.indexOf('approval')]);
/** What is shorter is no gap, in milliseconds and as a part of the time that was worked. */
const MINIMUM_GAP_MS = 200;
const MINIMUM_PART = 0.02;
/** Room of a folded gap, as a part of the time that was worked. */
const CREASE_PART = 0.01;

/** Without folds, a place is a time. */
export class TimeFolds {
  /** By gap: where it begins and ends as a time, where it begins as a place, and the room that it has. */
  private readonly from: Float64Array;
  private readonly to: Float64Array;
  private readonly place: Float64Array;
  private readonly crease: number;

  constructor(
    readonly gaps: readonly Gap[],
    workedMs: number,
  ) {
    this.crease = Math.max(1e-6, workedMs * CREASE_PART);
    this.from = Float64Array.from(gaps, ({ from }) => from);
    this.to = Float64Array.from(gaps, ({ to }) => to);
    this.place = new Float64Array(gaps.length);
    let cut = 0;
    for (const [index, { from, to }] of gaps.entries()) {
      this.place[index] = from - cut;
      cut += to - from - this.crease;
    }
  }

  placeOf(time: number): number {
    const gap = lastAtMost(this.from, time);
    if (gap === -1) return time;
    const from = this.from[gap] ?? 0;
    const to = this.to[gap] ?? 0;
    const place = this.place[gap] ?? 0;
    if (time >= to) return place + this.crease + (time - to);
    return place + (this.crease * (time - from)) / (to - from);
  }

  timeOf(place: number): number {
    const gap = lastAtMost(this.place, place);
    if (gap === -1) return place;
    const from = this.from[gap] ?? 0;
    const to = this.to[gap] ?? 0;
    const inside = place - (this.place[gap] ?? 0);
    if (inside >= this.crease) return to + inside - this.crease;
    return from + ((to - from) * inside) / this.crease;
  }
}

export const UNFOLDED = new TimeFolds([], 0);

/** Folds what is idle between 0 and `end`. */
export function foldIdle(tree: SpanTree, end: number, now: number): TimeFolds {
  const work = workOf(tree, now);
  const gaps: Gap[] = [];
  let workedMs = 0;
  let idleSince = 0;
  for (const { from, to } of [...work, { from: end, to: end }]) {
    if (from > idleSince) gaps.push({ from: idleSince, to: from });
    workedMs += Math.max(0, to - Math.max(from, idleSince));
    idleSince = Math.max(idleSince, to);
  }
  const minimum = Math.max(MINIMUM_GAP_MS, workedMs * MINIMUM_PART);
  return new TimeFolds(
    gaps.filter(({ from, to }) => to - from >= minimum),
    workedMs,
  );
}

/** When spans at the ends of the tree worked, by start. What others contain says nothing: a run contains its idle time. */
function workOf(tree: SpanTree, now: number): Gap[] {
  const work: Gap[] = [];
  for (let span = 1; span <= tree.size; span += 1) {
    if (tree.hasChildren(span) || IDLE_KINDS.has(tree.kind.at(span))) continue;
    const from = Math.max(0, tree.start.at(span));
    work.push({ from, to: Math.max(from, tree.endOf(span, now)) });
  }
  return work.sort((a, b) => a.from - b.from);
}

/** Index of the last entry that is at most `value`; -1 when all are above. */
function lastAtMost(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
