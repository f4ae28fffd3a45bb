// The tab Events: what happens, as it happens.
import { html, nothing, type TemplateResult } from 'lit';
import * as z from 'zod/mini';
import { eventsBatchSchema, MAX_EVENTS, type EventPosition } from '../../src/protocol/trace/eventsMessages';
import { EVENTS_STRINGS, type EventsStringKey } from '../../src/protocol/trace/eventsStrings';
import './deliveriesView';
import './eventDetail';
import { emptyTab } from './emptyTab';
import { filterOf, FIRST_PLACE, readPlace, sourceOf, withoutFilter, withRun, type EventsPlace } from './eventsPlace';
import { eventsToolbar } from './eventsToolbar';
import { createEventTable } from './eventTable';
import { EventStore } from './model/eventStore';
import { ShownEvents } from './model/shownEvents';
import type { RowGrid } from './rowGrid';
import { TabElement, type PageTab } from './tabElement';

/** An event of a run. */
const targetSchema = z.object({ runId: z.optional(z.string()), eventId: z.optional(z.string()) });

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
  private readonly rows = new ShownEvents(this.store);
  private position: EventPosition | undefined;
  private table: RowGrid | undefined;
  /** An event to go to as soon as it is here. */
  private wanted: string | undefined;

  constructor() {
    super();
    this.place = FIRST_PLACE;
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
    return { source: sourceOf(this.place), ...(this.position !== undefined && { after: this.position }) };
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
    this.table?.rows.update(this.rows.length);
  }

  override async take(message: unknown): Promise<void> {
    const batch = eventsBatchSchema.safeParse(message);
    if (!batch.success) return;
    const { events, position, waiting } = batch.data;
    this.position = position;
    this.waiting = waiting;
    const added = this.rows.append(events, filterOf(this.place));
    if (events.ids.length > 0) this.showNews(added);
    this.goToWanted();
    await this.updateComplete;
  }

  protected override render(): TemplateResult {
    return html`${this.toolbar()}
      <div class="tab-body">
        <div class="events-list">
          <div
            class="grid events-grid ${this.store.originNames().length > 0 ? 'has-team' : ''}"
            role="grid"
            tabindex="0"
            aria-label=${this.text('table')}
            aria-readonly="true"
            ?hidden=${this.counts.passing === 0}
          >
            <div class="row grid-head event-row" role="row" aria-rowindex="1">
              <span role="columnheader" class="event-time">${this.text('time')}</span>
              <span role="columnheader" class="event-topic">${this.text('topic')}</span>
              <span role="columnheader" class="event-agent"><span>${this.text('agent')}</span></span>
              <span role="columnheader" class="event-origin" title=${this.text('window')}
                ><span>${this.text('window')}</span></span
              >
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
      text: this.text,
      indexOf: (row) => this.rows.indexAt(row),
      onChoose: (row) => {
        this.showsDeliveries = false;
        this.chosenId = this.store.row(this.rows.indexAt(row)).id;
      },
    });
    this.refilter();
  }

  private toolbar(): TemplateResult {
    const { place, counts, isPaused, waiting, showsDeliveries, traces, store } = this;
    return eventsToolbar({
      ...{ place, counts, isPaused, waiting, showsDeliveries, traces },
      text: this.text,
      number: (value) => this.port.translation.number(value),
      agents: store.agentNames(),
      origins: store.originNames(),
      actions: {
        change: (change) => this.changePlace({ ...place, ...change }),
        chooseRun: (runId) => this.chooseRun(runId),
        enterTable: (event) => this.focusTable(event),
        pause: (pauses) => this.pause(pauses),
        deliveries: () => (this.showsDeliveries = !showsDeliveries),
        export: () => this.port.tell({ type: 'export', ...this.rows.toExport() }),
      },
    });
  }

  private empty(): TemplateResult {
    if (this.store.length > 0) {
      return html`<div class="empty">
        <p>${this.text('noMatches')}</p>
        <button type="button" class="link" @click=${() => this.changePlace(withoutFilter(this.place))}>
          ${this.text('clearFilter')}
        </button>
      </div>`;
    }
    return emptyTab(this.port, this.text('emptyTitle'), this.text('emptyText'));
  }

  private readonly text = (key: EventsStringKey, ...values: (string | number)[]): string =>
    this.port.translation.text(key, ...values);

  private readPlace(): void {
    const kept = readPlace(this.port.place);
    if (kept && this.store.length === 0) this.usePlace(kept);
  }

  private usePlace(place: EventsPlace): void {
    this.place = place;
    this.rows.newestFirst = place.newestFirst;
  }

  /** New rows are in: what is looked at stays where it is, the end stays the end. */
  private showNews(added: number): void {
    const wasAtEnd = this.table?.rows.isAtEnd === true;
    this.showRows();
    if (this.place.newestFirst) this.table?.rows.shift(added);
    else if (wasAtEnd) this.table?.rows.reveal(this.rows.length - 1);
  }

  private showRows(): void {
    this.counts = { all: this.store.length, passing: this.rows.length };
    this.table?.update(this.rows.length, this.rows.rowOf(this.chosenId));
  }

  private refilter(): void {
    this.rows.refilter(filterOf(this.place));
    this.showRows();
  }

  private changePlace(place: EventsPlace): void {
    this.usePlace(place);
    this.port.keep(place);
    this.refilter();
    if (this.table && this.table.chosen !== -1) this.table.rows.reveal(this.table.chosen);
  }

  /** Another source has other events. */
  private chooseRun(runId: string): void {
    this.store.clear();
    this.position = undefined;
    this.isPaused = false;
    this.waiting = 0;
    this.chosenId = undefined;
    this.changePlace(withRun(this.place, runId));
    this.port.restart();
  }

  private pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.port.tell({ type: 'pause', isPaused });
  }

  /** Shows an event, without the filter where it does not pass. */
  private choose(id: string): void {
    if (this.rows.rowOf(id) === -1) this.changePlace(withoutFilter(this.place));
    this.table?.choose(this.rows.rowOf(id), 'center');
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

customElements.define('events-tab', EventsTab);

export const eventsTab: PageTab = {
  id: 'events',
  icon: 'pulse',
  create: () => new EventsTab(),
  strings: EVENTS_STRINGS,
  picksRun: false,
};
