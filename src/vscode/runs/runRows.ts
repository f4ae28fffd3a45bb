// What the rows of the runs tree say. Pure: words come in, so that it runs without VS Code.
import type { RunState, RunSummary } from '../../api';
import type { AgentStep, HandoffStep, RouteStep, RunView, StepView, ToolStep } from '../../core/runs/runView';
import { agentLook } from '../../protocol/agentLook';
import { formatCost, formatDuration, formatTokens } from '../../protocol/measures';
import { isActiveState } from './activeState';

/** Words for people, made where `vscode.l10n` is. */
export interface RunWords {
  state(state: RunState): string;
  tokens(formatted: string): string;
  costUnknown: string;
  handsOverTo(agent: string): string;
  routedTo(agent: string): string;
  refused: string;
  failed(reason: string): string;
  findings(count: number): string;
  running: string;
}

export interface Row {
  /** Stable within the tree. */
  id: string;
  label: string;
  description: string;
  /** A codicon. */
  icon: string;
  /** A colour of the theme; absent: the text's. */
  colour?: string;
  /** Markdown is made from these: name and value. */
  details: [name: string, value: string][];
  children: Row[];
}

const STATE_ICONS: Record<RunState, { icon: string; colour?: string }> = {
  running: { icon: 'loading~spin', colour: 'charts.blue' },
  paused: { icon: 'debug-pause', colour: 'charts.yellow' },
  'waiting-approval': { icon: 'question', colour: 'charts.orange' },
  completed: { icon: 'pass', colour: 'charts.green' },
  partial: { icon: 'warning', colour: 'charts.yellow' },
  failed: { icon: 'error', colour: 'charts.red' },
  cancelled: { icon: 'circle-slash' },
  interrupted: { icon: 'debug-disconnect', colour: 'charts.yellow' },
};

/** Label: what was asked. Description: who, state, how long, how many tokens. */
export function runRow(summary: RunSummary, view: RunView | undefined, now: number, words: RunWords): Row {
  const status = view?.status ?? summary.status;
  const agent = view?.agent ?? summary.agent;
  const usage = view?.usage;
  const tokens = usage ? usage.inputTokens + usage.outputTokens : 0;
  const parts = [agent, words.state(status), formatDuration(durationOf(summary, view, now))];
  if (tokens > 0) parts.push(words.tokens(formatTokens(tokens)));
  return {
    id: summary.runId,
    label: summary.title,
    description: parts.filter(Boolean).join(' · '),
    ...STATE_ICONS[status],
    details: view ? runDetails(view, words) : [],
    children: [],
  };
}

/** What the menus of a run go by, e.g. `run ask active`. */
export function runContextValue({ kind, status }: Pick<RunSummary, 'kind' | 'status'>): string {
  return `run ${kind} ${isActiveState(status) ? 'active' : 'ended'} ${status}`;
}

export function durationOf(summary: RunSummary, view: RunView | undefined, now: number): number {
  const endedAt = view?.endedAt ?? summary.endedAt;
  return (endedAt === undefined ? now : Date.parse(endedAt)) - Date.parse(summary.startedAt);
}

function runDetails(view: RunView, words: RunWords): [string, string][] {
  const { usage } = view;
  const cost = usage.costUsd === undefined ? words.costUnknown : formatCost(usage.costUsd);
  const tokens = `${formatTokens(usage.inputTokens)} / ${formatTokens(usage.outputTokens)}${usage.complete ? '' : ' +'}`;
  const details: [string, string][] = [
    ['request', view.request],
    ['agent', view.agent ?? ''],
    ['state', words.state(view.status)],
    ['started', view.startedAt],
    ['tokens', tokens],
    ['calls', String(usage.modelCalls)],
    ['cost', usage.modelCalls === 0 ? '' : cost],
    ['error', view.error?.message ?? ''],
    ['run', view.runId],
    ['trace', view.traceId],
  ];
  return details.filter(([, value]) => value !== '');
}

/** The rows below a run: route, agents with their tools, handoffs; in order. */
export function stepRows(view: RunView, now: number, words: RunWords): Row[] {
  const rows: Row[] = [];
  /** By agent: a task's steps run beside those of others. */
  const open = new Map<string, Row>();
  const active = isActiveState(view.status);
  for (const step of view.steps) {
    const row = stepRow(step, { active, now, words });
    if (!row) continue;
    const id = `${view.runId}/${step.id}`;
    if (step.kind === 'agent') open.set(`${step.taskId ?? ''}/${step.agent}`, { ...row, id });
    const parent = step.kind === 'tool' ? open.get(`${step.taskId ?? ''}/${step.agent}`) : undefined;
    const placed = open.get(`${step.taskId ?? ''}/${step.agent}`);
    if (parent) parent.children.push({ ...row, id });
    else rows.push(step.kind === 'agent' && placed ? placed : { ...row, id });
  }
  return rows;
}

interface StepContext {
  active: boolean;
  now: number;
  words: RunWords;
}

function stepRow(step: StepView, context: StepContext): Row | undefined {
  switch (step.kind) {
    case 'route':
      return routeRow(step, context.words);
    case 'handoff':
      return handoffRow(step, context.words);
    case 'agent':
      return step.agent === 'router' ? undefined : agentRow(step, context);
    case 'tool':
      return step.tool.startsWith('transfer_to_') ? undefined : toolRow(step, context);
    case 'model':
    case 'notice':
      return undefined;
  }
}

function routeRow(step: RouteStep, words: RunWords): Row {
  return {
    id: step.id,
    label: words.routedTo(step.to),
    description: [step.reason, took(step)].filter(Boolean).join(' · '),
    icon: 'arrow-swap',
    details: [['reason', step.reason]],
    children: [],
  };
}

function handoffRow(step: HandoffStep, words: RunWords): Row {
  const refused = step.status === 'rejected';
  const reason = refused ? (step.why ?? step.reason) : step.reason;
  return {
    id: step.id,
    label: words.handsOverTo(step.to),
    description: refused ? `${words.refused} · ${reason}` : reason,
    icon: refused ? 'circle-slash' : 'arrow-right',
    details: [['reason', reason]],
    children: [],
  };
}

function agentRow(step: AgentStep, { active, now, words }: StepContext): Row {
  const look = agentLook(step.agent);
  const working = step.status === 'running' && active;
  const time = working ? formatDuration(now - Date.parse(step.startedAt)) : took(step);
  const state = working ? words.running : step.error ? words.failed(step.error.reason) : '';
  return {
    id: step.id,
    label: step.agent,
    description: [state, time].filter(Boolean).join(' · '),
    icon: look.icon,
    colour: `charts.${look.colour}`,
    details: [
      ['error', step.error?.message ?? ''],
      ['note', step.note ?? ''],
      ['prompt', step.promptVersion ?? ''],
    ],
    children: [],
  };
}

function toolRow(step: ToolStep, { active, words }: StepContext): Row {
  const pending = (step.status === 'requested' || step.status === 'running') && active;
  const failed = step.status === 'failed' || (!pending && step.status !== 'completed');
  const found = step.findings === undefined ? '' : words.findings(step.findings);
  return {
    id: step.id,
    label: step.title,
    description: [pending ? words.running : '', found, took(step)].filter(Boolean).join(' · '),
    icon: pending ? 'loading~spin' : failed ? 'error' : 'check',
    colour: pending ? 'charts.blue' : failed ? 'charts.red' : 'charts.green',
    details: [['files', (step.files ?? []).join(', ')]],
    children: [],
  };
}

function took({ durationMs }: { durationMs?: number }): string {
  return durationMs === undefined ? '' : formatDuration(durationMs);
}
