// Judges a command line by the settings: every part of it is allowed, asks, or is denied. Deny wins; what can't be read asks.
import type { SyntaxParser } from '../syntax';
import { isFailure } from '../failure';
import type { TeamSettings } from '../settings';
import { compileGlobs } from '../workspace/globs';
import { analyseCommand, wordsAsTheyStand, type CommandPart } from './commandAnalysis';
import { appearsIn, coveredWords, isDenied, parsePatterns, programName, type CommandPattern } from './commandPattern';
import { startsOthers } from './innerCommands';
import { compileProtected, isSecretFile } from './protectedFiles';
import { readOnlyCommand, type ReadPath } from './readOnlyCommands';
import type { Redirection } from './shellScript';
import { plainWord } from './shellWord';
import { uriFrom, type WorkspaceBounds } from './workspaceBounds';

/** Why a part of a command asks. */
export type AskReason =
  | 'not_allowed'
  | 'unreadable'
  | 'opaque'
  | 'variable'
  | 'redirection'
  | 'outside'
  | 'secret'
  | 'protected'
  | 'unknown_shell';

export interface AskedPart {
  /** As it was written; the whole line where it could not be read. */
  source: string;
  reason: AskReason;
}

export type CommandVerdict =
  | { kind: 'allow' }
  | { kind: 'ask'; asked: AskedPart[] }
  /** `pattern`: the entry of `commands.deny`; absent: commands are off. */
  | { kind: 'deny'; pattern?: string };

export interface CommandPolicyOptions {
  parser: SyntaxParser;
  bounds: WorkspaceBounds;
  /** The shell that will read commands: only POSIX shells can be read here. */
  shell: 'posix' | 'other';
}

export interface CommandQuestion {
  command: string;
  /** Uri of the folder that it runs in. */
  cwd: string;
}

type CommandRules = TeamSettings['commands'] & Pick<TeamSettings, 'protectedFiles'>;

interface Rules {
  mode: CommandRules['mode'];
  allow: CommandPattern[];
  deny: CommandPattern[];
  isProtected: (segments: readonly string[]) => boolean;
}

/** Variables that no program takes for a command, a file to load or a place to send things to. */
const HARMLESS_VARIABLES: ReadonlySet<string> = new Set(
  (
    'CI NODE_ENV FORCE_COLOR NO_COLOR CLICOLOR CLICOLOR_FORCE COLUMNS LINES LANG LANGUAGE LC_ALL LC_CTYPE LC_MESSAGES TZ TERM DEBUG ' +
    'VERBOSE LOG_LEVEL RUST_BACKTRACE RUST_LOG PYTHONUNBUFFERED PYTHONDONTWRITEBYTECODE PYTHONHASHSEED UPDATE_SNAPSHOTS'
  ).split(' '),
);

export class CommandPolicy {
  constructor(private readonly options: CommandPolicyOptions) {}

  async judge(question: CommandQuestion, settings: CommandRules, signal: AbortSignal): Promise<CommandVerdict> {
    if (settings.mode === 'deny') return { kind: 'deny' };
    const rules: Rules = {
      mode: settings.mode,
      allow: parsePatterns(settings.allow),
      deny: parsePatterns(settings.deny),
      isProtected: compileProtected(settings.protectedFiles),
    };
    return this.options.shell === 'posix' ? this.judgeScript(question, rules, signal) : judgeAsText(question, rules);
  }

  private async judgeScript(question: CommandQuestion, rules: Rules, signal: AbortSignal): Promise<CommandVerdict> {
    const { command } = question;
    const analysis = await analyseCommand(command, this.options.parser, signal);
    if (analysis.kind === 'unreadable') return unread(command, rules, 'unreadable');
    const { parts, redirections } = analysis;
    const denied = rules.deny.find((pattern) => parts.some((part) => isPartDenied(pattern, part)));
    if (denied) return { kind: 'deny', pattern: denied.join(' ') };
    if (parts.some((part) => part.isOpaque)) {
      const hidden = rules.deny.find((pattern) => appearsIn(pattern, command));
      if (hidden) return { kind: 'deny', pattern: hidden.join(' ') };
    }
    const bases = await this.workingFolders(question.cwd, parts);
    const asked = [
      ...(await Promise.all(parts.map((part) => this.judgePart(part, rules, bases)))),
      ...(await Promise.all(redirections.map((item) => this.judgeRedirection(item, rules, bases)))),
    ].filter((part) => part !== undefined);
    return asked.length === 0 ? { kind: 'allow' } : { kind: 'ask', asked: withoutRepeats(asked) };
  }

  /** Undefined for a part that needs no question. */
  private async judgePart(part: CommandPart, rules: Rules, bases: readonly string[]): Promise<AskedPart | undefined> {
    const asks = (reason: AskReason): AskedPart => ({ source: part.source, reason });
    if (isExplicitlyAllowed(part, rules)) return undefined;
    if (!part.assignments.every(isHarmlessAssignment)) return asks('variable');
    if (part.isOpaque) return asks('opaque');
    if (part.words.length === 0 || part.isTransparent) return undefined;
    if (rules.mode !== 'auto') return asks('not_allowed');
    const readOnly = readOnlyCommand(part.words);
    if (!readOnly || isFedByXargs(part)) return asks('not_allowed');
    const reason = await this.judgePaths(readOnly.paths, bases);
    return reason && asks(reason);
  }

  private async judgePaths(paths: readonly ReadPath[], bases: readonly string[]): Promise<AskReason | undefined> {
    for (const path of paths) {
      for (const base of bases) {
        const reason = await (path.hasGlob ? this.judgeGlob(path.text, base) : this.judgePath(path.text, base));
        if (reason) return reason;
      }
    }
    return undefined;
  }

  private async judgePath(path: string, base: string): Promise<AskReason | undefined> {
    const uri = uriFrom(base, path);
    const place = uri === undefined ? undefined : await this.options.bounds.locate(uri);
    if (!place?.isInside) return 'outside';
    return isSecretFile(place.segments) ? 'secret' : undefined;
  }

  /** A pattern for files of one folder, in which no link and no secret waits to be matched. */
  private async judgeGlob(path: string, base: string): Promise<AskReason | undefined> {
    const cut = path.lastIndexOf('/') + 1;
    const folder = path.slice(0, cut);
    if (/[*?[\]]/.test(folder)) return 'outside';
    const uri = uriFrom(base, folder === '' ? '.' : folder);
    if (uri === undefined || (await this.judgePath(folder === '' ? '.' : folder, base))) return 'outside';
    if (path.slice(cut).startsWith('.')) return 'secret';
    const matches = compileGlobs(path.slice(cut));
    if (isFailure(matches)) return 'outside';
    const entries = (await this.options.bounds.entries(uri)).filter(
      ({ name }) => !name.startsWith('.') && matches(name),
    );
    if (entries.some((entry) => entry.isLink)) return 'outside';
    return entries.some((entry) => isSecretFile([entry.name])) ? 'secret' : undefined;
  }

  private async judgeRedirection(
    { operator, target, source }: Redirection,
    rules: Rules,
    bases: readonly string[],
  ): Promise<AskedPart | undefined> {
    const asks = (reason: AskReason): AskedPart => ({ source, reason });
    if (operator === '<<' || operator === '<<-') return asks('redirection');
    if (!target || operator === '<<<') return undefined;
    if (!target.isStatic || target.hasGlob) return asks('redirection');
    if (operator.endsWith('&') && /^\d+$|^-$/.test(target.text)) return undefined;
    if (target.text === '/dev/null') return undefined;
    if (operator === '<') {
      const reason = await this.judgePaths([target], bases);
      return reason && asks(reason);
    }
    for (const base of bases) {
      const uri = uriFrom(base, target.text);
      const place = uri === undefined ? undefined : await this.options.bounds.locate(uri);
      if (!place?.isInside) return asks('outside');
      if (rules.isProtected(place.segments)) return asks('protected');
    }
    return asks('redirection');
  }

  /** Where relative paths may start: the folder itself, and wherever the line may have changed to. */
  private async workingFolders(cwd: string, parts: readonly CommandPart[]): Promise<string[]> {
    const bases = [cwd];
    for (const { words } of parts) {
      const name = words[0]?.text;
      if (name !== 'cd' && name !== 'pushd') continue;
      const target = words[1];
      for (const base of [...bases]) {
        const uri = target?.isStatic ? uriFrom(base, target.text) : undefined;
        bases.push((uri !== undefined && (await this.options.bounds.realUri(uri))) || 'file:///');
      }
      if (bases.length > 32) return ['file:///'];
    }
    return bases;
  }
}

/** A part is denied by its own words, and where it starts others, by whatever stands among its words. */
function isPartDenied(pattern: CommandPattern, part: CommandPart): boolean {
  const { words } = part;
  if (isDenied(pattern, words)) return true;
  if (words.some((word, index) => index === 0 && !word.isStatic)) return appearsIn(pattern, part.source);
  if (!startsOthers(programName(words[0]?.text ?? ''))) return false;
  return words.some((_word, index) => index > 0 && isDenied(pattern, words.slice(index)));
}

/** By an entry for its own words, or by one for the command that starts it which reaches into it. */
function isExplicitlyAllowed(part: CommandPart, rules: Rules): boolean {
  const { words, within } = part;
  const reaches = (pattern: CommandPattern, outer: CommandPart) => {
    const plain = coveredWords(pattern, outer.words);
    if (plain > 0 && outer.assignments.every(isHarmlessAssignment)) return plain;
    const written = [...outer.assignments.map(plainWord), ...outer.words];
    return outer.assignments.length > 0 ? coveredWords(pattern, written) - outer.assignments.length : 0;
  };
  const covered = Math.max(0, ...rules.allow.map((pattern) => reaches(pattern, part)));
  // What can't be seen passes only where the entry names all of it: `source .venv/bin/activate`, never a shell that reads its input.
  const isSeen = !part.isOpaque || (covered === words.length && !startsOthers(programName(words[0]?.text ?? '')));
  if (covered > 0 && isSeen) return true;
  return within !== undefined && rules.allow.some((pattern) => reaches(pattern, within.part) > within.startsAt);
}

function isHarmlessAssignment(source: string): boolean {
  const match = /^([A-Za-z_]\w*)\+?=(.*)$/s.exec(source);
  return match !== null && HARMLESS_VARIABLES.has(match[1] ?? '');
}

/** What xargs adds to the words is not known, so neither is what they do. */
function isFedByXargs({ within }: CommandPart): boolean {
  const name = programName(within?.part.words[0]?.text ?? '');
  return name === 'xargs' || name === 'parallel' || name.startsWith('find') || name.startsWith('fd');
}

/** A line that nobody can take apart: denied if a denied command may be in it, else it asks. */
function unread(command: string, rules: Rules, reason: AskReason): CommandVerdict {
  const denied = rules.deny.find((pattern) => appearsIn(pattern, command));
  if (denied) return { kind: 'deny', pattern: denied.join(' ') };
  return { kind: 'ask', asked: [{ source: command.trim(), reason }] };
}

/** PowerShell and cmd: only a line that is an allowed command word for word passes. */
function judgeAsText({ command }: CommandQuestion, rules: Rules): CommandVerdict {
  const words = wordsAsTheyStand(command);
  const isExact = rules.allow.some(
    (pattern) => pattern.length === words.length && coveredWords(pattern, words) > 0 && isWithoutSyntax(command),
  );
  const verdict = unread(command, rules, 'unknown_shell');
  return isExact && verdict.kind === 'ask' ? { kind: 'allow' } : verdict;
}

const isWithoutSyntax = (command: string) => /^[\w./:=@+,\- ]+$/.test(command.trim());

function withoutRepeats(asked: readonly AskedPart[]): AskedPart[] {
  const seen = new Set<string>();
  return asked.filter(({ source, reason }) => {
    const key = `${reason}\n${source}`;
    return !seen.has(key) && seen.add(key).size > 0;
  });
}
