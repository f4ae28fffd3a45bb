import assert from 'node:assert/strict';
import { SystemMessages } from '../../../../src/core/agents/systemMessages';

describe('system messages', () => {
  it('are one object for a text as long as it is among the last that were used', () => {
    const messages = new SystemMessages();
    const first = messages.of('first');
    const second = messages.of('second');
    assert.deepEqual(first, { role: 'system', text: 'first' });
    for (let n = 0; n < 62; n += 1) messages.of(`text ${n}`);
    assert.equal(messages.of('first'), first);
    messages.of('one more');
    assert.equal(messages.of('first'), first);
    assert.notEqual(messages.of('second'), second);
  });
});
