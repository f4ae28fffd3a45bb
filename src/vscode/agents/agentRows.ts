// What the rows of the agents tree say. Pure: words come in, so that it runs without VS Code.
import type { RunSummary } from '../../api';
import type { AgentSpec } from '../../core/agents/agentSpec';
import type { BreakerState } from '../../core/resilience/circuitBreaker';
import type { ReactionView } from '../../core/reactions/reactionView';
import type { ReadyMadeReaction } from '../../core/reactions/readyMade';
import type { AgentFigure } from '../../core/runs/agentFigures';
import { agentLook, themeColour } from '../../protocol/agentLook';
import { formatCost, formatDuration, formatTokens } from '../../protocol/measures';

/** An agent as it is now. */
export interface AgentNow {
  spec: AgentSpec;
  isEnabled: boolean;
  isPaused: boolean;
  promptVersion: string;
  breaker: { state: BreakerState; failures: number };
  figure: AgentFigure | undefined;
  /** Runs that it works for now. */
  runs: readonly RunSummary[];
  reactions: readonly ReactionView[];
  /** Ready-made ones that are off. */
  offered: readonly ReadyMadeReaction[];
  nowMs: number;
}

/** Words for people, made where `vscode.l10n` is. */
export interface AgentWords {
  idle: string;
  running: string;
  paused: string;
  off: string;
  breakerOpen: string;
  runs(count: number): string;
  tokens(formatted: string): string;
  errors(percent: string): string;
  names: Record<'breaker' | 'latency' | 'tokens' | 'cost' | 'errors' | 'prompt' | 'reactions', string>;
  breaker(state: BreakerState, failures: number): string;
  percentiles(p50: string, p95: string): string;
  tokensInOut(input: string, output: string): string;
  unknown: string;
  atLeast(cost: string): string;
  failures(failed: number, all: number, reason: string): string;
  when(topic: string): string;
  hold(hold: NonNullable<ReactionView['hold']>): string;
  waiting(count: number): string;
  fired(ago: string): string;
  offered: string;
  importThem: string;
  /** The first of some files, and how many more there are. */
  files(first: string, more: number): string;
}

export interface AgentRow {
  /** Stable within the tree. */
  id: string;
  label: string;
  description: string;
  icon: string;
  /** A colour of the theme; absent: the text's. */
  colour?: string;
  /** What the menus go by, e.g. `agent enabled active closed file`. */
  contextValue: string;
  /** Set on rows that a view has shown. */
  fromTree?: true;
  /** What commands read. */
  agent?: string;
  reaction?: string;
  runId?: string;
  tooltip?: string;
  children?: AgentRow[];
  isOpen?: boolean;
}

export function agentRow(now: AgentNow, words: AgentWords): AgentRow {
  const { spec, isEnabled, isPaused, breaker } = now;
  const flags = [
    isEnabled ? 'enabled' : 'disabled',
    isPaused ? 'paused' : 'active',
    breaker.state === 'closed' ? 'closed' : 'open',
    spec.source,
  ];
  return {
    id: spec.name,
    label: spec.name,
    description: [stateOf(now, words), ...figuresOf(now, words)].filter(Boolean).join(' · '),
    ...iconOf(now),
    contextValue: `agent ${flags.join(' ')}`,
    agent: spec.name,
    tooltip: spec.description,
    children: childrenOf(now, words),
  };
}

/** The offer to import what other tools have left here; none where nothing waits. */
export function importRow([first, ...more]: readonly string[], words: AgentWords): AgentRow[] {
  if (first === undefined) return [];
  const description = words.files(first, more.length);
  return [{ id: '#import', label: words.importThem, description, icon: 'lightbulb', contextValue: 'import' }];
}

function stateOf({ isEnabled, isPaused, breaker, runs }: AgentNow, words: AgentWords): string {
  if (!isEnabled) return words.off;
  if (isPaused) return words.paused;
  if (runs.length > 0) return words.running;
  return breaker.state === 'open' ? words.breakerOpen : words.idle;
}

function figuresOf({ figure }: AgentNow, words: AgentWords): string[] {
  if (!figure || figure.runs === 0) return [];
  const { runs, latencyP50Ms, inputTokens, outputTokens, costUsd, errorRate = 0 } = figure;
  const tokens = inputTokens + outputTokens;
  return [
    words.runs(runs),
    latencyP50Ms === undefined ? '' : formatDuration(latencyP50Ms),
    tokens === 0 ? '' : words.tokens(formatTokens(tokens)),
    costUsd === undefined ? '' : formatCost(costUsd),
    errorRate === 0 ? '' : words.errors(percentOf(errorRate)),
  ];
}

function iconOf({ spec, isEnabled, isPaused, breaker, runs }: AgentNow): { icon: string; colour?: string } {
  if (!isEnabled) return { icon: 'circle-slash' };
  if (isPaused) return { icon: 'debug-pause', colour: 'charts.yellow' };
  if (runs.length > 0) return { icon: 'loading~spin', colour: 'charts.blue' };
  if (breaker.state !== 'closed') return { icon: 'warning', colour: themeColour('orange') };
  const look = agentLook(spec.name);
  return { icon: look.icon, colour: themeColour(look.colour) };
}

function childrenOf(now: AgentNow, words: AgentWords): AgentRow[] {
  const { spec, breaker, promptVersion } = now;
  const { name } = spec;
  const line = (
    id: keyof AgentWords['names'],
    description: string,
    icon: string,
    contextValue = 'figure',
  ): AgentRow => ({
    id: `${name}/${id}`,
    label: words.names[id],
    description,
    icon,
    contextValue,
    agent: name,
  });
  const isOpen = breaker.state !== 'closed';
  return [
    ...now.runs.map((run) => runningRow(name, run, now.nowMs)),
    line(
      'breaker',
      words.breaker(breaker.state, breaker.failures),
      isOpen ? 'warning' : 'shield',
      isOpen ? 'breaker open' : 'breaker',
    ),
    ...measures(now, words, line),
    line('prompt', promptVersion, 'output', 'prompt'),
    ...reactionRows(now, words),
  ];
}

function runningRow(agent: string, run: RunSummary, nowMs: number): AgentRow {
  return {
    id: `${agent}/run/${run.runId}`,
    label: run.title,
    description: formatDuration(nowMs - Date.parse(run.startedAt)),
    icon: 'loading~spin',
    colour: 'charts.blue',
    contextValue: 'working',
    runId: run.runId,
  };
}

type Line = (id: keyof AgentWords['names'], description: string, icon: string) => AgentRow;

function measures({ figure }: AgentNow, words: AgentWords, line: Line): AgentRow[] {
  if (!figure || figure.runs === 0) return [];
  const { latencyP50Ms, latencyP95Ms, inputTokens, outputTokens, modelCalls, failed, succeeded, reasons } = figure;
  const [reason = ''] = Object.entries(reasons).sort(([, a], [, b]) => b - a)[0] ?? [];
  const rows: AgentRow[] = [];
  if (latencyP50Ms !== undefined && latencyP95Ms !== undefined) {
    const text = words.percentiles(formatDuration(latencyP50Ms), formatDuration(latencyP95Ms));
    rows.push(line('latency', text, 'watch'));
  }
  if (modelCalls > 0) {
    rows.push(
      line('tokens', words.tokensInOut(formatTokens(inputTokens), formatTokens(outputTokens)), 'symbol-number'),
    );
    rows.push(line('cost', costOf(figure, words), 'credit-card'));
  }
  if (failed + succeeded > 0) rows.push(line('errors', words.failures(failed, failed + succeeded, reason), 'error'));
  return rows;
}

function costOf({ costUsd, unpricedCalls }: AgentFigure, words: AgentWords): string {
  if (costUsd === undefined) return words.unknown;
  return unpricedCalls > 0 ? words.atLeast(formatCost(costUsd)) : formatCost(costUsd);
}

function reactionRows(now: AgentNow, words: AgentWords): AgentRow[] {
  const { spec, reactions, offered } = now;
  const rows = [
    ...reactions.map((reaction) => reactionRow(reaction, now, words)),
    ...offered.map((ready): AgentRow => ({
      id: `${spec.name}/offered/${ready.id}`,
      label: words.when(ready.reaction.topic),
      description: words.offered,
      icon: 'circle-large-outline',
      contextValue: 'reaction offered',
      reaction: ready.id,
      tooltip: ready.reaction.prompt,
    })),
  ];
  if (rows.length === 0) return [];
  const group: AgentRow = {
    id: `${spec.name}/reactions`,
    label: words.names.reactions,
    description: reactions.length === 0 ? '' : String(reactions.length),
    icon: 'zap',
    contextValue: 'reactions',
    children: rows,
    isOpen: true,
  };
  return [group];
}

function reactionRow(reaction: ReactionView, { spec, nowMs }: AgentNow, words: AgentWords): AgentRow {
  const { key, topic, state, hold, waiting, lastFiredAtMs, prompt, source } = reaction;
  const isReady = source === 'ready-made';
  const parts = [
    state === 'running' ? words.running : '',
    hold === undefined ? '' : words.hold(hold),
    waiting === 0 ? '' : words.waiting(waiting),
    lastFiredAtMs === undefined ? '' : words.fired(formatDuration(nowMs - lastFiredAtMs)),
  ];
  return {
    id: `${spec.name}/reaction/${key}`,
    label: words.when(topic),
    description: parts.filter(Boolean).join(' · '),
    icon: state === 'running' ? 'loading~spin' : state === 'waiting' ? 'clock' : 'zap',
    ...(state === 'running' && { colour: 'charts.blue' }),
    contextValue: isReady ? 'reaction ready-made' : 'reaction own',
    ...(isReady && { reaction: key.replace('ready-made/', '') }),
    tooltip: prompt,
  };
}

function percentOf(share: number): string {
  return `${Math.max(1, Math.round(share * 100))} %`;
}
