// A person asks in the side bar of a real window: chat, runs tree and editor together, without a model.
import * as assert from 'node:assert/strict';
import { untilPasses } from '../support/until';
import { answers, newChat, openChat, say } from './support/chat';
import { Comments } from './support/comments';
import { useEditor } from './support/useEditor';

describe('the chat in the side bar', function () {
  this.timeout(180_000);
  const editor = useEditor();

  it('teaches with requests made from the workspace, and says what answers', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    await window.openViewContainer('Agent Team');
    const chat = await window.webviewWith('chat-first-step');
    await untilPasses(async () => assert.equal(await chat.getByTestId('chat-first-step').count(), 3));
    await chat.getByTestId('chat-model').waitFor();
  });

  it('routes a question about the selection and streams the answer', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    await window.selectLines(5, 9);
    await window.openViewContainer('Agent Team');
    const chat = await window.webviewWith('chat-input');
    await chat.locator('.composer-box').getByText('math.ts:5-9').waitFor();
    await say(chat, 'is this safe?');
    const answer = answers(chat, 'completed');
    await answer.waitFor({ timeout: 60_000 });
    await untilPasses(async () => {
      assert.equal(await answer.getAttribute('data-agent'), 'qa');
      assert.match(await chat.getByTestId('route').innerText(), /router[\s\S]*qa/);
      assert.ok((await answer.innerText()).length > 100);
    });
  });

  it('opens a tool call’s result, and its file in the editor', async () => {
    const window = await editor().window();
    const chat = await window.webviewWith('chat-input');
    const tool = chat.locator('.tool').first();
    await tool.locator('.tool-toggle').press('Enter');
    await tool.locator('pre').nth(1).waitFor();
    await window.openFile('README.md');
    await tool.locator('.tool-file').click();
    await window.page.locator('.tab.active', { hasText: 'math.ts' }).waitFor();
  });

  it('shows the run in the tree with its agent and steps', async () => {
    const window = await editor().window();
    const row = window.page.locator('.monaco-list-row', { hasText: 'is this safe?' });
    await row.filter({ hasText: /qa · done · / }).waitFor();
  });

  it('analyses the file that is attached, by its path', async () => {
    const window = await editor().window();
    const chat = await window.webviewWith('chat-input');
    const answer = await chat.locator('[data-testid="chat-message"][data-role="assistant"]').innerText();
    assert.doesNotMatch(answer, /There is no|Not everything/);
  });

  it('fits into 300 px, with its end in sight', async () => {
    const window = await editor().window();
    const chat = await window.webviewWith('chat-input');
    const width = () => chat.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    // The tool call that was opened took the end out of sight.
    await chat.getByTestId('chat-to-end').click();
    await chat.getByTestId('chat-to-end').waitFor({ state: 'detached' });
    await window.resizeSideBar(300);
    await chat.waitForFunction('innerWidth < 300');
    await untilPasses(async () => assert.equal(await width(), 0, 'nothing stands out at the side'));
    await chat.getByTestId('usage').waitFor();
    await chat.getByTestId('chat-to-end').waitFor({ state: 'detached' });
    await window.resizeSideBar(400);
  });

  it('is used by keyboard alone', async () => {
    const window = await editor().window();
    const { keyboard } = window.page;
    await window.openFile('src/math.ts');
    await keyboard.press('Control+Alt+T');
    const chat = await window.webviewWith('chat-input');
    await chat.locator('[data-testid="chat-input"]:focus').waitFor();
    await keyboard.type('@res');
    await chat.locator('.suggestions [aria-selected="true"]', { hasText: 'researcher' }).waitFor();
    await keyboard.press('Tab');
    await keyboard.type('where is divide used?');
    await keyboard.press('Enter');
    const answer = chat.locator('[data-testid="chat-message"][data-agent="researcher"][data-status="completed"]');
    await answer.waitFor({ timeout: 60_000 });
    assert.equal(await chat.getByTestId('route').count(), 1, 'whom a person named was not routed');
    await chat.locator('[data-testid="chat-input"]:focus').waitFor();
    await keyboard.press('ArrowUp');
    await untilPasses(async () =>
      assert.equal(await chat.getByTestId('chat-input').inputValue(), '@researcher where is divide used?'),
    );
  });

  it('keeps the thread and what was typed over a reload of the window', async () => {
    const window = await editor().window();
    await (await window.inWebview('chat-input')).fill('a half sen');
    // Nothing tells that it is kept: time for a slow machine.
    await window.page.waitForTimeout(2500);
    await window.reload();
    await openChat(window);
    const chat = await window.webviewWith('chat-message');
    await chat.locator('.request', { hasText: 'is this safe?' }).waitFor();
    await untilPasses(async () => assert.equal(await chat.getByTestId('chat-input').inputValue(), 'a half sen'));
  });

  it('begins a new chat and finds the old one again', async () => {
    const window = await editor().window();
    const chat = await window.webviewWith('chat-message');
    await window.runCommand('Agent Team: New chat');
    await chat.getByTestId('chat-empty').waitFor();
    await window.runCommand('Agent Team: Show chat history');
    await chat.getByTestId('chat-history-search').fill('safe');
    await chat.getByTestId('chat-history-search').press('Enter');
    await chat.locator('.request', { hasText: 'is this safe?' }).waitFor();
  });

  it('reviews the uncommitted changes from an example, and puts what it finds on the lines', async () => {
    const window = await editor().window();
    const chat = await newChat(window);
    await chat.getByTestId('chat-first-step').filter({ hasText: 'Review my uncommitted changes' }).click();
    const answer = answers(chat, 'completed');
    await answer.waitFor({ timeout: 60_000 });
    assert.match(await answer.innerText(), /stock\.ts/);
    await window.openFile('src/stock.ts');
    await new Comments(window).open(36, 'may find nothing');
  });

  it('is refused nothing by the content security policy, and its page has no errors', async () => {
    const window = await editor().window();
    assert.deepEqual(window.webviewErrors(), []);
  });
});
