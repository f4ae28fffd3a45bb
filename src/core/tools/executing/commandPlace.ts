// Where a command runs: in the workspace, or, while the run has pending edits, in a scratch copy that has them applied.
import { failure, isFailure, type Failure } from '../../failure';
import { joinUri, pathOfFileUri, segmentsBelow } from '../../workspace/uri';
import type { FileLocation, Workspace } from '../../workspace/workspace';
import type { ToolContext, ToolIntent } from '../tool';
import type { ExecutingPorts } from './executingPorts';

/** A folder of the workspace as the person knows it: what policy judges and people are shown. */
export interface CommandFolder {
  location: FileLocation;
  /** Uri of the workspace folder that holds it. */
  top: string;
}

export interface CommandPlace {
  /** Where the process really starts. */
  cwd: string;
  environment: Readonly<Record<string, string>>;
  /** Paths that have pending edits; empty when the command runs in the workspace itself. */
  pendingPaths: string[];
  /** Puts the paths of the workspace where `text` has those of the copy. */
  toWorkspacePaths(text: string): string;
}

const NO_FOLDER = failure('command.no_folder', 'No folder is open, so there is nowhere to run commands.');
const UNTRUSTED = failure(
  'workspace.restricted',
  'The workspace is open in restricted mode: nothing of it may be executed. Go on without commands and tests, and tell the person that they can trust the workspace to allow them.',
);

/** Resolves `cwd` as a model writes it; the first workspace folder when absent. */
export async function findCommandFolder(
  workspace: Workspace,
  cwd: string | undefined,
  signal: AbortSignal,
): Promise<CommandFolder | Failure> {
  if (!workspace.isTrusted()) return UNTRUSTED;
  const folders = workspace.folders();
  const [first] = folders;
  if (first === undefined) return NO_FOLDER;
  if (cwd === undefined) {
    return { location: { uri: first.uri, path: folders.length > 1 ? first.name : '.' }, top: first.uri };
  }
  const location = await workspace.locate(cwd, signal);
  if (isFailure(location)) return location;
  const tops = folders.filter(({ uri }) => segmentsBelow(uri, location.uri) !== undefined);
  const top = tops.sort((a, b) => b.uri.length - a.uri.length)[0];
  // Links were resolved, perhaps those above the folder too.
  return { location, top: top?.uri ?? location.uri };
}

/** What policy judges; a folder that can't be found now makes the call fail later, but must not make it look harmless. */
export async function commandIntent(
  { portsOf, pending }: Pick<ExecutingPorts, 'portsOf' | 'pending'>,
  { command, cwd }: { command: string; cwd: string | undefined },
  context: ToolContext,
): Promise<ToolIntent> {
  const { workspace } = portsOf(context);
  const folder = await findCommandFolder(workspace, cwd, context.signal);
  const uri = isFailure(folder) ? (workspace.folders()[0]?.uri ?? '') : folder.location.uri;
  const { runId, taskId } = context;
  const pendingEdits = await pending.count({ runId, ...(taskId !== undefined && { taskId }) });
  return { kind: 'command', command, cwd: uri, ...(pendingEdits > 0 && { pendingEdits }) };
}

/** Prepares the place; a scratch copy is made or brought up to date where edits are pending. */
export async function preparePlace(
  ports: Pick<ExecutingPorts, 'pending' | 'scratch'>,
  folder: CommandFolder,
  context: ToolContext,
): Promise<CommandPlace | Failure> {
  const { runId, taskId, signal } = context;
  const scope = { runId, ...(taskId !== undefined && { taskId }) };
  const pending = await ports.pending.files(scope, signal);
  if (pending.length === 0) {
    return { cwd: folder.location.uri, environment: {}, pendingPaths: [], toWorkspacePaths: (text) => text };
  }
  const copy = await ports.scratch.prepare({ ...scope, folder: folder.top, pending }, signal);
  if (isFailure(copy)) return copy;
  const below = segmentsBelow(folder.top, folder.location.uri) ?? [];
  return {
    cwd: joinUri(copy.root, below),
    environment: copy.environment,
    pendingPaths: pending.map(({ location }) => location.path),
    toWorkspacePaths: mapPaths(copy.root, folder.top),
  };
}

function mapPaths(from: string, to: string): (text: string) => string {
  const pairs = [[from, to] as const, [pathOfFileUri(from), pathOfFileUri(to)] as const];
  return (text) =>
    pairs.reduce(
      (mapped, [copy, original]) =>
        copy === undefined || original === undefined ? mapped : mapped.replaceAll(copy, () => original),
      text,
    );
}
