// The lines of a graph as they are drawn. What only says in which order a block of many nodes comes is one line to the block.
import type { ShownEdge } from '../../../src/protocol/trace/graphMessages';
import type { GraphLayout, LayoutOptions, PlacedBlock, PlacedEdge } from './graphLayout';

interface Point {
  x: number;
  y: number;
}

export interface SingleLine {
  edge: PlacedEdge;
  kind: ShownEdge['kind'];
  /** Another line stands for it, unless it is looked at. */
  isBundled: boolean;
}

export interface GraphLines {
  single: SingleLine[];
  /** One for all lines of mere order between a node and a block. */
  bundles: { points: Point[] }[];
}

export function linesOf(layout: GraphLayout, edges: readonly ShownEdge[]): GraphLines {
  const kinds = new Map(edges.map(({ from, to, kind }) => [`${from}\n${to}`, kind]));
  const layerOf = new Map(layout.nodes.map(({ id, layer }) => [id, layer]));
  const blocks = new Map(layout.blocks.map((block) => [block.layer, block]));
  const bundles = new Map<string, { points: Point[] }>();
  const single = layout.edges.map((edge): SingleLine => {
    const kind = kinds.get(`${edge.from}\n${edge.to}`) ?? 'order';
    const from = blocks.get(layerOf.get(edge.from) ?? -1);
    const to = blocks.get(layerOf.get(edge.to) ?? -1);
    const isBundled = kind === 'order' && (from ?? to) !== undefined;
    if (isBundled) {
      const key = `${from ? `block ${from.layer}` : edge.from}\n${to ? `block ${to.layer}` : edge.to}`;
      if (!bundles.has(key)) bundles.set(key, { points: bundlePoints(edge, from, to) });
    }
    return { edge, kind, isBundled };
  });
  return { single, bundles: [...bundles.values()] };
}

/** A line that leaves and arrives along the direction of the layers. */
export function pathOf(points: readonly Point[], direction: LayoutOptions['direction']): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x},${first.y}`;
  let from = first;
  for (const to of rest) {
    const [a, b] =
      direction === 'right'
        ? [`${(from.x + to.x) / 2},${from.y}`, `${(from.x + to.x) / 2},${to.y}`]
        : [`${from.x},${(from.y + to.y) / 2}`, `${to.x},${(from.y + to.y) / 2}`];
    path += ` C${a} ${b} ${to.x},${to.y}`;
    from = to;
  }
  return path;
}

function bundlePoints(edge: PlacedEdge, from: PlacedBlock | undefined, to: PlacedBlock | undefined): Point[] {
  const start = edge.points[0] ?? { x: 0, y: 0 };
  const end = edge.points.at(-1) ?? start;
  return [from ? nearestBorder(from, end) : start, to ? nearestBorder(to, start) : end];
}

/** The middle of the side that looks to a point. */
function nearestBorder({ x, y, width, height }: PlacedBlock, point: Point): Point {
  const edge = 6;
  if (point.x <= x) return { x: x - edge, y: y + height / 2 };
  if (point.x >= x + width) return { x: x + width + edge, y: y + height / 2 };
  return { x: x + width / 2, y: point.y <= y ? y - edge : y + height + edge };
}
