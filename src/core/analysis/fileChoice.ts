// Which files an analysis looks at: a named one, or those below a folder that people wrote.
import { isFailure, type Failure } from '../failure';
import type { FileLocation, Workspace } from '../workspace/workspace';

/** True for paths that a kind of analysis can work on. */
export type FileChoice = (path: string) => boolean;

const NOT_TEXT =
  /\.(?:png|jpe?g|gif|webp|avif|ico|bmp|svgz|pdf|zip|gz|tgz|bz2|xz|7z|rar|jar|war|class|o|so|dll|dylib|exe|wasm|woff2?|ttf|otf|eot|mp[34]|mov|avi|webm|ogg|wav|sqlite3?|db|vsix|node|pyc)$/i;
/** Hashes by the thousand, none of them a secret. */
const LOCK_FILES =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|composer\.lock|go\.sum)$/;

/** True for files that may hold a secret as text. */
export function isScannable(path: string): boolean {
  return !NOT_TEXT.test(path) && !LOCK_FILES.test(path) && !/\.(?:min\.[cm]?js|map)$/i.test(path);
}

/** True for text that a program wrote: findings in it help nobody. */
export function looksGenerated(text: string): boolean {
  const head = text.slice(0, 600);
  if (/@generated\b|DO NOT EDIT|auto-?generated (?:file|by)|<auto-?generated/i.test(head)) return true;
  const lines = text.split('\n', 200);
  return text.length > 20_000 && text.length / Math.max(1, lines.length) > 400 && lines.length < 200;
}

/** The files for a path: the file itself, or what is wanted below the folder; of a list, the files that it names; everything where nothing is given. */
export async function filesToAnalyse(
  workspace: Workspace,
  query: { path: string | readonly string[] | undefined; isWanted: FileChoice; limit: number },
  signal: AbortSignal,
): Promise<{ files: FileLocation[]; leftOut: boolean } | Failure> {
  const { path, isWanted, limit } = query;
  if (typeof path === 'object') return namedFiles(workspace, { paths: path, isWanted, limit }, signal);
  if (path !== undefined && path !== '' && path !== '.') {
    const location = await workspace.locate(path, signal);
    if (isFailure(location)) return location;
    const probe = await workspace.read(location, signal);
    if (!isFailure(probe)) return { files: [location], leftOut: false };
    if (probe.reason !== 'file.is_directory') return probe;
  }
  // More than needed is listed, because most of what a workspace holds is not wanted.
  const listed = await workspace.list({ ...(path !== undefined && { path }), limit: limit * 10 }, signal);
  if (isFailure(listed)) return listed;
  const wanted = listed.files.filter((file) => isWanted(file.path));
  return { files: wanted.slice(0, limit), leftOut: wanted.length > limit || listed.truncated };
}

/** Those that are there: what is gone meanwhile is no failure of a list. The name of an unsaved document tells nothing of what it is. */
async function namedFiles(
  workspace: Workspace,
  { paths, isWanted, limit }: { paths: readonly string[]; isWanted: FileChoice; limit: number },
  signal: AbortSignal,
): Promise<{ files: FileLocation[]; leftOut: boolean }> {
  const files: FileLocation[] = [];
  let leftOut = false;
  for (const path of paths) {
    if (!isWanted(path) && /\.\w+$/.test(path)) continue;
    const location = await workspace.locate(path, signal);
    if (isFailure(location) || !(isWanted(path) || location.uri.startsWith('untitled:'))) continue;
    leftOut = files.length === limit;
    if (leftOut) break;
    files.push(location);
  }
  return { files, leftOut };
}
