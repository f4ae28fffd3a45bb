// What every `ChatModel` must do, whatever is behind it. Run against the fake and against each adapter.
import assert from 'node:assert/strict';
import type { ChatMessage, ChatModel, ChatRequest, StreamPart } from '../../src/core/model/chatModel';
import { Gate } from './gate';

/** An answer that any model can be made to give. */
export interface ContractReply {
  text?: string[];
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
  /** Held after the text until the test opens it. */
  gateAfterText?: Gate;
  /** Fails for good, or in passing, instead of answering. */
  failure?: 'final' | 'transient';
}

export interface ChatModelHarness {
  model: ChatModel;
  /** Makes the model give these answers, in order. */
  prepare(...replies: ContractReply[]): void;
  /** The messages of the last request as the other side got them, as plain text. */
  lastRequestText(): string;
  /** Resolves once the other side saw the last request being given up. Absent where it can't see it. */
  hungUp?(): Promise<void>;
  dispose(): Promise<void>;
}

const WEATHER = {
  name: 'weather',
  description: 'Tells the weather.',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
};

/** A request with one question and one tool. */
export function contractRequest(messages?: ChatMessage[]): ChatRequest {
  const question: ChatMessage = { role: 'user', content: [{ type: 'text', text: 'How is the weather?' }] };
  return { role: 'dev', messages: messages ?? [{ role: 'system', text: 'Be brief.' }, question], tools: [WEATHER] };
}

/** All parts of an answer. */
export async function collect(
  model: ChatModel,
  request: ChatRequest = contractRequest(),
  signal: AbortSignal = new AbortController().signal,
): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of model.stream(request, signal)) parts.push(part);
  return parts;
}

/** The text of an answer's text parts. */
export function textOfParts(parts: readonly StreamPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function assertEndsOnce(parts: readonly StreamPart[]): void {
  const ends = parts.filter(({ type }) => type === 'finish' || type === 'failed');
  assert.equal(ends.length, 1, `one end, not ${ends.length}`);
  assert.equal(parts.at(-1), ends[0], 'the end is the last part');
}

/** Describes the contract for one kind of model. */
export function describeChatModel(name: string, create: () => Promise<ChatModelHarness>): void {
  describe(`${name} as a ChatModel`, () => {
    let harness: ChatModelHarness;
    beforeEach(async () => {
      harness = await create();
    });
    afterEach(() => harness.dispose());

    it('streams text and ends once', async () => {
      harness.prepare({ text: ['It is ', 'sunny.'] });
      const parts = await collect(harness.model);
      assert.equal(textOfParts(parts), 'It is sunny.');
      assertEndsOnce(parts);
      assert.deepEqual(parts.at(-1)?.type, 'finish');
    });

    it('gives each tool call once, whole, with an id of its own', async () => {
      const cities = [{ city: 'Oslo' }, { city: 'Rome' }];
      harness.prepare({ toolCalls: cities.map((input) => ({ name: 'weather', arguments: input })) });
      const parts = await collect(harness.model);
      const calls = parts.flatMap((part) => (part.type === 'toolCall' ? [part.call] : []));
      assert.deepEqual(
        calls.map((call) => [call.name, call.arguments, call.problem]),
        cities.map((input) => ['weather', input, undefined]),
      );
      assert.equal(new Set(calls.map(({ id }) => id)).size, 2);
      assert.ok(calls.every(({ id }) => id !== ''));
      assertEndsOnce(parts);
      assert.equal(parts.find((part) => part.type === 'finish')?.reason, 'tool_calls');
    });

    it('takes a history with calls and their results', async () => {
      harness.prepare({ text: ['Sunny.'] });
      const parts = await collect(
        harness.model,
        contractRequest([
          { role: 'user', content: [{ type: 'text', text: 'How is the weather?' }] },
          { role: 'assistant', text: '', toolCalls: [{ id: 'one', name: 'weather', arguments: { city: 'Oslo' } }] },
          { role: 'tool', toolCallId: 'one', text: 'The sun shines in Oslo.' },
        ]),
      );
      assert.equal(textOfParts(parts), 'Sunny.');
      assert.match(harness.lastRequestText(), /The sun shines in Oslo\./);
    });

    it('ends with a failure that says whether trying again can help', async () => {
      harness.prepare({ failure: 'transient' }, { failure: 'final' });
      for (const retryable of [true, false]) {
        const parts = await collect(harness.model);
        assertEndsOnce(parts);
        const end = parts.at(-1);
        assert.ok(end?.type === 'failed');
        assert.equal(end.failure.retryable, retryable, end.failure.message);
        assert.match(end.failure.message, /\.$/, 'a full sentence');
      }
    });

    it('ends as cancelled when its signal aborts, and hangs up', async () => {
      const gate = new Gate();
      harness.prepare({ text: ['It is '], gateAfterText: gate });
      const controller = new AbortController();
      const parts: StreamPart[] = [];
      void gate.arrived.then(() => controller.abort());
      for await (const part of harness.model.stream(contractRequest(), controller.signal)) {
        parts.push(part);
      }
      assertEndsOnce(parts);
      const end = parts.at(-1);
      assert.equal(end?.type === 'failed' && end.failure.reason, 'cancelled');
      await harness.hungUp?.();
      gate.open();
    });

    it('asks nobody when its signal has aborted before', async () => {
      const parts = await collect(harness.model, contractRequest(), AbortSignal.abort());
      const [end, ...others] = parts;
      assert.deepEqual(others, []);
      assert.equal(end?.type === 'failed' && end.failure.reason, 'cancelled');
    });
  });
}
