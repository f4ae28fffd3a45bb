// The host's side of the tab Graph: who works on what in the chosen run, as it goes on.
import type { Clock } from '../../core/clock';
import { toDisposable } from '../../core/disposable';
import { graphOfRun, type GraphNode, type RunGraph } from '../../core/runs/runGraph';
import { graphSinceSchema, MAX_NODES, type GraphBatch, type ShownNode } from '../../protocol/trace/graphMessages';
import { GRAPH_STRINGS } from '../../protocol/trace/graphStrings';
import { ProjectionFeed } from './projectionFeed';
import type { RunOfTrace } from './runOfTrace';
import type { TraceTab } from './traceTab';

export interface GraphTabOptions {
  run: RunOfTrace;
  clock: Clock;
  showError: (error: unknown) => void;
}

const INTERVAL_MS = 100;

export function createGraphTab({ run, clock, showError }: GraphTabOptions): TraceTab {
  return {
    id: 'graph',
    strings: GRAPH_STRINGS,
    open: (page, since) => {
      const known = graphSinceSchema.safeParse(since);
      const traceId = known.success ? known.data.traceId : undefined;
      const differ = new GraphDiffer(traceId ?? '');
      return new ProjectionFeed<GraphBatch>({
        clock,
        page,
        intervalMs: INTERVAL_MS,
        onError: showError,
        follow: (changed) => (traceId === undefined ? toDisposable(() => undefined) : run.follow(traceId, changed)),
        compute: async () => {
          if (traceId === undefined) return undefined;
          return differ.next(await run.read(traceId, graphOfRun));
        },
      });
    },
  };
}

/** Remembers what the page has. */
export class GraphDiffer {
  private readonly sent = new Map<string, string>();
  private shape = '';
  private isFirst = true;

  constructor(private readonly traceId: string) {}

  /** What is new in a graph; undefined if nothing is. */
  next(graph: RunGraph | undefined): GraphBatch | undefined {
    const { isFirst } = this;
    this.isFirst = false;
    if (!graph) return isFirst ? { traceId: this.traceId, isKnown: false, changed: [], left: 0 } : undefined;
    const nodes = graph.nodes.slice(0, MAX_NODES).map(shown);
    const changed = nodes.filter((node) => this.isNew(node));
    const ids = nodes.map(({ id }) => id);
    const known = new Set(ids);
    const edges = graph.edges.filter(({ from, to }) => known.has(from) && known.has(to));
    const shape = JSON.stringify([ids, edges]);
    const hasNewShape = shape !== this.shape;
    this.shape = shape;
    if (changed.length === 0 && !hasNewShape) return undefined;
    const left = graph.nodes.length - nodes.length;
    return { traceId: this.traceId, isKnown: true, changed, left, ...(hasNewShape && { shape: { ids, edges } }) };
  }

  private isNew(node: ShownNode): boolean {
    const text = JSON.stringify(node);
    if (this.sent.get(node.id) === text) return false;
    this.sent.set(node.id, text);
    return true;
  }
}

function shown({ startedAt, ...node }: GraphNode): ShownNode {
  return { ...node, ...(startedAt !== undefined && { startedAt: Date.parse(startedAt) }) };
}
