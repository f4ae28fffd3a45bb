// A person asks a model behind a server that streams, fails, hangs and goes on: over real HTTP, in real windows.
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { ServerRule } from '../support/scriptedModelServer/script';
import { ScriptedModelServer } from '../support/scriptedModelServer/scriptedModelServer';
import { choose } from './support/menus';
import { useEditor } from './support/useEditor';
import type { Window } from './support/window';

const routeToQa: ServerRule = {
  when: { hasTool: 'transfer_to_supervisor' },
  times: 'always',
  reply: { toolCalls: [{ name: 'transfer_to_qa', arguments: { reason: 'asks for a check' } }] },
};

describe('the chat with a model server', function () {
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
      'agentTeam.retry.baseDelayMs': 50,
      'agentTeam.retry.maxAttempts': 2,
    });
  });
  // Nothing of one test, such as an open gate or a rule, is left to the next.
  beforeEach(() => server.reset());

  const answers = (chat: Frame, status: string) =>
    chat.locator(`[data-testid="chat-message"][data-role="assistant"][data-status="${status}"]`);
  const newChat = async (window: Window): Promise<Frame> => {
    await window.openViewContainer('Agent Team');
    await window.webviewWith('chat-input');
    await window.runCommand('Agent Team: New chat');
    const chat = await window.webviewWith('chat-empty');
    await chat.getByTestId('chat-model').getByText('scripted-large').waitFor();
    return chat;
  };
  const ask = async (chat: Frame, text: string) => {
    await chat.getByTestId('chat-input').fill(text);
    await chat.getByTestId('chat-input').press('Enter');
  };

  it('streams a routed answer beside the tools that ran for it', async () => {
    const chat = await newChat(await editor().window());
    server.script(
      routeToQa,
      { reply: { text: 'Looking.', toolCalls: [{ name: 'read_file', arguments: { path: 'src/math.ts' } }] } },
      { reply: { text: 'It has **no guard** for 0.', gateAfter: { events: 6, gate: 'rest' } } },
    );
    await ask(chat, 'is this safe?');
    await chat.locator('.markdown[data-streaming="true"] strong').waitFor();
    assert.equal(await answers(chat, 'running').count(), 1);
    server.gate('rest').open();
    await answers(chat, 'completed').getByText('It has no guard for 0.').waitFor();
    assert.equal(await answers(chat, 'completed').getAttribute('data-agent'), 'qa');
    assert.match(await chat.locator('.tool').innerText(), /read_file\s+math\.ts\s+[\d.]+ m?s/);
    assert.equal(await chat.getByTestId('usage').innerText(), '60 in · 30 out · cost unknown');
    assert.equal(server.requests.length, 3);
  });

  it('stops at once, closes the connection, and keeps what was said', async () => {
    const chat = await newChat(await editor().window());
    server.script(routeToQa, { reply: { text: 'This goes on for ever', breakAfter: { events: 4, how: 'hang' } } });
    await ask(chat, 'is this safe?');
    await chat.locator('.markdown', { hasText: 'This goes on' }).waitFor();
    const askedAt = Date.now();
    await chat.getByTestId('chat-stop').click();
    await answers(chat, 'cancelled').waitFor();
    await server.until((requests) => requests.at(-1)?.closedEarly === true);
    assert.ok(Date.now() - askedAt < 3000, 'within the second that is promised, and the time of a slow machine');
    assert.match(await answers(chat, 'cancelled').innerText(), /This goes on[\s\S]*Stopped/);
  });

  it('says what a failure means, offers what helps, and answers on a retry', async () => {
    const chat = await newChat(await editor().window());
    const body = { error: { message: 'No such key.', code: 'invalid_api_key' } };
    server.script({ reply: { status: 401, body } }, routeToQa, { reply: { text: 'Now it works.' } });
    await ask(chat, 'is this safe?');
    await chat.getByTestId('chat-error').waitFor();
    assert.match(await chat.getByTestId('chat-error').innerText(), /API key[\s\S]*Set API key\s+Retry/);
    await chat.getByTestId('chat-retry').click();
    await answers(chat, 'completed').getByText('Now it works.').waitFor();
    assert.equal(await chat.locator('chat-turn').count(), 1, 'the failed try is replaced');
  });

  it('hands over what is said meanwhile, and answers what comes during the last words', async () => {
    const chat = await newChat(await editor().window());
    server.script(
      routeToQa,
      { reply: { text: 'It is safe.', gateAfter: { events: 2, gate: 'words' } } },
      { when: { lastUser: 'negative' }, reply: { text: 'Negative numbers are, too.' } },
    );
    await ask(chat, 'is this safe?');
    await chat.locator('.markdown[data-streaming="true"]').waitFor();
    await chat.getByTestId('chat-delivery-steer').check({ force: true });
    await ask(chat, 'and negative numbers?');
    await chat.getByTestId('chat-steering').getByText('and negative numbers?').waitFor();
    server.gate('words').open();
    await answers(chat, 'completed').getByText('Negative numbers are, too.').waitFor();
    server.assertUsed();
  });

  it('waits for a queued message’s turn and sends it by itself', async () => {
    const chat = await newChat(await editor().window());
    server.script(routeToQa, { reply: { text: 'First.', gate: 'first' } }, { reply: { text: 'Second.' } });
    await ask(chat, 'one');
    await ask(chat, 'two');
    await chat.getByTestId('chat-queued').getByText('two').waitFor();
    server.gate('first').open();
    await answers(chat, 'completed').getByText('Second.').waitFor();
    assert.equal(await chat.getByTestId('chat-queued').count(), 0);
  });

  it('shows a run of another window, tells that it is there, and follows it to its end', async () => {
    const first = await editor().window();
    await newChat(first);
    const second = await editor().open();
    const chat = await newChat(second);
    server.script(routeToQa, { reply: { text: 'From the other window.', gate: 'far' } });
    await ask(chat, 'asked elsewhere');
    await chat.locator('.agent-line').waitFor();
    const row = first.treeRows('Runs').filter({ hasText: 'asked elsewhere' });
    await row.waitFor();
    await row.click({ button: 'right' });
    await choose(first, 'Show run in chat');
    const watching = await first.webview(
      async (frame) => (await frame.getByText('working in another window').count()) > 0,
      'that watches the other window',
    );
    assert.equal(await watching.getByTestId('chat-stop').count(), 0);
    server.gate('far').open();
    await answers(chat, 'completed').waitFor();
    await answers(watching, 'completed').getByText('From the other window.').waitFor();
    await second.close();
  });

  it('goes on with what its window took down, once it is back, where nothing can have happened twice', async () => {
    const window = await editor().window();
    const chat = await newChat(window);
    server.script(
      routeToQa,
      { reply: { text: 'Half an answer', breakAfter: { events: 3, how: 'hang' } } },
      { times: 'always', reply: { text: 'The whole answer.' } },
    );
    await ask(chat, 'is this safe?');
    await chat.locator('.markdown', { hasText: 'Half' }).waitFor();
    await window.reload();
    await window.openViewContainer('Agent Team');
    const again = await window.webviewWith('chat-message');
    await answers(again, 'completed').getByText('The whole answer.').waitFor({ timeout: 45_000 });
  });
});
