import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import type { StoredSpan } from '../../../../src/core/telemetry/storedSpan';
import {
  MAX_SPAN_BATCH,
  SPAN_KINDS,
  SPAN_STATES,
  type PromptReply,
  type SpanBatch,
  type SpanDetail,
} from '../../../../src/protocol/trace/spanMessages';
import { spanDetail } from '../../../../src/vscode/trace/spanDetail';
import { createSpansTab } from '../../../../src/vscode/trace/spansTab';
import type { TabFeed } from '../../../../src/vscode/trace/traceTab';
import { EventBuilder } from '../../../support/eventBuilder';
import { settle } from '../../../support/gate';
import { InMemoryTraces, storedSpan, TRACE_START, type SpanDraft } from '../../../support/inMemoryTraces';
import { ManualClock } from '../../../support/manualClock';

const span = (draft: SpanDraft) => storedSpan('t', draft);

function open(traces: InMemoryTraces, events: EventEnvelope[] = []) {
  let touched = 0;
  const calls: string[] = [];
  const tab = createSpansTab({
    traces,
    events: { history: async ({ runId }) => events.filter((event) => event.runId === runId) },
    prompts: traces.prompts,
    openFile: async ({ path, line }) => void calls.push(`${path}:${line ?? ''}`),
    copy: async (text) => void calls.push(text),
    exportTrace: async (traceId) => void calls.push(`export ${traceId}`),
    clock: new ManualClock(TRACE_START + 60_000),
    showError: (error) => assert.fail(String(error)),
  });
  const feed = tab.open({ touch: () => (touched += 1) }, { traceId: 't' });
  return { feed, calls, touches: () => touched };
}

/** Collects until nothing more comes, as the page would. */
async function all(feed: TabFeed): Promise<SpanBatch[]> {
  await settle();
  const batches: SpanBatch[] = [];
  for (let batch = feed.collect(); batch !== undefined; batch = feed.collect()) batches.push(batch as SpanBatch);
  return batches;
}

const idsOf = (batches: SpanBatch[]) => batches.flatMap(({ spans }) => spans.ids);

describe('the feed of the tab Trace', () => {
  it('sends what is kept, in batches that are read within a frame, and says when that is all', async () => {
    const traces = new InMemoryTraces();
    const many = Array.from({ length: MAX_SPAN_BATCH + 3 }, (_, n) =>
      span({ id: `s${n}`, name: 'x', start: n, end: n }),
    );
    traces.add('t', many);
    const { feed } = open(traces);
    const batches = await all(feed);
    assert.deepEqual(
      batches.map(({ spans, isComplete, isLive }) => [spans.ids.length, isComplete, isLive]),
      [
        [MAX_SPAN_BATCH, false, false],
        [3, true, false],
      ],
    );
  });

  it('says of an unknown trace that it has no spans', async () => {
    const { feed } = open(new InMemoryTraces());
    const [batch, ...more] = await all(feed);
    assert.deepEqual([batch?.spans.ids, batch?.isComplete, more], [[], true, []]);
  });

  it('sends each span when it starts and again when it ends', async () => {
    const traces = new InMemoryTraces();
    traces.add('t', [span({ id: 'root', name: 'invoke_workflow ask', start: 0 })]);
    const { feed, touches } = open(traces);
    const [first] = await all(feed);
    assert.ok(first?.isLive);
    const before = touches();
    traces.change(span({ id: 'chat', parent: 'root', name: 'chat gpt-4o', start: 5 }));
    assert.equal(touches(), before + 1);
    assert.deepEqual(idsOf(await all(feed)), ['chat']);
    traces.change(span({ id: 'chat', parent: 'root', name: 'chat gpt-4o', start: 5, end: 9 }));
    traces.change(span({ id: 'root', name: 'invoke_workflow ask', start: 0, end: 10 }));
    const ended = await all(feed);
    assert.deepEqual(idsOf(ended), ['chat', 'root']);
    assert.equal(ended.at(-1)?.isLive, false);
    assert.deepEqual(ended[0]?.spans.ends, [9, 10]);
    feed.dispose();
    traces.change(span({ id: 'late', name: 'x', start: 11 }));
    assert.equal(feed.collect(), undefined, 'a closed feed follows nothing');
  });

  it('prefers what happened while the disk was read to what the disk had', async () => {
    const traces = new InMemoryTraces();
    traces.add('t', [span({ id: 'a', name: 'x', start: 0 })]);
    const { feed } = open(traces);
    traces.change(span({ id: 'a', name: 'x', start: 0, end: 4 }));
    const batches = await all(feed);
    assert.equal(batches.at(-1)?.spans.ends.at(-1), 4);
  });

  it('tells kinds, states, agents and the tokens of model calls', async () => {
    const traces = new InMemoryTraces();
    const usage = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 2 };
    traces.add('t', [
      span({ id: 'a', name: 'invoke_agent qa', agent: 'qa', start: 0, end: 9, attributes: usage }),
      span({
        id: 'b',
        name: 'chat gpt-4o',
        start: 1,
        end: 2,
        attributes: { 'gen_ai.operation.name': 'chat', ...usage },
      }),
      span({
        id: 'c',
        name: 'execute_tool transfer_to_dev',
        start: 3,
        end: 4,
        attributes: { 'agent_team.handoff.to': 'dev' },
      }),
      span({ id: 'd', name: 'wait rate_limit', start: 4, end: 5, status: 'error' }),
      span({ id: 'e', name: 'GET /books', start: 5, end: 6, status: 'unset' }),
    ]);
    const { feed } = open(traces);
    const [batch] = await all(feed);
    assert.deepEqual(
      batch?.spans.kinds.map((kind) => SPAN_KINDS[kind]),
      ['agent', 'chat', 'handoff', 'wait', 'other'],
    );
    assert.deepEqual(
      batch.spans.states.map((state) => SPAN_STATES[state]),
      ['ok', 'ok', 'ok', 'error', 'unset'],
    );
    assert.deepEqual(batch.spans.tokensIn, [-1, 10, -1, -1, -1]);
    assert.equal(batch.spans.words[(batch.spans.agents[0] ?? 0) - 1], 'qa');
  });

  it('calls spans interrupted that nobody will end', async () => {
    const traces = new InMemoryTraces();
    traces.add('t', [{ ...span({ id: 'a', name: 'x', start: 0 }), interrupted: true }]);
    const [batch] = await all(open(traces).feed);
    assert.deepEqual(batch?.spans.states, [SPAN_STATES.indexOf('interrupted')]);
  });

  it('shows a prompt with what changed since the version before it', async () => {
    const traces = new InMemoryTraces();
    const base = { agent: 'qa', tools: ['read_file'], model: null, modelOptions: null };
    traces.prompts.texts.push(
      { ...base, version: '000000000001', prompt: 'Be kind.\nBe quick.' },
      { ...base, version: '000000000002', prompt: 'Be kind.\nBe thorough.' },
    );
    const { feed } = open(traces);
    const reply = (await feed.answer?.({ type: 'prompt', version: '000000000002' })) as PromptReply;
    assert.equal(reply.previous, '000000000001');
    assert.deepEqual(
      reply.lines.map(({ kind, text }) => `${kind} ${text}`),
      ['same tools: read_file', 'same ', 'same Be kind.', 'removed Be quick.', 'added Be thorough.'],
    );
    const first = (await feed.answer?.({ type: 'prompt', version: '000000000001' })) as PromptReply;
    assert.equal(first.previous, undefined);
    assert.ok(first.lines.every(({ kind }) => kind === 'same'));
    assert.equal(await feed.answer?.({ type: 'prompt', version: 'nonsense' }), undefined);
  });

  it('opens files, copies and exports as it is told', async () => {
    const { feed, calls } = open(new InMemoryTraces());
    await feed.receive?.({ type: 'openFile', path: 'src/a.ts', line: 3 });
    await feed.receive?.({ type: 'copy', text: 'x' });
    await feed.receive?.({ type: 'export' });
    assert.deepEqual(calls, ['src/a.ts:3', 'x', 'export t']);
    await assert.rejects(async () => feed.receive?.({ type: 'deleteFile', path: 'x' }), { name: 'MalformedMessage' });
  });
});

describe('the details of a span', () => {
  const build = new EventBuilder('window-1', { runId: 'r' });
  const detailOf = (draft: Partial<StoredSpan>, events: EventEnvelope[] = []): SpanDetail =>
    spanDetail({ ...span({ id: 'a', name: 'execute_tool read_file', start: 0, end: 1 }), ...draft }, events);

  it('have the messages of a model call as a conversation', () => {
    const { messages, answer } = detailOf({
      attributes: {
        'gen_ai.input.messages': JSON.stringify([
          { role: 'system', parts: [{ type: 'text', content: 'You are qa.' }] },
          { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c', response: 'found' }] },
        ]),
        'gen_ai.output.messages': JSON.stringify([
          {
            role: 'assistant',
            parts: [
              { type: 'reasoning', content: 'Hm.' },
              { type: 'tool_call', id: 'c', name: 'read_file', arguments: { path: 'a.ts' } },
            ],
          },
        ]),
      },
    });
    assert.deepEqual(messages, [
      { role: 'system', parts: [{ type: 'text', text: 'You are qa.' }] },
      { role: 'tool', parts: [{ type: 'result', text: 'found' }] },
    ]);
    assert.deepEqual(answer[0]?.parts, [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'call', name: 'read_file', input: '{\n  "path": "a.ts"\n}' },
    ]);
  });

  it('take messages of any other shape as they are', () => {
    assert.deepEqual(detailOf({ attributes: { 'gen_ai.input.messages': 'not JSON' } }).messages, [
      { role: 'other', parts: [{ type: 'text', text: 'not JSON' }] },
    ]);
    const { messages } = detailOf({ attributes: { 'gen_ai.input.messages': [{ content: 'hello' }, 7, null] } });
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['other', 'other', 'other'],
    );
    assert.deepEqual(detailOf({ attributes: { 'gen_ai.input.messages': '' } }).messages, []);
  });

  it('link the file of a tool call at its line', () => {
    const input = JSON.stringify({ path: 'src/a.ts', startLine: 5, endLine: 9 });
    assert.deepEqual(detailOf({ attributes: { 'gen_ai.tool.call.arguments': input } }).files, [
      { path: 'src/a.ts', line: 5, endLine: 9 },
    ]);
    const rename = JSON.stringify({ from: 'a.ts', to: 'b.ts' });
    assert.deepEqual(detailOf({ attributes: { 'gen_ai.tool.call.arguments': rename } }).files, [
      { path: 'a.ts' },
      { path: 'b.ts' },
    ]);
    assert.deepEqual(detailOf({ attributes: { 'gen_ai.tool.call.arguments': '{"path":7' } }).files, []);
  });

  it('name what caused them, with its span', () => {
    const cause = build.make('model.retrying', {} as never, { spanId: 'chat' });
    const requested = build.make('tool.requested', {} as never, { spanId: 'a', causationId: cause.id });
    assert.deepEqual(detailOf({}, [cause, requested]).cause, {
      eventId: cause.id,
      topic: 'model.retrying',
      spanId: 'chat',
    });
    assert.equal(detailOf({}, [requested]).cause, undefined, 'the cause is gone');
    assert.equal(detailOf({}).cause, undefined);
  });

  it('cut what is too long, and leave out what is shown elsewhere', () => {
    const detail = detailOf({
      attributes: { 'gen_ai.tool.call.result': 'x'.repeat(100_000), 'gen_ai.tool.name': 't', b: 1 },
    });
    assert.ok((detail.tool?.output?.length ?? 0) < 50_000);
    assert.deepEqual(detail.attributes, [
      ['b', '1'],
      ['gen_ai.tool.name', 't'],
    ]);
  });
});
