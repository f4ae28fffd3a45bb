// Part of the composition root, loaded at the first run: what brings a request to its answer.
import type { Finding } from '../api';
import { defaultGuardrails } from '../core/agents/guardrails/defaultGuardrails';
import { GuardrailChain } from '../core/agents/guardrails/guardrail';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import { SystemMessages } from '../core/agents/systemMessages';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { RunBudgets } from '../core/engine/runBudgets';
import type { EventBus } from '../core/events/eventBus';
import type { ChatModel } from '../core/model/chatModel';
import { RetryingModelCaller } from '../core/model/retryingModelCaller';
import { AgentBreakerGate } from '../core/resilience/agentBreakerGate';
import type { BreakerRegistry } from '../core/resilience/breakerRegistry';
import { askTeam, type TeamOutcome, type TeamRequest } from '../core/routing/askTeam';
import type { SharedMemory } from '../core/memory/sharedMemory';
import type { RunContext } from '../core/runs/runContext';
import type { SettingsSource } from '../core/settings';
import type { ReviewOutcome, ReviewRequest } from '../core/review/review';
import { runReview } from '../core/review/runReview';
import { askSeveral, type SeveralOutcome, type SeveralRequest } from '../core/supervisor/askSeveral';
import type { GoalOutcome } from '../core/supervisor/goalRun';
import type { GoalServices } from '../core/supervisor/goalServices';
import { runGoal, type GoalRequest } from '../core/supervisor/runGoal';
import { readInstructions } from '../vscode/agents/instructions';
import { translate } from '../vscode/webviews/translated';
import type { TeamApprovals } from './approvals';
import { createGate } from './gate';
import type { TeamModels } from './models';
import type { TeamTools } from './tools';

export interface AnsweringOptions {
  bus: EventBus;
  clock: Clock;
  breakers: BreakerRegistry;
  models: TeamModels;
  newId: () => string;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
  registry: AgentRegistry;
  settings: SettingsSource;
  tools: TeamTools;
  approvals: TeamApprovals;
  /** True for a finding that a person dismissed in an earlier review. */
  dismissed: (finding: Finding) => boolean;
  memory: SharedMemory;
  /** Models that single runs are answered by, such as the one that was chosen in VS Code's chat. */
  runModels: ReadonlyMap<string, ChatModel>;
  goals: Pick<GoalServices, 'layers' | 'questions'>;
}

export function createAnswering(options: AnsweringOptions) {
  const { bus, clock, models, newId, onBug, owned, registry, settings, tools, approvals, memory, goals } = options;
  const { breakers } = options;
  const budgets = new RunBudgets(settings, bus, owned);
  const services: GoalServices = {
    models: new RetryingModelCaller({
      modelFor: (run) => options.runModels.get(run.runId),
      select: (role, selectOptions) => models.directory.select(role, selectOptions),
      settings,
      breakers,
      budgetFor: (run) => budgets.of(run),
      clock,
      newId,
      definedOptions: (role) => registry.find(role)?.modelOptions,
    }),
    tools: tools.registry,
    registry,
    breakers: new AgentBreakerGate(breakers),
    guardrails: new GuardrailChain(defaultGuardrails(), onBug),
    gate: createGate({ approvals, settings, tools }),
    memory,
    systemMessages: new SystemMessages(),
    settings,
    clock,
    newId,
    onBug,
    workspacePicture: (signal) => tools.workspacePicture(signal),
    ...goals,
    instructionsFor: (_agent, _signal, places) => readInstructions(places),
  };
  return {
    askTeam: (request: TeamRequest, run: RunContext): Promise<TeamOutcome> => askTeam(services, request, run),
    askSeveral: (request: SeveralRequest, run: RunContext): Promise<SeveralOutcome> =>
      askSeveral(services, request, run),
    runGoal: (request: GoalRequest, run: RunContext): Promise<GoalOutcome> => runGoal(services, request, run),
    runReview: (request: ReviewRequest, run: RunContext): Promise<ReviewOutcome> =>
      runReview(
        {
          ...services,
          portsOf: tools.portsOf,
          inspect: tools.inspect,
          say: translate,
          isDismissed: (finding) => options.dismissed(finding),
        },
        request,
        run,
      ),
  };
}
