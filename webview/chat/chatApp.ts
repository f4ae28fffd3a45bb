// The page as a whole: what the host sends becomes state, the state becomes elements.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { HostMessage } from '../../src/protocol/chat/chatMessages';
import { applyChat, type ChatState } from '../../src/protocol/chat/chatState';
import { announcement } from './announcement';
import type { ChatComposer } from './chatComposer';
import { DropTarget } from './dropTarget';
import { emptyChat } from './emptyChat';
import { icon, PageElement } from './page';
import { ScrollKeeper } from './scrollKeeper';
import './chatComposer';
import './chatHistory';
import './chatTurn';

type ShownMessage = Exclude<HostMessage, { type: 'reply' }>;

/** Time between the last key and the draft being kept by the host. */
const DRAFT_DELAY_MS = 300;

export class ChatApp extends PageElement {
  static override properties = {
    ...PageElement.properties,
    state: { state: true },
    showsHistory: { state: true },
    unseen: { state: true },
    said: { state: true },
    dropHint: { state: true },
  };
  declare state: ChatState | undefined;
  declare showsHistory: boolean;
  declare unseen: boolean;
  declare said: string;
  declare dropHint: string | undefined;
  private revision = 0;
  private keeper: ScrollKeeper | undefined;
  private draft: { text: string; threadId?: string } | undefined;
  private draftTimer: ReturnType<typeof setTimeout> | undefined;
  private earlierObserver: IntersectionObserver | undefined;
  private readonly dropTarget = new DropTarget({
    show: (hint) => (this.dropHint = hint && this.page.translation.text(hint)),
    uris: (uris) => this.page.host.post({ type: 'attachUris', uris }),
    image: (file) => void this.composer()?.attachImage(file),
  });

  constructor() {
    super();
    this.showsHistory = false;
    this.unseen = false;
    this.said = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('role', 'main');
    this.dropTarget.listen(document);
  }

  /** Takes a message of the host. */
  receive(message: ShownMessage): void {
    switch (message.type) {
      case 'snapshot': {
        this.takeSnapshot(message);
        return;
      }
      case 'patch': {
        this.takePatch(message);
        return;
      }
      case 'focusInput':
        this.showsHistory = false;
        void this.updateComplete.then(() => this.composer()?.focusInput(message.text));
        return;
      case 'showHistory':
        this.showsHistory = true;
        return;
      case 'reveal':
        void this.updateComplete.then(() => this.reveal(message.runId));
    }
  }

  protected override render(): TemplateResult {
    const { state } = this;
    if (!state) return html``;
    const { text } = this.page.translation;
    return html`<h1 class="visually-hidden">${state.header.title || text('newChat')}</h1>
      <div class="conversation-area">
        <div
          class="conversation"
          tabindex="0"
          role="region"
          aria-label=${text('conversation')}
          data-testid="chat-messages"
        >
          ${
            isEmpty(state)
              ? emptyChat(state.setup, this.page, (request) => void this.composer()?.sendText(request))
              : this.turns(state)
          }
        </div>
        ${this.keeper && !this.keeper.isFollowing ? this.toEndButton() : nothing}
        ${
          this.showsHistory
            ? html`<chat-history
                .page=${this.page}
                .current=${state.header.threadId}
                @close-history=${() => this.closeHistory()}
              ></chat-history>`
            : nothing
        }
      </div>
      <chat-composer
        .page=${this.page}
        .state=${state}
        @draft=${(event: CustomEvent<string>) => this.keepDraft(event.detail)}
      ></chat-composer>
      ${
        this.dropHint === undefined
          ? nothing
          : html`<div class="drop-hint" data-testid="chat-drop-hint"><span>${this.dropHint}</span></div>`
      }
      <div class="visually-hidden" role="status" aria-live="polite" data-testid="chat-status">${this.said}</div>`;
  }

  protected override firstUpdated(): void {
    this.addEventListener('announce', (event) => {
      if (event instanceof CustomEvent && typeof event.detail === 'string') this.said = event.detail;
    });
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.showsHistory) this.closeHistory();
    });
  }

  protected override updated(): void {
    const scroller = this.querySelector<HTMLElement>('.conversation');
    if (scroller && !this.keeper) {
      const hasEnd = () => this.state !== undefined && !isEmpty(this.state);
      this.keeper = new ScrollKeeper(scroller, hasEnd, () => {
        if (this.keeper?.isFollowing) this.unseen = false;
        this.requestUpdate();
      });
    }
    this.watchEarlier(scroller);
  }

  private turns(state: ChatState): TemplateResult {
    const { earlier } = state.header;
    return html`${
      earlier > 0
        ? html`<button type="button" class="link earlier" @click=${() => this.loadEarlier()}>
            ${this.page.translation.text('loadEarlier', earlier)}
          </button>`
        : nothing
    }
    ${repeat(
      state.turns,
      (turn) => turn.head.runId,
      (turn) => html`<chat-turn .page=${this.page} .turn=${turn} data-run-id=${turn.head.runId}></chat-turn>`,
    )}`;
  }

  private toEndButton(): TemplateResult {
    const { text } = this.page.translation;
    const label = text(this.unseen ? 'newMessages' : 'scrollToEnd');
    return html`<button
      type="button"
      class="to-end"
      data-testid="chat-to-end"
      data-unseen=${this.unseen}
      title=${label}
      aria-label=${label}
      @click=${() => this.keeper?.toEnd()}
    >
      ${icon('arrow-down')}${this.unseen ? html`<span>${label}</span>` : nothing}
    </button>`;
  }

  private takeSnapshot(message: Extract<HostMessage, { type: 'snapshot' }>): void {
    const { host, translation } = this.page;
    translation.use(message.strings, message.locale);
    const before = this.state;
    this.revision = message.revision;
    this.state = message.state;
    const sameThread = before && before.header.threadId === message.state.header.threadId;
    void this.updateComplete.then(() => {
      // While somebody types, what is typed is newer than what was kept.
      if (!sameThread) this.composer()?.setText(message.draft);
      if (sameThread) this.keeper?.settle();
      else this.keeper?.toEnd();
      host.post({ type: 'ack', revision: message.revision });
    });
  }

  private takePatch(message: Extract<HostMessage, { type: 'patch' }>): void {
    const { host, translation } = this.page;
    const before = this.state;
    const after = before && message.revision === this.revision + 1 ? applyChat(before, message.ops) : undefined;
    if (!before || !after) {
      host.post({ type: 'resync' });
      return;
    }
    this.revision = message.revision;
    if (after.header.earlier < before.header.earlier) this.keeper?.holdPlace();
    const started = after.turns.at(-1)?.head.runId !== before.turns.at(-1)?.head.runId;
    this.state = after;
    if (this.keeper && !this.keeper.isFollowing && message.ops.some(addsText)) this.unseen = true;
    this.said = announcement(before, after, translation.text) ?? this.said;
    void this.childrenUpdated().then(() => {
      // One's own message is always brought into sight.
      if (started && after.turns.length > before.turns.length && after.header.earlier === before.header.earlier)
        this.keeper?.toEnd();
      else this.keeper?.settle();
      host.post({ type: 'ack', revision: message.revision });
    });
  }

  /** Elements render in steps: page, turns, texts. */
  private async childrenUpdated(): Promise<void> {
    await this.updateComplete;
    const last = [...this.querySelectorAll<PageElement>('chat-turn')].at(-1);
    await last?.updateComplete;
    await [...(last?.querySelectorAll<PageElement>('answer-text') ?? [])].at(-1)?.updateComplete;
  }

  private watchEarlier(scroller: HTMLElement | null): void {
    const button = this.querySelector('.earlier');
    this.earlierObserver?.disconnect();
    if (!button || !scroller) return;
    this.earlierObserver = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting) && !this.keeper?.isFollowing) this.loadEarlier();
      },
      { root: scroller },
    );
    this.earlierObserver.observe(button);
  }

  private loadEarlier(): void {
    this.page.host.post({ type: 'loadEarlier' });
  }

  private keepDraft(text: string): void {
    const { threadId } = this.state?.header ?? {};
    if (this.draft && this.draft.threadId !== threadId) this.flushDraft();
    clearTimeout(this.draftTimer);
    this.draft = { text, ...(threadId !== undefined && { threadId }) };
    this.draftTimer = setTimeout(() => this.flushDraft(), DRAFT_DELAY_MS);
  }

  /** Hands what is typed to the host now. */
  flushDraft(): void {
    clearTimeout(this.draftTimer);
    if (this.draft) this.page.host.post({ type: 'draft', ...this.draft });
    this.draft = undefined;
  }

  private closeHistory(): void {
    this.showsHistory = false;
    this.composer()?.focusInput();
  }

  private reveal(runId: string): void {
    const turn = [...this.querySelectorAll<HTMLElement>('chat-turn')].find(
      (element) => element.dataset['runId'] === runId,
    );
    if (turn) this.keeper?.toElement(turn);
  }

  private composer(): ChatComposer | null {
    return this.querySelector<ChatComposer>('chat-composer');
  }
}

function isEmpty({ turns, header }: ChatState): boolean {
  return turns.length === 0 && header.earlier === 0;
}

function addsText(op: { op: string }): boolean {
  return op.op === 'append' || op.op === 'item' || op.op === 'turn';
}

customElements.define('chat-app', ChatApp);
