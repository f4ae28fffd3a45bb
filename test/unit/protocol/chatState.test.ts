import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyChat, chatOpSchema, diffChat, type ChatState } from '../../../src/protocol/chat/chatState';
import type { Turn, TurnItem } from '../../../src/protocol/chat/chatTurn';

const text = fc.string({ maxLength: 12 });
const item = (id: string): fc.Arbitrary<TurnItem> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('text' as const),
      id: fc.constant(id),
      agent: fc.constant('qa'),
      text,
      reasoning: text,
      streaming: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('route' as const),
      id: fc.constant(id),
      agent: fc.constant('router'),
      to: text,
      reason: text,
      isFallback: fc.boolean(),
    }),
  );
const items = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
  .chain((ids) => fc.tuple(...ids.map(item)));
const turn = (runId: string): fc.Arbitrary<Turn> =>
  fc.tuple(items, text, fc.constantFrom('running', 'completed', 'failed')).map(([list, request, status]) => ({
    head: {
      runId,
      kind: 'ask',
      request,
      context: [],
      status: status as 'running',
      startedAt: '',
      approvals: [],
      usage: { inputTokens: 0, outputTokens: 0, modelCalls: 0, complete: true },
    },
    items: [...list],
  }));
const state: fc.Arbitrary<ChatState> = fc
  .uniqueArray(fc.constantFrom('r1', 'r2', 'r3', 'r4'), { maxLength: 4 })
  .chain((ids) => fc.tuple(fc.tuple(...ids.map(turn)), text, fc.nat(3)))
  .map(([turns, title, earlier]) => ({
    header: { title, earlier, queue: [], context: [] },
    setup: { modes: [], agents: [], firstSteps: [] },
    turns: [...turns],
  }));

describe('chat state', () => {
  it('turns any state into any other with operations that pass the schema', () => {
    fc.assert(
      fc.property(state, state, (before, made) => {
        // The generator makes objects without a prototype; what travels has one.
        const after = structuredClone(made);
        const ops = diffChat(before, after).map((op) => chatOpSchema.parse(op));
        assert.deepEqual(applyChat(before, ops), after);
      }),
      { numRuns: 400 },
    );
  });

  it('sends nothing when nothing changed', () => {
    fc.assert(fc.property(state, (same) => assert.deepEqual(diffChat(same, structuredClone(same)), [])));
  });

  it('sends streamed text as what was added', () => {
    const before = chat([textItem('Hello')]);
    const after = chat([textItem('Hello, world')]);
    assert.deepEqual(diffChat(before, after), [{ op: 'append', runId: 'r1', id: 'm1', text: ', world' }]);
  });

  it('sends the whole text again when a broken stream began anew', () => {
    const ops = diffChat(chat([textItem('Hello')]), chat([textItem('Good day')]));
    assert.deepEqual(ops, [{ op: 'item', runId: 'r1', item: textItem('Good day') }]);
  });

  it('keeps turns that no operation touches the same objects', () => {
    const before: ChatState = { ...chat([]), turns: [oneTurn('r1', []), oneTurn('r2', [])] };
    const after = applyChat(before, [{ op: 'item', runId: 'r2', item: textItem('x') }]);
    assert.equal(after?.turns[0], before.turns[0]);
    assert.notEqual(after?.turns[1], before.turns[1]);
  });

  it('says that a patch for something unknown does not fit', () => {
    assert.equal(applyChat(chat([]), [{ op: 'append', runId: 'other', id: 'm1', text: 'x' }]), undefined);
    assert.equal(applyChat(chat([]), [{ op: 'append', runId: 'r1', id: 'm1', text: 'x' }]), undefined);
    assert.equal(applyChat(chat([]), [{ op: 'order', runIds: ['other'] }]), undefined);
  });
});

function textItem(content: string): TurnItem {
  return { kind: 'text', id: 'm1', agent: 'qa', text: content, reasoning: '', streaming: true };
}

function oneTurn(runId: string, list: TurnItem[]): Turn {
  const usage = { inputTokens: 0, outputTokens: 0, modelCalls: 0, complete: true };
  return {
    head: { runId, kind: 'ask', request: '', context: [], status: 'running', startedAt: '', approvals: [], usage },
    items: list,
  };
}

function chat(list: TurnItem[]): ChatState {
  return {
    header: { title: '', earlier: 0, queue: [], context: [] },
    setup: { modes: [], agents: [], firstSteps: [] },
    turns: [oneTurn('r1', list)],
  };
}
