// The tab Metrics: how often, how well, how fast and for how much each agent works, by prompt version and over time.
import { html, nothing, type TemplateResult } from 'lit';
import * as z from 'zod/mini';
import {
  metricsBatchSchema,
  metricsRangeSchema,
  type MetricsBatch,
  type MetricsRange,
  type ShownRow,
} from '../../src/protocol/trace/metricsMessages';
import { METRICS_STRINGS, type MetricsStringKey } from '../../src/protocol/trace/metricsStrings';
import { icon } from '../shared/icons';
import { emptyTab } from './emptyTab';
import { chart, measureText } from './metricsChart';
import { MetricsRows } from './metricsRows';
import { sortRows, valuesOf, type Measure, type SortKey } from './model/metricsTable';
import { TabElement, type PageTab } from './tabElement';

const SORT_KEYS = [
  'agent',
  'runs',
  'success',
  'p50',
  'p95',
  'tokensIn',
  'tokensOut',
  'cost',
  'errors',
  'last',
] as const;
const MEASURES = ['runs', 'errors', 'p95', 'tokens', 'cost'] as const;
const HOURS = [1, 24, 168, 720] as const;
const DAY_MS = 86_400_000;
/** In a shorter time, minutes alone would all look the same. */
const SECONDS_BELOW_MS = 900_000;
const placeSchema = z.object({
  range: metricsRangeSchema,
  isByVersion: z.boolean(),
  sorting: z.object({ key: z.enum(SORT_KEYS), isDescending: z.boolean() }),
  measure: z.enum(MEASURES),
  /** The agent whose chart is shown; empty for all together. */
  charted: z.string(),
});
type MetricsPlace = z.infer<typeof placeSchema>;

export class MetricsTab extends TabElement {
  static override properties = { ...TabElement.properties, place: { state: true }, batch: { state: true } };
  declare place: MetricsPlace;
  /** Undefined until the host has answered. */
  declare batch: MetricsBatch | undefined;

  constructor() {
    super();
    this.place = {
      range: { kind: 'all' },
      isByVersion: true,
      sorting: { key: 'agent', isDescending: false },
      measure: 'runs',
      charted: '',
    };
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.readPlace();
  }

  override since(): MetricsRange {
    if (!this.isConnected) this.readPlace();
    return this.place.range;
  }

  override async take(message: unknown): Promise<void> {
    const batch = metricsBatchSchema.safeParse(message);
    if (!batch.success) return;
    this.batch = batch.data;
    await this.updateComplete;
  }

  protected override render(): TemplateResult {
    const { batch } = this;
    if (!batch) return html`<div class="empty"></div>`;
    return html`${this.toolbar(batch)}
      <div class="metrics-body">
        ${batch.total ? [this.chart(batch, batch.total), this.table(batch, batch.total)] : this.empty(batch)}
      </div>`;
  }

  private toolbar(batch: MetricsBatch): TemplateResult {
    const { range, isByVersion, measure } = this.place;
    const chosen = range.kind === 'last' ? String(range.hours) : range.kind;
    return html`<div class="toolbar" role="toolbar" aria-label=${this.text('tab')}>
      <select
        class="picker"
        data-testid="metrics-range"
        aria-label=${this.text('range')}
        @change=${(event: Event) => this.chooseRange(valueOf(event), batch)}
      >
        ${[...HOURS.map(String), 'all', 'between'].map(
          (value) => html`<option value=${value} .selected=${value === chosen}>${this.text(rangeKey(value))}</option>`,
        )}
      </select>
      ${range.kind === 'between' ? this.days(range) : nothing}
      <select
        class="picker"
        data-testid="metrics-measure"
        aria-label=${this.text('measure')}
        @change=${(event: Event) => this.chooseMeasure(valueOf(event))}
      >
        ${MEASURES.map(
          (value) =>
            html`<option value=${value} .selected=${value === measure}>${this.text(`measure.${value}`)}</option>`,
        )}
      </select>
      <label class="check">
        <input
          type="checkbox"
          data-testid="metrics-versions"
          .checked=${isByVersion}
          @change=${() => this.change({ isByVersion: !isByVersion })}
        />
        ${this.text('byVersion')}
      </label>
      <span class="toolbar-count" role="status"
        >${batch.left > 0 ? this.text('reading', this.number(batch.left)) : ''}</span
      >
    </div>`;
  }

  private days({ fromMs, toMs }: { fromMs: number; toMs: number }): TemplateResult {
    const input = (label: MetricsStringKey, ms: number, take: (ms: number) => void) =>
      html`<input
        type="date"
        class="picker"
        aria-label=${this.text(label)}
        data-testid="metrics-${label}"
        .value=${dayOf(ms)}
        @change=${(event: Event) => {
          const chosen = Date.parse(`${valueOf(event)}T00:00:00`);
          if (!Number.isNaN(chosen)) take(chosen);
        }}
      />`;
    return html`${input('from', fromMs, (ms) => this.changeRange({ kind: 'between', fromMs: ms, toMs: Math.max(toMs, ms) }))}
    ${input('to', toMs, (ms) => {
      // The day that is named belongs to it.
      const end = ms + DAY_MS - 1;
      this.changeRange({ kind: 'between', fromMs: Math.min(fromMs, ms), toMs: end });
    })}`;
  }

  private chart(batch: MetricsBatch, total: ShownRow): TemplateResult {
    const { measure, charted } = this.place;
    const row = batch.agents.find(({ agent }) => agent === charted) ?? total;
    const who = row === total ? this.text('total') : row.agent;
    const values = valuesOf(row.series, measure).filter((value) => value !== undefined);
    const highest = values.length === 0 ? this.text('unknown') : measureText(Math.max(...values), measure);
    const when = (index: number) => this.moment(batch.fromMs + index * batch.bucketMs, batch);
    const name = this.text(`measure.${measure}`);
    return html`<section class="metrics-chart" aria-label=${this.text('chartOf', who, name)}>
      <div class="chart-head">
        <h2>${this.text('chartOf', who, name)}</h2>
        <span class="measure">${this.text('highest', highest)}</span>
      </div>
      ${chart({
        series: row.series,
        measure,
        label: this.text('chartText', name, who, when(0), when(row.series.length), highest),
        when,
        unknown: this.text('unknown'),
        heads: { when: this.text('when'), value: this.text('value') },
      })}
    </section>`;
  }

  private table(batch: MetricsBatch, total: ShownRow): TemplateResult {
    const { isByVersion, sorting } = this.place;
    const shown = new MetricsRows({
      port: this.port,
      place: this.place,
      chart: (charted) => this.change({ charted }),
    });
    const rows = sortRows(isByVersion ? batch.versions : batch.agents, sorting);
    const columns: readonly (SortKey | 'version' | 'breaker' | 'trend')[] = [
      'agent',
      ...(isByVersion ? (['version'] as const) : []),
      ...([
        'runs',
        'success',
        'p50',
        'p95',
        'tokensIn',
        'tokensOut',
        'cost',
        'errors',
        'breaker',
        'trend',
        'last',
      ] as const),
    ];
    return html`<div class="table-frame" tabindex="0" role="region" aria-label=${this.text('table')}>
      <table class="plain-table metrics-table" data-testid="metrics-table">
        <thead>
          <tr>
            ${columns.map((column) => this.head(column))}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => shown.row(row, batch))}
        </tbody>
        <tfoot>
          ${shown.row(total, batch)}
        </tfoot>
      </table>
    </div>`;
  }

  private head(column: SortKey | 'version' | 'breaker' | 'trend'): TemplateResult {
    if (column === 'version' || column === 'breaker' || column === 'trend') {
      return html`<th scope="col">${this.text(column)}</th>`;
    }
    const { sorting } = this.place;
    const isSorted = sorting.key === column;
    const sort = isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : 'none';
    const hint = column === 'p50' ? this.text('latencyP50') : column === 'p95' ? this.text('latencyP95') : '';
    return html`<th scope="col" class=${column === 'agent' || column === 'last' ? '' : 'number'} aria-sort=${sort}>
      <button type="button" class="sort-button" title=${hint} data-sort=${column} @click=${() => this.sortBy(column)}>
        ${this.text(column)}${isSorted ? icon(sorting.isDescending ? 'arrow-down' : 'arrow-up') : nothing}
      </button>
    </th>`;
  }

  private empty({ left }: MetricsBatch): TemplateResult {
    if (left > 0) return html`<div class="empty"></div>`;
    if (this.place.range.kind !== 'all') {
      return html`<div class="empty">
        <p>${this.text('noneInTime')}</p>
        <button type="button" class="link" @click=${() => this.changeRange({ kind: 'all' })}>
          ${this.text('showAll')}
        </button>
      </div>`;
    }
    return emptyTab(this.port, this.text('emptyTitle'), this.text('emptyText'));
  }

  private readPlace(): void {
    const kept = placeSchema.safeParse(this.port.place);
    if (kept.success && !this.batch) this.place = kept.data;
  }

  private change(change: Partial<MetricsPlace>): void {
    this.place = { ...this.place, ...change };
    this.port.keep(this.place);
  }

  private changeRange(range: MetricsRange): void {
    this.change({ range });
    this.port.restart();
  }

  private chooseRange(value: string, { fromMs, toMs }: MetricsBatch): void {
    if (value === 'all') this.changeRange({ kind: 'all' });
    else if (value === 'between') this.changeRange({ kind: 'between', fromMs, toMs });
    else this.changeRange({ kind: 'last', hours: Number(value) });
  }

  private chooseMeasure(value: string): void {
    const measure = MEASURES.find((known): known is Measure => known === value);
    if (measure) this.change({ measure });
  }

  /** Numbers are first sorted with the largest first, names the other way round. */
  private sortBy(key: SortKey): void {
    const { sorting } = this.place;
    const isDescending = sorting.key === key ? !sorting.isDescending : key !== 'agent';
    this.change({ sorting: { key, isDescending } });
  }

  private moment(ms: number, within?: MetricsBatch): string {
    const length = within === undefined ? Infinity : within.toMs - within.fromMs;
    const { locale } = this.port.translation;
    if (length <= 2 * DAY_MS) {
      const seconds = length < SECONDS_BELOW_MS ? ({ second: '2-digit' } as const) : {};
      return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...seconds }).format(ms);
    }
    return this.port.translation.moment(new Date(ms).toISOString(), new Date());
  }

  private number(value: number): string {
    return this.port.translation.number(value);
  }

  private text(key: MetricsStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }
}

function rangeKey(value: string): MetricsStringKey {
  return `range.${value}` as MetricsStringKey;
}

/** The day of a moment here, as a date input has it. */
function dayOf(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}

customElements.define('metrics-tab', MetricsTab);

export const metricsTab: PageTab = {
  id: 'metrics',
  icon: 'graph',
  create: () => new MetricsTab(),
  strings: METRICS_STRINGS,
  picksRun: false,
};
