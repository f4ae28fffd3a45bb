// Tests of projects in Python, Go, Rust, and on the Java platform.
import { escapePattern, quoteWord } from './shellWords';
import type { ProjectFolder, TestRequest, TestRunnerFinder } from './testPlan';

const PYTHON_FILES = [
  'pytest.ini',
  'pyproject.toml',
  'tox.ini',
  'setup.cfg',
  'setup.py',
  'conftest.py',
  'requirements.txt',
];

async function hasAny(folder: ProjectFolder, names: readonly string[]): Promise<boolean> {
  for (const name of names) if (await folder.has(name)) return true;
  return false;
}

export const findPythonTests: TestRunnerFinder = async (folder, request) => {
  const isPythonFile = request.path?.text.endsWith('.py') ?? false;
  if (!isPythonFile && !(await hasAny(folder, PYTHON_FILES))) return undefined;
  const words = [...(await pythonWords(folder)), '-m', 'pytest', '-rfE', ...pytestTarget(request)];
  return { runner: 'pytest', command: words.map((word) => quoteWord(word, folder.isWindows)).join(' ') };
};

/** The project's own interpreter, so that its packages are found. */
async function pythonWords(folder: ProjectFolder): Promise<string[]> {
  for (const name of ['.venv', 'venv']) {
    if (!(await folder.has(`${name}/pyvenv.cfg`))) continue;
    return [folder.isWindows ? String.raw`${name}\Scripts\python` : `${name}/bin/python`];
  }
  if (await folder.has('uv.lock')) return ['uv', 'run', 'python'];
  if (await folder.has('poetry.lock')) return ['poetry', 'run', 'python'];
  return [folder.isWindows ? 'python' : 'python3'];
}

function pytestTarget({ path, name }: TestRequest): string[] {
  const file = path === undefined ? [] : [path.text];
  if (name === undefined) return file;
  const parts = name.split(/::|\s+›\s+/);
  const isNodeId = path?.kind === 'file' && parts.every((part) => /^\w+(?:\[.*\])?$/.test(part));
  if (isNodeId && parts.length > 1) return [`${path.text}::${parts.join('::')}`];
  // `-k` wants an expression of words.
  const words = name.split(/\W+/).filter((word) => word !== '');
  return [...file, '-k', words.join(' and ')];
}

export const findGoTests: TestRunnerFinder = async (folder, { path, name }) => {
  if (!(await folder.has('go.mod'))) return undefined;
  const below = path?.kind === 'file' ? path.text.replace(/(^|\/)[^/]*$/, '') : path?.text.replace(/\/$/, '');
  const target =
    below === undefined
      ? './...'
      : below === '' || below === '.'
        ? '.'
        : `./${below}${path?.kind === 'folder' ? '/...' : ''}`;
  // Go writes blanks in the names of subtests as underscores, and matches group by group.
  const pattern = name
    ?.split(/\/|\s+›\s+/)
    .map((part) => escapePattern(part.replaceAll(/\s/g, '_')))
    .join('/');
  const words = ['go', 'test', '-v', ...(pattern === undefined ? [] : ['-run', pattern]), target];
  return { runner: 'go test', command: words.map((word) => quoteWord(word, folder.isWindows)).join(' ') };
};

export const findCargoTests: TestRunnerFinder = async (folder, { path, name }) => {
  if (!(await folder.has('Cargo.toml'))) return undefined;
  const integration = /^tests\/([^/]+)(?:\.rs|\/main\.rs)$/.exec(path?.text ?? '')?.[1];
  const module = path?.kind === 'file' && integration === undefined ? moduleOf(path.text) : undefined;
  const filter = name?.replaceAll(/\s+›\s+/g, '::') ?? module;
  const words = [
    ...['cargo', 'test', '--no-fail-fast'],
    ...(integration === undefined ? [] : ['--test', integration]),
    ...(filter === undefined ? [] : [filter]),
  ];
  const isWhole = path !== undefined && integration === undefined && filter === undefined;
  return {
    runner: 'cargo test',
    command: words.map((word) => quoteWord(word, folder.isWindows)).join(' '),
    ...(isWhole && { note: `cargo can't be told to run the tests of ${path.text} alone, so all ran.` }),
  };
};

/** `src/orders/price.rs` holds `orders::price`; the root of a crate holds everything. */
function moduleOf(path: string): string | undefined {
  const below = /^src\/(.+)\.rs$/.exec(path)?.[1]?.replace(/\/mod$/, '');
  return below === undefined || below === 'lib' || below === 'main' ? undefined : below.replaceAll('/', '::');
}

/** The class of a file, as test filters of the Java platform name it. */
const classOf = (path: string) => path.replace(/^.*\//, '').replace(/\.\w+$/, '');

export const findMavenTests: TestRunnerFinder = async (folder, { path, name }) => {
  if (!(await folder.has('pom.xml'))) return undefined;
  const program = (await folder.has(folder.isWindows ? 'mvnw.cmd' : 'mvnw'))
    ? folder.isWindows
      ? 'mvnw.cmd'
      : './mvnw'
    : 'mvn';
  const type = path?.kind === 'file' ? classOf(path.text) : undefined;
  const method = name?.replace(/^.*(?:\s›\s|[.#])/, '').replace(/\(\)$/, '');
  const filter =
    type === undefined && method === undefined
      ? []
      : [`-Dtest=${type ?? '*'}${method === undefined ? '' : `#${method}`}`];
  const words = [
    program,
    '-B',
    'test',
    ...filter,
    ...(filter.length > 0 ? ['-Dsurefire.failIfNoSpecifiedTests=false'] : []),
  ];
  return { runner: 'maven', command: words.map((word) => quoteWord(word, folder.isWindows)).join(' ') };
};

const GRADLE_FILES = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];

export const findGradleTests: TestRunnerFinder = async (folder, { path, name }) => {
  if (!(await hasAny(folder, GRADLE_FILES))) return undefined;
  const wrapper = folder.isWindows ? 'gradlew.bat' : './gradlew';
  const program = (await folder.has(wrapper.replace('./', ''))) ? wrapper : 'gradle';
  const type = path?.kind === 'file' ? classOf(path.text) : undefined;
  const method = name?.replace(/^.*(?:\s›\s|[.#])/, '').replace(/\(\)$/, '');
  const pattern = [type === undefined ? '*' : `*${type}`, ...(method === undefined ? [] : [method])].join('.');
  const filter = type === undefined && method === undefined ? [] : ['--tests', pattern];
  // A test task that is up to date says nothing.
  const words = [program, '--console=plain', 'cleanTest', 'test', ...filter];
  return { runner: 'gradle', command: words.map((word) => quoteWord(word, folder.isWindows)).join(' ') };
};
