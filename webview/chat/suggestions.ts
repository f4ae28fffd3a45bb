// What the popup above the input offers for the word at the caret. Agents, commands and kinds of context are known; files and symbols are asked from the host.
import type { Completion } from '../../src/protocol/chat/chatMessages';
import type { ChatSetup } from '../../src/protocol/chat/chatState';
import { agentLook } from '../../src/protocol/agentLook';
import type { CompletionToken } from './completionToken';
import { matching } from './completionToken';
import type { Page } from './page';

/** Longest list that the popup shows. */
export const MAX_SUGGESTIONS = 30;

/** Suggestions in the order in which they are shown; empty when there are none. */
export async function suggestionsFor(
  token: CompletionToken,
  agents: ChatSetup['agents'],
  page: Page,
): Promise<Completion[]> {
  const { query } = token;
  if (token.kind === 'agent') return matching(agents.map(agentSuggestion), query, ({ label }) => label);
  if (token.kind === 'command') return matching(commands(page), query, ({ label }) => label);
  if (token.kind === 'file' || token.kind === 'symbol') return fromHost(token.kind, query, page);
  const kinds = matching(contextKinds(page), query, ({ insert }) => insert.slice(1));
  // A word that is no kind of context is most likely a file's name.
  const files = query.length >= 2 ? await fromHost('file', query, page) : [];
  return [...kinds, ...files].slice(0, MAX_SUGGESTIONS);
}

async function fromHost(kind: 'file' | 'symbol', query: string, page: Page): Promise<Completion[]> {
  const found = await page.host.request({ type: 'complete', kind, query: query.slice(0, 200) });
  return (found ?? []).slice(0, MAX_SUGGESTIONS);
}

function agentSuggestion({ name, description }: ChatSetup['agents'][number]): Completion {
  return { insert: `@${name}`, label: name, detail: description, icon: agentLook(name).icon };
}

function commands({ translation: { text } }: Page): Completion[] {
  return [
    { insert: '/goal', label: 'goal', detail: text('hintGoal'), icon: 'type-hierarchy' },
    { insert: '/review', label: 'review', detail: text('hintReview'), icon: 'comment' },
  ];
}

function contextKinds({ translation: { text } }: Page): Completion[] {
  return [
    { insert: '#file:', label: 'file', detail: text('hintFile'), icon: 'file' },
    { insert: '#symbol:', label: 'symbol', detail: text('hintSymbol'), icon: 'symbol-method' },
    { insert: '#selection', label: 'selection', detail: text('hintSelection'), icon: 'list-selection' },
    { insert: '#problems', label: 'problems', detail: text('hintProblems'), icon: 'warning' },
    { insert: '#changes', label: 'changes', detail: text('hintChanges'), icon: 'git-compare' },
  ];
}
