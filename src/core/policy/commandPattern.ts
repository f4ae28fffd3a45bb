// Patterns of `commands.allow` and `commands.deny`: whole words, compared with the words of one command.
import { isPlain, type ShellWord } from './shellWord';

/** The words of a pattern, which are the words of a command line without quotes. */
export type CommandPattern = readonly string[];

/** Reads a setting's entry; quotes keep blanks in a word. Undefined for an entry without words. */
export function parsePattern(entry: string): CommandPattern | undefined {
  const words = [...entry.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"']+)+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
  return words.length > 0 ? words : undefined;
}

export function parsePatterns(entries: readonly string[]): CommandPattern[] {
  return entries.flatMap((entry) => {
    const pattern = parsePattern(entry);
    return pattern ? [pattern] : [];
  });
}

/** How many words of the command the pattern covers: all of its own, from the start, word by word; 0 where it does not match. */
export function coveredWords(pattern: CommandPattern, words: readonly ShellWord[]): number {
  if (pattern.length > words.length) return 0;
  return pattern.every((expected, index) => isPlain(words[index]) && words[index].text === expected)
    ? pattern.length
    : 0;
}

/** The name under which a program is known: `/usr/bin/Git.exe` is `git`. */
export function programName(text: string): string {
  const name = text.split(/[/\\]/).at(-1) ?? text;
  return name.replace(/\.(exe|cmd|bat|com|ps1)$/i, '').toLowerCase();
}

/**
 * True when a denied pattern applies. Wider than allowing, so that nothing slips by: the program counts under any path and case, options (with
 * one value each) may stand between the words, and letters of a flag in any order. A word that is not known yet matches no pattern.
 */
export function isDenied(pattern: CommandPattern, words: readonly ShellWord[]): boolean {
  const [program, ...rest] = pattern;
  const name = words[0];
  if (program === undefined || !name?.isStatic) return false;
  if (programName(name.text) !== programName(program)) return false;
  return followsIn(rest, words.slice(1));
}

function followsIn(expected: readonly string[], words: readonly ShellWord[]): boolean {
  let at = 0;
  for (const wanted of expected) {
    const found = findNext(wanted, words, at);
    if (found === undefined) return false;
    at = /^-/.test(wanted) ? at : found + 1;
  }
  return true;
}

/** The place of `wanted` from `at`, over options and the one word that each of them may take. */
function findNext(wanted: string, words: readonly ShellWord[], at: number): number | undefined {
  if (wanted.startsWith('-')) {
    const found = words.findIndex((word, index) => index >= at && matchesOption(wanted, word.text));
    return found < 0 ? matchesSpreadFlags(wanted, words) : found;
  }
  let mayBeValue = false;
  for (let index = at; index < words.length; index += 1) {
    const text = words[index]?.text ?? '';
    if (text === wanted) return index;
    const isOption = text.startsWith('-');
    if (!isOption && !mayBeValue) return undefined;
    mayBeValue = isOption;
  }
  return undefined;
}

function matchesOption(wanted: string, text: string): boolean {
  if (text === wanted || text.startsWith(`${wanted}=`)) return true;
  if (!isFlagCluster(wanted) || !isFlagCluster(text)) return false;
  return Array.from(wanted.slice(1)).every((letter) => text.includes(letter));
}

/** `rm -r -f` for `-rf`. */
function matchesSpreadFlags(wanted: string, words: readonly ShellWord[]): number | undefined {
  if (!isFlagCluster(wanted)) return undefined;
  const given = words.filter((word) => isFlagCluster(word.text)).map((word) => word.text.slice(1));
  return Array.from(wanted.slice(1)).every((letter) => given.some((letters) => letters.includes(letter)))
    ? 0
    : undefined;
}

const isFlagCluster = (text: string) => /^-[A-Za-z]+$/.test(text);

/** For text that no parser could read: true when the pattern's words stand in it one after the other, whatever is between words. */
export function appearsIn(pattern: CommandPattern, text: string): boolean {
  const words = text
    .replaceAll(/\\\n/g, '')
    .replaceAll(/["'\\]/g, '')
    .split(/[\s;&|<>(){}`$,=[\]!]+/)
    .filter((word) => word !== '')
    .map((word) => ({ text: word, isStatic: true, hasGlob: false, hasTilde: false, source: word }));
  return words.some((_word, index) => isDenied(pattern, words.slice(index)));
}
