// What an event's payload says, in a line: the words that tell most come first.
import type { EventEnvelope } from '../../api';
import { formatDuration } from '../../protocol/measures';

/** Longest summary, in characters; the whole payload is a click away. */
export const MAX_SUMMARY = 240;
/** Fields that say what an event is about, in the order in which they are read. */
const TELLING = [
  'title',
  'tool',
  'from',
  'to',
  'agent',
  'role',
  'model',
  'name',
  'kind',
  'message',
  'reason',
  'why',
  'error',
  'text',
  'path',
  'uri',
  'pattern',
];
/** Ids say nothing to a person, and are in the payload. */
const SILENT = new Set(['id', 'callId', 'invocationId', 'runId', 'threadId', 'eventId']);
const MAX_FIELDS = 6;
const MAX_VALUE = 100;

export function eventSummary({ payload }: Pick<EventEnvelope, 'payload'>): string {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return shortOf(payload, MAX_SUMMARY);
  const fields = payload as Record<string, unknown>;
  const parts: string[] = [];
  for (const key of TELLING) {
    if (parts.length >= MAX_FIELDS) break;
    const text = textOf(fields[key]);
    if (text !== '') parts.push(text);
  }
  for (const key in fields) {
    if (parts.length >= MAX_FIELDS) break;
    if (TELLING.includes(key) || SILENT.has(key)) continue;
    const part = namedPart(key, fields[key]);
    if (part !== '') parts.push(part);
  }
  return parts.join(' · ').slice(0, MAX_SUMMARY);
}

/** A value by its name; times with their unit. */
function namedPart(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('Ms')) return `${key.slice(0, -2)}: ${formatDuration(value)}`;
  const text = textOf(value);
  return text === '' ? '' : `${key}: ${text}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '' : String(value.length);
  if (typeof value === 'object' && value !== null) {
    // Failures say it in their message.
    const { message } = value as { message?: unknown };
    return typeof message === 'string' ? shortOf(message, MAX_VALUE) : '';
  }
  return shortOf(value, MAX_VALUE);
}

function shortOf(value: unknown, limit: number): string {
  if (typeof value === 'string')
    return value
      .slice(0, limit * 2)
      .replace(/\s+/g, ' ')
      .trim()
      .slice(0, limit);
  // Four digits tell enough; the payload has them all.
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  if (typeof value === 'boolean') return String(value);
  if (value === null || value === undefined) return '';
  return JSON.stringify(value).slice(0, limit);
}
