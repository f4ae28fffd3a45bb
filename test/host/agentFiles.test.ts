// Agents from files, in the real editor: registered as they are saved, faults at their lines, help while writing.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AgentInfo, AgentTeamApi } from '../../src/api';
import { agentText, agentUri, at, saveAgain, until, write } from './support/agentFiles';
import { untilPasses } from '../support/until';
import { teamApi, useScriptedServer } from './support/team';
import { activeEditor } from './support/workspaceFiles';

const { fs } = vscode.workspace;

const problemsOf = (uri: vscode.Uri) =>
  vscode.languages
    .getDiagnostics(uri)
    .filter(({ source }) => source === 'Agent Team')
    .map(({ range, severity, code }) => [range.start.line + 1, vscode.DiagnosticSeverity[severity], code]);

describe('agent files', () => {
  const server = useScriptedServer();
  let api: AgentTeamApi;
  before(async () => {
    api = await teamApi();
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await fs.delete(at('.github'), { recursive: true }).then(undefined, () => undefined);
    await until('the agents of the files to go', () => api.agents.list().every(({ source }) => source !== 'file'));
  });

  const info = (name: string) => api.agents.list().find((agent) => agent.name === name);
  const agent = (name: string, is: (found: AgentInfo) => boolean = () => true) =>
    until(
      `the agent ${name}`,
      () => {
        const found = info(name);
        return found && is(found) && found;
      },
      saveAgain,
    );

  it('make agents that the router offers, with their own prompt, tools and targets', async () => {
    await write(
      at('.github/agent-team.json'),
      '{ "agents": { "security": { "modelOptions": { "temperature": 0.25 } } } }',
    );
    await write(
      agentUri('security'),
      agentText(
        'name: security\ndescription: Looks for weaknesses.\ntools: [search, weather]\nhandoffs:\n  - label: Fix it\n    agent: dev',
      ),
    );
    const found = await agent('security');
    assert.equal(found.source, 'file');
    assert.deepEqual(found.handoffs, ['dev']);
    assert.deepEqual(found.tools, ['list_files', 'search_text', 'find_symbols', 'find_references', 'fixture_weather']);
    server().script(
      { reply: { toolCalls: [{ name: 'transfer_to_security', arguments: { reason: 'asks for weaknesses' } }] } },
      { reply: { toolCalls: [{ name: 'fixture_weather', arguments: { city: 'Bern' } }] } },
      { reply: { text: 'None found.' } },
    );
    const result = await api.ask('are there weaknesses?').result;
    server().assertUsed();
    assert.equal(result.agent, 'security');
    assert.equal(result.text, 'None found.');
    const [, asked, told] = server().requests;
    assert.match(JSON.stringify(asked?.body.messages[0]), /You look for weaknesses\..*- dev: .*\(Fix it\)/);
    assert.equal(asked?.body.temperature, 0.25);
    assert.match(String(told?.body.messages.at(-1)?.content), /Sunny in Bern\.\nBring a hat\./);
    const events = await api.events.history({ runId: result.runId, pattern: 'approval.*' });
    assert.deepEqual(events, [], 'VS Code asks for the confirmation of its tools itself');
  });

  it('follow what is saved, made, renamed and deleted', async () => {
    await write(agentUri('helper'), agentText('description: First.'));
    await agent('helper', ({ description }) => description === 'First.');
    const document = await vscode.workspace.openTextDocument(agentUri('helper'));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(1, 0, 1, 100), 'description: Second.');
    await vscode.workspace.applyEdit(edit);
    assert.equal(info('helper')?.description, 'First.', 'unsaved text does not count');
    const before = info('helper')?.promptVersion;
    await document.save();
    await agent('helper', ({ description }) => description === 'Second.');
    assert.equal(info('helper')?.promptVersion, before, 'the description is no part of the prompt');
    const rename = new vscode.WorkspaceEdit();
    rename.renameFile(agentUri('helper'), agentUri('other'));
    await vscode.workspace.applyEdit(rename);
    await agent('other');
    await until('the agent of the old name to go', () => info('helper') === undefined);
    await fs.delete(agentUri('other'));
    await until('the agent to go', () => info('other') === undefined);
  });

  it('may stand in for a built-in agent, which comes back when the file goes', async () => {
    const builtIn = info('qa');
    await write(agentUri('qa'), agentText('description: A stricter one.', 'Be strict.'));
    const replaced = await agent('qa', ({ source }) => source === 'file');
    assert.deepEqual(replaced.tools, builtIn?.tools);
    await fs.delete(agentUri('qa'));
    const back = await agent('qa', ({ source }) => source === 'built-in');
    assert.deepEqual(back, builtIn);
  });

  it('show what is wrong at its line, and a bad one changes nothing else', async () => {
    await write(agentUri('a_good'), agentText('description: d'));
    await write(agentUri('b_bad'), '---\nname: bad\ntools:\n  - read\n  - 7\ncolour: blue\n---\nx\n');
    await write(agentUri('c_clash'), agentText('name: A good\ndescription: d'));
    await write(agentUri('d_broken'), '---\ndescription: [\n---\nx\n');
    await write(agentUri('e_warned'), agentText('description: d\ntools: [read, nothing_such]'));
    await write(
      at('.github/agent-team.json'),
      '{\n  "agents": {\n    "a_good": { "limits": { "maxTurns": 0 } }\n  }\n}\n',
    );
    // Each file is read by itself.
    await untilPasses(() => {
      assert.deepEqual(problemsOf(agentUri('a_good')), []);
      assert.deepEqual(problemsOf(agentUri('b_bad')), [
        [2, 'Warning', 'description.missing'],
        [5, 'Error', 'value.not_text_list'],
        [6, 'Information', 'key.unknown'],
      ]);
      assert.deepEqual(problemsOf(agentUri('c_clash')), [[2, 'Error', 'name.taken']]);
      assert.deepEqual(problemsOf(agentUri('d_broken'))[0]?.slice(1), ['Error', 'syntax']);
      assert.deepEqual(problemsOf(agentUri('e_warned')), [[3, 'Warning', 'tool.unknown']]);
      assert.deepEqual(problemsOf(at('.github/agent-team.json')), [[3, 'Error', 'value.invalid']]);
      const fromFiles = api.agents.list().flatMap(({ name, source }) => (source === 'file' ? name : []));
      assert.deepEqual(fromFiles.sort(), ['a_good', 'e_warned']);
    }, 30_000);
  });

  it('keep the agent of a file that was broken, and show the faults while it is being edited', async () => {
    await write(agentUri('helper'), agentText('description: d\ntools: [read]'));
    const before = await agent('helper');
    const document = await vscode.workspace.openTextDocument(agentUri('helper'));
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(2, 0, 2, 100), 'tools: 7');
    await vscode.workspace.applyEdit(edit);
    await until('the fault of the unsaved text', () => problemsOf(document.uri).length > 0);
    assert.deepEqual(problemsOf(document.uri), [[3, 'Error', 'value.not_text_list']]);
    await document.save();
    assert.deepEqual(info('helper'), before);
    const repair = new vscode.WorkspaceEdit();
    repair.replace(document.uri, new vscode.Range(2, 0, 2, 100), 'tools: [search]');
    await vscode.workspace.applyEdit(repair);
    await document.save();
    await agent('helper', ({ tools }) => !tools.includes('read_file'));
    await until('the fault to go', () => problemsOf(document.uri).length === 0);
  });

  it('are completed and explained in their header', async () => {
    const text = agentText('description: d\ntools: [read, ]\nmo\nhandoffs:\n  - label: x\n    agent: ');
    await write(agentUri('helper'), text);
    await until('its faults', () => problemsOf(agentUri('helper')).length > 0, saveAgain);
    const document = await vscode.workspace.openTextDocument(agentUri('helper'));
    const labels = async (line: number, character: number) => {
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        new vscode.Position(line, character),
      );
      return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    };
    // VS Code asks several providers, and gives up on late ones.
    const offers = (line: number, character: number, expected: readonly string[]) =>
      untilPasses(async () => {
        const offered = await labels(line, character);
        assert.deepEqual(
          expected.filter((label) => !offered.includes(label)),
          [],
        );
      });
    await offers(2, 13, ['search', 'edit', 'read_file', 'fixture_weather']);
    await offers(3, 2, ['model']);
    await offers(6, 11, ['qa']);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(2, 9),
    );
    // VS Code explains its own group of that name beside ours.
    const shown = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content as vscode.MarkdownString).value)
      .join('\n');
    assert.match(shown, /Group of tools: read_file/);
  });

  it('are made by a command and shown as they are sent', async () => {
    const uri = await vscode.commands.executeCommand<vscode.Uri>('agentTeam.createAgent', { name: 'Release Notes' });
    assert.equal(uri.path, agentUri('release_notes').path);
    await activeEditor(({ document }) => document.uri.path === uri.path);
    const made = await agent('Release Notes');
    assert.deepEqual(problemsOf(uri), []);
    assert.deepEqual(made.handoffs, ['dev']);
    await vscode.commands.executeCommand('agentTeam.showPrompt', { agent: 'release notes' });
    const { document: page } = await activeEditor(({ document }) => document.uri.scheme === 'agent-team-prompt');
    const text = page.getText();
    assert.match(text, /^# Release Notes$/m);
    assert.ok(text.includes(made.promptVersion), 'the version');
    assert.match(text, /`read_file` \(read\): read/);
    assert.match(text, /You are a specialist in a team of agents\./);
    assert.match(text, /Instructions of this workspace/);
    await assert.rejects(
      async () => vscode.commands.executeCommand('agentTeam.createAgent', { name: 'router' }),
      /role/,
    );
    await assert.rejects(
      async () => vscode.commands.executeCommand('agentTeam.showPrompt', { agent: 'nobody' }),
      /nobody/,
    );
  });
});

describe('tools of VS Code and other extensions', () => {
  const server = useScriptedServer();
  let api: AgentTeamApi;
  let fixture: { calls: { tool: string; input: unknown; token: string }[]; whenCancelled: Promise<void> };
  let registration: { dispose(): void };
  before(async () => {
    api = await teamApi();
    fixture = (await vscode.extensions.getExtension('agent-team-fixtures.lm-tools')?.activate()) as typeof fixture;
    registration = api.agents.register({
      name: 'caller',
      description: 'Calls tools.',
      prompt: 'Call tools.',
      tools: ['fixture_weather', 'fixture_wait'],
    });
  });
  after(() => registration.dispose());

  it('are listed with what they do', () => {
    const listed = api.tools.list().filter(({ source }) => source === 'vscode');
    const weather = listed.find(({ name }) => name === 'fixture_weather');
    assert.equal(weather?.effect, 'read');
    assert.deepEqual(Object.keys((weather.inputSchema as { properties: object }).properties), ['city']);
    assert.equal(listed.find(({ name }) => name === 'fixture_wait')?.effect, 'execute');
  });

  it('answer with what went wrong in them', async () => {
    server().script(
      { reply: { toolCalls: [{ name: 'fixture_weather', arguments: { city: 'Atlantis' } }] } },
      { reply: { text: 'No weather.' } },
    );
    const result = await api.ask('weather?', { agent: 'caller' }).result;
    assert.equal(result.status, 'completed');
    assert.match(String(server().requests.at(-1)?.body.messages.at(-1)?.content), /no weather below the sea/);
    assert.deepEqual(fixture.calls.at(-1), {
      tool: 'fixture_weather',
      input: { city: 'Atlantis' },
      token: 'undefined',
    });
  });

  it('are stopped with the run', async () => {
    server().script({ reply: { toolCalls: [{ name: 'fixture_wait', arguments: {} }] } });
    const run = api.ask('wait', { agent: 'caller' });
    await until('the call', () => fixture.calls.some(({ tool }) => tool === 'fixture_wait'));
    run.cancel();
    assert.equal((await run.result).status, 'cancelled');
    await fixture.whenCancelled;
  });
});
