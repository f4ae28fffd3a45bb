// Part of the composition root, loaded when somebody asks the team or lists what it has: engine, tools and the exported API.
import { join } from 'node:path';
import type * as vscode from 'vscode';
import { FileLease } from '../adapters/node/fileLease';
import type { AgentTeamApi } from '../api';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { agentInfos, createTeamApi } from '../core/engine/teamApi';
import { TeamEngine } from '../core/engine/teamEngine';
import type { Redact } from '../core/events/redaction';
import { once } from '../core/once';
import type { ChatModel } from '../core/model/chatModel';
import { RunClaims } from '../core/runs/runClaims';
import type { LiveText } from '../core/runs/liveText';
import { toRunResult } from '../core/runs/reduceRun';
import { BreakerRegistry } from '../core/resilience/breakerRegistry';
import type { SettingsSource } from '../core/settings';
import { createGoalQuestions } from '../vscode/goals/goalQuestions';
import { PlanDesk } from '../vscode/goals/planDesk';
import { OwnEdits } from '../vscode/changes/ownEdits';
import { createApprovals } from './approvals';
import { createExecuting } from './executing';
import { createChanges } from './changes';
import { createGround } from './ground';
import { createMemory } from './memory';
import type { TeamModels } from './models';
import type { TeamStorage } from './storage';
import { createTools } from './tools';
import { DismissedFindings } from '../vscode/review/dismissedFindings';

export interface TeamOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  settings: SettingsSource;
  registry: AgentRegistry;
  storage: TeamStorage;
  models: TeamModels;
  live: LiveText;
  newId: () => string;
  /** Masks secrets in what is kept. */
  redact: Redact;
  onBug: (error: unknown, where: string) => void;
  /** Resolves when the agents that files define are known. */
  agentsReady: () => Promise<void>;
  owned: DisposableStore;
}

export type Team = ReturnType<typeof createTeam>;

export function createTeam(options: TeamOptions) {
  const { context, clock, settings, registry, storage, models, live, newId, onBug, owned } = options;
  const { bus, store, tracing } = storage;
  const ground = createGround(context, clock, owned);
  const own = new OwnEdits();
  const changes = createChanges(ground.workspace, {
    parser: ground.parser,
    store: storage.changeStore,
    publisher: bus,
    settings,
    runs: store,
    isLive: (runId) => engine.isActive(runId),
    onProblem: (message) => onBug(new Error(message), 'changes'),
    own,
    owned,
  });
  const tools = createTools({ context, clock, ground, changes: changes.sets, owned });
  createExecuting({ context, clock, storage, tools, onBug, owned });
  const dismissed = new DismissedFindings(context.workspaceState);
  const memory = createMemory({ clock, storage, tools, redact: options.redact, onBug, owned });
  const approvals = createApprovals({ context, clock, newId, onBug, owned });
  const breakers = new BreakerRegistry({ clock, settings, publisher: bus });
  const runModels = new Map<string, ChatModel>();
  owned.add(
    store.onDidChange((runId, event) => {
      if (event && /^run\.(?:completed|partial|failed|cancelled|interrupted)$/.test(event.topic))
        runModels.delete(runId);
    }),
  );
  const answering = once(async () => {
    const { createAnswering } = await import('./answering');
    return createAnswering({
      breakers,
      bus,
      clock,
      models,
      newId,
      onBug,
      owned,
      registry,
      settings,
      tools,
      approvals,
      memory,
      goals: { layers: changes.sets, questions },
      dismissed: (finding) => dismissed.has(finding),
      runModels,
    });
  });
  const { folder, origin, isAlive } = storage.place;
  const claims = new RunClaims({
    journal: storage.journal,
    origin,
    leaseOf: (runId) => new FileLease({ folder: join(folder, 'runs', runId), origin, isAlive }),
    onProblem: (error) => onBug(error, 'claims'),
  });
  const plans = new PlanDesk({ queue: approvals.queue, agents: () => registry.enabled(), clock });
  const questions = createGoalQuestions(approvals.queue, plans);
  const resultOf = async (runId: string) => {
    const view = await store.get(runId);
    return view && toRunResult(view);
  };
  const engine = new TeamEngine({
    publisher: bus,
    tracing,
    live,
    clock,
    newId,
    flush: () => storage.flush(),
    resultOf,
    onBug,
    registry,
    settings,
    askTeam: async (request, run) => (await answering()).askTeam(request, run),
    askSeveral: async (request, run) => (await answering()).askSeveral(request, run),
    runGoal: async (request, run) => (await answering()).runGoal(request, run),
    runReview: async (request, run) => (await answering()).runReview(request, run),
    resolveContext: (items, references, signal) => tools.resolveContext(items, references, signal),
    threadRuns: (threadId) => store.thread(threadId),
    claims,
    questions,
    ready: options.agentsReady,
  });
  storage.whenLate(() => {
    engine.stepBackFromLost((runId) => claims.isLost(runId)).catch((error: unknown) => onBug(error, 'claims'));
  });
  const apiOptions = {
    engine,
    bus,
    registry,
    tools: tools.registry,
    traces: tracing,
    runs: {
      list: () => store.list().map((run) => ({ ...run })),
      result: resultOf,
      delete: (runId: string) => store.delete(runId),
    },
    approvals: approvals.queue,
    changes: changes.sets,
    memory,
    breakerOf: (agent: string) => breakers.state('agent', agent),
  };
  const api: AgentTeamApi = createTeamApi(apiOptions);
  return {
    ground,
    changes,
    engine,
    api,
    tools,
    approvals,
    plans,
    breakers,
    /** What we have saved. */
    own,
    memory,
    dismissed,
    runModels,
    agents: () => agentInfos(apiOptions),
  };
}
