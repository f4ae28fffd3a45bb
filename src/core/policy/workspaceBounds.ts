// Where a location really is once every link is resolved, also when nothing is there yet.
import type { FileTree } from '../workspace/fileTree';
import { baseName, fileUriOfPath, joinUri, segmentsBelow } from '../workspace/uri';

/** The part of the file tree that knows links. */
export type LinkedTree = Pick<FileTree, 'realUri' | 'folders' | 'children'>;

export interface Whereabouts {
  /** Below a workspace folder, links resolved. */
  isInside: boolean;
  /** The path below that folder; empty outside. */
  segments: readonly string[];
}

const OUTSIDE: Whereabouts = { isInside: false, segments: [] };

export class WorkspaceBounds {
  constructor(private readonly tree: LinkedTree) {}

  /** Where `uri` leads. A link to something that is not there leads nobody knows where: outside. */
  async locate(uri: string): Promise<Whereabouts> {
    const real = await this.realUri(uri);
    if (real === undefined) return OUTSIDE;
    let best: readonly string[] | undefined;
    for (const folder of this.tree.folders()) {
      const base = (await this.tree.realUri(folder.uri)) ?? folder.uri;
      const segments = segmentsBelow(base, real);
      if (segments && (best === undefined || segments.length < best.length)) best = segments;
    }
    return best ? { isInside: true, segments: best } : OUTSIDE;
  }

  /** The real uri of what is there, or would be created there; undefined behind a dangling link. */
  async realUri(uri: string): Promise<string | undefined> {
    const missing: string[] = [];
    for (let at = uri; ; at = parentOf(at)) {
      const real = await this.tree.realUri(at);
      if (real !== undefined) return (await this.isLink(real, missing[0])) ? undefined : joinUri(real, missing);
      if (parentOf(at) === at) return undefined;
      missing.unshift(baseName(at));
    }
  }

  /** What a folder holds; nothing where there is none. */
  entries(uri: string): ReturnType<LinkedTree['children']> {
    return this.tree.children(uri);
  }

  private async isLink(folder: string, name: string | undefined): Promise<boolean> {
    if (name === undefined) return false;
    const entries = await this.tree.children(folder);
    return entries.some((entry) => entry.isLink && entry.name === name);
  }
}

/** The uri of a path as a program started in `base` takes it; undefined for a path that only a shell can tell. */
export function uriFrom(base: string, path: string): string | undefined {
  if (path.startsWith('~')) return undefined;
  const absolute = fileUriOfPath(path);
  if (absolute !== undefined) return normalised(absolute);
  return normalised(joinUri(base, path.replaceAll('\\', '/').split('/').filter(Boolean)));
}

/** Takes `.` and `..` out, as a program would on a path without links; undefined when it climbs out at the top. */
function normalised(uri: string): string | undefined {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(.*)$/i.exec(uri);
  if (!match) return undefined;
  const kept: string[] = [];
  for (const segment of (match[2] ?? '').split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `${match[1] ?? ''}/${kept.join('/')}`;
}

function parentOf(uri: string): string {
  const match = /^([a-z][a-z0-9+.-]*:\/\/[^/]*)(\/.*)?$/i.exec(uri);
  const path = match?.[2] ?? '';
  const cut = path.lastIndexOf('/');
  return match === null || cut < 0 || path === '/' ? uri : `${match[1] ?? ''}${path.slice(0, cut) || '/'}`;
}
