import assert from 'node:assert/strict';
import { checkedDefinition } from '../../../../src/core/engine/apiInput';

describe('an agent that another extension defines', () => {
  const agent = { name: 'watcher', description: 'Watches.', prompt: 'You watch.', tools: [] };
  const define = (topic: string, prompt = 'Look.') =>
    checkedDefinition({
      ...agent,
      on: [
        { topic: 'file.saved', prompt: 'Look.' },
        { topic, prompt },
      ],
    });

  it('is refused where a reaction could never fire, and told which', () => {
    const expected = /^TypeError: The agent can't be registered: .*such as "file\.saved".*on\[1\]\.topic/;
    for (const topic of ['', 'saved', 'file.**.x', 'file saved', 'file..saved', 'file.sa*', `a.${'b'.repeat(200)}`]) {
      assert.throws(() => define(topic), expected, topic);
    }
  });

  it('is refused where a reaction has nothing to do', () => {
    assert.throws(() => define('file.saved', ' '), /^TypeError: The agent can't be registered: .*on\[1\]\.prompt/);
  });

  it('is taken as it is where its reactions can fire', () => {
    for (const topic of ['file.saved', 'tests.*', '*.failed', 'user.**', '**']) {
      assert.equal(define(topic).on?.[1]?.topic, topic);
    }
  });
});
