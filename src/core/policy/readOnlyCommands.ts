// What `commands.mode: auto` lets pass: commands that are known to change nothing, with the options that would make them do so left out.
// A table of what is known; whatever is not in it asks. Operands that may be files are handed back, since where they lead counts too.
import { isPlain, type ShellWord } from './shellWord';

export interface ReadOnly {
  /** Operands that name files or folders, as the command gets them. */
  paths: readonly ReadPath[];
}

export interface ReadPath {
  text: string;
  /** The shell puts the matching files here. */
  hasGlob: boolean;
}

interface Rule {
  /** Short options that write or run something, by letter, in clusters too. */
  badFlags?: string;
  /** Long options of that kind; their abbreviations count. */
  badOptions?: readonly string[];
  /** Most operands; the next one would be written to. */
  maxOperands?: number;
  /** Operands are texts, not files. */
  noPaths?: boolean;
  /** The first operand is a pattern unless one of these options gives it. */
  patternUnless?: RegExp;
  isGit?: boolean;
  /** Further conditions on the words behind the program's name. */
  only?: (texts: readonly string[]) => boolean;
}

const PLAIN: Rule = {};
const TEXTS: Rule = { noPaths: true };
const NO_OPERANDS: Rule = { maxOperands: 0 };
const GREP: Rule = {
  badFlags: 'fR',
  badOptions: ['file', 'dereference-recursive'],
  patternUnless: /^(-[a-zA-Z]*e|--regexp)/,
};

const RULES: Readonly<Record<string, Rule>> = {
  ls: PLAIN,
  cat: PLAIN,
  head: PLAIN,
  tail: { badFlags: 'fF', badOptions: ['follow', 'retry'] },
  wc: { badOptions: ['files0-from'] },
  nl: PLAIN,
  tac: PLAIN,
  rev: PLAIN,
  cut: PLAIN,
  paste: PLAIN,
  column: PLAIN,
  fold: PLAIN,
  strings: PLAIN,
  od: PLAIN,
  hexdump: PLAIN,
  xxd: { badFlags: 'r', badOptions: ['revert'], maxOperands: 1 },
  stat: PLAIN,
  file: { badFlags: 'Cfm', badOptions: ['compile', 'files-from', 'magic-file'] },
  du: { badOptions: ['files0-from'] },
  df: PLAIN,
  cmp: PLAIN,
  comm: PLAIN,
  diff: { badFlags: 'r', badOptions: ['recursive', 'output', 'from-file', 'to-file'] },
  sha1sum: PLAIN,
  sha256sum: PLAIN,
  md5sum: PLAIN,
  basename: TEXTS,
  dirname: TEXTS,
  realpath: PLAIN,
  readlink: PLAIN,
  uniq: { maxOperands: 1 },
  sort: { badFlags: 'oT', badOptions: ['output', 'compress-program', 'temporary-directory', 'files0-from'] },
  tr: TEXTS,
  seq: TEXTS,
  echo: TEXTS,
  printf: { noPaths: true, badFlags: 'v' },
  pwd: NO_OPERANDS,
  true: TEXTS,
  false: TEXTS,
  ':': TEXTS,
  test: { badFlags: 'vR' },
  whoami: NO_OPERANDS,
  id: TEXTS,
  uname: NO_OPERANDS,
  date: {
    badFlags: 'sf',
    badOptions: ['set', 'file'],
    noPaths: true,
    only: (texts) => texts.every((text) => /^[-+]/.test(text)),
  },
  uptime: NO_OPERANDS,
  nproc: NO_OPERANDS,
  which: TEXTS,
  type: TEXTS,
  tree: { badFlags: 'oR', badOptions: ['output', 'fromfile'] },
  grep: GREP,
  egrep: GREP,
  fgrep: GREP,
  rg: {
    badFlags: 'fzL',
    badOptions: ['file', 'follow', 'pre', 'pre-glob', 'hostname-bin', 'search-zip'],
    patternUnless: /^(-[a-zA-Z]*e|--regexp|--files$)/,
  },
  find: { only: isHarmlessFind },
  sed: { only: isPrintingSed, patternUnless: /^$/ },
  cd: { maxOperands: 1, only: (texts) => texts.length === 1 && texts[0] !== '-' },
  git: { only: isReadOnlyGit, isGit: true },
};

/** Programs that may be asked for their version. */
const VERSIONED: ReadonlySet<string> = new Set(
  'node npm npx pnpm yarn bun deno git python python3 pip pip3 ruby go cargo rustc java javac mvn gradle gcc g++ clang make cmake tsc docker'.split(
    ' ',
  ),
);

/** Undefined for a command that is not known to be read-only. Every word must be known as it stands. */
export function readOnlyCommand(words: readonly ShellWord[]): ReadOnly | undefined {
  const [program, ...operands] = words;
  if (!isPlain(program) || !operands.every((word) => word.isStatic && !mayBecomeOption(word))) return undefined;
  const texts = operands.map((word) => word.text);
  if (VERSIONED.has(program.text) && texts.length === 1 && texts[0] === '--version') return { paths: [] };
  const rule = Object.hasOwn(RULES, program.text) ? RULES[program.text] : undefined;
  if (!rule || !options(texts).every((text) => isHarmlessOption(text, rule))) return undefined;
  if (rule.only && !rule.only(texts)) return undefined;
  const files = operandsOf(operands, rule);
  if (files.length > (rule.maxOperands ?? Infinity)) return undefined;
  if (rule.noPaths) return { paths: [] };
  const paths = files.map(pathOf);
  // `HEAD:src/a.ts` names a file of a commit.
  return { paths: rule.isGit ? paths.map((path) => ({ ...path, text: path.text.split(':').at(-1) ?? '' })) : paths };
}

/** `*` may stand for a file that is called `-delete`. */
function mayBecomeOption(word: ShellWord): boolean {
  return word.hasGlob && /^[*?[-]/.test(word.text) && !/^\*\.\w+$/.test(word.text);
}

/** `~` keeps its meaning where quotes do not take it away. */
function pathOf(word: ShellWord): ReadPath {
  const text = word.text.startsWith('~') && !word.hasTilde ? `./${word.text}` : word.text;
  return { text, hasGlob: word.hasGlob };
}

function options(texts: readonly string[]): string[] {
  const end = texts.indexOf('--');
  return texts.slice(0, end < 0 ? undefined : end).filter((text) => text.startsWith('-') && text !== '-');
}

function operandsOf(words: readonly ShellWord[], rule: Rule): ShellWord[] {
  const end = words.findIndex((word) => word.text === '--');
  const isOperand = (word: ShellWord, index: number) =>
    (end >= 0 && index > end) || !word.text.startsWith('-') || word.text === '-';
  const operands = words.filter(isOperand).filter((word) => word.text !== '-');
  const { patternUnless } = rule;
  const hasPattern = patternUnless !== undefined && !words.some((word) => patternUnless.test(word.text));
  return hasPattern ? operands.slice(1) : operands;
}

/** A value that could be a path elsewhere asks too: `--file=/etc/passwd`, `-f~/x`. */
function isHarmlessOption(text: string, rule: Rule): boolean {
  if (/[/~\\]|\.\./.test(text)) return false;
  if (!text.startsWith('--')) return !Array.from(rule.badFlags ?? '').some((letter) => text.slice(1).includes(letter));
  const name = text.slice(2).split('=', 1)[0] ?? '';
  return !(rule.badOptions ?? []).some((bad) => bad.startsWith(name));
}

const FIND_TESTS: ReadonlySet<string> = new Set(
  (
    '-name -iname -path -ipath -wholename -regex -iregex -type -xtype -size -empty -newer -mtime -mmin -atime -amin -ctime -cmin ' +
    '-maxdepth -mindepth -depth -mount -xdev -print -print0 -prune -not -and -or -a -o -perm -user -group -readable -writable ' +
    '-executable -links -inum -samefile -true -false -ls -quit -L -P -H -E -follow -daystart -regextype -printf'
  ).split(' '),
);

/** Only tests and printing: no `-delete`, `-exec`, `-fprint`. */
function isHarmlessFind(texts: readonly string[]): boolean {
  return texts.every((text) => !text.startsWith('-') || FIND_TESTS.has(text) || /^-\d+$/.test(text));
}

/** `sed -n 1,20p`: lines and nothing else; other scripts can write files and run programs. */
function isPrintingSed(texts: readonly string[]): boolean {
  const script = texts.find((text) => !text.startsWith('-'));
  const flags = texts.filter((text) => text.startsWith('-'));
  return flags.every((flag) => flag === '-n') && script !== undefined && /^(\d+|\$)(,(\d+|\$))?p$/.test(script);
}

interface GitRule {
  badFlags?: string;
  badOptions?: readonly string[];
  only?: (texts: readonly string[]) => boolean;
}

/** Options of git commands that write a file or run a program. */
const GIT_BAD_OPTIONS = [
  'output',
  'ext-diff',
  'textconv',
  'no-index',
  'open-files-in-pager',
  'exec',
  'upload-pack',
  'filters',
  'contents',
];
const onlyOptions =
  (...allowed: string[]) =>
  (texts: readonly string[]) =>
    texts.every((text) => allowed.includes(text));
const onlyFirst =
  (...verbs: string[]) =>
  (texts: readonly string[]) =>
    texts[0] !== undefined && verbs.includes(texts[0]);

const GIT_COMMANDS: Readonly<Record<string, GitRule>> = {
  status: {},
  log: {},
  diff: {},
  show: {},
  blame: { badFlags: 'S' },
  'ls-files': { badFlags: 'X' },
  'ls-tree': {},
  'rev-parse': {},
  'rev-list': {},
  'merge-base': {},
  'name-rev': {},
  describe: {},
  shortlog: {},
  'cat-file': {},
  'count-objects': {},
  'for-each-ref': {},
  'show-ref': {},
  'diff-tree': {},
  'diff-index': {},
  'check-ignore': {},
  grep: { badFlags: 'Of' },
  branch: {
    only: onlyOptions(
      '-a',
      '-r',
      '-v',
      '-vv',
      '--all',
      '--remotes',
      '--verbose',
      '--list',
      '--show-current',
      '--no-color',
    ),
  },
  tag: { only: (texts) => texts.length === 0 || onlyOptions('-l', '--list', '-n')(texts) },
  remote: { only: (texts) => texts.length === 0 || onlyOptions('-v', '--verbose')(texts) },
  stash: { only: (texts) => onlyFirst('list')(texts) },
  worktree: { only: (texts) => onlyFirst('list')(texts) },
  reflog: { only: (texts) => texts.length === 0 || onlyFirst('show')(texts) },
};

const GIT_GLOBALS: ReadonlySet<string> = new Set(['--no-pager', '-P', '--no-optional-locks', '--literal-pathspecs']);

/** Global options that could name other programs, folders or settings make it unknown. */
function isReadOnlyGit(texts: readonly string[]): boolean {
  const at = texts.findIndex((text) => !GIT_GLOBALS.has(text));
  const name = texts[at] ?? '';
  const rule = at >= 0 && Object.hasOwn(GIT_COMMANDS, name) ? GIT_COMMANDS[name] : undefined;
  if (!rule) return false;
  const rest = texts.slice(at + 1);
  const checked: Rule = { badFlags: rule.badFlags ?? '', badOptions: [...GIT_BAD_OPTIONS, ...(rule.badOptions ?? [])] };
  return options(rest).every((text) => isHarmlessOption(text, checked)) && (rule.only?.(rest) ?? true);
}
