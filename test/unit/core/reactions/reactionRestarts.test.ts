// Reactions over the end of windows, and in several at a time.
import assert from 'node:assert/strict';
import { agentOn, COMPLETED, failed, ReactionWindow, ReactionWorkspace } from '../../../support/reactionWindow';
import { about, useReactionWindows } from '../../../support/useReactionWindows';

describe('Reactions', () => {
  const { windows, open, one } = useReactionWindows();

  describe('restarts', () => {
    const looker = agentOn('looker');

    it('does once what was waiting when the window closed', async () => {
      const { workspace, window, clock } = await one(looker);
      window.save('a.ts');
      await window.close();
      const next = await open(workspace, 'w2', [looker]);
      await clock.advance(5000);
      assert.deepEqual([about(window), about(next)], [[], [['a.ts']]]);
      await next.close();
      const third = await open(workspace, 'w3', [looker]);
      await clock.advance(5000);
      assert.deepEqual(about(third), []);
    });

    it('does what a window that crashed had published and not even noted', async () => {
      const { workspace, window, clock } = await one(looker);
      await clock.advance(1000);
      window.save('a.ts');
      // Nothing of it is saved yet: the log alone has it.
      window.kill();
      const next = await open(workspace, 'w2', [looker]);
      await clock.advance(5000);
      assert.deepEqual(about(next), [['a.ts']]);
    });

    it('goes on in the same run after a crash in the middle of it', async () => {
      const { workspace, window, clock } = await one(looker);
      window.work = () => new Promise(() => {});
      window.save('a.ts');
      await clock.advance(1000);
      const [begun] = window.fired;
      window.kill();
      const next = await open(workspace, 'w2', [looker]);
      await clock.advance(5000);
      assert.deepEqual(
        next.fired.map(({ runId, attempts, about: what }) => [runId, attempts, what]),
        [[begun?.runId, 2, ['a.ts']]],
      );
    });

    it('does not do again what had ended before the crash, although nobody had noted it', async () => {
      const { workspace, window, clock } = await one(looker);
      window.work = (fired) => {
        workspace.ended.set(fired.runId, COMPLETED);
        window.kill();
        return COMPLETED;
      };
      window.save('a.ts');
      await clock.advance(1000);
      const next = await open(workspace, 'w2', [looker]);
      await clock.advance(60_000);
      assert.deepEqual([window.fired.length, next.fired.length], [1, 0]);
      assert.equal(next.reactions.list()[0]?.state, 'idle');
    });

    it('does not begin before its intention is safe', async () => {
      const { workspace, window, clock } = await one(looker);
      let saved: string | undefined;
      window.work = () => {
        saved = workspace.shared.documents.get('w1');
        return COMPLETED;
      };
      window.save('a.ts');
      await clock.advance(1000);
      assert.match(saved ?? '', new RegExp(window.fired[0]?.runId ?? '-'));
    });

    it('keeps parked events over any number of windows', async () => {
      const workspace = new ReactionWorkspace();
      for (const [index, origin] of ['w1', 'w2', 'w3'].entries()) {
        const window = new ReactionWindow(workspace, origin, [looker]);
        windows.push(window);
        window.paused.add('looker');
        await window.start();
        window.save(`${index}.ts`);
        await workspace.clock.advance(5000);
        await window.close();
      }
      const last = await open(workspace, 'w4', [looker]);
      await workspace.clock.advance(5000);
      assert.deepEqual(about(last), [['0.ts', '1.ts', '2.ts']]);
    });

    it('keeps what waits for an agent that comes late', async () => {
      const { workspace, window, clock } = await one(looker);
      window.save('a.ts');
      await window.close();
      const between = await open(workspace, 'w2', []);
      await clock.advance(5000);
      await between.close();
      const last = await open(workspace, 'w3', [looker]);
      await clock.advance(5000);
      assert.deepEqual(about(last), [['a.ts']]);
    });

    it('keeps letters and what was spent', async () => {
      const workspace = new ReactionWorkspace();
      const agents = [{ ...looker, limits: { maxTokens: 10 } }];
      const window = await open(workspace, 'w1', agents);
      window.work = () => ({ ...failed('model.unauthorized'), usage: { inputTokens: 10, outputTokens: 0 } });
      window.save('a.ts');
      await workspace.clock.advance(1000);
      await window.close();
      const next = await open(workspace, 'w2', agents);
      next.save('b.ts');
      await workspace.clock.advance(60_000);
      assert.equal(next.fired.length, 0);
      const [letter] = next.bus.deadLetters.list();
      assert.equal(letter?.reason, 'model.unauthorized');
      next.bus.deadLetters.resend(letter.id);
      await workspace.clock.advance(3_600_000);
      assert.deepEqual(new Set(next.fired[0]?.about), new Set(['a.ts', 'b.ts']));
    });
  });

  describe('two windows', () => {
    const looker = agentOn('looker', { topic: '**' });

    it('react once to what both see, and each to its own', async () => {
      const workspace = new ReactionWorkspace();
      const [first, second] = [await open(workspace, 'w1', [looker]), await open(workspace, 'w2', [looker])];
      for (const window of [first, second]) window.diagnostics('a.ts', 1);
      second.save('b.ts');
      await workspace.clock.advance(5000);
      assert.deepEqual([about(first), about(second)], [[['a.ts']], [['b.ts']]]);
    });

    it('take over what a third has left, exactly one of them', async () => {
      const workspace = new ReactionWorkspace();
      const third = await open(workspace, 'w3', [looker]);
      third.save('a.ts');
      await workspace.clock.advance(300);
      third.kill();
      const both = await Promise.all([open(workspace, 'w1', [looker]), open(workspace, 'w2', [looker])]);
      await workspace.clock.advance(120_000);
      assert.deepEqual(both.flatMap(about), [['a.ts']]);
    });

    it('wait when nobody can say whose it is, and go on then', async () => {
      const { workspace, window, clock } = await one(looker);
      workspace.shared.isClaimsDown = true;
      window.diagnostics('a.ts', 1);
      await clock.advance(50_000);
      assert.deepEqual([window.fired.length, window.reactions.list()[0]?.hold], [0, 'unclaimed']);
      workspace.shared.isClaimsDown = false;
      await clock.advance(11_000);
      assert.deepEqual(about(window), [['a.ts']]);
    });
  });

  it('leaves no timer behind', async () => {
    const { window, clock } = await one(agentOn('looker'));
    window.save('a.ts');
    await clock.advance(100);
    await window.close();
    assert.deepEqual(clock.pending(), []);
  });
});
