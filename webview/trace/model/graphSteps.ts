// Where an arrow key leads in a laid out graph: along the lines, or from one node to the next in its layer.
import type { GraphLayout, PlacedNode } from './graphLayout';

export type GraphStep = 'forward' | 'back' | 'before' | 'after';

/** What an arrow key means where layers go to the right, or down. */
export function stepOf(key: string, direction: 'right' | 'down'): GraphStep | undefined {
  const keys: Record<string, GraphStep> =
    direction === 'right'
      ? { ArrowRight: 'forward', ArrowLeft: 'back', ArrowUp: 'before', ArrowDown: 'after' }
      : { ArrowDown: 'forward', ArrowUp: 'back', ArrowLeft: 'before', ArrowRight: 'after' };
  return keys[key];
}

/** The node that a step leads to; undefined where there is none. Along the lines the nearest one; without a line the next layer's nearest. */
export function neighbourOf(layout: GraphLayout, id: string, step: GraphStep): string | undefined {
  const from = layout.nodes.find((node) => node.id === id);
  if (!from) return undefined;
  if (step === 'before' || step === 'after') {
    const layer = layout.nodes.filter(({ layer: other }) => other === from.layer).sort((a, b) => a.order - b.order);
    return layer[layer.indexOf(from) + (step === 'after' ? 1 : -1)]?.id;
  }
  const linked = new Set(
    layout.edges
      .filter((edge) => (step === 'forward' ? edge.from : edge.to) === id)
      .map((edge) => (step === 'forward' ? edge.to : edge.from)),
  );
  const ahead = (node: PlacedNode) => (step === 'forward' ? node.layer - from.layer : from.layer - node.layer);
  const lined = layout.nodes.filter((node) => linked.has(node.id));
  return nearest(from, lined.length > 0 ? lined : layout.nodes.filter((node) => ahead(node) === 1))?.id;
}

function nearest(from: PlacedNode, nodes: readonly PlacedNode[]): PlacedNode | undefined {
  const distance = ({ x, y }: PlacedNode) => Math.hypot(x - from.x, y - from.y);
  return nodes.reduce<PlacedNode | undefined>(
    (best, node) => (best && distance(best) <= distance(node) ? best : node),
    undefined,
  );
}
