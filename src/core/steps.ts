// Work that can be cut: generators that yield where others may have their turn. A `Pacer` finishes them with pauses, `finishNow` without.

/** Items between two steps: few enough for a moment, many enough not to be felt. */
const STEP_ITEMS = 256;

/** Does something with each item. */
export function* each<T>(items: Iterable<T>, act: (item: T) => void): Generator<void, void> {
  let count = 0;
  for (const item of items) {
    act(item);
    count += 1;
    if (count % STEP_ITEMS === 0) yield;
  }
}

/** The items in order, equal ones as they were: a merge sort from short runs up, which is through at once where they are in order already. */
export function* sorting<T>(items: readonly T[], compare: (a: T, b: T) => number): Generator<void, T[]> {
  let from: T[] = [];
  for (let start = 0; start < items.length; start += STEP_ITEMS) {
    from.push(...items.slice(start, start + STEP_ITEMS).sort(compare));
    yield;
  }
  let into = new Array<T>(from.length);
  for (let length = STEP_ITEMS; length < from.length; length *= 2) {
    for (let start = 0; start < from.length; start += 2 * length) {
      yield* merging(from, into, { start, middle: start + length, end: start + 2 * length, compare });
    }
    [from, into] = [into, from];
  }
  return from;
}

interface Merge<T> {
  start: number;
  middle: number;
  end: number;
  compare: (a: T, b: T) => number;
}

/** Two neighbouring runs of `from` as one in `into`. */
function* merging<T>(from: readonly T[], into: T[], { start, middle, end, compare }: Merge<T>): Generator<void, void> {
  const last = Math.min(end, from.length);
  let left = start;
  let right = Math.min(middle, last);
  const leftEnd = right;
  for (let at = start; at < last; at += 1) {
    const takesLeft = left < leftEnd && (right >= last || compare(from[left] as T, from[right] as T) <= 0);
    into[at] = from[takesLeft ? left++ : right++] as T;
    if (at % STEP_ITEMS === 0) yield;
  }
}

/** Does all steps at once: for what is known to be little. */
export function finishNow<T>(steps: Iterator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
