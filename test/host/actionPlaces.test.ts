// Where actions on code work: several selections, nothing selected, no editor, untitled documents and cells of notebooks.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { RunResult } from '../../src/api';
import { configure, teamApi, useScriptedServer } from './support/team';
import { closeAll, eventually, WorkspaceFiles } from './support/workspaceFiles';

const cell = (source: string) => ({ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source });
const NOTEBOOK = JSON.stringify({
  cells: [cell('import os'), cell('def run(code):\n    return eval(code)\n\nrun("1")')],
  metadata: { language_info: { name: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
});

describe('actions on code, wherever it is', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  const files = new WorkspaceFiles('places');
  const sent = () => JSON.stringify(server().requests[0]?.body.messages);
  const run = (command: string, ...args: unknown[]) =>
    vscode.commands.executeCommand<RunResult | undefined>(`agentTeam.${command}`, ...args);
  before(async () => {
    await teamApi();
    await vscode.commands.executeCommand('agentTeam.focusChat');
    await files.write('two.ts', 'export const one = 1;\n\nexport const two = 2;\n\nexport const three = 3;\n');
    await files.write('book.ipynb', NOTEBOOK);
  });
  afterEach(closeAll);
  after(() => files.dispose());

  it('takes several selections along, and nothing beside them', async () => {
    const editor = await files.open('two.ts');
    editor.selections = [new vscode.Selection(0, 0, 0, 21), new vscode.Selection(4, 0, 4, 23)];
    server().script({ reply: { text: 'Two constants.' } });
    assert.equal((await run('explainSelection'))?.agent, 'writer');
    assert.match(
      sent(),
      /two\.ts \(typescript\), lines 1-1[^]*const one[^]*two\.ts \(typescript\), lines 5-5[^]*const three/,
    );
    assert.doesNotMatch(sent(), /const two/);
  });

  it('takes the whole file where nothing is selected', async () => {
    await files.open('two.ts');
    server().script({ reply: { text: 'No tests today.' } });
    assert.equal((await run('generateTests'))?.agent, 'dev');
    assert.match(sent(), /const one[^]*const three/);
  });

  it('says what to do where there is no editor', async () => {
    for (const command of ['explainSelection', 'documentSelection', 'generateTests', 'fixDiagnostics', 'reviewFile']) {
      // A person gets the sentence; a program that passes nothing gets nothing.
      assert.equal(await run(command), undefined, command);
    }
    assert.equal(server().requests.length, 0);
  });

  it('works in a document that was never saved', async () => {
    const content = 'export const run = (code: string) => eval(code);\n';
    const document = await vscode.workspace.openTextDocument({ language: 'typescript', content });
    await vscode.window.showTextDocument(document);
    server().script({ reply: { text: 'It runs what it is given.' } });
    assert.equal((await run('explainSelection'))?.status, 'completed');
    assert.match(sent(), /Untitled-\d+[^]*eval\(code\)/);
    await configure({ provider: 'offline' });
    try {
      const review = await run('reviewFile');
      assert.equal(review?.status, 'completed', review?.error?.message);
      assert.deepEqual(
        review.findings.map(({ startLine, category }) => [startLine, category]),
        [[1, 'security']],
      );
    } finally {
      await configure({ provider: 'openai' });
    }
  });

  describe('in a notebook', () => {
    const openCell = async (): Promise<vscode.NotebookDocument> => {
      const notebook = await vscode.workspace.openNotebookDocument(files.uri('book.ipynb'));
      const selections = [new vscode.NotebookRange(1, 2)];
      await vscode.window.showNotebookDocument(notebook, { selections });
      await eventually(() => vscode.window.activeNotebookEditor?.notebook === notebook, 'the notebook is shown');
      return notebook;
    };

    it('explains the selected cell, by the lines that agents cite', async () => {
      await openCell();
      server().script({ reply: { text: 'It runs what it is given.' } });
      const result = await run('explainSelection');
      assert.equal(result?.status, 'completed', result?.error?.message);
      // Line 1 heads the first cell, line 4 the second one.
      assert.match(sent(), /places\/book\.ipynb \([\w-]+\), lines 5-8[^]*eval\(code\)/);
      assert.doesNotMatch(sent(), /import os/);
    });

    it('proposes documentation as edits of the cell', async () => {
      await openCell();
      const path = files.pathOf('book.ipynb');
      const edits = [{ oldText: 'def run(code):\n', newText: 'def run(code):\n    """Runs it."""\n' }];
      server().script(
        { reply: { toolCalls: [{ name: 'edit_file', arguments: { path, edits } }] } },
        { reply: { text: 'Documented.' } },
      );
      const result = await run('documentSelection');
      assert.equal(result?.agent, 'dev');
      assert.deepEqual(
        result.changes.map((change) => [change.path, change.status, change.added]),
        [[path, 'proposed', 1]],
        JSON.stringify(server().requests.at(-1)?.body.messages.at(-1)),
      );
    });

    it('fixes the problems of the cell', async () => {
      const notebook = await openCell();
      const { document } = notebook.cellAt(1);
      const collection = vscode.languages.createDiagnosticCollection('test');
      try {
        collection.set(document.uri, [new vscode.Diagnostic(new vscode.Range(1, 4, 1, 10), 'Odd.')]);
        server().script({ reply: { text: 'It is odd indeed.' } });
        assert.equal((await run('fixDiagnostics'))?.agent, 'dev');
        assert.match(sent(), /Fix these problems of places\/book\.ipynb:[^]*line 6: error: Odd\./);
      } finally {
        collection.dispose();
      }
    });

    it('reviews it, and shows each finding in its cell', async () => {
      await configure({ provider: 'offline' });
      try {
        const notebook = await openCell();
        const review = await run('reviewFile');
        assert.equal(review?.status, 'completed', review?.error?.message);
        const [finding] = review.findings;
        assert.deepEqual([finding?.path, finding?.startLine], [files.pathOf('book.ipynb'), 6]);
        await configure({ 'review.showProblems': true });
        const problems = () => vscode.languages.getDiagnostics(notebook.cellAt(1).document.uri);
        await eventually(() => problems().some(({ source }) => source?.includes('Agent Team') === true), 'its problem');
        const shown = problems().find(({ source }) => source?.includes('Agent Team') === true);
        assert.equal(shown?.range.start.line, 1);
      } finally {
        await configure({ provider: 'openai', 'review.showProblems': undefined });
      }
    });
  });
});
