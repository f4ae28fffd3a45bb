import * as assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';

const extensionId = 'agent-team.agent-team';

function theExtension(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension(extensionId);
  assert.ok(extension, `${extensionId} is not installed in this window`);
  return extension;
}

/** Command ids that the manifest contributes. */
function contributedCommands(): string[] {
  const { contributes } = theExtension().packageJSON as { contributes?: { commands?: { command: string }[] } };
  return (contributes?.commands ?? []).map(({ command }) => command);
}

describe('the extension in a real VS Code', () => {
  it('runs where the workspace is', () => {
    assert.equal(theExtension().extensionKind, vscode.ExtensionKind.Workspace);
  });

  it('activates without an error and exports its API', async () => {
    const api = (await theExtension().activate()) as { apiVersion?: unknown } | undefined;
    assert.equal(api?.apiVersion, 1);
  });

  it('registers every command that it contributes, all below agentTeam.', async () => {
    const contributed = contributedCommands();
    assert.ok(contributed.length > 0, 'the manifest contributes no command');
    await theExtension().activate();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.filter((id) => !registered.has(id) || !id.startsWith('agentTeam.')),
      [],
    );
  });
});

describe('the window of the host tests', () => {
  it('shows a copy of the sample workspace with its git history', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.equal(folder?.name, 'bookshop');
    assert.ok(!folder.uri.fsPath.includes(path.join('test', 'fixtures')), 'the tests work on the fixture itself');
    assert.ok(existsSync(path.join(folder.uri.fsPath, '.git')));
  });

  it('has the fixture extensions beside the product', () => {
    assert.ok(vscode.extensions.getExtension('agent-team-fixtures.driver'));
  });

  it('knows no key of the person at the machine', () => {
    const names = Object.keys(process.env).filter((name) => /^(OPENAI|ANTHROPIC)_|API_KEY$/i.test(name));
    assert.deepEqual(names, []);
  });

  it('saves only when told to, as on the desktop', () => {
    assert.equal(vscode.workspace.getConfiguration('files').get('autoSave'), 'off');
  });
});
