import assert from 'node:assert/strict';
import type { ReactionWindow } from '../../../support/reactionWindow';
import { about, useReactionWindows } from '../../../support/useReactionWindows';

describe('ready-made reactions', () => {
  const { one } = useReactionWindows();
  const fired = (window: ReactionWindow) => window.fired.map(({ agent, key, count }) => [agent, key, count]);
  const completed = (window: ReactionWindow, text: string) =>
    window.bus.publish({ topic: 'task.completed', payload: { text }, source: 'supervisor', agent: 'dev' });

  it('do nothing until they are switched on, and nothing any more when they are switched off', async () => {
    const { window, clock } = await one();
    window.save('a.ts');
    await clock.advance(5000);
    await window.change(({ readyMade }) => readyMade.add('qa-file-saved'));
    assert.deepEqual(
      window.reactions.list().map(({ key, agent, source }) => [key, agent, source]),
      [['ready-made/qa-file-saved', 'qa', 'ready-made']],
    );
    window.save('b.ts');
    await clock.advance(5000);
    assert.deepEqual(about(window), [['b.ts']]);
    await window.change(({ readyMade }) => readyMade.delete('qa-file-saved'));
    window.save('c.ts');
    await clock.advance(60_000);
    assert.deepEqual(fired(window), [['qa', 'ready-made/qa-file-saved', 1]]);
  });

  it('have qa look at errors, once for those of a moment, and not at warnings', async () => {
    const { window, clock } = await one();
    await window.change(({ readyMade }) => readyMade.add('qa-diagnostics-changed'));
    window.diagnostics('a.ts', 0);
    await clock.advance(60_000);
    assert.deepEqual(fired(window), []);
    window.diagnostics('a.ts', 2);
    await clock.advance(2000);
    window.diagnostics('b.ts', 1);
    await clock.advance(5000);
    assert.deepEqual(fired(window), [['qa', 'ready-made/qa-diagnostics-changed', 2]]);
    assert.deepEqual(about(window), [['a.ts', 'b.ts']]);
  });

  it('have writer follow tasks that are done, once for those of a moment', async () => {
    const { window, clock } = await one();
    await window.change(({ readyMade }) => readyMade.add('writer-task-completed'));
    completed(window, 'The schema is there.');
    await clock.advance(9000);
    completed(window, 'The route checks it.');
    await clock.advance(10_000);
    assert.deepEqual(fired(window), [['writer', 'ready-made/writer-task-completed', 2]]);
    const [first] = about(window);
    assert.deepEqual(first, [{ text: 'The schema is there.' }, { text: 'The route checks it.' }]);
  });
});
