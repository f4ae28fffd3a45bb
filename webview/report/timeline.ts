// Who worked when: one bar for each part of the run, in the colour of its state, which its tooltip names.
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { ReportTimeline } from '../../src/protocol/report/reportMessages';
import { formatDuration } from '../../src/protocol/measures';

/** The axis in units of the drawing; bars are drawn in it and stretched to the page. */
const AXIS = 1000;
const MIN_BAR = 3;
const MARKS = 4;

export function timeline(of: ReportTimeline, onOpen: (taskId: string) => void): TemplateResult {
  const scale = (ms: number) => (of.totalMs === 0 ? 0 : (ms / of.totalMs) * AXIS);
  const rows = of.bars.map((bar) => {
    const x = Math.min(scale(bar.startMs), AXIS - MIN_BAR);
    const width = Math.max(MIN_BAR, scale(bar.endMs) - x);
    const { taskId } = bar;
    return html`<li class="bar-row" data-testid="bar" title="${bar.label} · ${bar.note}">
      ${
        taskId === undefined
          ? html`<span class="bar-label">${bar.label}</span>`
          : html`<button type="button" class="bar-label link" @click=${() => onOpen(taskId)}>${bar.label}</button>`
      }
      <svg class="bar" viewBox="0 0 ${AXIS} 10" preserveAspectRatio="none" aria-hidden="true">
        <rect class="ground" width=${AXIS} height="10"></rect>
        ${of.breaks.map(({ atMs }) => svg`<rect class="rest" x=${scale(atMs)} width="2" height="10"></rect>`)}
        <rect class="span state-${bar.state}" x=${x} width=${width} height="10"></rect>
      </svg>
      <span class="bar-note">${bar.note}</span>
    </li>`;
  });
  return html`<ul class="bars">
      ${rows}
    </ul>
    <div class="axis" aria-hidden="true">
      ${Array.from({ length: MARKS + 1 }, (_, index) => html`<span>${formatDuration((of.totalMs * index) / MARKS)}</span>`)}
    </div>
    ${of.breaks.length === 0 ? nothing : html`<p class="muted">${of.breaks.map(({ note }) => note).join(', ')}</p>`}`;
}
