// Shared memory in a real VS Code: entries as documents that a person edits and deletes, and the list of them.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi } from '../../src/api';
import { closeAll, eventually, tabs } from './support/workspaceFiles';

const uriOf = (name: string) => vscode.Uri.from({ scheme: 'agent-team-memory', path: `/workspace/${name}` });

describe('shared memory in a real VS Code', () => {
  let api: AgentTeamApi;
  before(async () => {
    const extension = vscode.extensions.getExtension<AgentTeamApi>('agent-team.agent-team');
    assert.ok(extension);
    api = await extension.activate();
  });
  afterEach(async () => {
    await closeAll();
    for (const key of ['a/b: %?', 'list', 'k']) await api.memory.delete(key);
  });

  async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
    const edit = new vscode.WorkspaceEdit();
    const end = document.lineAt(document.lineCount - 1).range.end;
    edit.replace(document.uri, new vscode.Range(new vscode.Position(0, 0), end), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
  }

  it('shows an entry as a document that is named like its key, and keeps what is saved', async () => {
    await api.memory.set('a/b: %?', 'old text');
    const document = await vscode.workspace.openTextDocument(uriOf('a%2Fb: %25?.md'));
    assert.equal(document.getText(), 'old text');
    assert.equal(document.languageId, 'markdown');
    await replaceAll(document, 'new text');
    assert.ok(await document.save());
    assert.deepEqual(await api.memory.get('a/b: %?'), { value: 'new text', version: 2, author: 'person' });
  });

  it('shows what is no text as JSON, and saves nothing that is none', async () => {
    await api.memory.set('list', { ports: [80] });
    const document = await vscode.workspace.openTextDocument(uriOf('list.json'));
    assert.deepEqual(JSON.parse(document.getText()), { ports: [80] });
    await replaceAll(document, '{ "ports": [80, 443');
    assert.equal(await document.save().then(Boolean, () => false), false);
    assert.deepEqual((await api.memory.get('list'))?.value, { ports: [80] });
    await replaceAll(document, '{ "ports": [80, 443] }');
    assert.ok(await document.save());
    assert.deepEqual((await api.memory.get('list'))?.value, { ports: [80, 443] });
  });

  it('follows what agents and extensions write, and overwrites none of it with an older text', async () => {
    await api.memory.set('k', 'one');
    const document = await vscode.workspace.openTextDocument(uriOf('k.md'));
    await vscode.window.showTextDocument(document);
    await api.memory.set('k', 'two, by somebody else');
    await eventually(() => document.getText() === 'two, by somebody else', 'the document follows');
    await replaceAll(document, 'mine');
    await api.memory.set('k', 'three, while it was edited');
    assert.equal(await document.save().then(Boolean, () => false), false, 'the save is refused');
    assert.equal((await api.memory.get('k'))?.value, 'three, while it was edited');
    assert.equal(document.getText(), 'mine', 'and nothing of the person’s is lost');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('deletes an entry from its document, which closes', async () => {
    await api.memory.set('k', 'one');
    await vscode.window.showTextDocument(uriOf('k.md'));
    await vscode.commands.executeCommand('agentTeam.deleteMemory', uriOf('k.md'));
    assert.equal(await api.memory.get('k'), undefined);
    await eventually(() => !tabs().some((tab) => tab.startsWith('k.md')), 'the tab is closed');
  });

  it('opens the entry that is chosen from the list', async () => {
    await api.memory.set('k', 'a text to find');
    const shown = vscode.commands.executeCommand('agentTeam.showMemory');
    await eventually(async () => {
      await vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return vscode.window.activeTextEditor?.document.uri.scheme === 'agent-team-memory';
    }, 'the chosen entry is open');
    await shown;
    assert.equal(vscode.window.activeTextEditor?.document.getText(), 'a text to find');
  });
});
