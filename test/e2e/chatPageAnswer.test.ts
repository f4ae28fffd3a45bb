// Answers in the chat page, in a plain Chromium with the real host side behind it: what they show, and what can be done with them.
import assert from 'node:assert/strict';
import { agentStep, modelStep, routeStep, runView, toolStep } from '../support/runViews';
import { untilPasses } from '../support/until';
import { useChatPage } from './support/useChatPage';

describe('an answer in the chat page', function () {
  this.timeout(60_000);
  const { chat, open, byId, input, show, answer, untilCall } = useChatPage();

  it('streams into its message, which says who answers', async () => {
    await open();
    await input().fill('is this safe?');
    await input().press('Enter');
    await byId('chat-stop').waitFor();
    chat().backend.change('asked-1', {
      agent: 'qa',
      steps: [
        routeStep('qa', 'asks for a check'),
        agentStep('qa', 'running'),
        modelStep('m1', 'qa', '', { status: 'running' }),
      ],
    });
    const message = chat().page.locator('[data-testid="chat-message"][data-role="assistant"]');
    for (const text of ['It ', 'is **not', '** safe.'])
      chat().backend.live.push({ runId: 'asked-1', agent: 'qa', callId: 'm1', channel: 'text', text });
    await message.getByText('It is not safe.').waitFor();
    await untilPasses(async () => assert.equal(await message.getAttribute('data-agent'), 'qa'));
    await untilPasses(async () =>
      assert.match(await byId('route').innerText(), /router[\s\S]*qa[\s\S]*asks for a check[\s\S]*0\.4 s/),
    );
    chat().backend.change('asked-1', {
      status: 'completed',
      steps: [modelStep('m1', 'qa', 'It is **not** safe.')],
      text: 'It is **not** safe.',
      usage: runView().usage,
    });
    await byId('usage').waitFor();
    await untilPasses(async () => assert.equal(await byId('usage').innerText(), '1,204 in · 310 out · $0.004'));
    await untilPasses(async () => assert.equal(await byId('chat-stop').count(), 0));
  });

  it('runs and loads nothing that its text smuggles in', async () => {
    await open();
    const requests: string[] = [];
    chat().page.on('request', (request) => requests.push(request.url()));
    await answer(
      '<img src=x onerror="document.title=1"> <script>document.title=2</script>\n\n<iframe src="http://evil.test"></iframe>\n\n![pixel](http://evil.test/p.png) [x](javascript:document.title=3) [y](command:workbench.action.quit) <a href="javascript:1">z</a>\n\n```html\n<img src=x onerror=alert(1)>\n```',
    );
    await chat().page.getByText('pixel').waitFor();
    await untilPasses(async () => assert.equal(await chat().page.title(), 'Chat'));
    assert.deepEqual(requests, []);
    await untilPasses(async () =>
      assert.equal(await chat().page.locator('.markdown :is(img, script, iframe)').count(), 0),
    );
    const targets = await chat().page.evaluate(
      `[...document.querySelectorAll('.markdown a')].map((link) => link.getAttribute('href'))`,
    );
    assert.deepEqual(targets, ['http://evil.test/p.png']);
    await untilPasses(async () =>
      assert.match(await chat().page.locator('.markdown').innerText(), /<script>document\.title=2<\/script>/),
    );
  });

  it('has code that can be copied, inserted and opened', async () => {
    await open();
    await answer('```ts\nconst a = 1 < 2;\n```');
    await chat().page.getByRole('button', { name: 'Copy', exact: true }).click();
    await chat().page.getByRole('button', { name: 'Insert at cursor' }).click();
    await chat().page.getByRole('button', { name: 'Open in editor' }).click();
    await untilCall(chat().edge.calls, /^editor/);
    assert.deepEqual(chat().edge.calls, [
      'copy const a = 1 < 2;',
      'insert const a = 1 < 2;',
      'editor ts: const a = 1 < 2;',
    ]);
    await untilPasses(async () => assert.ok((await chat().page.locator('.code-block .hljs-keyword').count()) > 0));
  });

  it('links files at their lines', async () => {
    await open();
    await answer('See `src/math.ts:5-7` and [the test](test/math.test.ts#L12).');
    await chat().page.getByText('src/math.ts:5-7').click();
    await chat().page.getByText('the test').click();
    await untilCall(chat().edge.calls, /test\/math/);
    assert.deepEqual(
      chat().edge.calls.map((call) => JSON.parse(call.replace('open ', '')) as object),
      [
        { type: 'openFile', path: 'src/math.ts', line: 5, endLine: 7 },
        { type: 'openFile', path: 'test/math.test.ts', line: 12 },
      ],
    );
  });

  it('folds tool calls and reasoning, and opens them on demand', async () => {
    await open();
    await show({
      steps: [
        agentStep('qa'),
        toolStep('t1', 'qa', { text: 'the result' }),
        modelStep('m1', 'qa', 'Fine.', { reasoning: 'I wonder' }),
      ],
      text: 'Fine.',
    });
    await untilPasses(async () => assert.equal(await chat().page.getByText('the result').count(), 0));
    await untilPasses(async () => assert.equal(await chat().page.getByText('I wonder').isVisible(), false));
    await chat()
      .page.getByRole('button', { name: /read_file/ })
      .press('Enter');
    await chat().page.getByText('the result').waitFor();
    await chat().page.getByText('Reasoning').click();
    await untilPasses(async () => assert.equal(await chat().page.getByText('I wonder').isVisible(), true));
    await chat().page.locator('.tool-file').click();
    await untilCall(chat().edge.calls, /"line":1/);
  });

  it('that failed says why, keeps its text, and offers what helps', async () => {
    await open();
    await answer('Half an ans', {
      status: 'failed',
      error: { reason: 'model.unauthorized', message: 'The endpoint refused the key.', retryable: false },
    });
    await byId('chat-error').getByText('The endpoint refused the key.').waitFor();
    await untilPasses(async () => assert.equal(await chat().page.getByText('Half an ans').count(), 1));
    await chat().page.getByText('Set API key').click();
    await byId('chat-retry').click();
    await untilCall(chat().backend.calls, /^ask is this safe\? instead of run-1/);
    assert.deepEqual(chat().edge.calls, ['remedy setApiKey']);
  });

  it('never shows an unknown cost as nothing', async () => {
    await open();
    const { costUsd: _cost, ...usage } = runView().usage;
    await answer('Fine.', { usage: { ...usage, complete: false } });
    await untilPasses(async () => assert.equal(await byId('usage').innerText(), '1,204+ in · 310+ out · cost unknown'));
  });
});
