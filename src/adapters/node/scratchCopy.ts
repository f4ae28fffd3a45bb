// Scratch copies of workspace folders, kept in the extension's storage while their runs work. Never written back.
import { createHash } from 'node:crypto';
import { mkdir, readdir, realpath, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { failure, isFailure, messageOf, type Failure } from '../../core/failure';
import type { ScratchCopy, ScratchRequest, ScratchWorkspace } from '../../core/tools/executing/scratchWorkspace';
import { segmentsBelow } from '../../core/workspace/uri';
import { listFolderFiles } from './scratchFiles';
import { exists, linkDependencies, linkDependenciesAbove, type LinkPlace } from './scratchLinks';
import { ScratchSync, type ScratchLimits, type WantedFile } from './scratchSync';

export interface ScratchCopiesOptions {
  /** Where the copies of all windows are; made when needed. */
  folder: string;
  /** This window: others may remove its copies once it is dead. */
  origin: string;
  isAlive(origin: string): Promise<boolean>;
  limits?: ScratchLimits;
}

const LIMITS: ScratchLimits = { files: 20_000, bytes: 512_000_000 };

interface Ground {
  place: LinkPlace;
  sync: ScratchSync;
}

interface Copy {
  /** Known from its first turn on. */
  ground?: Ground;
  /** Settles when the last call on this copy has. */
  work: Promise<unknown>;
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

export class ScratchCopies implements ScratchWorkspace {
  private readonly copies = new Map<string, Copy>();

  constructor(private readonly options: ScratchCopiesOptions) {}

  async prepare(request: ScratchRequest, signal: AbortSignal): Promise<ScratchCopy | Failure> {
    if (!request.folder.startsWith('file:')) {
      return failure(
        'scratch.unsupported',
        'Commands can run on pending edits only where the workspace is on this machine.',
      );
    }
    try {
      // Calls get their turns in the order in which they came: nothing is waited for before this one stands in line.
      const copy = this.copyOf(request);
      const turn = copy.work.then(async () => bring(await this.ground(copy, request), request, signal));
      copy.work = turn.catch(() => undefined);
      return await turn;
    } catch (error) {
      if (signal.aborted) return failure('cancelled', 'The command was stopped before it began.');
      return failure(
        'scratch.failed',
        `The scratch copy with the pending edits could not be made: ${messageOf(error)}. Commands run in the workspace itself once no edits are pending.`,
      );
    }
  }

  async release(runId: string): Promise<void> {
    const mine = [...this.copies].filter(([key]) => key.startsWith(`${runId}\0`));
    for (const [key] of mine) this.copies.delete(key);
    await Promise.all(mine.map(([, { work }]) => work));
    await remove(this.runFolder(runId));
  }

  /** Removes what windows that have died left behind. */
  async sweep(): Promise<void> {
    const origins = await readdir(this.options.folder).catch(() => []);
    for (const origin of origins) {
      if (origin === this.options.origin || (await this.options.isAlive(origin))) continue;
      await remove(join(this.options.folder, origin));
    }
  }

  /** Removes all copies of this window. */
  async close(): Promise<void> {
    const works = [...this.copies.values()].map(({ work }) => work);
    this.copies.clear();
    await Promise.all(works);
    await remove(join(this.options.folder, this.options.origin));
  }

  private runFolder(runId: string): string {
    return join(this.options.folder, this.options.origin, digest(runId));
  }

  private copyOf({ runId, taskId, folder }: ScratchRequest): Copy {
    const key = [runId, taskId ?? '', folder].join('\0');
    const copy = this.copies.get(key) ?? { work: Promise.resolve() };
    this.copies.set(key, copy);
    return copy;
  }

  /** Where the copy is, found at its first turn. */
  private async ground(copy: Copy, { runId, taskId, folder }: ScratchRequest): Promise<Ground> {
    if (copy.ground) return copy.ground;
    const source = await realpath(fileURLToPath(folder));
    const parent = join(this.runFolder(runId), digest(`${taskId ?? ''}\0${folder}`));
    const place = { source, target: join(parent, basename(source) || 'workspace') };
    copy.ground = { place, sync: new ScratchSync(place, this.options.limits ?? LIMITS) };
    return copy.ground;
  }
}

async function bring(
  { place, sync }: Ground,
  request: ScratchRequest,
  signal: AbortSignal,
): Promise<ScratchCopy | Failure> {
  const { files, dependencies } = await listFolderFiles(place.source, signal);
  const wanted = new Map<string, WantedFile>([...files].map((path) => [path, { kind: 'copy' }]));
  for (const { location, from, text } of request.pending) {
    for (const gone of [from, text === undefined ? location : undefined]) {
      const path = gone && pathBelow(request.folder, gone.uri);
      if (path !== undefined) wanted.delete(path);
    }
  }
  for (const { location, from, text, version } of request.pending) {
    const path = pathBelow(request.folder, location.uri);
    const source = from && pathBelow(request.folder, from.uri);
    if (path === undefined || text === undefined) continue;
    wanted.set(path, { kind: 'text', text, version, ...(source !== undefined && { from: source }) });
  }
  const linked = [...wanted.keys()].find((path) => isBelowAny(dependencies, path));
  if (linked !== undefined) return editsDependencies(linked);
  await mkdir(place.target, { recursive: true });
  const fault = await sync.bring(wanted, signal);
  if (isFailure(fault)) return fault;
  for (const path of dependencies) await linkDependencies(place, path);
  await linkDependenciesAbove(place);
  return { root: pathToFileURL(place.target).href, environment: await environmentOf(place) };
}

function isBelowAny(folders: ReadonlySet<string>, path: string): boolean {
  const segments = path.split('/');
  return segments.some((_, depth) => folders.has(segments.slice(0, depth).join('/')));
}

/** Written through the link, the edit would be in the person's own dependencies. */
function editsDependencies(path: string): Failure {
  return failure(
    'scratch.unsupported',
    `There is a pending edit of ${path}, which is part of installed dependencies. Those are shared with the scratch copy that commands run in, so the edit can't be tried there. Once it is accepted or rejected, commands run again.`,
  );
}

function pathBelow(folder: string, uri: string): string | undefined {
  return segmentsBelow(folder, uri)?.join('/');
}

const PYTHON_PROJECT = ['pyproject.toml', 'setup.py', 'setup.cfg', 'pytest.ini', 'tox.ini', 'requirements.txt'];

async function environmentOf({ target }: LinkPlace): Promise<Record<string, string>> {
  // No repository above the copy is the one that a git command in it means.
  const environment: Record<string, string> = { GIT_CEILING_DIRECTORIES: dirname(target) };
  const isPython = (await Promise.all(PYTHON_PROJECT.map((name) => exists(join(target, name))))).includes(true);
  if (isPython) {
    // A package that was installed from the workspace would be imported from there, without the edits.
    const sources = (await exists(join(target, 'src'))) ? join(target, 'src') : target;
    const before = process.env['PYTHONPATH'];
    environment['PYTHONPATH'] = before ? `${sources}${process.platform === 'win32' ? ';' : ':'}${before}` : sources;
  }
  return environment;
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
