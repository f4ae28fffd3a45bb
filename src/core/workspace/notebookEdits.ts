// From an edited rendering of a notebook back to the sources of its cells. Cells, their order and their outputs stay what they are.
import { failure, isFailure, type Failure } from '../failure';
import { sectionOf, type NotebookCell, type NotebookSection } from './notebookText';

const HEAD = /^# %% cell \d+ \[[^\]]*\]$/;
const OUTPUT = /^# > /;

/** The new source of each cell; undefined for a cell that stays as it is. */
export type CellSources = (string | undefined)[];

/**
 * What `text`, an edited `renderNotebook(cells)`, makes of the cells' sources; their line endings stay.
 * Fails with `edit.notebook_cells` or `edit.notebook_outputs` where it changes anything else.
 */
export function editedSources(cells: readonly NotebookCell[], text: string): CellSources | Failure {
  const known = cells.map(sectionOf);
  const edited = editedSections(known, text);
  if (isFailure(edited)) return edited;
  return cells.map(({ source }, index) => {
    const before = known[index]?.source.join('\n');
    const after = edited[index]?.join('\n') ?? '';
    if (before === after) return undefined;
    const eol = source.includes('\r\n') ? '\r\n' : '\n';
    // The text shows no last line ending, so a source that ends with an empty line needs one more.
    const end = /\r?\n$/.exec(source)?.[0] ?? (after.endsWith('\n') ? eol : '');
    return after.replaceAll('\n', eol) + end;
  });
}

/** Why `after` is no edit of cells' sources in the rendering `before`, as far as the texts alone tell it. */
export function findNotebookFault(before: string, after: string): Failure | undefined {
  const edited = editedSections(sectionsOfText(before), after);
  return isFailure(edited) ? edited : undefined;
}

/** The source lines of each section in the edited text. */
function editedSections(known: readonly NotebookSection[], text: string): string[][] | Failure {
  const lines = text.split(/\r?\n/);
  const heads = known.map(({ head }) => head);
  const starts = heads.map((head) => lines.indexOf(head));
  const ownHeads = known.flatMap(({ source, outputs }) => [...source, ...outputs]).filter((line) => HEAD.test(line));
  const found = lines.filter((line) => HEAD.test(line));
  if (heads.length === 0) return text.trim() === '' ? [] : CELLS_CHANGED;
  const isKept = starts[0] === 0 && starts.every((start, index) => start > (starts[index - 1] ?? -1));
  // A source that has a line like a head would be taken for a cell.
  if (!isKept || ownHeads.length > 0 || found.length !== heads.length) return CELLS_CHANGED;
  const sources: string[][] = [];
  for (const [index, { outputs }] of known.entries()) {
    const section = lines.slice((starts[index] ?? 0) + 1, starts[index + 1] ?? lines.length);
    // The empty line between two cells, and the end of the last line.
    if (section.length > 1 && section.at(-1) === '') section.pop();
    const split = section.length - outputs.length;
    if (split < 0 || outputs.some((line, at) => section[split + at] !== line)) return OUTPUTS_CHANGED;
    const source = section.slice(0, split);
    sources.push(source.length === 0 ? [''] : source);
  }
  return sources;
}

function sectionsOfText(text: string): NotebookSection[] {
  const sections: NotebookSection[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    if (HEAD.test(line)) sections.push({ head: line, source: [], outputs: [] });
    else if (OUTPUT.test(line)) sections.at(-1)?.outputs.push(line);
    else {
      const section = sections.at(-1);
      // What looked like outputs was source: outputs stand at the end.
      section?.source.push(...section.outputs.splice(0), line);
    }
  }
  for (const section of sections.slice(0, -1)) {
    // The empty line before the next head; between it and the outputs there is no source.
    if (section.source.at(-1) === '') section.source.pop();
    while (OUTPUT.test(section.source.at(-1) ?? '')) section.outputs.unshift(section.source.pop() ?? '');
  }
  return sections;
}

const CELLS_CHANGED = failure(
  'edit.notebook_cells',
  'This is a notebook: only the code and text inside its cells can be edited. The lines "# %% cell N [...]" have to stay as they are; cells can\'t be added, removed, moved or turned into another kind. Change the cells that there are, or tell the person which cell to add or remove.',
);

const OUTPUTS_CHANGED = failure(
  'edit.notebook_outputs',
  'This is a notebook: the lines at the end of a cell that begin with "# >" are its outputs, which only running it changes. Leave them as they are, and edit the code above them.',
);
