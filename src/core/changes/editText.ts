// Exact search and replace, several per call: all of them or none.
import { lineAt } from './textPositions';
import { matchText, type MatchOutcome, type MatchQuality } from './matchText';

export interface TextEdit {
  oldText: string;
  newText: string;
}

/** A piece of the original text and what stands there instead. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

export type EditOutcome =
  | { ok: true; text: string; replacements: Replacement[]; /** Of each edit, in order. */ qualities: MatchQuality[] }
  | { ok: false; reason: 'edit.not_found' | 'edit.ambiguous' | 'edit.overlap' | 'edit.no_change'; problem: string };

/** Applies all edits to `text`; each `oldText` is looked for in the text as it is before the call. */
export function editText(text: string, edits: readonly TextEdit[]): EditOutcome {
  const replacements: (Replacement & { index: number })[] = [];
  const qualities: MatchQuality[] = [];
  for (const [index, edit] of edits.entries()) {
    const match = matchText(text, edit.oldText);
    if (match.kind !== 'found') return refusal(match, edit, which(index, edits));
    qualities.push(match.quality);
    replacements.push({ start: match.start, end: match.end, text: match.adapt(edit.newText), index });
  }
  replacements.sort((a, b) => a.start - b.start || a.end - b.end);
  for (const [at, next] of replacements.entries()) {
    const previous = replacements[at - 1];
    if (previous && next.start < previous.end) {
      const problem = `Edits ${previous.index + 1} and ${next.index + 1} overlap at line ${lineAt(text, next.start)}. Nothing was changed: join them into one edit.`;
      return { ok: false, reason: 'edit.overlap', problem };
    }
  }
  const result = applyReplacements(text, replacements);
  if (result === text) {
    return { ok: false, reason: 'edit.no_change', problem: 'The edits change nothing: newText equals what is there.' };
  }
  return { ok: true, text: result, replacements: replacements.map(({ index: _index, ...rest }) => rest), qualities };
}

/** `text` with replacements that are sorted and do not overlap. Replacement texts are taken as they are: `$&` has no meaning here. */
export function applyReplacements(text: string, replacements: readonly Replacement[]): string {
  let at = 0;
  const parts: string[] = [];
  for (const replacement of replacements) {
    parts.push(text.slice(at, replacement.start), replacement.text);
    at = replacement.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

function which(index: number, edits: readonly TextEdit[]): string {
  return edits.length === 1 ? 'oldText' : `oldText of edit ${index + 1}`;
}

function refusal(match: Exclude<MatchOutcome, { kind: 'found' }>, edit: TextEdit, name: string): EditOutcome {
  if (match.kind === 'ambiguous') {
    const problem = `${name} stands at ${match.lines.length} places (lines ${match.lines.join(', ')}). Nothing was changed: add lines around it until it is unique.`;
    return { ok: false, reason: 'edit.ambiguous', problem };
  }
  if (edit.oldText === '') {
    const problem = `${name} is empty, but the file is not. Nothing was changed: give the text that is to be replaced.`;
    return { ok: false, reason: 'edit.not_found', problem };
  }
  const { nearest } = match;
  const hint = nearest
    ? ` The nearest lines are ${nearest.startLine}-${nearest.startLine + nearest.lines.length - 1}:\n${compare(nearest.lines, edit.oldText)}`
    : ' Nothing in the file is like it: read the file again.';
  return { ok: false, reason: 'edit.not_found', problem: `${name} is not in the file. Nothing was changed.${hint}` };
}

const MAX_COMPARED_LINES = 40;

/** What differs, line by line: `=` equal, `-` what oldText says, `+` what the file has. */
function compare(actual: readonly string[], oldText: string): string {
  const wanted = oldText.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
  const lines: string[] = [];
  for (let index = 0; index < Math.max(actual.length, wanted.length) && lines.length < MAX_COMPARED_LINES; index += 1) {
    const have = actual[index];
    const want = wanted[index];
    if (have === want) lines.push(`= ${have ?? ''}`);
    else {
      if (want !== undefined) lines.push(`- ${want}`);
      if (have !== undefined) lines.push(`+ ${have}`);
    }
  }
  return lines.join('\n');
}
