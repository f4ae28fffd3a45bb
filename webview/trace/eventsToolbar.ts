// The bar above the events: finding, filtering, pausing.
import { html, nothing, type TemplateResult } from 'lit';
import type { EventsStringKey } from '../../src/protocol/trace/eventsStrings';
import type { TraceRow } from '../../src/protocol/trace/traceList';
import { icon, iconButton } from '../shared/icons';
import type { EventsPlace } from './eventsPlace';
import { windowName } from './eventTable';
import { OTHER_WINDOWS, THIS_WINDOW } from './model/eventFilter';

export interface EventsToolbarOptions {
  place: EventsPlace;
  text: (key: EventsStringKey, ...values: (string | number)[]) => string;
  number: (value: number) => string;
  /** Events here, and those that pass the filter. */
  counts: { all: number; passing: number };
  agents: readonly string[];
  /** Other windows of the team, by their ids. */
  origins: readonly string[];
  traces: readonly TraceRow[];
  isPaused: boolean;
  waiting: number;
  showsDeliveries: boolean;
  actions: {
    change: (change: Partial<EventsPlace>) => void;
    chooseRun: (runId: string) => void;
    enterTable: (event: Event) => void;
    pause: (isPaused: boolean) => void;
    deliveries: () => void;
    export: () => void;
  };
}

export function eventsToolbar(options: EventsToolbarOptions): TemplateResult {
  const { place, text, actions } = options;
  return html`<div class="toolbar" role="toolbar" aria-label=${text('tab')}>
    <input
      type="search"
      class="filter"
      data-testid="event-filter"
      aria-label=${text('filter')}
      placeholder=${text('filterPlaceholder')}
      .value=${place.filter}
      @input=${(event: Event) => actions.change({ filter: valueOf(event) })}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') actions.enterTable(event);
      }}
    />
    ${agentPicker(options)} ${originPicker(options)} ${runPicker(options)}
    <span class="toolbar-count" role="status">${countText(options)}</span>
    ${iconButton({
      icon: place.newestFirst ? 'arrow-up' : 'arrow-down',
      label: text(place.newestFirst ? 'newestFirst' : 'oldestFirst'),
      testId: 'event-order',
      onClick: () => actions.change({ newestFirst: !place.newestFirst }),
    })}
    ${pauseButton(options)}
    <button
      type="button"
      class="tool-button"
      data-testid="event-deliveries-toggle"
      aria-pressed=${options.showsDeliveries}
      title=${text('deliveriesHint')}
      @click=${actions.deliveries}
    >
      ${icon('broadcast')}<span class="tool-label">${text('deliveries')}</span>
    </button>
    ${iconButton({
      icon: 'export',
      label: text('export'),
      testId: 'event-export',
      disabled: options.counts.passing === 0,
      onClick: actions.export,
    })}
  </div>`;
}

function pauseButton({ isPaused, waiting, text, number, actions }: EventsToolbarOptions): TemplateResult {
  const label = text(isPaused ? 'resume' : 'pause');
  return html`<button
    type="button"
    class="tool-button"
    data-testid="event-pause"
    aria-pressed=${isPaused}
    title=${label}
    @click=${() => actions.pause(!isPaused)}
  >
    ${icon(isPaused ? 'debug-continue' : 'debug-pause')}<span class="tool-label"
      >${isPaused && waiting > 0 ? text('waiting', number(waiting)) : label}</span
    >
  </button>`;
}

function agentPicker({ place: { agent }, agents, text, actions }: EventsToolbarOptions): TemplateResult {
  const names = (agent === '' || agents.includes(agent) ? [...agents] : [...agents, agent]).sort();
  return html`<select
    class="picker"
    data-testid="event-agent"
    aria-label=${text('agent')}
    @change=${(event: Event) => actions.change({ agent: valueOf(event) })}
  >
    <option value="" ?selected=${agent === ''}>${text('anyAgent')}</option>
    ${names.map((name) => html`<option value=${name} ?selected=${name === agent}>${name}</option>`)}
  </select>`;
}

/** Only where there is a team. */
function originPicker({ place: { origin = '' }, origins, text, actions }: EventsToolbarOptions) {
  const isChosen = origin !== '' && origin !== THIS_WINDOW && origin !== OTHER_WINDOWS;
  const others = isChosen && !origins.includes(origin) ? [...origins, origin] : origins;
  if (others.length === 0 && origin === '') return nothing;
  const option = (value: string, label: string) =>
    html`<option value=${value} ?selected=${value === origin}>${label}</option>`;
  return html`<select
    class="picker"
    data-testid="event-origin"
    aria-label=${text('window')}
    @change=${(event: Event) => actions.change({ origin: valueOf(event) })}
  >
    ${option('', text('anyWindow'))} ${option(THIS_WINDOW, text('thisWindow'))}
    ${option(OTHER_WINDOWS, text('otherWindows'))}
    ${others.map((other) => option(other, text('oneWindow', windowName(other))))}
  </select>`;
}

function runPicker({ place: { runId }, traces, text, actions }: EventsToolbarOptions): TemplateResult {
  const runs = traces.filter((trace) => trace.runId !== undefined);
  return html`<select
    class="picker event-run"
    data-testid="event-run"
    aria-label=${text('run')}
    @change=${(event: Event) => actions.chooseRun(valueOf(event))}
  >
    <option value="" ?selected=${runId === undefined}>${text('allRuns')}</option>
    ${runs.map((run) => html`<option value=${run.runId ?? ''} ?selected=${run.runId === runId}>${run.title}</option>`)}
  </select>`;
}

function countText({ counts: { all, passing }, text, number }: EventsToolbarOptions): string {
  if (all === 0) return '';
  return all === passing ? text('count', number(all)) : text('countOf', number(passing), number(all));
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
