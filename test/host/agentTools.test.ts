// Choosing the tools of an agent: what the command writes into files, and that the agent has them then.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentTeamApi } from '../../src/api';
import { agentText, agentUri, at, saveAgain, until, write } from './support/agentFiles';
import { teamApi, useScriptedServer } from './support/team';
import { closeAll } from './support/workspaceFiles';

const { fs } = vscode.workspace;
const WEATHER = 'agent-team-fixtures.lm-tools/weather';
const choose = (agent: string, tools: string[]) =>
  vscode.commands.executeCommand<vscode.Uri | undefined>('agentTeam.chooseTools', { agent, tools });
const textOf = async (uri: vscode.Uri) => new TextDecoder().decode(await fs.readFile(uri));

describe('choosing the tools of an agent', () => {
  const server = useScriptedServer();
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
  });
  afterEach(async () => {
    await closeAll();
    await fs.delete(at('.github'), { recursive: true }).then(undefined, () => undefined);
    await until('the agents of the files to go', () => api.agents.list().every(({ source }) => source !== 'file'));
  });
  const toolsOf = (name: string) => api.agents.list().find((agent) => agent.name === name)?.tools ?? [];

  it('changes the list in its file and nothing else, and the agent has the tools of others at once', async () => {
    const text = agentText('description: d\ntools:\n  - read # to look\nmodel: m', 'Look at the sky.');
    await write(agentUri('sky'), text);
    await until('the agent', () => toolsOf('sky').includes('read_file'), saveAgain);
    const uri = await choose('sky', ['search', WEATHER]);
    assert.equal(uri?.toString(), agentUri('sky').toString());
    assert.equal(await textOf(agentUri('sky')), text.replace('- read # to look', `- search\n  - ${WEATHER}`));
    await until(
      'the tools',
      () => toolsOf('sky').includes('fixture_weather') && !toolsOf('sky').includes('read_file'),
      saveAgain,
    );
    server().script(
      { reply: { toolCalls: [{ name: 'fixture_weather', arguments: { city: 'Bern' } }] } },
      { reply: { text: 'Sunny.' } },
    );
    assert.equal((await api.ask('weather?', { agent: 'sky' }).result).text, 'Sunny.');
    const offered = server().requests[0]?.body.tools?.map((tool) => tool.function.name) ?? [];
    assert.ok(offered.includes('fixture_weather') && offered.includes('search_text'));
    assert.match(String(server().requests.at(-1)?.body.messages.at(-1)?.content), /Sunny in Bern/);
    const events = await api.events.history({ pattern: 'approval.*' });
    assert.deepEqual(
      events.filter(({ agent }) => agent === 'sky'),
      [],
      'VS Code asks for its tools itself',
    );
  });

  it('keeps unsaved text of the file unsaved, with the new list in it', async () => {
    const text = agentText('description: d\ntools: [read]', 'Look.');
    await write(agentUri('sky'), text);
    await until('the agent', () => toolsOf('sky').length > 0, saveAgain);
    const editor = await vscode.window.showTextDocument(agentUri('sky'));
    // VS Code remembers a document, as it was, for a while after its tab is closed.
    if (editor.document.getText() !== text) await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.equal(editor.document.getText(), text);
    await editor.edit((edit) => edit.insert(editor.document.positionAt(text.length), 'Typed.\n'));
    await choose('sky', ['search']);
    assert.equal(await textOf(agentUri('sky')), text);
    assert.equal(editor.document.getText(), `${text.replace('[read]', '[search]')}Typed.\n`);
    assert.equal(editor.document.isDirty, true);
  });

  it('gives a built-in agent a file that stands in for it, as it was but for the tools', async () => {
    const before = api.agents.list().find(({ name }) => name === 'qa');
    const uri = await choose('qa', ['read', WEATHER]);
    assert.equal(uri?.toString(), agentUri('qa').toString());
    await until('the agent of the file', () => toolsOf('qa').includes('fixture_weather'), saveAgain);
    const now = api.agents.list().find(({ name }) => name === 'qa');
    assert.deepEqual([now?.source, now?.description, now?.handoffs], ['file', before?.description, before?.handoffs]);
    assert.deepEqual(vscode.languages.getDiagnostics(agentUri('qa')), []);
    await fs.delete(agentUri('qa'));
    await until('the built-in one', () => toolsOf('qa').includes('run_command'));
    assert.deepEqual(
      api.agents.list().find(({ name }) => name === 'qa'),
      before,
    );
  });

  it('says why it can’t, and changes nothing: an unknown agent, one of another extension, a file that can’t be read', async () => {
    await assert.rejects(async () => choose('nobody', []), /There is no agent "nobody"/);
    const registered = api.agents.register({ name: 'foreign', description: 'd', prompt: 'p', tools: ['read'] });
    await assert.rejects(async () => choose('foreign', []), /comes from another extension/);
    registered.dispose();
    // A file of its own: VS Code still holds the documents of those before, with their texts.
    await write(agentUri('torn'), agentText('description: d\ntools: [read]', 'Look.'));
    await until('the agent', () => toolsOf('torn').length > 0, saveAgain);
    const broken = '---\ndescription: [\n---\nLook.\n';
    await write(agentUri('torn'), broken);
    await assert.rejects(async () => choose('torn', ['search']), /can’t be changed by a command/);
    assert.equal(await textOf(agentUri('torn')), broken);
  });
});
