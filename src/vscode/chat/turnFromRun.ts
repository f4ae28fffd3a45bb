// A run as the chat shows it. Pure: sentences come in through `TurnTexts`, so that it runs (and is tested) without VS Code.
import type { Approval, ContextItem, Failure } from '../../api';
import type { LiveCall } from '../../core/runs/liveText';
import { isWorkingTask } from '../../core/runs/runStates';
import type { AgentStep, ModelStep, NoticeStep, RouteStep, RunView, StepView, ToolStep } from '../../core/runs/runView';
import { isChange } from '../changes/openChanges';
import {
  isActive,
  type Chip,
  type Turn,
  type TurnApproval,
  type TurnHead,
  type TurnItem,
} from '../../protocol/chat/chatTurn';

/** Sentences and labels for people, made where `vscode.l10n` is. */
export interface TurnTexts {
  /** What a notice says; undefined for one that people need not see. */
  notice(step: NoticeStep): string | undefined;
  /** What a failed run says, and the button that helps. */
  error(failure: Failure): NonNullable<TurnHead['error']>;
  contextLabel(item: ContextItem, index: number): string;
  findings(count: number): string;
  modelRetry(step: ModelStep): string;
}

/** At most so many lines of one answer are shown; the oldest tool lines go first. */
export const MAX_ITEMS = 400;

/** Roles whose text is not part of the answer. */
const SILENT_ROLES = new Set(['router', 'summarizer']);

/** Makes a turn; `live` are the calls of this run that are streaming now. */
export function turnFromRun(run: RunView, live: readonly LiveCall[], texts: TurnTexts): Turn {
  const streaming = new Map(live.map((call) => [call.callId, call]));
  const active = isActive(run.status);
  const items = itemsInOrder(run.steps, (step) => itemFromStep(step, { streaming, active, texts }));
  nameModels(items, run.steps);
  addFinalText(items, run, active);
  const shown = withoutSpokenVerdict(items, run);
  return { head: headFromRun(run, texts), items: shown.length > MAX_ITEMS ? shorten(shown) : shown };
}

/** What happened, in order; what agents did at once stands together by agent, where each began. */
function itemsInOrder(steps: readonly StepView[], itemOf: (step: StepView) => TurnItem | undefined): TurnItem[] {
  const parts: TurnItem[][] = [];
  const byTask = new Map<string, TurnItem[]>();
  for (const step of steps) {
    const item = itemOf(step);
    if (!item) continue;
    const own = step.taskId === undefined ? undefined : byTask.get(step.taskId);
    if (own) {
      own.push(item);
      continue;
    }
    const part = [item];
    parts.push(part);
    if (step.taskId !== undefined) byTask.set(step.taskId, part);
  }
  return parts.flat();
}

/** The arbiter's answer to several answers begins with its verdict. */
function withoutSpokenVerdict(items: TurnItem[], run: RunView): TurnItem[] {
  const verdicts = new Set(
    run.steps.flatMap((step) => (step.kind === 'notice' && step.topic === 'conflict.resolved' ? step.id : [])),
  );
  if (verdicts.size === 0 || !items.some((item) => item.kind === 'text' && item.agent === 'arbiter')) return items;
  return items.filter((item) => !verdicts.has(item.id));
}

function headFromRun(run: RunView, texts: TurnTexts): TurnHead {
  const { inputTokens, outputTokens, modelCalls, costUsd, complete } = run.usage;
  return {
    runId: run.runId,
    kind: run.kind,
    request: run.request,
    context: run.context.map((item, index) => chipFromContext(item, index, texts)),
    status: run.status,
    ...agentOf(run),
    startedAt: run.startedAt,
    ...(run.endedAt !== undefined && { endedAt: run.endedAt }),
    usage: { inputTokens, outputTokens, modelCalls, complete, ...(costUsd !== undefined && { costUsd }) },
    ...(run.error && { error: texts.error(run.error) }),
    approvals: run.approvals.map(approvalFromRun),
    ...changesOf(run),
  };
}

/** Who answers; while several work at once, all of them. */
function agentOf({ agent, tasks, status }: RunView): Pick<TurnHead, 'agent'> {
  if (agent !== undefined || !isActive(status)) return agent === undefined ? {} : { agent };
  const working = tasks.filter((task) => isWorkingTask(task.status)).map((task) => task.agent);
  const all = working.length > 0 ? working : tasks.length > 0 ? ['arbiter'] : [];
  return all.length === 0 ? {} : { agent: all.join(', ') };
}

/** Hunks shown of one file; the diff shows the rest. */
const MAX_HUNKS = 100;

function changesOf(run: RunView): Pick<TurnHead, 'changes'> {
  const changes = run.changes.filter(isChange);
  if (changes.length === 0) return {};
  return {
    changes: changes.map(({ runId: _runId, hunks, ...rest }) => ({ ...rest, hunks: hunks.slice(0, MAX_HUNKS) })),
  };
}

/** The chip of a piece of context; lines become 1-based. */
export function chipFromContext(item: ContextItem, index: number, texts: Pick<TurnTexts, 'contextLabel'>): Chip {
  const kind = item.image ? 'image' : item.range ? 'selection' : item.uri !== undefined ? 'file' : 'text';
  return {
    id: `context-${index}`,
    kind,
    label: texts.contextLabel(item, index),
    ...(item.uri !== undefined && { uri: item.uri }),
    ...(item.range && { startLine: item.range.start.line + 1, endLine: item.range.end.line + 1 }),
  };
}

function approvalFromRun({ id, agent, title, detail, why, risk, covers }: Approval): TurnApproval {
  return {
    id,
    agent,
    title,
    detail,
    ...(why !== undefined && { why }),
    ...(risk && { risk }),
    ...(covers && { covers }),
  };
}

interface Shown {
  streaming: ReadonlyMap<string, LiveCall>;
  active: boolean;
  texts: TurnTexts;
}

function itemFromStep(step: StepView, shown: Shown): TurnItem | undefined {
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
      return agentItem(step, shown.active);
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

function agentItem(step: AgentStep, active: boolean): TurnItem | undefined {
  if (SILENT_ROLES.has(step.agent)) return undefined;
  // A run that is over has no working agent, whatever its journal lacks.
  const status = step.status === 'running' && !active ? 'failed' : step.status;
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
  const live = step.status === 'running' ? shown.streaming.get(step.id) : undefined;
  const text = live?.text ?? step.text;
  const reasoning = live?.reasoning ?? step.reasoning ?? '';
  const streaming = shown.active && step.status === 'running';
  if (!text.trim() && !reasoning.trim() && !streaming) return undefined;
  return { id: step.id, agent: step.agent, kind: 'text', text, reasoning, streaming };
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

/** Writes beside each agent which model it used: the last one until the next agent took over. */
function nameModels(items: TurnItem[], steps: readonly StepView[]): void {
  const models = new Map<string, string>();
  /** By task, since those work at once. */
  const agentIds = new Map<string | undefined, string>();
  for (const step of steps) {
    const agentId = agentIds.get(step.taskId);
    if (step.kind === 'agent') agentIds.set(step.taskId, step.id);
    else if (step.kind === 'model' && agentId !== undefined && !SILENT_ROLES.has(step.role)) {
      models.set(agentId, step.model);
    }
  }
  for (const item of items) {
    const model = item.kind === 'agent' ? models.get(item.id) : undefined;
    if (item.kind === 'agent' && model !== undefined) item.model = model;
  }
}

/** The answer of a run that no model step shows (a goal's joined results, say) still has to be read. */
function addFinalText(items: TurnItem[], run: RunView, active: boolean): void {
  const text = run.text.trim();
  if (active || !text) return;
  if (items.some((item) => item.kind === 'text' && item.text.includes(text))) return;
  const id = `${run.runId}-answer`;
  items.push({ id, agent: run.agent ?? '', kind: 'text', text: run.text, reasoning: '', streaming: false });
}

function shorten(items: readonly TurnItem[]): TurnItem[] {
  let surplus = items.length - MAX_ITEMS;
  const kept = items.filter((item) => {
    if (surplus === 0 || item.kind !== 'tool') return true;
    surplus -= 1;
    return false;
  });
  return kept.slice(-MAX_ITEMS);
}
