// The tab Events: what happens, as it happens.
import { html, nothing, type TemplateResult } from 'lit';
import * as z from 'zod/mini';
import { eventsBatchSchema, MAX_EVENTS, type EventSource } from '../../src/protocol/trace/eventsMessages';
import { EVENTS_STRINGS, type EventsStringKey } from '../../src/protocol/trace/eventsStrings';
import { icon, iconButton } from '../shared/icons';
import { createEventTable } from './eventTable';
import './deliveriesView';
import './eventDetail';
import { parseEventFilter } from './model/eventFilter';
import { EventStore } from './model/eventStore';
import type { RowGrid } from './rowGrid';
import { TabElement, type PageTab } from './tabElement';

const placeSchema = z.object({
  filter: z.string(),
  agent: z.string(),
  newestFirst: z.boolean(),
  runId: z.optional(z.string()),
});
/** An event of a run. */
const targetSchema = z.object({ runId: z.optional(z.string()), eventId: z.optional(z.string()) });
type EventsPlace = z.infer<typeof placeSchema>;

export class EventsTab extends TabElement {
  static override properties = {
    ...TabElement.properties,
    place: { state: true },
    isPaused: { state: true },
    waiting: { state: true },
    showsDeliveries: { state: true },
    chosenId: { state: true },
    counts: { state: true },
  };
  declare place: EventsPlace;
  declare isPaused: boolean;
  declare waiting: number;
  declare showsDeliveries: boolean;
  declare chosenId: string | undefined;
  /** Events here, and those that pass the filter. */
  declare counts: { all: number; passing: number };
  private readonly store = new EventStore({ capacity: MAX_EVENTS, dropAtOnce: 5000 });
  /** Indexes of the events that pass, ascending. */
  private passing: number[] = [];
  private position: number | undefined;
  private table: RowGrid | undefined;
  /** An event to go to as soon as it is here. */
  private wanted: string | undefined;

  constructor() {
    super();
    this.place = { filter: '', agent: '', newestFirst: true };
    this.isPaused = false;
    this.waiting = 0;
    this.showsDeliveries = false;
    this.counts = { all: 0, passing: 0 };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.readPlace();
  }

  override since(): unknown {
    this.readPlace();
    return { source: this.source(), ...(this.position !== undefined && { after: this.position }) };
  }

  override showTarget(target: unknown): void {
    const parsed = targetSchema.safeParse(target);
    if (!parsed.success) return;
    const { runId, eventId } = parsed.data;
    this.wanted = eventId;
    if (runId === this.place.runId) this.goToWanted();
    else this.chooseRun(runId ?? '');
  }

  override shown(): void {
    this.table?.rows.update(this.passing.length);
  }

  override async take(message: unknown): Promise<void> {
    const batch = eventsBatchSchema.safeParse(message);
    if (!batch.success) return;
    const { events, position, waiting } = batch.data;
    const first = this.store.length;
    const dropped = this.store.append(events);
    this.position = position;
    this.waiting = waiting;
    if (dropped > 0) this.passing = this.passing.flatMap((index) => (index < dropped ? [] : [index - dropped]));
    const before = this.passing.length;
    for (const index of this.store.find(this.filter(), first - dropped)) this.passing.push(index);
    if (events.ids.length > 0) this.showNews(this.passing.length - before);
    this.goToWanted();
    await this.updateComplete;
  }

  protected override render(): TemplateResult {
    return html`${this.toolbar()}
      <div class="tab-body">
        <div class="events-list">
          <div
            class="grid events-grid"
            role="grid"
            tabindex="0"
            aria-label=${this.text('table')}
            aria-readonly="true"
            ?hidden=${this.counts.passing === 0}
          >
            <div class="row grid-head event-row" role="row" aria-rowindex="1">
              <span role="columnheader" class="event-time">${this.text('time')}</span>
              <span role="columnheader" class="event-topic">${this.text('topic')}</span>
              <span role="columnheader" class="event-agent">${this.text('agent')}</span>
              <span role="columnheader" class="event-summary">${this.text('what')}</span>
            </div>
            <div class="grid-rows" role="rowgroup"></div>
          </div>
          ${this.counts.passing === 0 ? this.empty() : nothing}
        </div>
        ${this.side()}
      </div>`;
  }

  /** Beside the table: who gets events, or the chosen event. */
  private side(): TemplateResult | typeof nothing {
    const choose = (event: CustomEvent<string>) => {
      this.showsDeliveries = false;
      this.choose(event.detail);
    };
    if (this.showsDeliveries) {
      return html`<deliveries-view
        .port=${this.port}
        @choose-event=${choose}
        @close-detail=${() => (this.showsDeliveries = false)}
      ></deliveries-view>`;
    }
    if (this.chosenId === undefined) return nothing;
    return html`<event-detail
      .port=${this.port}
      .store=${this.store}
      .eventId=${this.chosenId}
      @choose-event=${choose}
      @close-detail=${() => this.closeDetail()}
    ></event-detail>`;
  }

  protected override firstUpdated(): void {
    const grid = this.querySelector<HTMLElement>('.events-grid');
    const sizer = this.querySelector<HTMLElement>('.grid-rows');
    if (!grid || !sizer) return;
    this.table = createEventTable({
      grid,
      sizer,
      store: this.store,
      indexOf: (row) => this.indexAt(row),
      onChoose: (row) => {
        this.showsDeliveries = false;
        this.chosenId = this.store.row(this.indexAt(row)).id;
      },
    });
    this.refilter();
  }

  private toolbar(): TemplateResult {
    const { filter, newestFirst } = this.place;
    return html`<div class="toolbar" role="toolbar" aria-label=${this.text('tab')}>
      <input
        type="search"
        class="filter"
        data-testid="event-filter"
        aria-label=${this.text('filter')}
        placeholder=${this.text('filterPlaceholder')}
        .value=${filter}
        @input=${(event: Event) => this.changeFilter({ filter: valueOf(event) })}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'ArrowDown' || event.key === 'Enter') this.focusTable(event);
        }}
      />
      ${this.agentPicker()} ${this.runPicker()}
      <span class="toolbar-count" role="status">${this.countText()}</span>
      ${iconButton({
        icon: newestFirst ? 'arrow-up' : 'arrow-down',
        label: this.text(newestFirst ? 'newestFirst' : 'oldestFirst'),
        testId: 'event-order',
        onClick: () => this.changeFilter({ newestFirst: !newestFirst }),
      })}
      <button
        type="button"
        class="tool-button"
        data-testid="event-pause"
        aria-pressed=${this.isPaused}
        title=${this.text(this.isPaused ? 'resume' : 'pause')}
        @click=${() => this.pause(!this.isPaused)}
      >
        ${icon(this.isPaused ? 'debug-continue' : 'debug-pause')}<span class="tool-label"
          >${this.isPaused && this.waiting > 0 ? this.text('waiting', this.number(this.waiting)) : this.text(this.isPaused ? 'resume' : 'pause')}</span
        >
      </button>
      <button
        type="button"
        class="tool-button"
        data-testid="event-deliveries-toggle"
        aria-pressed=${this.showsDeliveries}
        title=${this.text('deliveriesHint')}
        @click=${() => (this.showsDeliveries = !this.showsDeliveries)}
      >
        ${icon('broadcast')}<span class="tool-label">${this.text('deliveries')}</span>
      </button>
      ${iconButton({
        icon: 'export',
        label: this.text('export'),
        testId: 'event-export',
        disabled: this.counts.passing === 0,
        onClick: () => this.export(),
      })}
    </div>`;
  }

  private agentPicker(): TemplateResult {
    return html`<select
      class="picker"
      data-testid="event-agent"
      aria-label=${this.text('agent')}
      @change=${(event: Event) => this.changeFilter({ agent: valueOf(event) })}
    >
      <option value="" ?selected=${this.place.agent === ''}>${this.text('anyAgent')}</option>
      ${this.agents().map((name) => html`<option value=${name} ?selected=${name === this.place.agent}>${name}</option>`)}
    </select>`;
  }

  private runPicker(): TemplateResult {
    const { runId } = this.place;
    const runs = this.traces.filter((trace) => trace.runId !== undefined);
    return html`<select
      class="picker event-run"
      data-testid="event-run"
      aria-label=${this.text('run')}
      @change=${(event: Event) => this.chooseRun(valueOf(event))}
    >
      <option value="" ?selected=${runId === undefined}>${this.text('thisWindow')}</option>
      ${runs.map((run) => html`<option value=${run.runId ?? ''} ?selected=${run.runId === runId}>${run.title}</option>`)}
    </select>`;
  }

  private empty(): TemplateResult {
    if (this.store.length > 0) {
      return html`<div class="empty">
        <p>${this.text('noMatches')}</p>
        <button type="button" class="link" @click=${() => this.changeFilter({ filter: '', agent: '' })}>
          ${this.text('clearFilter')}
        </button>
      </div>`;
    }
    return html`<div class="empty">
      <h2>${this.text('emptyTitle')}</h2>
      <p>${this.text('emptyText')}</p>
    </div>`;
  }

  private text(key: EventsStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }

  private number(value: number): string {
    return this.port.translation.number(value);
  }

  private countText(): string {
    const { all, passing } = this.counts;
    if (all === 0) return '';
    return all === passing
      ? this.text('count', this.number(all))
      : this.text('countOf', this.number(passing), this.number(all));
  }

  private agents(): string[] {
    const names = this.store.agentNames();
    const { agent } = this.place;
    return (agent === '' || names.includes(agent) ? names : [...names, agent]).sort();
  }

  private source(): EventSource {
    const { runId } = this.place;
    return runId === undefined ? { kind: 'window' } : { kind: 'run', runId };
  }

  private filter() {
    return parseEventFilter(this.place.filter, this.place.agent === '' ? undefined : this.place.agent);
  }

  private readPlace(): void {
    const kept = placeSchema.safeParse(this.port.place);
    if (kept.success && this.store.length === 0) this.place = kept.data;
  }

  private indexAt(row: number): number {
    const at = this.place.newestFirst ? this.passing.length - 1 - row : row;
    return this.passing[at] ?? -1;
  }

  private rowOf(id: string | undefined): number {
    const index = id === undefined ? undefined : this.store.indexOf(id);
    const at = index === undefined ? -1 : placeIn(this.passing, index);
    return at === -1 || !this.place.newestFirst ? at : this.passing.length - 1 - at;
  }

  /** New rows are in: what is looked at stays where it is, the end stays the end. */
  private showNews(added: number): void {
    const wasAtEnd = this.table?.rows.isAtEnd === true;
    this.showRows();
    if (this.place.newestFirst) this.table?.rows.shift(added);
    else if (wasAtEnd) this.table?.rows.reveal(this.passing.length - 1);
  }

  private showRows(): void {
    this.counts = { all: this.store.length, passing: this.passing.length };
    this.table?.update(this.passing.length, this.rowOf(this.chosenId));
  }

  private refilter(): void {
    this.passing = this.store.find(this.filter());
    this.showRows();
  }

  private changeFilter(change: Partial<EventsPlace>): void {
    this.place = { ...this.place, ...change };
    this.port.keep(this.place);
    this.refilter();
    if (this.table && this.table.chosen !== -1) this.table.rows.reveal(this.table.chosen);
  }

  /** Another source has other events. */
  private chooseRun(runId: string): void {
    const { runId: _before, ...rest } = this.place;
    this.place = runId === '' ? rest : { ...rest, runId };
    this.port.keep(this.place);
    this.store.clear();
    this.position = undefined;
    this.isPaused = false;
    this.waiting = 0;
    this.chosenId = undefined;
    this.refilter();
    this.port.restart();
  }

  private pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.port.tell({ type: 'pause', isPaused });
  }

  private export(): void {
    const rows = this.passing.map((index) => this.store.row(index));
    this.port.tell({ type: 'export', ids: rows.map(({ id }) => id), firstSeq: rows[0]?.seq ?? 1 });
  }

  /** Shows an event, without the filter where it does not pass. */
  private choose(id: string): void {
    if (this.rowOf(id) === -1) this.changeFilter({ filter: '', agent: '' });
    this.table?.choose(this.rowOf(id), 'center');
  }

  private goToWanted(): void {
    if (this.wanted === undefined || this.store.indexOf(this.wanted) === undefined) return;
    const id = this.wanted;
    this.wanted = undefined;
    this.choose(id);
  }

  private closeDetail(): void {
    this.chosenId = undefined;
    this.showRows();
    this.querySelector<HTMLElement>('.events-grid')?.focus();
  }

  private focusTable(event: Event): void {
    event.preventDefault();
    this.querySelector<HTMLElement>('.events-grid')?.focus();
    if (this.table?.chosen === -1) this.table.choose(0);
  }

  override onPageKey({ key }: KeyboardEvent): boolean {
    if (key === 'f' || key === 'F' || key === '/') this.querySelector<HTMLElement>('.filter')?.focus();
    else if (key === 'Escape' && this.chosenId !== undefined) this.closeDetail();
    else return false;
    return true;
  }
}

/** Position of a number in an ascending list; -1 when it is not there. */
function placeIn(list: readonly number[], wanted: number): number {
  let low = 0;
  let high = list.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = list[middle] ?? 0;
    if (found === wanted) return middle;
    if (found < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}

customElements.define('events-tab', EventsTab);

export const eventsTab: PageTab = {
  id: 'events',
  icon: 'pulse',
  create: () => new EventsTab(),
  strings: EVENTS_STRINGS,
  picksRun: false,
};
