// Command lines as words and back, for the few shapes that scripts of a project's tests have.

/** The words of a simple command line, quotes taken off; undefined where it needs a real shell to be understood. */
export function splitWords(line: string): string[] | undefined {
  if (/[`$;|<>()\n\\]/.test(line)) return undefined;
  const words = line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}

/** One word as the shell of the platform must get it. */
export function quoteWord(word: string, isWindows: boolean): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return isWindows ? `"${word.replaceAll('"', '""')}"` : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A regular expression that matches `text` and nothing else. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
}
