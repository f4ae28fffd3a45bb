// Which words of an answer name a place in a file. Careful: `foo.bar` is a property, `src/a.ts` and `a.ts:5` are files.

export interface FileReference {
  path: string;
  /** 1-based. */
  line?: number;
  endLine?: number;
}

/** Longer words are no file names. */
const MAX_REFERENCE = 260;

const PATH =
  /^(?<path>(?:\.{0,2}\/)?(?:[\w@.+ -]+\/)*[\w@.+ -]+\.[A-Za-z]\w{0,9})(?::(?<line>\d+)(?:[-–](?<end>\d+)|:\d+)?|#L(?<hashLine>\d+)(?:-L?(?<hashEnd>\d+))?)?$/;

/** Reads inline code such as `src/math.ts:5-7`; a bare name without a folder or a line is no reference. */
export function fileReference(text: string): FileReference | undefined {
  const found = parse(text);
  if (!found) return undefined;
  return found.line === undefined && !found.path.includes('/') ? undefined : found;
}

/** Reads the target of a link in an answer; undefined for web addresses and the like. */
export function linkedFile(href: string): FileReference | undefined {
  let target = href;
  try {
    target = decodeURIComponent(href);
  } catch {
    // A lone percent sign: the target is meant as it stands.
  }
  if (/^[a-z][a-z0-9+.-]+:(?!\d)/i.test(target)) return undefined;
  return parse(target) ?? (target.startsWith('#') || target.includes('?') ? undefined : { path: target });
}

function parse(text: string): FileReference | undefined {
  const groups = text.length > MAX_REFERENCE ? undefined : PATH.exec(text)?.groups;
  const path = groups?.['path'];
  if (!groups || path === undefined) return undefined;
  const line = groups['line'] ?? groups['hashLine'];
  const endLine = groups['end'] ?? groups['hashEnd'];
  return {
    path,
    ...(line !== undefined && { line: Number(line) }),
    ...(endLine !== undefined && { endLine: Number(endLine) }),
  };
}
