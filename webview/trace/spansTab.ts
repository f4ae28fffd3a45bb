// The tab Trace: the spans of a run as a waterfall, with the details of the chosen one.
import { html, nothing, type TemplateResult } from 'lit';
import * as z from 'zod/mini';
import { spanBatchSchema, type SpanBatch } from '../../src/protocol/trace/spanMessages';
import { SPANS_STRINGS, type SpansStringKey } from '../../src/protocol/trace/spansStrings';
import { emptyTab } from './emptyTab';
import { TraceModel } from './model/traceModel';
import type { TraceFigures } from './model/traceSummary';
import { figuresLine, figuresText } from './spanFigures';
import { RunningTime } from './runningTime';
import { SpansPicture } from './spansPicture';
import { keptPlace, usePlace, type SpansPlace } from './spansPlace';
import { noMatches, noSpans, waterfallFrame } from './spansViews';
import { spanToolbar } from './spanToolbar';
import type { SpanDetailView } from './spanDetailView';
import './spanDetailView';
import { TabElement, type PageTab } from './tabElement';

/** A span by its id, or the last one of a task. */
const targetSchema = z.object({ spanId: z.optional(z.string()), taskId: z.optional(z.string()) });

/** Figures of a run that is going on are counted anew so often. */
const FIGURES_MS = 500;
/** A large trace that is being read is laid out so often. */
const READING_MS = 200;

export class SpansTab extends TabElement {
  static override properties = {
    ...TabElement.properties,
    follows: { state: true },
    isOpen: { state: true },
    figures: { state: true },
    choices: { state: true },
  };
  /** Newly started spans are brought into sight. */
  declare follows: boolean;
  /** The details of the chosen span are shown. */
  declare isOpen: boolean;
  declare figures: TraceFigures | undefined;
  declare choices: { agents: string[]; kinds: string[] };
  private readonly model = new TraceModel();
  private shownTrace: string | undefined;
  private picture: SpansPicture | undefined;
  /** A span to go to as soon as it is here. */
  private wanted: z.infer<typeof targetSchema> | undefined;
  /** What is to be found again once the spans are here. */
  private unused: SpansPlace | undefined;
  private readonly time = new RunningTime((now) => this.tick(now));
  private figuredAt = -Infinity;
  private laidOutAt = -Infinity;

  constructor() {
    super();
    this.follows = true;
    this.isOpen = false;
    this.choices = { agents: [], kinds: [] };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.time.run(false);
    this.picture?.stop();
  }

  override since(): unknown {
    return this.shownTrace === undefined ? undefined : { traceId: this.shownTrace };
  }

  override showTarget(target: unknown): void {
    const parsed = targetSchema.safeParse(target);
    if (!parsed.success) return;
    this.wanted = parsed.data;
    this.goToWanted();
  }

  override shown(): void {
    this.picture?.draw();
  }

  override onPageKey(event: KeyboardEvent): boolean {
    const { key } = event;
    if (key === 'f' || key === 'F' || key === '/') this.querySelector<HTMLElement>('.find .filter')?.focus();
    else if (key === 'c' || key === 'C') this.togglePath();
    else if (key === 'n' || key === 'N') this.goTo(this.model.goToFound(event.shiftKey ? -1 : 1));
    else if (key === 'Escape' && this.isOpen) this.closeDetails();
    else return this.picture?.waterfall.onTimeKey(event) === true;
    return true;
  }

  override async take(message: unknown, isFirst: boolean): Promise<void> {
    const batch = spanBatchSchema.safeParse(message);
    if (!batch.success || batch.data.traceId !== this.shownTrace) return;
    if (isFirst) this.begin();
    this.takeBatch(batch.data);
    await this.updateComplete;
  }

  protected override willUpdate(): void {
    const traceId = this.trace?.traceId;
    if (traceId === this.shownTrace) return;
    const isOther = this.shownTrace !== undefined;
    this.shownTrace = traceId;
    this.model.reset();
    this.isOpen = false;
    this.figures = undefined;
    this.unused = isOther ? undefined : usePlace(this.model, this.port.place);
    this.port.restart();
  }

  protected override updated(): void {
    this.picture ??= SpansPicture.in({
      host: this,
      model: this.model,
      text: this.text,
      onChoose: (span) => this.choose(span),
      onOpen: (span) => this.openDetails(span),
      onClick: () => {
        if (this.model.chosen === 0 || this.isOpen) return;
        this.isOpen = true;
        this.changed();
      },
      onScrollUp: () => (this.follows = false),
      onChange: () => this.changed(),
    });
    this.picture?.draw();
  }

  protected override render(): TemplateResult {
    const isEmpty = this.model.tree.size === 0;
    return html`<div
        class="minimap"
        data-testid="minimap"
        title=${this.text('minimap')}
        aria-hidden="true"
        ?hidden=${isEmpty}
      ></div>
      ${isEmpty ? nothing : this.bars()}
      <div class="tab-body">
        <div class="waterfall" ?hidden=${isEmpty || this.model.rows.length === 0}>
          ${waterfallFrame(this.text)}
          <div class="overlay" aria-hidden="true"></div>
        </div>
        ${isEmpty || this.model.rows.length === 0 ? this.empty(isEmpty) : nothing}
        ${this.isOpen && this.model.chosen !== 0 ? this.details() : nothing}
      </div>`;
  }

  private bars(): TemplateResult {
    return html`${spanToolbar({
        model: this.model,
        text: this.text,
        ...this.choices,
        follows: this.follows,
        actions: {
          search: (text) => this.change(() => this.model.setSearch(text)),
          goToFound: (step) => this.goTo(this.model.goToFound(step)),
          leaveSearch: () => this.focusGrid(),
          filter: (change) => this.change(() => this.model.setFilter({ ...this.model.filter, ...change })),
          path: () => this.togglePath(),
          folds: () => this.change(() => this.model.setFolding(!this.model.isFolding)),
          follow: () => this.change(() => (this.follows = !this.follows)),
          zoom: (factor) => this.change(() => this.model.zoom(factor)),
          fit: () => this.change(() => this.model.fit()),
          export: () => this.port.tell({ type: 'export' }),
          collapseAll: (isCollapsed) => this.change(() => this.model.collapseAll(isCollapsed)),
        },
      })}
      ${this.figures ? figuresLine(this.figures, this.model.left, this.port.translation) : nothing}
      <div class="visually-hidden" id="trace-summary" data-testid="trace-summary">
        ${this.figures ? figuresText(this.figures, this.model, this.port.translation) : nothing}
      </div>`;
  }

  private empty(isEmpty: boolean): TemplateResult {
    if (!isEmpty) return noMatches(this.text, () => this.change(() => this.model.clearFilter()));
    if (!this.trace) return emptyTab(this.port, this.text('emptyTitle'), this.text('emptyText'));
    return noSpans(this.text, this.model.isComplete ? 'none' : 'loading');
  }

  private details(): TemplateResult {
    const { tree, chosen } = this.model;
    return html`<span-detail-view
      .port=${this.port}
      .model=${this.model}
      .span=${chosen}
      .version=${`${tree.ids[chosen] ?? ''} ${tree.state.at(chosen)} ${this.model.showsPath}`}
      .markText=${this.picture?.waterfall.markText(chosen) ?? ''}
      @close-detail=${() => this.closeDetails()}
      @go-to-span=${(event: CustomEvent<string>) => this.goTo(this.model.tree.indexOf(event.detail) ?? 0)}
      @go-to-link=${(event: CustomEvent<{ traceId: string; spanId: string }>) =>
        this.port.show({ tab: 'trace', traceId: event.detail.traceId, target: { spanId: event.detail.spanId } })}
      @show-event=${(event: CustomEvent<string>) =>
        this.port.show({ tab: 'events', target: { runId: this.trace?.runId, eventId: event.detail } })}
    ></span-detail-view>`;
  }

  private begin(): void {
    const place = this.model.tree.size > 0 ? keptPlace(this.model, this.picture?.splitter.part) : undefined;
    this.model.reset();
    this.unused ??= place && usePlace(this.model, place);
    this.figuredAt = -Infinity;
    this.laidOutAt = -Infinity;
  }

  private takeBatch(batch: SpanBatch): void {
    const before = this.model.tree.size;
    const now = performance.now();
    const isLater = !batch.isComplete && now - this.laidOutAt < READING_MS;
    this.model.take(batch, isLater);
    this.time.tell(batch.now);
    if (isLater) return;
    this.laidOutAt = now;
    if (batch.isComplete && this.unused) {
      this.unused.apply(this.model);
      this.picture?.splitter.set(this.unused.namePart);
      this.isOpen = this.model.chosen !== 0 && this.unused.isOpen;
      this.unused = undefined;
    }
    this.goToWanted();
    this.count(batch.isComplete);
    if (this.follows && this.model.isLive && this.model.tree.size > before && batch.isComplete) this.showNewest();
    this.time.run(this.model.isLive && this.model.tree.openCount > 0);
    this.picture?.drawMinimap();
    this.requestUpdate();
    this.picture?.draw();
  }

  private showNewest(): void {
    const row = this.model.rows.rowOf(this.model.tree.size);
    if (row === -1) return;
    this.picture?.drawNow();
    this.picture?.waterfall.table.rows.reveal(row);
  }

  /** Figures of a large trace are counted when it is whole, and not with every batch. */
  private count(isComplete: boolean): void {
    const now = performance.now();
    if (!isComplete || (now - this.figuredAt < FIGURES_MS && this.model.tree.openCount > 0)) return;
    this.figuredAt = now;
    this.figures = this.model.figures();
    this.choices = this.model.choices();
  }

  private tick(now: number): void {
    if (this.hidden) return;
    this.model.setNow(now);
    this.picture?.draw();
    if (performance.now() - this.figuredAt < FIGURES_MS) return;
    this.count(true);
    this.picture?.drawMinimap();
  }

  private goToWanted(): void {
    const { tree } = this.model;
    const { spanId, taskId } = this.wanted ?? {};
    const span = spanId === undefined ? tree.taskSpan(taskId ?? '') : tree.indexOf(spanId);
    if (span === undefined) return;
    this.wanted = undefined;
    this.follows = false;
    this.goTo(span);
    this.openDetails(span);
  }

  private goTo(span: number): void {
    if (!this.model.reveal(span)) return;
    this.picture?.drawNow();
    this.picture?.waterfall.table.choose(this.model.rows.rowOf(span), 'center');
    this.requestUpdate();
  }

  private choose(span: number): void {
    this.model.chosen = span;
    this.follows = false;
    this.changed();
  }

  private openDetails(span: number): void {
    this.model.chosen = span;
    this.isOpen = true;
    this.changed();
    void this.updateComplete.then(async () => {
      const view = this.querySelector<SpanDetailView>('span-detail-view');
      await view?.updateComplete;
      view?.focusDetails();
    });
  }

  private closeDetails(): void {
    this.isOpen = false;
    this.changed();
    this.focusGrid();
  }

  private focusGrid(): void {
    this.querySelector<HTMLElement>('.spans-grid')?.focus();
  }

  private togglePath(): void {
    this.change(() => this.model.setPath(!this.model.showsPath));
    if (this.model.showsPath && this.figures)
      this.port.announce(figuresText(this.figures, this.model, this.port.translation));
  }

  /** Does something to the model and shows it. */
  private change(act: () => void): void {
    const { folds } = this.model;
    act();
    if (this.model.folds !== folds) this.picture?.drawMinimap();
    this.changed();
  }

  private changed(): void {
    this.port.keep(keptPlace(this.model, this.picture?.splitter.part, this.isOpen));
    this.requestUpdate();
    this.picture?.draw();
  }

  private readonly text = (key: SpansStringKey, ...values: (string | number)[]): string =>
    this.port.translation.text(key, ...values);
}

customElements.define('spans-tab', SpansTab);

export const spansTab: PageTab = {
  id: 'trace',
  icon: 'list-tree',
  create: () => new SpansTab(),
  strings: SPANS_STRINGS,
  picksRun: true,
};
