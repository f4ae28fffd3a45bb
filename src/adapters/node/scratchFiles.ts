// Which files a scratch copy has: tracked and untracked ones without those that are ignored. Git is asked where there is a
// repository, and only to list; elsewhere a walk obeys the ignore files.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { IGNORE_FILES, IgnoreRules, type IgnoreFileName } from '../../core/workspace/ignoreRules';

export interface FolderFiles {
  /** Relative, with `/`. */
  files: Set<string>;
  /** Folders of installed dependencies, which are linked instead of copied. */
  dependencies: Set<string>;
}

/** Linked where they are ignored; what builds write, such as `target` or `dist`, would change under the person's hands. */
const DEPENDENCY_FOLDERS = new Set([
  'bower_components',
  'jspm_packages',
  '.venv',
  'venv',
  'vendor',
  '.bundle',
  '.yarn',
]);
/** Linked in any case. */
const ALWAYS_LINKED = 'node_modules';
/** Ignored files that programs can't find their dependencies without. */
const NEEDED_FILES = new Set(['.pnp.cjs', '.pnp.loader.mjs', '.pnp.js']);

const MAX_LISTING_BYTES = 64_000_000;
const MAX_NESTING = 4;

const baseOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** Lists the folder at `root`; throws what the file system throws. */
export async function listFolderFiles(root: string, signal: AbortSignal): Promise<FolderFiles> {
  const found: FolderFiles = { files: new Set(), dependencies: new Set() };
  const isListed = await addFromGit(found, { root, prefix: '', depth: 0 }, signal);
  if (!isListed || found.files.size === 0) await addFromWalk(found, root, signal);
  for (const path of [...found.files].filter((file) => baseOf(file) === 'pyvenv.cfg')) {
    found.dependencies.add(path.slice(0, -'/pyvenv.cfg'.length));
  }
  dropLinked(found);
  return found;
}

/** Takes out of the files what lies in a folder that is linked. */
function dropLinked({ files, dependencies }: FolderFiles): void {
  for (const path of files) {
    const segments = path.split('/');
    for (let depth = 1; depth < segments.length; depth += 1) {
      const folder = segments.slice(0, depth).join('/');
      if (segments[depth - 1] === ALWAYS_LINKED) dependencies.add(folder);
      if (!dependencies.has(folder)) continue;
      files.delete(path);
      break;
    }
  }
}

interface GitFolder {
  root: string;
  /** Where it lies in the folder that is copied: empty, or ending in `/`. */
  prefix: string;
  depth: number;
}

async function addFromGit(found: FolderFiles, folder: GitFolder, signal: AbortSignal): Promise<boolean> {
  const list = (...options: string[]) => gitList(folder.root, options, signal);
  const files = await list('--cached', '--others', '--exclude-standard');
  if (files === undefined) return false;
  const ignored = (await list('--others', '--ignored', '--exclude-standard', '--directory')) ?? [];
  for (const path of ignored) {
    const name = baseOf(path.replace(/\/$/, ''));
    const isFolder = path.endsWith('/');
    if (isFolder && (name === ALWAYS_LINKED || DEPENDENCY_FOLDERS.has(name))) {
      found.dependencies.add(folder.prefix + path.slice(0, -1));
    }
    if (!isFolder && NEEDED_FILES.has(name)) found.files.add(folder.prefix + path);
  }
  const submodules = new Set(await submodulesOf(folder.root, signal));
  for (const path of files) {
    // A repository in the repository stands as one entry.
    const isRepository = path.endsWith('/') || submodules.has(path);
    if (!isRepository) found.files.add(folder.prefix + path);
    else if (folder.depth < MAX_NESTING) await addFromGit(found, nested(folder, path.replace(/\/$/, '')), signal);
  }
  return true;
}

function nested({ root, prefix, depth }: GitFolder, path: string): GitFolder {
  return { root: join(root, path), prefix: `${prefix}${path}/`, depth: depth + 1 };
}

async function submodulesOf(root: string, signal: AbortSignal): Promise<string[]> {
  const staged = (await gitList(root, ['--stage'], signal)) ?? [];
  return staged.flatMap((entry) => (entry.startsWith('160000 ') ? [entry.slice(entry.indexOf('\t') + 1)] : []));
}

/** Undefined where git is missing, refuses, or knows no repository. */
async function gitList(root: string, options: readonly string[], signal: AbortSignal): Promise<string[] | undefined> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...environment } = process.env;
  try {
    // Neither a lock nor a hook: nothing of the person's repository is written or run.
    const { stdout } = await promisify(execFile)('git', ['-c', 'core.fsmonitor=false', 'ls-files', '-z', ...options], {
      cwd: root,
      env: { ...environment, GIT_OPTIONAL_LOCKS: '0' },
      maxBuffer: MAX_LISTING_BYTES,
      signal,
    });
    return stdout.split('\0').filter((entry) => entry !== '');
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') throw error;
    return undefined;
  }
}

async function addFromWalk({ files, dependencies }: FolderFiles, root: string, signal: AbortSignal): Promise<void> {
  const stack: { segments: string[]; rules: IgnoreRules }[] = [{ segments: [], rules: IgnoreRules.create([]) }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    signal.throwIfAborted();
    const { segments } = next;
    const directory = join(root, ...segments);
    const entries = await readdir(directory, { withFileTypes: true });
    const names = entries.map(({ name }) => name);
    const rules = next.rules.below(segments, await ignoreTexts(directory, names));
    for (const entry of entries) {
      const inside = [...segments, entry.name];
      const path = inside.join('/');
      const isFolder = entry.isDirectory();
      const isIgnored = rules.ignores(inside, isFolder);
      if (isFolder && (entry.name === ALWAYS_LINKED || (isIgnored && DEPENDENCY_FOLDERS.has(entry.name)))) {
        dependencies.add(path);
      } else if (isFolder && !isIgnored) stack.push({ segments: inside, rules });
      else if ((entry.isFile() || entry.isSymbolicLink()) && (!isIgnored || NEEDED_FILES.has(entry.name))) {
        files.add(path);
      }
    }
  }
}

async function ignoreTexts(directory: string, names: readonly string[]): Promise<Map<IgnoreFileName, string>> {
  const texts = new Map<IgnoreFileName, string>();
  for (const name of IGNORE_FILES) {
    // The other ignore files are for searches: what they hide belongs to the project.
    if (name === '.gitignore' && names.includes(name)) texts.set(name, await readFile(join(directory, name), 'utf8'));
  }
  return texts;
}
