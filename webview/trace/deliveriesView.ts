// Who gets events: how many wait in each queue, what was dropped, and what somebody could not take, to be sent again.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { eventsReplySchemas, type EventsReplies } from '../../src/protocol/trace/eventsMessages';
import type { EventsStringKey } from '../../src/protocol/trace/eventsStrings';
import { icon, iconButton } from '../shared/icons';
import { clockTime } from './eventTable';
import type { TabPort } from './tabElement';

/** Numbers are asked for so often while they are looked at. */
const INTERVAL_MS = 1000;

type Deliveries = EventsReplies['subscribers'];
type Letter = Deliveries['letters'][number];

export class DeliveriesView extends LitElement {
  static override properties = { deliveries: { state: true } };
  declare port: TabPort;
  declare deliveries: Deliveries | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    this.timer = setInterval(() => {
      if (this.offsetParent !== null) void this.load();
    }, INTERVAL_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const { deliveries } = this;
    return html`<aside class="detail" data-testid="event-deliveries" aria-label=${this.text('deliveries')} tabindex="0">
      <div class="detail-head">
        <h2>${this.text('deliveries')}</h2>
        ${iconButton({
          icon: 'close',
          label: this.text('close'),
          onClick: () => this.dispatchEvent(new CustomEvent('close-detail', { bubbles: true })),
        })}
      </div>
      ${deliveries ? html`${this.subscribers(deliveries)} ${this.letters(deliveries)}` : nothing}
    </aside>`;
  }

  private subscribers({ subscribers }: Deliveries): TemplateResult {
    if (subscribers.length === 0) return html`<p class="muted">${this.text('noSubscribers')}</p>`;
    return html`<table class="deliveries">
      <thead>
        <tr>
          <th scope="col">${this.text('subscriber')}</th>
          <th scope="col">${this.text('depth')}</th>
          <th scope="col">${this.text('delivered')}</th>
          <th scope="col">${this.text('dropped')}</th>
          <th scope="col">${this.text('failed')}</th>
        </tr>
      </thead>
      <tbody>
        ${subscribers.map(
          ({ pattern, depth, delivered, dropped, failed }) =>
            html`<tr data-testid="subscriber-row">
              <th scope="row">${pattern}</th>
              ${[depth, delivered].map((count) => html`<td>${this.port.translation.number(count)}</td>`)}
              ${[dropped, failed].map(
                (count) => html`<td data-bad=${count > 0}>${this.port.translation.number(count)}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private letters({ letters, lost }: Deliveries): TemplateResult {
    return html`<h3>${this.text('deadLetters')}</h3>
      ${letters.length === 0 ? html`<p class="muted">${this.text('noDeadLetters')}</p>` : nothing}
      <ul class="dead-letters">
        ${letters.map((letter) => this.letter(letter))}
      </ul>
      ${lost === 0 ? nothing : html`<p class="muted">${this.text('lostLetters', lost)}</p>`}`;
  }

  private letter({ id, topic, owner, message, time, attempts, eventId }: Letter): TemplateResult {
    const tried = attempts > 1 ? ` · ${this.text('attempts', attempts)}` : '';
    return html`<li data-testid="dead-letter">
      <div class="detail-line">
        <button
          type="button"
          class="link"
          @click=${() => this.dispatchEvent(new CustomEvent('choose-event', { detail: eventId, bubbles: true }))}
        >
          ${topic}
        </button>
        · ${owner} · ${clockTime(Date.parse(time))}${tried}
      </div>
      <p class="detail-error">${icon('error')}<span>${message}</span></p>
      <button type="button" class="link" data-testid="dead-letter-resend" @click=${() => this.tell('resend', id)}>
        ${this.text('resend')}
      </button>
      ·
      <button type="button" class="link" @click=${() => this.tell('drop', id)}>${this.text('drop')}</button>
    </li>`;
  }

  private tell(type: 'resend' | 'drop', letterId: string): void {
    this.port.tell({ type, letterId });
    void this.load();
  }

  private text(key: EventsStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }

  private async load(): Promise<void> {
    const reply = eventsReplySchemas.subscribers.safeParse(await this.port.ask({ type: 'subscribers' }));
    if (reply.success) this.deliveries = reply.data;
  }
}

customElements.define('deliveries-view', DeliveriesView);
