import assert from 'node:assert/strict';
import { ask, DEV, transfer } from '../../../support/askFixture';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { FakeTool, user } from '../../../support/teamFixture';

describe('askTeam', () => {
  describe('handoffs', () => {
    describe('context', () => {
      const tools = () => [new FakeTool('read_file')];
      const steps = (context: string): CallerStep[] => [
        { text: 'Reading.', toolCalls: [{ name: 'read_file' }] },
        { text: 'Over to qa.', toolCalls: [transfer('qa', { context, summary: 'Zero is unchecked.' })] },
        { text: 'ok' },
      ];
      const thread = {
        start: DEV,
        threadMessages: [user('before'), { role: 'assistant' as const, text: 'answer', toolCalls: [] }],
      };

      it('full: everything that was said and done', async () => {
        const { fixture } = await ask({ steps: steps('full'), tools: tools() }, thread);
        const seen = fixture.transcript(2);
        assert.deepEqual(
          seen.map((line) => line.split('\n')[0]),
          [
            'user: before',
            'assistant: answer',
            'user: is this safe?',
            'assistant: Reading. [read_file]',
            'tool: <untrusted source="read_file">',
            'assistant: Over to qa. [transfer_to_qa]',
            'tool: Control passed on to qa.',
            'user: [dev handed this request over to you, qa. Answer it yourself.]',
          ],
        );
        assert.match(seen.at(-1) ?? '', /Zero is unchecked/);
      });

      it('summary: the conversation and the summary, not the work', async () => {
        const { fixture } = await ask({ steps: steps('summary'), tools: tools() }, thread);
        assert.deepEqual(
          fixture.transcript(2).map((line) => line.split('\n')[0]),
          [
            'user: before',
            'assistant: answer',
            'user: is this safe?',
            'user: [dev handed this request over to you, qa. Answer it yourself.]',
          ],
        );
        assert.match(fixture.transcript(2).at(-1) ?? '', /Zero is unchecked/);
      });

      it('none: the request and why', async () => {
        const { fixture } = await ask({ steps: steps('none'), tools: tools() }, thread);
        const seen = fixture.transcript(2);
        assert.equal(seen.length, 2);
        assert.equal(seen[0], 'user: is this safe?');
        assert.ok(!(seen[1] ?? '').includes('Zero is unchecked'));
      });

      it('keeps what the person said meanwhile, whatever the target sees', async () => {
        const said = [[], [user('and be quick')], []];
        const { fixture } = await ask(
          { steps: steps('none'), tools: tools() },
          { start: DEV, takeSteering: () => said.shift() ?? [] },
        );
        assert.deepEqual(fixture.transcript(2).slice(0, 2), ['user: is this safe?', 'user: and be quick']);
      });

      it('loses nothing of the thread, though the target saw only a part', async () => {
        const { outcome } = await ask({ steps: steps('none'), tools: tools() }, thread);
        assert.deepEqual(
          outcome.messages.map((message) => message.role),
          ['user', 'assistant', 'user', 'assistant', 'tool', 'assistant', 'tool', 'user', 'assistant'],
        );
      });
    });
  });
});
