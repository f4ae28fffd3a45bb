// Earlier chats over the conversation: search, open, delete; arrows and Enter do it all.
import { html, type TemplateResult } from 'lit';
import type { ThreadRow } from '../../src/protocol/chat/chatMessages';
import { icon, iconButton, PageElement } from './page';

export class ChatHistory extends PageElement {
  static override properties = {
    ...PageElement.properties,
    current: { attribute: false },
    rows: { state: true },
    query: { state: true },
    chosen: { state: true },
  };
  declare current: string | undefined;
  declare rows: ThreadRow[] | undefined;
  declare query: string;
  declare chosen: number;
  private lookup = 0;

  constructor() {
    super();
    this.query = '';
    this.chosen = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.search();
    void this.updateComplete.then(() => this.querySelector('input')?.focus());
  }

  protected override render(): TemplateResult {
    const { text } = this.page.translation;
    return html`<section
      class="history"
      data-testid="chat-history"
      aria-label=${text('history')}
      @keydown=${this.keyDown}
    >
      <div class="history-search">
        <input
          type="text"
          data-testid="chat-history-search"
          placeholder=${text('searchHistory')}
          aria-label=${text('searchHistory')}
          aria-controls="chat-threads"
          aria-activedescendant=${this.rows?.length ? `chat-thread-${this.chosen}` : ''}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLInputElement) this.query = event.target.value;
            this.searching = this.search();
          }}
        />
        ${iconButton({ icon: 'close', label: text('back'), onClick: () => this.close() })}
      </div>
      ${this.list()}
    </section>`;
  }

  private list(): TemplateResult {
    const { text } = this.page.translation;
    if (!this.rows) return html`<p class="muted history-empty">${text('loading')}</p>`;
    if (this.rows.length === 0) {
      return html`<p class="muted history-empty">
        ${this.query.trim() ? text('historyNoMatches', this.query.trim()) : text('historyEmpty')}
      </p>`;
    }
    return html`<ul id="chat-threads" class="threads" aria-label=${text('history')}>
      ${this.rows.map((row, index) => this.row(row, index))}
    </ul>`;
  }

  private row(row: ThreadRow, index: number): TemplateResult {
    const { translation } = this.page;
    const { text } = translation;
    const messages = row.messages === 1 ? text('oneMessage') : text('messagesCount', row.messages);
    const about = row.running ? text('running') : `${messages} · ${translation.moment(row.updatedAt, new Date())}`;
    return html`<li class="thread" data-chosen=${index === this.chosen} data-testid="chat-thread">
      <button
        type="button"
        id="chat-thread-${index}"
        class="thread-open"
        aria-current=${row.threadId === this.current}
        @click=${() => this.openThread(row)}
      >
        ${icon(row.running ? 'loading' : 'comment-discussion')}
        <span class="thread-title" title=${row.title}>${row.title}</span>
        <span class="measure">${about}</span>
      </button>
      ${iconButton({ icon: 'trash', label: text('deleteChat', row.title), onClick: () => void this.delete(row) })}
    </li>`;
  }

  private searching: Promise<void> = Promise.resolve();

  private readonly keyDown = (event: KeyboardEvent): void => {
    const count = this.rows?.length ?? 0;
    const inSearch = event.target instanceof HTMLInputElement;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown' && count > 0) this.choose(Math.min(this.chosen + 1, count - 1));
    else if (event.key === 'ArrowUp' && count > 0) this.choose(Math.max(this.chosen - 1, 0));
    else if (event.key === 'Enter' && inSearch) void this.openChosen();
    else return;
    event.preventDefault();
  };

  /** Whoever types fast presses Enter before the answer is there. */
  private async openChosen(): Promise<void> {
    await this.searching;
    const row = this.rows?.[this.chosen];
    if (row) this.openThread(row);
  }

  private choose(index: number): void {
    this.chosen = index;
    void this.updateComplete.then(() =>
      this.querySelector('[data-chosen="true"]')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  private async search(): Promise<void> {
    const lookup = ++this.lookup;
    const rows = await this.page.host.request({ type: 'searchThreads', query: this.query.trim() });
    if (lookup !== this.lookup) return;
    this.rows = rows ?? [];
    this.chosen = 0;
  }

  private openThread(row: ThreadRow): void {
    this.page.host.post({ type: 'openThread', threadId: row.threadId });
    this.close();
  }

  private async delete(row: ThreadRow): Promise<void> {
    this.page.host.post({ type: 'deleteThread', threadId: row.threadId });
    this.rows = this.rows?.filter((other) => other.threadId !== row.threadId);
    await this.updateComplete;
    this.querySelector('input')?.focus();
  }

  private close(): void {
    this.dispatchEvent(new CustomEvent('close-history'));
  }
}

customElements.define('chat-history', ChatHistory);
