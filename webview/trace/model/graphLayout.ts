// Where the nodes of a graph stand: in layers, so that every edge goes forward, with as few crossings as a few sweeps find.
// After Sugiyama, Tagawa and Toda (1981): break cycles, layer by the longest path, order by barycentres, then place each layer as near to
// its neighbours as the nodes' size allows (an isotonic regression, solved by pooling). Nothing recurses; everything but the sorting is linear.

import { layerNodes, readGraph, type LayerGraph, type LayoutEdge } from './graphLayers';

export interface LayoutOptions {
  /** Where the layers go: side by side, or one below the other. */
  direction: 'right' | 'down';
  nodeWidth: number;
  nodeHeight: number;
  /** Between nodes of one layer. */
  gap: number;
  /** Between layers. */
  layerGap: number;
  /** Nodes of a layer that stand in one row; a layer with more becomes a block of several rows. */
  maxInRow: number;
  /** Of a block: its length along the layers to its breadth; absent: rows stay as they are, however many. */
  blockAspect?: number;
}

export interface PlacedNode {
  id: string;
  x: number;
  y: number;
  layer: number;
  /** Position in the layer. */
  order: number;
}

export interface PlacedEdge extends LayoutEdge {
  /** Where it passes: from the border of one node over the layers between to the border of the other. */
  points: { x: number; y: number }[];
  /** It closes a cycle, so it goes back. */
  isBack: boolean;
}

/** Where a layer of many nodes stands. */
export interface PlacedBlock {
  layer: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface GraphLayout {
  nodes: PlacedNode[];
  edges: PlacedEdge[];
  blocks: PlacedBlock[];
  width: number;
  height: number;
}

const SWEEPS = 6;
/** Bends of long edges that are placed among the nodes; in a graph with more, long edges go straight. */
const MAX_BENDS = 4000;
/** A bend needs some room, not that of a node. */
const BEND_SIZE = 12;

/** A node, or a bend of a long edge, in its layer. */
interface Slot {
  /** -1 for a bend. */
  node: number;
  layer: number;
  size: number;
  before: Slot[];
  after: Slot[];
  order: number;
  /** Its middle, across the direction. */
  at: number;
}

/** Lays out the nodes in the order in which they are given; edges between unknown nodes and loops are left out. */
export function layoutGraph(ids: readonly string[], edges: readonly LayoutEdge[], options: LayoutOptions): GraphLayout {
  const graph = readGraph(ids, edges);
  const layerOf = layerNodes(graph);
  const across = options.direction === 'right' ? options.nodeHeight : options.nodeWidth;
  const { layers, slots, chains } = makeSlots(graph, layerOf, across);
  orderLayers(layers);
  const rowLengths = placeLayers(layers, across, options);
  return finish(ids, graph, { slots, chains, rowLengths }, options);
}

function makeSlots(graph: LayerGraph, layerOf: Int32Array, across: number) {
  const layers: Slot[][] = [];
  const add = (node: number, layer: number, size: number): Slot => {
    const row = (layers[layer] ??= []);
    const slot = { node, layer, size, before: [], after: [], order: row.length, at: 0 };
    row.push(slot);
    return slot;
  };
  const slots = Array.from(layerOf, (layer, node) => add(node, layer, across));
  for (let layer = 0; layer < layers.length; layer += 1) layers[layer] ??= [];
  const lengthOf = ({ from, to }: LayerGraph['edges'][number]) => Math.abs((layerOf[to] ?? 0) - (layerOf[from] ?? 0));
  const bends = graph.edges.reduce((sum, edge) => sum + Math.max(0, lengthOf(edge) - 1), 0);
  const chains = graph.edges.map((edge) => {
    const from = slots[edge.from];
    const to = slots[edge.to];
    if (!from || !to) return [];
    const [first, last] = edge.isBack ? [to, from] : [from, to];
    const chain = [first];
    if (bends <= MAX_BENDS) {
      for (let layer = first.layer + 1; layer < last.layer; layer += 1) chain.push(add(-1, layer, BEND_SIZE));
    }
    chain.push(last);
    for (const [index, slot] of chain.entries()) {
      const next = chain[index + 1];
      if (!next) continue;
      slot.after.push(next);
      next.before.push(slot);
    }
    return edge.isBack ? chain.reverse() : chain;
  });
  return { layers, slots, chains };
}

/** Back and forth: each layer in the order of the middles of its neighbours; ties keep their order, so that nothing jumps about. */
function orderLayers(layers: readonly Slot[][]): void {
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const side = sweep % 2 === 0 ? 'before' : 'after';
    for (const layer of side === 'before' ? layers : layers.toReversed()) {
      const keys = new Map(layer.map((slot) => [slot, barycentre(slot, side)]));
      layer.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0) || a.order - b.order);
      for (const [order, slot] of layer.entries()) slot.order = order;
    }
  }
}

function barycentre(slot: Slot, side: 'before' | 'after'): number {
  const near = slot[side];
  if (near.length === 0) return slot.order;
  return near.reduce((sum, { order }) => sum + order, 0) / near.length;
}

/** For each layer the nodes in one row of its block; infinite for one that is no block. Sets `at` of every slot. */
function placeLayers(layers: readonly Slot[][], across: number, options: LayoutOptions): number[] {
  const { gap } = options;
  const rowLengths = layers.map((layer) => rowLength(layer.filter(({ node }) => node >= 0).length, options));
  for (const [index, layer] of layers.entries()) {
    const inRow = rowLengths[index] ?? Infinity;
    const nodes = layer.filter(({ node }) => node >= 0);
    if (inRow !== Infinity) for (const [order, slot] of nodes.entries()) slot.at = (order % inRow) * (across + gap);
    else pack(layer, gap);
    centre(layer);
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const side = sweep % 2 === 0 ? 'before' : 'after';
    const order = side === 'before' ? layers.keys() : [...layers.keys()].reverse();
    for (const index of order) if (rowLengths[index] === Infinity) align(layers[index] ?? [], side, gap);
  }
  return rowLengths;
}

function rowLength(nodes: number, options: LayoutOptions): number {
  const { direction, nodeWidth, nodeHeight, gap, maxInRow, blockAspect } = options;
  if (nodes <= maxInRow) return Infinity;
  if (blockAspect === undefined) return maxInRow;
  const [along, across] = direction === 'right' ? [nodeWidth, nodeHeight] : [nodeHeight, nodeWidth];
  return Math.max(maxInRow, Math.ceil(Math.sqrt((nodes * (along + gap)) / (across + gap) / blockAspect)));
}

function pack(layer: readonly Slot[], gap: number): void {
  let at = 0;
  for (const slot of layer) {
    slot.at = at + slot.size / 2;
    at += slot.size + gap;
  }
}

function centre(layer: readonly Slot[]): void {
  let [low, high] = [Infinity, -Infinity];
  for (const { at } of layer) [low, high] = [Math.min(low, at), Math.max(high, at)];
  for (const slot of layer) slot.at -= (low + high) / 2;
}

/**
 * Moves the slots of a layer as near to the middles of their neighbours as their order and size allow: least squares under
 * order, by pooling what would overlap (pool adjacent violators).
 */
function align(layer: readonly Slot[], side: 'before' | 'after', gap: number): void {
  const pools: { sum: number; count: number; offset: number[] }[] = [];
  let offset = 0;
  for (const [index, slot] of layer.entries()) {
    const previous = layer[index - 1];
    if (previous) offset += (previous.size + slot.size) / 2 + gap;
    const near = slot[side];
    const wanted = near.length === 0 ? slot.at : near.reduce((sum, { at }) => sum + at, 0) / near.length;
    pools.push({ sum: wanted - offset, count: 1, offset: [offset] });
    for (let last = pools.at(-1), before = pools.at(-2); last && before; last = pools.at(-1), before = pools.at(-2)) {
      if (before.sum / before.count <= last.sum / last.count) break;
      before.sum += last.sum;
      before.count += last.count;
      before.offset = before.offset.concat(last.offset);
      pools.pop();
    }
  }
  let index = 0;
  for (const { sum, count, offset: offsets } of pools) {
    for (const own of offsets) {
      const slot = layer[index];
      if (slot) slot.at = sum / count + own;
      index += 1;
    }
  }
}

interface Placed {
  slots: readonly Slot[];
  chains: readonly Slot[][];
  rowLengths: readonly number[];
}

function finish(ids: readonly string[], graph: LayerGraph, placed: Placed, options: LayoutOptions): GraphLayout {
  const { direction, nodeWidth, nodeHeight, gap, layerGap } = options;
  const isRight = direction === 'right';
  const along = isRight ? nodeWidth : nodeHeight;
  const across = isRight ? nodeHeight : nodeWidth;
  const rowOf = rowsInBlocks(placed);
  const starts: number[] = [];
  const lengths: number[] = [];
  let end = 0;
  for (const layer of placed.rowLengths.keys()) {
    const rows = rowOf.rows.get(layer) ?? 1;
    starts.push(end);
    lengths.push(rows * along + (rows - 1) * gap);
    end += rows * along + (rows - 1) * gap + layerGap;
  }
  const all = [...placed.slots, ...placed.chains.flat()];
  const low = all.reduce((least, { at, size }) => Math.min(least, at - size / 2), Infinity);
  const high = all.reduce((most, { at, size }) => Math.max(most, at + size / 2), -Infinity);
  const startOf = (slot: Slot) => (starts[slot.layer] ?? 0) + (rowOf.bySlot.get(slot) ?? 0) * (along + gap);
  const point = (length: number, breadth: number) => (isRight ? { x: length, y: breadth } : { x: breadth, y: length });
  const nodes = placed.slots.map((slot, index): PlacedNode => {
    const { x, y } = point(startOf(slot), slot.at - low - across / 2);
    return { id: ids[index] ?? '', x, y, layer: slot.layer, order: slot.order };
  });
  const edges = placed.chains.map((chain, index): PlacedEdge => {
    const edge = graph.edges[index];
    const isBack = edge?.isBack === true;
    const points = chain.map((slot, place) => {
      const isNode = slot.node >= 0;
      const leaves = place === 0 ? !isBack : isBack;
      const length = startOf(slot) + (isNode ? (leaves ? along : 0) : along / 2);
      return point(length, slot.at - low);
    });
    return { from: edge?.original.from ?? '', to: edge?.original.to ?? '', points, isBack };
  });
  const blocks = [...rowOf.rows.keys()].map((layer): PlacedBlock => {
    const members = placed.slots.filter((slot) => slot.layer === layer).map(({ at }) => at);
    const [first, last] = [Math.min(...members), Math.max(...members)];
    const corner = point(starts[layer] ?? 0, first - low - across / 2);
    const extent = point(lengths[layer] ?? 0, last - first + across);
    return { layer, ...corner, width: extent.x, height: extent.y };
  });
  const size = point(Math.max(0, end - layerGap), Math.max(0, high - low));
  return { nodes, edges, blocks, width: size.x, height: size.y };
}

/** In which row of its block each node stands, and how many rows each block has. */
function rowsInBlocks({ slots, rowLengths }: Placed): { bySlot: Map<Slot, number>; rows: Map<number, number> } {
  const bySlot = new Map<Slot, number>();
  const rows = new Map<number, number>();
  const blocks = new Map<number, Slot[]>();
  for (const slot of slots) {
    if ((rowLengths[slot.layer] ?? Infinity) === Infinity) continue;
    const block = blocks.get(slot.layer) ?? [];
    block.push(slot);
    blocks.set(slot.layer, block);
  }
  for (const [layer, block] of blocks) {
    const inRow = rowLengths[layer] ?? 1;
    block.sort((a, b) => a.order - b.order);
    for (const [order, slot] of block.entries()) bySlot.set(slot, Math.floor(order / inRow));
    rows.set(layer, Math.ceil(block.length / inRow));
  }
  return { bySlot, rows };
}
