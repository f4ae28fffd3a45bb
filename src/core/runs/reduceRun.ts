// Makes a run's view from its events. Tolerant: unknown topics are skipped, missing events leave gaps, repeated ones change nothing.
import type { CallUsage, EventEnvelope, RunEnded, RunResult, RunState, RunSummary, TaskResult } from '../../api';
import { isTeamEvent, type TeamEvent } from '../events/teamEvent';
import { reduceChanges } from './reduceChanges';
import { reducePhases } from './reducePhases';
import { reduceStep } from './reduceStep';
import { reduceTask } from './reduceTask';
import { FINAL, isEnded } from './runStates';
import type { RunView, TaskView } from './runView';
import { UsageMeter } from './usageMeter';

/** Roles that work for a run without being in control of it. */
const BACKGROUND_ROLES: ReadonlySet<string> = new Set(['router', 'summarizer', 'arbiter']);
/** Choices of an agent that were not the router's. */
const NOT_ROUTED: ReadonlySet<string> = new Set(['mention', 'option', 'thread']);

/** The view of a run of which no event has been seen. */
export function initialRunView(runId: string): RunView {
  return {
    runId,
    kind: 'ask',
    title: '',
    request: '',
    context: [],
    status: 'running',
    startedAt: '',
    traceId: '',
    text: '',
    usage: new UsageMeter().snapshot(),
    handoffs: [],
    steps: [],
    tasks: [],
    approvals: [],
    changes: [],
    findings: [],
    lastSeq: {},
  };
}

/**
 * The view after `event`, in constant time. Consumes `state`: its arrays are appended to and shared with the result, so only the newest
 * view is valid. What changed is a new object: the view itself, and each step or task that the event touched.
 */
export function reduceRun(state: RunView, event: EventEnvelope): RunView {
  if (event.runId !== state.runId || event.seq <= (state.lastSeq[event.origin] ?? 0)) return state;
  const view: RunView = { ...state };
  view.lastSeq[event.origin] = event.seq;
  view.lastEventId = event.id;
  if (view.startedAt === '') view.startedAt = event.time;
  if (view.traceId === '' && event.traceId !== undefined) view.traceId = event.traceId;
  if (!isTeamEvent(event)) return view;
  reduceLifecycle(view, event);
  reduceProgress(view, event);
  reduceStep(view, event);
  reduceTask(view, event, state.status);
  reducePhases(view, event, state.status);
  reduceChanges(view, event);
  return view;
}

/** Folds a whole journal. */
export function reduceEvents(runId: string, events: Iterable<EventEnvelope>): RunView {
  let view = initialRunView(runId);
  for (const event of events) view = reduceRun(view, event);
  return view;
}

function reduceLifecycle(view: RunView, event: TeamEvent): void {
  switch (event.topic) {
    case 'run.started': {
      const { kind, title, request, context, threadId, agent, agents, replaces } = event.payload;
      Object.assign(view, { kind, title, request, context, startedAt: event.time });
      if (threadId !== undefined) view.threadId = threadId;
      if (agent !== undefined) view.askedAgent = agent;
      if (agents) view.askedAgents = agents;
      if (replaces !== undefined) view.replaces = replaces;
      if (event.spanId !== undefined) view.rootSpanId ??= event.spanId;
      return;
    }
    case 'run.completed': {
      end(view, 'completed', event.time, event.payload);
      return;
    }
    case 'run.partial': {
      end(view, 'partial', event.time, event.payload);
      return;
    }
    case 'run.failed': {
      end(view, 'failed', event.time, event.payload);
      return;
    }
    case 'run.cancelled': {
      end(view, 'cancelled', event.time, event.payload);
      return;
    }
    case 'run.interrupted':
      if (FINAL.has(view.status)) return;
      view.status = 'interrupted';
      view.endedAt = event.time;
      view.approvals = [];
      return;
    case 'run.paused':
      if (!isEnded(view.status)) view.status = 'paused';
      return;
    case 'run.resumed':
      view.status = 'running';
      delete view.endedAt;
      delete view.error;
      return;
    default:
  }
}

/** The first end counts: what comes late changes nothing, unless the run was resumed in between. */
function end(view: RunView, status: RunState, time: string, ended: RunEnded): void {
  if (FINAL.has(view.status)) return;
  view.status = status;
  view.endedAt = time;
  view.text = ended.text;
  view.usage = ended.usage;
  view.approvals = [];
  if (ended.agent !== undefined) view.agent = ended.agent;
  if (ended.error !== undefined) view.error = ended.error;
}

function reduceProgress(view: RunView, event: TeamEvent): void {
  switch (event.topic) {
    case 'route.decided':
      if (!NOT_ROUTED.has(event.payload.by)) addHandoff(view, { from: 'router', ...pickTarget(event.payload) });
      return;
    case 'handoff.completed': {
      addHandoff(view, event.payload);
      return;
    }
    case 'agent.started':
      if (event.agent !== undefined && event.taskId === undefined && !BACKGROUND_ROLES.has(event.agent)) {
        view.agent = event.agent;
      }
      return;
    case 'agent.completed': {
      answered(view, event, event.payload.text);
      return;
    }
    case 'agent.failed': {
      answered(view, event, event.payload.text);
      return;
    }
    case 'model.retrying': {
      // An attempt of which nobody knows what it used.
      addUsage(view, {});
      return;
    }
    case 'model.completed':
    case 'model.failed': {
      addUsage(view, event.payload.usage);
      return;
    }
    default:
  }
}

/** Until the run ends, its text is that of the agent in control. */
function answered(view: RunView, event: TeamEvent, text: string): void {
  if (isEnded(view.status) || event.taskId !== undefined || text === '') return;
  if (event.agent !== undefined && !BACKGROUND_ROLES.has(event.agent)) view.text = text;
}

function pickTarget({ agent, reason }: { agent: string; reason: string }): { to: string; reason: string } {
  return { to: agent, reason };
}

/** The router's decision and the handoff that carries it out are one. */
function addHandoff(view: RunView, { from, to, reason }: { from: string; to: string; reason: string }): void {
  if (from === 'router' && view.handoffs.some((known) => known.from === from && known.to === to)) return;
  view.handoffs.push({ from, to, reason });
}

/** A running sum; the event that ends the run has the exact one. */
function addUsage(view: RunView, usage: CallUsage): void {
  if (isEnded(view.status)) return;
  const meter = new UsageMeter(view.usage);
  meter.add(usage);
  view.usage = meter.snapshot();
}

/** What `runs.get` gives; shares nothing with the view. */
export function toRunResult(view: RunView): RunResult {
  return structuredClone({
    runId: view.runId,
    ...(view.threadId !== undefined && { threadId: view.threadId }),
    kind: view.kind,
    status: view.status,
    ...(view.agent !== undefined && { agent: view.agent }),
    text: view.text,
    handoffs: view.handoffs,
    tasks: view.tasks.map(toTaskResult),
    changes: view.changes,
    findings: view.findings,
    usage: view.usage,
    ...(view.error && { error: view.error }),
    traceId: view.traceId,
  });
}

function toTaskResult(task: TaskView): TaskResult {
  const {
    title: _title,
    description: _description,
    usage: _usage,
    activities: _activities,
    reason: _reason,
    ...result
  } = task;
  return result;
}

/** What `runs.list` gives. */
export function toRunSummary(view: RunView): RunSummary {
  return {
    runId: view.runId,
    kind: view.kind,
    title: view.title,
    status: view.status,
    ...(view.agent !== undefined && { agent: view.agent }),
    ...(view.threadId !== undefined && { threadId: view.threadId }),
    startedAt: view.startedAt,
    ...(view.endedAt !== undefined && { endedAt: view.endedAt }),
  };
}
