// Reads the results of our reading tools back into data. Whatever does not have their form is simply not seen.

export interface Hit {
  path: string;
  line: number;
  text: string;
}

export interface OutlineEntry {
  startLine: number;
  endLine: number;
  kind: string;
  name: string;
  depth: number;
}

export interface Problem {
  path: string;
  line: number;
  severity: string;
  message: string;
}

const DIAGNOSTIC = /^(.+?):(\d+):\d+ (error|warning|information|hint): (.+)$/;
const LOCATION = /^(\S.*?):(\d+): (.*)$/;
const SYMBOL = /^(\S.*?):(\d+)(?:-\d+)? (\w+) (\S+)(?: \(in .+\))?$/;
const OUTLINE = /^((?: {2})*)(\d+)(?:-(\d+))? (\w+) (.+)$/;
const NUMBERED = /^(\d+)\t(.*)$/;
const MATCH = /^ {2}(\d+): (.*)$/;

/** From `get_diagnostics`. */
export function readProblems(text: string): Problem[] {
  return lines(text).flatMap((line) => {
    const [, path = '', number = '', severity = '', message = ''] = DIAGNOSTIC.exec(line) ?? [];
    return path === '' ? [] : [{ path, line: Number(number), severity, message }];
  });
}

/** From `find_references` and `go_to_definition`. */
export function readLocations(text: string): Hit[] {
  return lines(text).flatMap((line) => toHit(LOCATION.exec(line)));
}

/** From `search_text`: lines below the name of their file. */
export function readMatches(text: string): Hit[] {
  let path = '';
  return lines(text).flatMap((line) => {
    const match = MATCH.exec(line);
    if (match) return path === '' ? [] : [{ path, line: Number(match[1]), text: (match[2] ?? '').trim() }];
    if (/^\S/.test(line)) path = line.endsWith(':') || line.startsWith('[') ? '' : line;
    return [];
  });
}

/** From `find_symbols`; `text` is kind and name. */
export function readSymbols(text: string): (Hit & { name: string })[] {
  return lines(text).flatMap((line) => {
    const [, path = '', number = '', kind = '', name = ''] = SYMBOL.exec(line) ?? [];
    return path === '' ? [] : [{ path, line: Number(number), text: `${kind} ${name}`, name }];
  });
}

/** From `document_outline`. */
export function readOutline(text: string): OutlineEntry[] {
  return lines(text)
    .slice(1)
    .flatMap((line) => {
      const [, indent = '', first = '', last, kind = '', name = ''] = OUTLINE.exec(line) ?? [];
      if (first === '') return [];
      return [{ startLine: Number(first), endLine: Number(last ?? first), kind, name, depth: indent.length / 2 }];
    });
}

/** From `read_file`: the lines by their numbers. */
export function readLines(text: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const line of lines(text)) {
    const match = NUMBERED.exec(line);
    if (match) found.set(Number(match[1]), match[2] ?? '');
  }
  return found;
}

function toHit(match: RegExpExecArray | null): Hit[] {
  return match ? [{ path: match[1] ?? '', line: Number(match[2]), text: match[3] ?? '' }] : [];
}

function lines(text: string): string[] {
  return text.split(/\r?\n/);
}
