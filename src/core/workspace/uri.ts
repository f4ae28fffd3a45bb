// Uris as strings, in the canonical spelling that VS Code's `Uri.toString()` gives. Locations are compared by segments, never by string prefix.

const encodeSegment = (segment: string) =>
  encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

interface UriParts {
  /** Scheme and authority. */
  root: string;
  segments: string[];
}

function splitUri(uri: string): UriParts | undefined {
  const match = /^([a-z][a-z0-9+.-]*:(?:\/\/[^/?#]*)?)([^?#]*)/i.exec(uri);
  if (match === null) return undefined;
  const segments = (match[2] ?? '').split('/').filter((segment) => segment !== '');
  return { root: (match[1] ?? '').toLowerCase(), segments: segments.map(decodeSegment) };
}

/** The uri of what lies `segments` below `base`. */
export function joinUri(base: string, segments: readonly string[]): string {
  const trimmed = /[^/]\/$|\/{3}$/.test(base) && segments.length > 0 ? base.slice(0, -1) : base;
  return segments.length === 0 ? trimmed : `${trimmed}/${segments.map(encodeSegment).join('/')}`;
}

/** The segments from `base` down to `uri`; undefined when `uri` is not `base` or below it. */
export function segmentsBelow(base: string, uri: string): string[] | undefined {
  const from = splitUri(base);
  const to = splitUri(uri);
  if (from === undefined || to === undefined || from.root !== to.root) return undefined;
  if (to.segments.some((segment) => segment === '..' || segment === '.')) return undefined;
  const isDrive = (segment: string | undefined) => segment !== undefined && /^[a-z]:$/i.test(segment);
  for (const [index, segment] of from.segments.entries()) {
    const other = to.segments[index];
    const isSameDrive =
      index === 0 && isDrive(segment) && isDrive(other) && segment.toLowerCase() === other?.toLowerCase();
    if (segment !== other && !isSameDrive) return undefined;
  }
  return to.segments.slice(from.segments.length);
}

/** The last segment's text. */
export function baseName(uriOrPath: string): string {
  const last =
    uriOrPath
      .replace(/[/\\]+$/, '')
      .split(/[/\\]/)
      .at(-1) ?? '';
  return decodeSegment(last);
}

/** The `file:` uri of an absolute path of either platform; undefined for a relative path. */
export function fileUriOfPath(path: string): string | undefined {
  const slashed = path.replaceAll('\\', '/');
  const drive = /^([a-zA-Z]):\//.exec(slashed);
  if (drive) {
    const segments = slashed.slice(3).split('/').filter(Boolean);
    return joinUri(`file:///${(drive[1] ?? '').toLowerCase()}%3A`, segments);
  }
  if (!slashed.startsWith('/')) return undefined;
  return joinUri('file://', slashed.split('/').filter(Boolean));
}

/** The absolute path of a `file:` uri, as its platform writes it; undefined for other schemes and for network shares. */
export function pathOfFileUri(uri: string): string | undefined {
  const parts = splitUri(uri);
  if (parts?.root !== 'file://') return undefined;
  const [first] = parts.segments;
  return first !== undefined && /^[a-z]:$/i.test(first) ? parts.segments.join('\\') : `/${parts.segments.join('/')}`;
}
