// One tool call: a line that says what, on which file, how long; its input and result open on demand.
import { html, nothing, type TemplateResult } from 'lit';
import type { ToolDetail } from '../../src/protocol/chat/chatMessages';
import type { ChatStringKey } from '../../src/protocol/chat/chatStrings';
import type { TurnItem } from '../../src/protocol/chat/chatTurn';
import { formatDuration } from '../../src/protocol/measures';
import { icon, PageElement } from './page';

export type ToolItem = Extract<TurnItem, { kind: 'tool' }>;

const STATUS: Record<ToolItem['status'], { icon: string; label: ChatStringKey }> = {
  requested: { icon: 'clock', label: 'toolRequested' },
  running: { icon: 'loading', label: 'toolRunning' },
  completed: { icon: 'check', label: 'toolCompleted' },
  failed: { icon: 'error', label: 'toolFailed' },
};

export class ToolCard extends PageElement {
  static override properties = {
    ...PageElement.properties,
    item: { attribute: false },
    runId: { attribute: false },
    open: { state: true },
    detail: { state: true },
  };
  declare item: ToolItem;
  declare runId: string;
  declare open: boolean;
  declare detail: ToolDetail | undefined;
  private loadedStatus: ToolItem['status'] | undefined;

  constructor() {
    super();
    this.open = false;
  }

  protected override render(): TemplateResult {
    const { item, open } = this;
    const { text } = this.page.translation;
    const status = STATUS[item.status];
    const id = `tool-${this.runId}-${item.id}`;
    return html`<div class="tool" data-tool=${item.tool} data-status=${item.status}>
      <div class="tool-line">
        <button
          type="button"
          class="tool-toggle"
          aria-expanded=${open}
          aria-controls=${id}
          title=${item.title}
          @click=${() => this.toggle()}
        >
          ${icon(open ? 'chevron-down' : 'chevron-right')}
          <span class="tool-status codicon codicon-${status.icon}" role="img" aria-label=${text(status.label)}></span>
          <span class="tool-title">${this.titleStart()}</span>
        </button>
        ${this.fileLink()}
        ${item.outcome === undefined ? nothing : html`<span class="tool-outcome">${item.outcome}</span>`}
        <span class="measure">${item.ms === undefined ? '' : formatDuration(item.ms)}</span>
      </div>
      <div id=${id} class="tool-detail" ?hidden=${!open}>${open ? this.detailView() : nothing}</div>
    </div>`;
  }

  protected override updated(): void {
    // An opened call that has ended meanwhile has a result now.
    if (this.open && this.loadedStatus !== this.item.status) void this.load();
  }

  private toggle(): void {
    this.open = !this.open;
  }

  /** The title up to the file, which is a link of its own. */
  private titleStart(): string {
    const { item } = this;
    const at = item.file ? item.title.indexOf(item.file.path) : -1;
    const start = at === -1 ? item.title : item.title.slice(0, at);
    return start.trim() || item.tool;
  }

  private fileLink(): TemplateResult | typeof nothing {
    const { file, title } = this.item;
    if (!file) return nothing;
    const at = title.indexOf(file.path);
    const rest = at === -1 ? '' : title.slice(at + file.path.length);
    const shown = (file.path.split('/').at(-1) ?? file.path) + (/^:[\d-]+/.exec(rest)?.[0] ?? '');
    const line = file.line === undefined ? {} : { line: file.line };
    return html`<a
      href="#"
      class="file-link tool-file"
      title=${this.page.translation.text('openFile', file.path)}
      @click=${(event: Event) => {
        event.preventDefault();
        event.stopPropagation();
        this.page.host.post({ type: 'openFile', path: file.path, ...line });
      }}
      >${shown}</a
    >`;
  }

  private async load(): Promise<void> {
    this.loadedStatus = this.item.status;
    this.detail = await this.page.host.request({ type: 'toolDetail', runId: this.runId, id: this.item.id });
  }

  private detailView(): TemplateResult {
    const { text } = this.page.translation;
    const { detail } = this;
    if (!detail) return html`<p class="muted">${text('loading')}</p>`;
    if (!detail.found) return html`<p class="muted">${text('detailGone')}</p>`;
    return html`<div class="tool-label">${text('input')}</div>
      <pre tabindex="0">${detail.input}</pre>
      <div class="tool-label">${text('result')}</div>
      <pre tabindex="0">${detail.text || text('noResult')}</pre>`;
  }
}

customElements.define('tool-card', ToolCard);
