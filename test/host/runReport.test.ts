// Reports of runs in a real VS Code: the tab, the export, and what a retry in the chat does to a goal.
import * as assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { RunResult } from '../../src/api';
import type { RunView } from '../../src/core/runs/runView';
import { createTeamChatBackend, type TeamChatBackendOptions } from '../../src/vscode/chat/teamChatBackend';
import { endedGoalView, goalView } from '../support/goalView';
import { runView } from '../support/runViews';
import { configure, teamApi } from './support/team';
import { closeAll, eventually, tabs } from './support/workspaceFiles';

describe('reports of runs in a real VS Code', function () {
  this.timeout(60_000);
  let result: RunResult;

  before(async () => {
    await configure({ provider: 'offline' });
    result = await (await teamApi()).ask('is src/math.ts safe?', { agent: 'qa' }).result;
  });
  after(async () => {
    await closeAll();
    await configure({ provider: undefined });
  });

  it('opens one tab for a run, however often it is asked for', async () => {
    await vscode.commands.executeCommand('agentTeam.openRunReport', { runId: result.runId });
    await vscode.commands.executeCommand('agentTeam.openRunReport', { runId: result.runId });
    await eventually(
      () => tabs().some((name) => name.startsWith('Report: is src/math.ts safe?')),
      'the report is open',
    );
    assert.equal(tabs().filter((name) => name.startsWith('Report:')).length, 1);
  });

  it('gives a program its Markdown, and writes the file that it names', async () => {
    const text = await vscode.commands.executeCommand<string>('agentTeam.exportRunReport', { runId: result.runId });
    assert.match(text, /^# is src\/math\.ts safe\?\n\n/);
    assert.match(text, /## Answer\n/);
    const file = path.join(tmpdir(), `agent-team-report-${process.pid}.md`);
    await vscode.commands.executeCommand('agentTeam.exportRunReport', {
      runId: result.runId,
      uri: vscode.Uri.file(file).toString(),
    });
    assert.equal(await readFile(file, 'utf8'), text);
    await vscode.workspace.fs.delete(vscode.Uri.file(file));
  });

  it('refuses a run that is not there', async () => {
    const call = vscode.commands.executeCommand('agentTeam.openRunReport', { runId: 'nobody' });
    await assert.rejects(Promise.resolve(call), /There is no run nobody/);
  });

  it('copies the answer of a run', async () => {
    await vscode.commands.executeCommand('agentTeam.copyResult', { runId: result.runId });
    assert.equal(await vscode.env.clipboard.readText(), result.text);
  });
});

describe('a retry in the chat', () => {
  const retry = (view: RunView) => {
    const calls: string[] = [];
    const options = {
      store: { peek: () => view, onDidChange: () => ({ dispose: () => undefined }) },
      goOn: (how: string, runId: string) => calls.push(`${how} ${runId}`),
      ask: (request: string) => {
        calls.push(`ask ${request}`);
        return { runId: 'new', threadId: 'thread' };
      },
    };
    const started = createTeamChatBackend(options as unknown as TeamChatBackendOptions).retry(view.runId);
    return [started?.runId, ...calls];
  };

  it('goes on with what a goal lacks, and keeps what is done', () => {
    assert.deepEqual(retry(endedGoalView()), [undefined, 'retry goal-1']);
    assert.deepEqual(retry(goalView({ status: 'interrupted' })), [undefined, 'resume goal-1']);
  });

  it('asks a question again, and a completed goal as a goal', () => {
    assert.deepEqual(retry(runView()), ['new', 'ask is this safe?']);
    const [, again] = retry({ ...endedGoalView(), status: 'completed' });
    assert.equal(again, 'ask @supervisor Add input validation to the API, with tests and documentation');
  });
});
