import assert from 'node:assert/strict';
import {
  MAX_IMAGE_CHARACTERS,
  MAX_MESSAGE_CHARACTERS,
  pageMessageSchema,
} from '../../../src/protocol/chat/chatMessages';
import { CHAT_STRINGS } from '../../../src/protocol/chat/chatStrings';
import { fillIn } from '../../../src/protocol/fillIn';

describe('messages of the chat page', () => {
  const accepts = (message: unknown) => pageMessageSchema.safeParse(message).success;

  it('are refused when their type is unknown or a field is missing', () => {
    assert.ok(accepts({ type: 'retry', runId: 'r1' }));
    assert.ok(!accepts({ type: 'retry' }));
    assert.ok(!accepts({ type: 'format disk' }));
    assert.ok(!accepts(undefined));
  });

  it('are refused when they are larger than their bounds', () => {
    const send = (length: number) => ({ type: 'send', requestId: 1, delivery: 'ask', text: 'x'.repeat(length) });
    assert.ok(accepts(send(MAX_MESSAGE_CHARACTERS)));
    assert.ok(!accepts(send(MAX_MESSAGE_CHARACTERS + 1)));
    const image = (length: number) => ({
      type: 'attachImage',
      name: 'a',
      mimeType: 'image/png',
      base64: 'x'.repeat(length),
    });
    assert.ok(!accepts(image(MAX_IMAGE_CHARACTERS + 1)));
  });

  it('take only pictures that models know', () => {
    assert.ok(!accepts({ type: 'attachImage', name: 'a', mimeType: 'image/svg+xml', base64: 'x' }));
  });
});

describe('texts of the chat page', () => {
  it('are filled in by position, and keep what has no value', () => {
    assert.equal(fillIn('{1} before {0}, {2}', ['a', 2]), '2 before a, {2}');
  });

  it('have no exclamation marks and no blanks at their ends', () => {
    for (const [key, text] of Object.entries(CHAT_STRINGS)) {
      assert.ok(!text.includes('!'), key);
      assert.equal(text, text.trim(), key);
    }
  });
});
