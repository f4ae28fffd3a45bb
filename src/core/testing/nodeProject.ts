// Tests of a project with a package.json: its own script where there is one, so that its settings count.
import * as z from 'zod';
import { escapePattern, quoteWord, splitWords } from './shellWords';
import type { ProjectFolder, TestPlan, TestRequest, TestRunnerFinder } from './testPlan';

type NodeRunner = 'mocha' | 'vitest' | 'jest' | 'node:test';

const packageSchema = z.object({
  scripts: z.record(z.string(), z.string()).optional().catch(undefined),
  dependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
  devDependencies: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

interface Script {
  name: string;
  text: string;
  /** Undefined: it runs something else, or too much for the runner to be known. */
  runner?: NodeRunner;
}

const NO_TESTS = /no test specified/;
const programOf = (word: string) =>
  word
    .replace(/^.*[/\\]/, '')
    .replace(/\.(?:cmd|[cm]?js)$/, '')
    .replace(/^_/, '');

/** The runner of the last command of a script: what npm appends goes there. */
function runnerOf(text: string): NodeRunner | undefined {
  const last = splitWords(lastCommand(text));
  for (const word of last ?? []) {
    const program = programOf(word);
    if (program === 'mocha' || program === 'vitest' || program === 'jest') return program;
    if (program === 'react-scripts') return 'jest';
    if (word === '--test') return 'node:test';
  }
  return undefined;
}

const lastCommand = (text: string) => text.split('&&').at(-1)?.trim() ?? '';

/** `test` if its runner is known, else another script for tests whose runner is, else `test`. */
function chooseScript(scripts: Record<string, string>): Script | undefined {
  const known = Object.entries(scripts)
    .filter(([name, text]) => /^(?:test|unit)(?:$|[:_-])/.test(name) && !NO_TESTS.test(text))
    .map(([name, text]): Script => {
      const runner = runnerOf(text);
      return { name, text, ...(runner !== undefined && { runner }) };
    });
  const preferred = ['test', 'test:unit', 'unit', 'test-unit'];
  const rank = ({ name, runner }: Script) => (runner ? 0 : 100) + ((preferred.indexOf(name) + 10) % 10);
  const isUseful = ({ name, runner }: Script) => runner !== undefined || name === 'test';
  return known.filter(isUseful).sort((a, b) => rank(a) - rank(b))[0];
}

async function packageManager(folder: ProjectFolder): Promise<'npm' | 'pnpm' | 'yarn' | 'bun'> {
  for (const above of ['', '../', '../../', '../../../']) {
    if (await folder.has(`${above}pnpm-lock.yaml`)) return 'pnpm';
    if (await folder.has(`${above}yarn.lock`)) return 'yarn';
    if ((await folder.has(`${above}bun.lock`)) || (await folder.has(`${above}bun.lockb`))) return 'bun';
    if (await folder.has(`${above}package-lock.json`)) return 'npm';
  }
  return 'npm';
}

/** Options that narrow a run, and files that do. */
function narrowing(runner: NodeRunner, { path, name }: TestRequest): { options: string[]; files: string[] } {
  const file = path === undefined ? [] : [path.text];
  switch (runner) {
    case 'mocha':
      // `--fgrep` takes the name as it stands.
      return { options: name === undefined ? [] : ['--fgrep', name], files: file };
    case 'node:test':
      return { options: name === undefined ? [] : [`--test-name-pattern=${escapePattern(name)}`], files: file };
    case 'vitest':
      return { options: name === undefined ? [] : ['-t', escapePattern(name)], files: file };
    case 'jest': {
      const byPath = path?.kind === 'file' ? ['--runTestsByPath', ...file] : file;
      return { options: [...(name === undefined ? [] : ['-t', escapePattern(name)]), ...byPath], files: [] };
    }
  }
}

/** Options whose next word is their value, so that it is not taken for a file. */
const TAKES_VALUE =
  /^(?:-r|--require|--import|--loader|--config|-c|--reporter|-R|--extension|--ui|-u|--timeout|-t|--env-file)$/;
const LOOKS_LIKE_TESTS = /[*?]|\.[cm]?[jt]sx?$|^(?:\.\/)?(?:tests?|spec|__tests__|src)\/?(?:$|.*\/)/;

/** Without the files that a script names itself: with them, naming another would add to the run instead of narrowing it. */
function withoutFiles(words: readonly string[], runnerIndex: number): string[] {
  return words.filter((word, index) => {
    if (index <= runnerIndex || word.startsWith('-')) return true;
    return TAKES_VALUE.test(words[index - 1] ?? '') || !LOOKS_LIKE_TESTS.test(word);
  });
}

/** The script's last command with another choice of files; undefined where the script's own words can stay. */
function rewritten(script: Script, runner: NodeRunner, request: TestRequest): string[] | undefined {
  if (runner !== 'mocha' && runner !== 'node:test') return undefined;
  const words = splitWords(lastCommand(script.text));
  if (words === undefined) return undefined;
  const at = words.findIndex((word) => programOf(word) === runner || (runner === 'node:test' && word === '--test'));
  const kept = request.path === undefined ? words : withoutFiles(words, at);
  const hasFiles = withoutFiles(words, at).length < words.length;
  // Node passes what follows the first file on to it.
  if (!hasFiles || (request.path === undefined && runner === 'mocha')) return undefined;
  const { options, files } = narrowing(runner, request);
  const program = words[0] === 'node' ? [] : ['npx'];
  return [...program, ...kept.slice(0, at + 1), ...options, ...kept.slice(at + 1), ...files];
}

function scriptCommand(manager: 'npm' | 'pnpm' | 'yarn' | 'bun', script: string, args: readonly string[]): string[] {
  const run = script === 'test' && manager !== 'bun' ? [manager, 'test'] : [manager, 'run', script];
  // Only npm keeps what comes before `--` for itself.
  return [...run, ...(manager === 'npm' && args.length > 0 ? ['--'] : []), ...args];
}

const DIRECT: Record<NodeRunner, string[]> = {
  vitest: ['npx', 'vitest', 'run'],
  jest: ['npx', 'jest'],
  mocha: ['npx', 'mocha'],
  'node:test': ['node', '--test'],
};

export const findNodeTests: TestRunnerFinder = async (folder, request) => {
  const manifest = readManifest(await folder.read('package.json'));
  if (manifest === undefined) return undefined;
  const script = chooseScript(manifest.scripts ?? {});
  const quoted = (words: readonly string[]) => words.map((word) => quoteWord(word, folder.isWindows)).join(' ');
  const isNarrow = request.path !== undefined || request.name !== undefined;
  const installed = { ...manifest.dependencies, ...manifest.devDependencies };
  const runner = script?.runner ?? (['vitest', 'jest', 'mocha'] as const).find((name) => name in installed);
  if (script && (script.runner || !isNarrow || !runner)) {
    return planOfScript(script, { request, quoted, manager: await packageManager(folder) });
  }
  if (!runner) return undefined;
  const { options, files } = narrowing(runner, request);
  return { runner, command: quoted([...DIRECT[runner], ...options, ...files]) };
};

interface ScriptRequest {
  request: TestRequest;
  manager: 'npm' | 'pnpm' | 'yarn' | 'bun';
  quoted: (words: readonly string[]) => string;
}

function planOfScript(script: Script, { request, manager, quoted }: ScriptRequest): TestPlan {
  const isNarrow = request.path !== undefined || request.name !== undefined;
  if (script.runner === undefined) {
    const note = `The script "${script.name}" runs something that can't be narrowed, so all of it ran.`;
    return { runner: 'script', command: quoted(scriptCommand(manager, script.name, [])), ...(isNarrow && { note }) };
  }
  const own = isNarrow ? rewritten(script, script.runner, request) : undefined;
  if (own) return { runner: script.runner, command: quoted(own) };
  const { options, files } = narrowing(script.runner, request);
  return { runner: script.runner, command: quoted(scriptCommand(manager, script.name, [...options, ...files])) };
}

function readManifest(text: string | undefined): z.output<typeof packageSchema> | undefined {
  try {
    return text === undefined ? undefined : packageSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
