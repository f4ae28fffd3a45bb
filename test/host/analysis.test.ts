// The analysis tools and the offline team in a real window: real grammars, real files, no model.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi } from '../../src/api';
import { untilPasses } from '../support/until';
import { configure, teamApi } from './support/team';

const fileUri = (path: string) => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, path);
};

describe('the team without a model', function () {
  this.timeout(90_000);
  let api: AgentTeamApi;
  before(async () => {
    await configure({ provider: 'offline' });
    api = await teamApi();
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await configure({ provider: undefined });
  });

  it('answers "is this safe?" about the selection with real findings', async () => {
    const document = await vscode.workspace.openTextDocument(fileUri('src/math.ts'));
    const editor = await vscode.window.showTextDocument(document);
    const line = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('a / b'));
    editor.selection = new vscode.Selection(line - 1, 0, line + 1, 1);
    const range = { start: { line: line - 1, character: 0 }, end: { line: line + 1, character: 1 } };
    const result = await api.ask('is this safe?', { context: [{ uri: document.uri.toString(), range }] }).result;
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    assert.equal(result.agent, 'qa');
    assert.deepEqual(result.handoffs, [{ from: 'router', to: 'qa', reason: 'the request says “safe”' }]);
    assert.match(result.text, /divides by `b` without a guard for 0/);
    assert.match(result.text, /no language model was used/);
    assert.deepEqual(result.usage, {
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      modelCalls: 0,
      complete: true,
    });
    const finding = result.findings.find(({ rule }) => rule === 'unguarded-division');
    assert.deepEqual([finding?.path, finding?.startLine, finding?.agent], ['src/math.ts', line + 1, 'qa']);
  });

  it('finds the planted mistakes of the whole project and shows no secret', async () => {
    const result = await api.ask('scan the whole project for security problems', { agent: 'qa' }).result;
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    const rules = new Set(result.findings.map(({ path, rule }) => `${path} ${rule ?? ''}`));
    for (const expected of [
      'src/orders.ts sql-injection',
      'src/backup.ts shell-injection',
      'src/promotions.ts code-evaluation',
      'src/accounts.ts weak-hash',
      'src/accounts.ts hard-coded-secret',
      'src/stock.ts loop-bound',
      'scripts/nightly_report.py swallowed-error',
    ]) {
      assert.ok(rules.has(expected), `${expected} in ${[...rules].join(', ')}`);
    }
    assert.doesNotMatch(JSON.stringify(result), /7c1f9e2b/);
  });

  it('sees unsaved text', async () => {
    const document = await vscode.workspace.openTextDocument(fileUri('src/receipt.ts'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'eval(String(process.argv[2]));\n');
    await vscode.workspace.applyEdit(edit);
    try {
      const result = await api.ask('review src/receipt.ts', { agent: 'qa' }).result;
      assert.ok(result.findings.some(({ rule, startLine }) => rule === 'code-evaluation' && startLine === 1));
    } finally {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.files.revert');
    }
  });

  it('explains with real symbols of the language services', async () => {
    // The language service starts with the first file that is opened, and an agent does not wait long for it.
    await untilPasses(async () => {
      const result = await api.ask('explain src/math.ts').result;
      assert.equal(result.agent, 'writer');
      assert.match(
        result.text,
        /\*\*function `divide`\*\* \(`src\/math\.ts:\d+-\d+`\): Shares an amount evenly\. Takes `a`, `b`\./,
      );
    }, 60_000);
  });

  it('answers with references of the language services', async () => {
    await untilPasses(async () => {
      const result = await api.ask('where is `divide` used?').result;
      assert.equal(result.agent, 'researcher');
      assert.match(result.text, /\*\*Defined\*\*\n- `src\/math\.ts:\d+`[^]*\*\*Used \(\d+\)\*\*\n- `/);
    }, 60_000);
  });
});
