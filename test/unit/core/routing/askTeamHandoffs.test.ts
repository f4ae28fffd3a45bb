import assert from 'node:assert/strict';
import { askTeam } from '../../../../src/core/routing/askTeam';
import { ask, DEV, hand, limits, reasonOf, transfer } from '../../../support/askFixture';
import { FakeTool, TeamFixture, user } from '../../../support/teamFixture';

describe('askTeam', () => {
  describe('handoffs', () => {
    it('gives the target its own prompt and tools, never those of the source', async () => {
      const { fixture, outcome } = await ask(
        {
          steps: [hand('writer', { reason: 'wants words' }), { text: 'Documented.' }],
          tools: [
            new FakeTool('read_file'),
            new FakeTool('run_tests', { effect: 'execute' }),
            new FakeTool('edit_file'),
          ],
        },
        { start: DEV },
      );
      assert.match(fixture.systemOf(0), /^You are dev/);
      assert.match(fixture.systemOf(1), /^You are writer/);
      assert.ok(!fixture.systemOf(1).includes('You are dev'));
      assert.deepEqual(fixture.toolsOf(0), [
        'read_file',
        'edit_file',
        'run_tests',
        'transfer_to_qa',
        'transfer_to_writer',
        'transfer_to_researcher',
      ]);
      assert.deepEqual(fixture.toolsOf(1), ['read_file', 'edit_file', 'transfer_to_dev']);
      assert.equal(fixture.models.requests[1]?.role, 'writer');
      assert.deepEqual(outcome.handoffs, [{ from: 'dev', to: 'writer', reason: 'wants words' }]);
      assert.equal(outcome.agent, 'writer');
    });

    it('takes two requests, and leaves events, causes and a span', async () => {
      const { fixture } = await ask({ steps: [hand('qa', { files: ['a.ts'] }), { text: 'ok' }] }, { start: DEV });
      assert.deepEqual(fixture.recorded.topics(), [
        'route.decided',
        'agent.started',
        'handoff.requested',
        'handoff.completed',
        'agent.completed',
        'agent.started',
        'agent.completed',
      ]);
      assert.deepEqual(fixture.recorded.payloads('handoff.requested')[0], {
        from: 'dev',
        to: 'qa',
        reason: 'qa knows better',
        files: ['a.ts'],
        context: 'full',
      });
      assert.deepEqual(fixture.recorded.spanTree(), [
        'invoke_agent dev',
        '  chat scripted',
        '  execute_tool transfer_to_qa',
        'invoke_agent qa',
        '  chat scripted',
      ]);
      const { attributes } = fixture.recorded.span('execute_tool transfer_to_qa');
      assert.equal(attributes['agent_team.handoff.from'], 'dev');
      assert.equal(attributes['agent_team.handoff.to'], 'qa');
      assert.equal(attributes['agent_team.handoff.reason'], 'qa knows better');
      const [, second] = fixture.recorded.payloads('agent.started');
      assert.deepEqual([second?.from, second?.reason], ['dev', 'qa knows better']);
    });

    it('lets the first of several transfers win and answers every call of the turn', async () => {
      const read = new FakeTool('read_file');
      const { fixture, outcome } = await ask(
        {
          steps: [
            {
              toolCalls: [
                { name: 'read_file', arguments: { n: 1 } },
                transfer('qa'),
                transfer('writer'),
                { name: 'read_file', arguments: { n: 2 } },
              ],
            },
            { text: 'ok' },
          ],
          tools: [read],
        },
        { start: DEV },
      );
      assert.equal(outcome.agent, 'qa');
      assert.deepEqual(read.inputs, [{ n: 1 }], 'what stands before the transfer runs, what stands after it does not');
      assert.deepEqual(fixture.transcript(1).slice(2, 6), [
        'tool: <untrusted source="read_file">\nread_file done\n</untrusted>',
        'tool: Control passed on to qa.',
        'tool: Not handed over: control passed on to qa in the same turn.',
        'tool: Not run: control passed on to qa.',
      ]);
      assert.deepEqual(
        fixture.recorded.payloads('handoff.rejected').map((rejected) => [rejected.to, rejected.why.split(':')[0]]),
        [['writer', 'superseded']],
      );
    });

    it('refuses oneself, unknown, disabled and unlisted agents and those behind an open breaker; the caller goes on', async () => {
      const names = ['dev', 'nobody', 'writer', 'lawyer', 'researcher'];
      const { fixture, outcome } = await ask(
        {
          steps: [{ toolCalls: names.map((name) => transfer(name)) }, { text: 'Then I do it.' }],
          settings: { agents: { disabled: ['writer'] } },
        },
        { start: DEV },
        ({ breakers, registry }) => {
          breakers.open.add('researcher');
          registry.register({
            name: 'lawyer',
            description: 'Reads licences.',
            source: 'api',
            prompt: 'x',
            tools: [],
            handoffs: [],
          });
        },
      );
      assert.equal(outcome.agent, 'dev');
      assert.deepEqual(outcome.result, { kind: 'answer', text: 'Then I do it.' });
      assert.deepEqual(
        fixture.recorded.payloads('handoff.rejected').map(({ to, why }) => [to, why.split(':')[0]]),
        [
          ['dev', 'self'],
          ['nobody', 'unknown'],
          ['writer', 'disabled'],
          ['lawyer', 'not_offered'],
          ['researcher', 'breaker_open'],
        ],
      );
      assert.deepEqual(outcome.handoffs, []);
      assert.match(fixture.transcript(1)[3] ?? '', /there is no agent 'nobody'.*You can hand over to: qa, researcher/);
    });

    it('refuses a transfer with a bad input and says what form it has', async () => {
      const { fixture, outcome } = await ask(
        {
          steps: [
            hand('qa', { reason: '', context: 'everything' }),
            hand('qa', { summary: null, files: 'a.ts' }),
            { text: 'ok' },
          ],
        },
        { start: DEV },
      );
      assert.match(fixture.transcript(1)[2] ?? '', /reason: .*context: .*"full" \| "summary" \| "none"/);
      assert.equal(outcome.agent, 'qa');
      assert.deepEqual(fixture.recorded.payloads('handoff.requested')[1]?.files, ['a.ts']);
    });

    it('does not pass control on by a call that was cut off', async () => {
      const cut = { name: 'transfer_to_qa', problem: { reason: 'cut_off' as const, raw: '{"reason":"be' } };
      const { fixture, outcome } = await ask({ steps: [{ toolCalls: [cut] }, { text: 'ok' }] }, { start: DEV });
      assert.equal(outcome.agent, 'dev');
      assert.deepEqual(fixture.recorded.payloads('handoff.requested'), []);
    });

    it('refuses to go straight back without new facts the first time, and lets it pass the second time', async () => {
      const { fixture, outcome } = await ask(
        { steps: [hand('qa'), hand('dev'), hand('dev', { reason: 'really' }), { text: 'Done.' }] },
        { start: DEV },
      );
      assert.equal(outcome.agent, 'dev');
      assert.deepEqual(
        outcome.handoffs.map(({ from, to }) => `${from}>${to}`),
        ['dev>qa', 'qa>dev'],
      );
      assert.equal(fixture.recorded.payloads('handoff.rejected')[0]?.why.split(':')[0], 'no_new_facts');
    });

    it('lets an agent hand back at once when it found something out', async () => {
      const { fixture, outcome } = await ask(
        {
          steps: [hand('qa'), { toolCalls: [{ name: 'read_file' }, transfer('dev')] }, { text: 'Done.' }],
          tools: [new FakeTool('read_file')],
        },
        { start: DEV },
      );
      assert.equal(outcome.handoffs.length, 2);
      assert.deepEqual(fixture.recorded.payloads('handoff.rejected'), []);
    });

    it('counts what the person says as a new fact, a failed tool call not', async () => {
      const said = [[], [user('dev should do it')], []];
      const steered = await ask(
        { steps: [hand('qa'), hand('dev'), { text: 'Done.' }] },
        { start: DEV, takeSteering: () => said.shift() ?? [] },
      );
      assert.equal(steered.outcome.handoffs.length, 2);
      const failed = await ask(
        { steps: [hand('qa'), { toolCalls: [{ name: 'nothing' }, transfer('dev')] }, { text: 'Then I answer.' }] },
        { start: DEV },
      );
      assert.equal(failed.outcome.agent, 'qa');
    });

    it('tells the agent once that there are no more handoffs, then ends with handoff.limit', async () => {
      const settings = limits({ maxHandoffs: 1 });
      const obeys = await ask({ steps: [hand('qa'), hand('writer'), { text: 'I answer.' }], settings }, { start: DEV });
      assert.equal(obeys.outcome.agent, 'qa');
      assert.match(obeys.fixture.transcript(2).at(-1) ?? '', /Answer the request yourself now/);
      const insists = await ask({ steps: [hand('qa'), hand('writer'), hand('dev')], settings }, { start: DEV });
      assert.equal(reasonOf(insists.outcome), 'handoff.limit');
      assert.equal(insists.outcome.agent, 'qa');
    });

    it("does not count the router's transfer as a handoff", async () => {
      const { outcome } = await ask({
        steps: [hand('dev'), hand('qa'), { text: 'ok' }],
        settings: limits({ maxHandoffs: 1 }),
      });
      assert.equal(outcome.agent, 'qa');
      assert.deepEqual(
        outcome.handoffs.map(({ from, to }) => `${from}>${to}`),
        ['router>dev', 'dev>qa'],
      );
    });

    it('ends an agent that insists on a transfer that is refused', async () => {
      const { outcome } = await ask({ steps: Array.from({ length: 5 }, () => hand('nobody')) }, { start: DEV });
      assert.equal(reasonOf(outcome), 'agent.no_progress');
    });

    it('keeps ids of tool calls apart, though the target did not see those of the source', async () => {
      const { outcome } = await ask(
        {
          steps: [
            { toolCalls: [{ name: 'read_file', id: 'c1' }] },
            { toolCalls: [{ ...transfer('qa', { context: 'none' }), id: 'c2' }] },
            { toolCalls: [{ name: 'read_file', id: 'c1' }] },
            { text: 'ok' },
          ],
          tools: [new FakeTool('read_file')],
        },
        { start: DEV },
      );
      assert.equal(outcome.result.kind, 'answer');
    });

    it('offers agents that were registered a moment ago, and drops those that are gone', async () => {
      const spec = {
        name: 'Db Admin',
        description: 'Knows SQL.',
        source: 'api' as const,
        prompt: 'You know SQL.',
        tools: [],
        handoffs: ['dev'],
      };
      const fixture = new TeamFixture({
        steps: [hand('db_admin'), { text: 'An index.' }, hand('dev'), { text: 'ok' }],
      });
      const registration = fixture.registry.register(spec);
      const first = await askTeam(fixture.services, { text: 'slow query' }, fixture.recorded.context);
      assert.equal(first.agent, 'Db Admin');
      registration.dispose();
      await askTeam(fixture.services, { text: 'slow query' }, fixture.recorded.context);
      assert.ok(fixture.toolsOf(0).includes('transfer_to_db_admin'));
      assert.ok(!fixture.toolsOf(2).includes('transfer_to_db_admin'));
      fixture.assertClean();
    });
  });
});
