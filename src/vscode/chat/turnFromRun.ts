// A run as the chat shows it. Pure: sentences come in through `TurnTexts`, so that it runs (and is tested) without VS Code.
import type { Approval, ContextItem } from '../../api';
import type { LiveCall } from '../../core/runs/liveText';
import { isWorkingTask } from '../../core/runs/runStates';
import { titleOf } from '../../core/runs/runTitle';
import type { RunView, StepView } from '../../core/runs/runView';
import {
  isActive,
  type Chip,
  type Turn,
  type TurnApproval,
  type TurnHead,
  type TurnItem,
} from '../../protocol/chat/chatTurn';
import { isChange } from '../changes/openChanges';
import { isGoal, withGoal } from './goalItems';
import { itemFromStep, modelsOf, type Shown, type TurnTexts } from './stepItems';

/** At most so many lines of one answer are shown, headings of tasks not counted; the oldest tool lines go first. */
export const MAX_ITEMS = 400;

/** Makes a turn; `live` are the calls of this run that are streaming now. */
export function turnFromRun(run: RunView, live: readonly LiveCall[], texts: TurnTexts): Turn {
  const shown: Shown = {
    run,
    headings: new Map(isGoal(run) ? run.tasks.map((task) => [task.id, task]) : []),
    streaming: new Map(live.map((call) => [call.callId, call])),
    active: isActive(run.status),
    texts,
  };
  const items = itemsInOrder(run.steps, (step) => itemFromStep(step, shown));
  nameModels(items, run);
  addFinalText(items, run, shown.active);
  const said = withoutRepeats(withoutSpokenVerdict(items, run), run);
  const kept = said.length > MAX_ITEMS ? shorten(said) : said;
  return { head: headFromRun(run, texts), items: isGoal(run) ? withGoal(kept, shown) : kept };
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

/** Answers that stand side by side, unjoined, are above already: of their sum only what is new stays. */
function withoutRepeats(items: readonly TurnItem[], run: RunView): TurnItem[] {
  const parts = isGoal(run) ? [] : run.tasks.filter(({ text }) => text.trim() !== '');
  if (parts.length < 2) return [...items];
  return items.flatMap((item) => {
    if (item.kind !== 'text' || parts.some(({ text }) => !item.text.includes(text))) return item;
    const text = parts.reduce(
      (left, { agent, text: said }) => left.replace(`### ${agent}\n\n`, '').replace(said, () => ''),
      item.text,
    );
    return text.trim() === '' ? [] : { ...item, text: text.trim() };
  });
}

function headFromRun(run: RunView, texts: TurnTexts): TurnHead {
  const { inputTokens, outputTokens, modelCalls, costUsd, complete } = run.usage;
  return {
    runId: run.runId,
    kind: run.kind,
    request: shownRequest(run),
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

/** What the person said; of a request that an action made for them, what the action is called. */
function shownRequest({ kind, title, request }: RunView): string {
  return kind === 'ask' && title !== '' && title !== titleOf(request) ? title : request;
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

/** Writes beside each agent which model it used. */
function nameModels(items: TurnItem[], run: RunView): void {
  const models = modelsOf(run.steps);
  for (const item of items) {
    const model = item.kind === 'agent' ? models.get(item.id) : undefined;
    if (item.kind === 'agent' && model !== undefined) item.model = model;
  }
}

/** The answer of a run that no model step shows (a goal's joined results, say) still has to be read. */
function addFinalText(items: TurnItem[], run: RunView, active: boolean): void {
  const text = run.text.trim();
  if (active || !text) return;
  if (items.some((item) => item.kind === 'text' && item.taskId === undefined && item.text.includes(text))) return;
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
