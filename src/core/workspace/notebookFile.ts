// Edits in the file of a Jupyter notebook: the sources of cells change, every other byte stays.
import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import { failure, isFailure, type Failure } from '../failure';
import { editedSources } from './notebookEdits';
import { parseNotebook, renderNotebook } from './notebookText';

export const isNotebookPath = (path: string) => path.endsWith('.ipynb');

/** What a run sees of the file at `path` with the text `text`: of a notebook its rendering, else the text itself. */
export function seenFileText(path: string, text: string): string {
  const cells = isNotebookPath(path) ? parseNotebook(text) : undefined;
  return cells ? renderNotebook(cells) : text;
}

/** The file's text once its rendering is to be `rendering`; fails like `editedSources`, or where the file is no notebook. */
export function editNotebookFile(json: string, rendering: string): string | Failure {
  const cells = parseNotebook(json);
  const root = parseTree(json);
  if (!cells || !root) return NO_NOTEBOOK;
  const sources = editedSources(cells, rendering);
  if (isFailure(sources)) return sources;
  let edited = json;
  // From the end, so that the places before it stay true.
  for (const [index, source] of [...sources.entries()].reverse()) {
    if (source === undefined) continue;
    const node = findNodeAtLocation(root, ['cells', index, 'source']);
    if (!node) return NO_NOTEBOOK;
    const text = node.type === 'array' ? arrayText(json, node, source) : JSON.stringify(source);
    edited = edited.slice(0, node.offset) + text + edited.slice(node.offset + node.length);
  }
  return edited;
}

const NO_NOTEBOOK = failure(
  'edit.notebook',
  'The file is no notebook that could be edited: its cells were not found in it.',
);

/** A list of lines, laid out as the one that it replaces; lines that stay keep their spelling. */
function arrayText(json: string, node: Node, source: string): string {
  const items = node.children ?? [];
  const lines = source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  if (lines.length === 0) return '[]';
  const spelled = new Map(items.map((item) => [item.value as unknown, textOf(json, item)]));
  const { before, between, after } = layoutOf(json, node, items);
  return `[${before}${lines.map((line) => spelled.get(line) ?? JSON.stringify(line)).join(between)}${after}]`;
}

interface Layout {
  before: string;
  between: string;
  after: string;
}

function layoutOf(json: string, node: Node, [first, second, ...rest]: readonly Node[]): Layout {
  if (!first) return emptyLayout(json, node);
  const before = json.slice(node.offset + 1, first.offset);
  const last = rest.at(-1) ?? second ?? first;
  const between = second ? json.slice(endOf(first), second.offset) : `,${before}`;
  return { before, between, after: json.slice(endOf(last), endOf(node) - 1) };
}

/** For a list that had no items: the indentation follows from that of the cell. */
function emptyLayout(json: string, node: Node): Layout {
  const cell = node.parent?.parent;
  const own = indentAt(json, node.offset);
  const outer = cell && indentAt(json, endOf(cell) - 1);
  if (own === undefined || outer === undefined) return { before: '', between: ', ', after: '' };
  const before = `\n${own}${own.slice(outer.length)}`;
  return { before, between: `,${before}`, after: `\n${own}` };
}

/** The indentation of the line at `offset`; undefined on the first line. */
function indentAt(json: string, offset: number): string | undefined {
  const lineStart = json.lastIndexOf('\n', offset) + 1;
  return lineStart === 0 ? undefined : /^[ \t]*/.exec(json.slice(lineStart, offset))?.[0];
}

const endOf = ({ offset, length }: Node) => offset + length;

const textOf = (json: string, node: Node) => json.slice(node.offset, endOf(node));
