// One row of the table of metrics. What is unknown says so, and a sum that lacks something is the least that it can be.
import { html, nothing, type TemplateResult } from 'lit';
import { agentLook } from '../../src/protocol/agentLook';
import { formatCost, formatDuration, formatTokens } from '../../src/protocol/measures';
import type { MetricsBatch, MetricsTell, ShownRow } from '../../src/protocol/trace/metricsMessages';
import type { MetricsStringKey } from '../../src/protocol/trace/metricsStrings';
import { icon } from '../shared/icons';
import { sparkline } from './metricsChart';
import { figureOf, tokensKnown, versionBefore } from './model/metricsTable';
import type { TabPort } from './tabElement';

export interface MetricsRowsOptions {
  port: TabPort;
  place: { isByVersion: boolean; charted: string };
  /** Shows the chart of an agent; of all together for an empty name. */
  chart: (agent: string) => void;
}

const BREAKER_LOOKS = {
  closed: { icon: 'pass', colour: 'green' },
  open: { icon: 'error', colour: 'red' },
  'half-open': { icon: 'warning', colour: 'yellow' },
} as const;

export class MetricsRows {
  constructor(private readonly options: MetricsRowsOptions) {}

  row(row: ShownRow, batch: MetricsBatch): TemplateResult {
    const isTotal = row.agent === '';
    const isByVersion = this.options.place.isByVersion;
    const look = agentLook(row.agent);
    const success = figureOf(row, 'success');
    const errors = figureOf(row, 'errors');
    const isCharted = this.options.place.charted === row.agent;
    return html`<tr data-agent=${row.agent} data-version=${row.version ?? ''} class=${isCharted ? 'is-charted' : ''}>
      <th scope="row" class="column-who">
        ${isTotal ? nothing : html`<span class="colour-${look.colour}">${icon(look.icon)}</span>`}
        <button
          type="button"
          class="link plain"
          aria-pressed=${isCharted}
          @click=${() => this.options.chart(row.agent)}
        >
          ${isTotal ? this.text('total') : row.agent}
        </button>
      </th>
      ${isByVersion ? html`<td class="column-version">${isTotal ? '' : this.version(row, batch)}</td>` : nothing}
      <td class="number">${this.options.port.translation.number(row.runs)}</td>
      <td class="number" title=${this.text('successOf', row.succeeded, row.invocations, row.stopped)}>
        ${percent(success)}
      </td>
      <td class="number">${row.p50Ms === undefined ? '–' : formatDuration(row.p50Ms)}</td>
      <td class="number">${row.p95Ms === undefined ? '–' : formatDuration(row.p95Ms)}</td>
      ${this.tokens(row, row.inputTokens)} ${this.tokens(row, row.outputTokens)} ${this.cost(row)}
      <td
        class="number ${row.failed > 0 ? 'colour-red' : ''}"
        title=${this.text('errorsOf', row.failed, row.invocations, row.retries)}
      >
        ${percent(errors)}
      </td>
      <td class="column-state">${this.breaker(row)}</td>
      <td>${sparkline(row.series)}</td>
      <td class="column-state">
        ${this.options.port.translation.moment(new Date(row.lastAtMs).toISOString(), new Date())}
      </td>
    </tr>`;
  }

  private version(row: ShownRow, batch: MetricsBatch): TemplateResult | string {
    const { agent, version } = row;
    if (version === undefined || version === '') return this.text('unversioned');
    const before = versionBefore(row, batch.versions);
    return html`<button
        type="button"
        class="link mono"
        data-testid="metrics-prompt"
        title=${this.text('showPrompt', version, agent)}
        @click=${() => this.tell({ type: 'prompt', agent, version })}
      >
        ${version.slice(0, 7)}
      </button>
      ${
        before === undefined
          ? nothing
          : html`<button
              type="button"
              class="icon-button"
              data-testid="metrics-diff"
              title=${this.text('compare', agent, before.slice(0, 7))}
              aria-label=${this.text('compare', agent, before.slice(0, 7))}
              @click=${() => this.tell({ type: 'prompt', agent, version, before })}
            >
              ${icon('diff')}
            </button>`
      }`;
  }

  /** Tokens that nobody reported are unknown; if only some did, the sum is the least that it can be. */
  private tokens(row: ShownRow, tokens: number): TemplateResult {
    if (!tokensKnown(row)) return html`<td class="number muted">${this.text('unknown')}</td>`;
    const shown = formatTokens(tokens);
    if (row.unmeasuredCalls === 0) return html`<td class="number">${shown}</td>`;
    return html`<td class="number" title=${this.text('atLeastTokens', shown, row.unmeasuredCalls)}>≥ ${shown}</td>`;
  }

  private cost(row: ShownRow): TemplateResult {
    if (row.modelCalls === 0) return html`<td class="number">–</td>`;
    if (row.costUsd === undefined) return html`<td class="number muted">${this.text('unknown')}</td>`;
    const shown = formatCost(row.costUsd);
    if (row.unpricedCalls === 0) return html`<td class="number">${shown}</td>`;
    return html`<td class="number" title=${this.text('atLeast', shown, row.unpricedCalls)}>≥ ${shown}</td>`;
  }

  private breaker({ agent, breaker }: ShownRow): TemplateResult | typeof nothing {
    if (!breaker) return nothing;
    const look = BREAKER_LOOKS[breaker];
    const label = this.text('resetBreaker', agent);
    return html`<span class="colour-${look.colour}">${icon(look.icon)}</span> ${this.text(`breaker.${breaker}`)}
      ${
        breaker === 'closed'
          ? nothing
          : html`<button
              type="button"
              class="icon-button"
              data-testid="metrics-reset"
              title=${label}
              aria-label=${label}
              @click=${() => this.tell({ type: 'resetBreaker', agent })}
            >
              ${icon('debug-restart')}
            </button>`
      }`;
  }

  private tell(message: MetricsTell): void {
    this.options.port.tell(message);
  }

  private text(key: MetricsStringKey, ...values: (string | number)[]): string {
    return this.options.port.translation.text(key, ...values);
  }
}

function percent(share: number | string | undefined): string {
  return typeof share === 'number' ? `${Math.round(share * 100)} %` : '–';
}
