import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { firstSteps } from '../../../src/vscode/chat/firstSteps';

describe('the window of the tests without a folder', () => {
  it('shows nothing', () => {
    assert.equal(vscode.workspace.workspaceFolders, undefined);
  });

  it('has the product all the same', () => {
    assert.ok(vscode.extensions.getExtension('agent-team.agent-team'));
  });

  it('offers the way to a folder in an empty chat, and no request that could not be answered', () => {
    assert.deepEqual(
      firstSteps(0).map((step) => ('action' in step ? step.action : step.request)),
      ['openFolder'],
    );
  });
});
