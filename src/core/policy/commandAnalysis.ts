// What a command line would run, part by part, scripts inside scripts included. Asks nobody, decides nothing.
import { isFailure } from '../failure';
import type { SyntaxParser } from '../syntax';
import { innerCommands } from './innerCommands';
import { readShellScript, type Redirection } from './shellScript';
import { isPlain, plainWord, type ShellWord } from './shellWord';

/** One program that the line would start. */
export interface CommandPart {
  words: readonly ShellWord[];
  /** `NAME=value` in front, or set by `env`. */
  assignments: readonly string[];
  /** As it was written. */
  source: string;
  /** Only starts the parts inside it. */
  isTransparent: boolean;
  /** What it runs can't be told from the line. */
  isOpaque: boolean;
  /** The part that starts this one, and the index of this one's first word there. */
  within?: { part: CommandPart; startsAt: number };
}

export type CommandAnalysis =
  | { kind: 'parsed'; parts: CommandPart[]; redirections: Redirection[] }
  /** The line could not be read to its end. */
  | { kind: 'unreadable' };

/** Longer lines are not read: a person could not judge them either. */
const MAX_LENGTH = 10_000;
const MAX_DEPTH = 6;
const MAX_PARTS = 200;
const UNREADABLE: CommandAnalysis = { kind: 'unreadable' };

/** Reads a line of a POSIX shell. */
export async function analyseCommand(
  text: string,
  parser: SyntaxParser,
  signal: AbortSignal,
): Promise<CommandAnalysis> {
  const reader = new CommandReader(parser, signal);
  const isRead = await reader.readText(text, { depth: 0 });
  const { parts, redirections } = reader;
  return isRead && parts.length > 0 ? { kind: 'parsed', parts, redirections } : UNREADABLE;
}

/** Where a text or a command was found. */
interface Place {
  depth: number;
  within?: NonNullable<CommandPart['within']>;
}

class CommandReader {
  readonly parts: CommandPart[] = [];
  readonly redirections: Redirection[] = [];

  constructor(
    private readonly parser: SyntaxParser,
    private readonly signal: AbortSignal,
  ) {}

  /** False when a part of the text could not be read; what was read until then stays. */
  async readText(text: string, place: Place): Promise<boolean> {
    if (text.length > MAX_LENGTH || place.depth > MAX_DEPTH) return false;
    const root = await this.parser.parse('bash', text, this.signal);
    const script = isFailure(root) ? undefined : readShellScript(root);
    if (!script) return false;
    this.redirections.push(...script.redirections);
    for (const { words, assignments, source } of script.commands) {
      const isAdded = await this.add({ words, assignments: assignments.map((item) => item.source), source }, place);
      if (!isAdded) return false;
    }
    return true;
  }

  private async add(command: Pick<CommandPart, 'words' | 'assignments' | 'source'>, place: Place): Promise<boolean> {
    if (this.parts.length >= MAX_PARTS || place.depth > MAX_DEPTH) return false;
    const { words } = command;
    const inner = innerCommands(words);
    const part: CommandPart = {
      ...command,
      assignments: [...command.assignments, ...inner.assignments],
      isTransparent: inner.isTransparent,
      isOpaque: inner.isUnknown || (words.length > 0 && !isPlain(words[0])),
      ...(place.within && { within: place.within }),
    };
    this.parts.push(part);
    const depth = place.depth + 1;
    for (const { words: nested, startsAt } of inner.commands) {
      const isAdded = await this.add(innerCommand(nested), { depth, within: { part, startsAt } });
      if (!isAdded) return false;
    }
    for (const { text, startsAt } of inner.scripts) {
      // A script that can't be read leaves its command opaque: the rest of the line is still judged.
      if (!(await this.readText(text, { depth, within: { part, startsAt } }))) part.isOpaque = true;
    }
    return true;
  }
}

/** `find -exec CI=1 rm`: no shell sets that variable, but what follows it is meant to run. */
function innerCommand(words: readonly ShellWord[]): Pick<CommandPart, 'words' | 'assignments' | 'source'> {
  const texts = words.map((word) => word.source);
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word.text));
  const at = start < 0 ? words.length : start;
  return { words: words.slice(at), assignments: texts.slice(0, at), source: texts.join(' ') };
}

/** The words of a line as they stand, for shells that are not read: blanks separate, nothing else is understood. */
export function wordsAsTheyStand(text: string): ShellWord[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(plainWord);
}
