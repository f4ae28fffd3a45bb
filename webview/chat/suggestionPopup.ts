// The popup's state: which word it completes, what it offers, which entry is chosen. The input keeps the focus all the time.
import { html, nothing, type TemplateResult } from 'lit';
import type { Completion } from '../../src/protocol/chat/chatMessages';
import type { ChatSetup } from '../../src/protocol/chat/chatState';
import { complete, tokenAt, type CompletionToken } from './completionToken';
import { icon, type Page } from './page';
import { suggestionsFor } from './suggestions';

export const POPUP_ID = 'chat-suggestions';

export class SuggestionPopup {
  private token: CompletionToken | undefined;
  private entries: Completion[] = [];
  private chosen = 0;
  private lookup = 0;

  constructor(
    private readonly pageOf: () => Page,
    private readonly onChange: () => void,
  ) {}

  get isOpen(): boolean {
    return this.token !== undefined && this.entries.length > 0;
  }

  get activeId(): string | undefined {
    return this.isOpen ? `${POPUP_ID}-${this.chosen}` : undefined;
  }

  get count(): number {
    return this.isOpen ? this.entries.length : 0;
  }

  /** Looks what the word at the caret asks for. */
  async update(text: string, caret: number, agents: ChatSetup['agents']): Promise<void> {
    const lookup = ++this.lookup;
    const token = tokenAt(text, caret);
    const entries = token ? await suggestionsFor(token, agents, this.pageOf()) : [];
    if (lookup !== this.lookup) return;
    this.token = token;
    this.entries = entries;
    this.chosen = 0;
    this.onChange();
  }

  close(): void {
    this.lookup += 1;
    if (!this.token) return;
    this.token = undefined;
    this.entries = [];
    this.onChange();
  }

  move(step: 1 | -1): void {
    this.chosen = (this.chosen + step + this.entries.length) % this.entries.length;
    this.onChange();
  }

  /** The text with the chosen (or given) entry in it; undefined when nothing is offered. */
  accept(text: string, index = this.chosen): { text: string; caret: number } | undefined {
    const entry = this.entries[index];
    if (!this.token || !entry) return undefined;
    const completed = complete(text, this.token, entry.insert);
    this.close();
    return completed;
  }

  render(onPick: (index: number) => void): TemplateResult | typeof nothing {
    if (!this.isOpen) return nothing;
    const { text } = this.pageOf().translation;
    return html`<ul
      id=${POPUP_ID}
      class="suggestions"
      role="listbox"
      data-testid="chat-suggestions"
      aria-label=${text(labelOf(this.token))}
    >
      ${this.entries.map(
        (entry, index) =>
          html`<li
            id="${POPUP_ID}-${index}"
            role="option"
            aria-selected=${index === this.chosen}
            @mousedown=${(event: Event) => {
              // The input keeps the focus.
              event.preventDefault();
              onPick(index);
            }}
          >
            ${icon(entry.icon)}<span class="suggestion-label">${entry.label}</span
            ><span class="suggestion-detail">${entry.detail}</span>
          </li>`,
      )}
    </ul>`;
  }
}

function labelOf(token: CompletionToken | undefined): 'agents' | 'commands' | 'contextSuggestions' {
  if (token?.kind === 'agent') return 'agents';
  return token?.kind === 'command' ? 'commands' : 'contextSuggestions';
}
