// What led to an event and what came of it, as far as the page has it.
import type { EventStore } from './eventStore';

export interface EventTreeNode {
  index: number;
  /** 0 for the first cause that is here. */
  depth: number;
}

export interface EventTree {
  /** In the order of a tree that is unfolded: first causes, then the event, then what came of it. */
  nodes: EventTreeNode[];
  /** The first cause names a cause of its own that is not here. */
  hasEarlier: boolean;
  /** Effects that were left out, because there are too many. */
  left: number;
}

/** Effects shown at most. */
const MAX_EFFECTS = 500;
const MAX_CAUSES = 500;

/** The tree around the event at `index`. Causes that go round in a circle end where they meet. */
export function eventTree(store: EventStore, index: number): EventTree {
  const causes: number[] = [];
  const seen = new Set([index]);
  let missing = store.cause(index);
  for (let at = store.indexOf(missing); at !== undefined && !seen.has(at) && causes.length < MAX_CAUSES;) {
    seen.add(at);
    causes.push(at);
    missing = store.cause(at);
    at = store.indexOf(missing);
  }
  const nodes = causes.reverse().map((cause, depth) => ({ index: cause, depth }));
  nodes.push({ index, depth: nodes.length });
  const { found, left } = effectsOf(store, index, nodes.length);
  return { nodes: [...nodes, ...found], hasEarlier: missing !== '' && store.indexOf(missing) === undefined, left };
}

/** Effects come after their cause, so that one pass over what follows finds all of them. */
function effectsOf(store: EventStore, index: number, depth: number): { found: EventTreeNode[]; left: number } {
  const children = new Map<number, number[]>([[index, []]]);
  let count = 0;
  let left = 0;
  for (let at = index + 1; at < store.length; at += 1) {
    const cause = store.indexOf(store.cause(at));
    const siblings = cause === undefined ? undefined : children.get(cause);
    if (!siblings) continue;
    if (count >= MAX_EFFECTS) {
      left += 1;
      continue;
    }
    count += 1;
    siblings.push(at);
    children.set(at, []);
  }
  const found: EventTreeNode[] = [];
  const open = [...(children.get(index) ?? [])].reverse().map((at) => ({ index: at, depth }));
  for (let node = open.pop(); node; node = open.pop()) {
    found.push(node);
    const { depth: mine } = node;
    const below = [...(children.get(node.index) ?? [])].reverse();
    open.push(...below.map((at) => ({ index: at, depth: mine + 1 })));
  }
  return { found, left };
}
