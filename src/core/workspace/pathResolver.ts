// Finds the one place that a path means, with every link resolved, and keeps it inside the workspace.
import { failure, isFailure, type Failure } from '../failure';
import type { FileTree, OpenText } from './fileTree';
import { baseName, joinUri, segmentsBelow } from './uri';
import type { FileLocation } from './workspace';
import {
  cleanPath,
  displayPath,
  isForeignAbsolute,
  labelFolders,
  outside,
  parseWorkspacePath,
  type LabelledFolder,
  type PathCandidate,
} from './workspacePath';

/** A place that exists, as a folder and the segments below it. */
export interface ResolvedPlace {
  location: FileLocation;
  folder: LabelledFolder;
  segments: readonly string[];
}

type Resolution = ResolvedPlace | Failure;

export class PathResolver {
  constructor(private readonly tree: FileTree) {}

  folders(): LabelledFolder[] {
    return labelFolders(this.tree.folders());
  }

  /** The place that `path` names; an untitled document goes by its label. */
  async resolve(path: string): Promise<ResolvedPlace | { untitled: FileLocation } | Failure> {
    const first = await this.resolveSpelling(path);
    if (!isFailure(first)) return first;
    const untitled = this.untitledAt(path);
    if (untitled) return { untitled: { uri: untitled.uri, path: untitled.label } };
    const decoded = decodeEscapes(path);
    if (decoded === undefined || first.reason !== 'file.not_found') return first;
    const second = await this.resolveSpelling(decoded);
    return isFailure(second) && second.reason === 'file.not_found' ? first : second;
  }

  /** The place of a file that may not exist yet: below a real folder of the workspace, links resolved. */
  async resolveNew(path: string): Promise<FileLocation | Failure> {
    const known = await this.resolve(path);
    if (!isFailure(known)) return 'untitled' in known ? known.untitled : known.location;
    if (known.reason !== 'file.not_found') return known;
    const rules = { folders: this.folders(), windowsNames: this.tree.windowsNames };
    const candidates = parseWorkspacePath(path, rules);
    if (isFailure(candidates)) return candidates;
    const places: (ResolvedPlace & { isInNewFolder: boolean })[] = [];
    let refusal: Failure | undefined;
    for (const { folder, segments } of candidates) {
      const place = await this.newPlace(folder, segments, path);
      if (!isFailure(place)) places.push(place);
      else refusal ??= place;
    }
    const inKnownFolders = places.filter((place) => !place.isInNewFolder);
    const best = inKnownFolders.length > 0 ? inKnownFolders : places;
    const [first] = best;
    if (!first) return refusal ?? known;
    if (best.length === 1 || rules.folders.length === 1 || isExplicit(path, first)) return first.location;
    const paths = best.map((place) => place.location.path).join(', ');
    return failure('path.ambiguous', `"${path}" may be in several folders of the workspace: say which of ${paths}.`);
  }

  /** The location of a uri that the editor gives, without asking the disk; undefined outside the workspace. */
  locationOfUri(uri: string): FileLocation | undefined {
    const untitled = this.tree.openTexts().find((open) => open.uri === uri && open.kind === 'untitled');
    if (untitled) return { uri, path: untitled.label };
    const found = this.below(this.folders(), uri);
    return found && { uri, path: displayPath(found.folder.label, found.segments) };
  }

  /** True for a resolved uri in one of the folders. */
  async isInside(real: string): Promise<boolean> {
    return (await this.insideFolders(real)) !== undefined || this.below(this.folders(), real) !== undefined;
  }

  private untitledAt(path: string): OpenText | undefined {
    const wanted = cleanPath(path);
    return this.tree
      .openTexts()
      .find((open) => open.kind === 'untitled' && (open.label === wanted || open.uri === wanted));
  }

  private async resolveSpelling(path: string): Promise<Resolution> {
    const folders = this.folders();
    if (folders.length === 0) return failure('path.outside', 'No folder is open, so there are no files to work with.');
    const candidates = parseWorkspacePath(path, { folders, windowsNames: this.tree.windowsNames });
    if (isFailure(candidates)) return candidates;
    let refusal: Failure | undefined;
    const found: ResolvedPlace[] = [];
    for (const candidate of candidates) {
      const place = await this.resolveCandidate(candidate, path);
      if (isFailure(place)) refusal ??= place;
      else found.push(place);
    }
    const places = new Map(found.map((place) => [place.location.uri, place]));
    const [best] = found;
    // A path that begins with a folder's name, or a place found once, is clear; the same path in several folders is not.
    if (best && (places.size === 1 || candidates.length === 1 || isExplicit(path, best))) return best;
    if (best) {
      const paths = [...places.values()].map((place) => place.location.path).join(', ');
      return failure('path.ambiguous', `"${path}" is in several folders of the workspace: say which of ${paths}.`);
    }
    // `/src/a.ts` was tried from the top of the workspace; if nothing is there, it was a path of the machine.
    return isForeignAbsolute(path, folders) ? outside(path) : (refusal ?? notFound(path));
  }

  private async resolveCandidate(candidate: PathCandidate, path: string): Promise<Resolution> {
    const { folder, segments } = candidate;
    const uri = joinUri(folder.uri, segments);
    const real = await this.tree.realUri(uri);
    if (real === undefined) return this.missing(folder, segments, path);
    const inside = await this.insideFolders(real);
    if (inside === undefined) return leadsOutside(path);
    const place = this.placeAt(inside.folder, inside.segments);
    // An editor that holds unsaved text under the link's own name has the text that the person sees.
    const heldByLink = this.tree.openTexts().some((open) => open.uri === uri && open.isDirty);
    return heldByLink ? this.placeAt(folder, segments) : place;
  }

  private placeAt(folder: LabelledFolder, segments: readonly string[]): ResolvedPlace {
    const location = { uri: joinUri(folder.uri, segments), path: displayPath(folder.label, segments) };
    return { location, folder, segments };
  }

  private async newPlace(
    folder: LabelledFolder,
    segments: readonly string[],
    path: string,
  ): Promise<(ResolvedPlace & { isInNewFolder: boolean }) | Failure> {
    for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
      const uri = joinUri(folder.uri, segments.slice(0, depth));
      const real = await this.tree.realUri(uri);
      if (real === undefined) continue;
      const inside = await this.insideFolders(real);
      if (inside === undefined) return leadsOutside(path);
      const kind = (await this.tree.stat(uri))?.kind;
      const top = displayPath(folder.label, segments.slice(0, depth));
      if (kind !== 'directory') return failure('path.invalid', `"${top}" is a file, so nothing can be below it.`);
      const link = (await this.tree.children(uri)).find((entry) => entry.name === segments[depth] && entry.isLink);
      if (link) return this.missing(folder, segments, path);
      const place = this.placeAt(inside.folder, [...inside.segments, ...segments.slice(depth)]);
      return { ...place, isInNewFolder: depth < segments.length - 1 };
    }
    return this.missing(folder, segments, path);
  }

  /** Nothing is there: say whether a directory above it leads out, or a link leads nowhere. */
  private async missing(folder: LabelledFolder, segments: readonly string[], path: string): Promise<Failure> {
    const open = this.tree.openTexts().find((text) => text.uri === joinUri(folder.uri, segments));
    for (let depth = segments.length - 1; depth >= 0; depth -= 1) {
      const real = await this.tree.realUri(joinUri(folder.uri, segments.slice(0, depth)));
      if (real === undefined) continue;
      if ((await this.insideFolders(real)) === undefined) return leadsOutside(path);
      const entries = await this.tree.children(joinUri(folder.uri, segments.slice(0, depth)));
      const link = entries.find((entry) => entry.name === segments[depth] && entry.isLink);
      if (link) {
        const named = displayPath(folder.label, segments.slice(0, depth + 1));
        return failure('file.not_found', `"${named}" is a link to something that does not exist.`);
      }
      break;
    }
    return open
      ? failure('file.not_found', `"${path}" was deleted on disk, and an editor still shows it.`)
      : notFound(path);
  }

  private async insideFolders(real: string): Promise<{ folder: LabelledFolder; segments: string[] } | undefined> {
    const folders = this.folders();
    const reals = await Promise.all(folders.map(async (folder) => (await this.tree.realUri(folder.uri)) ?? folder.uri));
    return this.below(folders, real, reals);
  }

  /** The innermost folder that holds `uri`. */
  private below(folders: readonly LabelledFolder[], uri: string, bases = folders.map((folder) => folder.uri)) {
    let best: { folder: LabelledFolder; segments: string[] } | undefined;
    for (const [index, folder] of folders.entries()) {
      const segments = segmentsBelow(bases[index] ?? folder.uri, uri);
      if (segments && (best === undefined || segments.length < best.segments.length)) best = { folder, segments };
    }
    return best;
  }
}

const isExplicit = (path: string, place: ResolvedPlace) =>
  place.folder.label !== '' &&
  cleanPath(path)
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '')
    .split('/')[0] === place.folder.label;

const leadsOutside = (path: string) =>
  failure('path.outside', `"${path}" leads outside the workspace through a link, and only the workspace can be used.`);

const notFound = (path: string) => failure('file.not_found', `There is no "${baseName(path) || path}" at "${path}".`);

/** The path with `%2F` and the like decoded once; undefined when there is nothing to decode. */
function decodeEscapes(path: string): string | undefined {
  if (!/%[0-9a-fA-F]{2}/.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
