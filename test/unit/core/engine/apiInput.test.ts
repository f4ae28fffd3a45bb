import assert from 'node:assert/strict';
import { checkedDefinition, checkedTool } from '../../../../src/core/engine/apiInput';

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

describe('a tool that another extension defines', () => {
  const tool = {
    name: 'deploy',
    description: 'Deploys.',
    inputSchema: { type: 'object' },
    effect: 'execute' as const,
    run: () => Promise.resolve('done'),
  };

  it('is taken as it is', () => {
    assert.equal(checkedTool(tool), tool);
  });

  it('is refused where something is missing or unknown, and told what', () => {
    for (const key of Object.keys(tool)) {
      const expected = new RegExp(`^TypeError: The tool can't be registered: .*at ${key}`);
      assert.throws(() => checkedTool({ ...tool, [key]: undefined }), expected, key);
    }
    assert.throws(() => checkedTool({ ...tool, effect: 'delete' as 'read' }), /at effect/);
    assert.throws(() => checkedTool({ ...tool, run: 'done' as never }), /at run/);
    assert.throws(() => checkedTool(undefined as never), TypeError);
  });
});
