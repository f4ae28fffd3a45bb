// What a request is sent along with: attached files, selections and images, and references such as #file or #problems, as text.
import type { ContextItem, Range } from '../../api';
import { isFailure } from '../failure';
import { fileSection, symbolSection, type ContextPlace, type ContextSection } from './contextSections';
import { inTime } from './inTime';
import { baseName } from './uri';
import type { WorkspacePorts } from './workspacePorts';

/** What `#…` in a request names. Lines are 1-based, inclusive. */
export type ContextReference =
  | { kind: 'file'; path: string; startLine?: number; endLine?: number }
  | { kind: 'symbol'; name: string }
  | { kind: 'selection' }
  | { kind: 'problems' }
  | { kind: 'changes' };

/** Attached code and references of a request, as text for a model, with images apart. */
export interface ResolvedContext {
  text: string;
  images: { type: 'image'; mimeType: string; base64: string }[];
  /** What of it has a place, in order. */
  places: ContextPlace[];
}

/** Bound of all texts together, in characters. */
export const MAX_CONTEXT_LENGTH = 60_000;
const MAX_SECTION_LENGTH = 24_000;
const MAX_PROBLEMS = 60;
const GIT_TIMEOUT_MS = 8000;

const clip = (text: string, limit: number) =>
  text.length <= limit
    ? text
    : `${text.slice(0, limit)}\n[Cut here: ${text.length - limit} more characters. read_file shows the rest.]`;

/** Resolves items and references in order, each place once. What can't be attached says why. */
export async function resolveContext(
  ports: WorkspacePorts,
  request: { items: readonly ContextItem[]; references: readonly ContextReference[] },
  signal: AbortSignal,
): Promise<ResolvedContext> {
  const images: ResolvedContext['images'] = [];
  const sections: ContextSection[] = [];
  for (const item of request.items) {
    if (item.image) images.push({ type: 'image', ...item.image });
    if (item.uri !== undefined || item.text !== undefined) sections.push(await itemSection(ports, item, signal));
  }
  const places = request.items.flatMap(placeOfItem);
  for (const reference of request.references) {
    const shown = await referenceSections(ports, reference, signal);
    sections.push(...shown);
    places.push(...placeOf(ports, reference), ...shown.flatMap(({ found }) => found ?? []));
  }
  return { text: join(sections), images, places };
}

function placeOfItem({ uri, range }: ContextItem): ContextPlace[] {
  return uri === undefined ? [] : [{ uri, ...(range && { range }) }];
}

function placeOf({ editor }: WorkspacePorts, reference: ContextReference): ContextPlace[] {
  if (reference.kind === 'file') {
    const { path, startLine, endLine = startLine } = reference;
    const hasLines = startLine !== undefined && endLine !== undefined;
    return [{ uri: path, ...(hasLines && { range: linesRange(startLine, endLine) }) }];
  }
  const { active } = reference.kind === 'selection' ? editor.current() : {};
  return active === undefined ? [] : [{ uri: active.uri, ...(active.selection && { range: active.selection.range }) }];
}

function join(sections: readonly ContextSection[]): string {
  const seen = new Set<string>();
  let text = '';
  let left = 0;
  for (const { title, body } of sections) {
    const section = `## ${title}\n${clip(body, MAX_SECTION_LENGTH)}\n`;
    if (seen.has(section)) continue;
    seen.add(section);
    if (text.length + section.length > MAX_CONTEXT_LENGTH) left += 1;
    else text += text === '' ? section : `\n${section}`;
  }
  return left === 0 ? text : `${text}\n[${left} more attached parts are left out: they are too long together.]\n`;
}

async function itemSection(ports: WorkspacePorts, item: ContextItem, signal: AbortSignal): Promise<ContextSection> {
  const { uri, text, range, label } = item;
  if (uri === undefined) return { title: label ?? 'Attached text', body: text ?? '' };
  const section = await fileSection(
    ports,
    { path: uri, ...(range && { range }), ...(text !== undefined && { text }) },
    signal,
  );
  // A file outside the workspace is not read; what the person sent of it is theirs to send.
  const given = isFailure(section) && text !== undefined ? { title: label ?? baseName(uri), body: text } : section;
  if (isFailure(given)) return { title: label ?? baseName(uri), body: `Could not be attached: ${given.message}` };
  return label === undefined || saysTheSame(label, given.title)
    ? given
    : { ...given, title: `${given.title} (${label})` };
}

/** `math.ts` or `math.ts:5-9` beside `src/math.ts`: a bare name would be taken for another file. */
function saysTheSame(label: string, title: string): boolean {
  return title.includes(label.replace(/:\d+(?:-\d+)?$/, ''));
}

async function referenceSections(
  ports: WorkspacePorts,
  reference: ContextReference,
  signal: AbortSignal,
): Promise<ContextSection[]> {
  switch (reference.kind) {
    case 'file':
      return [await referredFile(ports, reference, signal)];
    case 'symbol':
      return symbolSection(ports, reference.name, signal);
    case 'selection':
      return [await selectionSection(ports, signal)];
    case 'problems':
      return [problemsSection(ports)];
    case 'changes':
      return [await changesSection(ports, signal)];
  }
}

async function referredFile(
  ports: WorkspacePorts,
  { path, startLine, endLine }: { path: string; startLine?: number; endLine?: number },
  signal: AbortSignal,
): Promise<ContextSection> {
  const range = startLine === undefined ? undefined : linesRange(startLine, endLine ?? startLine);
  const section = await fileSection(ports, { path, ...(range && { range }) }, signal);
  return isFailure(section) ? { title: path, body: `Could not be attached: ${section.message}` } : section;
}

const linesRange = (startLine: number, endLine: number): Range => ({
  start: { line: startLine - 1, character: 0 },
  end: { line: endLine, character: 0 },
});

async function selectionSection(ports: WorkspacePorts, signal: AbortSignal): Promise<ContextSection> {
  const { active } = ports.editor.current();
  if (active === undefined) return { title: 'Selection', body: 'No editor is open.' };
  const place = {
    path: active.uri,
    ...(active.selection && { range: active.selection.range, text: active.selection.text }),
  };
  const section = await fileSection(ports, place, signal);
  if (isFailure(section)) return { title: 'Selection', body: `Could not be attached: ${section.message}` };
  return {
    ...section,
    title: `${section.title} (${active.selection ? 'selection' : 'the active file; nothing is selected'})`,
  };
}

function problemsSection({ languages }: WorkspacePorts): ContextSection {
  const problems = languages.diagnostics().filter(({ severity }) => severity === 'error' || severity === 'warning');
  problems.sort((a, b) => (a.severity === b.severity ? 0 : a.severity === 'error' ? -1 : 1));
  const lines = problems
    .slice(0, MAX_PROBLEMS)
    .map(
      ({ path, range, severity, message }) =>
        `${path}:${range.start.line + 1} ${severity}: ${message.replaceAll('\n', ' ')}`,
    );
  if (problems.length > lines.length) lines.push(`[${problems.length - lines.length} more]`);
  return { title: 'Problems', body: lines.length > 0 ? lines.join('\n') : 'No problems are reported.' };
}

async function changesSection({ git }: WorkspacePorts, signal: AbortSignal): Promise<ContextSection> {
  const limits = { timeoutMs: GIT_TIMEOUT_MS, signal };
  const changes = await inTime((bounded) => git.changes({ scope: 'working' }, bounded), undefined, limits);
  if (changes === undefined) return { title: 'Changes', body: 'Could not be attached: git did not answer in time.' };
  if (isFailure(changes)) return { title: 'Changes', body: `Could not be attached: ${changes.message}` };
  const list = changes.files.map((file) => `${file.status} ${file.path}${file.staged ? ' (staged)' : ''}`);
  const body = list.length > 0 ? `${list.join('\n')}\n\n${changes.diff}` : 'Nothing has changed since the last commit.';
  return { title: 'Changes not committed', body };
}
