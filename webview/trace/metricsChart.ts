// Figures over time as bars: a small one in a row, a large one with its axis above the table.
import { html, svg, type TemplateResult } from 'lit';
import type { ShownPoint } from '../../src/protocol/trace/metricsMessages';
import { formatCost, formatDuration, formatTokens } from '../../src/protocol/measures';
import { barsOf, valuesOf, type Measure } from './model/metricsTable';

const SMALL = { width: 96, height: 16 };
const LARGE = { width: 720, height: 72 };

/** A figure as text. */
export function measureText(value: number, measure: Measure): string {
  if (measure === 'cost') return formatCost(value);
  if (measure === 'p95') return formatDuration(value);
  return measure === 'tokens' ? formatTokens(value) : String(value);
}

/** Runs, with what failed in them below in red; the row says it in numbers. */
export function sparkline(series: readonly ShownPoint[]): TemplateResult {
  const runs = barsOf(valuesOf(series, 'runs'), SMALL);
  return html`<svg class="sparkline" width=${SMALL.width} height=${SMALL.height} aria-hidden="true">
    ${runs.map(({ index, x, y, width, height }) => {
      const point = series[index];
      const judged = point ? point.succeeded + point.failed : 0;
      const share = point && judged > 0 ? point.failed / judged : 0;
      const failed = share === 0 ? 0 : Math.max(2, height * share);
      return svg`<rect class="figure-bar" x=${x} y=${y} width=${width} height=${height}></rect>
        <rect class="figure-failed" x=${x} y=${y + height - failed} width=${width} height=${failed}></rect>`;
    })}
  </svg>`;
}

export interface Chart {
  series: readonly ShownPoint[];
  measure: Measure;
  /** What it shows, in a sentence. */
  label: string;
  /** The beginning of a part of the time. */
  when: (index: number) => string;
  unknown: string;
  heads: { when: string; value: string };
}

/** The large chart; screen readers get the same as a table. */
export function chart({ series, measure, label, when, unknown, heads }: Chart): TemplateResult {
  const values = valuesOf(series, measure);
  const shown = (value: number | undefined) => (value === undefined ? unknown : measureText(value, measure));
  return html`<figure class="chart" data-testid="metrics-chart">
    <div class="chart-body">
      <svg viewBox="0 0 ${LARGE.width} ${LARGE.height}" preserveAspectRatio="none" role="img" aria-label=${label}>
        <line class="chart-base" x1="0" x2=${LARGE.width} y1=${LARGE.height} y2=${LARGE.height}></line>
        ${barsOf(values, LARGE).map(
          ({ index, x, y, width, height }) =>
            svg`<rect class=${measure === 'errors' ? 'figure-failed' : 'figure-bar'} x=${x} y=${y} width=${width - 3} height=${height}>
              <title>${when(index)}: ${shown(values[index])}</title>
            </rect>`,
        )}
      </svg>
    </div>
    <div class="chart-axis" aria-hidden="true">
      <span>${when(0)}</span><span>${when(Math.floor(values.length / 2))}</span><span>${when(values.length)}</span>
    </div>
    <table class="visually-hidden">
      <caption>
        ${label}
      </caption>
      <thead>
        <tr>
          <th scope="col">${heads.when}</th>
          <th scope="col">${heads.value}</th>
        </tr>
      </thead>
      <tbody>
        ${values.map(
          (value, index) =>
            html`<tr>
              <th scope="row">${when(index)}</th>
              <td>${shown(value)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </figure>`;
}
