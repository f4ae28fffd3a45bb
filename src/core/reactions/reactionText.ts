// What has happened, as text for an agent. Everything in it comes from outside, so it is handed over as material, never as a request.
import type { EventEnvelope } from '../../api';
import { cutText } from '../memory/cutText';
import type { EventBatch, PendingEvent } from './pendingEvents';
import { pathsOf } from './reactionMatch';

const MAX_LINES = 100;
const MAX_FILES = 100;
/** Of one event's payload, in characters. */
const MAX_PAYLOAD = 1_500;
const MAX_TOKENS = 6_000;

/** `filesOf` knows more files than a payload names: those that a run has changed. */
export function describeBatch({ events, more }: EventBatch, filesOf: (event: EventEnvelope) => string[]): string {
  const files = [...new Set(events.flatMap(({ event }) => [...pathsOf(event), ...filesOf(event)]))];
  const left = files.length - MAX_FILES;
  const shown = events.slice(-MAX_LINES);
  const others = more + events.length - shown.length;
  const lines = [
    ...(files.length > 0
      ? [`Files: ${files.slice(0, MAX_FILES).join(', ')}${left > 0 ? `, and ${left} more` : ''}`]
      : []),
    ...shown.map(lineOf),
    ...(others > 0 ? [`And ${others} events more.`] : []),
  ];
  return cutText(lines.join('\n'), MAX_TOKENS).text;
}

/** The files of a batch, for instructions that apply to them. */
export function filesIn({ events }: EventBatch): string[] {
  return [...new Set(events.flatMap(({ event }) => pathsOf(event)))].slice(0, MAX_FILES);
}

function lineOf({ event, count }: PendingEvent): string {
  const { topic, time, agent, payload } = event;
  const times = count > 1 ? ` (${count} times)` : '';
  const by = agent === undefined ? '' : ` by ${agent}`;
  const json = JSON.stringify(payload);
  const text = json.length > MAX_PAYLOAD ? `${json.slice(0, MAX_PAYLOAD)}…` : json;
  return `- ${time} ${topic}${by}${times}: ${text}`;
}
