// The standing instructions for a request: AGENTS.md at the root of each folder, and the nearest one above each file that it is about.
import { isFailure } from '../failure';
import { labelFolders, parseWorkspacePath, type LabelledFolder } from '../workspace/workspacePath';
import { joinUri, segmentsBelow } from '../workspace/uri';
import type { WorkspaceFolder } from '../workspace/workspace';

export const INSTRUCTIONS_FILE = 'AGENTS.md';

export interface InstructionSource {
  folders(): readonly WorkspaceFolder[];
  /** The text of a file; undefined where there is none. */
  read(uri: string): Promise<string | undefined>;
}

/** Longest single file, in characters; what is beyond is cut with a note. */
export const MAX_INSTRUCTIONS_LENGTH = 16_000;
const MAX_TOTAL_LENGTH = 40_000;
/** Places of a request that are looked at, and folders that are looked through above each. */
const MAX_PLACES = 30;
const MAX_DEPTH = 40;

interface Found {
  /** Path of the file, as tools write it. */
  path: string;
  text: string;
}

/** `places` are URIs or workspace paths of files and folders. Undefined without instructions. */
export async function collectInstructions(
  source: InstructionSource,
  places: readonly string[],
): Promise<string | undefined> {
  const folders = labelFolders(source.folders());
  const reads = new Map<string, Promise<string | undefined>>();
  const readOnce = (uri: string) => {
    const known = reads.get(uri) ?? source.read(uri);
    reads.set(uri, known);
    return known;
  };
  const roots = await Promise.all(folders.map((folder) => readAt(folder, [], readOnce)));
  const located = places.slice(0, MAX_PLACES).flatMap((place) => locate(place, folders) ?? []);
  const nearest = await Promise.all(located.map(({ folder, segments }) => nearestAbove(folder, segments, readOnce)));
  const nested = new Map(nearest.flatMap((found) => (found ? [[found.path, found] as const] : [])));
  const all = [...roots.filter((found) => found !== undefined), ...nested.values()];
  return all.length === 0 ? undefined : joined(all, nested.size > 0);
}

/** The AGENTS.md in the deepest folder that holds the place; the root's is everybody's already. */
async function nearestAbove(
  folder: LabelledFolder,
  segments: readonly string[],
  read: InstructionSource['read'],
): Promise<Found | undefined> {
  for (let depth = Math.min(segments.length, MAX_DEPTH); depth > 0; depth -= 1) {
    const found = await readAt(folder, segments.slice(0, depth), read);
    if (found) return found;
  }
  return undefined;
}

async function readAt(
  folder: LabelledFolder,
  segments: readonly string[],
  read: InstructionSource['read'],
): Promise<Found | undefined> {
  const text = (await read(joinUri(folder.uri, [...segments, INSTRUCTIONS_FILE])))?.trim();
  if (!text) return undefined;
  const path = [folder.label, ...segments, INSTRUCTIONS_FILE].filter((segment) => segment !== '').join('/');
  return { path, text };
}

function locate(
  place: string,
  folders: readonly LabelledFolder[],
): { folder: LabelledFolder; segments: string[] } | undefined {
  if (/^[a-z][a-z0-9+.-]+:/i.test(place)) {
    return folders
      .flatMap((folder) => {
        const segments = segmentsBelow(folder.uri, place);
        return segments === undefined ? [] : { folder, segments };
      })
      .sort((a, b) => a.segments.length - b.segments.length)[0];
  }
  const candidates = parseWorkspacePath(place, { folders, windowsNames: false });
  return isFailure(candidates) ? undefined : candidates[0];
}

/** Nearest last, so that what counts most is read last and cut last. */
function joined(files: readonly Found[], hasNested: boolean): string {
  const rule = 'Where they contradict each other, the one nearest to a file counts for that file.';
  let left = MAX_TOTAL_LENGTH;
  const sections: string[] = [];
  for (const { path, text } of [...files].reverse()) {
    const limit = Math.min(left, MAX_INSTRUCTIONS_LENGTH);
    if (limit <= 0) sections.unshift(`## ${path}\n\n[Left out for its length; read the file.]`);
    else sections.unshift(`## ${path}\n\n${cut(text, limit, path)}`);
    left -= text.length;
  }
  return [...(hasNested ? [rule] : []), ...sections].join('\n\n');
}

function cut(text: string, limit: number, path: string): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}\n[${path} goes on; read the file for the rest]`;
}
