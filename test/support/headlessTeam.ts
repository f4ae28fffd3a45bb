// One window without VS Code: the real engine, API, models' caller and storage on a folder; only models and tools are given.
import { join } from 'node:path';
import { FileLease } from '../../src/adapters/node/fileLease';
import { LowdbRunIndex } from '../../src/adapters/lowdb/lowdbRunIndex';
import { NodeMemoryStore } from '../../src/adapters/node/nodeMemoryStore';
import { Presence } from '../../src/adapters/node/presence';
import { SegmentedEventLog } from '../../src/adapters/node/segmentedEventLog';
import { SystemClock } from '../../src/adapters/node/systemClock';
import { OtelTracing } from '../../src/adapters/otel/otelTracing';
import type { AgentTeamApi } from '../../src/api';
import { AgentPauses } from '../../src/core/agents/agentPauses';
import { AgentRegistry } from '../../src/core/agents/agentRegistry';
import { defaultGuardrails } from '../../src/core/agents/guardrails/defaultGuardrails';
import { GuardrailChain } from '../../src/core/agents/guardrails/guardrail';
import { maskSecrets } from '../../src/core/agents/guardrails/secretGuardrail';
import { SystemMessages } from '../../src/core/agents/systemMessages';
import type { PromptVersionText } from '../../src/core/agents/promptVersion';
import type { Clock } from '../../src/core/clock';
import { DisposableStore } from '../../src/core/disposable';
import { RunBudgets } from '../../src/core/engine/runBudgets';
import { createTeamApi } from '../../src/core/engine/teamApi';
import { TeamEngine, type TeamEngineOptions } from '../../src/core/engine/teamEngine';
import { EventBus } from '../../src/core/events/eventBus';
import { createEventIds } from '../../src/core/events/eventIds';
import { SharedMemory } from '../../src/core/memory/sharedMemory';
import type { ChatModel } from '../../src/core/model/chatModel';
import { RetryingModelCaller } from '../../src/core/model/retryingModelCaller';
import type { ReviewServices } from '../../src/core/review/review';
import { runReview } from '../../src/core/review/runReview';
import { askSeveral } from '../../src/core/supervisor/askSeveral';
import { AgentBreakerGate } from '../../src/core/resilience/agentBreakerGate';
import { BreakerRegistry } from '../../src/core/resilience/breakerRegistry';
import type { GoalServices } from '../../src/core/supervisor/goalServices';
import { runGoal } from '../../src/core/supervisor/runGoal';
import { askTeam, type TeamServices } from '../../src/core/routing/askTeam';
import { LiveText } from '../../src/core/runs/liveText';
import { toRunResult } from '../../src/core/runs/reduceRun';
import { RunClaims } from '../../src/core/runs/runClaims';
import { RunHousekeeping } from '../../src/core/runs/runHousekeeping';
import { RunStore } from '../../src/core/runs/runStore';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import type { Tool } from '../../src/core/tools/tool';
import type { WorkspacePorts } from '../../src/core/workspace/workspacePorts';
import { createMemoryTools } from '../../src/core/tools/team/memoryTools';
import { createPublishTool } from '../../src/core/tools/team/publishEvent';
import { ToolRegistry } from '../../src/core/tools/toolRegistry';

export interface HeadlessTeamOptions {
  /** The workspace's folder in the storage. */
  folder: string;
  model: (role: string) => ChatModel;
  tools?: Tool[];
  settings?: Partial<TeamSettings>;
  /** Default: real time. */
  clock?: Clock;
  /** What goals have beside: layers, questions. */
  goal?: Partial<GoalServices>;
  /** Does reviews. */
  review?: TeamEngineOptions['runReview'];
  /** Default: 1,000 runs and 256 MB. */
  retention?: { maxRuns: number; maxMegabytes: number };
  /** The workspace that is reviewed; without one there are no reviews. */
  reviewPorts?: WorkspacePorts;
}

export type HeadlessTeam = Awaited<ReturnType<typeof openHeadlessTeam>>;

/** Opens a window on the folder; what dead windows left has been tidied when it resolves. */
export async function openHeadlessTeam(options: HeadlessTeamOptions) {
  const owned = new DisposableStore();
  const clock: Clock = options.clock ?? new SystemClock();
  const ids = createEventIds();
  const newId = () => ids(clock.now());
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const problems: unknown[] = [];
  const onBug = (error: unknown) => void problems.push(error);
  const storage = openStorage({
    ...{ folder: options.folder, origin: newId(), clock, onProblem: onBug, owned },
    retention: options.retention ?? { maxRuns: 1000, maxMegabytes: 256 },
  });
  const { bus, store, tracing } = storage;
  const promptVersions: PromptVersionText[] = [];
  let paused: readonly string[] = [];
  const pauses = new AgentPauses({ read: () => paused, write: (names) => (paused = names) });
  const registry = new AgentRegistry({
    settings: () => settings,
    pauses,
    promptVersions: { remember: (text) => promptVersions.push(text) },
  });
  const memory = new SharedMemory({
    store: () => Promise.resolve(storage.memoryStore),
    clock,
    publisher: bus,
    redact: (text) => maskSecrets(text),
    isRun: (runId) => store.has(runId),
    onProblem: onBug,
  });
  const tools = new ToolRegistry();
  owned.add(tools.add(...(options.tools ?? []), ...createMemoryTools(memory), createPublishTool(bus)));
  const breakers = new BreakerRegistry({ clock, settings: () => settings, publisher: bus });
  const budgets = new RunBudgets(() => settings, bus, owned);
  const models = new RetryingModelCaller({
    select: (role) => Promise.resolve({ model: options.model(role), why: 'given' }),
    settings: () => settings,
    breakers,
    budgetFor: (run) => budgets.of(run),
    clock,
    newId,
  });
  const services: TeamServices = {
    models,
    tools,
    registry,
    breakers: new AgentBreakerGate(breakers),
    guardrails: new GuardrailChain(defaultGuardrails(), onBug),
    memory,
    systemMessages: new SystemMessages(),
    settings: () => settings,
    clock,
    newId,
    onBug,
  };
  const resultOf = async (runId: string) => {
    const view = await store.get(runId);
    return view && toRunResult(view);
  };
  const reviewServices = (): ReviewServices => {
    const ports = options.reviewPorts;
    if (!ports) throw new Error('This headless team has no workspace to review.');
    const inspect = () => Promise.resolve({ findings: [], files: [], sources: [], notes: [] });
    return { ...services, portsOf: () => ports, inspect, isDismissed: () => false };
  };
  const engine = new TeamEngine({
    askTeam: (request, run) => askTeam(services, request, run),
    askSeveral: (request, run) => askSeveral(services, request, run),
    runGoal: (request, run) => runGoal({ ...services, ...options.goal }, request, run),
    runReview: (request, run) => options.review?.(request, run) ?? runReview(reviewServices(), request, run),
    publisher: bus,
    tracing,
    live: new LiveText(),
    clock,
    newId,
    flush: () => tracing.ready(),
    resultOf,
    onBug,
    registry,
    settings: () => settings,
    resolveContext: (items) =>
      Promise.resolve({
        text: items.map(({ text }) => text).join('\n'),
        images: [],
        places: items.flatMap(({ uri, range }) => (uri === undefined ? [] : { uri, ...(range && { range }) })),
      }),
    threadRuns: (threadId) => store.thread(threadId),
    claims: storage.claims,
    ...(options.goal?.questions && { questions: options.goal.questions }),
  });
  const api: AgentTeamApi = createTeamApi({
    engine,
    bus,
    registry,
    tools,
    traces: tracing,
    runs: {
      list: () => store.list().map((run) => ({ ...run })),
      result: resultOf,
      delete: (runId) => store.delete(runId),
    },
    approvals: { list: () => [], resolve: () => undefined },
    changes: NO_CHANGES,
    memory,
    breakerOf: (agent) => breakers.state('agent', agent),
  });
  await storage.start();
  const close = async () => {
    await engine.shutDown();
    await storage.close();
    owned.dispose();
  };
  /** One round of housekeeping, as the clock brings it. */
  const tidy = () => storage.housekeeping.runOnce();
  const { claims } = storage;
  return { api, engine, claims, registry, pauses, bus, store, memory, breakers, promptVersions, problems, tidy, close };
}

/** Headless teams read and report: no editor, no applier. */
const NO_CHANGES: AgentTeamApi['changes'] = {
  list: () => [],
  accept: () => Promise.resolve({ applied: [], conflicts: [], failed: [] }),
  reject: () => Promise.resolve(),
  revert: () => Promise.resolve({ applied: [], conflicts: [], failed: [] }),
};

function openStorage(common: {
  folder: string;
  origin: string;
  clock: Clock;
  onProblem: (problem: unknown) => void;
  owned: DisposableStore;
  retention: { maxRuns: number; maxMegabytes: number };
}) {
  const { owned } = common;
  const presence = owned.add(new Presence(common));
  const isAlive = (window: string) => presence.isAlive(window);
  const lease = new FileLease({ ...common, isAlive });
  const log = new SegmentedEventLog({ ...common, isAlive });
  const index = owned.add(
    new LowdbRunIndex({ ...common, isWriter: () => lease.held, watch: false, beforeSave: () => log.flush() }),
  );
  const bus = owned.add(new EventBus({ ...common, log, onBug: common.onProblem }));
  const store = owned.add(new RunStore({ bus, journal: log, index, onProblem: common.onProblem }));
  const memoryStore = new NodeMemoryStore(common);
  owned.add(store.onDidForget((gone) => void memoryStore.drop(gone).catch(common.onProblem)));
  const tracing = owned.add(new OtelTracing({ ...common, spans: log, index }));
  const housekeeping = owned.add(
    new RunHousekeeping({
      ...common,
      bus,
      journal: log,
      index,
      store,
      lease,
      retention: () => common.retention,
      restoreTraces: () => tracing.restoreIndex(),
    }),
  );
  const claims = new RunClaims({
    journal: log,
    origin: common.origin,
    leaseOf: (runId) => new FileLease({ ...common, folder: join(common.folder, 'runs', runId), isAlive }),
    onProblem: common.onProblem,
  });
  const start = async () => {
    await presence.start();
    await housekeeping.start();
  };
  const close = async () => {
    housekeeping.dispose();
    await tracing.ready();
    await bus.flush();
    await index.flush();
    await log.close();
    await lease.release();
    await presence.stop();
  };
  return { bus, store, memoryStore, tracing, log, claims, housekeeping, start, close };
}
