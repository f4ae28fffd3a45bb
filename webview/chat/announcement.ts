// What a screen reader is told: beginnings, handovers, ends. Not every token, not every line.
import type { ChatStringKey } from '../../src/protocol/chat/chatStrings';
import type { ChatState } from '../../src/protocol/chat/chatState';
import { isActive, type Turn } from '../../src/protocol/chat/chatTurn';

type Text = (key: ChatStringKey, ...values: (string | number)[]) => string;

/** Longest part of an answer that is read out by itself; the rest is there to be read. */
const MAX_SPOKEN = 400;

/** One sentence for the newest turn's latest news; undefined when there is none. */
export function announcement(before: ChatState, after: ChatState, text: Text): string | undefined {
  const turn = after.turns.at(-1);
  const sameThread = before.header.threadId === after.header.threadId || before.turns.length === 0;
  if (!turn || !sameThread) return undefined;
  const old = before.turns.find((candidate) => candidate.head.runId === turn.head.runId);
  if (!old) return isActive(turn.head.status) ? text('announceStarted') : undefined;
  if (old === turn) return undefined;
  const approval = turn.head.approvals.find(({ id }) => !old.head.approvals.some((known) => known.id === id));
  if (approval) return text('announceApproval', approval.title);
  if (isActive(old.head.status) && !isActive(turn.head.status)) return ended(turn, text);
  return taskEnd(old, turn, text) ?? handover(old, turn, text);
}

function ended(turn: Turn, text: Text): string {
  if (turn.head.status === 'cancelled') return text('announceStopped');
  if (turn.head.error) return text('announceFailed', turn.head.error.message);
  const answer = turn.items.findLast((item) => item.kind === 'text' && item.taskId === undefined);
  const said = answer?.kind === 'text' ? answer.text : '';
  const spoken = said.length > MAX_SPOKEN ? `${said.slice(0, MAX_SPOKEN)}…` : said;
  return text('announceAnswered', turn.head.agent ?? '', spoken);
}

/** Of tasks those that ended since: the last one, or one that failed. */
function taskEnd(before: Turn, after: Turn, text: Text): string | undefined {
  const known = new Map(before.items.map((item) => [item.id, item]));
  const ended = after.items.filter((item) => {
    const old = known.get(item.id);
    return (
      item.kind === 'task' &&
      old?.kind === 'task' &&
      old.status !== item.status &&
      /^(completed|failed)$/.test(item.status)
    );
  });
  const item = ended.find((one) => one.kind === 'task' && one.status === 'failed') ?? ended.at(-1);
  if (item?.kind !== 'task') return undefined;
  return text(item.status === 'failed' ? 'announceTaskFailed' : 'announceTaskDone', item.title);
}

function handover(before: Turn, after: Turn, text: Text): string | undefined {
  const known = new Set(before.items.map((item) => item.id));
  const item = after.items.findLast((candidate) => !known.has(candidate.id));
  if (item?.kind === 'route') return text('announceRouted', item.to, item.reason);
  if (item?.kind === 'handoff') return text('handedOver', item.agent, item.to);
  return undefined;
}
