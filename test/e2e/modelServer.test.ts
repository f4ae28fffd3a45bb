// A person asks a model behind a server that streams, fails, hangs and goes on: over real HTTP, in real windows.
import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import type { ServerRule } from '../support/scriptedModelServer/script';
import { untilPasses } from '../support/until';
import { answers, newChat, openChat, say } from './support/chat';
import { choose } from './support/menus';
import { useTeam } from './support/useTeam';
import type { Window } from './support/window';

const routeToQa: ServerRule = {
  when: { hasTool: 'transfer_to_supervisor' },
  times: 'always',
  reply: { toolCalls: [{ name: 'transfer_to_qa', arguments: { reason: 'asks for a check' } }] },
};

describe('the chat with a model server', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam({
    settings: {
      'agentTeam.retry.baseDelayMs': 50,
      'agentTeam.retry.maxAttempts': 2,
    },
  });

  const begin = async (window: Window): Promise<Frame> => {
    const chat = await newChat(window);
    await chat.getByTestId('chat-model').getByText('scripted-large').waitFor();
    return chat;
  };

  it('streams a routed answer beside the tools that ran for it', async () => {
    const chat = await begin(await editor().window());
    server().script(
      routeToQa,
      { reply: { text: 'Looking.', toolCalls: [{ name: 'read_file', arguments: { path: 'src/math.ts' } }] } },
      { reply: { text: 'It has **no guard** for 0.', gateAfter: { events: 6, gate: 'rest' } } },
    );
    await say(chat, 'is this safe?');
    await chat.locator('.markdown[data-streaming="true"] strong').waitFor();
    await answers(chat, 'running').waitFor();
    server().gate('rest').open();
    await answers(chat, 'completed').getByText('It has no guard for 0.').waitFor();
    await untilPasses(async () => {
      assert.equal(await answers(chat, 'completed').getAttribute('data-agent'), 'qa');
      assert.match(await chat.locator('.tool').innerText(), /read_file\s+math\.ts\s+[\d.]+ m?s/);
      assert.equal(await chat.getByTestId('usage').innerText(), '60 in · 30 out · cost unknown');
    });
    assert.equal(server().requests.length, 3);
  });

  it('stops at once, closes the connection, and keeps what was said', async () => {
    const chat = await begin(await editor().window());
    server().script(routeToQa, { reply: { text: 'This goes on for ever', breakAfter: { events: 4, how: 'hang' } } });
    await say(chat, 'is this safe?');
    await chat.locator('.markdown', { hasText: 'This goes on' }).waitFor();
    const startedAt = performance.now();
    await chat.evaluate('new Promise(requestAnimationFrame)');
    // What one glance at the page takes here and now: a machine that others load is slower in everything.
    const glanceMs = performance.now() - startedAt;
    const askedAt = Date.now();
    await chat.getByTestId('chat-stop').click();
    await answers(chat, 'cancelled').waitFor();
    await server().until((requests) => requests.at(-1)?.closedEarly === true);
    const tookMs = Date.now() - askedAt;
    assert.ok(tookMs < 3000 + 20 * glanceMs, `it took ${tookMs} ms, a glance ${glanceMs} ms`);
    await answers(chat, 'cancelled')
      .filter({ hasText: /This goes on[\s\S]*Stopped/ })
      .waitFor();
  });

  it('says what a failure means, offers what helps, and answers on a retry', async () => {
    const chat = await begin(await editor().window());
    const body = { error: { message: 'No such key.', code: 'invalid_api_key' } };
    server().script({ reply: { status: 401, body } }, routeToQa, { reply: { text: 'Now it works.' } });
    await say(chat, 'is this safe?');
    await chat
      .getByTestId('chat-error')
      .filter({ hasText: /API key[\s\S]*Set API key\s*Retry/ })
      .waitFor();
    await chat.getByTestId('chat-retry').click();
    await answers(chat, 'completed').getByText('Now it works.').waitFor();
    await untilPasses(async () =>
      assert.equal(await chat.locator('chat-turn').count(), 1, 'the failed try is replaced'),
    );
  });

  it('hands over what is said meanwhile, and answers what comes during the last words', async () => {
    const chat = await begin(await editor().window());
    server().script(
      routeToQa,
      { reply: { text: 'It is safe.', gateAfter: { events: 2, gate: 'words' } } },
      { when: { lastUser: 'negative' }, reply: { text: 'Negative numbers are, too.' } },
    );
    await say(chat, 'is this safe?');
    await chat.locator('.markdown[data-streaming="true"]').waitFor();
    await chat.getByTestId('chat-delivery-steer').check({ force: true });
    await chat.getByTestId('chat-delivery-steer').and(chat.locator(':checked')).waitFor();
    await say(chat, 'and negative numbers?');
    await chat.getByTestId('chat-steering').getByText('and negative numbers?').waitFor();
    server().gate('words').open();
    await answers(chat, 'completed').getByText('Negative numbers are, too.').waitFor();
    server().assertUsed();
  });

  it('waits for a queued message’s turn and sends it by itself', async () => {
    const chat = await begin(await editor().window());
    server().script(routeToQa, { reply: { text: 'First.', gate: 'first' } }, { reply: { text: 'Second.' } });
    await say(chat, 'one');
    await say(chat, 'two');
    await chat.getByTestId('chat-queued').getByText('two').waitFor();
    server().gate('first').open();
    await answers(chat, 'completed').getByText('Second.').waitFor();
    await chat.getByTestId('chat-queued').waitFor({ state: 'detached' });
  });

  it('shows a run of another window, tells that it is there, and follows it to its end', async () => {
    const first = await editor().window();
    await begin(first);
    const second = await editor().open();
    const chat = await begin(second);
    server().script(routeToQa, { reply: { text: 'From the other window.', gate: 'far' } });
    await say(chat, 'asked elsewhere');
    await chat.locator('.agent-line').waitFor();
    const row = first.treeRows('Runs').filter({ hasText: 'asked elsewhere' });
    await row.waitFor();
    await row.click({ button: 'right' });
    await choose(first, 'Show run in chat');
    const watching = await first.webview(
      async (frame) => (await frame.getByText('working in another window').count()) > 0,
      'that watches the other window',
    );
    await watching.getByTestId('chat-stop').waitFor({ state: 'detached' });
    server().gate('far').open();
    await answers(chat, 'completed').waitFor();
    await answers(watching, 'completed').getByText('From the other window.').waitFor();
    await second.close();
  });

  it('goes on with what its window took down, once it is back, where nothing can have happened twice', async () => {
    const window = await editor().window();
    const chat = await begin(window);
    server().script(
      routeToQa,
      { reply: { text: 'Half an answer', breakAfter: { events: 3, how: 'hang' } } },
      { times: 'always', reply: { text: 'The whole answer.' } },
    );
    await say(chat, 'is this safe?');
    await chat.locator('.markdown', { hasText: 'Half' }).waitFor();
    await window.reload();
    await openChat(window);
    const again = await window.webviewWith('chat-message');
    await answers(again, 'completed').getByText('The whole answer.').waitFor({ timeout: 45_000 });
  });
});
