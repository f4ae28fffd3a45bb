import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the window of the tests without a folder', () => {
  it('shows nothing', () => {
    assert.equal(vscode.workspace.workspaceFolders, undefined);
  });

  it('has the product all the same', () => {
    assert.ok(vscode.extensions.getExtension('agent-team.agent-team'));
  });
});
