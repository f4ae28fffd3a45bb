// What one step of a run is in the chat: a line, a card, a piece of text, or nothing. Pure.
import type { Failure, ContextItem } from '../../api';
import type { LiveCall } from '../../core/runs/liveText';
import type {
  AgentStep,
  ModelStep,
  NoticeStep,
  RouteStep,
  RunView,
  StepView,
  TaskView,
  ToolStep,
} from '../../core/runs/runView';
import type { TurnHead, TurnItem } from '../../protocol/chat/chatTurn';

/** Sentences and labels for people, made where `vscode.l10n` is. */
export interface TurnTexts {
  /** What a notice says; undefined for one that people need not see. */
  notice(step: NoticeStep): string | undefined;
  /** What a failed run says, and the button that helps. */
  error(failure: Failure): NonNullable<TurnHead['error']>;
  contextLabel(item: ContextItem, index: number): string;
  findings(count: number): string;
  modelRetry(step: ModelStep): string;
  /** What a task does, waits for or failed with; empty for one that is done. */
  taskNote(task: TaskView, byId: ReadonlyMap<string, TaskView>): string;
}

/** Roles whose text is not part of the answer. */
const SILENT_ROLES = new Set(['router', 'summarizer']);
const SUPERVISOR = 'supervisor';

export interface Shown {
  run: RunView;
  /** Tasks that have a heading: those of a goal. */
  headings: ReadonlyMap<string, TaskView>;
  streaming: ReadonlyMap<string, LiveCall>;
  active: boolean;
  texts: TurnTexts;
}

/** Undefined for a step that has nothing to show, or that a heading says already. */
export function itemFromStep(step: StepView, shown: Shown): TurnItem | undefined {
  const item = itemOf(step, shown);
  if (!item || step.taskId === undefined) return item;
  // Steps without a heading stand on their own.
  return shown.headings.has(step.taskId) ? { ...item, taskId: step.taskId } : item;
}

function itemOf(step: StepView, shown: Shown): TurnItem | undefined {
  const base = { id: step.id, agent: step.agent };
  const ms = step.durationMs === undefined ? {} : { ms: step.durationMs };
  switch (step.kind) {
    case 'route':
      return routeItem(step, ms);
    case 'handoff':
      return {
        ...base,
        kind: 'handoff',
        to: step.to,
        reason: step.reason,
        status: step.status,
        ...(step.why !== undefined && { why: step.why }),
      };
    case 'agent':
      return agentItem(step, shown);
    case 'model':
      return modelItem(step, shown);
    case 'tool':
      return toolItem(step, shown);
    case 'notice': {
      const said = step.data['message'];
      if (step.topic === 'task.progress' && typeof said === 'string') return { ...base, kind: 'message', text: said };
      const text = shown.texts.notice(step);
      return text === undefined ? undefined : { ...base, kind: 'notice', level: step.level, text };
    }
  }
}

/** Who answered last goes on, and whom a person named was named: nothing was decided that would be news. */
function routeItem({ id, agent, to, reason, by }: RouteStep, ms: { ms?: number }): TurnItem | undefined {
  if (by === 'thread' || by === 'mention' || by === 'option') return undefined;
  return { id, agent, kind: 'route', to, reason, isFallback: by === 'fallback', ...ms };
}

function agentItem(step: AgentStep, shown: Shown): TurnItem | undefined {
  if (SILENT_ROLES.has(step.agent)) return undefined;
  if (step.agent === SUPERVISOR && shown.run.plan) return undefined;
  // The heading of a task names its agent; only further attempts need a line of their own.
  const task = step.taskId === undefined ? undefined : shown.headings.get(step.taskId);
  if (task && task.attempts < 2) return undefined;
  // A run that is over has no working agent, whatever its journal lacks.
  const status = step.status === 'running' && !shown.active ? 'failed' : step.status;
  return {
    id: step.id,
    agent: step.agent,
    kind: 'agent',
    status,
    startedAt: step.startedAt,
    ...(step.durationMs !== undefined && { ms: step.durationMs }),
  };
}

function modelItem(step: ModelStep, shown: Shown): TurnItem | undefined {
  if (step.status === 'retrying' && shown.active) {
    return { id: step.id, agent: step.agent, kind: 'notice', level: 'info', text: shown.texts.modelRetry(step) };
  }
  if (SILENT_ROLES.has(step.role) || SILENT_ROLES.has(step.agent)) return undefined;
  if (isPlanning(step, shown.run)) return undefined;
  const live = step.status === 'running' ? shown.streaming.get(step.id) : undefined;
  const text = live?.text ?? step.text;
  const reasoning = live?.reasoning ?? step.reasoning ?? '';
  const streaming = shown.active && step.status === 'running';
  if (!text.trim() && !reasoning.trim() && !streaming) return undefined;
  return { id: step.id, agent: step.agent, kind: 'text', text, reasoning, streaming };
}

/** The text of a plan is shown as its tasks. What the supervisor was asked since it joins the results is the answer. */
function isPlanning(step: ModelStep, { plan, synthesis }: RunView): boolean {
  if (!plan || step.taskId !== undefined || step.agent !== SUPERVISOR) return false;
  return !synthesis || step.startedAt < synthesis.startedAt;
}

function toolItem(step: ToolStep, shown: Shown): TurnItem | undefined {
  // A handoff has a line of its own.
  if (step.tool.startsWith('transfer_to_')) return undefined;
  const file = fileOf(step);
  const pending = step.status === 'requested' || step.status === 'running';
  return {
    id: step.id,
    agent: step.agent,
    kind: 'tool',
    tool: step.tool,
    title: step.title,
    status: pending && !shown.active ? 'failed' : step.status,
    startedAt: step.startedAt,
    ...(file && { file }),
    ...(step.findings !== undefined && { outcome: shown.texts.findings(step.findings) }),
    ...(step.durationMs !== undefined && { ms: step.durationMs }),
  };
}

function fileOf(step: ToolStep): { path: string; line?: number } | undefined {
  const input = typeof step.input === 'object' && step.input !== null ? (step.input as Record<string, unknown>) : {};
  const path = typeof input['path'] === 'string' && input['path'] !== '' ? input['path'] : onlyOne(step.files);
  if (path === undefined) return undefined;
  const line = [input['startLine'], input['line']].find((value) => typeof value === 'number');
  return { path, ...(line !== undefined && { line }) };
}

/** One of many results would pass for what the tool was asked about. */
function onlyOne(files: readonly string[] | undefined): string | undefined {
  return files?.length === 1 ? files[0] : undefined;
}

/** Which model each agent used in the end, by the id of the agent's step: tasks work side by side. */
export function modelsOf(steps: readonly StepView[]): Map<string, string> {
  const models = new Map<string, string>();
  const working = new Map<string, string>();
  for (const step of steps) {
    const key = `${step.taskId ?? ''}/${step.agent}`;
    if (step.kind === 'agent') working.set(key, step.id);
    if (step.kind !== 'model' || SILENT_ROLES.has(step.role)) continue;
    const agentId = working.get(key);
    if (agentId !== undefined) models.set(agentId, step.model);
  }
  return models;
}
