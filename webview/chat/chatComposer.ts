// The input with everything around it: suggestions, attached context, waiting messages, model and modes, send and stop.
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { MAX_IMAGE_CHARACTERS, MAX_MESSAGE_CHARACTERS } from '../../src/protocol/chat/chatMessages';
import type { ChatState } from '../../src/protocol/chat/chatState';
import { isActive } from '../../src/protocol/chat/chatTurn';
import { composerFooter, queuedMessages, type Delivery } from './composerParts';
import { contextChips } from './contextChips';
import { isImageType } from './droppedFiles';
import { PageElement } from './page';
import { RequestHistory } from './requestHistory';
import { POPUP_ID, SuggestionPopup } from './suggestionPopup';

export class ChatComposer extends PageElement {
  static override properties = {
    ...PageElement.properties,
    state: { attribute: false },
    text: { state: true },
    delivery: { state: true },
  };
  declare state: ChatState;
  declare text: string;
  declare delivery: Delivery;
  private readonly popup = new SuggestionPopup(
    () => this.page,
    () => this.requestUpdate(),
  );
  private readonly history = new RequestHistory();

  constructor() {
    super();
    this.text = '';
    this.delivery = 'queue';
  }

  /** Puts the cursor into the input; `text` replaces what is typed, unless something is. */
  focusInput(text?: string): void {
    if (text !== undefined) this.setText(this.text.trim() ? `${text}\n${this.text}` : text);
    void this.updateComplete.then(() => {
      const input = this.input();
      input?.focus();
      input?.setSelectionRange(input.value.length, input.value.length);
    });
  }

  /** Shows a draft that was kept. */
  setText(text: string): void {
    this.text = text;
    this.history.reset();
    this.changed();
  }

  /** Sends a text at once, as an example request of the empty chat does. The input is free for the next one before this one is answered. */
  async sendText(text: string): Promise<void> {
    const request = text.trim();
    if (!request) return;
    const typed = this.text;
    this.setText(text === typed ? '' : typed);
    const reply = await this.page.host.request({ type: 'send', text: request, delivery: this.activeDelivery() });
    // Not taken: what was typed comes back.
    if (!reply?.accepted && !this.text) this.setText(text);
  }

  protected override render(): TemplateResult {
    const { translation } = this.page;
    const { header } = this.state;
    const active = this.isActive();
    return html`${queuedMessages(header.queue, this.page, active)}
      <div class="composer-box">
        ${this.popup.render((index) => this.accept(index))}
        ${contextChips({
          chips: header.context,
          page: this.page,
          onRemove: ({ id }) => {
            this.page.host.post({ type: 'detach', id });
            this.focusInput();
          },
        })}
        <textarea
          class="chat-input"
          data-testid="chat-input"
          rows="1"
          maxlength=${MAX_MESSAGE_CHARACTERS}
          placeholder=${translation.text(this.placeholder(active))}
          aria-label=${translation.text('messageInput')}
          aria-autocomplete="list"
          aria-controls=${this.popup.isOpen ? POPUP_ID : nothing}
          aria-activedescendant=${this.popup.activeId ?? nothing}
          .value=${this.text}
          @input=${() => this.typed()}
          @keydown=${(event: KeyboardEvent) => this.keyDown(event)}
          @paste=${(event: ClipboardEvent) => this.pasted(event)}
          @blur=${() => this.popup.close()}
        ></textarea>
        ${composerFooter({
          page: this.page,
          state: this.state,
          active,
          canSend: this.text.trim() !== '',
          delivery: this.delivery,
          onDelivery: (delivery) => (this.delivery = delivery),
          onSend: () => void this.sendText(this.text),
        })}
      </div>
      <div class="visually-hidden" role="status">
        ${this.popup.isOpen ? translation.text('completions', this.popup.count) : ''}
      </div>`;
  }

  protected override willUpdate(changes: PropertyValues): void {
    super.willUpdate(changes);
    // Steering is a choice for the run that works now; the next one is not interrupted unasked.
    if (this.delivery !== 'queue' && !this.isActive()) this.delivery = 'queue';
  }

  protected override updated(changes: PropertyValues): void {
    super.updated(changes);
    this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  private input(): HTMLTextAreaElement | null {
    return this.querySelector('textarea.chat-input');
  }

  private isActive(): boolean {
    return this.state.turns.some(({ head }) => isActive(head.status) && head.isElsewhere !== true);
  }

  private activeDelivery(): 'ask' | Delivery {
    return this.isActive() ? this.delivery : 'ask';
  }

  private placeholder(
    active: boolean,
  ): 'placeholder' | 'placeholderFollowUp' | 'placeholderQueue' | 'placeholderSteer' {
    if (active) return this.delivery === 'queue' ? 'placeholderQueue' : 'placeholderSteer';
    return this.state.turns.length > 0 ? 'placeholderFollowUp' : 'placeholder';
  }

  private typed(): void {
    const input = this.input();
    if (!input) return;
    this.text = input.value;
    this.history.reset();
    this.changed();
    void this.popup.update(input.value, input.selectionStart, this.state.setup.agents);
  }

  private changed(): void {
    this.dispatchEvent(new CustomEvent('draft', { detail: this.text }));
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (this.popup.isOpen && this.popupKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void this.sendText(this.text);
    } else if (event.key === 'Escape' && this.isActive()) {
      this.page.host.post({ type: 'stop' });
    } else if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !hasModifier(event)) {
      this.browse(event);
    }
  }

  private popupKey(key: string): boolean {
    if (key === 'ArrowDown') this.popup.move(1);
    else if (key === 'ArrowUp') this.popup.move(-1);
    else if (key === 'Escape') this.popup.close();
    else if (key === 'Enter' || key === 'Tab') this.accept();
    else return false;
    return true;
  }

  private accept(index?: number): void {
    const completed = this.popup.accept(this.text, index);
    if (!completed) return;
    this.text = completed.text;
    this.changed();
    void this.updateComplete.then(() => {
      const input = this.input();
      input?.setSelectionRange(completed.caret, completed.caret);
      // `#file:` asks for more at once.
      if (input) void this.popup.update(input.value, completed.caret, this.state.setup.agents);
    });
  }

  /** Up in an empty input brings the last request back; further keys go on while nothing else is typed. */
  private browse(event: KeyboardEvent): void {
    if (this.text !== '' && !this.history.isBrowsing) return;
    const requests = this.state.turns.map((turn) => turn.head.request);
    const found = this.history.move(requests, event.key === 'ArrowUp' ? -1 : 1, this.text);
    if (found === undefined) return;
    event.preventDefault();
    this.text = found;
    this.changed();
    void this.updateComplete.then(() => this.input()?.setSelectionRange(found.length, found.length));
  }

  private pasted(event: ClipboardEvent): void {
    const images = [...(event.clipboardData?.files ?? [])].filter((file) => isImageType(file.type));
    if (images.length === 0) return;
    event.preventDefault();
    for (const image of images) void this.attachImage(image);
  }

  /** Sends a picture along with the next request. */
  async attachImage(file: File): Promise<void> {
    const { host, translation } = this.page;
    const { type } = file;
    if (!isImageType(type)) return;
    const base64 = await base64Of(file);
    if (base64.length > MAX_IMAGE_CHARACTERS) {
      this.dispatchEvent(new CustomEvent('announce', { bubbles: true, detail: translation.text('imageTooLarge') }));
      return;
    }
    host.post({ type: 'attachImage', name: file.name || type, mimeType: type, base64 });
  }
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.shiftKey || event.ctrlKey || event.altKey || event.metaKey;
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result.replace(/^[^,]*,/, '') : '');
    reader.onerror = () => reject(new Error('The picture could not be read.', { cause: reader.error }));
    reader.readAsDataURL(file);
  });
}

customElements.define('chat-composer', ChatComposer);
