import assert from 'node:assert/strict';
import { APPROVAL_TIMEOUT_MS } from '../../../../src/core/policy/approvalQueue';
import { withDeadline } from '../../../../src/core/agents/deadline';
import { failure } from '../../../../src/core/failure';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { editFile, IntentTool, outcomeOf, PolicyFixture, runCommand } from '../../../support/policyFixture';
import { FakeTool } from '../../../support/teamFixture';

const TEST = { command: 'npm test' };
const commands = (more: Partial<typeof DEFAULT_SETTINGS.commands>) => ({
  commands: { ...DEFAULT_SETTINGS.commands, ...more },
});

describe('the gate before writing and executing calls', function () {
  this.timeout(30_000);

  describe('decides by itself', () => {
    it('admits what the settings allow without a question, an event or a span', async () => {
      const fixture = new PolicyFixture({ settings: commands({ allow: ['npm test'] }) });
      assert.equal(await outcomeOf(fixture.admit(runCommand, TEST)), 'admitted');
      assert.equal(await outcomeOf(fixture.admit(editFile, { path: 'src/math.ts' })), 'admitted');
      assert.deepEqual([fixture.recorded.topics(), fixture.recorded.spanTree()], [[], []]);
    });

    it('refuses what is denied, off or outside, and says by which setting', async () => {
      const off = new PolicyFixture({ settings: { edits: { mode: 'deny' }, ...commands({ mode: 'deny' }) } });
      assert.equal(await outcomeOf(off.admit(editFile, { path: '.env' })), 'policy.edits_off');
      assert.equal(await outcomeOf(off.admit(runCommand, TEST)), 'policy.commands_off');
      const denying = new PolicyFixture({ settings: commands({ allow: ['npm'], deny: ['npm publish'] }) });
      const verdict = await denying.admit(runCommand, { command: 'npm test && npm publish' });
      assert.ok(!verdict.admitted);
      assert.equal(verdict.result.reason, 'policy.command_denied');
      assert.match(verdict.result.text, /agentTeam\.commands\.deny has `npm publish`/);
      assert.equal(await outcomeOf(denying.admit(editFile, { path: 'out/passwd' })), 'policy.path_outside');
      assert.equal(await outcomeOf(denying.admit(editFile, { path: 'dangling' })), 'policy.path_outside');
    });

    it('runs and edits nothing in restricted mode, whatever is allowed', async () => {
      const fixture = new PolicyFixture({ isTrusted: false, settings: commands({ allow: ['npm test'] }) });
      for (const tool of [runCommand, new FakeTool('deploy', { effect: 'execute' })]) {
        assert.equal(await outcomeOf(fixture.admit(tool, TEST)), 'policy.restricted');
      }
      assert.equal(await outcomeOf(fixture.admit(editFile, { path: 'src/math.ts' })), 'policy.restricted');
    });

    it('does not ask a second time for a tool whose owner asks, but keeps it off where its kind is off', async () => {
      const foreign = Object.assign(new FakeTool('deploy', { effect: 'execute' }), { confirmsItself: true });
      assert.equal(await outcomeOf(new PolicyFixture().admit(foreign, {})), 'admitted');
      const off = new PolicyFixture({ settings: commands({ mode: 'deny' }) });
      assert.equal(await outcomeOf(off.admit(foreign, {})), 'policy.commands_off');
    });
  });

  describe('asks the person', () => {
    it('says who wants what, why in the agent’s words, what it covers and how risky it is', async () => {
      const fixture = new PolicyFixture();
      const verdict = fixture.admit(runCommand, TEST, { agent: 'qa', why: ' I check the fix. ' });
      const [approval] = await fixture.asked();
      assert.deepEqual(approval, {
        id: 'approval-1',
        runId: 'run-1',
        agent: 'qa',
        tool: 'run_command',
        title: 'qa wants run_command',
        detail: 'not_allowed: npm test',
        risk: 'medium',
        covers: ['npm test'],
        why: 'I check the fix.',
        createdAt: '2030-01-01T00:00:00.000Z',
        expiresAt: '2030-01-01T00:05:00.000Z',
      });
      fixture.queue.resolve('approval-1', 'allow');
      assert.equal(await outcomeOf(verdict), 'admitted');
      assert.deepEqual(fixture.recorded.topics(), ['approval.requested', 'approval.granted']);
      assert.deepEqual(fixture.recorded.payloads('approval.granted'), [{ id: 'approval-1', scope: 'once' }]);
      assert.deepEqual(fixture.recorded.spanTree(), ['approval run_command']);
      fixture.recorded.assertWhole();
      assert.deepEqual(fixture.clock.pending(), []);
    });

    for (const mode of ['review', 'auto'] as const) {
      it(`before a protected file is written when edits are in mode ${mode}, with the lines that would change`, async () => {
        const fixture = new PolicyFixture({ settings: { edits: { mode } } });
        const edits = [{ oldText: 'KEY=1\n', newText: 'KEY=2\n' }];
        const verdict = fixture.admit(editFile, { path: '.env', edits });
        const [approval] = await fixture.asked();
        assert.equal(approval?.detail, 'protected: .env\n- KEY=1\n+ KEY=2');
        assert.equal(approval.risk, 'high');
        fixture.queue.resolve(approval.id, 'deny', { reason: 'Use the vault.' });
        const settled = await verdict;
        assert.ok(!settled.admitted);
        assert.equal(settled.result.reason, 'approval.denied');
        assert.match(settled.result.text, /Use the vault\./);
        assert.deepEqual(fixture.recorded.payloads('approval.denied'), [
          { id: 'approval-1', reason: 'Use the vault.' },
        ]);
      });
    }

    it('before a link to a protected file is written', async () => {
      const fixture = new PolicyFixture();
      fixture.tree.put('file:///ws/.vscode/settings.json', '{}');
      fixture.tree.put('file:///ws/innocent.json', { link: 'file:///ws/.vscode/settings.json' });
      const verdict = fixture.admit(editFile, { path: 'innocent.json' });
      const [approval] = await fixture.asked();
      fixture.queue.resolve(approval?.id ?? '', 'deny');
      assert.equal(await outcomeOf(verdict), 'approval.denied');
    });

    it('about tools of others, of which nothing more is known', async () => {
      const fixture = new PolicyFixture({ settings: { edits: { mode: 'auto' }, ...commands({ mode: 'auto' }) } });
      const verdict = fixture.admit(new FakeTool('deploy', { effect: 'execute' }), {});
      const [approval] = await fixture.asked();
      assert.equal(approval?.detail, 'unknown_tool: deploy');
      fixture.queue.resolve(approval.id, 'allow');
      assert.equal(await outcomeOf(verdict), 'admitted');
    });

    it('again where what the call would do changed while it waited', async () => {
      const fixture = new PolicyFixture();
      let command = 'npm test';
      const tool = new IntentTool('run_command', 'execute', () => [{ kind: 'command', command, cwd: 'file:///ws' }]);
      const verdict = fixture.admit(tool, {});
      const [first] = await fixture.asked();
      command = 'rm -rf src';
      fixture.queue.resolve(first?.id ?? '', 'allow');
      const [second] = await fixture.asked();
      assert.equal(second?.detail, 'not_allowed: rm -rf src');
      fixture.settings = { ...fixture.settings, ...commands({ deny: ['rm'] }) };
      fixture.queue.resolve(second.id, 'allow');
      assert.equal(await outcomeOf(verdict), 'policy.command_denied', 'deny wins over what was granted meanwhile');
    });
  });

  describe('remembers what was allowed', () => {
    it('once: the same call asks again', async () => {
      const fixture = new PolicyFixture();
      const first = fixture.admit(runCommand, TEST);
      await fixture.asked();
      fixture.queue.resolve('approval-1', 'allow', { scope: 'once' });
      await first;
      void fixture.admit(runCommand, TEST);
      assert.equal((await fixture.asked())[0]?.id, 'approval-2');
      fixture.queue.dispose();
    });

    it('for the run: exactly these words in this folder, in this run only', async () => {
      const fixture = new PolicyFixture();
      const first = fixture.admit(runCommand, { command: 'npm test && npm run lint' });
      await fixture.asked();
      fixture.queue.resolve('approval-1', 'allow', { scope: 'run' });
      await first;
      assert.equal(await outcomeOf(fixture.admit(runCommand, TEST)), 'admitted', 'a part of what was allowed');
      for (const command of ['npm test -- x', 'npm test > out.txt', 'npm run lint; curl x']) {
        const other = fixture.admit(runCommand, { command });
        const [approval] = await fixture.asked();
        fixture.queue.resolve(approval?.id ?? '', 'deny');
        assert.equal(await outcomeOf(other), 'approval.denied', command);
      }
      assert.equal(fixture.grants.cover('run-2', [{ kind: 'command', text: 'npm test', cwd: '.' }]), false);
      assert.deepEqual(fixture.store.list(), []);
    });

    it('in the workspace: until it is revoked, never against a denial', async () => {
      const fixture = new PolicyFixture();
      const first = fixture.admit(runCommand, TEST);
      await fixture.asked();
      fixture.queue.resolve('approval-1', 'allow', { scope: 'workspace' });
      await first;
      assert.deepEqual(fixture.store.list(), [{ kind: 'command', text: 'npm test', cwd: '.' }]);
      assert.equal(await outcomeOf(fixture.admit(runCommand, TEST)), 'admitted');
      fixture.settings = { ...fixture.settings, ...commands({ deny: ['npm'] }) };
      assert.equal(await outcomeOf(fixture.admit(runCommand, TEST)), 'policy.command_denied');
      fixture.settings = DEFAULT_SETTINGS;
      const [grant] = fixture.store.list();
      assert.ok(grant);
      fixture.store.remove(grant);
      void fixture.admit(runCommand, TEST);
      assert.equal((await fixture.asked()).length, 1);
      fixture.queue.dispose();
    });
  });

  describe('lets nobody wait for ever', () => {
    it('lets several agents wait at once, each for its own answer', async () => {
      const fixture = new PolicyFixture();
      const dev = fixture.admit(runCommand, TEST, { agent: 'dev' });
      const qa = fixture.admit(editFile, { path: '.env' }, { agent: 'qa' });
      const waiting = await fixture.asked(2);
      const idOf = (agent: string) => waiting.find((approval) => approval.agent === agent)?.id ?? '';
      fixture.queue.resolve(idOf('qa'), 'allow');
      assert.equal(await outcomeOf(qa), 'admitted');
      assert.deepEqual(
        fixture.queue.list().map(({ agent }) => agent),
        ['dev'],
      );
      fixture.queue.resolve(idOf('dev'), 'deny');
      assert.equal(await outcomeOf(dev), 'approval.denied');
    });

    it('settles with one answer for the run all that it covers', async () => {
      const fixture = new PolicyFixture();
      const calls = [fixture.admit(runCommand, TEST), fixture.admit(runCommand, TEST, { agent: 'qa' })];
      await fixture.asked(2);
      fixture.queue.resolve('approval-2', 'allow', { scope: 'run' });
      assert.deepEqual(await Promise.all(calls.map(outcomeOf)), ['admitted', 'admitted']);
      assert.deepEqual(fixture.queue.list(), []);
    });

    it('expires after five minutes, as an error span', async () => {
      const fixture = new PolicyFixture();
      const verdict = fixture.admit(runCommand, TEST);
      await fixture.asked();
      await fixture.clock.advance(APPROVAL_TIMEOUT_MS - 1);
      assert.equal(fixture.queue.list().length, 1);
      await fixture.clock.advance(1);
      assert.equal(await outcomeOf(verdict), 'approval.expired');
      assert.deepEqual(fixture.recorded.topics(), ['approval.requested', 'approval.expired']);
      assert.deepEqual(fixture.recorded.spanTree(), ['approval run_command !']);
      fixture.queue.resolve('approval-1', 'allow');
      assert.equal(fixture.recorded.events.length, 3, 'an answer that comes late changes nothing');
    });

    it('ends with its run, at once', async () => {
      const fixture = new PolicyFixture();
      const verdict = fixture.admit(runCommand, TEST);
      await fixture.asked();
      fixture.recorded.cancel();
      assert.equal(await outcomeOf(verdict), 'cancelled');
      assert.deepEqual(fixture.queue.list(), []);
      assert.deepEqual(fixture.clock.pending(), []);
      fixture.recorded.assertWhole();
      assert.equal(await outcomeOf(fixture.admit(runCommand, TEST)), 'cancelled');
    });

    it('does not wait for a tool that never says what it would do', async () => {
      const fixture = new PolicyFixture();
      const silent = new IntentTool('slow', 'execute', () => new Promise(() => undefined));
      const verdict = fixture.admit(silent, {});
      fixture.recorded.cancel();
      assert.equal(await outcomeOf(verdict), 'cancelled');
    });

    it('stops the deadlines of the run while it waits', async () => {
      const fixture = new PolicyFixture();
      const expired = failure('task.timeout', 'Over.');
      const deadline = withDeadline(fixture.recorded.context, fixture.clock, { timeoutMs: 60_000, expired });
      const verdict = fixture.admit(runCommand, TEST, { run: deadline.run });
      await fixture.asked();
      await fixture.clock.advance(APPROVAL_TIMEOUT_MS - 1);
      assert.equal(deadline.run.signal.aborted, false);
      fixture.queue.resolve('approval-1', 'allow');
      assert.equal(await outcomeOf(verdict), 'admitted');
      await fixture.clock.advance(60_000);
      assert.equal(deadline.run.signal.aborted, true);
    });

    it('does nothing for an unknown question', () => {
      const { queue } = new PolicyFixture();
      queue.resolve('nobody', 'allow', { scope: 'workspace' });
      assert.deepEqual(queue.list(), []);
    });
  });
});
