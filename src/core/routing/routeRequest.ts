// The router: one model call that decides who answers. Nonsense is asked again once; then the fallback agent takes the request.
import { transferToolName } from '../agents/agentNames';
import type { AgentServices } from '../agents/agentServices';
import type { AgentSpec } from '../agents/agentSpec';
import { markUntrusted } from '../agents/guardrails/untrusted';
import { failure, type Failure } from '../failure';
import { describeMessages } from '../memory/conversationText';
import { cutText } from '../memory/cutText';
import type { AssistantMessage, ChatMessage, ToolSchema } from '../model/chatModel';
import { failureOfSignal } from '../model/modelAttempt';
import type { ModelCallOutcome } from '../model/modelCaller';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import { readRoutingAnswer, type RoutingChoice } from './routingAnswer';
import { startTransferSpan } from './transferDesk';

export interface RoutingRequest {
  /** Guarded already, like the context; neither has marks around it. */
  text: string;
  contextText: string;
  /** The thread before the request. */
  earlier: readonly ChatMessage[];
  /** A few lines on the workspace. */
  picture: string;
  offersSupervisor: boolean;
}

export type RouteOutcome =
  | { kind: 'agent'; agent: AgentSpec; reason: string; eventId: string }
  | { kind: 'goal'; reason: string; eventId: string }
  | { kind: 'failed'; failure: Failure; eventId: string | undefined };

type Completed = Extract<ModelCallOutcome, { kind: 'completed' }>;

interface Routing {
  services: AgentServices;
  request: RoutingRequest;
  run: RunContext;
  candidates: AgentSpec[];
  invocationId: string;
  startMs: number;
  turns: number;
}

const SUPERVISOR = 'supervisor';
const ATTEMPTS = 2;
const MAX_REQUEST_TOKENS = 2_000;
const MAX_CONTEXT_TOKENS = 800;
const MAX_EARLIER_TOKENS = 400;

/** Finds the agent for a request; publishes `route.decided` (and `route.fallback`), leaves `invoke_agent router`. */
export async function routeRequest(
  services: AgentServices,
  request: RoutingRequest,
  run: RunContext,
): Promise<RouteOutcome> {
  const spec = services.registry.role('router');
  const promptVersion = services.registry.usePromptVersion(spec);
  const span = startSpan(run, spec, promptVersion);
  const scope = run.with({ span, agent: spec.name, promptVersion });
  const invocationId = services.newId();
  const candidates = available(services);
  const schemas = [...candidates.map(routeSchema), ...(request.offersSupervisor ? [SUPERVISOR_SCHEMA] : [])];
  const tools = schemas.map((schema) => schema.name);
  const started = scope.emit('agent.started', { invocationId, tools });
  const startMs = services.clock.now();
  const routing = {
    services,
    request,
    run: scope.with({ cause: started.id }),
    candidates,
    invocationId,
    startMs,
    turns: 0,
  };
  const outcome = await decide(routing, schemas);
  endSpan(span, outcome);
  return outcome;
}

async function decide(routing: Routing, schemas: ToolSchema[]): Promise<RouteOutcome> {
  const { services, candidates, request } = routing;
  const messages: ChatMessage[] = [{ role: 'system', text: services.registry.role('router').prompt }, ask(request)];
  let nonsense = 'no agent can take the request';
  for (let attempt = 1; attempt <= ATTEMPTS && candidates.length > 0; attempt += 1) {
    const call = { role: 'router', messages: [...messages], tools: schemas, toolChoice: 'required' as const };
    const outcome = await services.models.call(call, routing.run);
    routing.turns = attempt;
    if (outcome.eventId !== undefined) routing.run = routing.run.with({ cause: outcome.eventId });
    if (routing.run.signal.aborted) return fail(routing, failureOfSignal(routing.run.signal));
    if (outcome.kind === 'failed') {
      if (endsRun(routing, outcome.failure)) return fail(routing, outcome.failure);
      nonsense = `the router failed (${outcome.failure.reason})`;
      if (outcome.failure.reason !== 'model.empty') break;
      continue;
    }
    const choice = readRoutingAnswer(outcome.message, (name) => canonical(routing, name));
    if (choice) return choose(routing, choice, outcome);
    nonsense = 'the router named no agent that can take the request';
    messages.push(...correction(outcome.message, schemas));
  }
  return fallBack(routing, nonsense);
}

/** The agents that can take a request now. */
function available({ registry, breakers }: AgentServices): AgentSpec[] {
  return registry.available().filter((spec) => !breakers.isOpen(spec.name));
}

function canonical({ services, candidates, request }: Routing, name: string): string | undefined {
  if (request.offersSupervisor && name.toLowerCase() === SUPERVISOR) return SUPERVISOR;
  const spec = services.registry.find(name);
  return spec && candidates.includes(spec) ? spec.name : undefined;
}

function ask({ text, contextText, earlier, picture }: RoutingRequest): ChatMessage {
  const said = earlier.length === 0 ? '' : describeMessages(earlier, MAX_EARLIER_TOKENS, { brief: true });
  const material = [
    contextText && markUntrusted(cutText(contextText, MAX_CONTEXT_TOKENS).text, 'selection and context'),
    said && markUntrusted(said, 'earlier conversation'),
    picture && markUntrusted(picture, 'workspace'),
  ].filter((part) => part !== '');
  const parts = [`Request:\n${cutText(text, MAX_REQUEST_TOKENS).text}`, ...material];
  return { role: 'user', content: [{ type: 'text', text: parts.join('\n\n') }] };
}

function routeSchema(spec: AgentSpec): ToolSchema {
  return transferTool(spec.name, `Hands the request to ${spec.name}. ${spec.description}`);
}

const SUPERVISOR_SCHEMA = transferTool(
  SUPERVISOR,
  'Hands the request to the supervisor, who plans it as several tasks for several agents. Only for goals that need that.',
);

function transferTool(name: string, description: string): ToolSchema {
  const reason = { type: 'string', description: 'Why this one, in at most twelve words; the person sees it.' };
  const inputSchema = { type: 'object', properties: { reason }, required: ['reason'] };
  return { name: transferToolName(name), description, inputSchema };
}

/** Answers whatever the router said, and asks again. */
function correction(message: AssistantMessage, schemas: readonly ToolSchema[]): ChatMessage[] {
  const names = schemas.map((schema) => schema.name).join(', ');
  const text = `That is none of the choices. Call exactly one of these tools: ${names}.`;
  const answered = message.toolCalls.map((call): ChatMessage => ({
    role: 'tool',
    toolCallId: call.id,
    text: `There is no agent behind '${call.name}'.`,
    isError: true,
  }));
  const said = message.text === '' && message.toolCalls.length === 0 ? [] : [message, ...answered];
  return [...said, { role: 'user', content: [{ type: 'text', text }] }];
}

function choose(routing: Routing, { agent, reason, call }: RoutingChoice, outcome: Completed): RouteOutcome {
  const { run } = routing;
  const why = reason ?? `the router chose ${agent}`;
  const by = outcome.model.provider === 'offline' ? 'policy' : call ? 'model' : 'category';
  const span = call && startTransferSpan(run, call, { from: 'router', to: agent, reason: why });
  const decided = report(routing, { agent, reason: why, by }, span ?? run.span);
  span?.end({ status: 'ok' });
  const eventId = complete(routing, decided);
  if (agent === SUPERVISOR) return { kind: 'goal', reason: why, eventId };
  return { kind: 'agent', agent: specOf(routing, agent), reason: why, eventId };
}

function fallBack(routing: Routing, nonsense: string): RouteOutcome {
  const { services, candidates, run } = routing;
  const wanted = services.registry.find(services.settings().router.fallbackAgent);
  const spec = wanted && candidates.includes(wanted) ? wanted : candidates[0];
  if (!spec) {
    const message =
      'No agent can take the request: all are switched off (agentTeam.agents.disabled), paused, or left alone after failures.';
    return fail(routing, failure('agent.none_available', message));
  }
  const agent = spec.name;
  const fallback = run.emit('route.fallback', { agent, reason: nonsense });
  const decided = report(
    { ...routing, run: run.with({ cause: fallback.id }) },
    { agent, reason: nonsense, by: 'fallback' },
    run.span,
  );
  return { kind: 'agent', agent: spec, reason: nonsense, eventId: complete(routing, decided) };
}

function report(
  routing: Routing,
  choice: { agent: string; reason: string; by: 'model' | 'category' | 'policy' | 'fallback' },
  span: Span,
): string {
  const durationMs = routing.services.clock.now() - routing.startMs;
  return routing.run.emit('route.decided', { ...choice, durationMs }, { span }).id;
}

function complete({ run, invocationId, turns }: Routing, causationId: string): string {
  run.emit('agent.completed', { invocationId, text: '', turns, outcome: 'handoff' }, { causationId });
  return causationId;
}

function fail({ run, invocationId, turns }: Routing, error: Failure): RouteOutcome {
  const failed = run.emit('agent.failed', { invocationId, error, text: '', turns });
  return { kind: 'failed', failure: error, eventId: failed.id };
}

function specOf({ candidates }: Routing, name: string): AgentSpec {
  const spec = candidates.find((candidate) => candidate.name === name);
  if (!spec) throw new Error(`Internal error: the router chose '${name}', which is no candidate.`);
  return spec;
}

/** Failures that another agent would meet as well, if it asks the same model. */
const SHARED_FAILURES: ReadonlySet<string> = new Set([
  'model.unauthorized',
  'model.not_found',
  'model.quota_exceeded',
  'model.consent_required',
  'model.unavailable',
  'model.rate_limited',
  'model.timeout',
  'model.breaker_open',
  'model.broken_stream',
]);

function endsRun({ services }: Routing, { reason }: Failure): boolean {
  if (reason === 'cancelled' || reason.startsWith('budget.')) return true;
  const { models, router } = services.settings();
  const isSameModel = JSON.stringify(models['router']) === JSON.stringify(models[router.fallbackAgent]);
  return isSameModel && SHARED_FAILURES.has(reason);
}

function startSpan(run: RunContext, spec: AgentSpec, promptVersion: string): Span {
  return run.startSpan(`invoke_agent ${spec.name}`, {
    [GEN_AI.operation]: 'invoke_agent',
    [GEN_AI.agentName]: spec.name,
    [GEN_AI.agentVersion]: promptVersion,
    [AGENT_TEAM.promptVersion]: promptVersion,
    [AGENT_TEAM.runId]: run.runId,
    ...(run.shared.threadId !== undefined && { [GEN_AI.conversationId]: run.shared.threadId }),
  });
}

function endSpan(span: Span, outcome: RouteOutcome): void {
  if (outcome.kind !== 'failed') {
    span.end({ status: 'ok' });
    return;
  }
  const { reason, message } = outcome.failure;
  span.end({ status: 'error', message, attributes: { [GEN_AI.errorType]: reason } });
}
