// The exported API over the engine. Complete in shape: what this version can't do answers with a failure that says so.
import type { AgentInfo, AgentTeamApi, ContextItem, RunHandle, RunResult, RunSummary, TracesApi } from '../../api';
import type { AgentRegistry } from '../agents/agentRegistry';
import { specFromDefinition } from '../agents/agentRegistry';
import { expandToolNames } from '../agents/toolGrants';
import type { EventBus } from '../events/eventBus';
import { createEventsApi } from '../events/eventsApi';
import { isFailure, type Failure } from '../failure';
import type { SharedMemory } from '../memory/sharedMemory';
import type { ApprovalQueue } from '../policy/approvalQueue';
import type { ToolRegistry } from '../tools/toolRegistry';
import { checkedAnswer, checkedDefinition, checkedTool, readAsk, readReviewTarget } from './apiInput';
import { createMemoryApi } from './memoryApi';
import type { TeamEngine } from './teamEngine';

export interface TeamApiOptions {
  engine: TeamEngine;
  bus: EventBus;
  registry: AgentRegistry;
  tools: Pick<ToolRegistry, 'get' | 'infos' | 'register'>;
  traces: TracesApi;
  runs: {
    list(): RunSummary[];
    result(runId: string): Promise<RunResult | undefined>;
    delete(runId: string): Promise<void>;
  };
  approvals: Pick<ApprovalQueue, 'list' | 'resolve'>;
  changes: AgentTeamApi['changes'];
  memory: SharedMemory;
  breakerOf(agent: string): AgentInfo['breaker'];
}

/** No model may ask for consent on behalf of another extension. */
const BY_PROGRAM = { interactive: false };

/** Builds the object that `activate()` returns. */
export function createTeamApi(options: TeamApiOptions): AgentTeamApi {
  const { engine, bus, registry, tools, traces } = options;
  return {
    apiVersion: 1,
    ask: (request, askOptions) => ask(engine, request, askOptions),
    goal: (goal, goalOptions) => goalOf(engine, goal, goalOptions),
    review: (target) => reviewOf(engine, target),
    runs: runsApi(options),
    approvals: approvalsApi(options.approvals),
    changes: changesApi(options.changes),
    events: createEventsApi(bus, sourceOf),
    traces,
    agents: {
      list: () => agentInfos(options),
      register: (definition) => registry.register(specFromDefinition(checkedDefinition(definition))),
    },
    tools: { list: () => tools.infos(), register: (definition) => tools.register(checkedTool(definition)) },
    memory: createMemoryApi(options.memory),
  };
}

/** All agents as the API and the views show them. */
export function agentInfos(
  options: Pick<TeamApiOptions, 'registry' | 'tools' | 'engine' | 'runs' | 'breakerOf'>,
): AgentInfo[] {
  const { registry, tools } = options;
  const running = new Set(
    options.runs
      .list()
      .filter((run) => run.status === 'running' || run.status === 'waiting-approval')
      .map((run) => run.agent),
  );
  return registry.list().map((spec) => ({
    name: spec.name,
    description: spec.description,
    source: spec.source,
    enabled: registry.isEnabled(spec.name),
    promptVersion: registry.promptVersion(spec),
    tools: expandToolNames(spec.tools).filter((name) => tools.get(name) !== undefined),
    handoffs: registry.handoffTargets(spec).map((target) => target.name),
    state: registry.isPaused(spec.name) ? 'paused' : running.has(spec.name) ? 'running' : 'idle',
    breaker: options.breakerOf(spec.name),
  }));
}

function ask(engine: TeamEngine, request: string, options: unknown): RunHandle {
  const asked = readAsk(request, options);
  if (isFailure(asked)) return engine.rejected('ask', typeof request === 'string' ? request : '', asked);
  return engine.ask(asked.request, { ...asked.options, interactive: false });
}

function goalOf(engine: TeamEngine, goal: string, options: { context?: ContextItem[] } | undefined): RunHandle {
  const asked = readAsk(goal, options && { context: options.context });
  if (isFailure(asked)) return engine.rejected('goal', typeof goal === 'string' ? goal : '', asked);
  const { context } = asked.options;
  return engine.goal(asked.request, { ...(context && { context }), interactive: false });
}

function reviewOf(engine: TeamEngine, target: unknown): RunHandle {
  const checked = readReviewTarget(target);
  if (isFailure(checked)) return engine.rejected('review', 'Review', checked);
  return engine.review({ target: checked }, { interactive: false });
}

function runsApi(options: TeamApiOptions): AgentTeamApi['runs'] {
  const { engine, runs } = options;
  const again = (runId: string, started: Promise<RunHandle | Failure>): RunHandle => {
    let cancelled = false;
    return {
      runId,
      cancel: () => {
        cancelled = true;
        void engine.cancel(runId);
      },
      result: started.then(async (handle) => {
        if (!isFailure(handle) && cancelled) handle.cancel();
        if (!isFailure(handle)) return handle.result;
        return { ...((await runs.result(runId)) ?? unknownRun(runId)), error: handle };
      }),
    };
  };
  return {
    list: () => runs.list(),
    get: (runId) => runs.result(runId),
    cancel: async (runId, taskId) => {
      if (taskId === undefined) await engine.cancel(runId);
      else engine.cancelTask(runId, taskId);
    },
    pause: (runId) => {
      engine.pause(runId);
      return Promise.resolve();
    },
    retry: (runId, taskId) => again(runId, engine.retry(runId, taskId, BY_PROGRAM)),
    resume: (runId) =>
      (engine.unpause(runId) ? engine.handle(runId) : undefined) ?? again(runId, engine.resume(runId, BY_PROGRAM)),
    delete: async (runId) => {
      await engine.cancel(runId);
      await runs.delete(runId);
    },
  };
}

function approvalsApi(queue: TeamApiOptions['approvals']): AgentTeamApi['approvals'] {
  return {
    list: () => queue.list(),
    resolve: (id, decision, options) => {
      const answer = checkedAnswer(decision, options);
      queue.resolve(id, answer.decision, answer.options);
    },
  };
}

/** The result of a call on a run that there is not. */
function unknownRun(runId: string): RunResult {
  return {
    runId,
    kind: 'ask',
    status: 'failed',
    text: '',
    handoffs: [],
    tasks: [],
    changes: [],
    findings: [],
    usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true },
    traceId: '',
  };
}

/** Only what the contract has: the rest of a change review is for views. */
function changesApi(changes: AgentTeamApi['changes']): AgentTeamApi['changes'] {
  return {
    list: (runId) => changes.list(runId),
    accept: (runId, path, hunkId) => changes.accept(runId, path, hunkId),
    reject: (runId, path, hunkId) => changes.reject(runId, path, hunkId),
    revert: (runId) => changes.revert(runId),
  };
}

/** `user`, or `ext.<extension id>`: who publishes under this topic. */
function sourceOf(topic: string): string {
  const segments = topic.split('.');
  return segments[0] === 'ext' ? segments.slice(0, 3).join('.') : 'user';
}
