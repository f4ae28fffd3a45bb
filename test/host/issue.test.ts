// Reporting an issue from the real editor: what it tells, what it never tells, and where it leads.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DEFAULT_SETTINGS } from '../../src/core/settings';
import { reportIssue } from '../../src/vscode/issue/reportIssue';
import { configure, teamApi, useScriptedServer } from './support/team';
import { activeEditor, closeAll } from './support/workspaceFiles';

const SECRET = 'planted-secret-0123456789';

describe('reporting an issue', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  after(closeAll);

  it('opens a text with what went wrong here, and nothing private in it', async () => {
    const api = await teamApi();
    await configure({ endpoints: { acme: { baseUrl: `https://acme.example/${SECRET}` } }, 'limits.maxTurns': 9 });
    try {
      server().script({ reply: { status: 401, body: `{"error":{"message":"${SECRET}"}}` } });
      const { error } = await api.ask(`@qa what about ${SECRET}?`).result;
      assert.ok(error);
      const text = await vscode.commands.executeCommand<string>('agentTeam.reportIssue');
      assert.ok(text.includes(`run.failed ${error.reason}: `), text);
      assert.match(text, /- endpoints: 1 entry\n/);
      assert.match(text, /- limits\.maxTurns: 9\n/);
      assert.match(text, /- Workspace: ok\n/);
      assert.match(text, /- ask failed: \d/);
      await activeEditor(({ document }) => document.isUntitled && document.getText().includes(text));
      const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
      for (const word of [SECRET, 'acme', root, vscode.workspace.name ?? root])
        assert.ok(!text.includes(word), `${word}\n${text}`);
    } finally {
      await configure({ endpoints: undefined, 'limits.maxTurns': undefined });
    }
  });

  it('leads to VS Code’s issue reporter where the extension has a tracker', async () => {
    const executed: unknown[][] = [];
    const data = await reportIssue({
      extension: { id: 'a.b', packageJSON: { bugs: { url: 'https://tracker.test' } } },
      facts: () =>
        Promise.resolve({
          versions: {},
          settings: DEFAULT_SETTINGS,
          badSettings: [],
          health: [],
          runs: [],
          failures: [],
        }),
      execute: (...args) => {
        executed.push(args);
        return Promise.resolve();
      },
    });
    const [command, issue] = executed[0] ?? [];
    assert.equal(command, 'workbench.action.openIssueReporter');
    const { extensionId, extensionData, issueBody } = issue as Record<string, string>;
    assert.deepEqual([extensionId, extensionData], ['a.b', data]);
    assert.match(issueBody ?? '', /## What happened/);
  });
});
