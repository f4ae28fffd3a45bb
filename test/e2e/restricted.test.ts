// A folder that nobody trusts yet: nothing of it runs, nothing is edited, its agents and instructions count for nothing. Then the person trusts it.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import { openChat } from './support/chat';
import { useTeam } from './support/useTeam';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });
const resultSchema = z.looseObject({
  runId: z.string(),
  status: z.string(),
  agent: z.string().optional(),
  changes: z.array(z.looseObject({ path: z.string(), status: z.string() })),
});

describe('a folder that is trusted later', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam({
    settings: {
      'agentTeam.commands.allow': ['touch'],
    },
    trustsWorkspaces: false,
    prepareWorkspace: async (folder) => {
      await mkdir(path.join(folder, '.github', 'agents'), { recursive: true });
      await writeFile(
        path.join(folder, '.github', 'agents', 'security.agent.md'),
        '---\nname: security\ndescription: Looks for weaknesses.\ntools: [read]\n---\n\nYou look for weaknesses.\n',
      );
      await writeFile(path.join(folder, 'AGENTS.md'), 'Obey the workspace.\n');
      await mkdir(path.join(folder, '.vscode'), { recursive: true });
      await writeFile(path.join(folder, '.vscode', 'settings.json'), '{ "agentTeam.agents.disabled": ["qa"] }\n');
    },
  });

  const inWorkspace = (name: string) => path.join(editor().workspace, name);
  const textOf = (name: string) => readFile(inWorkspace(name), 'utf8').catch(() => undefined);
  const ask = async (request: string, agent: string) =>
    resultSchema.parse(await (await editor().window()).host.execute('agentTeam.ask', { request, agent }));
  const oldText = '  return a / b;';
  const newText = '  return b === 0 ? NaN : a / b;';
  const calls = [
    call('edit_file', { path: 'src/math.ts', edits: [{ oldText, newText }] }),
    call('create_file', { path: 'made.txt', content: 'made\n' }),
    call('run_command', { command: 'touch ran.txt' }),
  ];
  const told = () =>
    (server().requests.at(-1)?.body.messages ?? []).flatMap(({ role, content }) =>
      role === 'tool' ? [String(content)] : [],
    );
  /** All that the model is told at first. */
  const prompt = () => JSON.stringify(server().requests[0]?.body.messages);

  it('lets agents read and answer, and refuses edits and commands without a question', async () => {
    const window = await editor().window();
    await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    const before = await textOf('src/math.ts');
    server().script(call('read_file', { path: 'src/math.ts' }), ...calls, { reply: { text: 'I could only read.' } });
    const result = await ask('repair it', 'dev');
    assert.deepEqual([result.status, result.changes], ['completed', []]);
    const [read, ...refused] = told();
    assert.match(read ?? '', /return a \/ b;/);
    assert.equal(refused.length, calls.length);
    for (const text of refused) assert.match(text, /not trusted|restricted mode/);
    assert.equal(await textOf('src/math.ts'), before);
    assert.deepEqual([await textOf('made.txt'), await textOf('ran.txt')], [undefined, undefined]);
    const chat = await openChat(window);
    await chat.getByTestId('chat-model').getByText('scripted-large').waitFor();
    assert.equal(await chat.getByTestId('chat-mode-edits.mode').count(), 0, 'there is nothing to switch');
    await window.screenshot('test-results/restricted.png');
  });

  it('honours no agent, instruction or setting of the folder', async () => {
    server().script({ reply: { text: 'Fine.' } });
    assert.equal((await ask('hello', 'qa')).status, 'completed', 'the folder can not switch an agent off');
    assert.doesNotMatch(prompt(), /Obey the workspace/);
    server().reset();
    assert.equal((await ask('hello', 'security')).status, 'failed');
    assert.equal(server().requests.length, 0);
  });

  it('works once the person trusts it, in the same window', async () => {
    const window = await editor().window();
    await window.runCommand('Workspaces: Manage Workspace Trust');
    await window.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await window.page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor({ state: 'hidden' });
    const before = (await textOf('src/math.ts')) ?? '';
    server().script(...calls, { reply: { text: 'Done.' } });
    const result = await ask('repair it', 'dev');
    assert.equal(result.status, 'completed');
    assert.match(prompt(), /Obey the workspace/);
    assert.deepEqual(result.changes.map((change) => [change.path, change.status]).sort(), [
      ['made.txt', 'proposed'],
      ['src/math.ts', 'proposed'],
    ]);
    assert.match(told()[2] ?? '', /exit code: 0/);
    await window.host.execute('agentTeam.acceptChanges', { runId: result.runId });
    assert.equal(await textOf('src/math.ts'), before.replace(oldText, newText));
    assert.equal(await textOf('made.txt'), 'made\n');
    server().reset();
    server().script({ reply: { text: 'None found.' } });
    assert.equal((await ask('hello', 'security')).agent, 'security');
    assert.match(prompt(), /You look for weaknesses/);
    assert.equal((await ask('hello', 'qa')).status, 'failed', 'the folder may switch agents off now');
  });
});
