// One invocation of an agent: admitted by its breaker, within its time, with its span and its events around the loop.
import { failure, messageOf, type Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import type { AgentInvocation } from './agentInvocation';
import { AgentLoop } from './agentLoop';
import type { AgentOutcome } from './agentOutcome';
import type { AgentServices } from './agentServices';
import type { AgentSpec } from './agentSpec';
import { withDeadline } from './deadline';
import { offeredTools } from './offeredTools';
import { recallFor } from './recallFor';

/** Runs one agent until it answers, hands over, fails or is stopped; never rejects. */
export async function runAgent(
  services: AgentServices,
  invocation: AgentInvocation,
  run: RunContext,
): Promise<AgentOutcome> {
  const { spec } = invocation;
  if (!services.breakers.admit(spec.name, run)) return notAdmitted(invocation, run);
  const promptVersion = services.registry.usePromptVersion(spec);
  const span = startSpan(run, spec, promptVersion);
  const scope = run.with({ span, agent: spec.name, promptVersion });
  const invocationId = services.newId();
  const { from, reason } = invocation;
  const offered = [...offeredTools(spec, services.tools, run), ...(invocation.extraTools ?? [])];
  const tools = offered.map(({ name }) => name);
  const started = scope.emit('agent.started', {
    invocationId,
    tools,
    ...(from && { from }),
    ...(reason && { reason }),
  });
  const memory = await recallFor(services, invocation.messages, scope);
  const recalled = memory === undefined ? invocation : { ...invocation, memory };
  const { loop, outcome } = await runLoop(services, recalled, scope.with({ cause: started.id }));
  const ended = emitEnd(scope, invocationId, outcome);
  const failed = outcome.kind === 'failed' ? outcome.failure : undefined;
  services.breakers.report(spec.name, failed, scope.with({ cause: ended }));
  endSpan(span, loop, outcome);
  return { ...outcome, eventId: ended };
}

async function runLoop(services: AgentServices, invocation: AgentInvocation, scope: RunContext) {
  const { name, limits } = invocation.spec;
  const timeoutSeconds = limits?.timeoutSeconds;
  const deadline =
    timeoutSeconds === undefined
      ? undefined
      : withDeadline(scope, services.clock, {
          timeoutMs: timeoutSeconds * 1_000,
          expired: failure(
            'agent.timeout',
            `The agent ${name} took longer than its limit of ${timeoutSeconds} s.`,
            true,
          ),
        });
  const loop = new AgentLoop(services, invocation, deadline?.run ?? scope);
  try {
    return { loop, outcome: await loop.run() };
  } catch (error) {
    services.onBug(error, `agent ${name}`);
    return { loop, outcome: loop.fail(failure('internal', `Internal error: ${messageOf(error)}`)) };
  } finally {
    deadline?.dispose();
  }
}

function startSpan(run: RunContext, spec: AgentSpec, promptVersion: string): Span {
  const { threadId } = run.shared;
  return run.startSpan(`invoke_agent ${spec.name}`, {
    [GEN_AI.operation]: 'invoke_agent',
    [GEN_AI.agentName]: spec.name,
    [GEN_AI.agentVersion]: promptVersion,
    [AGENT_TEAM.promptVersion]: promptVersion,
    ...(threadId !== undefined && { [GEN_AI.conversationId]: threadId }),
  });
}

function emitEnd(scope: RunContext, invocationId: string, outcome: AgentOutcome): string {
  const { turns, text, eventId } = outcome;
  const details = eventId === undefined ? {} : { causationId: eventId };
  if (outcome.kind === 'failed') {
    return scope.emit('agent.failed', { invocationId, error: outcome.failure, text, turns }, details).id;
  }
  const note = outcome.kind === 'answer' ? outcome.note : undefined;
  const kind = note === 'cut_off' ? 'cut-off' : outcome.kind;
  const payload = { invocationId, text, turns, outcome: kind, ...(note !== undefined && { note }) } as const;
  return scope.emit('agent.completed', payload, details).id;
}

function endSpan(span: Span, loop: AgentLoop, outcome: AgentOutcome): void {
  const { inputTokens, outputTokens, cachedInputTokens } = loop.usage;
  const failed: Failure | undefined = outcome.kind === 'failed' ? outcome.failure : undefined;
  span.end({
    status: failed ? 'error' : 'ok',
    ...(failed && { message: failed.message }),
    attributes: {
      [GEN_AI.inputTokens]: inputTokens,
      [GEN_AI.outputTokens]: outputTokens,
      [GEN_AI.cachedInputTokens]: cachedInputTokens,
      [AGENT_TEAM.resultLength]: outcome.text.length,
      ...(failed && { [GEN_AI.errorType]: failed.reason }),
    },
  });
}

function notAdmitted({ spec, messages }: AgentInvocation, run: RunContext): AgentOutcome {
  const message = `The agent ${spec.name} failed several times in a row and is paused for a while. Try again later, reset its breaker, or ask another agent.`;
  return {
    kind: 'failed',
    failure: failure('agent.breaker_open', message, true),
    text: '',
    messages: [...messages],
    added: [],
    condensed: false,
    turns: 0,
    eventId: run.scope.cause,
  };
}
