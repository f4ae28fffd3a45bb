// When the parts of a run worked, beside each other on one axis. Times in which nothing worked are folded, so that a run that was
// resumed the next day can still be read. Pure.

export interface Span {
  startMs: number;
  endMs: number;
}

export interface TimelineBreak {
  /** Where on the folded axis. */
  atMs: number;
  skippedMs: number;
}

export interface FoldedTimeline {
  /** In the order that they were given in. */
  spans: Span[];
  totalMs: number;
  breaks: TimelineBreak[];
}

/** Rests shorter than this stay as they are. */
const MIN_FOLD_MS = 30_000;
/** A rest is folded if it takes more than this part of the time that was worked, and shown as this part. */
const FOLD_PART = 0.25;
const FOLDED_PART = 0.04;

/** `spans` in milliseconds since any moment; the first one begins at 0 of the folded axis. */
export function foldRests(spans: readonly Span[]): FoldedTimeline {
  const busy = merged(spans);
  const workedMs = busy.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const first = busy[0]?.startMs ?? 0;
  const shifts: { fromMs: number; byMs: number }[] = [{ fromMs: first, byMs: first }];
  const breaks: TimelineBreak[] = [];
  let shift = first;
  for (const [index, { startMs }] of busy.entries()) {
    const before = busy[index - 1];
    const restMs = before ? startMs - before.endMs : 0;
    if (!before || restMs < Math.max(MIN_FOLD_MS, workedMs * FOLD_PART)) continue;
    const skippedMs = restMs - workedMs * FOLDED_PART;
    breaks.push({ atMs: before.endMs - shift + (workedMs * FOLDED_PART) / 2, skippedMs });
    shift += skippedMs;
    shifts.push({ fromMs: startMs, byMs: shift });
  }
  const shiftAt = (ms: number) => shifts.findLast(({ fromMs }) => fromMs <= ms)?.byMs ?? first;
  const folded = spans.map(({ startMs, endMs }) => {
    const byMs = shiftAt(startMs);
    return { startMs: startMs - byMs, endMs: endMs - byMs };
  });
  return { spans: folded, totalMs: Math.max(0, ...folded.map(({ endMs }) => endMs)), breaks };
}

function merged(spans: readonly Span[]): Span[] {
  const busy: Span[] = [];
  for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = busy.at(-1);
    if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else busy.push({ startMs, endMs });
  }
  return busy;
}
