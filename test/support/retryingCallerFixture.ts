// A retrying model caller for tests of retries, stops, breakers and budgets.
import type { ChatMessage } from '../../src/core/model/chatModel';
import type { ModelCallRequest } from '../../src/core/model/modelCaller';
import { RetryingModelCaller, type RetryingModelCallerOptions } from '../../src/core/model/retryingModelCaller';
import { BreakerRegistry } from '../../src/core/resilience/breakerRegistry';
import { RunBudget } from '../../src/core/resilience/runBudget';
import type { LiveDelta } from '../../src/core/runs/liveText';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import { settle } from './gate';
import { ManualClock } from './manualClock';
import { RecordedRun, type RecordedSpan } from './recordedRun';
import { ScriptedModel, type ScriptedModelOptions, type ScriptedStep } from './scriptedModel';

/** A person's first word. */
export const HELLO: ChatMessage = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };

/** What is asked of the caller unless the test says otherwise. */
export const REQUEST: ModelCallRequest = { role: 'dev', messages: [HELLO], tools: [] };

/** An answer that is worth another attempt. */
export const UNAVAILABLE: ScriptedStep = { failure: { reason: 'model.unavailable', status: 503 } };

interface SetUpOptions extends ScriptedModelOptions {
  settings?: Partial<TeamSettings>;
  caller?: Partial<RetryingModelCallerOptions>;
}

/** A caller over a scripted model, with its own clock, breakers, budget and recorded run. */
export function setUp(steps: ScriptedStep[], { settings = {}, caller = {}, ...model }: SetUpOptions = {}) {
  const clock = new ManualClock();
  const all: TeamSettings = { ...DEFAULT_SETTINGS, ...settings };
  const run = new RecordedRun();
  const scripted = new ScriptedModel(steps, model);
  const breakers = new BreakerRegistry({ clock, settings: () => all, publisher: run.publisher });
  const budget = new RunBudget(() => ({
    maxTokens: all.budget.maxTokensPerRun,
    maxCostUsd: all.budget.maxCostPerRunUsd,
  }));
  let ids = 0;
  const models = new RetryingModelCaller({
    select: () => Promise.resolve({ model: scripted, why: 'scripted' }),
    settings: () => all,
    breakers,
    budgetFor: () => budget,
    clock,
    newId: () => `call-${(ids += 1)}`,
    random: () => 1,
    ...caller,
  });
  const deltas: string[] = [];
  run.live.subscribe(({ channel, text, restart }: LiveDelta) =>
    deltas.push(`${restart ? 'restart ' : ''}${channel}:${text}`),
  );
  const call = (request: Partial<ModelCallRequest> = {}) => models.call({ ...REQUEST, ...request }, run.context);
  return { clock, run, model: scripted, breakers, budget, models, deltas, call };
}

/** Lets the call run until it waits for the clock, and gives the clock that time. */
export async function pass(clock: ManualClock, byMs: number): Promise<void> {
  await settle();
  await clock.advance(byMs);
}

/** The spans of the calls, without that of the run. */
export const spansOf = (run: RecordedRun): RecordedSpan[] => run.tracing.spans.slice(1);
