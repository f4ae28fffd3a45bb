// What the chat page shows, and how a change of it travels: the host diffs the state it last sent with the new one, the page applies the result.
import * as z from 'zod/mini';
import { chipSchema, itemSchema, turnHeadSchema, turnSchema, type Turn, type TurnItem } from './chatTurn';

export const queuedSchema = z.object({ id: z.string(), text: z.string(), context: z.array(chipSchema) });
/** A message that waits for the running one to end. */
export type QueuedMessage = z.infer<typeof queuedSchema>;

export const headerSchema = z.object({
  /** Absent in a new chat. */
  threadId: z.optional(z.string()),
  title: z.string(),
  /** How many earlier turns are not loaded yet. */
  earlier: z.number(),
  queue: z.array(queuedSchema),
  /** What goes along with the next request. */
  context: z.array(chipSchema),
});
export type ChatHeader = z.infer<typeof headerSchema>;

export const setupSchema = z.object({
  model: z.optional(z.object({ label: z.string(), why: z.string(), offline: z.boolean(), acceptsImages: z.boolean() })),
  modes: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      value: z.string(),
      options: z.array(z.object({ value: z.string(), label: z.string(), description: z.string() })),
    }),
  ),
  agents: z.array(z.object({ name: z.string(), description: z.string() })),
  /** For the empty chat: example requests made from the workspace at hand, or what has to be done before. */
  firstSteps: z.array(
    z.union([
      z.object({ label: z.string(), icon: z.string(), request: z.string() }),
      z.object({ label: z.string(), icon: z.string(), action: z.literal('openFolder') }),
    ]),
  ),
});
export type ChatSetup = z.infer<typeof setupSchema>;

export const chatStateSchema = z.object({ header: headerSchema, setup: setupSchema, turns: z.array(turnSchema) });
export type ChatState = z.infer<typeof chatStateSchema>;

export const chatOpSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('header'), header: headerSchema }),
  z.object({ op: z.literal('setup'), setup: setupSchema }),
  /** Adds a turn or replaces it whole; `order` says where it stands. */
  z.object({ op: z.literal('turn'), turn: turnSchema }),
  z.object({ op: z.literal('order'), runIds: z.array(z.string()) }),
  z.object({ op: z.literal('head'), runId: z.string(), head: turnHeadSchema }),
  /** Adds an item at the end or replaces the one with its id. */
  z.object({ op: z.literal('item'), runId: z.string(), item: itemSchema }),
  z.object({ op: z.literal('itemOrder'), runId: z.string(), ids: z.array(z.string()) }),
  /** Streamed text: appended to a text item. */
  z.object({
    op: z.literal('append'),
    runId: z.string(),
    id: z.string(),
    text: z.optional(z.string()),
    reasoning: z.optional(z.string()),
  }),
]);
export type ChatOp = z.infer<typeof chatOpSchema>;

/** What turns `before` into `after`. Turns that are the same object cost nothing. */
export function diffChat(before: ChatState, after: ChatState): ChatOp[] {
  const ops: ChatOp[] = [];
  if (!sameJson(before.header, after.header)) ops.push({ op: 'header', header: after.header });
  if (!sameJson(before.setup, after.setup)) ops.push({ op: 'setup', setup: after.setup });
  const known = new Map(before.turns.map((turn) => [turn.head.runId, turn]));
  for (const turn of after.turns) {
    const old = known.get(turn.head.runId);
    if (!old) ops.push({ op: 'turn', turn });
    else if (old !== turn) diffTurn(old, turn, ops);
  }
  const order = after.turns.map((turn) => turn.head.runId);
  // Appended turns need no order: a turn that is new goes to the end.
  const applied = [...before.turns.map((turn) => turn.head.runId), ...order.filter((runId) => !known.has(runId))];
  if (!sameList(applied, order)) ops.push({ op: 'order', runIds: order });
  return ops;
}

function diffTurn(before: Turn, after: Turn, ops: ChatOp[]): void {
  const runId = after.head.runId;
  if (!sameJson(before.head, after.head)) ops.push({ op: 'head', runId, head: after.head });
  const known = new Map(before.items.map((item) => [item.id, item]));
  for (const item of after.items) {
    const op = diffItem(runId, known.get(item.id), item);
    if (op) ops.push(op);
  }
  const ids = after.items.map((item) => item.id);
  const applied = [...before.items.map((item) => item.id), ...ids.filter((id) => !known.has(id))];
  if (!sameList(applied, ids)) ops.push({ op: 'itemOrder', runId, ids });
}

function diffItem(runId: string, before: TurnItem | undefined, after: TurnItem): ChatOp | undefined {
  if (before === after) return undefined;
  if (before?.kind === 'text' && after.kind === 'text' && canAppend(before, after)) {
    const text = after.text.slice(before.text.length);
    const reasoning = after.reasoning.slice(before.reasoning.length);
    if (!text && !reasoning) return undefined;
    return { op: 'append', runId, id: after.id, ...(text && { text }), ...(reasoning && { reasoning }) };
  }
  if (before && sameJson(before, after)) return undefined;
  return { op: 'item', runId, item: after };
}

type TextItem = Extract<TurnItem, { kind: 'text' }>;

function canAppend(before: TextItem, after: TextItem): boolean {
  return (
    before.streaming === after.streaming &&
    before.agent === after.agent &&
    after.text.startsWith(before.text) &&
    after.reasoning.startsWith(before.reasoning)
  );
}

/** Applies what `diffChat` made; objects that no operation touches stay the same objects. Undefined when an operation does not fit: resync then. */
export function applyChat(state: ChatState, ops: readonly ChatOp[]): ChatState | undefined {
  let { header, setup } = state;
  let turns = new Map(state.turns.map((turn) => [turn.head.runId, turn]));
  for (const op of ops) {
    if (op.op === 'header') header = op.header;
    else if (op.op === 'setup') setup = op.setup;
    else if (op.op === 'turn') turns.set(op.turn.head.runId, op.turn);
    else if (op.op === 'order') {
      const ordered = pick(turns, op.runIds);
      if (!ordered) return undefined;
      turns = ordered;
    } else {
      const turn = turns.get(op.runId);
      const next = turn && applyToTurn(turn, op);
      if (!next) return undefined;
      turns.set(op.runId, next);
    }
  }
  return { header, setup, turns: [...turns.values()] };
}

type TurnOp = Extract<ChatOp, { op: 'head' | 'item' | 'itemOrder' | 'append' }>;

function applyToTurn(turn: Turn, op: TurnOp): Turn | undefined {
  if (op.op === 'head') return { ...turn, head: op.head };
  if (op.op === 'itemOrder') {
    const items = pick(new Map(turn.items.map((item) => [item.id, item])), op.ids);
    return items && { ...turn, items: [...items.values()] };
  }
  const id = op.op === 'item' ? op.item.id : op.id;
  const index = turn.items.findIndex((item) => item.id === id);
  const items = [...turn.items];
  if (op.op === 'item') {
    if (index === -1) items.push(op.item);
    else items[index] = op.item;
    return { ...turn, items };
  }
  const item = items[index];
  if (item?.kind !== 'text') return undefined;
  items[index] = { ...item, text: item.text + (op.text ?? ''), reasoning: item.reasoning + (op.reasoning ?? '') };
  return { ...turn, items };
}

function pick<T>(from: ReadonlyMap<string, T>, keys: readonly string[]): Map<string, T> | undefined {
  const picked = new Map<string, T>();
  for (const key of keys) {
    const value = from.get(key);
    if (value === undefined) return undefined;
    picked.set(key, value);
  }
  return picked;
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

function sameJson(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
