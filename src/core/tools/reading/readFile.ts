// read_file: numbered lines of a file, an unsaved buffer or a notebook.
import * as z from 'zod';
import { isFailure } from '../../failure';
import { splitLines } from '../../workspace/lineMatcher';
import type { TextSnapshot } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import { toolError, type Tool, type ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { failedWith, fitLines } from './textBudget';

const MAX_LINES = 2000;
const MAX_LINE_LENGTH = 2000;

const input = z.object({
  path: z.string().describe('Path relative to the workspace; an untitled document goes by its label.'),
  startLine: z.int().min(1).optional().describe('First line, 1-based. Default 1.'),
  endLine: z.int().min(1).optional().describe('Last line, inclusive. Default: the end.'),
});

/** The line ends, where they are not plain line feeds: edits have to match them. */
function lineEnds(text: string): string | undefined {
  const crlf = text.split('\r\n').length - 1;
  if (crlf === 0) return undefined;
  return crlf === text.split('\n').length - 1 ? 'CRLF line ends' : 'mixed line ends';
}

function numbered(line: string, number: number): string {
  const cut = line.length - MAX_LINE_LENGTH;
  const text = cut > 0 ? `${line.slice(0, MAX_LINE_LENGTH)}… [${cut} more characters in this line]` : line;
  return `${number}\t${text}`;
}

function describe(snapshot: TextSnapshot, first: number, last: number, total: number): string {
  const notes = [
    snapshot.kind === 'notebook' ? 'notebook as text' : snapshot.languageId,
    first === 1 && last === total ? `${total} lines` : `lines ${first}-${last} of ${total}`,
    ...(snapshot.isDirty ? ['with unsaved changes'] : []),
    ...(snapshot.hasPendingEdits ? ['with your pending edits'] : []),
  ];
  const ends = lineEnds(snapshot.text);
  return `${snapshot.path} (${[...notes, ...(ends ? [ends] : [])].join(', ')})`;
}

function render(snapshot: TextSnapshot, startLine: number | undefined, endLine: number | undefined): ToolResult {
  const { path } = snapshot;
  if (snapshot.text === '') return { text: `${path} is empty.`, files: [path] };
  const lines = splitLines(snapshot.text);
  const [from, to] = [startLine ?? 1, endLine ?? lines.length];
  if (from > lines.length) {
    return toolError('range.invalid', `${path} has ${lines.length} lines, so there is no line ${from}.`);
  }
  if (to < from) return toolError('range.invalid', `endLine ${to} is before startLine ${from}.`);
  const wanted = lines
    .slice(from - 1, Math.min(to, from - 1 + MAX_LINES))
    .map((line, index) => numbered(line, from + index));
  const { text, shown } = fitLines(wanted);
  const last = from + shown - 1;
  const isCut = last < Math.min(to, lines.length);
  const note = isCut ? `\n[Cut after line ${last}. To read on: startLine ${last + 1}.]` : '';
  const result = { text: `${describe(snapshot, from, last, lines.length)}\n${text}${note}`, files: [path] };
  return isCut ? { ...result, truncated: true } : result;
}

export function createReadFile(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'read_file',
    description:
      'Reads a text file of the workspace as the editor has it, unsaved changes included. Gives numbered lines ("12<tab>text"); the number and the tab are not part of the file. Long files come in parts: the result says how to read on.',
    input,
    effect: 'read',
    aliases: {
      file: 'path',
      filepath: 'path',
      filename: 'path',
      start: 'startLine',
      end: 'endLine',
      offset: 'startLine',
    },
    title: ({ path, startLine, endLine }) =>
      startLine === undefined && endLine === undefined ? path : `${path}:${startLine ?? 1}-${endLine ?? 'end'}`,
    async run({ path, startLine, endLine }, context) {
      const { workspace } = portsOf(context);
      const location = await workspace.locate(path, context.signal);
      if (isFailure(location)) return failedWith(location);
      const snapshot = await workspace.read(location, context.signal);
      return isFailure(snapshot) ? failedWith(snapshot) : render(snapshot, startLine, endLine);
    },
  });
}
