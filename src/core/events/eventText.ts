// Events as text, for logs and brokers, and back.
import type { EventEnvelope } from '../../api';
import { messageOf } from '../failure';
import { isStoredEvent } from './eventSchemas';
import { topicFault } from './topicPattern';

/** Longest event of another window that is read, in characters. */
const MAX_TEXT = 4_000_000;

/** JSON on one line. A payload that is not JSON, which is a bug of its publisher, is replaced by a note: its place must not be lost. */
export function eventText(event: EventEnvelope): string {
  try {
    return JSON.stringify(event);
  } catch (error) {
    return JSON.stringify({ ...event, payload: { unstorable: messageOf(error) } });
  }
}

/** The event of a text from elsewhere; undefined where it is none that this version knows how to read. */
export function readEventText(text: string): EventEnvelope | undefined {
  if (text.length > MAX_TEXT) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isStoredEvent(value) && topicFault(value.topic) === undefined ? value : undefined;
}
