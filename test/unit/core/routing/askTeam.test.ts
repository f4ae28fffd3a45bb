import assert from 'node:assert/strict';
import { askTeam, type TeamOutcome, type TeamRequest } from '../../../../src/core/routing/askTeam';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { Gate, settle } from '../../../support/gate';
import type { CallerStep } from '../../../support/scriptedModelCaller';
import { FakeTool, TeamFixture, user, type TeamFixtureOptions } from '../../../support/teamFixture';
import { assertValidHistory } from '../../../support/validHistory';

const transfer = (agent: string, input: Record<string, unknown> = {}) => ({
  name: `transfer_to_${agent}`,
  arguments: { reason: `${agent} knows better`, ...input },
});
const hand = (agent: string, input: Record<string, unknown> = {}): CallerStep => ({
  toolCalls: [transfer(agent, input)],
});
const DEV = { agent: 'dev', by: 'option' as const };
const limits = (change: Partial<typeof DEFAULT_SETTINGS.limits>) => ({
  limits: { ...DEFAULT_SETTINGS.limits, ...change },
});

async function ask(
  options: TeamFixtureOptions,
  request: Partial<TeamRequest> = {},
  prepare: (fixture: TeamFixture) => void = () => {},
): Promise<{ fixture: TeamFixture; outcome: TeamOutcome }> {
  const fixture = new TeamFixture(options);
  prepare(fixture);
  const outcome = await askTeam(fixture.services, { text: 'is this safe?', ...request }, fixture.recorded.context);
  fixture.assertClean();
  assertValidHistory(outcome.messages);
  return { fixture, outcome };
}

function reasonOf({ result }: TeamOutcome): string | undefined {
  return result.kind === 'failed' ? result.failure.reason : undefined;
}

describe('askTeam', () => {
  it('takes two model calls from a request to its answer: router, then agent', async () => {
    const taken: string[] = [];
    const { fixture, outcome } = await ask(
      { steps: [hand('qa', { reason: 'asks for a safety check' }), { text: 'No guard for zero.' }] },
      { contextText: 'function divide(a, b) {}', onControl: (agent) => taken.push(agent) },
    );
    assert.deepEqual(outcome.result, { kind: 'answer', text: 'No guard for zero.' });
    assert.equal(outcome.agent, 'qa');
    assert.deepEqual(taken, ['qa']);
    assert.deepEqual(outcome.handoffs, [{ from: 'router', to: 'qa', reason: 'asks for a safety check' }]);
    assert.deepEqual(fixture.recorded.topics({ models: true }), [
      'agent.started',
      'model.requested',
      'model.completed',
      'route.decided',
      'agent.completed',
      'agent.started',
      'model.requested',
      'model.completed',
      'agent.completed',
    ]);
    assert.deepEqual(fixture.recorded.spanTree(), [
      'invoke_agent router',
      '  chat scripted',
      '  execute_tool transfer_to_qa',
      'invoke_agent qa',
      '  chat scripted',
    ]);
    assert.deepEqual(fixture.transcript(1), [
      'user: is this safe? | <untrusted source="context">\nfunction divide(a, b) {}\n</untrusted>',
    ]);
  });

  it('marks attached material once for the router, and escapes marks inside it', async () => {
    const { fixture } = await ask(
      { steps: [hand('qa', { reason: 'safety' }), { text: 'ok' }] },
      { contextText: 'const a = "</untrusted>";' },
    );
    assert.deepEqual(fixture.transcript(0), [
      'user: Request:\nis this safe?\n\n<untrusted source="selection and context">\nconst a = "&lt;/untrusted>";\n</untrusted>',
    ]);
  });

  it('starts with the agent that was named, without a router', async () => {
    const { fixture, outcome } = await ask({ steps: [{ text: 'ok' }] }, { start: { agent: 'tester', by: 'mention' } });
    assert.equal(outcome.agent, 'qa');
    assert.deepEqual(outcome.handoffs, []);
    const [decided] = fixture.recorded.payloads('route.decided');
    assert.deepEqual([decided?.agent, decided?.by], ['qa', 'mention']);
  });

  it('refuses unknown and disabled agents with a reason and no model call', async () => {
    const unknown = await ask({ steps: [] }, { start: { agent: 'nobody', by: 'option' } });
    assert.equal(reasonOf(unknown.outcome), 'agent.unknown');
    const off = await ask({ steps: [], settings: { agents: { disabled: ['dev'] } } }, { start: DEV });
    assert.equal(reasonOf(off.outcome), 'agent.disabled');
  });

  it("lets the router decide when the thread's last agent is behind an open breaker", async () => {
    const { outcome } = await ask(
      { steps: [hand('qa'), { text: 'ok' }] },
      { start: { agent: 'dev', by: 'thread' }, threadMessages: [user('earlier')] },
      (fixture) => fixture.breakers.open.add('dev'),
    );
    assert.equal(outcome.agent, 'qa');
  });

  it('answers for a paused agent that it is paused, and hands nothing over to it', async () => {
    const asked = await ask({ steps: [] }, { start: DEV }, (fixture) => fixture.paused.add('dev'));
    assert.equal(reasonOf(asked.outcome), 'agent.paused');
    const { fixture, outcome } = await ask(
      { steps: [hand('dev'), { text: 'then I do it myself' }] },
      { start: { agent: 'qa', by: 'mention' } },
      ({ paused }) => paused.add('dev'),
    );
    assert.deepEqual(fixture.toolsOf(0).includes('transfer_to_dev'), false);
    assert.match(fixture.recorded.payloads('handoff.rejected')[0]?.why ?? '', /^paused: the person has paused/);
    assert.equal(outcome.agent, 'qa');
  });

  it('routes around paused agents, and past one that answered last', async () => {
    const { outcome, fixture } = await ask(
      { steps: [hand('qa'), { text: 'ok' }] },
      { start: { agent: 'dev', by: 'thread' }, threadMessages: [user('earlier')] },
      ({ paused }) => paused.add('dev'),
    );
    assert.equal(outcome.agent, 'qa');
    assert.equal(fixture.toolsOf(0).includes('transfer_to_dev'), false);
  });

  it('hands a goal to the caller, who has a supervisor for it', async () => {
    const { outcome, fixture } = await ask({ steps: [hand('supervisor', { reason: 'several steps' })] });
    assert.deepEqual(outcome.result, { kind: 'goal', reason: 'several steps' });
    assert.equal(outcome.agent, 'supervisor');
    assert.equal(fixture.recorded.payloads('route.decided')[0]?.agent, 'supervisor');
  });

  it('sends an over-long request nowhere', async () => {
    const { outcome, fixture } = await ask({
      steps: [],
      guardrails: [{ name: 'size', stages: ['input'], check: () => ({ action: 'blocked', reason: 'too long' }) }],
    });
    assert.equal(reasonOf(outcome), 'guardrail.blocked');
    assert.deepEqual(fixture.recorded.topics(), ['guardrail.tripped']);
  });

  it('ends with task.timeout when the time for the request is over', async () => {
    const fixture = new TeamFixture({
      steps: [{ text: 'Half', gateAfterText: new Gate() }],
      settings: limits({ taskTimeoutSeconds: 60 }),
    });
    const running = askTeam(fixture.services, { text: 'slow', start: DEV }, fixture.recorded.context);
    await settle();
    await fixture.clock.advance(60_000);
    const outcome = await running;
    assert.equal(reasonOf(outcome), 'task.timeout');
    assert.equal(outcome.result.kind === 'failed' && outcome.result.text, 'Half');
    fixture.assertClean();
  });

  it('can be cancelled while the workspace is looked at, and goes on without what fails to load', async () => {
    const stuck = new TeamFixture({ steps: [] });
    const services = { ...stuck.services, workspacePicture: () => new Promise<string>(() => {}) };
    const running = askTeam(services, { text: 'hello' }, stuck.recorded.context);
    await settle();
    stuck.recorded.cancel();
    assert.equal(reasonOf(await running), 'cancelled');

    const broken = new TeamFixture({ steps: [hand('dev'), { text: 'ok' }] });
    const failing = {
      ...broken.services,
      workspacePicture: () => Promise.reject(new Error('no workspace')),
      instructionsFor: (agent: string) => Promise.resolve(`Be kind, ${agent}.`),
    };
    assert.equal((await askTeam(failing, { text: 'hello' }, broken.recorded.context)).result.kind, 'answer');
    assert.deepEqual(broken.bugs, ['workspace picture: Error: no workspace']);
    assert.match(broken.systemOf(1), /Instructions of this workspace\nBe kind, dev\./);
  });

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
