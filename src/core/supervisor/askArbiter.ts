// One question to the arbiter: traced, with a strict form of answer, asked again once with the exact faults, reported as an event.
import type { AgentServices } from '../agents/agentServices';
import { markUntrusted } from '../agents/guardrails/untrusted';
import { systemPrompt } from '../agents/systemPrompt';
import { CANCELLED, failure, type Failure } from '../failure';
import { cutText } from '../memory/cutText';
import type { AssistantMessage, ChatMessage, ToolSchema } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import { sentBack } from './sentBack';
import type { Read } from './verdict';

/** What the arbiter is shown. */
export interface ArbiterBrief {
  /** What is to be settled, in our words. */
  text: string;
  /** What agents said or wrote: guarded and marked here. `maxTokens` cuts the middle; absent: never cut. */
  material: readonly { source: string; text: string; maxTokens?: number }[];
}

export interface Arbitration<V> extends ArbiterBrief {
  /** Whose positions stand against each other. */
  between: readonly string[];
  tool: ToolSchema;
  read(message: AssistantMessage): Read<V>;
  /** The verdict as events name it: `chosen: dev`, `combined`, `undecided`. */
  nameOf(value: V): string;
}

/** What came of an arbitration. `eventId` is the cause of what comes next. */
export interface Arbitrated<V> {
  /** Absent where no verdict could be had; `failure` says why. */
  value?: V;
  verdict: string;
  explanation: string;
  failure?: Failure;
  eventId: string | undefined;
}

type ArbiterAnswer<V> =
  { ok: true; value: V; eventId: string | undefined } | { ok: false; failure: Failure; eventId: string | undefined };

const ATTEMPTS = 2;

/** One model call, and a second one if the answer can't be read; leaves `conflict.resolved`. Never rejects. */
export async function arbitrate<V extends { explanation: string }>(
  services: AgentServices,
  arbitration: Arbitration<V>,
  run: RunContext,
): Promise<Arbitrated<V>> {
  const { between } = arbitration;
  const { span, scope } = openArbitration(services, between, run);
  const answer = await ask(services, arbitration, scope);
  if (!answer.ok) return giveUp(answer, { between, span, scope });
  const { value, eventId } = answer;
  const verdict = arbitration.nameOf(value);
  const { explanation } = value;
  span.end({ status: 'ok', attributes: { [AGENT_TEAM.conflictVerdict]: verdict } });
  return { value, verdict, explanation, eventId: reportVerdict({ between, verdict, explanation }, scope, eventId) };
}

/** Without asking anybody: what is beyond an arbiter goes on undecided, with the reason. */
export function leaveUndecided(
  services: AgentServices,
  { between, why }: { between: readonly string[]; why: Failure },
  run: RunContext,
): Arbitrated<never> {
  const { span, scope } = openArbitration(services, between, run);
  return giveUp({ failure: why, eventId: scope.scope.cause }, { between, span, scope });
}

/** The span of an arbitration and its scope, with the arbiter as the agent. Whoever opens it ends the span. */
export function openArbitration(
  services: AgentServices,
  between: readonly string[],
  run: RunContext,
): { span: Span; scope: RunContext } {
  const spec = services.registry.role('arbiter');
  const promptVersion = services.registry.usePromptVersion(spec);
  const span = run.startSpan('arbitrate', {
    [GEN_AI.agentName]: spec.name,
    [GEN_AI.agentVersion]: promptVersion,
    [AGENT_TEAM.promptVersion]: promptVersion,
    [AGENT_TEAM.conflictBetween]: [...between],
  });
  return { span, scope: run.with({ span, agent: spec.name, promptVersion }) };
}

/** Publishes a verdict; returns the event's id. */
export function reportVerdict(
  { between, verdict, explanation }: { between: readonly string[]; verdict: string; explanation: string },
  scope: RunContext,
  cause: string | undefined,
): string {
  const payload = { between: [...between], verdict, explanation };
  return scope.emit('conflict.resolved', payload, cause === undefined ? {} : { causationId: cause }).id;
}

/** The beginning of a conversation with the arbiter; a failure where a guardrail stops what the agents said. */
export function briefArbiter(
  services: AgentServices,
  { text, material }: ArbiterBrief,
  scope: RunContext,
): { messages: ChatMessage[]; eventId?: string } | { failure: Failure; eventId: string } {
  const spec = services.registry.role('arbiter');
  const content = [{ type: 'text' as const, text }];
  let eventId: string | undefined;
  for (const { source, text: said, maxTokens } of material) {
    const input = { stage: 'tool' as const, text: said, agent: spec.name, source };
    const verdict = services.guardrails.apply(input, eventId === undefined ? scope : scope.with({ cause: eventId }));
    eventId = verdict.eventId ?? eventId;
    if (verdict.blocked) {
      const message = `What the agents said was not sent to the arbiter: the guardrail '${verdict.guardrail}' stopped it (${verdict.reason}).`;
      return { failure: failure('guardrail.blocked', message), eventId: verdict.eventId };
    }
    const kept = maxTokens === undefined ? verdict.text : cutText(verdict.text, maxTokens).text;
    content.push({ type: 'text', text: markUntrusted(kept, source) });
  }
  const messages: ChatMessage[] = [
    { role: 'system', text: systemPrompt({ spec, targets: [] }) },
    { role: 'user', content },
  ];
  return { messages, ...(eventId !== undefined && { eventId }) };
}

async function ask<V>(
  services: AgentServices,
  arbitration: Arbitration<V>,
  scope: RunContext,
): Promise<ArbiterAnswer<V>> {
  const brief = briefArbiter(services, arbitration, scope);
  if ('failure' in brief) return { ok: false, ...brief };
  const { messages } = brief;
  let cause = brief.eventId ?? scope.scope.cause;
  let faults: readonly string[] = [];
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await services.models.call(
      { role: 'arbiter', messages: [...messages], tools: [arbitration.tool], toolChoice: 'required' },
      cause === undefined ? scope : scope.with({ cause }),
    );
    cause = outcome.eventId ?? cause;
    if (outcome.kind === 'failed') return { ok: false, failure: outcome.failure, eventId: cause };
    const read = arbitration.read(outcome.message);
    if (read.ok) return { ok: true, value: read.value, eventId: cause };
    faults = read.faults;
    messages.push(...sentBack(outcome.message, 'verdict', faults));
  }
  const message = `The arbiter gave no verdict that can be read: ${faults.join(' ')}`;
  return { ok: false, failure: failure('arbitration.invalid', message), eventId: cause };
}

/** A run that was stopped has no verdict; any other failure leaves it undecided. */
function giveUp(
  { failure: why, eventId }: { failure: Failure; eventId: string | undefined },
  { between, span, scope }: { between: readonly string[]; span: Span; scope: RunContext },
): Arbitrated<never> {
  const { reason, message } = why;
  const isCancelled = reason === CANCELLED.reason;
  const undecided = { verdict: 'undecided', explanation: message, failure: why };
  span.end({
    status: isCancelled ? 'ok' : 'error',
    message,
    attributes: { [GEN_AI.errorType]: reason, [AGENT_TEAM.conflictVerdict]: undecided.verdict },
  });
  return { ...undecided, eventId: isCancelled ? eventId : reportVerdict({ between, ...undecided }, scope, eventId) };
}
