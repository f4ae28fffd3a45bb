// The team as the extension wires it, without VS Code: real bus, journal on disk, index, spans, breakers, guardrails and adapter.
import { randomUUID } from 'node:crypto';
import { LowdbRunIndex } from '../src/adapters/lowdb/lowdbRunIndex';
import { SegmentedEventLog } from '../src/adapters/node/segmentedEventLog';
import { SystemClock } from '../src/adapters/node/systemClock';
import { OfflineProvider } from '../src/adapters/offline/offlineProvider';
import { OpenAiProvider } from '../src/adapters/openai/openAiProvider';
import { OtelTracing } from '../src/adapters/otel/otelTracing';
import { AgentRegistry } from '../src/core/agents/agentRegistry';
import { defaultGuardrails } from '../src/core/agents/guardrails/defaultGuardrails';
import { GuardrailChain } from '../src/core/agents/guardrails/guardrail';
import { maskSecrets } from '../src/core/agents/guardrails/secretGuardrail';
import { SystemMessages } from '../src/core/agents/systemMessages';
import { DisposableStore } from '../src/core/disposable';
import { RunBudgets } from '../src/core/engine/runBudgets';
import { TeamEngine } from '../src/core/engine/teamEngine';
import { EventBus } from '../src/core/events/eventBus';
import { createEventIds } from '../src/core/events/eventIds';
import { createRedactor } from '../src/core/events/redactor';
import { httpEndpoint } from '../src/core/model/endpoints';
import { LocalServers } from '../src/core/model/localServers';
import { ModelDirectory } from '../src/core/model/modelDirectory';
import { RetryingModelCaller } from '../src/core/model/retryingModelCaller';
import { askSeveral } from '../src/core/supervisor/askSeveral';
import { AgentBreakerGate } from '../src/core/resilience/agentBreakerGate';
import { BreakerRegistry } from '../src/core/resilience/breakerRegistry';
import { runGoal } from '../src/core/supervisor/runGoal';
import { askTeam, type TeamServices } from '../src/core/routing/askTeam';
import { LiveText } from '../src/core/runs/liveText';
import { toRunResult } from '../src/core/runs/reduceRun';
import { RunStore } from '../src/core/runs/runStore';
import { DEFAULT_SETTINGS, type TeamSettings } from '../src/core/settings';
import { ToolRegistry } from '../src/core/tools/toolRegistry';

export interface BenchTeam {
  ask(request: string, agent: string): Promise<{ status: string; text: string }>;
  goal(goal: string): Promise<{ status: string; error?: { message: string } }>;
  close(): Promise<void>;
}

const fail = (error: unknown): never => {
  throw error instanceof Error ? error : new Error(JSON.stringify(error));
};

export function createBenchTeam(folder: string, baseUrl: string, fetch: typeof globalThis.fetch): BenchTeam {
  const owned = new DisposableStore();
  const clock = new SystemClock();
  const current: TeamSettings = {
    ...DEFAULT_SETTINGS,
    provider: 'openai',
    models: { default: { model: 'bench' } },
    openai: { ...DEFAULT_SETTINGS.openai, baseUrl },
    supervisor: { ...DEFAULT_SETTINGS.supervisor, maxConcurrency: 20, maxTasks: 20 },
  };
  const settings = () => current;
  const ids = createEventIds();
  const newId = () => ids(clock.now());
  const origin = newId();
  const { redact } = createRedactor((text) => maskSecrets(text));
  const events = new SegmentedEventLog({ folder, origin, clock, onProblem: fail });
  const index = owned.add(
    new LowdbRunIndex({
      folder,
      origin,
      clock,
      isWriter: () => true,
      beforeSave: () => events.flush(),
      onProblem: fail,
    }),
  );
  const bus = owned.add(new EventBus({ clock, log: events, origin, redact, onBug: fail }));
  const store = owned.add(new RunStore({ bus, journal: events, index }));
  const tracing = owned.add(new OtelTracing({ clock, spans: events, index, redact, onProblem: fail }));
  const registry = new AgentRegistry({ settings, promptVersions: { remember: () => undefined } });
  const tools = new ToolRegistry();
  tools.register({
    name: 'look_up',
    description: 'Looks a fact up.',
    inputSchema: { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] },
    effect: 'read',
    run: () => Promise.resolve('42'),
  });
  registry.register({
    name: 'clerk',
    description: 'Looks things up.',
    prompt: 'You look things up.',
    tools: ['look_up'],
    handoffs: [],
    source: 'api',
  });
  const directory = owned.add(
    new ModelDirectory({
      settings,
      providers: {
        openai: new OpenAiProvider({
          endpoint: (name) => httpEndpoint(name, current, () => undefined),
          getKey: () => Promise.resolve('bench-key'),
          environment: () => undefined,
          fetch,
          isStreaming: () => true,
          clock,
        }),
        vscode: new OfflineProvider(),
        offline: new OfflineProvider(),
      },
      localServers: new LocalServers({ clock, getJson: () => Promise.reject(new Error('none')) }),
      consents: { has: () => false },
      environment: () => undefined,
    }),
  );
  const breakers = new BreakerRegistry({ clock, settings, publisher: bus });
  const budgets = new RunBudgets(settings, bus, owned);
  const services: TeamServices = {
    models: new RetryingModelCaller({
      select: (role, options) => directory.select(role, options),
      settings,
      breakers,
      budgetFor: (run) => budgets.of(run),
      clock,
      newId,
      definedOptions: () => undefined,
    }),
    tools,
    registry,
    breakers: new AgentBreakerGate(breakers),
    guardrails: new GuardrailChain(defaultGuardrails(), fail),
    systemMessages: new SystemMessages(),
    settings,
    clock,
    newId,
    onBug: fail,
  };
  const engine = new TeamEngine({
    publisher: bus,
    tracing,
    live: new LiveText(),
    clock,
    newId,
    flush: () => tracing.ready(),
    resultOf: async (runId) => {
      const view = await store.get(runId);
      return view && toRunResult(view);
    },
    onBug: fail,
    registry,
    settings,
    askTeam: (request, run) => askTeam(services, request, run),
    askSeveral: (request, run) => askSeveral(services, request, run),
    runGoal: (request, run) => runGoal(services, request, run),
    runReview: () => Promise.reject(new Error('The bench reviews nothing.')),
    resolveContext: () => Promise.resolve({ text: '', images: [], places: [] }),
    threadRuns: (threadId) => store.thread(threadId),
    claims: { claim: () => Promise.reject(new Error('Internal error: the bench goes on with no run.')) },
  });
  return {
    ask: (request, agent) => engine.ask(`${request} ${randomUUID()}`, { agent, interactive: false }).result,
    goal: (goal) => engine.goal(`${goal} ${randomUUID()}`, { interactive: false }).result,
    close: async () => {
      await engine.shutDown();
      await bus.flush();
      await index.flush();
      await events.close();
      owned.dispose();
    },
  };
}
