import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the window of the multi-root tests', () => {
  it('shows the sample workspace and a second folder', () => {
    const names = vscode.workspace.workspaceFolders?.map(({ name }) => name);
    assert.deepEqual(names, ['bookshop', 'tools']);
  });
});
