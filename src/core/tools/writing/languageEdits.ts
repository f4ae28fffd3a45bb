// rename_symbol and apply_code_action: what language services would change, taken into the run's change set.
// They know real files only, so a call that touches a file with pending edits is refused instead of guessed.
import * as z from 'zod';
import type { Range } from '../../../api';
import { applyReplacements, type Replacement } from '../../changes/editText';
import { dominantEol, splitLines, withEol } from '../../changes/textPositions';
import { failure, isFailure, type Failure } from '../../failure';
import type { FileLocation } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import { findSymbolPosition } from '../reading/symbolPosition';
import type { Tool, ToolContext, ToolIntent } from '../tool';
import { proposeCall, type PlannedChange } from './proposeCall';
import { readTarget } from './target';
import type { WritingPorts } from './writingPorts';

/** Text edits of several files, against the real state. */
export interface LanguageEdit {
  files: { location: FileLocation; edits: { range: Range; text: string }[] }[];
}

/** What language services would write; nothing is changed by asking. */
export interface LanguageEdits {
  /** Fails with `rename.refused`, `rename.outside` or `rename.moves_files`. */
  rename(
    location: FileLocation,
    target: { position: Range['start']; newName: string },
    signal: AbortSignal,
  ): Promise<LanguageEdit | Failure>;
  /** `line` is 0-based. Fails with `code_action.not_found` (and says which there are), `code_action.ambiguous` or `code_action.not_text`. */
  codeAction(
    location: FileLocation,
    target: { line: number; title: string },
    signal: AbortSignal,
  ): Promise<LanguageEdit | Failure>;
}

export interface LanguageEditPorts extends WritingPorts {
  edits: LanguageEdits;
}

export function createLanguageEditTools(ports: LanguageEditPorts): Tool[] {
  return [createRenameSymbol(ports), createApplyCodeAction(ports)];
}

function createRenameSymbol(ports: LanguageEditPorts): Tool {
  const ask = async (input: { path: string; line: number; symbol: string; newName: string }, context: ToolContext) => {
    const pending = await pendingFault(ports, context, [input.path]);
    if (pending) return pending;
    const { workspace } = ports.portsOf(context);
    const found = await findSymbolPosition(input, workspace, context.signal);
    if (isFailure(found)) return found;
    const { newName } = input;
    return ports.edits.rename(found.location, { position: found.position, newName }, context.signal);
  };
  return defineTool({
    name: 'rename_symbol',
    description:
      'Renames the symbol on a line everywhere in the workspace, by the language services: declaration, uses, imports. Refused where files with pending edits would be touched.',
    input: z.object({
      path: z.string().describe('Path relative to the workspace.'),
      line: z.int().min(1).describe('A line that has the symbol, 1-based.'),
      symbol: z.string().min(1).describe('The symbol as it is written there.'),
      newName: z.string().min(1).max(200).describe('Its new name.'),
    }),
    effect: 'write',
    aliases: { file: 'path', filepath: 'path', name: 'symbol', oldname: 'symbol', to: 'newName' },
    title: ({ path, line, symbol, newName }) => `${symbol} → ${newName} ${path}:${line}`,
    intents: async (input, context) => intentsOf(await ask(input, context)),
    run: (input, context) => proposeCall(ports, context, async () => plan(ports, context, await ask(input, context))),
  });
}

function createApplyCodeAction(ports: LanguageEditPorts): Tool {
  const ask = async (input: { path: string; line: number; title: string }, context: ToolContext) => {
    const pending = await pendingFault(ports, context, [input.path]);
    if (pending) return pending;
    const file = await readTarget(ports, context, input.path);
    if (isFailure(file)) return file;
    const lines = splitLines(file.text).length;
    if (input.line > lines) return failure('code_action.not_found', `${file.path} has ${lines} lines.`);
    const { uri, path } = file;
    return ports.edits.codeAction({ uri, path }, { line: input.line - 1, title: input.title }, context.signal);
  };
  return defineTool({
    name: 'apply_code_action',
    description:
      'Applies a quick fix or another code action that the language services offer on a line, by its title. Refused where files with pending edits would be touched.',
    input: z.object({
      path: z.string().describe('Path relative to the workspace.'),
      line: z.int().min(1).describe('1-based.'),
      title: z.string().min(1).describe('As the language service words it, such as "Add missing import".'),
    }),
    effect: 'write',
    aliases: { file: 'path', filepath: 'path', action: 'title', name: 'title', linenumber: 'line' },
    title: ({ path, line, title }) => `${title} ${path}:${line}`,
    intents: async (input, context) => intentsOf(await ask(input, context)),
    run: (input, context) => proposeCall(ports, context, async () => plan(ports, context, await ask(input, context))),
  });
}

async function pendingFault(
  { portsOf }: LanguageEditPorts,
  context: ToolContext,
  paths: readonly string[],
): Promise<Failure | undefined> {
  const pending = new Set((await portsOf(context).pendingPaths?.()) ?? []);
  const stale = paths.filter((path) => pending.has(path));
  if (stale.length === 0) return undefined;
  return failure(
    'edit.pending',
    `Nothing was changed: ${stale.map((path) => `"${path}"`).join(', ')} ${stale.length === 1 ? 'has' : 'have'} pending edits, which the language services do not know. Use edit_file instead, or let the person accept the edits first.`,
  );
}

/** The new text of each file; fails where a file has pending edits or the answer does not fit the text. */
async function plan(
  ports: LanguageEditPorts,
  context: ToolContext,
  edit: LanguageEdit | Failure,
): Promise<PlannedChange[] | Failure> {
  if (isFailure(edit)) return edit;
  const pending = await pendingFault(
    ports,
    context,
    edit.files.map(({ location }) => location.path),
  );
  if (pending) return pending;
  const planned: PlannedChange[] = [];
  for (const { location, edits } of edit.files) {
    const snapshot = await ports.portsOf(context).workspace.read(location, context.signal);
    if (isFailure(snapshot)) return snapshot;
    const text = applyRangeEdits(snapshot.text, edits);
    if (text === undefined) {
      return failure('edit.stale', `The language service's answer does not fit "${location.path}". Try again.`);
    }
    if (text === snapshot.text) continue;
    planned.push({ change: { kind: 'modify', location, text, seenText: snapshot.text } });
  }
  return planned.length > 0 ? planned : failure('edit.no_change', 'The language services would change nothing.');
}

/** The text with all edits made; undefined where they overlap or lie outside. New lines end as the text's do. */
export function applyRangeEdits(text: string, edits: readonly { range: Range; text: string }[]): string | undefined {
  const lines = splitLines(text);
  // A text that ends with a line ending has one more line for editors.
  const last = lines.at(-1);
  const starts = lines.map(({ start, end }) => ({ start, end }));
  if (last && last.eol !== '') starts.push({ start: text.length, end: text.length });
  const offset = ({ line, character }: Range['start']) => {
    const found = starts[line];
    if (!found) return line === starts.length && character === 0 ? text.length : undefined;
    return Math.min(found.start + character, found.end);
  };
  const eol = dominantEol(text);
  const replacements: Replacement[] = [];
  for (const edit of edits) {
    const start = offset(edit.range.start);
    const end = offset(edit.range.end);
    if (start === undefined || end === undefined || end < start) return undefined;
    replacements.push({ start, end, text: withEol(edit.text, eol) });
  }
  // Several insertions at one place keep their order: the sort is stable.
  replacements.sort((a, b) => a.start - b.start || a.end - b.end);
  const overlaps = replacements.some((next, at) => at > 0 && next.start < (replacements[at - 1]?.end ?? 0));
  return overlaps ? undefined : applyReplacements(text, replacements);
}

function intentsOf(edit: LanguageEdit | Failure): ToolIntent[] {
  if (isFailure(edit)) return [];
  return edit.files.map(({ location: { path, uri } }) => ({ kind: 'write', path, uri, action: 'modify' }));
}
