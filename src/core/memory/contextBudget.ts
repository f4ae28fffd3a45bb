// Makes a history fit its model: the goal, the latest request and the latest work stay; what lies between is condensed.
//
//   goal  old old old old  request  work work work        before
//   goal+summary           request  work work             after
//
// An assistant message and the results of its tool calls are one block: kept or condensed together.
import type { ChatMessage, ContentPart, UserMessage } from '../model/chatModel';
import { estimateMessageTokens } from '../model/tokenEstimate';
import { describeMessages, pathsIn } from './conversationText';
import { cutText } from './cutText';
import { estimateTokens, tokensOfMessages } from './tokens';

/** What a model whose context is unknown is taken to hold: what today's small local models are run with at least. */
export const DEFAULT_CONTEXT_TOKENS = 32_000;

export interface FitRequest {
  /** A valid history without system messages. */
  messages: readonly ChatMessage[];
  /** Tokens that the messages may have. */
  budgetTokens: number;
  /** Condenses a text to at most `maxTokens`; undefined when that failed. */
  summarize: (text: string, maxTokens: number) => Promise<string | undefined>;
}

export interface FittedContext {
  messages: ChatMessage[];
  /** Present when something was left out. */
  condensed?: { dropped: number; droppedTokens: number; keptTokens: number; summary: string };
}

const SUMMARY_OPEN = '<summary of="the conversation so far">';
const SUMMARY_CLOSE = '</summary>';

/** Shares of the budget. The rest is room to work before it must be condensed again. */
const SHARES = { goal: 0.2, summary: 0.15, recent: 0.35, request: 0.2 } as const;
const MAX_SUMMARY_TOKENS = 1_500;
const MAX_FILES_LISTED = 40;

/** Returns the messages as they are when they fit; calls `summarize` at most once. */
export async function fitContext({ messages, budgetTokens, summarize }: FitRequest): Promise<FittedContext> {
  const before = tokensOfMessages(messages);
  if (before <= budgetTokens) return { messages: [...messages] };
  const parts = split(messages, budgetTokens);
  if (parts.dropped.length === 0) return shrinkOnly(messages, budgetTokens);
  const summary = await summaryOf(parts, budgetTokens, summarize);
  const head = headMessage(parts.goal, summary, budgetTokens);
  const kept = shrinkTo([head, ...parts.request, ...parts.recent], budgetTokens);
  const keptTokens = tokensOfMessages(kept);
  const droppedTokens = Math.max(0, before - keptTokens);
  return { messages: kept, condensed: { dropped: parts.dropped.length, droppedTokens, keptTokens, summary } };
}

interface Parts {
  goal: UserMessage | undefined;
  dropped: ChatMessage[];
  /** The latest user message, where it stands before the recent blocks. */
  request: ChatMessage[];
  recent: ChatMessage[];
}

function split(messages: readonly ChatMessage[], budgetTokens: number): Parts {
  const blocks = blocksOf(messages);
  const first = blocks[0]?.[0];
  const goal = first?.role === 'user' ? first : undefined;
  const rest = goal ? blocks.slice(1) : blocks;
  let start = rest.length;
  let tokens = 0;
  while (start > 0) {
    tokens += tokensOfMessages(rest[start - 1] ?? []);
    if (tokens > budgetTokens * SHARES.recent && start < rest.length) break;
    start -= 1;
  }
  const older = rest.slice(0, start);
  const recent = rest.slice(start).flat();
  const requestAt = recent.some(isUser) ? -1 : older.findLastIndex((block) => block.some(isUser));
  return {
    goal,
    dropped: older.filter((_, index) => index !== requestAt).flat(),
    request: older[requestAt] ?? [],
    recent,
  };
}

/** Messages that may not be parted: a tool result stays behind the message that asked for it. */
function blocksOf(messages: readonly ChatMessage[]): ChatMessage[][] {
  const blocks: ChatMessage[][] = [];
  for (const message of messages) {
    const last = blocks.at(-1);
    if (message.role === 'tool' && last) last.push(message);
    else blocks.push([message]);
  }
  return blocks;
}

async function summaryOf(parts: Parts, budgetTokens: number, summarize: FitRequest['summarize']): Promise<string> {
  const maxTokens = Math.min(MAX_SUMMARY_TOKENS, Math.floor(budgetTokens * SHARES.summary));
  const earlier = parts.goal?.content.flatMap((part) => summaryIn(part) ?? []) ?? [];
  const described = describeMessages(parts.dropped, Math.floor(budgetTokens * 0.6));
  const text = [...earlier.map((old) => `Summary of what came before:\n${old}`), described].join('\n\n');
  const summary = (await summarize(text, maxTokens))?.trim() || mechanicalSummary(earlier, parts.dropped);
  const files = pathsIn(parts.dropped).slice(-MAX_FILES_LISTED);
  const bounded = cutText(summary, maxTokens).text;
  return files.length > 0 ? `${bounded}\nFiles that were worked with: ${files.join(', ')}` : bounded;
}

/** Without a summarizer: what was said and called, a line each. */
function mechanicalSummary(earlier: readonly string[], dropped: readonly ChatMessage[]): string {
  return [...earlier, describeMessages(dropped, MAX_SUMMARY_TOKENS, { brief: true })].join('\n');
}

function headMessage(goal: UserMessage | undefined, summary: string, budgetTokens: number): UserMessage {
  const goalParts = (goal?.content ?? []).filter((part) => summaryIn(part) === undefined);
  const maxTokens = Math.floor(budgetTokens * SHARES.goal);
  const kept = goalParts.map((part) =>
    part.type === 'text' ? { ...part, text: cutText(part.text, maxTokens).text } : part,
  );
  return { role: 'user', content: [...kept, { type: 'text', text: `${SUMMARY_OPEN}\n${summary}\n${SUMMARY_CLOSE}` }] };
}

function summaryIn(part: ContentPart): string | undefined {
  if (part.type !== 'text' || !part.text.startsWith(SUMMARY_OPEN)) return undefined;
  return part.text.slice(SUMMARY_OPEN.length, part.text.lastIndexOf(SUMMARY_CLOSE)).trim();
}

function shrinkOnly(messages: readonly ChatMessage[], budgetTokens: number): FittedContext {
  const before = tokensOfMessages(messages);
  const kept = shrinkTo(messages, budgetTokens);
  const keptTokens = tokensOfMessages(kept);
  if (keptTokens >= before) return { messages: kept };
  const changed = kept.filter((message, index) => message !== messages[index]).length;
  const summary = `${changed} long messages were shortened.`;
  return { messages: kept, condensed: { dropped: 0, droppedTokens: before - keptTokens, keptTokens, summary } };
}

/** Cuts the longest texts until everything fits, or nothing long is left: the newest message is cut last. */
function shrinkTo(messages: readonly ChatMessage[], budgetTokens: number): ChatMessage[] {
  const shrunk = [...messages];
  let excess = tokensOfMessages(shrunk) - budgetTokens;
  const order = shrunk
    .map((message, index) => ({ index, tokens: estimateMessageTokens(message) }))
    .sort(
      (a, b) => Number(a.index === shrunk.length - 1) - Number(b.index === shrunk.length - 1) || b.tokens - a.tokens,
    );
  for (const { index, tokens } of order) {
    const message = shrunk[index];
    if (excess <= 0 || !message) break;
    const target = Math.max(200, tokens - excess - 60);
    if (target >= tokens) continue;
    const smaller = cutMessage(message, target);
    excess -= tokens - estimateMessageTokens(smaller);
    shrunk[index] = smaller;
  }
  return shrunk;
}

function cutMessage(message: ChatMessage, maxTokens: number): ChatMessage {
  switch (message.role) {
    case 'user': {
      const texts = message.content.filter((part) => part.type === 'text');
      const total = texts.reduce((sum, part) => sum + estimateTokens(part.text), 0);
      const content = message.content.map((part) =>
        part.type === 'text'
          ? {
              ...part,
              text: cutText(part.text, Math.floor((maxTokens * estimateTokens(part.text)) / Math.max(1, total))).text,
            }
          : part,
      );
      return { role: 'user', content };
    }
    default:
      return { ...message, text: cutText(message.text, maxTokens).text };
  }
}

function isUser(message: ChatMessage): boolean {
  return message.role === 'user';
}
