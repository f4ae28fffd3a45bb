// One event: what it carries, what led to it and what came of it.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { eventsReplySchemas } from '../../src/protocol/trace/eventsMessages';
import type { EventsStringKey } from '../../src/protocol/trace/eventsStrings';
import { iconButton } from '../shared/icons';
import { clockTime, windowName } from './eventTable';
import type { EventStore } from './model/eventStore';
import { eventTree, type EventTreeNode } from './model/eventTree';
import type { TabPort } from './tabElement';
import './jsonView';

export class EventDetail extends LitElement {
  static override properties = {
    eventId: { attribute: false },
    json: { state: true },
  };
  declare port: TabPort;
  declare store: EventStore;
  declare eventId: string;
  /** Undefined while it is being fetched; empty when it is gone. */
  declare json: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('eventId')) void this.load(this.eventId);
  }

  protected override render(): TemplateResult {
    const index = this.store.indexOf(this.eventId);
    if (index === undefined) return html`<aside class="detail"><p class="muted">${this.text('gone')}</p></aside>`;
    const event = this.store.row(index);
    return html`<aside class="detail" data-testid="event-detail" aria-label=${this.text('detail')}>
      <div class="detail-head">
        <h2>${event.topic}</h2>
        ${iconButton({ icon: 'close', label: this.text('close'), onClick: () => this.send('close-detail', '') })}
      </div>
      <p class="detail-line">
        ${[clockTime(event.time), event.agent, event.source, `#${event.seq}`].filter(Boolean).join(' · ')}
      </p>
      ${event.origin === '' ? nothing : html`<p class="detail-line">${this.text('fromWindow', windowName(event.origin))}</p>`}
      <h3>${this.text('causes')}</h3>
      ${this.tree(index)}
      <h3>${this.text('payload')}</h3>
      ${this.payload()}
    </aside>`;
  }

  private payload(): TemplateResult {
    if (this.json === undefined) return html`<p class="muted">${this.text('loading')}</p>`;
    if (this.json === '') return html`<p class="muted">${this.text('gone')}</p>`;
    return html`<json-view .json=${this.json}></json-view>`;
  }

  private tree(index: number): TemplateResult {
    const { nodes, hasEarlier, left } = eventTree(this.store, index);
    return html`${hasEarlier ? html`<p class="muted">${this.text('earlierCause')}</p>` : nothing}
      <ul class="event-tree">
        ${nodes.map((node) => this.node(node))}
      </ul>
      ${left > 0 ? html`<p class="muted">${this.text('moreEffects', left)}</p>` : nothing}`;
  }

  private node({ index, depth }: EventTreeNode): TemplateResult {
    const event = this.store.row(index);
    const isThis = event.id === this.eventId;
    return html`<li data-depth=${Math.min(depth, 12)}>
      <button
        type="button"
        class="link tree-event"
        aria-current=${isThis}
        title=${event.summary}
        @click=${() => this.send('choose-event', event.id)}
      >
        ${event.topic}</button
      ><span class="muted">${[event.agent, windowName(event.origin)].filter(Boolean).join(' · ')}</span>
    </li>`;
  }

  private text(key: EventsStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }

  private async load(id: string): Promise<void> {
    this.json = undefined;
    const index = this.store.indexOf(id);
    const { seq, arrival } = this.store.row(index ?? -1);
    const reply = eventsReplySchemas.event.safeParse(await this.port.ask({ type: 'event', id, seq, arrival }));
    // Another event may have been chosen meanwhile.
    if (this.eventId === id) this.json = reply.success ? reply.data.json : '';
  }

  private send(name: string, detail: string): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define('event-detail', EventDetail);
