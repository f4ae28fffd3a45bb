// One question of an agent: what it wants, why, what exactly, and the answers.
import { html, nothing, type TemplateResult } from 'lit';
import type { TurnApproval } from '../../src/protocol/chat/chatTurn';
import { icon, type Page } from './page';

/** The first button does the least: it allows this one call. Only the window that works on the run can answer. */
export function approvalCard(approval: TurnApproval, page: Page, canAnswer: boolean): TemplateResult {
  const { text } = page.translation;
  const { id, agent, title, detail, why, risk, covers } = approval;
  const answer: Answer = (decision, scope) => (event) => {
    const reason = decision === 'deny' ? reasonBeside(event.currentTarget) : '';
    page.host.post({ type: 'approval', id, decision, ...(scope && { scope }), ...(reason !== '' && { reason }) });
  };
  const covered = covers?.join('\n') ?? '';
  return html`<section
    class="approval"
    data-testid="approval"
    data-risk=${risk ?? 'medium'}
    aria-label=${text('approvalOf', agent)}
  >
    <div class="approval-title">${icon(risk === 'high' ? 'warning' : 'question')}<span>${title}</span></div>
    ${why ? html`<p class="approval-why">${why}</p>` : nothing}
    ${detail ? html`<pre class="approval-detail" tabindex="0">${detail}</pre>` : nothing}
    ${canAnswer ? answers(text, covered, answer) : nothing}
  </section>`;
}

type Answer = (decision: 'allow' | 'deny', scope?: 'once' | 'run' | 'workspace') => (event: Event) => void;

function answers(text: Page['translation']['text'], covered: string, answer: Answer): TemplateResult {
  return html`<div class="button-row">
      <vscode-button data-testid="approval-allow" @click=${answer('allow', 'once')}>${text('allowOnce')}</vscode-button>
      ${covered === '' ? nothing : lasting(text, covered, answer)}
      <vscode-button secondary data-testid="approval-deny" @click=${answer('deny')}>${text('deny')}</vscode-button>
    </div>
    <input
      class="approval-reason"
      data-testid="approval-reason"
      maxlength="2000"
      placeholder=${text('denyReason')}
      aria-label=${text('denyReason')}
    />`;
}

/** Answers beyond this one call, where there is something that they can cover. */
function lasting(text: Page['translation']['text'], covered: string, answer: Answer): TemplateResult {
  return html`<vscode-button
      secondary
      data-testid="approval-allow-run"
      title=${covered}
      @click=${answer('allow', 'run')}
      >${text('allowInRun')}</vscode-button
    >
    <vscode-button
      secondary
      data-testid="approval-allow-workspace"
      title=${covered}
      @click=${answer('allow', 'workspace')}
      >${text('allowAlways')}</vscode-button
    >`;
}

function reasonBeside(button: EventTarget | null): string {
  const field = button instanceof Element ? button.closest('.approval')?.querySelector('input') : undefined;
  return field?.value.trim() ?? '';
}
