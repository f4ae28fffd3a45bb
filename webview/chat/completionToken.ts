// Which word at the caret asks for suggestions, and what replaces it.

export interface CompletionToken {
  kind: 'agent' | 'command' | 'context' | 'file' | 'symbol';
  /** What was typed after `@`, `/`, `#`, `#file:` or `#symbol:`. */
  query: string;
  /** Where the word begins, its sign included, and where it ends. */
  start: number;
  end: number;
}

/** The word that ends at the caret; undefined for one that does not begin with `@` or `#` after a blank or at the start, or with `/` as the first of all. */
export function tokenAt(text: string, caret: number): CompletionToken | undefined {
  const command = /^\s*\/([a-z]*)$/i.exec(text.slice(0, caret))?.[1];
  if (command !== undefined) return { kind: 'command', query: command, start: caret - command.length - 1, end: caret };
  const word = /(?:^|[\s(,])([@#][^\s,()]*)$/.exec(text.slice(0, caret))?.[1];
  if (word === undefined) return undefined;
  const range = { start: caret - word.length, end: caret };
  if (word.startsWith('@')) return { kind: 'agent', query: word.slice(1), ...range };
  const typed = /^#(file|symbol):(.*)$/.exec(word);
  if (typed) return { kind: typed[1] === 'file' ? 'file' : 'symbol', query: typed[2] ?? '', ...range };
  return { kind: 'context', query: word.slice(1), ...range };
}

/** Puts `insert` in the place of the word; a blank follows unless the word goes on (`#file:`). */
export function complete(text: string, token: CompletionToken, insert: string): { text: string; caret: number } {
  const goesOn = insert.endsWith(':');
  const rest = text.slice(token.end);
  const gap = goesOn || /^\s/.test(rest) ? '' : ' ';
  const head = text.slice(0, token.start) + insert + gap;
  return { text: head + rest, caret: head.length + (!goesOn && gap === '' ? 1 : 0) };
}

/** Those whose name begins with the query first, then those that contain it; order is kept otherwise. */
export function matching<T>(items: readonly T[], query: string, nameOf: (item: T) => string): T[] {
  const wanted = query.toLowerCase();
  const starts = items.filter((item) => nameOf(item).toLowerCase().startsWith(wanted));
  const contains = items.filter((item) => !starts.includes(item) && nameOf(item).toLowerCase().includes(wanted));
  return [...starts, ...contains];
}
