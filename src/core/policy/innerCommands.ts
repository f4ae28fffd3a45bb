// Programs that run other programs: what such a command runs besides itself, so that this is judged as well.
import { isPlain, plainWord, type ShellWord } from './shellWord';
import { programName } from './commandPattern';

/** What a command runs besides its own program. */
export interface InnerCommands {
  /** The words of programs that it starts, with the index of their first word in the outer command. */
  commands: { words: readonly ShellWord[]; startsAt: number }[];
  /** Texts that a shell will read. */
  scripts: { text: string; startsAt: number }[];
  /** Nobody can tell from the line what will run. */
  isUnknown: boolean;
  /** Adds nothing of its own: whoever may run the inner command may run it so. */
  isTransparent: boolean;
  /** Variables that it sets for the inner command. */
  assignments: readonly string[];
}

const NOTHING: InnerCommands = { commands: [], scripts: [], isUnknown: false, isTransparent: false, assignments: [] };
const UNKNOWN: InnerCommands = { ...NOTHING, isUnknown: true };

interface Prefix {
  /** Options that stand alone. */
  flags: readonly string[];
  /** Options with a value, in the same word or the next. */
  values: readonly string[];
  /** Operands before the inner command. */
  operands?: number;
  transparent?: boolean;
  assigns?: boolean;
  /** The rest is a shell's text, not a program's words. */
  isScript?: boolean;
}

/** `<program> [options] [operands] <command…>` */
const PREFIXES: Readonly<Record<string, Prefix>> = {
  env: { flags: ['-i', '-', '--ignore-environment'], values: ['-u', '--unset'], transparent: true, assigns: true },
  nohup: { flags: [], values: [], transparent: true },
  time: { flags: ['-p', '-v'], values: [], transparent: true },
  nice: { flags: [], values: ['-n', '--adjustment'], transparent: true },
  ionice: { flags: ['-t'], values: ['-c', '-n'], transparent: true },
  timeout: {
    flags: ['--preserve-status', '--foreground', '-v', '--verbose'],
    values: ['-s', '--signal', '-k', '--kill-after'],
    operands: 1,
    transparent: true,
  },
  stdbuf: { flags: [], values: ['-i', '-o', '-e', '--input', '--output', '--error'], transparent: true },
  setsid: { flags: ['-w', '--wait', '-f', '--fork', '-c'], values: [], transparent: true },
  command: { flags: ['-p'], values: [], transparent: true },
  builtin: { flags: [], values: [], transparent: true },
  coproc: { flags: [], values: [], transparent: true },
  exec: { flags: ['-c', '-l'], values: ['-a'], transparent: true },
  chronic: { flags: ['-v', '-e'], values: [], transparent: true },
  unbuffer: { flags: ['-p'], values: [], transparent: true },
  sudo: {
    flags: ['-E', '-H', '-n', '-S', '-k', '-b', '-i', '-s', '--non-interactive', '--preserve-env'],
    values: ['-u', '--user', '-g', '--group', '-p', '-D', '--chdir', '-C', '-R', '-r', '-t', '-T', '-h', '-U'],
    assigns: true,
  },
  doas: { flags: ['-n', '-s', '-L'], values: ['-u', '-C'] },
  xargs: {
    flags: ['-0', '--null', '-r', '--no-run-if-empty', '-t', '--verbose', '-p', '-x', '--exit'],
    values: ['-n', '-I', '-P', '-L', '-d', '-E', '-s', '-a', '--max-args', '--max-procs', '--delimiter', '--replace'],
  },
  watch: {
    flags: ['-d', '-t', '-e', '-g', '-b', '-c', '-x', '-p'],
    values: ['-n', '--interval'],
    isScript: true,
  },
  flock: { flags: ['-s', '-x', '-n', '-u', '-o', '-F'], values: ['-w', '-E'], operands: 1 },
  strace: { flags: ['-f', '-ff', '-c', '-q', '-v', '-y', '-t', '-tt'], values: ['-e', '-o', '-s', '-p', '-E'] },
  chroot: { flags: [], values: ['--userspec', '--groups'], operands: 1 },
  unshare: { flags: ['-r', '-n', '-m', '-p', '-f', '-u', '-i'], values: [] },
  busybox: { flags: [], values: [] },
  toybox: { flags: [], values: [] },
  npx: { flags: ['-y', '--yes', '--no', '--no-install', '-q'], values: ['-p', '--package'] },
  bunx: { flags: ['-y', '--bun'], values: [] },
  parallel: { flags: ['-k', '-u', '--will-cite'], values: ['-j', '--jobs', '-n'], isScript: true },
  ssh: {
    flags: ['-A', '-T', '-t', '-q', '-v', '-N'],
    values: ['-p', '-i', '-l', '-o', '-F', '-J'],
    operands: 1,
    isScript: true,
  },
};

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'mksh', 'rbash', 'busyboxsh']);
/** Shells of another grammar: what they are told can't be read here. */
const FOREIGN_SHELLS: ReadonlySet<string> = new Set([
  'fish',
  'csh',
  'tcsh',
  'pwsh',
  'powershell',
  'cmd',
  'nu',
  'xonsh',
]);
const SHELL_VALUES: ReadonlySet<string> = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);

/** Tells what `words` run besides the program that they name. */
export function innerCommands(words: readonly ShellWord[]): InnerCommands {
  const [first] = words;
  if (!isPlain(first)) return NOTHING;
  const name = programName(first.text);
  const prefix = Object.hasOwn(PREFIXES, name) ? PREFIXES[name] : undefined;
  if (prefix) return name === 'command' && isLookup(words) ? NOTHING : afterPrefix(prefix, words);
  if (SHELLS.has(name)) return ofShell(words);
  if (FOREIGN_SHELLS.has(name)) return words.length > 1 || name !== 'cmd' ? UNKNOWN : NOTHING;
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  return special?.(words) ?? NOTHING;
}

/** True for programs that start others: whatever stands among their words may be a command. */
export function startsOthers(name: string): boolean {
  return Object.hasOwn(PREFIXES, name) || SHELLS.has(name) || FOREIGN_SHELLS.has(name);
}

/** `command -v x` only looks. */
function isLookup(words: readonly ShellWord[]): boolean {
  return words[1]?.text === '-v' || words[1]?.text === '-V';
}

function afterPrefix(prefix: Prefix, words: readonly ShellWord[]): InnerCommands {
  const assignments: string[] = [];
  let operands = prefix.operands ?? 0;
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index];
    if (!word?.isStatic) return UNKNOWN;
    const option = readOption(prefix, word.text);
    if (option === 'unknown') return UNKNOWN;
    if (option !== 'none') {
      index += option === 'value' ? 1 : 0;
      continue;
    }
    if (prefix.assigns && /^[A-Za-z_]\w*=/.test(word.text)) {
      assignments.push(word.text);
      continue;
    }
    if (operands > 0) {
      operands -= 1;
      continue;
    }
    return { ...NOTHING, ...rest(prefix, words, index), isTransparent: prefix.transparent ?? false, assignments };
  }
  // Without an inner command it does what its words say: `env` lists variables.
  return { ...NOTHING, assignments };
}

function rest(prefix: Prefix, words: readonly ShellWord[], index: number): Partial<InnerCommands> {
  const inner = words.slice(index);
  if (!prefix.isScript) return { commands: [{ words: inner, startsAt: index }] };
  return scriptOf(inner, index);
}

/** `--` ends the options; an inner command never begins with a dash. */
function readOption(prefix: Prefix, text: string): 'none' | 'flag' | 'value' | 'unknown' {
  if (text === '--') return 'flag';
  if (!text.startsWith('-') || (text === '-' && !prefix.flags.includes('-'))) return 'none';
  if (prefix.flags.includes(text)) return 'flag';
  if (prefix.values.includes(text)) return 'value';
  const isJoined = prefix.values.some((name) =>
    name.startsWith('--') ? text.startsWith(`${name}=`) : text.startsWith(name) && !text.startsWith('--'),
  );
  // `nice -5`, `xargs -n1`
  return isJoined || (/^-\d+$/.test(text) && prefix.values.includes('-n')) ? 'flag' : 'unknown';
}

function scriptOf(words: readonly ShellWord[], startsAt: number): Partial<InnerCommands> {
  if (!words.every((word) => word.isStatic)) return { isUnknown: true };
  return { scripts: [{ text: words.map((word) => word.text).join(' '), startsAt }] };
}

/** A shell runs its `-c` text, a script file (its operand, judged as such), or whatever it reads. */
function ofShell(words: readonly ShellWord[]): InnerCommands {
  let takesText = false;
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index];
    if (!word?.isStatic) return UNKNOWN;
    const { text } = word;
    if (SHELL_VALUES.has(text)) {
      index += 1;
    } else if (/^[-+]/.test(text) && text !== '-') {
      if (/^-[a-zA-Z]*s/.test(text)) return UNKNOWN;
      takesText ||= /^-[a-zA-Z]*c/.test(text);
    } else if (takesText) {
      return { ...NOTHING, scripts: [{ text, startsAt: index }], isTransparent: true };
    } else {
      return text === '-' ? UNKNOWN : NOTHING;
    }
  }
  return words.length > 1 && words.every((word, index) => index === 0 || /^--(version|help)$/.test(word.text))
    ? NOTHING
    : UNKNOWN;
}

const SPECIAL: Readonly<Record<string, (words: readonly ShellWord[]) => InnerCommands>> = {
  eval: (words) => ({ ...NOTHING, isTransparent: true, ...scriptOf(words.slice(1), 1) }),
  trap: (words) => ({ ...NOTHING, isTransparent: true, ...scriptOf(words.slice(1, 2), 1) }),
  source: () => UNKNOWN,
  '.': () => UNKNOWN,
  su: (words) => ({ ...NOTHING, ...afterOption(words, ['-c', '--command']) }),
  script: (words) => ({ ...NOTHING, ...afterOption(words, ['-c', '--command']) }),
  find: (words) => ofFind(words, new Set(['-exec', '-execdir', '-ok', '-okdir'])),
  fd: (words) => ofFind(words, new Set(['-x', '--exec', '-X', '--exec-batch'])),
  fdfind: (words) => ofFind(words, new Set(['-x', '--exec', '-X', '--exec-batch'])),
  git: ofGit,
  npm: (words) => ofPackageRunner(words, ['exec', 'x']),
  pnpm: (words) => ofPackageRunner(words, ['exec', 'dlx']),
  yarn: (words) => ofPackageRunner(words, ['exec', 'dlx']),
  uv: (words) => ofPackageRunner(words, ['run']),
  poetry: (words) => ofPackageRunner(words, ['run']),
  bundle: (words) => ofPackageRunner(words, ['exec']),
};

function afterOption(words: readonly ShellWord[], names: readonly string[]): Partial<InnerCommands> {
  const at = words.findIndex((word) => names.includes(word.text));
  return at < 0 ? { isUnknown: true } : scriptOf(words.slice(at + 1, at + 2), at + 1);
}

function ofFind(words: readonly ShellWord[], starters: ReadonlySet<string>): InnerCommands {
  const commands: InnerCommands['commands'] = [];
  for (let index = 1; index < words.length; index += 1) {
    if (!starters.has(words[index]?.text ?? '')) continue;
    const end = words.findIndex((word, at) => at > index && (word.text === ';' || word.text === '+'));
    commands.push({ words: words.slice(index + 1, end < 0 ? undefined : end), startsAt: index + 1 });
  }
  return { ...NOTHING, commands, isUnknown: words.some((word) => !word.isStatic) };
}

/** Git's own ways to run something for each commit or submodule. */
function ofGit(words: readonly ShellWord[]): InnerCommands {
  const texts = words.map((word) => word.text);
  const bisect = texts.indexOf('bisect');
  if (bisect > 0 && texts[bisect + 1] === 'run') {
    return { ...NOTHING, commands: [{ words: words.slice(bisect + 2), startsAt: bisect + 2 }] };
  }
  const foreach = texts.indexOf('foreach');
  if (foreach > 0 && texts[foreach - 1] === 'submodule') {
    const start = texts.findIndex((text, index) => index > foreach && !text.startsWith('-'));
    return start < 0 ? NOTHING : { ...NOTHING, ...scriptOf(words.slice(start), start) };
  }
  if (!texts.includes('rebase')) return NOTHING;
  const at = texts.findIndex((text) => text === '-x' || text === '--exec');
  if (at > 0) return { ...NOTHING, ...scriptOf(words.slice(at + 1, at + 2), at + 1) };
  const joined = texts.findIndex((text) => text.startsWith('--exec='));
  return joined < 0 ? NOTHING : { ...NOTHING, scripts: [{ text: (texts[joined] ?? '').slice(7), startsAt: joined }] };
}

/** `npm exec -- prettier x`: a program by another name. */
function ofPackageRunner(words: readonly ShellWord[], verbs: readonly string[]): InnerCommands {
  const verb = words.findIndex((word, index) => index > 0 && !word.text.startsWith('-'));
  if (verb < 0 || !verbs.includes(words[verb]?.text ?? '')) return NOTHING;
  const call = words.findIndex((word) => word.text === '-c' || word.text === '--call');
  if (call > verb) return { ...NOTHING, ...scriptOf(words.slice(call + 1, call + 2), call + 1) };
  const start = words.findIndex((word, index) => index > verb && !word.text.startsWith('-'));
  if (start < 0) return NOTHING;
  const [first, ...others] = words.slice(start);
  return first ? { ...NOTHING, commands: [{ words: [plainWord(first.text), ...others], startsAt: start }] } : NOTHING;
}
