// Icons of the page, from the codicon font.
import { html, type TemplateResult } from 'lit';

export function icon(name: string): TemplateResult {
  return html`<span class="codicon codicon-${name}" aria-hidden="true"></span>`;
}

export interface IconButton {
  icon: string;
  label: string;
  onClick: (event: Event) => void;
  testId?: string;
  disabled?: boolean;
}

/** A button that shows only an icon; its label is its tooltip too. */
export function iconButton(button: IconButton): TemplateResult {
  return html`<button
    type="button"
    class="icon-button"
    title=${button.label}
    aria-label=${button.label}
    data-testid=${button.testId ?? ''}
    ?disabled=${button.disabled ?? false}
    @click=${button.onClick}
  >
    ${icon(button.icon)}
  </button>`;
}
