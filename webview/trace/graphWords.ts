// What is said of a node of the graph: on it, in the list, and to screen readers.
import type { ShownNode } from '../../src/protocol/trace/graphMessages';
import { formatDuration } from '../../src/protocol/measures';
import type { TabPort } from './tabElement';

type Text = TabPort['translation']['text'];

/** Its name: what it is about, or what kind it is where that says it all. */
export function nameOf(node: ShownNode, text: Text): string {
  switch (node.kind) {
    case 'plan':
      return text('plan');
    case 'synthesis':
      return text('synthesis');
    case 'refusal':
      return text('refused', node.label);
    case 'request':
      return node.label === '' ? text('request') : node.label;
    default:
      return node.label;
  }
}

export function stateText(state: string | undefined, text: Text): string {
  return state === undefined ? '' : text(`state.${state}`);
}

/** How long it took, or takes until `now`; empty for what has not begun. */
export function timeText(node: ShownNode, now: number): string {
  if (node.durationMs !== undefined) return formatDuration(node.durationMs);
  const isWorking = node.state === 'running' || node.state === 'retrying' || node.state === 'waiting-approval';
  return isWorking && node.startedAt !== undefined
    ? formatDuration(Math.floor((now - node.startedAt) / 1000) * 1000)
    : '';
}

/** The line below the name: who, how long, what about. */
export function underline(node: ShownNode, text: Text, now: number): string {
  const isNamed = node.kind === 'agent' || node.kind === 'refusal';
  const who = node.via ? node.via.join(' → ') : isNamed ? undefined : node.agent;
  const again =
    node.attempts === undefined ? undefined : text(node.kind === 'plan' ? 'revision' : 'attempt', node.attempts);
  const state = node.state === 'running' || node.state === 'completed' ? undefined : stateText(node.state, text);
  return [who, state, timeText(node, now), again, node.note].filter(Boolean).join(' · ');
}

/** Everything about it, a line for each. */
export function fullText(node: ShownNode, text: Text, now: number, after: readonly string[]): string {
  const waits = node.state === 'blocked' && after.length > 0 ? text('waitsFor', after.join(', ')) : undefined;
  const again =
    node.attempts === undefined ? undefined : text(node.kind === 'plan' ? 'revision' : 'attempt', node.attempts);
  const who = node.via ? text('handedOver', node.via.join(' → ')) : node.kind === 'agent' ? undefined : node.agent;
  return [nameOf(node, text), who, stateText(node.state, text), timeText(node, now), again, waits, node.note]
    .filter(Boolean)
    .join('\n');
}
