import assert from 'node:assert/strict';
import type { HostMessage } from '../../../../src/protocol/chat/chatMessages';
import { applyChat, type ChatState } from '../../../../src/protocol/chat/chatState';
import { BATCH_MS } from '../../../../src/vscode/chat/chatSync';
import { PAGE_SIZE } from '../../../../src/vscode/chat/chatThreadView';
import { ChatController } from '../../../../src/vscode/chat/chatController';
import { settle } from '../../../support/gate';
import {
  InMemoryChatBackend,
  InMemoryChatEdge,
  InMemoryChatMemory,
  PLAIN_TURN_TEXTS,
} from '../../../support/inMemoryChat';
import { ManualClock } from '../../../support/manualClock';
import { modelStep, runView, toolStep } from '../../../support/runViews';

/** A page without a screen: applies what it gets and answers as the real one does. */
class TestPage {
  state: ChatState | undefined;
  draft = '';
  readonly messages: HostMessage[] = [];
  /** What the view's header showed, newest last. */
  readonly titles: string[] = [];
  readonly replies = new Map<number, unknown>();
  private nextRequest = 1;

  constructor(
    private readonly controller: ChatController,
    private readonly clock: ManualClock,
  ) {}

  async open(): Promise<void> {
    this.controller.attachPage({
      post: (message) => this.take(message),
      showTitle: (title) => this.titles.push(title),
    });
    await this.controller.receive({ type: 'ready' });
  }

  async say(message: object): Promise<unknown> {
    const requestId = this.nextRequest++;
    await this.controller.receive({ ...message, requestId });
    await this.catchUp();
    return this.replies.get(requestId);
  }

  send(text: string, more: object = {}): Promise<unknown> {
    return this.say({ type: 'send', text, delivery: 'ask', ...more });
  }

  async catchUp(): Promise<void> {
    await settle();
    await this.clock.advance(BATCH_MS * 3);
  }

  requests(): string[] {
    return (this.state?.turns ?? []).map((turn) => turn.head.request);
  }

  private take(message: HostMessage): void {
    this.messages.push(message);
    if (message.type === 'reply') this.replies.set(message.requestId, message.value);
    if (message.type === 'snapshot') {
      this.state = message.state;
      this.draft = message.draft;
    }
    if (message.type === 'patch') {
      assert.ok(this.state, 'a patch came before the first snapshot');
      this.state = applyChat(this.state, message.ops);
      assert.ok(this.state, 'a patch did not fit');
    }
    if ('revision' in message) void this.controller.receive({ type: 'ack', revision: message.revision });
  }
}

describe('the host side of the chat', () => {
  let backend: InMemoryChatBackend;
  let edge: InMemoryChatEdge;
  let memory: InMemoryChatMemory;
  let clock: ManualClock;
  let controller: ChatController;
  let page: TestPage;
  let sights = 0;

  function start(): void {
    controller = new ChatController({
      backend,
      edge,
      memory,
      clock,
      texts: PLAIN_TURN_TEXTS,
      strings: {},
      locale: 'en',
      onDidShow: () => (sights += 1),
    });
    page = new TestPage(controller, clock);
  }

  beforeEach(async () => {
    backend = new InMemoryChatBackend();
    edge = new InMemoryChatEdge();
    memory = new InMemoryChatMemory();
    clock = new ManualClock();
    start();
    await page.open();
  });
  afterEach(() => controller.dispose());

  it('has the thread’s title shown by the view, and none for a new chat', async () => {
    await page.send('is this safe?');
    assert.equal(page.titles.at(-1), 'is this safe?');
    controller.newChat();
    await page.catchUp();
    assert.equal(page.titles.at(-1), '');
  });

  it('asks, shows the run as it changes, and streams its text', async () => {
    assert.deepEqual(await page.send('is this safe?'), { accepted: true });
    assert.deepEqual(page.requests(), ['is this safe?']);
    backend.change('asked-1', { agent: 'qa', steps: [modelStep('m1', 'qa', '', { status: 'running' })] });
    backend.live.push({ runId: 'asked-1', agent: 'qa', callId: 'm1', channel: 'text', text: 'It ' });
    backend.live.push({ runId: 'asked-1', agent: 'qa', callId: 'm1', channel: 'text', text: 'is.' });
    await page.catchUp();
    const item = page.state?.turns[0]?.items[0];
    assert.equal(item?.kind === 'text' && item.text, 'It is.');
    assert.equal(page.state?.turns[0]?.head.agent, 'qa');
  });

  it('says which runs can be seen, and when others are', async () => {
    await page.send('one');
    assert.equal(controller.shows('asked-1'), true);
    assert.equal(controller.shows('asked-2'), false);
    let before = sights;
    controller.newChat();
    assert.equal(controller.shows('asked-1'), false);
    assert.equal(sights, before + 1);
    await controller.showRun('asked-1');
    assert.equal(controller.shows('asked-1'), true);
    before = sights;
    controller.detachPage();
    assert.equal(controller.shows('asked-1'), false, 'nobody sees a page that is hidden');
    assert.equal(sights, before + 1);
  });

  it('goes on in the same thread', async () => {
    await page.send('one');
    backend.change('asked-1', { status: 'completed' });
    await page.send('two');
    assert.equal(backend.views.get('asked-2')?.threadId, backend.views.get('asked-1')?.threadId);
  });

  it('catches up after the view was closed, and loses nothing meanwhile', async () => {
    await page.send('one');
    controller.detachPage();
    backend.change('asked-1', { status: 'completed', text: 'Done.' });
    await clock.advance(5000);
    const reopened = new TestPage(controller, clock);
    await reopened.open();
    assert.equal(reopened.state?.turns[0]?.head.status, 'completed');
  });

  it('queues a message while a run works and sends it when that run has ended', async () => {
    await page.send('one');
    await page.send('two', { delivery: 'queue' });
    assert.deepEqual(
      page.state?.header.queue.map(({ text }) => text),
      ['two'],
    );
    assert.deepEqual(backend.calls, ['ask one']);
    backend.change('asked-1', { status: 'completed' });
    await page.catchUp();
    assert.deepEqual(backend.calls, ['ask one', 'ask two']);
    assert.deepEqual(page.state.header.queue, []);
    assert.deepEqual(page.requests(), ['one', 'two']);
  });

  it('sends several queued messages one after the other', async () => {
    await page.send('one');
    await page.send('two', { delivery: 'queue' });
    await page.send('three', { delivery: 'queue' });
    backend.change('asked-1', { status: 'failed' });
    await page.catchUp();
    assert.deepEqual(backend.calls, ['ask one', 'ask two']);
    backend.change('asked-2', { status: 'completed' });
    await page.catchUp();
    assert.deepEqual(backend.calls, ['ask one', 'ask two', 'ask three']);
  });

  it('goes on with the queue of a thread that is not shown any more', async () => {
    await page.send('one');
    await page.send('two', { delivery: 'queue' });
    await page.say({ type: 'newChat' });
    backend.change('asked-1', { status: 'completed' });
    await page.catchUp();
    assert.deepEqual(backend.calls, ['ask one', 'ask two']);
    assert.deepEqual(page.requests(), []);
  });

  it('leaves the queue to the person after a stop', async () => {
    await page.send('one');
    await page.send('two', { delivery: 'queue' });
    await page.say({ type: 'stop' });
    assert.deepEqual(backend.calls, ['ask one', 'cancel asked-1']);
    const id = page.state?.header.queue[0]?.id;
    await page.say({ type: 'steerQueued', id });
    assert.deepEqual(backend.calls.at(-1), 'ask two');
  });

  it('hands a message to the running agent, or queues it where the run takes none', async () => {
    await page.send('one');
    await page.send('hurry', { delivery: 'steer' });
    assert.equal(backend.calls.at(-1), 'steer asked-1: hurry');
    backend.takesSteering = false;
    await page.send('really', { delivery: 'steer' });
    assert.deepEqual(
      page.state?.header.queue.map(({ text }) => text),
      ['really'],
    );
  });

  it('gives a queued message back to the input', async () => {
    await page.send('one');
    await page.send('two', { delivery: 'queue' });
    await page.say({ type: 'unqueue', id: page.state?.header.queue[0]?.id });
    assert.deepEqual(page.state?.header.queue, []);
    assert.deepEqual(
      page.messages.findLast(({ type }) => type === 'focusInput'),
      { type: 'focusInput', text: 'two' },
    );
  });

  describe('edit and resend', () => {
    beforeEach(async () => {
      for (const runId of ['r1', 'r2', 'r3']) backend.put(runView({ runId, request: runId }));
      await controller.showRun('r3');
      await page.catchUp();
    });

    it('replaces the message and what followed it', async () => {
      await page.send('r2, but better', { replaces: 'r2' });
      assert.deepEqual(page.requests(), ['r1', 'r2, but better']);
      assert.equal(backend.calls.at(-1), 'ask r2, but better instead of r2');
    });

    it('is the same after a reload', async () => {
      await page.send('r2, but better', { replaces: 'r2' });
      start();
      await page.open();
      assert.deepEqual(page.requests(), ['r1', 'r2, but better']);
    });

    it('asks what to do with changes only where there are some', async () => {
      backend.changed = ['src/a.ts'];
      edge.answerAboutChanges = undefined;
      assert.deepEqual(await page.send('again', { replaces: 'r2' }), { accepted: false });
      edge.answerAboutChanges = 'keep';
      assert.deepEqual(await page.send('again', { replaces: 'r2' }), { accepted: true });
      assert.ok(!backend.calls.includes('revert since r2'));
    });

    it('takes the changes back first where the person says so', async () => {
      backend.changed = ['src/a.ts'];
      edge.answerAboutChanges = 'revert';
      await page.send('again', { replaces: 'r2' });
      assert.deepEqual(backend.calls, ['revert since r2', 'ask again instead of r2']);
    });

    it('takes the context of the message along again', async () => {
      const context = [{ uri: 'file:///a.ts', label: 'a.ts' }];
      backend.change('r2', { context });
      await page.send('again', { replaces: 'r2' });
      assert.deepEqual(backend.views.get('asked-1')?.context, context);
    });

    it('retries an answer in its place', async () => {
      await page.say({ type: 'retry', runId: 'r3' });
      assert.deepEqual(page.requests(), ['r1', 'r2', 'r3']);
      assert.equal(page.state?.turns[2]?.head.runId, 'asked-1');
    });
  });

  it('loads a long thread from its end, a page at a time', async () => {
    for (let index = 0; index < 75; index++) backend.put(runView({ runId: `r${index}`, request: String(index) }));
    await controller.showRun('r74');
    await page.catchUp();
    assert.equal(page.requests().length, PAGE_SIZE);
    assert.equal(page.state?.header.earlier, 75 - PAGE_SIZE);
    await page.say({ type: 'loadEarlier' });
    await page.say({ type: 'loadEarlier' });
    assert.deepEqual(
      page.requests(),
      Array.from({ length: 75 }, (_, index) => String(index)),
    );
  });

  it('shows an old run of a long thread by loading up to it', async () => {
    for (let index = 0; index < 75; index++) backend.put(runView({ runId: `r${index}`, request: String(index) }));
    await controller.showRun('r5');
    await page.catchUp();
    assert.ok(page.requests().includes('5'));
    assert.deepEqual(
      page.messages.at(-1)?.type === 'reveal' || page.messages.some(({ type }) => type === 'reveal'),
      true,
    );
  });

  it('follows a run of another window: it is told and not stopped from here, and its end is read from disk', async () => {
    backend.elsewhere.add('far');
    backend.put(runView({ runId: 'far', status: 'running' }));
    await controller.showRun('far');
    await page.catchUp();
    const head = () => page.state?.turns[0]?.head;
    assert.equal(head()?.isElsewhere, true);
    await page.say({ type: 'stop' });
    assert.deepEqual(backend.calls, []);
    backend.changeOnDisk(runView({ runId: 'far', status: 'completed' }));
    await page.catchUp();
    assert.deepEqual([head()?.status, head()?.isElsewhere], ['completed', undefined]);
  });

  it('removes a deleted run and keeps one that merely left memory', async () => {
    backend.put(runView({ runId: 'r1', request: 'one' }));
    backend.put(runView({ runId: 'r2', request: 'two' }));
    await controller.showRun('r2');
    await page.catchUp();
    backend.remove('r1');
    await page.catchUp();
    assert.deepEqual(page.requests(), ['two']);
  });

  it('keeps drafts by thread, and the thread, over a reload of the window', async () => {
    backend.put(runView({ runId: 'r1', threadId: 't1', request: 'one' }));
    await controller.showRun('r1');
    await page.say({ type: 'draft', threadId: 't1', text: 'half a sen' });
    await page.say({ type: 'draft', text: 'a new idea' });
    start();
    await page.open();
    assert.equal(page.draft, 'half a sen');
    assert.deepEqual(page.requests(), ['one']);
    await page.say({ type: 'newChat' });
    assert.equal(page.draft, 'a new idea');
  });

  it('forgets the draft of a message that was sent', async () => {
    await page.say({ type: 'draft', text: 'one' });
    await page.send('one');
    start();
    await page.open();
    assert.equal(page.draft, '');
  });

  it('survives memory that holds something else', async () => {
    memory.values.set('agentTeam.chat.drafts', { broken: true });
    memory.values.set('agentTeam.chat.thread', 42);
    start();
    await page.open();
    assert.equal(page.draft, '');
  });

  it('sends the selection along until it is taken off, and offers the next one', async () => {
    const select = (line: number) =>
      edge.select({
        uri: 'file:///w/a.ts',
        name: 'a.ts',
        range: { start: { line, character: 0 }, end: { line: line + 2, character: 0 } },
      });
    select(4);
    await page.catchUp();
    assert.deepEqual(
      page.state?.header.context.map(({ label }) => label),
      ['a.ts:5-6'],
    );
    await page.say({ type: 'detach', id: 'selection' });
    await page.send('one');
    assert.deepEqual(backend.views.get('asked-1')?.context, []);
    select(9);
    await page.catchUp();
    assert.deepEqual(
      page.state.header.context.map(({ label }) => label),
      ['a.ts:10-11'],
    );
  });

  it('attaches each file once, and lets go of attachments with the request', async () => {
    await page.say({ type: 'attachUris', uris: ['file:///w/a.ts', 'file:///w/a.ts', 'file:///w/b.ts'] });
    assert.deepEqual(
      page.state?.header.context.map(({ label }) => label),
      ['a.ts', 'b.ts'],
    );
    await page.send('one');
    assert.deepEqual(
      backend.views.get('asked-1')?.context.map(({ uri }) => uri),
      ['file:///w/a.ts', 'file:///w/b.ts'],
    );
    assert.deepEqual(page.state.header.context, []);
  });

  it('takes pictures only where the model does, and five at most', async () => {
    const image = { type: 'attachImage', name: 'a.png', mimeType: 'image/png', base64: 'aGk=' };
    for (let index = 0; index < 6; index++) await page.say(image);
    assert.equal(page.state?.header.context.length, 5);
    assert.equal(edge.calls.at(-1), 'tell tooManyImages');
    backend.modelInfo = { label: 'small', why: '', offline: false, acceptsImages: false };
    await page.say(image);
    assert.equal(edge.calls.at(-1), 'tell imagesNotAccepted');
  });

  it('sends input and result of a tool call when asked, cut where they are huge', async () => {
    backend.put(
      runView({ runId: 'r1', steps: [toolStep('t1', 'qa', { input: { path: 'a.ts' }, text: 'x'.repeat(100_000) })] }),
    );
    const detail = (await page.say({ type: 'toolDetail', runId: 'r1', id: 't1' })) as {
      input: string;
      text: string;
      found: boolean;
    };
    assert.deepEqual([detail.found, detail.input, detail.text.length], [true, '{\n  "path": "a.ts"\n}', 20_001]);
    assert.deepEqual(await page.say({ type: 'toolDetail', runId: 'r1', id: 'other' }), {
      found: false,
      input: '',
      text: '',
    });
  });

  it('logs and drops a message that does not fit, and goes on', async () => {
    await controller.receive({ type: 'send', text: 5 });
    await controller.receive('nonsense');
    assert.match(edge.calls.join('\n'), /log warn .*requestId, text|log warn/);
    assert.deepEqual(await page.send('still there'), { accepted: true });
  });

  it('tells the person of an error, and gives the message back', async () => {
    backend.ask = () => {
      throw new Error('Internal error: broken.');
    };
    assert.deepEqual(await page.send('one'), { accepted: false });
    assert.equal(edge.errors.length, 1);
  });

  it('tells the page what came before it was there', async () => {
    start();
    controller.focusInput('hello');
    await page.open();
    assert.deepEqual(
      page.messages.map(({ type }) => type),
      ['snapshot', 'focusInput'],
    );
  });

  it('shows a new chat after the shown thread was deleted', async () => {
    await page.send('one');
    const threadId = page.state?.header.threadId;
    await page.say({ type: 'deleteThread', threadId });
    assert.deepEqual(page.requests(), []);
    assert.equal(page.state?.header.threadId, undefined);
  });

  it('offers example requests only in an empty chat', async () => {
    assert.equal(page.state?.setup.firstSteps.length, 3);
    await page.send('one');
    assert.equal(page.state.setup.firstSteps.length, 0);
  });
});
