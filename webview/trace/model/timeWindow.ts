// The part of a trace's time that is in sight: zoomed and panned within the whole, never beyond.

/** From and to are places on the line of `TimeFolds`. */
export interface TimeWindow {
  from: number;
  to: number;
}

/** Nothing is shorter than this, however far a person zooms in. */
const MINIMUM_MS = 0.02;

/** Zooms by a factor (below 1: in) around a place that stays where it is. */
export function zoomed(window: TimeWindow, whole: TimeWindow, factor: number, around: number): TimeWindow {
  const span = window.to - window.from;
  const wanted = Math.min(whole.to - whole.from, Math.max(MINIMUM_MS, span * factor));
  const left = span === 0 ? 0.5 : (around - window.from) / span;
  return within({ from: around - wanted * left, to: around + wanted * (1 - left) }, whole);
}

/** Moves by a part of what is in sight. */
export function panned(window: TimeWindow, whole: TimeWindow, part: number): TimeWindow {
  const by = (window.to - window.from) * part;
  return within({ from: window.from + by, to: window.to + by }, whole);
}

/** The window with the same length that lies in the whole; the whole where it is longer. */
export function within({ from, to }: TimeWindow, whole: TimeWindow): TimeWindow {
  const span = Math.max(MINIMUM_MS, to - from);
  if (span >= whole.to - whole.from) return whole;
  const start = Math.min(Math.max(from, whole.from), whole.to - span);
  return { from: start, to: start + span };
}

/** A window in which a stretch is in sight, moved no more than is needed; wider where the stretch is. */
export function including(window: TimeWindow, whole: TimeWindow, stretch: TimeWindow): TimeWindow {
  const span = window.to - window.from;
  if (stretch.from >= window.from && stretch.to <= window.to) return window;
  if (stretch.to - stretch.from > span) {
    const margin = (stretch.to - stretch.from) * 0.05;
    return within({ from: stretch.from - margin, to: stretch.to + margin }, whole);
  }
  const middle = (stretch.from + stretch.to) / 2;
  return within({ from: middle - span / 2, to: middle + span / 2 }, whole);
}

export interface Tick {
  /** A time, in milliseconds. */
  time: number;
  label: string;
}

/** Round times between two, `wanted` of them or so. */
export function ticks(from: number, to: number, wanted: number): Tick[] {
  const span = to - from;
  if (!(span > 0) || wanted < 1) return [];
  const step = roundStep(span / wanted);
  const found: Tick[] = [];
  for (let index = Math.ceil(from / step); index * step <= to && found.length < wanted * 4; index += 1) {
    found.push({ time: index * step, label: axisLabel(index * step, step) });
  }
  return found;
}

/** Steps that people count in: 1, 2, 5, 10… of a unit, and 15 and 30 of seconds and minutes. */
function roundStep(ms: number): number {
  for (const [unit, steps] of [
    [1000, [1, 2, 5, 10, 15, 30]],
    [60_000, [1, 2, 5, 10, 15, 30]],
    [3_600_000, [1, 2, 4, 6, 12, 24, 48]],
  ] as const) {
    const found = ms > unit / 2 ? steps.find((step) => step * unit >= ms) : undefined;
    if (found !== undefined) return found * unit;
  }
  const power = 10 ** Math.floor(Math.log10(ms));
  return ([1, 2, 5].find((step) => step * power >= ms) ?? 10) * power;
}

function axisLabel(ms: number, step: number): string {
  if (ms === 0) return '0 s';
  const trimmed = (value: number, digits: number) => String(Number(value.toFixed(digits)));
  if (step < 1) return `${trimmed(ms, 3)} ms`;
  if (Math.abs(ms) < 1000) return `${trimmed(ms, 1)} ms`;
  if (Math.abs(ms) < 60_000 || step < 1000) return `${trimmed(ms / 1000, 3)} s`;
  const parts = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor(ms / 60_000) % 60, 'm'],
    [Math.round(ms / 1000) % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).join(' ');
}
