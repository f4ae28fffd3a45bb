// The icon of a state, as tabs show it.
import { html, type TemplateResult } from 'lit';
import { stateLook } from '../../src/protocol/stateLook';
import { icon } from '../shared/icons';

export function stateIcon(state: string): TemplateResult {
  const look = stateLook(state);
  return html`<span class="state-icon ${look.colour ? `colour-${look.colour}` : ''}">${icon(look.icon)}</span>`;
}
