// What of a conversation one invocation can send to its model, and what happens when that is too much.
import { DEFAULT_CONTEXT_TOKENS, fitContext } from '../memory/contextBudget';
import { tokensOfMessages } from '../memory/tokens';
import type { ChatMessage, SystemMessage, ToolSchema } from '../model/chatModel';
import { estimateRequestTokens } from '../model/tokenEstimate';
import type { RunContext } from '../runs/runContext';
import type { AgentServices } from './agentServices';
import { summarize } from './summarizer';

/** Room for the answer where the settings ask for none; never more than a quarter of the context. */
const ANSWER_RESERVE_TOKENS = 4_096;
const MIN_MESSAGE_TOKENS = 500;
/** A request that its server refused as too long is tried again with half of it, this often. */
const MAX_SHRINKS = 2;

export class ContextWindow {
  private shrinks = 0;
  /** Set once a server said that it takes less than we thought. */
  private provenTokens: number | undefined;
  private lastRequestTokens = 0;

  constructor(
    private readonly services: AgentServices,
    private readonly role: string,
  ) {}

  /** The messages condensed, and the event that says so; undefined when they fit as they are. */
  async fit(
    messages: readonly ChatMessage[],
    fixed: { system: SystemMessage; schemas: readonly ToolSchema[] },
    run: RunContext,
  ): Promise<{ messages: ChatMessage[]; eventId: string } | undefined> {
    const budget = await this.requestTokens(run);
    const fixedTokens = estimateRequestTokens({ messages: [fixed.system], tools: fixed.schemas });
    this.lastRequestTokens = tokensOfMessages(messages) + fixedTokens;
    if (this.lastRequestTokens <= budget) return undefined;
    let cause = run.scope.cause;
    const fitted = await fitContext({
      messages,
      budgetTokens: Math.max(MIN_MESSAGE_TOKENS, budget - fixedTokens),
      summarize: async (text, maxTokens) => {
        const summary = await summarize(this.services, { text, maxTokens }, run);
        cause = summary?.eventId ?? cause;
        return summary?.text;
      },
    });
    if (!fitted.condensed || run.signal.aborted) return undefined;
    this.lastRequestTokens = fitted.condensed.keptTokens + fixedTokens;
    const event = run.emit('context.condensed', fitted.condensed, cause === undefined ? {} : { causationId: cause });
    return { messages: fitted.messages, eventId: event.id };
  }

  /** Takes note that the last request was too long for its server; false when it is no use to try a shorter one. */
  shrink(): boolean {
    if (this.shrinks >= MAX_SHRINKS) return false;
    this.shrinks += 1;
    this.provenTokens = Math.floor(this.lastRequestTokens / 2);
    return true;
  }

  /** One tool result may take a quarter of what a request may have. */
  async maxResultTokens(run: RunContext): Promise<number> {
    return Math.min(16_000, Math.max(MIN_MESSAGE_TOKENS, Math.floor((await this.requestTokens(run)) / 4)));
  }

  /** Tokens that system prompt, tools and messages may have together, so that the answer fits as well. */
  private async requestTokens(run: RunContext): Promise<number> {
    if (this.provenTokens !== undefined) return this.provenTokens;
    const context = (await this.services.models.contextTokens(this.role, run)) ?? DEFAULT_CONTEXT_TOKENS;
    const wanted = this.services.settings().modelOptions[this.role]?.maxOutputTokens ?? ANSWER_RESERVE_TOKENS;
    return context - Math.min(wanted, Math.floor(context / 4));
  }
}
