// Notebooks as text that a model can read and cite: one marked section per cell, outputs as comments.
import * as z from 'zod';

export interface NotebookCell {
  kind: 'code' | 'markdown';
  languageId: string;
  source: string;
  /** Textual outputs; others as a word in brackets. */
  outputs: string[];
}

const MAX_OUTPUT_LINES = 20;

const multiline = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const outputSchema = z.looseObject({
  output_type: z.string().default(''),
  text: multiline.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  ename: z.string().optional(),
  evalue: z.string().optional(),
});
const notebookSchema = z.looseObject({
  metadata: z.looseObject({ language_info: z.looseObject({ name: z.string() }).optional() }).optional(),
  cells: z.array(
    z.looseObject({ cell_type: z.string(), source: multiline.default(''), outputs: z.array(outputSchema).optional() }),
  ),
});

function outputText(output: z.output<typeof outputSchema>): string {
  if (output.text !== undefined) return output.text;
  if (output.ename !== undefined) return `${output.ename}: ${output.evalue ?? ''}`;
  const plain = multiline.safeParse(output.data?.['text/plain']);
  if (plain.success) return plain.data;
  return `[${Object.keys(output.data ?? {})[0] ?? output.output_type}]`;
}

/** The cells of a Jupyter file; undefined when the text is not one. */
export function parseNotebook(json: string): NotebookCell[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  const parsed = notebookSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const language = parsed.data.metadata?.language_info?.name ?? 'python';
  return parsed.data.cells.map((cell) => ({
    kind: cell.cell_type === 'code' ? 'code' : 'markdown',
    languageId: cell.cell_type === 'code' ? language : 'markdown',
    source: cell.source,
    outputs: (cell.outputs ?? []).map(outputText),
  }));
}

function outputLines(outputs: readonly string[]): string[] {
  const lines = outputs.flatMap((output) => output.replace(/\r?\n$/, '').split(/\r?\n/));
  const shown = lines.slice(0, MAX_OUTPUT_LINES).map((line) => `# > ${line.slice(0, 300)}`);
  if (lines.length > shown.length) shown.push(`# > … ${lines.length - shown.length} more lines of output`);
  return shown;
}

/** The lines of a cell in the text. */
export interface NotebookSection {
  head: string;
  source: string[];
  outputs: string[];
}

/** What the text has for the cell at `index`. */
export function sectionOf(cell: NotebookCell, index: number): NotebookSection {
  return {
    head: `# %% cell ${index + 1} [${cell.kind === 'code' ? cell.languageId : 'markdown'}]`,
    source: cell.source.replace(/\r?\n$/, '').split(/\r?\n/),
    outputs: outputLines(cell.outputs),
  };
}

const linesOf = ({ head, source, outputs }: NotebookSection) => [head, ...source, ...outputs];

/** The cells as one text, the same for an open notebook and for its file. */
export function renderNotebook(cells: readonly NotebookCell[]): string {
  const sections = cells.map((cell, index) => linesOf(sectionOf(cell, index)).join('\n'));
  return sections.length === 0 ? '' : `${sections.join('\n\n')}\n`;
}

/** The zero-based line of the rendered text on which the source of cell `index` begins. */
export function cellStartLine(cells: readonly NotebookCell[], index: number): number {
  const before = cells.slice(0, index).map((cell, at) => linesOf(sectionOf(cell, at)).length + 1);
  return before.reduce((sum, lines) => sum + lines, 1);
}
