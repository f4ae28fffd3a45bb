import assert from 'node:assert/strict';
import { analysedCode } from '../../../../src/core/analysis/analysedCode';
import { renderNotebook, type NotebookCell } from '../../../../src/core/workspace/notebookText';

const cell = (languageId: string, source: string, ...outputs: string[]): NotebookCell => ({
  kind: languageId === 'markdown' ? 'markdown' : 'code',
  languageId,
  source,
  outputs,
});
const notebook = (...cells: NotebookCell[]) =>
  analysedCode({ path: 'a.ipynb', kind: 'notebook', languageId: 'jupyter', text: renderNotebook(cells) });

describe('the code of a file', () => {
  it('is a saved file’s whole text, in the language of its name', () => {
    const file = { path: 'src/a.py', kind: 'file' as const, languageId: 'whatever', text: 'x = 1\n' };
    const code = analysedCode(file);
    assert.deepEqual([code?.language.grammar, code?.text], ['python', file.text]);
    assert.equal(analysedCode({ ...file, path: 'notes.txt' }), undefined);
  });

  it('is a script in the language of its first line, where its name says nothing', () => {
    const grammar = (path: string, text: string) =>
      analysedCode({ path, kind: 'file', languageId: 'plaintext', text })?.language.grammar;
    assert.equal(grammar('bin/deploy', '#!/usr/bin/env bash\nrm -rf $x/\n'), 'bash');
    assert.equal(grammar('bin/deploy', '#! /bin/sh -e\r\n'), 'bash');
    assert.equal(grammar('tool', '#!/usr/local/bin/python3.12'), 'python');
    assert.equal(grammar('tool', '#!/usr/bin/env -S node --enable-source-maps\n'), 'javascript');
    assert.equal(grammar('.githooks/pre-commit', '#!/usr/bin/env -i /opt/php/bin/php8\n'), 'php');
    assert.equal(grammar('tool', '#!/usr/bin/env perl\n'), undefined);
    assert.equal(grammar('tool', '#!/usr/bin/env constructor\n'), undefined);
    assert.equal(grammar('LICENSE', 'Copyright'), undefined);
    assert.equal(grammar('notes.txt', '#!/bin/sh\n'), undefined);
  });

  it('is an unsaved document’s text, in the language that its editor says', () => {
    const file = { path: 'Untitled-1', kind: 'untitled' as const, languageId: 'typescriptreact', text: 'const a = 1;' };
    assert.equal(analysedCode(file)?.language.grammar, 'tsx');
    assert.equal(analysedCode({ ...file, languageId: 'plaintext' }), undefined);
    assert.equal(analysedCode({ ...file, languageId: 'toString' }), undefined);
  });

  it('is what a notebook has in its first language, each line where it stands', () => {
    const code = notebook(
      cell('markdown', '# Title\nif this = python'),
      cell('python', '%matplotlib inline\n!pip install x\nx = 1\nprint(x)', '1'),
      cell('javascript', 'let y = 2;'),
      cell('python', 'z = 3'),
    );
    assert.equal(code?.language.grammar, 'python');
    const lines = code.text.split('\n').map((line) => line.trimEnd());
    assert.deepEqual(lines, ['', '', '', '', '', '', '', 'x = 1', 'print(x)', '', '', '', '', '', '', 'z = 3', '']);
  });

  it('keeps every character in its place', () => {
    const cells = [cell('markdown', 'Ä — 🙂\r\nmore'), cell('python', 'x = "🙂"')];
    assert.equal(notebook(...cells)?.text.length, renderNotebook(cells).length);
    assert.equal(notebook(cell('markdown', 'only words')), undefined);
  });
});
