// The whole way in the extension: an agent proposes, a person decides by command or API, the files change, the run is taken back.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi, ApplyResult } from '../../src/api';
import { teamApi, topicsOf, useScriptedServer } from './support/team';
import { closeAll, WorkspaceFiles } from './support/workspaceFiles';

describe('proposed changes through the exported API', () => {
  const server = useScriptedServer();
  const files = new WorkspaceFiles('api-changes');
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
  });
  afterEach(async () => {
    await closeAll();
    await files.dispose();
  });

  it('are proposed, read by the run, accepted, told in events, and taken back', async () => {
    await files.write('a.txt', 'one\r\ntwo\r\nthree');
    const path = files.pathOf('a.txt');
    const edits = [{ oldText: 'two', newText: 'TWO $&' }];
    server().script(
      { reply: { toolCalls: [{ name: 'edit_file', arguments: { path, edits } }] } },
      { reply: { toolCalls: [{ name: 'read_file', arguments: { path } }] } },
      { reply: { text: 'Done.' } },
    );
    const result = await api.ask('shout', { agent: 'dev' }).result;
    assert.equal(result.status, 'completed', result.error?.message);
    const read = server().requests.at(-1)?.body.messages.at(-1);
    assert.match(String(read?.content), /TWO \$&/);
    assert.equal(await files.text('a.txt'), 'one\r\ntwo\r\nthree');
    assert.deepEqual(
      result.changes.map((change) => [change.path, change.kind, change.status, change.added, change.removed]),
      [[path, 'modify', 'proposed', 1, 1]],
    );
    const { runId } = result;
    const accepted = await vscode.commands.executeCommand<ApplyResult>('agentTeam.acceptChanges', { runId });
    assert.deepEqual(accepted, { applied: [path], conflicts: [], failed: [] });
    assert.equal(await files.text('a.txt'), 'one\r\nTWO $&\r\nthree');
    assert.equal(api.changes.list(runId)[0]?.status, 'accepted');
    const reverted = await vscode.commands.executeCommand<ApplyResult>('agentTeam.revertRun', { runId });
    assert.deepEqual(reverted.applied, [path]);
    assert.equal(await files.text('a.txt'), 'one\r\ntwo\r\nthree');
    const topics = topicsOf(await api.events.history({ runId })).filter((topic) => topic.startsWith('edit.'));
    assert.deepEqual(topics, ['edit.proposed', 'edit.accepted', 'edit.reverted']);
    assert.equal((await api.runs.get(runId))?.changes[0]?.status, 'reverted');
  });
});
