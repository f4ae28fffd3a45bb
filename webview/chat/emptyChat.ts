// What a chat without messages shows: one sentence, requests that suit the workspace, and which model will answer.
import { html, nothing, type TemplateResult } from 'lit';
import type { ChatSetup } from '../../src/protocol/chat/chatState';
import { icon, type Page } from './page';

export function emptyChat(setup: ChatSetup, page: Page, ask: (request: string) => void): TemplateResult {
  const { text } = page.translation;
  const { model } = setup;
  return html`<section class="empty" data-testid="chat-empty">
    <h2>${text('emptyTitle')}</h2>
    <p>${text('emptyText')}</p>
    <ul class="first-steps">
      ${setup.firstSteps.map(
        (step) =>
          html`<li>
            <button
              type="button"
              class="first-step"
              data-testid="chat-first-step"
              @click=${() => ('request' in step ? ask(step.request) : page.host.post({ type: 'remedy', action: step.action }))}
            >
              ${icon(step.icon)}<span>${step.label}</span>
            </button>
          </li>`,
      )}
    </ul>
    ${
      model
        ? html`<p class="model-line" title=${model.why}>
            ${model.offline ? text('answersFromRules') : text('answersFrom', model.label)}
            <button type="button" class="link" @click=${() => page.host.post({ type: 'selectModel' })}>
              ${text(model.offline ? 'chooseModel' : 'change')}
            </button>
          </p>`
        : nothing
    }
  </section>`;
}
