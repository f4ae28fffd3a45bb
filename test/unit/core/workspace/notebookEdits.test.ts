import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../../src/core/failure';
import { editedSources, findNotebookFault } from '../../../../src/core/workspace/notebookEdits';
import { editNotebookFile, seenFileText } from '../../../../src/core/workspace/notebookFile';
import { parseNotebook, renderNotebook, type NotebookCell } from '../../../../src/core/workspace/notebookText';

/** As Jupyter writes it, with a spelling of its own in one line. */
const FILE = `{
 "cells": [
  {
   "cell_type": "markdown",
   "id": "a1",
   "metadata": {},
   "source": [
    "# Caf\\u00e9\\n",
    "words"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "id": "b2",
   "metadata": {"tags": ["keep"]},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": ["one\\n", "two\\n"]
    }
   ],
   "source": ["x = 1\\n", "print(x)"]
  },
  {
   "cell_type": "code",
   "id": "c3",
   "metadata": {},
   "outputs": [],
   "source": []
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;
const TEXT = renderNotebook(parseNotebook(FILE) ?? []);

const reasonOf = (outcome: unknown) => (isFailure(outcome) ? outcome.reason : 'fine');
const cell = (source: string, outputs: string[] = [], kind: NotebookCell['kind'] = 'code'): NotebookCell => ({
  kind,
  languageId: 'python',
  source,
  outputs,
});

describe('edits of notebooks', () => {
  it('change the lines of a cell in the file, and no other byte', () => {
    const edited = TEXT.replace('print(x)', () => 'print(x + 1)\nprint("$&")');
    const inFile = FILE.replace('"print(x)"]', () => '"print(x + 1)\\n", "print(\\"$&\\")"]');
    assert.equal(editNotebookFile(FILE, edited), inFile);
    assert.equal(editNotebookFile(FILE, TEXT), FILE);
  });

  it('keep how lines that stay are spelled, and the layout of the list', () => {
    const edited = TEXT.replace('words', 'more words\nand more');
    assert.equal(editNotebookFile(FILE, edited), FILE.replace('"words"', '"more words\\n",\n    "and more"'));
  });

  it('fill an empty cell, and empty a full one', () => {
    const filled = TEXT.replace('# %% cell 3 [python]\n', '# %% cell 3 [python]\ny = 2\ny');
    const inFile = FILE.replace('"source": []', '"source": [\n    "y = 2\\n",\n    "y"\n   ]');
    assert.equal(editNotebookFile(FILE, filled), inFile);
    const emptied = TEXT.replace('x = 1\nprint(x)\n', '');
    assert.equal(editNotebookFile(FILE, emptied), FILE.replace('["x = 1\\n", "print(x)"]', '[]'));
  });

  it('keep sources that are one text, in a file on one line', () => {
    const json = JSON.stringify({ cells: [{ cell_type: 'code', source: 'x\ny\n' }] });
    const edited = editNotebookFile(json, renderNotebook(parseNotebook(json) ?? []).replace('\ny', '\nz'));
    assert.equal(edited, json.replace('x\\ny\\n', 'x\\nz\\n'));
  });

  it('are refused where they touch cells or outputs, with what to do instead', () => {
    for (const [from, to, reason] of [
      ['# > two', '# > 2', 'edit.notebook_outputs'],
      ['# > two', '# > two\n# > three', 'edit.notebook_outputs'],
      ['# > two\n', '', 'edit.notebook_outputs'],
      ['# > two', '# > two\nx = 2', 'edit.notebook_outputs'],
      ['# %% cell 2 [python]\n', '', 'edit.notebook_cells'],
      ['# %% cell 2 [python]', '# %% cell 2 [markdown]', 'edit.notebook_cells'],
      ['# %% cell 3 [python]\n', '# %% cell 3 [python]\ny\n\n# %% cell 4 [python]\nz', 'edit.notebook_cells'],
      ['# %% cell 1 [markdown]', 'before\n# %% cell 1 [markdown]', 'edit.notebook_cells'],
    ] as const) {
      const edited = TEXT.replace(from, to);
      assert.equal(reasonOf(editNotebookFile(FILE, edited)), reason, JSON.stringify(to));
      assert.equal(findNotebookFault(TEXT, edited)?.reason, reason, JSON.stringify(to));
    }
    assert.equal(reasonOf(editNotebookFile('{"cells": 3}', 'x')), 'edit.notebook');
    assert.equal(reasonOf(editedSources([], 'x = 1\n')), 'edit.notebook_cells');
  });

  it('are refused in a cell that has a line like the beginning of another one', () => {
    const cells = [cell('x\n# %% cell 2 [python]\ny'), cell('z')];
    assert.equal(reasonOf(editedSources(cells, renderNotebook(cells).replace('z', 'zz'))), 'edit.notebook_cells');
  });

  it('keep CRLF and a last line ending', () => {
    const cells = [cell('a\r\nb\r\n')];
    assert.deepEqual(editedSources(cells, renderNotebook(cells).replace('b', 'B\nc')), ['a\r\nB\r\nc\r\n']);
  });

  it('come back as they were proposed, and touch no other cell, whatever the cells (property)', () => {
    const line = fc
      .string({ unit: fc.constantFrom('a', 'b', ' ', '#', '"', '\\', 'é', '\u{1f600}', '$') })
      .filter((text) => !text.startsWith('# >'));
    const source = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
    const output = fc.array(fc.constantFrom('1', 'two'), { maxLength: 2 });
    const cells = fc.array(fc.tuple(source, output), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(cells, source, fc.nat(), fc.constantFrom(undefined, 1, 2), (drawn, next, at, indent) => {
        const notebook = {
          cells: drawn.map(([text, outputs], index) => ({
            cell_type: 'code',
            source: index % 2 === 0 ? text : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []),
            outputs: outputs.map((textOf) => ({ output_type: 'stream', text: textOf })),
          })),
          metadata: {},
        };
        const json = JSON.stringify(notebook, undefined, indent);
        const index = at % drawn.length;
        const wanted = structuredClone(parseNotebook(json) ?? []);
        const changed = wanted[index];
        assert.ok(changed);
        changed.source = next;
        const rendering = renderNotebook(wanted);
        const edited = editNotebookFile(json, rendering);
        assert.ok(!isFailure(edited));
        assert.equal(seenFileText('n.ipynb', edited), rendering);
        const after = JSON.parse(edited) as typeof notebook;
        const others = (value: typeof notebook) => value.cells.filter((_, other) => other !== index);
        assert.deepEqual(others(after), others(notebook));
        assert.deepEqual(after.cells[index]?.outputs, notebook.cells[index]?.outputs);
      }),
    );
  });
});
