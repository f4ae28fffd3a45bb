// The table of events: a grid over the store's events that pass the filter, newest or oldest first.
import type { EventsStringKey } from '../../src/protocol/trace/eventsStrings';
import { cell, make, setText } from './element';
import { markAgent } from './agentMark';
import type { EventRow, EventStore } from './model/eventStore';
import { RowGrid } from './rowGrid';

export const EVENT_ROW_HEIGHT = 22;
const HEAD_HEIGHT = 22;

/** How a window of the team is named: the end of its id, which differs most. */
export function windowName(origin: string): string {
  return origin.slice(-4);
}

export interface EventTableOptions {
  grid: HTMLElement;
  sizer: HTMLElement;
  store: EventStore;
  text: (key: EventsStringKey, ...values: (string | number)[]) => string;
  /** Index in the store of the event that a row shows. */
  indexOf: (row: number) => number;
  onChoose: (row: number) => void;
}

interface RowParts {
  time: HTMLElement;
  topic: HTMLElement;
  agentIcon: HTMLElement;
  agent: HTMLElement;
  originIcon: HTMLElement;
  originName: HTMLElement;
  origin: HTMLElement;
  summary: HTMLElement;
}

export function createEventTable(options: EventTableOptions): RowGrid {
  const parts = new WeakMap<HTMLElement, RowParts>();
  return new RowGrid({
    grid: options.grid,
    sizer: options.sizer,
    rowHeight: EVENT_ROW_HEIGHT,
    headHeight: HEAD_HEIGHT,
    create: () => {
      const originIcon = make('span');
      const originName = make('span', 'event-origin-name');
      const made = {
        time: cell('event-time'),
        topic: cell('event-topic'),
        agentIcon: make('span'),
        agent: make('span', 'event-agent-name'),
        originIcon,
        originName,
        origin: cell('event-origin', originIcon, originName),
        summary: cell('event-summary'),
      };
      const row = make('div', 'row event-row');
      row.dataset['testid'] = 'event-row';
      made.agentIcon.setAttribute('aria-hidden', 'true');
      originIcon.setAttribute('aria-hidden', 'true');
      row.append(made.time, made.topic, cell('event-agent', made.agentIcon, made.agent), made.origin, made.summary);
      parts.set(row, made);
      return row;
    },
    render: (row, index) => {
      const made = parts.get(row);
      if (!made) return;
      const event = options.store.row(options.indexOf(index));
      dress(row, made, event);
      dressOrigin(made, event.origin, options.text);
    },
    onChoose: options.onChoose,
  });
}

function dress(row: HTMLElement, parts: RowParts, event: EventRow): void {
  row.dataset['topic'] = event.topic;
  row.dataset['tone'] = toneOf(event.topic);
  setText(parts.time, clockTime(event.time));
  setText(parts.topic, event.topic);
  markAgent(parts.agentIcon, parts.agent, event.agent);
  setText(parts.summary, event.summary);
  parts.summary.title = event.summary;
}

/** What this window published has no mark. */
function dressOrigin(
  { origin: element, originIcon, originName }: RowParts,
  origin: string,
  text: EventTableOptions['text'],
): void {
  const name = windowName(origin);
  if (originName.textContent === name) return;
  originName.textContent = name;
  originIcon.className = name === '' ? '' : 'codicon codicon-multiple-windows';
  element.title = name === '' ? '' : text('fromWindow', name);
}

/** What a person should not miss. */
export function toneOf(topic: string): 'error' | 'warning' | 'none' {
  if (topic.endsWith('.failed') || topic === 'breaker.opened' || topic === 'budget.exceeded') return 'error';
  if (/\.(rejected|retrying|fallback|dropped|denied|expired|conflicted|interrupted|warned|tripped)$/.test(topic)) {
    return 'warning';
  }
  return 'none';
}

/** `10:42:07.123`, in the person's time zone. */
export function clockTime(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${time}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
