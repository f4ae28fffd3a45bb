// The input of the chat page, in a plain Chromium with the real host side behind it: keyboard, mouse and clipboard.
import assert from 'node:assert/strict';
import { agentStep, modelStep } from '../support/runViews';
import { until, untilPasses } from '../support/until';
import { useChatPage } from './support/useChatPage';

describe('the input of the chat page', function () {
  this.timeout(60_000);
  const { chat, open, byId, input, show, untilCall } = useChatPage();

  it('sends with Enter, breaks lines with Shift+Enter, and brings the last request back with Up', async () => {
    await open();
    await input().pressSequentially('one');
    await input().press('Shift+Enter');
    await input().pressSequentially('two');
    await input().press('Enter');
    await untilCall(chat().backend.calls, /^ask one\ntwo$/);
    await until(async () => (await input().inputValue()) === '');
    await chat().page.locator('.message.user').waitFor();
    await input().press('ArrowUp');
    await untilPasses(async () => assert.equal(await input().inputValue(), 'one\ntwo'));
    await input().press('ArrowDown');
    await untilPasses(async () => assert.equal(await input().inputValue(), ''));
  });

  it('completes agents by keyboard alone, and says so to a screen reader', async () => {
    await open();
    await input().pressSequentially('ask @');
    const list = byId('chat-suggestions');
    await list.waitFor();
    assert.deepEqual(await list.getByRole('option').locator('.suggestion-label').allInnerTexts(), [
      'dev',
      'qa',
      'writer',
      'researcher',
    ]);
    await input().press('ArrowDown');
    const active = await input().getAttribute('aria-activedescendant');
    await untilPasses(async () =>
      assert.equal(await chat().page.locator(`#${active}`).getAttribute('aria-selected'), 'true'),
    );
    await input().press('Tab');
    await untilPasses(async () => assert.equal(await input().inputValue(), 'ask @qa '));
    await untilPasses(async () => assert.equal(await list.count(), 0));
    assert.deepEqual(chat().backend.calls, []);
  });

  it('calls the list of commands by its name', async () => {
    await open();
    await input().pressSequentially('/re');
    await chat()
      .page.getByRole('listbox', { name: 'Commands' })
      .getByRole('option', { name: /^review/ })
      .waitFor();
    await input().press('Enter');
    await untilPasses(async () => assert.equal(await input().inputValue(), '/review '));
  });

  it('completes kinds of context and goes on with files', async () => {
    await open();
    chat().edge.completions = [{ insert: '#file:src/math.ts', label: 'math.ts', detail: 'src', icon: 'file' }];
    await input().pressSequentially('#fi');
    await byId('chat-suggestions').waitFor();
    await input().press('Enter');
    await chat()
      .page.getByRole('option', { name: /math\.ts/ })
      .click();
    await untilPasses(async () => assert.equal(await input().inputValue(), '#file:src/math.ts '));
  });

  it('closes the suggestions with Escape and leaves the run alone', async () => {
    await open();
    await input().fill('one');
    await input().press('Enter');
    await byId('chat-stop').waitFor();
    await input().pressSequentially('@');
    await byId('chat-suggestions').waitFor();
    await input().press('Escape');
    await untilPasses(async () => assert.equal(await byId('chat-suggestions').count(), 0));
    assert.deepEqual(chat().backend.calls, ['ask one']);
    await input().press('Escape');
    await untilCall(chat().backend.calls, /^cancel/);
  });

  it('takes a second message that is sent before the first was answered for', async () => {
    await open();
    await input().fill('one');
    await input().press('Enter');
    await input().press('Enter');
    await input().fill('two');
    await input().press('Enter');
    await byId('chat-queued').getByText('two').waitFor();
    await untilPasses(async () => assert.equal(await input().inputValue(), ''));
    assert.deepEqual(
      chat()
        .backend.calls.filter((call) => call.startsWith('ask'))
        .map((call) => call.split(' ').slice(0, 2).join(' ')),
      ['ask one'],
    );
  });

  it('steers only the run that a person chose to steer', async () => {
    await open();
    await input().fill('one');
    await input().press('Enter');
    await byId('chat-delivery-steer').check({ force: true });
    chat().backend.change('asked-1', { status: 'completed' });
    await byId('chat-stop').waitFor({ state: 'detached' });
    await input().fill('two');
    await input().press('Enter');
    await byId('chat-stop').waitFor();
    await untilPasses(async () => assert.equal(await byId('chat-delivery-queue').isChecked(), true));
  });

  it('shows what the person said meanwhile, in its place', async () => {
    await open();
    const said = { topic: 'task.progress', data: { message: 'only the tests', from: 'person' } };
    const at = '2026-01-01T00:00:00.000Z';
    await show({
      steps: [
        agentStep('qa'),
        modelStep('m1', 'qa', 'Looking.'),
        { kind: 'notice', id: 'e1', agent: '', startedAt: at, level: 'info', ...said },
        modelStep('m2', 'qa', 'Fine.'),
      ],
      text: 'Fine.',
    });
    const message = chat().page.locator('[data-role="assistant"]');
    await untilPasses(async () => assert.match(await message.innerText(), /Looking\.\s+You\s+only the tests\s+Fine\./));
  });

  it('offers no stop for what another window works on', async () => {
    await open();
    chat().backend.elsewhere.add('run-1');
    await show({ status: 'running', steps: [agentStep('qa', 'running')] });
    await chat().page.getByText('qa is working in another window').waitFor();
    await untilPasses(async () => assert.equal(await byId('chat-stop').count(), 0));
  });

  it('queues or steers while a run works, and never goes dead', async () => {
    await open();
    await input().fill('one');
    await byId('chat-send').click();
    await byId('chat-stop').waitFor();
    await untilPasses(async () => assert.equal(await input().isEnabled(), true));
    await input().fill('two');
    await input().press('Enter');
    await byId('chat-queued').waitFor();
    await byId('chat-delivery-steer').check({ force: true });
    await input().fill('three');
    await input().press('Enter');
    await untilCall(chat().backend.calls, /^steer asked-1: three/);
    await byId('chat-stop').click();
    await untilCall(chat().backend.calls, /^cancel asked-1/);
    await untilPasses(async () => assert.equal(await byId('chat-queued').count(), 1));
  });

  it('gets its text back when a message was not taken', async () => {
    await open();
    chat().backend.ask = () => {
      throw new Error('Internal error: no.');
    };
    await input().fill('precious');
    await input().press('Enter');
    await until(async () => (await input().inputValue()) === 'precious');
  });

  it('keeps what was typed over a reload', async () => {
    await open();
    await input().pressSequentially('half a sen');
    await until(() => JSON.stringify([...chat().memory.values]).includes('half a sen'), 'a kept draft');
    await chat().page.reload();
    await input().waitFor();
    await until(async () => (await input().inputValue()) === 'half a sen');
  });

  it('shows the selection and lets it go by keyboard', async () => {
    await open();
    chat().edge.select({
      uri: 'file:///w/math.ts',
      name: 'math.ts',
      range: { start: { line: 4, character: 0 }, end: { line: 6, character: 1 } },
    });
    const remove = chat().page.getByRole('button', { name: 'Remove math.ts:5-7' });
    await remove.press('Enter');
    await remove.waitFor({ state: 'detached' });
    await untilPasses(async () =>
      assert.equal(await chat().page.evaluate(`document.activeElement.dataset.testid`), 'chat-input'),
    );
  });

  it('takes a pasted picture', async () => {
    await open();
    await chat().page.evaluate(`{
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'shot.png', { type: 'image/png' }));
      const paste = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
      document.querySelector('textarea').dispatchEvent(paste);
    }`);
    await chat().page.getByText('shot.png').waitFor();
  });

  it('says that a drop needs Shift, and takes files that are dropped', async () => {
    await open();
    const drag = (type: string, shiftKey: boolean) =>
      chat().page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.setData('text/uri-list', 'file:///w/src/cart.ts');
        const options = { dataTransfer, shiftKey: ${shiftKey}, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new DragEvent('${type}', options));
      }`);
    await drag('dragenter', false);
    await byId('chat-drop-hint').getByText('Hold Shift to drop').waitFor();
    await drag('dragover', true);
    await byId('chat-drop-hint').getByText('Drop to add as context').waitFor();
    await drag('drop', true);
    await chat().page.locator('.composer-box').getByText('cart.ts').waitFor();
    await untilPasses(async () => assert.equal(await byId('chat-drop-hint').count(), 0));
  });
});
