import assert from 'node:assert/strict';
import type { AgentSpec } from '../../../../src/core/agents/agentSpec';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import type { ReactionWindow } from '../../../support/reactionWindow';
import { agentOn, COMPLETED, failed, used } from '../../../support/reactionWindow';
import { about, useReactionWindows } from '../../../support/useReactionWindows';

describe('Reactions', () => {
  const { one } = useReactionWindows();

  describe('bursts', () => {
    it('makes one reaction of 200 saves, with each file once', async () => {
      const { window, clock } = await one(agentOn('looker', { debounceMs: 500 }));
      for (let n = 0; n < 200; n += 1) {
        window.save(`src/${n % 40}.ts`);
        await clock.advance(10);
      }
      await clock.advance(500);
      const [fired, ...others] = window.fired;
      assert.deepEqual([fired?.count, new Set(fired?.about).size, others.length], [200, 40, 0]);
    });

    it('does not put a reaction off for ever while events keep coming', async () => {
      const { window, clock } = await one(agentOn('looker', { debounceMs: 500 }));
      for (let n = 0; n < 60; n += 1) {
        window.save('a.ts');
        await clock.advance(100);
      }
      assert.equal(window.fired.length, 1);
    });

    it('keeps so many events apart and only the number of the rest', async () => {
      const { window, clock } = await one(agentOn('looker', { topic: 'user.*' }));
      for (let n = 0; n < 1000; n += 1) window.publish('user.x', { n });
      await clock.advance(1000);
      const [fired] = window.fired;
      assert.deepEqual([fired?.about.length, fired?.count, fired?.about.at(-1)], [200, 1000, { n: 999 }]);
    });

    it('fires so often in a minute at most, and loses nothing', async () => {
      const { window, clock } = await one(agentOn('looker', { debounceMs: 0, maxPerMinute: 3, topic: 'user.*' }));
      for (let n = 0; n < 6; n += 1) {
        window.publish('user.x', { n });
        await clock.advance(1000);
      }
      assert.equal(window.fired.length, 3);
      await clock.advance(60_000);
      assert.deepEqual(about(window), [[{ n: 0 }], [{ n: 1 }], [{ n: 2 }], [{ n: 3 }, { n: 4 }, { n: 5 }]]);
    });

    it('does one thing at a time for each reaction, and two at once in all', async () => {
      const agents = ['a', 'b', 'c'].map((name) => agentOn(name, { topic: 'user.*' }));
      const { window, clock } = await one(...agents);
      const gate = new Gate();
      window.work = async () => {
        await gate.wait();
        return COMPLETED;
      };
      for (const n of [1, 2]) {
        window.publish('user.x', n);
        await clock.advance(1000);
      }
      const seen = () => window.fired.map(({ agent, about: what }) => `${agent} ${what.join()}`).sort();
      assert.deepEqual(seen(), ['a 1', 'b 1']);
      gate.open();
      await settle();
      await clock.advance(1000);
      assert.deepEqual(seen(), ['a 1', 'a 2', 'b 1', 'b 2', 'c 1,2']);
    });
  });

  describe('where', () => {
    it('takes files by globs', async () => {
      const { window, clock } = await one(agentOn('looker', { where: { files: ['src/**/*.ts', '*.md'] } }));
      for (const path of ['src/a.ts', 'src/deep/b.ts', 'lib/c.ts', 'docs/d.md', 'src/e.js']) window.save(path);
      await clock.advance(1000);
      assert.deepEqual(about(window), [['src/a.ts', 'src/deep/b.ts', 'docs/d.md']]);
    });

    it('takes what is at least as severe', async () => {
      const { window, clock } = await one(
        agentOn('errors', { topic: 'diagnostics.changed', where: { severity: 'error' } }),
        agentOn('reviews', { topic: 'review.completed', where: { severity: 'blocker' } }),
        agentOn('named', { topic: 'user.*', where: { severity: 'major' } }),
      );
      window.diagnostics('clean.ts', 0);
      window.diagnostics('broken.ts', 2);
      window.bus.publish({ topic: 'review.completed', payload: { findings: 3, blockers: 0 }, source: 'test' });
      window.publish('user.x', { severity: 'minor' });
      window.publish('user.x', { severity: 'blocker' });
      await clock.advance(1000);
      assert.deepEqual(
        window.fired.map(({ agent, about: what }) => [agent, what]),
        [
          ['errors', ['broken.ts']],
          ['named', [{ severity: 'blocker' }]],
        ],
      );
    });

    it('takes events of one agent', async () => {
      const { window, clock } = await one(agentOn('looker', { topic: 'run.resumed', where: { agent: 'Dev' } }));
      for (const agent of ['qa', 'dev']) {
        window.bus.publish({ topic: 'run.resumed', payload: { reason: agent }, source: 'test', agent, runId: agent });
      }
      await clock.advance(1000);
      assert.deepEqual(about(window), [[{ reason: 'dev' }]]);
    });

    it('leaves a reaction out whose topic is none', async () => {
      const { window } = await one(agentOn('looker', { topic: 'a..b' }));
      assert.deepEqual(window.reactions.list(), []);
    });
  });

  describe('loops', () => {
    /** Each agent of the ring wakes the next one by what it publishes in its run. */
    async function ring(names: string[]) {
      const agents = names.map((name) =>
        agentOn(name, { topic: `user.for-${name}`, debounceMs: 0, maxPerMinute: 100 }),
      );
      const { window, clock } = await one(...agents);
      window.work = (fired) => {
        const next = names[(names.indexOf(fired.agent) + 1) % names.length] ?? '';
        window.publishIn(fired, `user.for-${next}`);
        return COMPLETED;
      };
      window.publish(`user.for-${names[0] ?? ''}`);
      for (let step = 0; step < 40; step += 1) await clock.advance(100);
      return window.fired.map(({ agent }) => agent).join('');
    }

    it('never fires on what it has brought about itself', async () => {
      assert.equal(await ring(['c']), 'c');
    });

    it('ends where a reacts to b, which reacts to a', async () => {
      assert.equal(await ring(['a', 'b']), 'ab');
    });

    it('ends chains of reactions at the eighth', async () => {
      assert.equal(await ring(Array.from('abcdefghijkl')), 'abcdefgh');
    });

    it('takes new events of the same kind that descend from nothing', async () => {
      const { window, clock } = await one(agentOn('a', { topic: 'user.x' }));
      window.work = (fired) => {
        window.publishIn(fired, 'user.x', { own: true });
        window.publish('user.x', { own: false });
        window.work = () => COMPLETED;
        return COMPLETED;
      };
      window.publish('user.x', {});
      await clock.advance(1000);
      await clock.advance(1000);
      assert.deepEqual(about(window), [[{}], [{ own: false }]]);
    });

    it('is not woken by what its agent edits, in whatever run', async () => {
      const { window, clock } = await one(agentOn('a', { topic: 'edit.*' }));
      for (const agent of ['a', 'b']) {
        window.bus.publish({ topic: 'edit.proposed', payload: { files: [] }, source: 'changes', agent, runId: 'r' });
      }
      await clock.advance(1000);
      assert.equal(window.fired[0]?.count, 1);
    });
  });

  describe('what stands in the way', () => {
    it('waits while the person types, and not longer than two minutes', async () => {
      const { window, clock } = await one(agentOn('looker', { debounceMs: 0 }));
      window.typedAtMs = clock.now();
      window.save('a.ts');
      await clock.advance(1900);
      assert.equal(window.fired.length, 0);
      assert.equal(window.reactions.list()[0]?.hold, 'typing');
      await clock.advance(200);
      assert.equal(window.fired.length, 1);
      window.save('b.ts');
      const type = async (seconds: number) => {
        for (let second = 0; second < seconds; second += 1) {
          window.typedAtMs = clock.now();
          await clock.advance(1000);
        }
      };
      window.typedAtMs = clock.now();
      window.save('c.ts');
      await type(118);
      assert.equal(window.fired.length, 2, 'b.ts was saved while nobody typed');
      await type(4);
      assert.deepEqual(about(window), [['a.ts'], ['b.ts'], ['c.ts']]);
    });

    for (const [hold, set, unset] of [
      ['paused', (w: ReactionWindow) => w.paused.add('looker'), (w: ReactionWindow) => w.paused.delete('looker')],
      ['breaker', (w: ReactionWindow) => w.open.add('looker'), (w: ReactionWindow) => w.open.delete('looker')],
      ['consent', (w: ReactionWindow) => (w.consent = 'unanswered'), (w: ReactionWindow) => (w.consent = 'allowed')],
    ] as const) {
      it(`parks events (${hold}) and goes on when it is gone`, async () => {
        const { window, clock } = await one(agentOn('looker'));
        await window.change(set);
        window.save('a.ts');
        window.save('b.ts');
        await clock.advance(600_000);
        assert.deepEqual(window.fired, []);
        const [view] = window.reactions.list();
        assert.deepEqual([view?.state, view?.hold, view?.waiting], ['waiting', hold, 2]);
        await window.change(unset);
        assert.deepEqual(about(window), [['a.ts', 'b.ts']]);
      });
    }

    it('forgets what waits when the person wants no reactions, and takes nothing in', async () => {
      const { window, clock } = await one(agentOn('looker'));
      window.save('a.ts');
      await window.change((w) => (w.consent = 'denied'));
      window.save('b.ts');
      await clock.advance(5000);
      await window.change((w) => (w.consent = 'allowed'));
      await clock.advance(5000);
      assert.deepEqual(window.fired, []);
      window.save('c.ts');
      await clock.advance(1000);
      assert.deepEqual(about(window), [['c.ts']]);
    });

    it('keeps what waits when the first reaction gets no answer', async () => {
      const { window, clock } = await one(agentOn('looker'));
      window.consent = 'open';
      window.work = () => {
        window.consent = 'unanswered';
        return failed('reaction.unanswered');
      };
      window.save('a.ts');
      await clock.advance(60_000);
      assert.equal(window.fired.length, 1);
      window.work = () => COMPLETED;
      await window.change((w) => (w.consent = 'allowed'));
      await clock.advance(60_000);
      assert.deepEqual(about(window), [['a.ts'], ['a.ts']]);
      assert.deepEqual(window.fired[1]?.runId, window.fired[0]?.runId);
    });

    it('stays within the budget of one run in an hour, and goes on in the next', async () => {
      const { window, clock } = await one(agentOn('looker', { debounceMs: 0, maxPerMinute: 100 }));
      window.settings = { ...DEFAULT_SETTINGS, budget: { maxTokensPerRun: 1000, maxCostPerRunUsd: 0 } };
      window.work = () => used(400);
      for (let n = 0; n < 5; n += 1) {
        window.save(`${n}.ts`);
        await clock.advance(1000);
      }
      assert.equal(window.fired.length, 3);
      assert.equal(window.reactions.list()[0]?.hold, 'budget');
      await clock.advance(3_600_000);
      assert.deepEqual(window.fired[3]?.about, ['3.ts', '4.ts']);
    });

    it("takes the agent's own limit before that of all, and cost as well", async () => {
      const agent = { ...agentOn('looker', { debounceMs: 0, maxPerMinute: 100 }), limits: { maxTokens: 10 } };
      const { window, clock } = await one(agent, agentOn('other', { topic: 'user.*', debounceMs: 0 }));
      window.settings = { ...DEFAULT_SETTINGS, budget: { maxTokensPerRun: 1000, maxCostPerRunUsd: 0.5 } };
      window.work = ({ agent: name }) => (name === 'looker' ? used(10) : used(1, 0.5));
      for (let n = 0; n < 2; n += 1) {
        window.save(`${n}.ts`);
        window.publish('user.x', n);
        await clock.advance(1000);
      }
      assert.deepEqual(window.fired.map(({ agent: name }) => name).sort(), ['looker', 'other']);
    });

    it('tries again after a passing failure, in the same run, and then gives up', async () => {
      const { window, clock } = await one(agentOn('looker'));
      window.work = () => failed('model.unavailable', true);
      window.save('a.ts');
      await clock.advance(1000);
      await clock.advance(600_000);
      assert.deepEqual(
        window.fired.map(({ attempts, runId }) => [attempts, runId]),
        [
          [1, 'w1-run-1'],
          [2, 'w1-run-1'],
          [3, 'w1-run-1'],
        ],
      );
      const [letter] = window.bus.deadLetters.list();
      const owner = { kind: 'reaction', reaction: 'looker/file.saved', agent: 'looker', topic: 'file.saved' };
      assert.deepEqual([letter?.reason, letter?.owner], ['model.unavailable', owner]);
    });

    it('gives up at once what would fail again, and does it when it is sent again', async () => {
      const { window, clock } = await one(agentOn('looker'));
      window.work = () => failed('model.unauthorized');
      window.save('a.ts');
      window.save('b.ts');
      await clock.advance(1000);
      const { deadLetters } = window.bus;
      assert.equal(window.fired.length, 1);
      window.work = () => COMPLETED;
      assert.equal(deadLetters.resend(deadLetters.list()[0]?.id ?? ''), 'sent');
      await clock.advance(1000);
      assert.deepEqual(about(window), [
        ['a.ts', 'b.ts'],
        ['a.ts', 'b.ts'],
      ]);
      assert.deepEqual(deadLetters.list(), []);
    });

    it('leaves alone what a person has stopped', async () => {
      const { window, clock } = await one(agentOn('looker'));
      window.work = () => ({ status: 'cancelled' });
      window.save('a.ts');
      await clock.advance(600_000);
      assert.equal(window.fired.length, 1);
      assert.deepEqual(window.bus.deadLetters.list(), []);
    });
  });

  describe('changes', () => {
    it('follows agents that come and go', async () => {
      const { window, clock } = await one();
      window.save('before.ts');
      const spec = { description: '', source: 'api', prompt: 'p', tools: [], handoffs: [] } as const;
      const registered = window.registry.register({ ...spec, ...agentOn('late') } as unknown as AgentSpec);
      window.save('during.ts');
      await clock.advance(1000);
      registered.dispose();
      window.save('after.ts');
      await clock.advance(1000);
      assert.deepEqual(about(window), [['during.ts']]);
      assert.deepEqual(window.reactions.list(), []);
    });

    it('keeps what waits while an agent is switched off, and takes nothing more in', async () => {
      const { window, clock } = await one(agentOn('looker'));
      window.save('a.ts');
      window.settings = { ...DEFAULT_SETTINGS, agents: { disabled: ['looker'] } };
      await window.change(() => undefined);
      await clock.advance(60_000);
      window.save('b.ts');
      window.settings = DEFAULT_SETTINGS;
      await window.change(() => undefined);
      await clock.advance(1000);
      assert.deepEqual(about(window), [['a.ts']]);
    });

    it('lets a reaction end whose agent is switched off meanwhile, and begins no other', async () => {
      const { window, clock } = await one(agentOn('looker'));
      const gate = new Gate();
      window.work = async () => {
        await gate.wait();
        return COMPLETED;
      };
      window.save('a.ts');
      await clock.advance(1000);
      window.save('b.ts');
      window.settings = { ...DEFAULT_SETTINGS, agents: { disabled: ['looker'] } };
      await window.change(() => undefined);
      gate.open();
      await settle();
      await clock.advance(60_000);
      assert.deepEqual(about(window), [['a.ts']]);
      assert.deepEqual(window.reactions.list(), []);
    });

    it('tells of every change of state', async () => {
      const { window, clock } = await one(agentOn('looker'));
      const states: string[] = [];
      window.reactions.onDidChange(() => states.push(window.reactions.list()[0]?.state ?? ''));
      window.save('a.ts');
      await clock.advance(1000);
      const changes = states.filter((state, index) => state !== states[index - 1]);
      assert.deepEqual(changes, ['waiting', 'running', 'idle']);
    });
  });
});
