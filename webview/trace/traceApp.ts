// The page around its tabs: which one is in front, which run is chosen, where the person was. What is in a tab is the tab's.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { TRACE_LIST, traceListSchema, type TraceRow } from '../../src/protocol/trace/traceList';
import { placeSchema, type Place } from '../../src/protocol/trace/traceMessages';
import { TRACE_STRINGS } from '../../src/protocol/trace/traceStrings';
import { icon } from '../shared/icons';
import { Translation } from '../shared/translation';
import type { HostLink, ShownMessage } from './hostLink';
import type { PageTab, TabElement, TabPort } from './tabElement';

/** Time between the last change of place and its being kept by the host. */
const PLACE_DELAY_MS = 300;

type Hello = Extract<ShownMessage, { type: 'hello' }>;
type Show = Extract<ShownMessage, { type: 'show' }>;
type Batch = Extract<ShownMessage, { type: 'batch' }>;

export class TraceApp extends LitElement {
  static override properties = {
    tabs: { state: true },
    traces: { state: true },
    // What tabs want to find again is not shown here.
    place: {
      state: true,
      hasChanged: (place: Place, before?: Place) => place.tab !== before?.tab || place.traceId !== before?.traceId,
    },
    said: { state: true },
  };
  declare link: HostLink;
  known: readonly PageTab[] = [];
  declare tabs: readonly PageTab[];
  declare traces: readonly TraceRow[];
  declare place: Place;
  declare said: string;
  private hello: Hello | undefined;
  private readonly translation = new Translation(TRACE_STRINGS);
  private readonly elements = new Map<string, TabElement>();
  private placeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.tabs = [];
    this.traces = [];
    this.place = { tabs: {} };
    this.said = '';
  }

  /** Takes a message of the host. */
  receive(message: ShownMessage): void {
    switch (message.type) {
      case 'hello':
        this.begin(message);
        return;
      case 'show':
        this.show(message);
        return;
      case 'batch':
        void this.take(message);
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'main');
    document.addEventListener('keydown', (event) => this.onPageKey(event));
  }

  /** Keeps the place now. */
  keepPlace(): void {
    clearTimeout(this.placeTimer);
    this.placeTimer = undefined;
    if (!this.hello) return;
    this.link.api.setState(this.place);
    this.link.post({ type: 'place', place: this.place });
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { text } = this.translation;
    const active = this.active();
    return html`<h1 class="visually-hidden">${text('page')}</h1>
      <div class="page-header">
        <div
          class="tab-list"
          role="tablist"
          aria-label=${text('tabs')}
          @keydown=${(event: KeyboardEvent) => this.onKey(event)}
        >
          ${this.tabs.map((tab) => this.tabButton(tab, tab === active))}
        </div>
        ${active?.picksRun ? this.runPicker() : nothing}
      </div>
      <div
        class="tab-panel"
        role="tabpanel"
        id="tab-panel"
        aria-labelledby=${active ? `tab-${active.id}` : nothing}
      ></div>
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="trace-status">${this.said}</div>`;
  }

  protected override updated(): void {
    const panel = this.querySelector('.tab-panel');
    const active = this.active();
    if (!panel || !active) return;
    const element = this.element(active);
    if (!element.isConnected) panel.append(element);
    for (const [id, other] of this.elements) other.hidden = id !== active.id;
    element.traces = this.traces;
    if (active.picksRun) element.trace = this.chosen();
  }

  private begin(hello: Hello): void {
    this.hello = hello;
    this.translation.use(hello.strings[''] ?? {}, hello.locale);
    const own = placeSchema.safeParse(this.link.api.getState());
    this.place = own.success ? own.data : (hello.place ?? { tabs: {} });
    this.tabs = this.known.filter(({ id }) => hello.tabs.includes(id));
    this.link.post({ type: 'open', tab: TRACE_LIST });
    const active = this.active();
    if (active) this.openFeed(active);
  }

  private async take({ tab, revision, isFirst, message }: Batch): Promise<void> {
    if (tab === TRACE_LIST) {
      const list = traceListSchema.safeParse(message);
      if (list.success) this.traces = list.data.traces;
      await this.updateComplete;
    } else await this.elements.get(tab)?.take(message, isFirst);
    this.link.post({ type: 'ack', tab, revision });
  }

  /** The tab in front: the one that was in front last time, or the first. */
  private active(): PageTab | undefined {
    return this.tabs.find(({ id }) => id === this.place.tab) ?? this.tabs[0];
  }

  /** The chosen trace; the newest where none was chosen, or where it is gone. */
  private chosen(): TraceRow | undefined {
    return this.traces.find(({ traceId }) => traceId === this.place.traceId) ?? this.traces[0];
  }

  private select(tab: PageTab): void {
    const before = this.active();
    if (before === tab) return;
    if (before) this.link.post({ type: 'close', tab: before.id });
    this.changePlace({ tab: tab.id });
    this.openFeed(tab);
    void this.updateComplete.then(() => this.elements.get(tab.id)?.shown());
  }

  private show({ tab, traceId, target }: Show): void {
    if (traceId !== undefined) this.changePlace({ traceId });
    const wanted = this.tabs.find(({ id }) => id === tab);
    if (!wanted) return;
    this.select(wanted);
    if (target !== undefined) void this.updateComplete.then(() => this.elements.get(tab)?.showTarget(target));
  }

  private openFeed(tab: PageTab): void {
    const since = this.element(tab).since();
    this.link.post({ type: 'open', tab: tab.id, ...(since !== undefined && { since }) });
  }

  private element(tab: PageTab): TabElement {
    const known = this.elements.get(tab.id);
    if (known) return known;
    const element = tab.create();
    element.port = this.port(tab);
    element.classList.add('tab');
    this.elements.set(tab.id, element);
    return element;
  }

  private port(tab: PageTab): TabPort {
    const translation = new Translation<string>(tab.strings);
    translation.use(this.hello?.strings[tab.id] ?? {}, this.hello?.locale ?? 'en');
    const { place } = this;
    return {
      translation,
      place: place.tabs[tab.id],
      tell: (message) => this.link.post({ type: 'tell', tab: tab.id, message }),
      ask: (message) => this.link.ask(tab.id, message),
      keep: (kept) => this.changePlace({ tabs: { ...this.place.tabs, [tab.id]: kept } }),
      restart: () => {
        if (this.active() === tab) this.openFeed(tab);
      },
      show: (target) => this.show({ type: 'show', ...target }),
      askTeam: { label: this.translation.text('askTeam'), run: () => this.link.post({ type: 'askTeam' }) },
      announce: (text) => (this.said = text),
    };
  }

  private changePlace(change: Partial<Place>): void {
    this.place = { ...this.place, ...change };
    this.placeTimer ??= setTimeout(() => this.keepPlace(), PLACE_DELAY_MS);
  }

  private tabButton(tab: PageTab, isActive: boolean): TemplateResult {
    return html`<button
      type="button"
      role="tab"
      id="tab-${tab.id}"
      class="tab-button"
      data-testid="tab-${tab.id}"
      aria-selected=${isActive}
      aria-controls="tab-panel"
      tabindex=${isActive ? 0 : -1}
      title=${this.labelOf(tab)}
      @click=${() => this.select(tab)}
    >
      ${icon(tab.icon)}<span class="tab-label">${this.labelOf(tab)}</span>
    </button>`;
  }

  private labelOf(tab: PageTab): string {
    return this.hello?.strings[tab.id]?.['tab'] ?? tab.strings.tab;
  }

  private onPageKey(event: KeyboardEvent): void {
    const active = this.active();
    const isTyping = event.target instanceof Element && event.target.closest('input, select, textarea') !== null;
    if (!active || isTyping || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.elements.get(active.id)?.onPageKey(event) === true) event.preventDefault();
  }

  private onKey(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -this.tabs.length, End: this.tabs.length }[event.key];
    const active = this.active();
    if (step === undefined || !active) return;
    event.preventDefault();
    const at = Math.min(this.tabs.length - 1, Math.max(0, this.tabs.indexOf(active) + step));
    const next = this.tabs[at];
    if (next) this.select(next);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${next?.id ?? ''}`)?.focus());
  }

  private runPicker(): TemplateResult {
    const { text } = this.translation;
    const chosen = this.chosen();
    return html`<label class="run-picker">
      <span class="run-picker-label">${text('run')}</span>
      <select
        data-testid="trace-select"
        ?disabled=${this.traces.length === 0}
        @change=${(event: Event) => this.choose(event.target)}
      >
        ${this.traces.length === 0 ? html`<option>${text('noRuns')}</option>` : nothing}
        ${this.traces.map(
          (trace) =>
            html`<option value=${trace.traceId} ?selected=${trace === chosen} .selected=${trace === chosen}>
              ${this.describe(trace)}
            </option>`,
        )}
      </select>
    </label>`;
  }

  private choose(select: EventTarget | null): void {
    if (select instanceof HTMLSelectElement) this.changePlace({ traceId: select.value });
  }

  private describe(trace: TraceRow): string {
    const { text, moment } = { text: this.translation.text, moment: this.translation.moment.bind(this.translation) };
    const state = trace.isLive ? text('running') : trace.isImported ? text('imported') : trace.status;
    const errors =
      trace.errors === 0 ? undefined : trace.errors === 1 ? text('oneError') : text('errorsCount', trace.errors);
    return [trace.title, state, errors, moment(trace.startTime, new Date())].filter(Boolean).join(' · ');
  }
}

customElements.define('trace-app', TraceApp);
