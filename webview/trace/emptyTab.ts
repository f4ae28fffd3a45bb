// What a tab shows before there is anything to see: what will stand there, and the way to get it.
import { html, type TemplateResult } from 'lit';
import type { TabPort } from './tabElement';

/** One heading, one sentence, one button. */
export function emptyTab({ askTeam }: TabPort, title: string, sentence: string): TemplateResult {
  return html`<div class="empty">
    <h2>${title}</h2>
    <p>${sentence}</p>
    <button type="button" class="button" data-testid="empty-ask" @click=${() => askTeam.run()}>${askTeam.label}</button>
  </div>`;
}
