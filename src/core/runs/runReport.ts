// A run as its report tells it: what was asked, how it was planned, who did what and when, what came out and what it cost. Pure.
import type { FileChange, Failure, Finding, RunKind, RunState, RunUsage, TaskState } from '../../api';
import { layOutPlan, type PlanLayout } from './planLayout';
import { isEnded } from './runStates';
import type { AgentStep, NoticeStep, PhaseView, PlanView, RunView, StepView, TaskView } from './runView';
import { inOrder } from './taskOrder';
import { foldRests, type TimelineBreak } from './timeline';
import { UsageMeter } from './usageMeter';

export interface RunReport {
  runId: string;
  kind: RunKind;
  title: string;
  request: string;
  status: RunState;
  agent?: string;
  startedAt: string;
  endedAt?: string;
  traceId: string;
  /** The answer; empty while there is none. */
  text: string;
  error?: Failure;
  usage: RunUsage;
  /** Dependencies first. Of a run that was no goal: those whom it asked at once, if several. */
  tasks: TaskView[];
  plan?: PlanView;
  synthesis?: PhaseView;
  layout?: PlanLayout;
  timeline: ReportTimeline;
  /** By agent and model, in the order of their first call. */
  costs: ReportCost[];
  handoffs: RunView['handoffs'];
  changes: FileChange[];
  findings: Finding[];
  verdicts: ReportVerdict[];
  /** What went other than planned: limits, guardrails, denials. */
  notices: NoticeStep[];
}

export interface ReportTimeline {
  bars: ReportBar[];
  totalMs: number;
  breaks: TimelineBreak[];
}

export interface ReportBar {
  id: string;
  kind: 'plan' | 'task' | 'synthesis' | 'agent';
  /** The title of a task; empty for the others. */
  title: string;
  agent: string;
  status: TaskState;
  startMs: number;
  endMs: number;
}

export interface ReportCost {
  agent: string;
  model: string;
  usage: RunUsage;
}

/** How a disagreement was settled. */
export interface ReportVerdict {
  id: string;
  between: string[];
  verdict: string;
  explanation: string;
}

/** Bars of a run that is no goal: one for each time that an agent worked. */
const MAX_BARS = 500;
const MAX_NOTICES = 100;
/** Topics that a report tells elsewhere, or that are no news. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([
  'conflict.resolved',
  'plan.rejected',
  'plan.revised',
  'route.fallback',
  'run.paused',
  'run.resumed',
  'run.interrupted',
  'breaker.closed',
]);

export function reportOf(view: RunView, nowMs: number): RunReport {
  const tasks = inOrder(view.tasks);
  const layout = layOutPlan(tasks);
  const { runId, kind, title, request, status, startedAt, traceId, text, usage } = view;
  return {
    ...{ runId, kind, title, request, status, startedAt, traceId, text, usage, tasks },
    ...(view.agent !== undefined && { agent: view.agent }),
    ...(view.endedAt !== undefined && { endedAt: view.endedAt }),
    ...(view.error && { error: view.error }),
    ...(view.plan && { plan: view.plan }),
    ...(view.synthesis && { synthesis: view.synthesis }),
    ...(layout && { layout }),
    timeline: timelineOf(view, tasks, nowMs),
    costs: costsOf(view.steps),
    handoffs: view.handoffs,
    changes: view.changes,
    findings: view.findings,
    verdicts: view.steps.flatMap(verdictOf),
    notices: view.steps.filter(isNews).slice(-MAX_NOTICES),
  };
}

type UnplacedBar = Omit<ReportBar, 'startMs' | 'endMs'> & { startedAt: string; endedAt?: string | undefined };

function timelineOf(view: RunView, tasks: readonly TaskView[], nowMs: number): ReportTimeline {
  const bars = tasks.length > 0 ? goalBars(view, tasks) : agentBars(view);
  // What never ended has stopped with the run.
  const lastMs = isEnded(view.status) && view.endedAt !== undefined ? Date.parse(view.endedAt) : nowMs;
  const spans = bars.map(({ startedAt, endedAt }) => {
    const startMs = Date.parse(startedAt);
    return { startMs, endMs: Math.max(startMs, endedAt === undefined ? lastMs : Date.parse(endedAt)) };
  });
  const folded = foldRests(spans);
  return {
    bars: bars.map(({ startedAt: _startedAt, endedAt: _endedAt, ...bar }, index) => ({
      ...bar,
      startMs: folded.spans[index]?.startMs ?? 0,
      endMs: folded.spans[index]?.endMs ?? 0,
    })),
    totalMs: folded.totalMs,
    breaks: folded.breaks,
  };
}

function goalBars({ plan, synthesis }: RunView, tasks: readonly TaskView[]): UnplacedBar[] {
  const phase = (id: 'plan' | 'synthesis', of: PhaseView | undefined): UnplacedBar[] =>
    of ? [{ id, kind: id, title: '', agent: 'supervisor', status: of.status, ...timesOf(of) }] : [];
  const began = tasks.flatMap(({ id, title, agent, status, startedAt, endedAt }): UnplacedBar[] =>
    startedAt === undefined ? [] : [{ id: `task/${id}`, kind: 'task', title, agent, status, startedAt, endedAt }],
  );
  return [...phase('plan', plan), ...began, ...phase('synthesis', synthesis)];
}

function timesOf({ startedAt, endedAt }: PhaseView): { startedAt: string; endedAt: string | undefined } {
  return { startedAt, endedAt };
}

function agentBars(view: RunView): UnplacedBar[] {
  const isOver = isEnded(view.status);
  return view.steps
    .filter((step): step is AgentStep => step.kind === 'agent')
    .slice(-MAX_BARS)
    .map(({ id, agent, status, startedAt, durationMs }) => ({
      id: `agent/${id}`,
      kind: 'agent',
      title: '',
      agent,
      status: status === 'running' && isOver ? 'cancelled' : status,
      startedAt,
      endedAt: durationMs === undefined ? undefined : new Date(Date.parse(startedAt) + durationMs).toISOString(),
    }));
}

function costsOf(steps: readonly StepView[]): ReportCost[] {
  const lines = new Map<string, { agent: string; model: string; meter: UsageMeter }>();
  for (const step of steps) {
    if (step.kind !== 'model' || !step.usage) continue;
    const { agent, model } = step;
    const key = JSON.stringify([agent, model]);
    const line = lines.get(key) ?? { agent, model, meter: new UsageMeter() };
    // The attempts before the last one reported nothing.
    for (let attempt = 1; attempt < step.attempt; attempt += 1) line.meter.add({});
    line.meter.add(step.usage);
    lines.set(key, line);
  }
  return [...lines.values()].map(({ agent, model, meter }) => ({ agent, model, usage: meter.snapshot() }));
}

function verdictOf(step: StepView): ReportVerdict[] {
  if (step.kind !== 'notice' || step.topic !== 'conflict.resolved') return [];
  const { between, verdict, explanation } = step.data;
  const names = Array.isArray(between) ? between.filter((name) => typeof name === 'string') : [];
  return [{ id: step.id, between: names, verdict: textOf(verdict), explanation: textOf(explanation) }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isNews(step: StepView): step is NoticeStep {
  if (step.kind !== 'notice' || TOLD_ELSEWHERE.has(step.topic)) return false;
  return step.level !== 'info' || step.topic === 'approval.denied';
}
