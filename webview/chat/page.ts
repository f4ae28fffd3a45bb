// What every element of the page is handed, and the base that they share: plain children (no shadow root), so that one style sheet dresses them all.
import { LitElement } from 'lit';
import type { HostConnection } from './hostConnection';
import type { MarkdownRenderer } from './markdown';
import type { Translation } from './translation';

export { icon, iconButton, type IconButton } from '../shared/icons';

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
