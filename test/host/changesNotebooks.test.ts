// What an agent's edits do to notebooks: the bytes of their files, the cells of their editors, and what is refused.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isFailure } from '../../src/core/failure';
import { ApplierFixture, reasons } from './support/applierFixture';
import { ChangeFixture } from './support/changeFixture';
import { eventually } from './support/workspaceFiles';

/** Laid out as Jupyter does it; the first line is spelled as no editor would. Of a cell with a count, VS Code changes the count with the text. */
const FILE = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "a1",
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": ["1\\n"]
    }
   ],
   "source": [
    "name = 'Caf\\u00e9'\\n",
    "x = 1"
   ]
  },
  {
   "cell_type": "markdown",
   "id": "b2",
   "metadata": {},
   "source": ["# Notes"]
  }
 ],
 "metadata": {"language_info": {"name": "python"}},
 "nbformat": 4,
 "nbformat_minor": 5
}
`;
const bump = (text: string) => text.replace('x = 1', 'x = 2');

describe('edits of notebooks in a real VS Code', function () {
  // The first notebook of a window brings its editor along.
  this.timeout(60_000);
  let at: ApplierFixture;
  beforeEach(() => (at = new ApplierFixture()));
  afterEach(async () => at.dispose());

  const open = async (name: string) => {
    const notebook = await vscode.workspace.openNotebookDocument(at.files.uri(name));
    await vscode.window.showNotebookDocument(notebook, { preview: false });
    return notebook;
  };
  const sources = (notebook: vscode.NotebookDocument) => notebook.getCells().map(({ document }) => document.getText());
  const typeInto = async (notebook: vscode.NotebookDocument, index: number, text: string) => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(index).document.uri, new vscode.Position(0, 0), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  };

  it('change only the lines of the cell in a file that no editor holds', async () => {
    await at.files.write('a.ipynb', FILE);
    assert.equal((await at.edit('a.ipynb', bump)).kind, 'applied');
    assert.equal(await at.files.text('a.ipynb'), bump(FILE));
  });

  it('go into the cells of an open notebook, which is saved if it was clean, and can be undone', async () => {
    await at.files.write('a.ipynb', FILE);
    const notebook = await open('a.ipynb');
    assert.equal((await at.edit('a.ipynb', bump)).kind, 'applied');
    assert.deepEqual(sources(notebook), ["name = 'Café'\nx = 2", '# Notes']);
    assert.equal(notebook.isDirty, false);
    assert.match((await at.files.text('a.ipynb')) ?? '', /"x = 2"/);
    assert.equal(notebook.cellAt(0).outputs.length, 1, 'outputs stay');
    await vscode.commands.executeCommand('notebook.focusTop');
    await vscode.commands.executeCommand('notebook.cell.edit');
    await vscode.commands.executeCommand('undo');
    await eventually(() => sources(notebook)[0]?.endsWith('x = 1') === true, 'the cell is as before');
  });

  it('leave a notebook unsaved that was unsaved, with what was typed, and its file as it was', async () => {
    await at.files.write('a.ipynb', FILE);
    const notebook = await open('a.ipynb');
    await typeInto(notebook, 1, 'typed ');
    assert.equal((await at.edit('a.ipynb', bump)).kind, 'applied');
    assert.deepEqual(sources(notebook), ["name = 'Café'\nx = 2", 'typed # Notes']);
    assert.equal(notebook.isDirty, true);
    assert.equal(await at.files.text('a.ipynb'), FILE);
    assert.deepEqual(reasons(await at.apply(at.remove('a.ipynb', await at.seen('a.ipynb')))), ['file.unsaved']);
    assert.deepEqual(reasons(await at.apply(at.rename('a.ipynb', 'b.ipynb', await at.seen('a.ipynb')))), [
      'file.unsaved',
    ]);
  });

  it('are refused where they are about more than the contents of cells', async () => {
    await at.files.write('a.ipynb', FILE);
    for (const [from, to] of [
      ['# > 1', '# > 2'],
      ['[markdown]', '[python]'],
    ] as const) {
      assert.deepEqual(reasons(await at.edit('a.ipynb', (text) => text.replace(from, to))), ['file.notebook']);
    }
    assert.equal(await at.files.text('a.ipynb'), FILE);
  });

  it('are stale once a cell was changed, by hand or on disk', async () => {
    await at.files.write('a.ipynb', FILE);
    const seen = await at.seen('a.ipynb');
    const operation = at.modify('a.ipynb', seen, bump(seen));
    await at.files.write('a.ipynb', FILE.replace('# Notes', '# More'));
    assert.equal((await at.apply(operation)).kind, 'stale');
    await at.files.write('a.ipynb', FILE);
    const notebook = await open('a.ipynb');
    await typeInto(notebook, 1, 'typed ');
    assert.equal((await at.apply(operation)).kind, 'stale');
  });

  it('are renamed as they are, and edited in the same plan', async () => {
    await at.files.write('a.ipynb', FILE);
    const seen = await at.seen('a.ipynb');
    const modify = { ...at.modify('a.ipynb', seen, bump(seen)), location: at.files.location('b.ipynb') };
    assert.equal((await at.apply(at.rename('a.ipynb', 'b.ipynb', seen), modify)).kind, 'applied');
    assert.equal(await at.files.bytes('a.ipynb'), undefined);
    assert.equal(await at.files.text('b.ipynb'), bump(FILE));
  });

  it('are proposed, merged with what was typed meanwhile, and taken back', async () => {
    const changes = new ChangeFixture();
    await at.files.write('a.ipynb', FILE);
    const location = at.files.location('a.ipynb');
    await changes.propose('run', { kind: 'modify', location, text: bump(await at.seen('a.ipynb')) });
    const notebook = await open('a.ipynb');
    await typeInto(notebook, 1, 'typed ');
    assert.deepEqual((await changes.sets.accept('run')).applied, [location.path]);
    assert.deepEqual(sources(notebook), ["name = 'Café'\nx = 2", 'typed # Notes']);
    await changes.sets.revert('run');
    assert.deepEqual(sources(notebook), ["name = 'Café'\nx = 1", 'typed # Notes']);
    assert.equal(await at.files.text('a.ipynb'), FILE);
  });

  it('that are new are made of their JSON, and go when they are taken back', async () => {
    const changes = new ChangeFixture();
    const location = at.files.location('new/a.ipynb');
    await changes.propose('run', { kind: 'create', location, text: FILE });
    assert.deepEqual((await changes.sets.accept('run')).applied, [location.path]);
    assert.equal(await at.files.text('new/a.ipynb'), FILE);
    assert.match(await at.seen('new/a.ipynb'), /^# %% cell 1 \[python\]/);
    await changes.reload();
    assert.deepEqual(await changes.sets.revert('run'), { applied: [location.path], conflicts: [], failed: [] });
    await assert.rejects(async () => vscode.workspace.fs.stat(at.files.uri('new')), 'its folder goes too');
  });

  it('are not deleted by an agent, who is told why', async () => {
    const changes = new ChangeFixture();
    await at.files.write('a.ipynb', FILE);
    const remove = { kind: 'delete' as const, location: at.files.location('a.ipynb') };
    const outcome = await changes.sets.propose({ runId: 'run', signal: new AbortController().signal }, [remove]);
    assert.ok(isFailure(outcome));
    assert.match(outcome.message, /outputs could not be brought back/);
  });
});
