// The tab Compare: two runs side by side.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import * as z from 'zod/mini';
import { compareBatchSchema, type CompareBatch, type ShownComparison } from '../../src/protocol/trace/compareMessages';
import { COMPARE_STRINGS, type CompareStringKey } from '../../src/protocol/trace/compareStrings';
import { iconButton } from '../shared/icons';
import { CompareSections } from './compareSections';
import { emptyTab } from './emptyTab';
import { firstPair, summaryOf } from './model/comparison';
import { TabElement, type PageTab } from './tabElement';

const placeSchema = z.object({ left: z.string(), right: z.string() });
type Pair = z.infer<typeof placeSchema>;

export class CompareTab extends TabElement {
  static override properties = { ...TabElement.properties, pair: { state: true }, batch: { state: true } };
  declare pair: Pair | undefined;
  /** Undefined until the host has answered for the pair. */
  declare batch: CompareBatch | undefined;

  override since(): Pair | undefined {
    this.choosePair();
    return this.pair && this.pair.left !== this.pair.right ? this.pair : undefined;
  }

  override async take(message: unknown): Promise<void> {
    const batch = compareBatchSchema.safeParse(message);
    const { pair } = this;
    if (!batch.success || batch.data.left !== pair?.left || batch.data.right !== pair.right) return;
    this.batch = batch.data;
    await this.updateComplete;
  }

  /** The runs to choose from may come after the tab. */
  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('traces') && !this.pair && this.choosePair()) this.port.restart();
  }

  protected override render(): TemplateResult {
    const { pair, batch } = this;
    if (!pair) return emptyTab(this.port, this.text('emptyTitle'), this.text('emptyText'));
    return html`<div class="toolbar" role="toolbar" aria-label=${this.text('tab')}>
        ${this.picker('left', pair.left)}
        ${iconButton({
          icon: 'arrow-swap',
          label: this.text('swap'),
          testId: 'compare-swap',
          onClick: () => this.choose({ left: pair.right, right: pair.left }),
        })}
        ${this.picker('right', pair.right)}
      </div>
      ${this.body(pair, batch)}`;
  }

  private body(pair: Pair, batch: CompareBatch | undefined): TemplateResult {
    if (pair.left === pair.right) return html`<div class="empty"><p>${this.text('pickOther')}</p></div>`;
    if (!batch) return html`<div class="empty"><p>${this.text('loading')}</p></div>`;
    if (!batch.comparison) return html`<div class="empty"><p>${this.text('gone')}</p></div>`;
    return this.comparison(batch.comparison);
  }

  private comparison(comparison: ShownComparison): TemplateResult {
    const { text } = this.port.translation;
    const sections = new CompareSections(this.port, comparison);
    return html`<div class="compare-body" tabindex="0" role="region" aria-label=${this.text('tab')}>
      <p class="compare-summary" data-testid="compare-summary">${summaryOf(comparison, text)}</p>
      ${sections.figures()} ${sections.prompts()} ${comparison.tasks.length > 0 ? sections.plan() : nothing}
      ${sections.tools()} ${sections.answers()}
    </div>`;
  }

  private picker(side: 'left' | 'right', chosen: string): TemplateResult {
    return html`<select
      class="picker compare-picker"
      data-testid="compare-${side}"
      aria-label=${this.text(side)}
      @change=${(event: Event) => {
        const { target } = event;
        if (target instanceof HTMLSelectElement && this.pair) this.choose({ ...this.pair, [side]: target.value });
      }}
    >
      ${this.traces.some(({ traceId }) => traceId === chosen) ? nothing : html`<option value=${chosen} selected>–</option>`}
      ${this.traces.map(
        ({ traceId, title, startTime }) =>
          html`<option value=${traceId} .selected=${traceId === chosen}>
            ${title} · ${this.port.translation.moment(startTime, new Date())}
          </option>`,
      )}
    </select>`;
  }

  /** The pair of last time, or one that suggests itself; false while there are no two runs. */
  private choosePair(): boolean {
    if (this.pair) return true;
    const kept = placeSchema.safeParse(this.port.place);
    const traces = this.traces as typeof this.traces | undefined;
    this.pair = kept.success ? kept.data : firstPair(this.trace, traces ?? []);
    return this.pair !== undefined;
  }

  private choose(pair: Pair): void {
    this.pair = pair;
    this.batch = undefined;
    this.port.keep(pair);
    this.port.restart();
  }

  private text(key: CompareStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }
}

customElements.define('compare-tab', CompareTab);

export const compareTab: PageTab = {
  id: 'compare',
  icon: 'git-compare',
  create: () => new CompareTab(),
  strings: COMPARE_STRINGS,
  picksRun: false,
};
