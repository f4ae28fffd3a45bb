// A person looks at what an agent wants to change, takes it by a click and takes it back; and answers a question about a command.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { ScriptedModelServer } from '../support/scriptedModelServer/scriptedModelServer';
import { useEditor } from './support/useEditor';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });

describe('changes and approvals in the chat', function () {
  this.timeout(90_000);
  let server: ScriptedModelServer;
  before(async () => {
    server = await ScriptedModelServer.start({ models: ['scripted-large'] });
  });
  after(async () => server.close());
  const editor = useEditor();
  before(async () => {
    await editor().window();
    await editor().configure({
      'agentTeam.provider': 'openai',
      'agentTeam.openai.baseUrl': server.baseUrl,
      'agentTeam.models': { default: 'scripted-large' },
    });
  });
  beforeEach(() => server.reset());

  const mathFile = () => path.join(editor().workspace, 'src', 'math.ts');
  const openChat = async () => {
    const window = await editor().window();
    await window.openViewContainer('Agent Team');
    await window.webviewWith('chat-input');
    await window.runCommand('Agent Team: New chat');
    return { window, chat: await window.webviewWith('chat-empty') };
  };

  it('shows a proposal, writes it when it is accepted, and takes it back', async () => {
    const before = await readFile(mathFile(), 'utf8');
    const { window, chat } = await openChat();
    const oldText = '  return a / b;';
    const newText = "  if (b === 0) throw new RangeError('Cannot divide by zero.');\n  return a / b;";
    server.script(call('edit_file', { path: 'src/math.ts', edits: [{ oldText, newText }] }), {
      reply: { text: 'divide() refuses 0 now.' },
    });
    await chat.getByTestId('chat-input').fill('@dev guard divide against zero');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.getByTestId('changes').waitFor();
    assert.equal(await readFile(mathFile(), 'utf8'), before, 'nothing is written before it is accepted');
    await window.screenshot('test-results/changes-proposed.png');
    await chat.getByTestId('changes-accept').click();
    await chat.getByTestId('changes-revert').waitFor();
    assert.equal(await readFile(mathFile(), 'utf8'), before.replace(oldText, newText));
    await chat.getByTestId('changes-revert').click();
    await chat.locator('[data-testid="change"][data-status="reverted"]').waitFor();
    assert.equal(await readFile(mathFile(), 'utf8'), before);
  });

  it('takes and refuses single changes by keys, at the cursor of the diff', async () => {
    const before = await readFile(mathFile(), 'utf8');
    const { window, chat } = await openChat();
    const [taken, refused] = [
      { oldText: '/** Shares an amount evenly. */', newText: '/** Shares an amount in equal parts. */' },
      { oldText: '/** The mean rating of a book. */', newText: '/** The mean of the ratings of a book. */' },
    ] as const;
    server.script(call('edit_file', { path: 'src/math.ts', edits: [taken, refused] }), {
      reply: { text: 'Reworded.' },
    });
    await chat.getByTestId('chat-input').fill('@dev reword the comments');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.getByTestId('changes').waitFor();
    await chat.getByTestId('changes-show').click();
    const proposed = window.page.locator('.monaco-diff-editor .editor.modified');
    await proposed.getByText('in equal parts').click();
    await window.page.keyboard.press('Control+Enter');
    const accepted = before.replace(taken.oldText, taken.newText);
    await until(async () => (await readFile(mathFile(), 'utf8')) === accepted, 'the change at the cursor is written');
    await proposed.getByText('of the ratings').click();
    await window.page.keyboard.press('Control+Backspace');
    await chat.getByTestId('changes-revert').waitFor();
    assert.equal(await readFile(mathFile(), 'utf8'), accepted, 'the other one is not');
  });

  it('asks before a command runs, and tells the agent why not', async () => {
    const { window, chat } = await openChat();
    server.script(call('run_command', { command: 'rm -rf build' }), { reply: { text: 'Then I leave it.' } });
    await chat.getByTestId('chat-input').fill('@dev clean up');
    await chat.getByTestId('chat-input').press('Enter');
    await chat.getByTestId('approval').waitFor();
    assert.match(await chat.getByTestId('approval').innerText(), /rm -rf build/);
    await window.screenshot('test-results/approval.png');
    await chat.getByTestId('approval-deny').click();
    await chat.getByTestId('chat-messages').getByText('Then I leave it.').waitFor();
    assert.match(JSON.stringify(server.requests.at(-1)?.body.messages.at(-1)), /denied|refused|not allowed/i);
  });
});

async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await isTrue())) {
    if (Date.now() > deadline) assert.fail(`not within 15 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
