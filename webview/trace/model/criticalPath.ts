// The critical path of a trace: what the end of it waited for, at every moment. Had any stretch of it been shorter, the whole had been.
//
//   root   ├──────────────────────────────┤      walked backwards from the end: the child that ended last before the moment
//   a        ├════════┤                          looked at is what was waited for; between children it was the span itself
//   b           ├──────┤├════════════┤           (children that ended later than that moment were not waited for)
//   c                        ├─────┤
import type { SpanTree } from './spanTree';

export interface CriticalPath {
  /** Stretches in the order of time: of which span, from when, to when. */
  spans: Int32Array;
  from: Float64Array;
  to: Float64Array;
  /** By span: 1 where some stretch of the path is its own. */
  isOn: Uint8Array;
  /** By span: milliseconds of the path that are its own. */
  ownMs: Float64Array;
  /** Stretches of one span in the order of time, `limit` at most; the last one then reaches to the span's last. */
  stretchesOf(span: number, limit: number): { from: number; to: number }[];
}

interface Frame {
  span: number;
  /** Everything of the span after this moment is accounted for. */
  moment: number;
  /** Nothing of the span before this counts: what contains it began then. */
  floor: number;
  /** Children by their end, the last first, and how many were looked at. */
  children: Int32Array;
  looked: number;
}

/** Running spans end now. */
export function criticalPath(tree: SpanTree, now: number): CriticalPath {
  tree.settle();
  const stretches: { span: number; from: number; to: number }[] = [];
  const roots = childrenByEnd(tree, 0, Infinity, now);
  const stack: Frame[] = [];
  let moment = Infinity;
  for (const root of roots) {
    // Of roots that overlap (spans whose parents are missing), the one that ends last counts.
    if (tree.start.at(root) >= moment || (moment !== Infinity && tree.endOf(root, now) > moment)) continue;
    stack.push(frameOf(tree, root, { moment: tree.endOf(root, now), floor: tree.start.at(root) }, now));
    walk(tree, stack, stretches, now);
    moment = tree.start.at(root);
  }
  return pathOf(tree, stretches.reverse());
}

function walk(
  tree: SpanTree,
  stack: Frame[],
  stretches: { span: number; from: number; to: number }[],
  now: number,
): void {
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = nextChild(tree, frame, now);
    if (child === undefined) {
      const { span, floor, moment } = frame;
      if (moment > floor) stretches.push({ span, from: floor, to: moment });
      stack.pop();
      continue;
    }
    const end = Math.min(tree.endOf(child, now), frame.moment);
    if (frame.moment > end) stretches.push({ span: frame.span, from: end, to: frame.moment });
    // The child may begin before its parent, where clocks disagree.
    const floor = Math.max(tree.start.at(child), frame.floor);
    frame.moment = floor;
    stack.push(frameOf(tree, child, { moment: end, floor }, now));
  }
}

/** The child that ended last by the moment that the frame has come to. */
function nextChild(tree: SpanTree, frame: Frame, now: number): number | undefined {
  const { children, span } = frame;
  const parentEnd = tree.endOf(span, now);
  while (frame.looked < children.length) {
    const child = children[frame.looked] ?? 0;
    frame.looked += 1;
    // A child that outlives its parent was waited for until the parent's end.
    const end = Math.min(tree.endOf(child, now), parentEnd);
    if (end <= frame.moment && end > frame.floor && tree.start.at(child) < frame.moment) return child;
  }
  return undefined;
}

function frameOf(tree: SpanTree, span: number, time: { moment: number; floor: number }, now: number): Frame {
  return { span, ...time, children: childrenByEnd(tree, span, tree.endOf(span, now), now), looked: 0 };
}

function childrenByEnd(tree: SpanTree, span: number, limit: number, now: number): Int32Array {
  let child = tree.firstChild.at(span);
  if (child === 0) return NONE;
  const children: number[] = [];
  const ends: number[] = [];
  let isInOrder = true;
  for (; child !== 0; child = tree.nextSibling.at(child)) {
    const end = Math.min(tree.endOf(child, now), limit);
    if (end < (ends.at(-1) ?? -Infinity)) isInOrder = false;
    children.push(child);
    ends.push(end);
  }
  // What ran one after the other also ended so, and that is most of a trace.
  if (isInOrder) return Int32Array.from(children.reverse());
  const order = children.map((_, index) => index);
  order.sort((a, b) => (ends[b] ?? 0) - (ends[a] ?? 0) || b - a);
  return Int32Array.from(order, (index) => children[index] ?? 0);
}

const NONE = new Int32Array(0);

function pathOf(tree: SpanTree, stretches: readonly { span: number; from: number; to: number }[]): CriticalPath {
  const isOn = new Uint8Array(tree.size + 1);
  const ownMs = new Float64Array(tree.size + 1);
  /** By span its first stretch, by stretch the next one of the same span; counted from 1, so that 0 is none. */
  const first = new Int32Array(tree.size + 1);
  const next = new Int32Array(stretches.length + 1);
  const spans = new Int32Array(stretches.length);
  const starts = new Float64Array(stretches.length);
  const ends = new Float64Array(stretches.length);
  for (let index = stretches.length; index > 0; index -= 1) {
    const { span, from, to } = stretches[index - 1] ?? NO_STRETCH;
    spans[index - 1] = span;
    starts[index - 1] = from;
    ends[index - 1] = to;
    isOn[span] = 1;
    ownMs[span] = (ownMs[span] ?? 0) + to - from;
    next[index] = first[span] ?? 0;
    first[span] = index;
  }
  return {
    spans,
    from: starts,
    to: ends,
    isOn,
    ownMs,
    stretchesOf: (span, limit) => {
      const found: { from: number; to: number }[] = [];
      for (let index = first[span] ?? 0; index !== 0; index = next[index] ?? 0) {
        const { from, to } = stretches[index - 1] ?? NO_STRETCH;
        const last = found.at(-1);
        if (last && found.length === limit) last.to = to;
        else found.push({ from, to });
      }
      return found;
    },
  };
}

const NO_STRETCH = { span: 0, from: 0, to: 0 };
