// The loop of one invocation: ask the model, run what it calls, feed the results back, until there is an answer, a handoff or an end.
import { failure, type Failure } from '../failure';
import type {
  AssistantMessage,
  CallUsage,
  ChatMessage,
  SystemMessage,
  ToolSchema,
  UserMessage,
} from '../model/chatModel';
import { failureOfSignal } from '../model/modelAttempt';
import type { ModelCallOutcome } from '../model/modelCaller';
import type { RunContext } from '../runs/runContext';
import type { Tool } from '../tools/tool';
import type { AgentInvocation } from './agentInvocation';
import type { AgentOutcome } from './agentOutcome';
import type { AgentServices } from './agentServices';
import { CallIds } from './callIds';
import { ContextWindow } from './contextWindow';
import { offeredTools } from './offeredTools';
import { ProgressGuard } from './progressGuard';
import { systemPrompt } from './systemPrompt';
import { runToolTurn } from './toolTurn';
import { untilAborted } from './untilAborted';
import { guardedUserMessage } from './userMessage';

type Completed = Extract<ModelCallOutcome, { kind: 'completed' }>;

interface Offer {
  tools: Map<string, Tool>;
  schemas: ToolSchema[];
  system: SystemMessage;
}

const EMPTY_NUDGE = 'Your last answer was empty. Answer the request now, or call a tool.';
const LAST_TURN_NUDGE =
  'This is your last turn. Do not call tools any more: answer now with what you know, and say what is left open.';
const CUT_OFF_LINE = '[The answer was cut off here by its length limit.]';

/** One invocation. `run` is its scope: span and agent are set. */
export class AgentLoop {
  turns = 0;
  readonly usage: CallUsage = {};
  private messages: ChatMessage[];
  private readonly added: ChatMessage[] = [];
  private readonly spoken: string[] = [];
  private readonly guard = new ProgressGuard();
  private readonly ids: CallIds;
  private condensed = false;
  private newFacts = false;
  private emptyAnswers = 0;
  private readonly window: ContextWindow;
  private cause: string | undefined;
  private system: SystemMessage | undefined;

  constructor(
    private readonly services: AgentServices,
    private readonly invocation: AgentInvocation,
    private readonly scope: RunContext,
  ) {
    this.messages = [...invocation.messages];
    this.window = new ContextWindow(services, invocation.spec.name);
    this.ids = new CallIds(invocation.messages, scope.shared.callIds, invocation.takenCallIds);
    this.cause = scope.scope.cause;
  }

  /** Goes on until the invocation ends. Rejects only for bugs. */
  async run(): Promise<AgentOutcome> {
    const { limits } = this.invocation.spec;
    for (;;) {
      if (this.turns >= (limits?.maxTurns ?? this.services.settings().limits.maxTurns))
        return this.fail(tooManyTurns(this.turns));
      const stopped = (await this.waitUntilResumed()) ?? (await this.takeSteering());
      if (stopped) return this.fail(stopped);
      const offer = this.offer();
      await this.fit(offer);
      if (this.current.signal.aborted) return this.fail(failureOfSignal(this.current.signal));
      const outcome = await this.services.models.call(this.request(offer), this.current);
      this.cause = outcome.eventId ?? this.cause;
      const end = outcome.kind === 'failed' ? this.afterFailure(outcome) : await this.afterMessage(outcome, offer);
      if (end) return end;
    }
  }

  /** What had been streamed by now. */
  get text(): string {
    return this.spoken.join('\n\n');
  }

  /** An end that is not the model's doing. */
  fail(why: Failure): AgentOutcome {
    return { kind: 'failed', failure: why, text: this.text, ...this.result() };
  }

  private get current(): RunContext {
    return this.cause === undefined ? this.scope : this.scope.with({ cause: this.cause });
  }

  private async waitUntilResumed(): Promise<Failure | undefined> {
    const { signal } = this.scope;
    const waited = this.invocation.untilResumed?.();
    if (waited) await untilAborted(waited, signal);
    return signal.aborted ? failureOfSignal(signal) : undefined;
  }

  private async takeSteering(): Promise<Failure | undefined> {
    for (const message of (await this.invocation.takeSteering?.()) ?? []) {
      const guarded = guardedUserMessage(this.services, { message, agent: this.invocation.spec.name }, this.current);
      if ('failure' in guarded) return guarded.failure;
      this.append(guarded.message);
      this.newFacts = true;
    }
    return undefined;
  }

  /** What the agent can use in this turn: tools and targets come and go while a run works. */
  private offer(): Offer {
    const { spec, transfers, instructions, memory, extraTools = [] } = this.invocation;
    const { tools: source, registry } = this.services;
    const found = [...offeredTools(spec, source, this.scope), ...extraTools];
    const tools = new Map(found.map((tool) => [tool.name, tool]));
    const targets = transfers ? registry.handoffTargets(spec) : [];
    return {
      tools,
      schemas: [...found.map(schemaOf), ...(transfers?.schemas ?? [])],
      system: this.systemMessage(systemPrompt({ spec, targets, instructions, memory })),
    };
  }

  /** The same object as long as the text is the same, so that its tokens are counted once. */
  private systemMessage(text: string): SystemMessage {
    if (this.system?.text !== text) this.system = this.services.systemMessages?.of(text) ?? { role: 'system', text };
    return this.system;
  }

  private request({ schemas, system }: Offer) {
    const nudge = this.nudge();
    return {
      role: this.invocation.spec.name,
      messages: [system, ...this.messages, ...(nudge ? [userMessage(nudge)] : [])],
      tools: schemas,
    };
  }

  /** A word to the model that is sent once and does not become part of the history. */
  private nudge(): string | undefined {
    if (this.emptyAnswers > 0) return EMPTY_NUDGE;
    const maxTurns = this.invocation.spec.limits?.maxTurns ?? this.services.settings().limits.maxTurns;
    return this.turns > 0 && this.turns + 1 === maxTurns ? LAST_TURN_NUDGE : undefined;
  }

  private async fit({ schemas, system }: Offer): Promise<void> {
    const fitted = await this.window.fit(this.messages, { system, schemas }, this.current);
    if (!fitted || this.scope.signal.aborted) return;
    this.messages = fitted.messages;
    this.condensed = true;
    this.cause = fitted.eventId;
  }

  private afterFailure({
    failure: why,
    text,
  }: Extract<ModelCallOutcome, { kind: 'failed' }>): AgentOutcome | undefined {
    if (text !== '') {
      this.spoken.push(text);
      this.append({ role: 'assistant', text, toolCalls: [] });
    }
    if (this.scope.signal.aborted) return this.fail(failureOfSignal(this.scope.signal));
    if (why.reason === 'model.empty') return this.afterEmpty(why);
    if (why.reason === 'model.context_too_long' && this.window.shrink()) return undefined;
    return this.fail(why);
  }

  private afterEmpty(why: Failure): AgentOutcome | undefined {
    this.emptyAnswers += 1;
    return this.emptyAnswers > 1 ? this.fail(why) : undefined;
  }

  private async afterMessage(outcome: Completed, offer: Offer): Promise<AgentOutcome | undefined> {
    this.turns += 1;
    addUsage(this.usage, outcome.usage);
    const message = this.ids.unique(outcome.message);
    if (message.text.trim() === '' && message.toolCalls.length === 0) {
      if (outcome.finishReason === 'content_filter') return this.fail(refused());
      return this.afterEmpty(
        failure('model.empty', 'The model gave no answer. Try again, or choose another model.', true),
      );
    }
    this.emptyAnswers = 0;
    if (message.text !== '') this.spoken.push(message.text);
    if (message.toolCalls.length === 0) return this.unlessSteered(this.answer(message, outcome));
    this.append(message);
    const end = await this.callTools(message, offer);
    return end ?? this.overTokenLimit();
  }

  /** What the person said while the answer was written is answered before the invocation ends. */
  private async unlessSteered(ended: AgentOutcome): Promise<AgentOutcome | undefined> {
    if (ended.kind !== 'answer') return ended;
    const before = this.added.length;
    const stopped = await this.takeSteering();
    if (stopped) return this.fail(stopped);
    return this.added.length === before ? ended : undefined;
  }

  private answer(message: AssistantMessage, { finishReason }: Completed): AgentOutcome {
    const { guardrails } = this.services;
    const { name: agent } = this.invocation.spec;
    const guarded = guardrails.apply({ stage: 'output', text: message.text, agent, source: 'answer' }, this.current);
    this.cause = guarded.eventId ?? this.cause;
    if (guarded.blocked) {
      const why = `The answer was held back by the guardrail '${guarded.guardrail}': ${guarded.reason}.`;
      this.spoken.pop();
      return this.fail(failure('guardrail.blocked', why));
    }
    this.append({ ...message, text: guarded.text });
    if (finishReason !== 'length') return { kind: 'answer', text: guarded.text, ...this.result() };
    return { kind: 'answer', text: `${guarded.text}\n\n${CUT_OFF_LINE}`, note: 'cut_off', ...this.result() };
  }

  private async callTools(message: AssistantMessage, offer: Offer): Promise<AgentOutcome | undefined> {
    const { transfers, spec } = this.invocation;
    const turn = await runToolTurn({
      scope: {
        services: this.services,
        run: this.current,
        agent: spec.name,
        tools: offer.tools,
        otherNames: transfers?.schemas.map((schema) => schema.name) ?? [],
        words: message.text,
        maxResultTokens: () => this.window.maxResultTokens(this.current),
      },
      message,
      transfers,
      guard: this.guard,
      newFacts: this.newFacts,
    });
    for (const result of turn.results) this.append(result);
    this.cause = turn.eventId ?? this.cause;
    this.newFacts ||= turn.learned;
    if (this.scope.signal.aborted) return this.fail(failureOfSignal(this.scope.signal));
    if (turn.handoff) return { kind: 'handoff', handoff: turn.handoff, text: message.text, ...this.result() };
    return turn.fatal && this.fail(turn.fatal);
  }

  private overTokenLimit(): AgentOutcome | undefined {
    const limit = this.invocation.spec.limits?.maxTokens;
    const used = (this.usage.inputTokens ?? 0) + (this.usage.outputTokens ?? 0);
    if (limit === undefined || used < limit) return undefined;
    return this.fail(failure('agent.max_tokens', `The agent used ${used} tokens; its own limit is ${limit}.`));
  }

  private append(message: ChatMessage): void {
    this.messages.push(message);
    this.added.push(message);
  }

  private result() {
    const { messages, added, condensed, turns, cause: eventId } = this;
    return { messages, added, condensed, turns, eventId };
  }
}

/** The same object for the same tool, so that its tokens are counted once. */
const schemas = new WeakMap<Tool, ToolSchema>();

function schemaOf(tool: Tool): ToolSchema {
  const known = schemas.get(tool);
  if (known) return known;
  const { name, description, inputSchema } = tool;
  const schema = { name, description, inputSchema };
  schemas.set(tool, schema);
  return schema;
}

function userMessage(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

function addUsage(sum: CallUsage, usage: CallUsage): void {
  for (const key of ['inputTokens', 'outputTokens', 'cachedInputTokens', 'costUsd'] as const) {
    const value = usage[key];
    if (value !== undefined) sum[key] = (sum[key] ?? 0) + value;
  }
}

function tooManyTurns(turns: number): Failure {
  const message = `The agent did not come to an end within ${turns} turns (agentTeam.limits.maxTurns). Ask for a smaller step, or raise the limit.`;
  return failure('agent.max_turns', message);
}

function refused(): Failure {
  return failure(
    'model.refused',
    "The model's content filter held the answer back. Ask in other words, or choose another model.",
  );
}
