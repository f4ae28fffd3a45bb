// Text of an answer, block by block: while it streams in, blocks that stay the same are not touched.
import { html, nothing, type TemplateResult } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import type { TurnItem } from '../../src/protocol/chat/chatTurn';
import { icon, PageElement } from './page';

export type TextItem = Extract<TurnItem, { kind: 'text' }>;

export class AnswerText extends PageElement {
  static override properties = { ...PageElement.properties, item: { attribute: false } };
  declare item: TextItem;

  protected override render(): TemplateResult {
    const { item } = this;
    return html`${this.reasoning(item)}
      <div class="markdown" data-streaming=${item.streaming} @click=${(event: Event) => this.act(event)}>
        ${this.page.markdown.render(item.text).map(({ html: block }) => html`<div class="block">${unsafeHTML(block)}</div>`)}
      </div>`;
  }

  private reasoning(item: TextItem): TemplateResult | typeof nothing {
    if (!item.reasoning.trim()) return nothing;
    return html`<details class="reasoning">
      <summary>${icon('lightbulb')}<span>${this.page.translation.text('reasoning')}</span></summary>
      <div class="reasoning-text">${item.reasoning.trim()}</div>
    </details>`;
  }

  /** Buttons and links inside rendered blocks. */
  private act(event: Event): void {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLElement>('a.file-link');
    if (link) {
      event.preventDefault();
      this.openFile(link.dataset);
      return;
    }
    const button = event.target.closest<HTMLElement>('[data-code-action]');
    const block = button?.closest<HTMLElement>('.code-block');
    if (button && block) this.codeAction(button, block);
  }

  private openFile({ path, line, endLine }: DOMStringMap): void {
    if (path === undefined) return;
    this.page.host.post({
      type: 'openFile',
      path,
      ...(line !== undefined && { line: Number(line) }),
      ...(endLine !== undefined && { endLine: Number(endLine) }),
    });
  }

  private codeAction(button: HTMLElement, block: HTMLElement): void {
    const { host, translation } = this.page;
    const text = block.querySelector('code')?.textContent ?? '';
    const action = button.dataset['codeAction'];
    if (action === 'insert') host.post({ type: 'insertAtCursor', text });
    else if (action === 'open') host.post({ type: 'openInEditor', text, language: block.dataset['language'] ?? '' });
    else {
      host.post({ type: 'copy', text });
      this.dispatchEvent(new CustomEvent('announce', { bubbles: true, detail: translation.text('copied') }));
    }
  }
}

customElements.define('answer-text', AnswerText);
