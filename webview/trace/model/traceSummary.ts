// A trace in numbers, for its line above the waterfall and for those who can't see it.
import { SPAN_KINDS } from '../../../src/protocol/trace/spanMessages';
import { isFailed } from './spanQuery';
import type { SpanTree } from './spanTree';

export interface AgentShare {
  agent: string;
  /** Spans that name the agent as their own or inherit it. */
  spans: number;
  /** Milliseconds of its `invoke_agent` spans, added up. */
  workedMs: number;
}

export interface TraceFigures {
  spans: number;
  running: number;
  errors: number;
  durationMs: number;
  modelCalls: number;
  toolCalls: number;
  /** Summed over model calls only; undefined when none of them told. */
  tokensIn: number | undefined;
  tokensOut: number | undefined;
  costUsd: number | undefined;
  /** Some model call did not tell its cost. */
  costIsPartial: boolean;
  agents: AgentShare[];
  /** Spans with any mark. */
  marked: number;
  /** Names of what went wrong, the first ones. */
  failed: string[];
}

const CHAT = SPAN_KINDS.indexOf('chat');
const TOOL = SPAN_KINDS.indexOf('tool');
const AGENT = SPAN_KINDS.indexOf('agent');
const MAX_NAMED = 5;

export function figuresOf(tree: SpanTree, now: number): TraceFigures {
  tree.settle();
  const figures: TraceFigures = {
    spans: tree.size,
    running: tree.openCount,
    errors: 0,
    durationMs: tree.openCount > 0 ? now : tree.latestTime,
    modelCalls: 0,
    toolCalls: 0,
    tokensIn: undefined,
    tokensOut: undefined,
    costUsd: undefined,
    costIsPartial: false,
    agents: [],
    marked: 0,
    failed: [],
  };
  const agents = new Map<number, AgentShare>();
  for (let span = 1; span <= tree.size; span += 1) {
    countSpan(figures, tree, span);
    const word = tree.agent.at(span);
    if (word === 0) continue;
    const share = agents.get(word) ?? { agent: tree.wordOf(word), spans: 0, workedMs: 0 };
    agents.set(word, share);
    share.spans += 1;
    if (tree.kind.at(span) === AGENT) share.workedMs += tree.endOf(span, now) - tree.start.at(span);
  }
  figures.agents = [...agents.values()].sort((a, b) => b.workedMs - a.workedMs || b.spans - a.spans);
  return figures;
}

function countSpan(figures: TraceFigures, tree: SpanTree, span: number): void {
  if (tree.marksOf(span) !== 0) figures.marked += 1;
  if (isFailed(tree.state.at(span))) {
    figures.errors += 1;
    if (figures.failed.length < MAX_NAMED) figures.failed.push(tree.wordOf(tree.name.at(span)));
  }
  const kind = tree.kind.at(span);
  if (kind === TOOL) figures.toolCalls += 1;
  if (kind !== CHAT) return;
  figures.modelCalls += 1;
  figures.tokensIn = added(figures.tokensIn, tree.tokensIn.at(span));
  figures.tokensOut = added(figures.tokensOut, tree.tokensOut.at(span));
  figures.costUsd = added(figures.costUsd, tree.cost.at(span));
  if (tree.cost.at(span) === -1) figures.costIsPartial = true;
}

/** What is unknown is no 0. */
function added(sum: number | undefined, value: number): number | undefined {
  return value === -1 ? sum : (sum ?? 0) + value;
}
