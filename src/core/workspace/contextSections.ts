// One attached place as text: its lines with numbers, the symbols around them, the problems on them.
import type { Range } from '../../api';
import { isFailure, type Failure } from '../failure';
import { inTime } from './inTime';
import { splitLines } from './lineMatcher';
import type { FileLocation, SymbolEntry } from './workspace';
import type { WorkspacePorts } from './workspacePorts';

export interface ContextSection {
  title: string;
  body: string;
  /** Where a name led that was pointed at. */
  found?: ContextPlace;
}

/** A file or folder that was pointed at; `uri` may be a path as tools take it. */
export interface ContextPlace {
  uri: string;
  range?: Range;
}

export interface AttachedPlace {
  /** A path or a uri. */
  path: string;
  range?: Range;
  /** The text of the range as it was when it was attached. */
  text?: string;
}

const SYMBOLS_TIMEOUT_MS = 1500;
const MAX_LINES = 600;
const MAX_SYMBOLS = 40;
const MAX_MATCHES = 3;

interface Lines {
  /** Zero-based, inclusive. */
  first: number;
  last: number;
}

function linesIn(range: Range | undefined, count: number): Lines {
  if (range === undefined) return { first: 0, last: count - 1 };
  const { start, end } = range;
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { first: Math.min(start.line, count - 1), last: Math.min(last, count - 1) };
}

const isWhole = (lines: Lines, count: number) => lines.first === 0 && lines.last >= count - 1;

const symbolText = ({ kind, name, range }: SymbolEntry) =>
  `${kind} ${name} (${range.start.line + 1}-${range.end.line + 1})`;

/** The chain of symbols that hold all of the lines, outermost first. */
function enclosing(symbols: readonly SymbolEntry[], lines: Lines): SymbolEntry[] {
  const outer = symbols.find(({ range }) => range.start.line <= lines.first && range.end.line >= lines.last);
  return outer === undefined ? [] : [outer, ...enclosing(outer.children ?? [], lines)];
}

/** What stands in the lines themselves, or the whole file's top level. */
function within(symbols: readonly SymbolEntry[], lines: Lines): SymbolEntry[] {
  return symbols.filter(({ range }) => range.start.line <= lines.last && range.end.line >= lines.first);
}

function symbolNotes(symbols: readonly SymbolEntry[], lines: Lines, isWholeFile: boolean): string[] {
  const around = isWholeFile ? [] : enclosing(symbols, lines);
  const holder = around.at(-1);
  const inside = within(holder?.children ?? (holder ? [] : symbols), lines).slice(0, MAX_SYMBOLS);
  return [
    ...(around.length > 0 ? [`Inside: ${around.map(symbolText).join(' > ')}`] : []),
    ...(inside.length > 0 ? [`Symbols: ${inside.map(symbolText).join(', ')}`] : []),
  ];
}

function problemNotes({ languages }: WorkspacePorts, location: FileLocation, lines: Lines): string[] {
  const touching = languages
    .diagnostics(location)
    .filter(
      ({ range, severity }) => severity !== 'hint' && range.start.line <= lines.last && range.end.line >= lines.first,
    );
  if (touching.length === 0) return [];
  const shown = touching
    .slice(0, 20)
    .map((entry) => `  line ${entry.range.start.line + 1} ${entry.severity}: ${entry.message}`);
  return ['Problems:', ...shown];
}

function numberedText(all: readonly string[], lines: Lines): string {
  const shown = all.slice(lines.first, Math.min(lines.last + 1, lines.first + MAX_LINES));
  const text = shown.map((line, index) => `${lines.first + index + 1}\t${line}`).join('\n');
  const left = lines.last + 1 - lines.first - shown.length;
  return left > 0
    ? `${text}\n[${left} more lines: read_file with startLine ${lines.first + shown.length + 1} shows them.]`
    : text;
}

/** A file, or a part of it, with what language services know about it. */
export async function fileSection(
  ports: WorkspacePorts,
  place: AttachedPlace,
  signal: AbortSignal,
): Promise<ContextSection | Failure> {
  const location = await ports.workspace.locate(place.path, signal);
  if (isFailure(location)) return location;
  const snapshot = await ports.workspace.read(location, signal);
  if (isFailure(snapshot)) {
    return snapshot.reason === 'file.is_directory' ? folderSection(ports, location, signal) : snapshot;
  }
  const all = splitLines(snapshot.text);
  const lines = linesIn(place.range, all.length);
  const limits = { timeoutMs: SYMBOLS_TIMEOUT_MS, signal };
  const symbols = await inTime((bounded) => ports.languages.outline(location, bounded), [], limits);
  const whole = isWhole(lines, all.length);
  const where = whole ? '' : `, lines ${lines.first + 1}-${lines.last + 1}`;
  const dirty = snapshot.isDirty ? ', unsaved' : '';
  const body = [
    ...symbolNotes(symbols, lines, whole),
    ...problemNotes(ports, location, lines),
    ...exactText(place, all, lines),
    numberedText(all, lines),
  ];
  return { title: `${location.path} (${snapshot.languageId}${dirty})${where}`, body: body.join('\n') };
}

/** A selection of parts of lines, or of text that is gone meanwhile, stands beside the lines. */
function exactText({ text, range }: AttachedPlace, all: readonly string[], lines: Lines): string[] {
  if (text === undefined || range === undefined) return [];
  const current = all.slice(lines.first, lines.last + 1).join('\n');
  const selected = text.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '');
  return current === selected || selected.trim() === '' ? [] : ['Selected exactly:', selected, 'In these lines:'];
}

async function folderSection(
  { workspace }: WorkspacePorts,
  location: FileLocation,
  signal: AbortSignal,
): Promise<ContextSection | Failure> {
  const listed = await workspace.list({ path: location.path, limit: 200 }, signal);
  if (isFailure(listed)) return listed;
  const paths = listed.files.map((file) => file.path);
  const note = listed.truncated ? ['[There are more: list_files shows them.]'] : [];
  return { title: `${location.path}/ (folder)`, body: [...paths, ...note].join('\n') || 'The folder is empty.' };
}

/** The definitions of a symbol, the exact names first. */
export async function symbolSection(
  ports: WorkspacePorts,
  name: string,
  signal: AbortSignal,
): Promise<ContextSection[]> {
  const limits = { timeoutMs: SYMBOLS_TIMEOUT_MS * 4, signal };
  const found = await inTime((bounded) => ports.languages.symbols(name, 20, bounded), [], limits);
  const exact = found.filter((symbol) => symbol.name.replace(/\(.*$/, '') === name);
  const best = (exact.length > 0 ? exact : found).slice(0, MAX_MATCHES);
  const sections: ContextSection[] = [];
  for (const symbol of best) {
    const section = await fileSection(ports, { path: symbol.uri, range: symbol.range }, signal);
    if (isFailure(section)) continue;
    const { uri, range } = symbol;
    sections.push({ ...section, title: `${symbol.kind} ${symbol.name}: ${section.title}`, found: { uri, range } });
  }
  if (sections.length > 0) return sections;
  return [{ title: name, body: `Could not be attached: the language services know no symbol "${name}".` }];
}
