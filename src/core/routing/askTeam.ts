// A request on its way to its answer: the router, unless somebody decided already, then agents that may hand over to each other.
import { callIdsIn } from '../agents/callIds';
import { unmarkUntrusted } from '../agents/guardrails/untrusted';
import { withDeadline } from '../agents/deadline';
import type { AgentOutcome, Handoff } from '../agents/agentOutcome';
import type { AgentServices } from '../agents/agentServices';
import type { AgentSpec } from '../agents/agentSpec';
import { whyUnavailable } from '../agents/agentUnavailable';
import { runAgent } from '../agents/runAgent';
import { untilAborted } from '../agents/untilAborted';
import { requestMessage } from '../agents/userMessage';
import { failure, messageOf, type Failure } from '../failure';
import type { ChatMessage, ContentPart, UserMessage } from '../model/chatModel';
import { failureOfSignal } from '../model/modelAttempt';
import type { RunContext } from '../runs/runContext';
import { messagesForTarget } from './handoff';
import { HandoffLedger, type HandoffCount } from './handoffLedger';
import { routeRequest } from './routeRequest';
import { TransferDesk } from './transferDesk';

export interface TeamServices extends AgentServices {
  /** A few lines on the workspace for the router; asked only when the router is. */
  workspacePicture?(signal: AbortSignal): Promise<string>;
  /** Instructions of the workspace (AGENTS.md) for an agent that works on `places`: URIs or workspace paths. */
  instructionsFor?(agent: string, signal: AbortSignal, places?: readonly string[]): Promise<string | undefined>;
  /** Whether the router may choose the supervisor; absent: it may. */
  offersSupervisor?(): boolean;
}

export interface TeamRequest {
  /** What the person wants, without the mentions that decided who answers. */
  text: string;
  images?: Extract<ContentPart, { type: 'image' }>[];
  /** Selected code, files, problems, …: material that belongs to the request. */
  contextText?: string;
  /** URIs or workspace paths of what the request is about. */
  places?: readonly string[];
  /** Who answers, if that is decided; absent: the router decides. `agent` is a name or alias. */
  start?: { agent: string; by: 'mention' | 'option' | 'thread'; reason?: string };
  /** The thread so far: a valid history without system messages. */
  threadMessages?: readonly ChatMessage[];
  takeSteering?(): UserMessage[] | Promise<UserMessage[]>;
  untilResumed?(): Promise<void>;
  /** Set where several agents are asked at once: their handoffs count together. */
  handoffCount?: HandoffCount;
  /** Called whenever another agent takes control, with its canonical name. */
  onControl?(agent: string): void;
}

export interface TeamOutcome {
  result:
    | { kind: 'answer'; text: string; note?: 'cut_off' }
    /** The router found a goal for the supervisor. */
    | { kind: 'goal'; reason: string }
    | { kind: 'failed'; failure: Failure; text: string };
  /** The agent that answered, or the last one in control. */
  agent: string;
  /** The router's transfer included. */
  handoffs: { from: string; to: string; reason: string }[];
  /** The thread with this request and everything that was said and done. */
  messages: ChatMessage[];
  /** The cause of what comes next. */
  eventId: string | undefined;
}

/** Brings a request to its answer: router (unless it is decided), agents, handoffs. Never rejects. */
export async function askTeam(services: TeamServices, request: TeamRequest, run: RunContext): Promise<TeamOutcome> {
  const { taskTimeoutSeconds } = services.settings().limits;
  const message = `The request took longer than ${taskTimeoutSeconds} s (agentTeam.limits.taskTimeoutSeconds). Ask for a smaller step, or raise the limit.`;
  const expired = failure('task.timeout', message, true);
  const deadline = withDeadline(run, services.clock, { timeoutMs: taskTimeoutSeconds * 1_000, expired });
  const ask = new TeamAsk(services, request, deadline.run);
  try {
    return await ask.answer();
  } catch (error) {
    services.onBug(error, 'team');
    return ask.fail(failure('internal', `Internal error: ${messageOf(error)}`));
  } finally {
    deadline.dispose();
  }
}

interface Turn {
  spec: AgentSpec;
  messages: ChatMessage[];
  from?: string;
  reason?: string;
}

/** One request. `log` is everything said and done in the thread; what an agent sees may be less. */
class TeamAsk {
  private readonly ledger: HandoffLedger;
  private readonly handoffs: TeamOutcome['handoffs'] = [];
  private readonly earlier: readonly ChatMessage[];
  private readonly requests: UserMessage[] = [];
  private readonly places: string[];
  private log: ChatMessage[];
  private agent = 'router';
  private cause: string | undefined;

  constructor(
    private readonly services: TeamServices,
    private readonly request: TeamRequest,
    private readonly scope: RunContext,
  ) {
    this.ledger = new HandoffLedger(services.settings().limits.maxHandoffs, request.handoffCount);
    this.earlier = request.threadMessages ?? [];
    this.log = [...this.earlier];
    this.places = [...(request.places ?? [])];
    this.cause = scope.scope.cause;
  }

  async answer(): Promise<TeamOutcome> {
    const { text, contextText, images, start } = this.request;
    const agent = start?.agent ?? 'router';
    const guarded = requestMessage(this.services, { text, contextText, images, agent }, this.run);
    this.cause = guarded.eventId ?? this.cause;
    if ('failure' in guarded) return this.fail(guarded.failure);
    this.requests.push(guarded.message);
    this.log.push(guarded.message);
    const first = await this.first(guarded.message);
    if ('result' in first) return first;
    return this.follow(first);
  }

  fail(why: Failure, text = ''): TeamOutcome {
    return this.outcome({ kind: 'failed', failure: why, text });
  }

  private get run(): RunContext {
    return this.cause === undefined ? this.scope : this.scope.with({ cause: this.cause });
  }

  private outcome(result: TeamOutcome['result']): TeamOutcome {
    const { agent, handoffs, log, cause } = this;
    return { result, agent, handoffs, messages: log, eventId: cause };
  }

  /** Who begins. A thread's last agent that is paused after failures gives way to the router. */
  private async first(message: UserMessage): Promise<Turn | TeamOutcome> {
    const { start } = this.request;
    const { registry, breakers } = this.services;
    const spec = start && registry.find(start.agent);
    if (
      !start ||
      (start.by === 'thread' && (!spec || !registry.isAvailable(spec.name) || breakers.isOpen(spec.name)))
    ) {
      return this.route(message);
    }
    if (!spec) return this.fail(failure('agent.unknown', `There is no agent '${start.agent}'.`));
    this.agent = spec.name;
    const unavailable = whyUnavailable(registry, spec.name);
    if (unavailable) return this.fail(unavailable);
    const reason = start.reason ?? DECIDED[start.by];
    const decided = this.run.emit('route.decided', { agent: spec.name, reason, by: start.by, durationMs: 0 });
    this.cause = decided.id;
    return { spec, messages: [...this.log] };
  }

  private async route(message: UserMessage): Promise<Turn | TeamOutcome> {
    const { services, scope, earlier } = this;
    const [text = '', ...material] = message.content.flatMap((part) => (part.type === 'text' ? part.text : []));
    const picture = (await this.optional(services.workspacePicture?.(scope.signal), 'workspace picture')) ?? '';
    if (scope.signal.aborted) return this.fail(failureOfSignal(scope.signal));
    const offersSupervisor = services.offersSupervisor?.() ?? true;
    // The router shortens the material and marks it itself.
    const contextText = material.map(unmarkUntrusted).join('\n');
    const routing = { text, contextText, earlier, picture, offersSupervisor };
    const routed = await routeRequest(services, routing, this.run);
    this.cause = routed.eventId ?? this.cause;
    if (routed.kind === 'failed') return this.fail(routed.failure);
    const to = routed.kind === 'goal' ? 'supervisor' : routed.agent.name;
    const { reason } = routed;
    this.handoffs.push({ from: 'router', to, reason });
    if (routed.kind === 'goal') {
      this.agent = to;
      return this.outcome({ kind: 'goal', reason });
    }
    return { spec: routed.agent, messages: [...this.log], from: 'router', reason };
  }

  /** Lets one agent after the other work until one of them answers. */
  private async follow(first: Turn): Promise<TeamOutcome> {
    for (let turn = first; ;) {
      this.agent = turn.spec.name;
      this.request.onControl?.(this.agent);
      const outcome = await this.invoke(turn);
      this.remember(turn, outcome);
      if (outcome.kind === 'answer') {
        const { text, note } = outcome;
        return this.outcome({ kind: 'answer', text, ...(note && { note }) });
      }
      if (outcome.kind === 'failed') return this.fail(outcome.failure, outcome.text);
      turn = this.handOver(outcome.handoff, outcome.added);
    }
  }

  private async invoke({ spec, messages, from, reason }: Turn): Promise<AgentOutcome> {
    const { services, request, scope } = this;
    const asked = services.instructionsFor?.(spec.name, scope.signal, this.places);
    const instructions = await this.optional(asked, 'instructions');
    return runAgent(
      services,
      {
        spec,
        messages,
        transfers: new TransferDesk(services, spec, this.ledger),
        takenCallIds: new Set(callIdsIn(this.log)),
        ...(instructions !== undefined && { instructions }),
        ...(from !== undefined && { from }),
        ...(reason !== undefined && { reason }),
        ...(request.takeSteering && { takeSteering: () => request.takeSteering?.() ?? [] }),
        ...(request.untilResumed && { untilResumed: () => request.untilResumed?.() ?? Promise.resolve() }),
      },
      this.run,
    );
  }

  /** What helps but must not be in the way: undefined when it fails or the run is stopped. */
  private async optional<T>(work: Promise<T> | undefined, where: string): Promise<T | undefined> {
    if (!work) return undefined;
    try {
      const outcome = await untilAborted(work, this.scope.signal);
      return outcome === 'aborted' ? undefined : outcome.value;
    } catch (error) {
      this.services.onBug(error, where);
      return undefined;
    }
  }

  /** Carries on the condensed history only where the agent saw everything; otherwise nothing may get lost. */
  private remember({ messages }: Turn, { added, condensed, messages: left, eventId }: AgentOutcome): void {
    const sawEverything =
      messages.length === this.log.length && messages.every((message, at) => message === this.log[at]);
    this.log = condensed && sawEverything ? [...left] : [...this.log, ...added];
    this.requests.push(...added.filter((message) => message.role === 'user'));
    this.cause = eventId ?? this.cause;
  }

  private handOver(handoff: Handoff, added: readonly ChatMessage[]): Turn {
    const { from, to, reason } = handoff;
    this.handoffs.push({ from, to, reason });
    this.places.push(...(handoff.files ?? []));
    const spec = this.services.registry.find(to);
    if (!spec) throw new Error(`Internal error: control passed on to '${to}', which is gone.`);
    const { log, earlier, requests } = this;
    const { messages, note } = messagesForTarget(handoff, { log, earlier, requests, added });
    this.log.push(note);
    return { spec, messages, from, reason };
  }
}

const DECIDED = {
  mention: 'named in the request',
  option: 'chosen by the caller',
  thread: 'answered last in this thread',
} as const;
