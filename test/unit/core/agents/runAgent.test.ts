import assert from 'node:assert/strict';
import type { AgentOutcome } from '../../../../src/core/agents/agentOutcome';
import type { AgentSpec } from '../../../../src/core/agents/agentSpec';
import type { AgentInvocation } from '../../../../src/core/agents/agentInvocation';
import { runAgent } from '../../../../src/core/agents/runAgent';
import { CANCELLED } from '../../../../src/core/failure';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { toolError } from '../../../../src/core/tools/tool';
import { Gate, settle } from '../../../support/gate';
import { FakeTool, lineOf, TeamFixture, user, type TeamFixtureOptions } from '../../../support/teamFixture';
import { assertValidHistory } from '../../../support/validHistory';

const CALL = (name: string, input: Record<string, unknown> = {}) => ({ name, arguments: input });

function agent(tools: string[], more: Partial<AgentSpec> = {}): AgentSpec {
  return { name: 'scout', description: 'Looks.', source: 'api', prompt: 'You look.', handoffs: [], ...more, tools };
}

function start(fixture: TeamFixture, spec: AgentSpec, more: Partial<AgentInvocation> = {}): Promise<AgentOutcome> {
  return runAgent(fixture.services, { spec, messages: [user('look')], ...more }, fixture.recorded.context);
}

/** Runs `scout` on the steps, and checks what must hold after any run. */
async function runScout(
  options: TeamFixtureOptions,
  more: Partial<AgentInvocation> & { spec?: AgentSpec } = {},
): Promise<{ fixture: TeamFixture; outcome: AgentOutcome }> {
  const fixture = new TeamFixture(options);
  const spec = more.spec ?? agent((options.tools ?? []).map((tool) => tool.name));
  const outcome = await start(fixture, spec, more);
  fixture.assertClean();
  assertValidHistory(outcome.messages);
  return { fixture, outcome };
}

describe('runAgent', () => {
  describe('answering', () => {
    it('asks the model with its own prompt and ends with the answer, reported and traced', async () => {
      const { fixture, outcome } = await runScout({ steps: [{ text: 'All is well.' }] });
      assert.equal(outcome.kind, 'answer');
      assert.equal(outcome.text, 'All is well.');
      assert.match(fixture.systemOf(0), /^You look\./);
      assert.deepEqual(outcome.messages.map(lineOf), ['user: look', 'assistant: All is well.']);
      assert.deepEqual(fixture.recorded.topics({ models: true }), [
        'agent.started',
        'model.requested',
        'model.completed',
        'agent.completed',
      ]);
      assert.deepEqual(fixture.recorded.spanTree(), ['invoke_agent scout', '  chat scripted']);
    });

    it('puts name, prompt version, run and used tokens on the span and the version on every event', async () => {
      const { fixture } = await runScout({ steps: [{ text: 'ok' }], run: { threadId: 'thread-1', taskId: 'task-1' } });
      const version = fixture.registry.promptVersion(agent([]));
      const { attributes, status } = fixture.recorded.span('invoke_agent scout');
      assert.equal(status, 'ok');
      assert.deepEqual(
        { ...attributes },
        {
          'gen_ai.operation.name': 'invoke_agent',
          'gen_ai.agent.name': 'scout',
          'gen_ai.agent.version': version,
          'agent_team.prompt.version': version,
          'agent_team.run.id': 'run-1',
          'gen_ai.conversation.id': 'thread-1',
          'agent_team.task.id': 'task-1',
          'gen_ai.usage.input_tokens': 10,
          'gen_ai.usage.output_tokens': 5,
          'gen_ai.usage.cache_read.input_tokens': undefined,
          'agent_team.result_length': 2,
        },
      );
      for (const event of fixture.recorded.events.slice(1)) {
        assert.deepEqual([event.agent, event.promptVersion], ['scout', version], event.topic);
      }
      assert.deepEqual(
        fixture.promptVersions.map((text) => [text.agent, text.version]),
        [['scout', version]],
      );
    });

    it('completes an answer that its length limit cut off, with a note', async () => {
      const { fixture, outcome } = await runScout({ steps: [{ text: 'One, two', finishReason: 'length' }] });
      assert.equal(outcome.kind, 'answer');
      assert.ok(outcome.text.startsWith('One, two'));
      assert.match(outcome.text, /cut off/);
      assert.equal(fixture.recorded.payloads('agent.completed')[0]?.outcome, 'cut-off');
      assert.deepEqual(outcome.messages.map(lineOf), ['user: look', 'assistant: One, two']);
    });

    it('asks once more after an empty answer, with a word that does not become part of the history', async () => {
      const { fixture, outcome } = await runScout({ steps: [{}, { text: 'Here.' }] });
      assert.equal(outcome.text, 'Here.');
      assert.match(fixture.transcript(1).at(-1) ?? '', /last answer was empty/);
      assert.deepEqual(outcome.messages.map(lineOf), ['user: look', 'assistant: Here.']);
    });

    it('counts empty answers in a row only', async () => {
      const { outcome } = await runScout({
        steps: [{}, { toolCalls: [CALL('read_file')] }, {}, { text: 'Here.' }],
        tools: [new FakeTool('read_file')],
      });
      assert.equal(outcome.text, 'Here.');
    });

    it('fails with model.empty when the second answer is empty as well', async () => {
      for (const empty of [{}, { text: ' \n' }, { failure: { reason: 'model.empty' as const } }]) {
        const { outcome } = await runScout({ steps: [empty, empty] });
        assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'model.empty');
      }
    });

    it('fails with model.refused when a content filter left nothing', async () => {
      const { outcome } = await runScout({ steps: [{ finishReason: 'content_filter' }] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'model.refused');
    });

    it('passes a failure of the model on, with what had been streamed', async () => {
      const { outcome, fixture } = await runScout({
        steps: [{ text: 'So far', failure: { reason: 'model.unauthorized' } }],
      });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'model.unauthorized');
      assert.equal(outcome.text, 'So far');
      assert.equal(fixture.recorded.span('invoke_agent scout').attributes['error.type'], 'model.unauthorized');
      assert.deepEqual(fixture.breakers.reports, [{ agent: 'scout', reason: 'model.unauthorized' }]);
    });

    it('does not invoke an agent whose breaker refuses it', async () => {
      const fixture = new TeamFixture({ steps: [] });
      fixture.breakers.open.add('scout');
      const outcome = await start(fixture, agent([]));
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'agent.breaker_open');
      assert.deepEqual(fixture.recorded.topics(), []);
      assert.deepEqual(fixture.breakers.reports, []);
    });
  });

  describe('calling tools', () => {
    it('feeds results back in call order, with events and spans of each call', async () => {
      const read = new FakeTool('read_file');
      const { fixture, outcome } = await runScout({
        steps: [{ text: 'Looking.', toolCalls: [CALL('read_file', { path: 'a.ts' })] }, { text: 'Found.' }],
        tools: [read],
      });
      assert.equal(outcome.text, 'Found.');
      assert.deepEqual(read.inputs, [{ path: 'a.ts' }]);
      assert.deepEqual(fixture.transcript(1), [
        'user: look',
        'assistant: Looking. [read_file]',
        'tool: <untrusted source="read_file">\nread_file done\n</untrusted>',
      ]);
      assert.deepEqual(fixture.recorded.topics(), [
        'agent.started',
        'tool.requested',
        'tool.started',
        'tool.completed',
        'agent.completed',
      ]);
      assert.deepEqual(fixture.recorded.spanTree(), [
        'invoke_agent scout',
        '  chat scripted',
        '  execute_tool read_file',
        '  chat scripted',
      ]);
      assert.deepEqual(fixture.recorded.payloads('tool.started')[0], {
        callId: 'call_1',
        tool: 'read_file',
        title: 'read_file {"path":"a.ts"}',
        effect: 'read',
      });
      assert.deepEqual(fixture.recorded.payloads('tool.completed')[0], {
        callId: 'call_1',
        tool: 'read_file',
        text: 'read_file done',
        durationMs: 0,
      });
    });

    it('chains causes: the call is caused by the answer, the next request by the result', async () => {
      const { fixture } = await runScout({
        steps: [{ toolCalls: [CALL('read_file')] }, { text: 'ok' }],
        tools: [new FakeTool('read_file')],
      });
      const topicOf = new Map(fixture.recorded.events.map((event) => [event.id, event.topic]));
      const causes = fixture.recorded.events.map((event) => [event.topic, topicOf.get(event.causationId ?? '')]);
      assert.deepEqual(causes, [
        ['run.started', undefined],
        ['agent.started', 'run.started'],
        ['model.requested', 'agent.started'],
        ['model.completed', 'model.requested'],
        ['tool.requested', 'model.completed'],
        ['tool.started', 'tool.requested'],
        ['tool.completed', 'tool.started'],
        ['model.requested', 'tool.completed'],
        ['model.completed', 'model.requested'],
        ['agent.completed', 'model.completed'],
      ]);
    });

    it('runs independent reads at once and answers them in call order', async () => {
      const slow = new Gate();
      const order: string[] = [];
      const first = new FakeTool('first', {
        run: async () => {
          await slow.wait();
          order.push('first');
          return { text: '1' };
        },
      });
      const second = new FakeTool('second', {
        run: () => {
          order.push('second');
          slow.open();
          return { text: '2' };
        },
      });
      const { outcome } = await runScout({
        steps: [{ toolCalls: [CALL('first'), CALL('second')] }, { text: 'ok' }],
        tools: [first, second],
      });
      assert.deepEqual(order, ['second', 'first']);
      const results = outcome.messages.filter((message) => message.role === 'tool');
      assert.deepEqual(
        results.map((message) => [message.toolCallId, /\n(.)\n/.exec(message.text)?.[1]]),
        [
          ['call_1', '1'],
          ['call_2', '2'],
        ],
      );
    });

    it('never runs more than eight reads at a time', async () => {
      const gate = new Gate();
      const read = new FakeTool('read_file', { run: () => gate.wait().then(() => ({ text: 'x' })) });
      const fixture = new TeamFixture({
        steps: [{ toolCalls: Array.from({ length: 20 }, (_, n) => CALL('read_file', { n })) }, { text: 'ok' }],
        tools: [read],
      });
      const running = start(fixture, agent(['read_file']));
      await settle();
      assert.equal(gate.waiting, 8);
      gate.open();
      assert.equal((await running).kind, 'answer');
      assert.equal(read.inputs.length, 20);
    });

    it('does not let one slow read hold up those behind it', async () => {
      const slow = new Gate();
      const read = new FakeTool('read_file', {
        run: async ({ n }) => {
          if (n === 0) await slow.wait();
          return { text: String(n) };
        },
      });
      const fixture = new TeamFixture({
        steps: [{ toolCalls: Array.from({ length: 30 }, (_, n) => CALL('read_file', { n })) }, { text: 'ok' }],
        tools: [read],
      });
      const running = start(fixture, agent(['read_file']));
      await settle();
      assert.equal(read.inputs.length, 30);
      slow.open();
      const results = (await running).messages.filter((message) => message.role === 'tool');
      assert.deepEqual(
        results.map((message) => Number(/\d+/.exec(message.text)?.[0])),
        Array.from({ length: 30 }, (_, n) => n),
      );
    });

    it('runs anything but reads in order, one after the other', async () => {
      const log: string[] = [];
      const tool = (name: string, effect: 'read' | 'write' | 'execute') =>
        new FakeTool(name, {
          effect,
          run: async () => {
            log.push(`${name} starts`);
            await settle();
            log.push(`${name} ends`);
            return { text: name };
          },
        });
      await runScout({
        steps: [{ toolCalls: [CALL('write'), CALL('run'), CALL('look')] }, { text: 'ok' }],
        tools: [tool('write', 'write'), tool('run', 'execute'), tool('look', 'read')],
      });
      assert.deepEqual(log, ['write starts', 'write ends', 'run starts', 'run ends', 'look starts', 'look ends']);
    });

    it('tells the model what is wrong with a call instead of running it', async () => {
      const strict = new FakeTool('strict', { parse: () => ({ ok: false, problem: '`path` is missing.' }) });
      const { fixture } = await runScout({
        steps: [{ toolCalls: [CALL('strict'), CALL('no_such_tool')] }, { text: 'ok' }],
        tools: [strict],
      });
      assert.deepEqual(strict.inputs, []);
      assert.deepEqual(fixture.transcript(1).slice(2), [
        'tool: The input of strict is not valid: `path` is missing. Correct it and call the tool again.',
        "tool: There is no tool 'no_such_tool'. You have: strict.",
      ]);
      assert.deepEqual(
        fixture.recorded.payloads('tool.failed').map((failed) => failed.reason),
        ['tool.invalid_input', 'tool.unknown'],
      );
      assert.deepEqual(fixture.recorded.payloads('tool.started'), []);
    });

    it('never executes a call that was cut off or whose arguments are no JSON object', async () => {
      const tool = new FakeTool('delete_file', { effect: 'write' });
      const { fixture } = await runScout({
        steps: [
          {
            finishReason: 'length',
            toolCalls: [
              { name: 'delete_file', problem: { reason: 'cut_off', raw: '{"path":"a' } },
              { name: 'delete_file', problem: { reason: 'invalid_json', raw: 'path=a' } },
            ],
          },
          { text: 'ok' },
        ],
        tools: [tool],
      });
      assert.deepEqual(tool.inputs, []);
      assert.match(fixture.transcript(1)[2] ?? '', /cut off.*\{"path":"a/);
      assert.match(fixture.transcript(1)[3] ?? '', /not a JSON object.*path=a/);
    });

    it('turns an exception of a tool into an error result, and reports the bug', async () => {
      const broken = new FakeTool('broken', {
        run: () => {
          throw new Error('index out of range');
        },
      });
      const fixture = new TeamFixture({ steps: [{ toolCalls: [CALL('broken')] }, { text: 'ok' }], tools: [broken] });
      const outcome = await start(fixture, agent(['broken']));
      assert.equal(outcome.kind, 'answer');
      assert.match(fixture.transcript(1)[2] ?? '', /broken failed: index out of range/);
      assert.deepEqual(fixture.bugs, ['tool broken: Error: index out of range']);
      assert.equal(fixture.recorded.span('execute_tool broken').attributes['error.type'], 'tool.failed');
    });

    it('cuts a long result to head and tail, and says how to read on', async () => {
      const lines = Array.from({ length: 9_000 }, (_, n) => `line ${n} of the log says something about orders`);
      const read = new FakeTool('read_file', { run: () => ({ text: lines.join('\n') }) });
      const { fixture } = await runScout({
        steps: [{ toolCalls: [CALL('read_file')] }, { text: 'ok' }],
        tools: [read],
      });
      const result = fixture.transcript(1)[2] ?? '';
      assert.ok(result.includes('line 0 of') && result.includes('line 8999 of'));
      assert.match(result, /\d+ lines left out here.*line range/);
      assert.ok(result.length < 60_000);
      assert.equal(fixture.recorded.payloads('tool.completed')[0]?.truncated, true);
    });

    it('offers only tools that there are, groups expanded', async () => {
      const { fixture } = await runScout(
        { steps: [{ text: 'ok' }], tools: [new FakeTool('read_file'), new FakeTool('search_text')] },
        { spec: agent(['read', 'search', 'no_such_tool']) },
      );
      assert.deepEqual(fixture.toolsOf(0), ['read_file', 'search_text']);
      assert.deepEqual(fixture.recorded.payloads('agent.started')[0]?.tools, ['read_file', 'search_text']);
    });

    it('gives a call a fresh id where a server uses one twice in a conversation', async () => {
      const { outcome } = await runScout({
        steps: [
          {
            toolCalls: [
              { name: 'read_file', id: 'same' },
              { name: 'read_file', id: 'same', arguments: { n: 2 } },
            ],
          },
          { toolCalls: [{ name: 'read_file', id: 'same', arguments: { n: 3 } }] },
          { text: 'ok' },
        ],
        tools: [new FakeTool('read_file')],
      });
      const ids = outcome.messages.flatMap((message) => (message.role === 'tool' ? message.toolCallId : []));
      assert.deepEqual(ids, ['same', 'same_2', 'same_3']);
    });

    it('keeps tool arguments and results off the spans unless content is captured', async () => {
      for (const captureContent of [true, false]) {
        const { fixture } = await runScout({
          steps: [{ toolCalls: [CALL('read_file', { path: 'a' })] }, { text: 'ok' }],
          tools: [new FakeTool('read_file')],
          settings: { trace: { ...DEFAULT_SETTINGS.trace, captureContent } },
        });
        const { attributes } = fixture.recorded.span('execute_tool read_file');
        assert.equal(attributes['gen_ai.tool.call.arguments'], captureContent ? '{"path":"a"}' : undefined);
        assert.equal(attributes['gen_ai.tool.call.result'], captureContent ? 'read_file done' : undefined);
      }
    });
  });

  describe('guardrails', () => {
    const rail = (stage: 'tool' | 'output') => ({
      name: 'strict',
      stages: [stage],
      check: () => ({ action: 'blocked' as const, reason: 'not for you' }),
    });

    it('gives the model the reason instead of a result that is held back', async () => {
      const { fixture } = await runScout({
        steps: [{ toolCalls: [CALL('read_file')] }, { text: 'ok' }],
        tools: [new FakeTool('read_file', { run: () => ({ text: 'TOP SECRET' }) })],
        guardrails: [rail('tool')],
      });
      assert.match(fixture.transcript(1).at(-1) ?? '', /held back by the guardrail 'strict': not for you/);
      assert.ok(!JSON.stringify(fixture.recorded.events).includes('TOP SECRET'));
      assert.equal(fixture.recorded.payloads('tool.failed')[0]?.reason, 'guardrail.blocked');
    });

    it('ends with a failure instead of an answer that is held back', async () => {
      const { outcome } = await runScout({ steps: [{ text: 'TOP SECRET' }], guardrails: [rail('output')] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'guardrail.blocked');
      assert.equal(outcome.text, '');
      assert.deepEqual(outcome.messages, [user('look')]);
    });
  });

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

  describe('the gate before tools', () => {
    const WRITE = () => new FakeTool('write', { effect: 'write' });

    it('is asked for calls that write, with what the agent said, and stops them with its own result', async () => {
      const write = WRITE();
      const read = new FakeTool('look');
      const asked: unknown[] = [];
      const { fixture, outcome } = await runScout({
        steps: [{ text: 'I write now.', toolCalls: [CALL('look'), CALL('write', { a: 1 })] }, { text: 'Left open.' }],
        tools: [write, read],
        gate: {
          admit: ({ tool, input, why, context }) => {
            asked.push([tool.name, input, why, context.agent]);
            return Promise.resolve({ admitted: false, result: toolError('approval.denied', 'Denied.') });
          },
        },
      });
      assert.equal(outcome.text, 'Left open.');
      assert.deepEqual(asked, [['write', { a: 1 }, 'I write now.', 'scout']]);
      assert.deepEqual([write.inputs, read.inputs.length], [[], 1]);
      const [failed] = fixture.recorded.payloads('tool.failed');
      assert.deepEqual([failed?.reason, failed?.text], ['approval.denied', 'Denied.']);
      assert.ok(!fixture.recorded.payloads('tool.started').some(({ tool }) => tool === 'write'));
    });

    it('lets nothing through when it breaks', async () => {
      const write = WRITE();
      const fixture = new TeamFixture({
        steps: [{ toolCalls: [CALL('write')] }, { text: 'Left open.' }],
        tools: [write],
        gate: { admit: () => Promise.reject(new Error('Internal error: broken')) },
      });
      await start(fixture, agent(['write']));
      assert.deepEqual(write.inputs, []);
      assert.equal(fixture.bugs.length, 1);
    });
  });

  describe('steering', () => {
    it('guards what the person says meanwhile like any request', async () => {
      const block = {
        name: 'no',
        stages: ['input' as const],
        check: () => ({ action: 'blocked' as const, reason: 'no' }),
      };
      const { outcome } = await runScout({ steps: [], guardrails: [block] }, { takeSteering: () => [user('psst')] });
      assert.equal(outcome.kind === 'failed' && outcome.failure.reason, 'guardrail.blocked');
      assert.deepEqual(outcome.added, []);
    });

    it('answers what the person said while the answer was written', async () => {
      const said = [[], [user('and negative numbers?')], []];
      const { fixture, outcome } = await runScout(
        { steps: [{ text: 'It is safe.' }, { text: 'Those too.' }] },
        { takeSteering: () => Promise.resolve(said.shift() ?? []) },
      );
      assert.deepEqual(fixture.transcript(1).slice(-2), ['assistant: It is safe.', 'user: and negative numbers?']);
      assert.equal(outcome.kind === 'answer' && outcome.text, 'Those too.');
    });

    it('gives the model what the person said meanwhile before its next turn', async () => {
      const said = [[], [user('only the tests')], []];
      const { fixture } = await runScout(
        { steps: [{ toolCalls: [CALL('read_file')] }, { text: 'ok' }], tools: [new FakeTool('read_file')] },
        { takeSteering: () => said.shift() ?? [] },
      );
      assert.equal(fixture.transcript(1).at(-1), 'user: only the tests');
    });
  });
});
