// Pieces of context as small labels: they open on a click and, where a person may, go with a button.
import { html, nothing, type TemplateResult } from 'lit';
import type { Chip } from '../../src/protocol/chat/chatTurn';
import { icon, type Page } from './page';

const ICONS: Record<Chip['kind'], string> = {
  selection: 'list-selection',
  file: 'file',
  image: 'file-media',
  text: 'symbol-string',
};

export interface ContextChipsOptions {
  chips: readonly Chip[];
  page: Page;
  /** Makes chips removable. */
  onRemove?: (chip: Chip) => void;
}

export function contextChips({ chips, page, onRemove }: ContextChipsOptions): TemplateResult | typeof nothing {
  if (chips.length === 0) return nothing;
  const { text } = page.translation;
  return html`<ul class="chips" aria-label=${text('attachedContext')}>
    ${chips.map(
      (chip) =>
        html`<li class="chip" data-kind=${chip.kind}>
          ${chipLabel(chip, page)}
          ${
            onRemove
              ? html`<button
                  type="button"
                  class="chip-remove"
                  title=${text('removeContext', chip.label)}
                  aria-label=${text('removeContext', chip.label)}
                  @click=${() => onRemove(chip)}
                >
                  ${icon('close')}
                </button>`
              : nothing
          }
        </li>`,
    )}
  </ul>`;
}

function chipLabel(chip: Chip, page: Page): TemplateResult {
  const label = html`${icon(ICONS[chip.kind])}<span class="chip-text">${chip.label}</span>`;
  const { uri } = chip;
  if (uri === undefined) return html`<span class="chip-label">${label}</span>`;
  return html`<button
    type="button"
    class="chip-label"
    title=${page.translation.text('openFile', chip.label)}
    @click=${() =>
      page.host.post({
        type: 'openFile',
        uri,
        ...(chip.startLine !== undefined && { line: chip.startLine }),
        ...(chip.endLine !== undefined && { endLine: chip.endLine }),
      })}
  >
    ${label}
  </button>`;
}
