import assert from 'node:assert/strict';
import { CANCELLED } from '../../../../src/core/failure';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { toolError } from '../../../../src/core/tools/tool';
import { Gate, settle } from '../../../support/gate';
import { agent, CALL, runScout, start } from '../../../support/scoutFixture';
import { FakeTool, TeamFixture } from '../../../support/teamFixture';
import { assertValidHistory } from '../../../support/validHistory';

describe('runAgent', () => {
  describe('limits', () => {
    it('ends after maxTurns with its own reason, and tells the model in the last turn', async () => {
      let n = 0;
      const more = () => ({ toolCalls: [CALL('read_file', { n: (n += 1) })] });
      const { fixture, outcome } = await runScout({
        steps: [more, more, more],
        tools: [new FakeTool('read_file', { run: ({ n }) => ({ text: `part ${String(n)}` }) })],
        settings: { limits: { ...DEFAULT_SETTINGS.limits, maxTurns: 3 } },
      });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.max_turns');
      assert.match(fixture.transcript(2).at(-1) ?? '', /last turn/);
      assert.equal(fixture.recorded.payloads('agent.failed')[0]?.turns, 3);
    });

    it("obeys the agent's own limits before the settings", async () => {
      const turns = await runScout(
        { steps: [{ toolCalls: [CALL('read_file')] }], tools: [new FakeTool('read_file')] },
        { spec: agent(['read_file'], { limits: { maxTurns: 1 } }) },
      );
      assert.equal(turns.outcome.kind === 'failed' && turns.outcome.failure.reason, 'agent.max_turns');
      const tokens = await runScout(
        {
          steps: [{ toolCalls: [CALL('read_file')], usage: { inputTokens: 900, outputTokens: 100 } }],
          tools: [new FakeTool('read_file')],
        },
        { spec: agent(['read_file'], { limits: { maxTokens: 1_000 } }) },
      );
      assert.equal(tokens.outcome.kind === 'failed' && tokens.outcome.failure.reason, 'agent.max_tokens');
    });

    it('leaves no timer behind when it ends in time', async () => {
      const spec = agent([], { limits: { timeoutSeconds: 5 } });
      const { outcome } = await runScout({ steps: [{ text: 'ok' }] }, { spec });
      assert.equal(outcome.kind, 'answer');
    });

    it('ends at its deadline though a tool ignores the signal', async () => {
      const never = new FakeTool('stuck', { run: () => new Promise(() => {}) });
      const fixture = new TeamFixture({ steps: [{ toolCalls: [CALL('stuck')] }], tools: [never] });
      const running = start(fixture, agent(['stuck'], { limits: { timeoutSeconds: 5 } }));
      await settle();
      await fixture.clock.advance(5_000);
      const outcome = await running;
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.timeout');
      assertValidHistory(outcome.messages);
      fixture.assertClean();
    });
  });

  describe('cancellation', () => {
    it('ends at once though a tool ignores the signal, and its late result changes nothing', async () => {
      const gate = new Gate();
      const stubborn = new FakeTool('stubborn', {
        effect: 'execute',
        run: async () => {
          await gate.wait();
          return { text: 'late' };
        },
      });
      const fixture = new TeamFixture({
        steps: [{ text: 'Trying.', toolCalls: [CALL('stubborn'), CALL('stubborn', { n: 2 })] }],
        tools: [stubborn],
      });
      const running = start(fixture, agent(['stubborn']));
      await gate.arrived;
      fixture.recorded.cancel();
      const outcome = await running;
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'cancelled');
      assert.equal(outcome.text, 'Trying.');
      assertValidHistory(outcome.messages);
      const reported = fixture.recorded.events.length;
      gate.open();
      await settle();
      assert.equal(fixture.recorded.events.length, reported);
      assert.equal(stubborn.inputs.length, 1, 'the second call was not started');
      fixture.assertClean();
    });

    it('ends while the model streams, with what had been streamed', async () => {
      const gate = new Gate();
      const fixture = new TeamFixture({ steps: [{ text: 'Half an', gateAfterText: gate }] });
      const running = start(fixture, agent([]));
      await gate.arrived;
      fixture.recorded.cancel();
      const outcome = await running;
      assert.deepEqual(outcome.kind === 'failed' && outcome.failure, CANCELLED);
      assert.equal(outcome.text, 'Half an');
      assert.equal(fixture.recorded.payloads('agent.failed')[0]?.error.reason, 'cancelled');
      fixture.assertClean();
    });

    it('starts none of the reads that still wait for their turn', async () => {
      const gate = new Gate();
      const read = new FakeTool('read_file', { run: () => gate.wait().then(() => ({ text: 'x' })) });
      const fixture = new TeamFixture({
        steps: [{ toolCalls: Array.from({ length: 30 }, (_, n) => CALL('read_file', { n })) }],
        tools: [read],
      });
      const running = start(fixture, agent(['read_file']));
      await settle();
      fixture.recorded.cancel();
      const outcome = await running;
      assert.equal(read.inputs.length, 8);
      assertValidHistory(outcome.messages);
      fixture.assertClean();
    });

    it('makes no model call once it is cancelled', async () => {
      const fixture = new TeamFixture({ steps: [] });
      fixture.recorded.cancel();
      assert.equal((await start(fixture, agent([]))).kind, 'failed');
      fixture.assertClean();
    });

    it('waits while it is paused, and can be cancelled there', async () => {
      const paused = new Gate();
      const untilResumed = () => paused.wait().then(() => undefined);
      const fixture = new TeamFixture({ steps: [{ text: 'ok' }] });
      const running = start(fixture, agent([]), { untilResumed });
      await settle();
      assert.equal(fixture.models.requests.length, 0);
      paused.open();
      assert.equal((await running).kind, 'answer');

      const other = new TeamFixture({ steps: [] });
      const waiting = start(other, agent([]), { untilResumed: () => new Promise(() => {}) });
      await settle();
      other.recorded.cancel();
      assert.equal((await waiting).kind, 'failed');
    });
  });

  describe('progress', () => {
    const failing = () => new FakeTool('flaky', { run: () => toolError('file.not_found', 'No such file.') });
    const flaky = { toolCalls: [CALL('flaky', { path: 'x', line: 1 })] };

    it('warns the model at the third identical failing call and ends at the fifth', async () => {
      // The order of the arguments makes no difference.
      const turned = { toolCalls: [CALL('flaky', { line: 1, path: 'x' })] };
      const { fixture, outcome } = await runScout({ steps: [flaky, turned, flaky, turned, flaky], tools: [failing()] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.no_progress');
      const results = fixture.transcript(4).filter((line) => line.startsWith('tool:'));
      assert.deepEqual(
        results.map((line) => line.includes('Warning:')),
        [false, false, true, true],
      );
    });

    it('ends alternating failing calls too', async () => {
      const other = { toolCalls: [CALL('flaky', { path: 'y' })] };
      const steps = [flaky, other, flaky, other, flaky, other, flaky, other, flaky];
      const { outcome } = await runScout({ steps, tools: [failing()] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.no_progress');
    });

    it('ends calls that succeed again and again without saying anything new', async () => {
      const steps = Array.from({ length: 8 }, () => ({ toolCalls: [CALL('read_file', { path: 'a' })] }));
      const { fixture, outcome } = await runScout({ steps, tools: [new FakeTool('read_file')] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.no_progress');
      assert.match(fixture.transcript(4).at(-1) ?? '', /Warning: you have made this very call 4 times/);
    });

    it('ends a row of different calls that all fail', async () => {
      const steps = Array.from({ length: 15 }, (_, n) => ({ toolCalls: [CALL('flaky', { n })] }));
      const { outcome } = await runScout({ steps, tools: [failing()] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.no_progress');
    });

    it('goes on when the model takes the warning', async () => {
      const { outcome } = await runScout({
        steps: [flaky, flaky, flaky, { text: 'The file is missing.' }],
        tools: [failing()],
      });
      assert.equal(outcome.text, 'The file is missing.');
    });
  });
});
