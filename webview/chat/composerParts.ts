// The row below the input and the messages that wait above it.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatState, QueuedMessage } from '../../src/protocol/chat/chatState';
import { icon, iconButton, type Page } from './page';

/** What happens to a message that is sent while a run works. */
export type Delivery = 'queue' | 'steer';

export interface ComposerFooter {
  page: Page;
  state: ChatState;
  active: boolean;
  canSend: boolean;
  delivery: Delivery;
  onDelivery: (delivery: Delivery) => void;
  onSend: () => void;
}

export function composerFooter(footer: ComposerFooter): TemplateResult {
  const { page, active } = footer;
  const { text } = page.translation;
  return html`<div class="composer-footer">
    <div class="composer-choices">
      ${iconButton({ icon: 'attach', label: text('attachContext'), onClick: () => page.host.post({ type: 'attach' }) })}
      ${footer.state.setup.modes.map((mode) => modeSelect(mode, page))} ${modelButton(footer.state, page)}
    </div>
    <div class="composer-actions">
      ${active ? deliveryChoice(footer) : nothing}
      ${
        active
          ? iconButton({
              icon: 'stop-circle',
              label: text('stop'),
              testId: 'chat-stop',
              onClick: () => page.host.post({ type: 'stop' }),
            })
          : nothing
      }
      ${iconButton({
        icon: 'send',
        label: text('sendHint'),
        testId: 'chat-send',
        disabled: !footer.canSend,
        onClick: footer.onSend,
      })}
    </div>
  </div>`;
}

/** Queue or steer: a choice that shows only while an agent works. */
function deliveryChoice({ delivery, onDelivery, page }: ComposerFooter): TemplateResult {
  const { text } = page.translation;
  const option = (value: Delivery, hint: string) =>
    html`<label class="segment" title=${hint}>
      <input
        type="radio"
        name="delivery"
        data-testid="chat-delivery-${value}"
        .checked=${delivery === value}
        @change=${() => onDelivery(value)}
      /><span>${text(value)}</span>
    </label>`;
  return html`<fieldset class="segments">
    <legend class="visually-hidden">${text('delivery')}</legend>
    ${option('queue', text('queueHint'))}${option('steer', text('steerHint'))}
  </fieldset>`;
}

function modelButton({ setup }: ChatState, page: Page): TemplateResult {
  const { model } = setup;
  const { text } = page.translation;
  const label = model ? text('model', model.label) : text('modelSearching');
  return html`<button
    type="button"
    class="picker"
    data-testid="chat-model"
    title=${model ? `${label}\n${model.why}` : label}
    aria-label=${label}
    @click=${() => page.host.post({ type: 'selectModel' })}
  >
    <span class="picker-text">${model?.label ?? text('modelSearching')}</span>${icon('chevron-down')}
  </button>`;
}

function modeSelect(mode: ChatState['setup']['modes'][number], page: Page): TemplateResult {
  return html`<span class="picker picker-select">
    <select
      data-testid="chat-mode-${mode.id}"
      aria-label=${mode.label}
      title=${mode.label}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLSelectElement) {
          page.host.post({ type: 'setMode', id: mode.id, value: event.target.value });
        }
      }}
    >
      ${mode.options.map(
        ({ value, label, description }) =>
          html`<option value=${value} title=${description} .selected=${value === mode.value}>${label}</option>`,
      )}</select
    >${icon('chevron-down')}
  </span>`;
}

export function queuedMessages(
  queue: readonly QueuedMessage[],
  page: Page,
  active: boolean,
): TemplateResult | typeof nothing {
  if (queue.length === 0) return nothing;
  const { host, translation } = page;
  const { text } = translation;
  return html`<ul class="queue" aria-label=${text('queued')}>
    ${queue.map(
      (message) =>
        html`<li class="queued" data-testid="chat-queued">
          ${icon('clock')}<span class="queued-text" title=${message.text}>${message.text}</span>
          ${iconButton({
            icon: active ? 'debug-step-into' : 'send',
            label: text(active ? 'steerHint' : 'sendNow'),
            onClick: () => host.post({ type: 'steerQueued', id: message.id }),
          })}
          ${iconButton({
            icon: 'close',
            label: text('takeBack'),
            onClick: () => host.post({ type: 'unqueue', id: message.id }),
          })}
        </li>`,
    )}
  </ul>`;
}
