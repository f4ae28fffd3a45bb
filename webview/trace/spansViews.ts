// What the tab Trace shows around its rows: the frame of the waterfall, and what stands there when there are none.
import { html, type TemplateResult } from 'lit';
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';

type Text = (key: SpansStringKey, ...values: (string | number)[]) => string;

/** The head, the place of the rows, and the line between names and bars. */
export function waterfallFrame(text: Text): TemplateResult {
  return html`<div
      class="grid spans-grid"
      role="treegrid"
      tabindex="0"
      aria-label=${text('waterfall')}
      aria-describedby="trace-summary"
      aria-readonly="true"
    >
      <div class="row grid-head" role="row" aria-rowindex="1">
        <span role="columnheader" class="span-name">${text('name')}</span>
        <span role="columnheader" class="span-time"
          ><span class="visually-hidden">${text('timeline')}</span
          ><span class="axis" aria-hidden="true" data-testid="time-axis"></span
        ></span>
      </div>
      <div class="grid-rows" role="rowgroup"></div>
    </div>
    <div
      class="splitter"
      role="separator"
      tabindex="0"
      aria-orientation="vertical"
      aria-label=${text('resize')}
      aria-valuemin="15"
      aria-valuemax="80"
    ></div>`;
}

/** No span passes the filter. */
export function noMatches(text: Text, clear: () => void): TemplateResult {
  return html`<div class="empty">
    <p>${text('noMatches')}</p>
    <button type="button" class="link" @click=${clear}>${text('clearFilter')}</button>
  </div>`;
}

/** The chosen trace has no spans, or none yet. */
export function noSpans(text: Text, state: 'loading' | 'none'): TemplateResult {
  return html`<div class="empty"><p>${text(state === 'none' ? 'noSpans' : 'loading')}</p></div>`;
}
