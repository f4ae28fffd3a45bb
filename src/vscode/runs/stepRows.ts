// The rows of what agents did: route, agents with their tools, handoffs; in order. Pure.
import type { AgentStep, HandoffStep, RouteStep, RunView, StepView, ToolStep } from '../../core/runs/runView';
import { agentLook, themeColour } from '../../protocol/agentLook';
import { formatDuration } from '../../protocol/measures';
import { isActiveState } from './activeState';
import { joined, type Row } from './row';
import type { RunWords } from './runRows';

interface StepContext {
  active: boolean;
  now: number;
  words: RunWords;
}

/** Rows of the steps of one task, or of those outside of every task. `now` counts while the run works. */
export function stepRows(view: RunView, taskId: string | undefined, at: { now: number; words: RunWords }): Row[] {
  const context = { ...at, active: isActiveState(view.status) };
  const rows: Row[] = [];
  const tools = new Map<string, Row[]>();
  for (const step of view.steps) {
    if (step.taskId !== taskId || isSilent(step)) continue;
    const id = `${view.runId}/${step.id}`;
    if (step.kind === 'agent') {
      const below: Row[] = [];
      tools.set(step.agent, below);
      const row = agentRow(step, context);
      rows.push({ ...row, id, isOpen: true, ...(taskId !== undefined && { isOpen: false }), children: () => below });
      continue;
    }
    const row = stepRow(step, context);
    if (row) (step.kind === 'tool' ? (tools.get(step.agent) ?? rows) : rows).push({ ...row, id });
  }
  return rows;
}

/** What the route's row, the plan's row and the rows of tasks say. */
function isSilent(step: StepView): boolean {
  return step.kind === 'agent' && (step.agent === 'router' || step.agent === 'supervisor');
}

function stepRow(step: StepView, context: StepContext): Row | undefined {
  switch (step.kind) {
    case 'route':
      return routeRow(step, context.words);
    case 'handoff':
      return handoffRow(step, context.words);
    case 'tool':
      return step.tool.startsWith('transfer_to_') ? undefined : toolRow(step, context);
    case 'agent':
    case 'model':
    case 'notice':
      return undefined;
  }
}

function routeRow(step: RouteStep, words: RunWords): Row {
  return {
    id: step.id,
    label: words.routedTo(step.to),
    description: joined([step.reason, took(step)]),
    icon: 'arrow-swap',
    details: [['reason', step.reason]],
    contextValue: 'step route',
  };
}

function handoffRow(step: HandoffStep, words: RunWords): Row {
  const refused = step.status === 'rejected';
  const reason = refused ? (step.why ?? step.reason) : step.reason;
  return {
    id: step.id,
    label: words.handsOverTo(step.to),
    description: refused ? joined([words.refused, reason]) : reason,
    icon: refused ? 'circle-slash' : 'arrow-right',
    details: [['reason', reason]],
    contextValue: 'step handoff',
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
    description: joined([state, time]),
    icon: look.icon,
    colour: themeColour(look.colour),
    details: [
      ['error', step.error?.message ?? ''],
      ['note', step.note ?? ''],
      ['prompt', step.promptVersion ?? ''],
    ],
    contextValue: 'step agent',
  };
}

function toolRow(step: ToolStep, { active, words }: StepContext): Row {
  const pending = (step.status === 'requested' || step.status === 'running') && active;
  const failed = step.status === 'failed' || (!pending && step.status !== 'completed');
  const found = step.findings === undefined ? '' : words.findings(step.findings);
  return {
    id: step.id,
    label: step.title,
    description: joined([pending ? words.running : '', found, took(step)]),
    icon: pending ? 'loading~spin' : failed ? 'error' : 'check',
    colour: pending ? 'charts.blue' : failed ? 'charts.red' : 'charts.green',
    details: [['files', (step.files ?? []).join(', ')]],
    contextValue: 'step tool',
  };
}

function took({ durationMs }: { durationMs?: number }): string {
  return durationMs === undefined ? '' : formatDuration(durationMs);
}
