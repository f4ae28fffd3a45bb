// A run as a graph: who worked, on what, and who handed over to whom. Built from the run's view alone, so that it follows a run that goes on.
//
//   request ── router ── qa ──(handoff)── dev            an ask: one node for each time that an agent was in control
//   request ── router ── plan ── task ── task ── synthesis   a goal: its tasks by their dependencies
//
// Nodes stand in the order in which they came to be, and every edge but those of a cyclic plan goes from an earlier node to a later one.
import type { RunState, TaskState } from '../../api';
import { isWorkingTask } from './runStates';
import type { AgentStep, HandoffStep, RouteStep, RunView, TaskView } from './runView';

export interface GraphNode {
  /** Stable within the run. */
  id: string;
  kind: 'request' | 'agent' | 'refusal' | 'plan' | 'task' | 'synthesis';
  /** What it is about: the request, a task's title; for an agent its name. */
  label: string;
  agent?: string;
  /** Absent for what has no state: the request. */
  state?: TaskState;
  startedAt?: string;
  /** How long it took; absent while it goes on. */
  durationMs?: number;
  attempts?: number;
  /** Why it was handed over, refused or stopped, what went wrong, what it does now. */
  note?: string;
  /** Agents that worked on a task, in order, where it was handed over. */
  via?: string[];
  spanId?: string;
}

export interface GraphEdge {
  from: string;
  to: string;
  kind: 'order' | 'handoff' | 'refused' | 'dependency';
}

export interface RunGraph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export type GraphedRun = Pick<
  RunView,
  'title' | 'request' | 'status' | 'steps' | 'tasks' | 'approvals' | 'startedAt' | 'rootSpanId'
> &
  Partial<Pick<RunView, 'plan' | 'synthesis'>>;

const REQUEST = 'request';
const PLAN = 'plan';
const SYNTHESIS = 'synthesis';
const SUPERVISOR = 'supervisor';
const ROUTER = 'router';
const ARBITER = 'arbiter';
/** Work beside the story: condensing a history. */
const HIDDEN: ReadonlySet<string> = new Set(['summarizer']);
/** Choices that were not the router's. */
const NOT_ROUTED: ReadonlySet<string> = new Set(['mention', 'option', 'thread']);
const MAX_NOTE = 300;

export function graphOfRun(run: GraphedRun): RunGraph {
  const builder = new GraphBuilder(run);
  for (const step of run.steps) {
    if (step.kind === 'agent') builder.addAgent(step);
    if (step.kind === 'route') builder.addRoute(step);
    if (step.kind === 'handoff') builder.addHandoff(step);
  }
  return builder.finish();
}

/** A decision about who works next, until that agent begins. */
interface Link {
  from: string;
  to: string;
  kind: GraphEdge['kind'];
  reason: string;
}

class GraphBuilder {
  private readonly nodes: GraphNode[];
  private readonly edges: GraphEdge[] = [];
  private readonly links: Link[] = [];
  /** The node that stands for an agent's latest turn. */
  private readonly latest = new Map<string, string>();
  /** Agents by task, in the order in which they worked on it. */
  private readonly workers = new Map<string, string[]>();
  private readonly taskSpans = new Map<string, string>();
  /** Turns of the arbiter, which come after what they settle. */
  private readonly arbiters: GraphNode[] = [];
  /** Several agents were asked the same: a task for each, and no plan. */
  private readonly isSeveral: boolean;

  constructor(private readonly run: GraphedRun) {
    const { title, request, startedAt, rootSpanId, plan, tasks } = run;
    this.isSeveral = !plan && tasks.every(({ id, agent }) => id === agent);
    this.nodes = [
      {
        id: REQUEST,
        kind: 'request',
        label: title === '' ? request : title,
        ...(startedAt !== '' && { startedAt }),
        ...(rootSpanId !== undefined && { spanId: rootSpanId }),
      },
    ];
  }

  addAgent(step: AgentStep): void {
    if (step.taskId !== undefined) {
      this.noteWorker(step.taskId, step);
      return;
    }
    if (step.agent === SUPERVISOR || HIDDEN.has(step.agent)) return;
    const id = `agent:${step.id}`;
    const link = this.takeLink(step.agent);
    const note = step.error?.message ?? link?.reason;
    const node: GraphNode = {
      id,
      kind: 'agent',
      label: step.agent,
      agent: step.agent,
      state: this.stateOf(step),
      startedAt: step.startedAt,
      ...(step.status !== 'running' && step.durationMs !== undefined && { durationMs: step.durationMs }),
      ...(note !== undefined && note !== '' && { note: note.slice(0, MAX_NOTE) }),
      ...(step.spanId !== undefined && { spanId: step.spanId }),
    };
    if (step.agent === ARBITER && !link) {
      this.arbiters.push(node);
      return;
    }
    this.nodes.push(node);
    this.edges.push({ from: link?.from ?? REQUEST, to: id, kind: link?.kind ?? 'order' });
    this.latest.set(step.agent, id);
  }

  addRoute({ by, to, reason }: RouteStep): void {
    const router = NOT_ROUTED.has(by) ? undefined : this.latest.get(ROUTER);
    const kind = router === undefined ? 'order' : 'handoff';
    this.links.push({ from: router ?? REQUEST, to, kind, reason: router === undefined ? '' : reason });
  }

  addHandoff(step: HandoffStep): void {
    if (step.taskId !== undefined) return;
    const from = this.latest.get(step.agent) ?? REQUEST;
    if (step.status === 'rejected') this.addRefusal(step, from);
    // The router's decision and the transfer that carries it out are one.
    else if (!this.links.some((link) => link.from === from && link.to === step.to)) {
      this.links.push({ from, to: step.to, kind: 'handoff', reason: step.reason });
    }
  }

  finish(): RunGraph {
    const { plan, tasks, synthesis } = this.run;
    if (plan || (tasks.length > 0 && !this.isSeveral)) this.addPlan();
    for (const task of tasks) this.addTask(task);
    this.connectTasks();
    for (const node of this.arbiters) this.addArbiter(node);
    if (synthesis) this.addSynthesis();
    return { nodes: this.nodes, edges: this.edges };
  }

  private addRefusal(step: HandoffStep, from: string): void {
    const id = `refusal:${step.id}`;
    this.nodes.push({
      id,
      kind: 'refusal',
      label: step.to,
      agent: step.to,
      state: 'skipped',
      startedAt: step.startedAt,
      note: (step.why ?? step.reason).slice(0, MAX_NOTE),
      ...(step.spanId !== undefined && { spanId: step.spanId }),
    });
    this.edges.push({ from, to: id, kind: 'refused' });
  }

  private addPlan(): void {
    const { plan } = this.run;
    const link = this.takeLink(SUPERVISOR);
    const revised = plan && plan.revised > 0;
    this.nodes.push({
      id: PLAN,
      kind: 'plan',
      label: '',
      agent: SUPERVISOR,
      state: plan ? this.settled(plan.status) : 'completed',
      ...(plan && { startedAt: plan.startedAt, ...durationOf(plan) }),
      ...(plan?.error && { note: plan.error.message.slice(0, MAX_NOTE) }),
      ...(revised && { attempts: plan.revised + 1 }),
    });
    this.edges.push({ from: link?.from ?? REQUEST, to: PLAN, kind: link?.kind ?? 'order' });
  }

  private addTask(task: TaskView): void {
    const via = this.workers.get(task.id) ?? [];
    const spanId = this.taskSpans.get(task.id);
    const note = task.error?.message ?? task.reason ?? task.activities.at(-1)?.title;
    this.nodes.push({
      id: taskNode(task.id),
      kind: 'task',
      label: this.isSeveral || task.title === '' ? task.id : task.title,
      agent: task.agent,
      state: this.settled(task.status),
      ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
      ...durationOf(task),
      ...(task.attempts > 1 && { attempts: task.attempts }),
      ...(note !== undefined && note !== '' && { note: note.slice(0, MAX_NOTE) }),
      ...(via.length > 1 && { via }),
      ...(spanId !== undefined && { spanId }),
    });
  }

  private connectTasks(): void {
    const known = new Set(this.run.tasks.map(({ id }) => id));
    for (const { id, dependencies } of this.run.tasks) {
      const from = [...new Set(dependencies)].filter((dependency) => known.has(dependency) && dependency !== id);
      for (const dependency of from) {
        this.edges.push({ from: taskNode(dependency), to: taskNode(id), kind: 'dependency' });
      }
      if (from.length === 0)
        this.edges.push({ from: this.isSeveral ? REQUEST : PLAN, to: taskNode(id), kind: 'order' });
    }
  }

  private addSynthesis(): void {
    const { synthesis, tasks } = this.run;
    if (!synthesis) return;
    this.nodes.push({
      id: SYNTHESIS,
      kind: 'synthesis',
      label: '',
      agent: SUPERVISOR,
      state: this.settled(synthesis.status),
      startedAt: synthesis.startedAt,
      ...durationOf(synthesis),
      ...(synthesis.error && { note: synthesis.error.message.slice(0, MAX_NOTE) }),
    });
    const needed = new Set(tasks.flatMap(({ dependencies }) => dependencies));
    const last = tasks.filter(({ id }) => !needed.has(id)).map(({ id }) => taskNode(id));
    for (const from of last.length > 0 ? last : [PLAN]) this.edges.push({ from, to: SYNTHESIS, kind: 'order' });
  }

  /** The arbiter settles what was done before it: the tasks that had ended and that no other ended one builds on. */
  private addArbiter(node: GraphNode): void {
    const ended = this.run.tasks.filter(
      ({ endedAt }) => endedAt !== undefined && node.startedAt !== undefined && endedAt <= node.startedAt,
    );
    const needed = new Set(ended.flatMap(({ dependencies }) => dependencies));
    const last = ended.filter(({ id }) => !needed.has(id)).map(({ id }) => taskNode(id));
    this.nodes.push(node);
    for (const from of last.length > 0 ? last : [REQUEST]) this.edges.push({ from, to: node.id, kind: 'order' });
  }

  private noteWorker(taskId: string, { agent, spanId }: AgentStep): void {
    if (spanId !== undefined && !this.taskSpans.has(taskId)) this.taskSpans.set(taskId, spanId);
    const workers = this.workers.get(taskId) ?? [];
    if (workers.at(-1) !== agent) workers.push(agent);
    this.workers.set(taskId, workers);
  }

  private takeLink(agent: string): Link | undefined {
    const index = this.links.findLastIndex(({ to }) => to === agent);
    return index < 0 ? undefined : this.links.splice(index, 1)[0];
  }

  private stateOf(step: AgentStep): TaskState {
    const waits = this.run.approvals.some(({ taskId, agent }) => taskId === undefined && agent === step.agent);
    return this.settled(step.status === 'running' && waits ? 'waiting-approval' : step.status);
  }

  /** Nothing works on in a run that has ended. */
  private settled(state: TaskState): TaskState {
    return isWorkingTask(state) ? (STATE_AFTER[this.run.status] ?? state) : state;
  }
}

const STATE_AFTER: Partial<Record<RunState, TaskState>> = {
  completed: 'completed',
  partial: 'interrupted',
  failed: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

function taskNode(id: string): string {
  return `task:${id}`;
}

function durationOf({ startedAt, endedAt }: { startedAt?: string; endedAt?: string }): { durationMs?: number } {
  if (startedAt === undefined || endedAt === undefined) return {};
  return { durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) };
}
