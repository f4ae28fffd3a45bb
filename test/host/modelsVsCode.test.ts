// VS Code's language models through the real Language Model API, offered by the fixture extension.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { VsCodeLmProvider } from '../../src/adapters/vscodeLm/vsCodeLmProvider';
import { isFailure } from '../../src/core/failure';
import type { ChatMessage, ChatModel, ChatRequest, StreamPart } from '../../src/core/model/chatModel';
import { describeChatModel, type ContractReply } from '../support/chatModelContract';
import {
  offer,
  scriptedLanguageModels,
  type ScriptedAnswer,
  type ScriptedLanguageModels,
} from './support/scriptedLanguageModels';

const never = new AbortController().signal;
const allowed = { canSendRequest: () => true, onDidChange: new vscode.EventEmitter<void>().event };
/** A PNG of one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WEATHER = {
  name: 'get_weather',
  description: 'Tells the weather.',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
};

function user(text: string): ChatMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

function ask(messages: ChatMessage[], change: Partial<ChatRequest> = {}): ChatRequest {
  return { role: 'dev', messages, tools: [], ...change };
}

async function collect(parts: AsyncIterable<StreamPart>): Promise<StreamPart[]> {
  const all: StreamPart[] = [];
  for await (const part of parts) all.push(part);
  return all;
}

describe("VS Code's language models", () => {
  let fixture: ScriptedLanguageModels;
  const provider = new VsCodeLmProvider({ access: allowed, justification: 'To answer the team.' });

  before(async () => {
    fixture = await scriptedLanguageModels();
  });
  beforeEach(() => fixture.reset());
  after(() => offer(fixture, []));

  async function open(model = 'scripted/tiny', images = false): Promise<ChatModel> {
    await offer(fixture, [{ id: 'tiny-1', family: 'tiny', name: 'Tiny', images, maxInputTokens: 9_000 }]);
    const opened = await provider.open('vscode', model, never);
    assert.ok(!isFailure(opened), JSON.stringify(opened));
    return opened;
  }

  it('are listed with their spelling and context size, and found by spelling, id or name', async () => {
    await offer(fixture, [
      { id: 'tiny-1', family: 'tiny', name: 'Tiny', maxInputTokens: 9_000 },
      { id: 'tiny-2', family: 'tiny', name: 'Tiny 2', maxInputTokens: 1_000 },
    ]);
    const listed = await provider.list('vscode', never);
    assert.ok(!isFailure(listed));
    assert.deepEqual(
      listed.map(({ id, label, contextTokens }) => [id.model, label, contextTokens]),
      [
        ['scripted/tiny', 'Tiny', 9_000],
        ['scripted/tiny-2', 'Tiny 2', 1_000],
      ],
    );
    for (const wanted of ['scripted/tiny-2', 'tiny-2', 'Tiny 2', 'tiny 2 (Scripted)']) {
      const model = await provider.open('vscode', wanted, never);
      assert.ok(!isFailure(model), wanted);
      assert.deepEqual(model.id, { provider: 'vscode', endpoint: 'vscode', model: 'scripted/tiny-2' }, wanted);
      assert.equal(model.contextTokens, 1_000);
    }
  });

  it('are not there until somebody offers them, and the failure says what to do', async () => {
    await offer(fixture, []);
    for (const outcome of [await provider.open('vscode', '', never), await provider.list('vscode', never)]) {
      assert.ok(isFailure(outcome));
      assert.equal(outcome.reason, 'model.not_found');
      assert.match(outcome.message, /Install and sign in/);
    }
    await open();
    const unknown = await provider.open('vscode', 'gpt-9', never);
    assert.ok(isFailure(unknown));
    assert.match(unknown.message, /no language model "gpt-9"\. It offers scripted\/tiny\./);
  });

  it('tell when they come and go', async () => {
    let changes = 0;
    const subscription = provider.onDidChange(() => (changes += 1));
    await offer(fixture, [{ id: 'fresh' }]);
    subscription.dispose();
    assert.ok(changes > 0);
  });

  it('stream text as it comes', async () => {
    const model = await open();
    fixture.scriptAnswers([{ parts: [{ text: 'Hel' }, { gate: 'rest' }, { text: 'lo' }] }]);
    const parts = model.stream(ask([user('hi')]), never)[Symbol.asyncIterator]();
    assert.deepEqual((await parts.next()).value, { type: 'text', text: 'Hel' });
    fixture.openGate('rest');
    assert.deepEqual((await parts.next()).value, { type: 'text', text: 'lo' });
    assert.deepEqual((await parts.next()).value, { type: 'finish', reason: 'stop', responseModel: 'tiny-1' });
    assert.equal((await parts.next()).done, true);
  });

  it('report no usage, so none is invented', async () => {
    const model = await open();
    fixture.scriptAnswers([{ parts: [{ text: 'ok' }] }]);
    const parts = await collect(model.stream(ask([user('hi')]), never));
    assert.ok(parts.every(({ type }) => type !== 'usage'));
  });

  it('call tools and take the results back, all results of a turn in one user message', async () => {
    const model = await open();
    fixture.scriptAnswers([
      {
        parts: [
          { text: 'Looking.' },
          { call: { id: 'a', name: 'get_weather', input: { city: 'Bern' } } },
          { call: { id: 'b', name: 'get_weather', input: { city: 'Rome' } } },
        ],
      },
      { parts: [{ text: 'Sunny in both.' }] },
    ]);
    const question: ChatMessage[] = [{ role: 'system', text: 'You are brief.' }, user('Weather?')];
    const first = await collect(model.stream(ask(question, { tools: [WEATHER] }), never));
    assert.deepEqual(first, [
      { type: 'text', text: 'Looking.' },
      { type: 'toolCall', call: { id: 'a', name: 'get_weather', arguments: { city: 'Bern' } } },
      { type: 'toolCall', call: { id: 'b', name: 'get_weather', arguments: { city: 'Rome' } } },
      { type: 'finish', reason: 'tool_calls', responseModel: 'tiny-1' },
    ]);
    const history: ChatMessage[] = [
      ...question,
      {
        role: 'assistant',
        text: 'Looking.',
        toolCalls: first.flatMap((part) => (part.type === 'toolCall' ? [part.call] : [])),
      },
      { role: 'tool', toolCallId: 'a', text: 'sun' },
      { role: 'tool', toolCallId: 'b', text: '' },
    ];
    await collect(model.stream(ask(history, { tools: [WEATHER] }), never));
    const [asked, answered] = fixture.requests();
    assert.deepEqual(asked?.tools, [WEATHER]);
    assert.equal(asked.toolMode, 'auto');
    assert.deepEqual(answered?.messages, [
      { role: 'user', parts: [{ text: 'You are brief.' }] },
      { role: 'user', parts: [{ text: 'Weather?' }] },
      {
        role: 'assistant',
        parts: [
          { text: 'Looking.' },
          { call: { id: 'a', name: 'get_weather', input: { city: 'Bern' } } },
          { call: { id: 'b', name: 'get_weather', input: { city: 'Rome' } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { result: 'a', content: [{ text: 'sun' }] },
          { result: 'b', content: [{ text: '(no output)' }] },
        ],
      },
    ]);
  });

  it('get call ids that are unique over the conversation, also from a vendor that repeats or leaves them out', async () => {
    const model = await open();
    const call = { name: 'get_weather', input: {} };
    fixture.scriptAnswers([
      { parts: [{ call: { ...call, id: 'x' } }, { call: { ...call, id: 'x' } }, { call }, { call }] },
    ]);
    const history: ChatMessage[] = [
      user('q'),
      { role: 'assistant', text: '', toolCalls: [{ id: 'x', name: 'get_weather', arguments: {} }] },
      { role: 'tool', toolCallId: 'x', text: 'sun' },
    ];
    const parts = await collect(model.stream(ask(history, { tools: [WEATHER] }), never));
    const ids = parts.flatMap((part) => (part.type === 'toolCall' ? [part.call.id] : []));
    assert.equal(ids.length, 4);
    assert.equal(new Set([...ids, 'x']).size, 5);
    assert.ok(ids.every((id) => id !== ''));
  });

  it('require a tool only where one tool is offered, since vendors reject more; a notice says so', async () => {
    const model = await open();
    const other = { ...WEATHER, name: 'other' };
    fixture.scriptAnswers([{ parts: [{ text: '1' }] }, { parts: [{ text: '2' }] }, { parts: [{ text: '3' }] }]);
    const single = await collect(model.stream(ask([user('q')], { tools: [WEATHER], toolChoice: 'required' }), never));
    const several = await collect(
      model.stream(ask([user('q')], { tools: [WEATHER, other], toolChoice: 'required' }), never),
    );
    await collect(model.stream(ask([user('q')], { tools: [WEATHER], toolChoice: 'none' }), never));
    assert.deepEqual(
      fixture.requests().map(({ toolMode, tools }) => [toolMode, tools.length]),
      [
        ['required', 1],
        ['auto', 2],
        ['auto', 0],
      ],
    );
    assert.deepEqual(
      single.filter(({ type }) => type === 'notice'),
      [],
    );
    assert.deepEqual(several[0], { type: 'notice', code: 'parameter_dropped', detail: 'toolChoice' });
  });

  it('get temperature and output limit, once and never again after they rejected them', async () => {
    const model = await open();
    const options = { temperature: 0, maxOutputTokens: 500 };
    fixture.scriptAnswers([
      { error: { message: "Unsupported value: 'temperature' does not support 0 with this model." } },
      { parts: [{ text: 'fine' }] },
      { parts: [{ text: 'again' }] },
    ]);
    const parts = await collect(model.stream(ask([user('q')], options), never));
    assert.deepEqual(parts, [
      { type: 'notice', code: 'parameter_dropped', detail: 'temperature, max_tokens' },
      { type: 'text', text: 'fine' },
      { type: 'finish', reason: 'stop', responseModel: 'tiny-1' },
    ]);
    const reopened = await provider.open('vscode', 'scripted/tiny', never);
    assert.ok(!isFailure(reopened));
    await collect(reopened.stream(ask([user('q')], options), never));
    assert.deepEqual(
      fixture.requests().map(({ modelOptions }) => modelOptions),
      [{ temperature: 0, max_tokens: 500 }, {}, {}],
    );
  });

  it('get images where they see them, else a note in their place and a notice', async () => {
    const image: ChatMessage = { role: 'user', content: [{ type: 'image', mimeType: 'image/png', base64: PIXEL }] };
    const seeing = await open('tiny-1', true);
    assert.equal(seeing.acceptsImages, true);
    fixture.scriptAnswers([{ parts: [{ text: 'seen' }] }, { parts: [{ text: 'unseen' }] }]);
    assert.equal((await collect(seeing.stream(ask([image]), never))).at(-1)?.type, 'finish');
    const blind = await open('tiny-1', false);
    assert.equal(blind.acceptsImages, false);
    const parts = await collect(blind.stream(ask([image]), never));
    const [first, second] = fixture.requests().map(({ messages }) => messages[0]?.parts[0]);
    // VS Code may shrink an image on its way, so only its kind is sure.
    assert.equal(first?.['mimeType'], 'image/png');
    assert.match(String(first['data']), /^iVBOR/);
    assert.match(String(second?.['text']), /image was left out/);
    assert.deepEqual(parts[0], { type: 'notice', code: 'images_dropped', detail: '1' });
  });

  it('fail with a reason, and say whether another attempt makes sense', async () => {
    const model = await open();
    const cases = [
      [{ error: { code: 'NoPermissions' } }, 'model.consent_required', false],
      [{ error: { code: 'NotFound' } }, 'model.not_found', false],
      [{ error: { code: 'Blocked', message: 'too much' } }, 'model.quota_exceeded', false],
      [{ error: { message: '429 Too Many Requests' } }, 'model.rate_limited', true],
      [{ error: { message: 'socket hang up' } }, 'model.unavailable', true],
    ] as const;
    for (const [answer, reason, retryable] of cases) {
      fixture.scriptAnswers([answer]);
      const last = (await collect(model.stream(ask([user('q')]), never))).at(-1);
      assert.ok(last?.type === 'failed', JSON.stringify(last));
      assert.equal(last.failure.reason, reason, last.failure.message);
      assert.equal(last.failure.retryable, retryable);
      assert.match(last.failure.message, /Tiny.*\./);
    }
  });

  it('fail as broken off when they throw in the middle of an answer', async () => {
    const model = await open();
    fixture.scriptAnswers([{ parts: [{ text: 'Hel' }, { gate: 'break' }], error: { message: 'socket hang up' } }]);
    const parts: StreamPart[] = [];
    for await (const part of model.stream(ask([user('q')]), never)) {
      parts.push(part);
      fixture.openGate('break');
    }
    const [text, end] = parts;
    assert.deepEqual(text, { type: 'text', text: 'Hel' });
    assert.ok(end?.type === 'failed');
    assert.equal(end.failure.reason, 'model.broken_stream');
    assert.equal(end.failure.retryable, true);
  });

  it('fail as not found when they vanish between opening and asking', async () => {
    const model = await open();
    await offer(fixture, []);
    const [part] = await collect(model.stream(ask([user('q')]), never));
    assert.ok(part?.type === 'failed');
    assert.equal(part.failure.reason, 'model.not_found');
  });

  it('stop when the caller aborts, at once and at the vendor too', async () => {
    const model = await open();
    fixture.scriptAnswers([{ parts: [{ text: 'Hel' }, { gate: 'never' }, { text: 'lo' }] }]);
    const controller = new AbortController();
    const parts: StreamPart[] = [];
    for await (const part of model.stream(ask([user('q')]), controller.signal)) {
      parts.push(part);
      controller.abort();
    }
    assert.deepEqual(
      parts.map((part) => (part.type === 'failed' ? part.failure.reason : part.type)),
      ['text', 'cancelled'],
    );
    await fixture.requests()[0]?.whenCancelled;
    const before = fixture.requests().length;
    const [late] = await collect(model.stream(ask([user('q')]), AbortSignal.abort()));
    assert.ok(late?.type === 'failed');
    assert.equal(late.failure.reason, 'cancelled');
    assert.equal(fixture.requests().length, before, 'an aborted request is not sent');
  });

  it('stop at the vendor when the reader leaves early', async () => {
    const model = await open();
    fixture.scriptAnswers([{ parts: [{ text: 'Hel' }, { gate: 'never' }] }]);
    for await (const _ of model.stream(ask([user('q')]), never)) break;
    await fixture.requests()[0]?.whenCancelled;
  });
});

describeChatModel("VS Code's language model", async () => {
  const fixture = await scriptedLanguageModels();
  await offer(fixture, [{ id: 'tiny-1', family: 'tiny', name: 'Tiny' }]);
  const opened = await new VsCodeLmProvider({ access: allowed, justification: 'test' }).open('vscode', '', never);
  assert.ok(!isFailure(opened));
  return {
    model: opened,
    prepare: (...replies) => fixture.scriptAnswers(replies.map(answerFor)),
    lastRequestText: () => JSON.stringify(fixture.requests().at(-1)?.messages),
    hungUp: async () => fixture.requests().at(-1)?.whenCancelled,
    dispose: async () => offer(fixture, []),
  };
});

function answerFor({ text = [], toolCalls = [], gateAfterText, failure }: ContractReply): ScriptedAnswer {
  if (failure) return { error: failure === 'final' ? { code: 'Blocked' } : { message: 'socket hang up' } };
  return {
    parts: [
      ...text.map((part) => ({ text: part })),
      ...(gateAfterText ? [{ wait: () => gateAfterText.wait() }] : []),
      ...toolCalls.map(({ name, arguments: input }) => ({ call: { name, input } })),
    ],
  };
}

describe("consent to VS Code's language models", () => {
  let fixture: ScriptedLanguageModels;
  before(async () => {
    fixture = await scriptedLanguageModels();
    await offer(fixture, [{ id: 'one' }, { id: 'two' }]);
  });
  after(() => offer(fixture, []));

  function providerThatMaySend(answer: (id: string) => boolean | undefined): VsCodeLmProvider {
    const access = { ...allowed, canSendRequest: (model: vscode.LanguageModelChat) => answer(model.id) };
    return new VsCodeLmProvider({ access, justification: 'test' });
  }

  const readiness = async (provider: VsCodeLmProvider, interactive: boolean, model?: string) => {
    const options = { interactive, signal: never, ...(model !== undefined && { model }) };
    const outcome = await provider.readiness('vscode', options);
    return outcome.ready ? 'ready' : outcome.reason;
  };

  it('is asked for only on a person’s action', async () => {
    for (const answer of [undefined, false]) {
      const provider = providerThatMaySend(() => answer);
      assert.equal(await readiness(provider, false), 'model.consent_required');
      assert.equal(await readiness(provider, true), 'ready');
    }
  });

  it('is not needed where VS Code says that a request may be sent, for that very model', async () => {
    const provider = providerThatMaySend((id) => id === 'two');
    assert.equal(await readiness(provider, false), 'ready');
    assert.equal(await readiness(provider, false, 'scripted/two'), 'ready');
    assert.equal(await readiness(provider, false, 'scripted/one'), 'model.consent_required');
    assert.equal(await readiness(provider, true, 'nobody/none'), 'model.not_found');
  });

  it('decides which model is the default: one that needs no question', async () => {
    const opened = await providerThatMaySend((id) => id === 'two').open('vscode', '', never);
    assert.ok(!isFailure(opened));
    assert.equal(opened.id.model, 'scripted/two');
  });

  it('gives up where VS Code does not list its models', async () => {
    const lm = {
      selectChatModels: () => new Promise<never>(() => undefined),
      onDidChangeChatModels: allowed.onDidChange,
    };
    const provider = new VsCodeLmProvider({ access: allowed, justification: 'test', lm, listTimeoutMs: 20 });
    assert.equal(await readiness(provider, true), 'model.not_found');
    const outcome = await provider.open('vscode', '', AbortSignal.abort());
    assert.ok(isFailure(outcome));
    assert.equal(outcome.reason, 'cancelled');
  });
});
