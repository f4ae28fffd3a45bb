import assert from 'node:assert/strict';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { toolError } from '../../../../src/core/tools/tool';
import { Gate, settle } from '../../../support/gate';
import { agent, CALL, runScout, start } from '../../../support/scoutFixture';
import { FakeTool, TeamFixture } from '../../../support/teamFixture';

describe('runAgent', () => {
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
});
