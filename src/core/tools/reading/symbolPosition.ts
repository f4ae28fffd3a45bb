// Finds the place that a model names by path, line and symbol: it counts lines well, and characters badly.
import type { Range } from '../../../api';
import { failure, isFailure, type Failure } from '../../failure';
import { splitLines } from '../../workspace/lineMatcher';
import { escapeRegex } from '../../workspace/regexTranslation';
import type { FileLocation, TextSnapshot, Workspace } from '../../workspace/workspace';

export interface SymbolPosition {
  location: FileLocation;
  position: Range['start'];
  /** Set when the symbol was on another line than the one given. */
  note?: string;
}

/** The last part of `a.b.c()` or `Foo::bar`: what language services have a name for. */
function lastName(symbol: string): string {
  const bare = symbol
    .trim()
    .replace(/^[`'"]|[`'"]$/g, '')
    .replace(/\(.*\)$/s, '');
  const parts = bare.split(/\.|::|->|#(?=\w)/).filter((part) => part !== '');
  return parts.at(-1) ?? bare;
}

function columnOf(line: string | undefined, name: string): number | undefined {
  if (line === undefined) return undefined;
  const word = new RegExp(`(?<![\\p{L}\\p{N}_$])${escapeRegex(name)}(?![\\p{L}\\p{N}_$])`, 'v');
  return word.exec(line)?.index;
}

/** The nearest line to `line` (zero-based) that has `name` as a word. */
function nearestLine(
  lines: readonly string[],
  line: number,
  name: string,
): { line: number; character: number } | undefined {
  for (let distance = 0; distance < lines.length; distance += 1) {
    for (const candidate of distance === 0 ? [line] : [line - distance, line + distance]) {
      const character = columnOf(lines[candidate], name);
      if (character !== undefined) return { line: candidate, character };
    }
  }
  return undefined;
}

/** Resolves the symbol's position; fails as `locate` and `read` do, or with `symbol.not_found`. */
export async function findSymbolPosition(
  place: { path: string; line: number; symbol: string },
  workspace: Workspace,
  signal: AbortSignal,
): Promise<SymbolPosition | Failure> {
  const location = await workspace.locate(place.path, signal);
  if (isFailure(location)) return location;
  const snapshot = await workspace.read(location, signal);
  return isFailure(snapshot) ? snapshot : positionIn(snapshot, location, place);
}

function positionIn(
  snapshot: TextSnapshot,
  location: FileLocation,
  { line, symbol }: { line: number; symbol: string },
): SymbolPosition | Failure {
  if (snapshot.kind === 'notebook') {
    return failure('symbol.unsupported', `"${location.path}" is a notebook; use search_text for what is in its cells.`);
  }
  const lines = splitLines(snapshot.text);
  const name = lastName(symbol);
  const found = nearestLine(lines, Math.min(line, lines.length) - 1, name);
  if (found === undefined) {
    const text = lines[line - 1];
    const has =
      text === undefined
        ? `the file has ${lines.length} lines`
        : `line ${line} is ${JSON.stringify(text.trim().slice(0, 200))}`;
    return failure(
      'symbol.not_found',
      `"${name}" does not occur in ${location.path}; ${has}. find_symbols looks for it in the whole workspace.`,
    );
  }
  if (found.line === line - 1) return { location, position: found };
  return { location, position: found, note: `"${name}" is not on line ${line}; line ${found.line + 1} was used.` };
}
