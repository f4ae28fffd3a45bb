import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitContext, type FittedContext } from '../../../../src/core/memory/contextBudget';
import { tokensOfMessages } from '../../../../src/core/memory/tokens';
import type { ChatMessage, ToolCall } from '../../../../src/core/model/chatModel';
import { lineOf, user } from '../../../support/teamFixture';
import { assertValidHistory } from '../../../support/validHistory';

let ids = 0;
const words = (count: number, word = 'order') => `${word} `.repeat(count).trim();
const say = (text: string): ChatMessage => ({ role: 'assistant', text, toolCalls: [] });

/** An assistant message with calls and their results, of about `size` tokens each. */
function work(size: number, paths: string[] = ['src/a.ts']): ChatMessage[] {
  const toolCalls = paths.map((path): ToolCall => ({ id: `c${(ids += 1)}`, name: 'read_file', arguments: { path } }));
  const results = toolCalls.map((call): ChatMessage => ({
    role: 'tool',
    toolCallId: call.id,
    text: words(size, 'line'),
  }));
  return [{ role: 'assistant', text: '', toolCalls }, ...results];
}

async function fit(messages: ChatMessage[], budgetTokens: number, summary: string | null = 'SUMMARY') {
  const asked: string[] = [];
  const fitted = await fitContext({
    messages,
    budgetTokens,
    summarize: (text) => {
      asked.push(text);
      return Promise.resolve(summary ?? undefined);
    },
  });
  assertValidHistory(fitted.messages);
  return { fitted, asked };
}

const firstLine = ({ messages }: FittedContext) => lineOf(messages[0] ?? user(''));

describe('fitContext', () => {
  it('leaves messages that fit alone and asks no summarizer', async () => {
    const messages = [user('goal'), ...work(10), say('done')];
    const { fitted, asked } = await fit(messages, 10_000);
    assert.deepEqual(fitted, { messages });
    assert.deepEqual(asked, []);
  });

  it('condenses what lies between the goal and the latest work, once', async () => {
    const latest = work(100, ['src/late.ts']);
    const messages = [
      user('Make the shop faster.'),
      ...work(800, ['src/old.ts']),
      say('Cache it.'),
      ...work(800),
      ...latest,
    ];
    const { fitted, asked } = await fit(messages, 1_000);
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? '', /read_file \{"path":"src\/old\.ts"\}[\s\S]*Cache it\./);
    assert.match(
      firstLine(fitted),
      /^user: Make the shop faster\. \| <summary [^>]*>\nSUMMARY\nFiles that were worked with: src\/old\.ts, src\/a\.ts\n<\/summary>$/,
    );
    assert.deepEqual(fitted.messages.slice(1), latest);
    assert.ok(tokensOfMessages(fitted.messages) <= 1_000);
    assert.deepEqual([fitted.condensed?.dropped, fitted.condensed?.keptTokens], [5, tokensOfMessages(fitted.messages)]);
    assert.ok((fitted.condensed?.droppedTokens ?? 0) > 1_000);
    assert.match(fitted.condensed?.summary ?? '', /^SUMMARY/);
  });

  it('keeps the latest request, however much was done since', async () => {
    const messages = [
      user('goal'),
      say('first answer'),
      user('Now add tests.'),
      ...work(500),
      ...work(500),
      ...work(500),
    ];
    const { fitted, asked } = await fit(messages, 1_200);
    assert.ok(fitted.messages.some((message) => lineOf(message) === 'user: Now add tests.'));
    assert.ok(!(asked[0] ?? '').includes('Now add tests.'));
  });

  it('hands an earlier summary on to the next one, and keeps the goal word for word', async () => {
    const once = await fit([user('The goal.'), ...work(900), ...work(900)], 1_000, 'EARLIER DECISIONS');
    const { fitted, asked } = await fit([...once.fitted.messages, ...work(900), ...work(900)], 1_000, 'LATER');
    assert.match(asked[0] ?? '', /^Summary of what came before:\nEARLIER DECISIONS/);
    assert.ok(firstLine(fitted).startsWith('user: The goal. | <summary'));
    assert.equal(firstLine(fitted).match(/<summary/g)?.length, 1);
  });

  it('falls back to a list of what happened when the summarizer fails', async () => {
    const failed: ChatMessage[] = [...work(400, ['src/x.ts'])];
    const messages = [user('goal'), say('We keep the old API.'), ...failed, ...work(900), ...work(100)];
    for (const nothing of [null, '  ']) {
      const { fitted } = await fit(messages, 1_200, nothing);
      const summary = fitted.condensed?.summary ?? '';
      assert.match(summary, /We keep the old API\./);
      assert.match(summary, /read_file \{"path":"src\/x\.ts"\}/);
      assert.ok(tokensOfMessages(fitted.messages) <= 1_200);
    }
  });

  it('shortens a single message that is too long, and says so in it', async () => {
    const messages = [user('goal'), ...work(5_000)];
    const { fitted, asked } = await fit(messages, 1_000);
    assert.deepEqual(asked, []);
    assert.ok(tokensOfMessages(fitted.messages) <= 1_000);
    assert.match(lineOf(fitted.messages[2] ?? user('')), /left out here/);
    assert.equal(fitted.condensed?.dropped, 0);
  });

  it('keeps a goal with an image, and cuts one that is itself too long', async () => {
    const goal: ChatMessage = {
      role: 'user',
      content: [
        { type: 'text', text: words(6_000) },
        { type: 'image', mimeType: 'image/png', base64: 'AA==' },
      ],
    };
    const { fitted } = await fit([goal, ...work(3_000), ...work(200)], 4_000);
    const first = fitted.messages[0];
    assert.ok(first?.role === 'user' && first.content.some((part) => part.type === 'image'));
    assert.ok(tokensOfMessages(fitted.messages) <= 4_000);
  });

  it('makes any history fit, valid, with its goal and its last message in place', async () => {
    const block = fc.oneof(
      fc.integer({ min: 1, max: 600 }).map((size) => [user(words(size))]),
      fc.integer({ min: 1, max: 600 }).map((size) => [say(words(size))]),
      fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 4 })).map(([size, calls]) =>
        work(
          size,
          Array.from({ length: calls }, (_, n) => `f${n}.ts`),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(block, { maxLength: 12 }),
        fc.integer({ min: 3_000, max: 9_000 }),
        async (blocks, budget) => {
          const messages = [user('GOAL'), ...blocks.flat()];
          assertValidHistory(messages);
          const { fitted } = await fit(messages, budget);
          assert.ok(tokensOfMessages(fitted.messages) <= budget, `${tokensOfMessages(fitted.messages)} of ${budget}`);
          assert.ok(firstLine(fitted).startsWith('user: GOAL'));
          assert.equal(fitted.messages.at(-1)?.role, messages.length === 1 ? 'user' : messages.at(-1)?.role);
        },
      ),
      { numRuns: 60 },
    );
  });
});
