// A person looks at what an agent wants to change, takes it by a click and takes it back; and answers a question about a command.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { until } from '../support/until';
import { newChat, say } from './support/chat';
import { useTeam } from './support/useTeam';

const call = (name: string, input: unknown) => ({ reply: { toolCalls: [{ name, arguments: input }] } });

describe('changes and approvals in the chat', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam();

  const mathFile = () => path.join(editor().workspace, 'src', 'math.ts');
  const begin = async () => {
    const window = await editor().window();
    return { window, chat: await newChat(window) };
  };
  const untilWritten = (text: string, what: string) =>
    until(async () => (await readFile(mathFile(), 'utf8')) === text, what);

  it('shows a proposal, writes it when it is accepted, and takes it back', async () => {
    const before = await readFile(mathFile(), 'utf8');
    const { window, chat } = await begin();
    const oldText = '  return a / b;';
    const newText = "  if (b === 0) throw new RangeError('Cannot divide by zero.');\n  return a / b;";
    server().script(call('edit_file', { path: 'src/math.ts', edits: [{ oldText, newText }] }), {
      reply: { text: 'divide() refuses 0 now.' },
    });
    await say(chat, '@dev guard divide against zero');
    await chat.getByTestId('changes').waitFor();
    assert.equal(await readFile(mathFile(), 'utf8'), before, 'nothing is written before it is accepted');
    await window.screenshot('test-results/changes-proposed.png');
    await chat.getByTestId('changes-accept').click();
    await chat.getByTestId('changes-revert').waitFor();
    await untilWritten(before.replace(oldText, newText), 'the accepted change is written');
    await chat.getByTestId('changes-revert').click();
    await chat.locator('[data-testid="change"][data-status="reverted"]').waitFor();
    await untilWritten(before, 'the change is taken back');
  });

  it('takes and refuses single changes by keys, at the cursor of the diff', async () => {
    const before = await readFile(mathFile(), 'utf8');
    const { window, chat } = await begin();
    const [taken, refused] = [
      { oldText: '/** Shares an amount evenly. */', newText: '/** Shares an amount in equal parts. */' },
      { oldText: '/** The mean rating of a book. */', newText: '/** The mean of the ratings of a book. */' },
    ] as const;
    server().script(call('edit_file', { path: 'src/math.ts', edits: [taken, refused] }), {
      reply: { text: 'Reworded.' },
    });
    await say(chat, '@dev reword the comments');
    await chat.getByTestId('changes').waitFor();
    await chat.getByTestId('changes-show').click();
    const proposed = window.page.locator('.monaco-diff-editor .editor.modified');
    /** Puts the cursor there; the keys count once the diff has the keyboard and is known to show a change. */
    const stand = async (text: string) => {
      await proposed.getByText(text).click();
      await proposed.locator('.monaco-editor.focused').waitFor();
      await window.page.locator('.editor-actions').getByRole('button', { name: 'Accept changes' }).waitFor();
    };
    await stand('in equal parts');
    await window.page.keyboard.press('Control+Enter');
    const accepted = before.replace(taken.oldText, taken.newText);
    await untilWritten(accepted, 'the change at the cursor is written');
    await stand('of the ratings');
    await window.page.keyboard.press('Control+Backspace');
    await chat.getByTestId('changes-revert').waitFor();
    assert.equal(await readFile(mathFile(), 'utf8'), accepted, 'the other one is not');
  });

  it('asks before a command runs, and tells the agent why not', async () => {
    const { window, chat } = await begin();
    server().script(call('run_command', { command: 'rm -rf build' }), { reply: { text: 'Then I leave it.' } });
    await say(chat, '@dev clean up');
    await chat.getByTestId('approval').filter({ hasText: 'rm -rf build' }).waitFor();
    await window.screenshot('test-results/approval.png');
    await chat.getByTestId('approval-deny').click();
    await chat.getByTestId('chat-messages').getByText('Then I leave it.').waitFor();
    assert.match(JSON.stringify(server().requests.at(-1)?.body.messages.at(-1)), /denied|refused|not allowed/i);
  });
});
