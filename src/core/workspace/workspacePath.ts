// A path as a model writes it, made into segments below a folder. Purely lexical: what exists, and where links lead, is judged later.
import { failure, type Failure } from '../failure';
import { fileUriOfPath, segmentsBelow } from './uri';
import type { WorkspaceFolder } from './workspace';

/** Where a path may point: below one folder. */
export interface PathCandidate {
  folder: LabelledFolder;
  segments: string[];
}

export interface PathRules {
  folders: readonly LabelledFolder[];
  /** True where the file system gives `a.txt:x`, `PRN` and trailing dots a meaning of their own. */
  windowsNames: boolean;
}

/** A folder with the first segment of its paths: empty when it is the only one. */
export interface LabelledFolder extends WorkspaceFolder {
  label: string;
}

/** Labels that tell several folders apart, even when two have one name. */
export function labelFolders(folders: readonly WorkspaceFolder[]): LabelledFolder[] {
  if (folders.length === 1) return folders.map((folder) => ({ ...folder, label: '' }));
  const taken = new Set<string>();
  return folders.map((folder) => {
    const name = folder.name.replaceAll(/[/\\]/g, '-');
    let label = name;
    for (let number = 2; taken.has(label); number += 1) label = `${name} (${number})`;
    taken.add(label);
    return { ...folder, label };
  });
}

const invalid = (raw: string, why: string) =>
  failure('path.invalid', `${JSON.stringify(raw.slice(0, 200))} is not a usable path: ${why}.`);

/** The refusal of a path that leaves the workspace. */
export const outside = (raw: string): Failure =>
  failure(
    'path.outside',
    `${JSON.stringify(raw.slice(0, 200))} is outside the workspace. Only files below the workspace folders can be used; give a path relative to them.`,
  );

/** What can't be part of any path, with the reason. */
function findFault(raw: string, path: string): Failure | undefined {
  if (path === '') return invalid(raw, 'it is empty; use "." for the workspace itself');
  // Control characters, NUL above all, cut paths short in some APIs.
  if (/[\u0000-\u001f\u007f]/.test(path)) return invalid(raw, 'it has a control character in it');
  if (path.length > 4096) return invalid(raw, 'it is longer than 4,096 characters');
  return undefined;
}

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(\.|$)/i;

function findNameFault(raw: string, segments: readonly string[]): Failure | undefined {
  for (const segment of segments) {
    if (WINDOWS_DEVICE.test(segment)) return invalid(raw, `"${segment}" is the name of a device`);
    if (segment.includes(':'))
      return invalid(raw, 'a ":" names an alternate stream; give lines as startLine and endLine');
    if (/[<>"|?*]/.test(segment)) return invalid(raw, `"${segment}" has a character that file names can't have`);
    if (/[. ]$/.test(segment)) return invalid(raw, `"${segment}" ends with a dot or a blank`);
  }
  return undefined;
}

/** Resolves `.` and `..`; undefined when the path climbs out at the top. */
function normalise(path: string): string[] | undefined {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments;
}

/** Takes off what models put around paths. */
export function cleanPath(raw: string): string {
  const trimmed = raw.trim();
  const quoted = /^(["'`])(.*)\1$/s.exec(trimmed);
  return (quoted?.[2] ?? trimmed).replace(/^#file:/, '');
}

/** The places that `raw` may mean, best first; never empty unless it is a failure. */
export function parseWorkspacePath(raw: string, rules: PathRules): PathCandidate[] | Failure {
  const cleaned = cleanPath(raw);
  const fault = findFault(raw, cleaned);
  if (fault) return fault;
  const absolute = /^[a-z][a-z0-9+.-]+:\/\//i.test(cleaned) ? cleaned : fileUriOfPath(cleaned);
  const found = absolute === undefined ? relativeCandidates(cleaned, rules) : absoluteCandidates(absolute, rules);
  const candidates = found ?? (isRooted(cleaned) ? relativeCandidates(cleaned, rules) : undefined);
  if (candidates === undefined) return outside(raw);
  const usable = candidates.filter(({ segments }) => !rules.windowsNames || findNameFault(raw, segments) === undefined);
  if (usable.length > 0) return usable;
  return findNameFault(raw, candidates[0]?.segments ?? []) ?? outside(raw);
}

/** `/src/a.ts` is often meant from the top of the workspace. */
const isRooted = (path: string) => /^\/[^/]/.test(path);

/** True for an absolute path of the machine that no folder holds. */
export function isForeignAbsolute(raw: string, folders: readonly LabelledFolder[]): boolean {
  const cleaned = cleanPath(raw);
  const uri = isRooted(cleaned) ? fileUriOfPath(cleaned) : undefined;
  return uri !== undefined && absoluteCandidates(uri, { folders, windowsNames: false }) === undefined;
}

function absoluteCandidates(uri: string, rules: PathRules): PathCandidate[] | undefined {
  const candidates: PathCandidate[] = [];
  for (const folder of rules.folders) {
    const segments = segmentsBelow(folder.uri, normaliseUri(uri));
    if (segments !== undefined) candidates.push({ folder, segments });
  }
  // The innermost folder first, where one folder of the workspace lies in another.
  candidates.sort((a, b) => a.segments.length - b.segments.length);
  return candidates.length > 0 ? candidates : undefined;
}

/** Resolves `..` in a uri's path before it is compared. */
function normaliseUri(uri: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(.*)$/i.exec(uri);
  const segments = normalise(match?.[2] ?? '');
  return match === null || segments === undefined ? uri : `${match[1] ?? ''}/${segments.join('/')}`;
}

function relativeCandidates(path: string, rules: PathRules): PathCandidate[] | undefined {
  const segments = normalise(path.replaceAll('\\', '/'));
  if (segments === undefined) return undefined;
  const { folders } = rules;
  const [first, ...rest] = segments;
  const only = folders.length === 1 ? folders[0] : undefined;
  if (only) {
    const candidates = [{ folder: only, segments }];
    // `<folder>/src/a.ts` is how the path would be written with several folders.
    if (first === only.name && rest.length > 0) candidates.push({ folder: only, segments: rest });
    return candidates;
  }
  const named = folders.filter(({ label, name }) => first !== undefined && (label === first || name === first));
  const exact = named.filter(({ label }) => label === first);
  return [
    ...[...exact, ...named.filter((folder) => !exact.includes(folder))].map((folder) => ({ folder, segments: rest })),
    ...folders.map((folder) => ({ folder, segments })),
  ];
}

/** The path that tools and people see. */
export function displayPath(label: string, segments: readonly string[]): string {
  const parts = label === '' ? segments : [label, ...segments];
  return parts.length === 0 ? '.' : parts.join('/');
}

/** Orders paths as a tree is read: segment by segment. */
export function comparePaths(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let index = 0; index < left.length && index < right.length; index += 1) {
    const x = left[index] ?? '';
    const y = right[index] ?? '';
    if (x !== y) return x < y ? -1 : 1;
  }
  return left.length - right.length;
}
