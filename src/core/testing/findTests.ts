// Finds how the tests of a workspace are run, from the files that are really there.
import { failure, isFailure, type Failure } from '../failure';
import type { FileLocation, Workspace } from '../workspace/workspace';
import { findNodeTests } from './nodeProject';
import { findCargoTests, findGoTests, findGradleTests, findMavenTests, findPythonTests } from './otherProjects';
import type { ProjectFolder, TestPlan, TestRequest, TestRunnerFinder } from './testPlan';

export interface FoundTests extends TestPlan {
  /** Path of the project's folder in the workspace, where the command belongs. */
  folder: string;
}

export interface TestSearch {
  workspace: Workspace;
  isWindows: boolean;
  signal: AbortSignal;
}

export interface WantedTests {
  path?: string;
  name?: string;
}

const FINDERS: readonly { extensions: RegExp; find: TestRunnerFinder }[] = [
  { extensions: /\.[cm]?[jt]sx?$|\.(?:vue|svelte)$/, find: findNodeTests },
  { extensions: /\.rs$/, find: findCargoTests },
  { extensions: /\.go$/, find: findGoTests },
  { extensions: /\.(?:java|kt|scala|groovy)$/, find: findGradleTests },
  { extensions: /\.(?:java|kt|scala|groovy)$/, find: findMavenTests },
  { extensions: /\.py$/, find: findPythonTests },
];

/** Files that make a folder a project, for workspaces that have none at their top. */
const PROJECT_FILES =
  '{package.json,Cargo.toml,go.mod,pom.xml,build.gradle,build.gradle.kts,pyproject.toml,pytest.ini}';
const MAX_PROJECTS = 20;

/** Looks from the wanted path upwards, without one at the top and then below it. Fails with `tests.no_runner`, or as `locate` does. */
export async function findTests(search: TestSearch, wanted: WantedTests): Promise<FoundTests | Failure> {
  const target = wanted.path === undefined ? undefined : await locateTarget(search, wanted.path);
  if (isFailure(target)) return target;
  const folders = target === undefined ? await topFolders(search) : foldersUpFrom(target);
  for (const folder of folders) {
    const found = await findIn(search, folder, { wanted, ...(target && { target }) });
    if (found) return found;
  }
  return failure(
    'tests.no_runner',
    `No way to run tests was found${target ? ` for ${target.path}` : ''}: there is no test script in a package.json, and none of mocha, vitest, jest, node:test, pytest, go test, cargo, Maven or Gradle is set up. Use run_command if you know how the tests are run.`,
  );
}

interface Target {
  path: string;
  kind: 'file' | 'folder';
}

async function locateTarget({ workspace, signal }: TestSearch, path: string): Promise<Target | Failure> {
  const location = await workspace.locate(path, signal);
  if (isFailure(location)) return location;
  const read = await workspace.read(location, signal);
  const isFolder = isFailure(read) && read.reason === 'file.is_directory';
  return { path: location.path, kind: isFolder ? 'folder' : 'file' };
}

function foldersUpFrom({ path, kind }: Target): string[] {
  const segments = path === '.' ? [] : path.split('/');
  const innermost = kind === 'folder' ? segments.length : segments.length - 1;
  return Array.from({ length: innermost + 1 }, (_, up) => segments.slice(0, innermost - up).join('/') || '.');
}

async function topFolders({ workspace, signal }: TestSearch): Promise<string[]> {
  const several = workspace.folders().length > 1;
  const tops = several ? workspace.folders().map(({ name }) => name) : ['.'];
  const listed = await workspace.list({ glob: PROJECT_FILES, limit: MAX_PROJECTS }, signal);
  const depth = (path: string) => path.split('/').length;
  const below = isFailure(listed) ? [] : listed.files.map(folderOf).sort((a, b) => depth(a) - depth(b));
  return [...new Set([...tops, ...below])];
}

const folderOf = ({ path }: FileLocation) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.');

async function findIn(
  search: TestSearch,
  folder: string,
  { wanted, target }: { wanted: WantedTests; target?: Target },
): Promise<FoundTests | undefined> {
  const project = projectFolder(search, folder);
  const text = target && (folder === '.' ? target.path : target.path.slice(folder.length + 1));
  // A path that begins with a dash would be read as an option.
  const path = target && text ? { text: text.startsWith('-') ? `./${text}` : text, kind: target.kind } : undefined;
  const request: TestRequest = { ...(path && { path }), ...(wanted.name !== undefined && { name: wanted.name }) };
  const isOwn = ({ extensions }: (typeof FINDERS)[number]) => target?.kind === 'file' && extensions.test(target.path);
  for (const { find } of [...FINDERS].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))) {
    const plan = await find(project, request);
    if (plan) return { ...plan, folder };
  }
  return undefined;
}

function projectFolder({ workspace, isWindows, signal }: TestSearch, folder: string): ProjectFolder {
  const locate = (path: string) => workspace.locate(folder === '.' ? path : `${folder}/${path}`, signal);
  return {
    isWindows,
    has: async (path) => {
      const location = await locate(path);
      if (isFailure(location)) return false;
      const read = await workspace.read(location, signal);
      return !isFailure(read) || !['file.not_found', 'file.is_directory'].includes(read.reason);
    },
    read: async (path) => {
      const location = await locate(path);
      if (isFailure(location)) return undefined;
      const read = await workspace.read(location, signal);
      return isFailure(read) ? undefined : read.text;
    },
  };
}
