// What every element of the page is handed, and the base that they share: plain children (no shadow root), so that one style sheet dresses them all.
import { html, LitElement, type TemplateResult } from 'lit';
import type { HostConnection } from './hostConnection';
import type { MarkdownRenderer } from './markdown';
import type { Translation } from './translation';

export interface Page {
  host: HostConnection;
  translation: Translation;
  markdown: MarkdownRenderer;
}

export abstract class PageElement extends LitElement {
  static override properties = { page: { attribute: false } };
  declare page: Page;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

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
