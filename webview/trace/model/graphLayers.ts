// The first half of a layout: which edges go back, and in which layer each node stands. Linear, without recursion.

export interface LayoutEdge {
  from: string;
  to: string;
}

/** Nodes are numbers: positions in the list of ids. */
export interface LayerGraph {
  count: number;
  edges: { from: number; to: number; isBack: boolean; original: LayoutEdge }[];
}

/** Leaves out edges to unknown nodes, loops and doubles; marks those that close a cycle. */
export function readGraph(ids: readonly string[], edges: readonly LayoutEdge[]): LayerGraph {
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const known = new Set<string>();
  const read: LayerGraph['edges'] = [];
  for (const original of edges) {
    const from = indexes.get(original.from);
    const to = indexes.get(original.to);
    const key = `${from ?? ''} ${to ?? ''}`;
    if (from === undefined || to === undefined || from === to || known.has(key)) continue;
    known.add(key);
    read.push({ from, to, isBack: false, original });
  }
  const graph = { count: ids.length, edges: read };
  markBackEdges(graph);
  return graph;
}

function neighbours(count: number, edges: LayerGraph['edges'], key: 'from' | 'to'): number[][] {
  const lists = Array.from({ length: count }, (): number[] => []);
  for (const [index, edge] of edges.entries()) lists[edge[key]]?.push(index);
  return lists;
}

/** Depth first without recursion: an edge to a node that is still being visited closes a cycle. */
function markBackEdges({ count, edges }: LayerGraph): void {
  const leaving = neighbours(count, edges, 'from');
  const state = new Uint8Array(count);
  for (let start = 0; start < count; start += 1) {
    if (state[start] !== 0) continue;
    const stack = [{ node: start, next: 0 }];
    state[start] = 1;
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = edges[leaving[top.node]?.[top.next] ?? -1];
      if (!edge) {
        state[top.node] = 2;
        stack.pop();
        continue;
      }
      top.next += 1;
      if (state[edge.to] === 1) edge.isBack = true;
      else if (state[edge.to] === 0) {
        state[edge.to] = 1;
        stack.push({ node: edge.to, next: 0 });
      }
    }
  }
}

/** The longest path to each node. */
export function layerNodes({ count, edges }: LayerGraph): Int32Array {
  const forward = edges.filter(({ isBack }) => !isBack);
  const leaving = neighbours(count, forward, 'from');
  const open = new Int32Array(count);
  for (const { to } of forward) open[to] = (open[to] ?? 0) + 1;
  const layers = new Int32Array(count);
  const queue: number[] = [];
  for (let node = 0; node < count; node += 1) if (open[node] === 0) queue.push(node);
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] ?? 0;
    for (const index of leaving[node] ?? []) {
      const to = forward[index]?.to ?? 0;
      layers[to] = Math.max(layers[to] ?? 0, (layers[node] ?? 0) + 1);
      open[to] = (open[to] ?? 0) - 1;
      if (open[to] === 0) queue.push(to);
    }
  }
  return layers;
}
