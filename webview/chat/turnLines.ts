// The quiet lines of an answer: where it was routed, who handed over, who works, what to know.
import { html, nothing, type TemplateResult } from 'lit';
import { agentLook } from '../../src/protocol/agentLook';
import type { TurnHead, TurnItem } from '../../src/protocol/chat/chatTurn';
import { formatCost, formatDuration } from '../../src/protocol/measures';
import { icon, type Page } from './page';
import type { Translation } from './translation';

type ItemOf<K extends TurnItem['kind']> = Extract<TurnItem, { kind: K }>;

/** An agent's name with its icon and colour. */
export function agentName(name: string): TemplateResult {
  const look = agentLook(name);
  return html`<span class="agent-name agent-${look.colour}">${icon(look.icon)}<span>${name}</span></span>`;
}

/** A click shows the decision in the trace of its run. */
export function routeLine(item: ItemOf<'route'>, { host, translation }: Page, runId: string): TemplateResult {
  return html`<div class="line route" data-testid="route">
    <button
      type="button"
      class="line-main line-button"
      title=${translation.text('openTraceAtRoute')}
      @click=${() => host.post({ type: 'openTrace', runId, id: item.id })}
    >
      ${agentName(translation.text('router'))} ${icon('arrow-right')} ${agentName(item.to)}
      <span class="line-reason"
        >${
          item.isFallback
            ? html`<span
                class="codicon codicon-warning"
                role="img"
                aria-label=${translation.text('notDecided')}
              ></span> `
            : nothing
        }${item.reason}</span
      >
    </button>
    <span class="measure">${item.ms === undefined ? '' : formatDuration(item.ms)}</span>
  </div>`;
}

export function handoffLine(item: ItemOf<'handoff'>, translation: Translation): TemplateResult {
  const rejected = item.status === 'rejected';
  const label = translation.text(rejected ? 'handoffRejected' : 'handedOver', item.agent, item.to);
  return html`<div class="line handoff" data-testid="handoff" data-status=${item.status} title=${label}>
    <span class="line-main"
      >${agentName(item.agent)} ${icon(rejected ? 'circle-slash' : 'arrow-right')} ${agentName(item.to)}
      <span class="line-reason">${rejected ? (item.why ?? item.reason) : item.reason}</span></span
    >
  </div>`;
}

export function agentLine(item: ItemOf<'agent'>): TemplateResult {
  return html`<div class="line agent-line">
    <span class="line-main"
      >${agentName(item.agent)}${
        item.model === undefined ? nothing : html`<span class="model-name"> · ${item.model}</span>`
      }</span
    >
    <span class="measure">${item.ms === undefined ? '' : formatDuration(item.ms)}</span>
  </div>`;
}

/** How far a goal is, beside whoever planned it. */
export function planLine(item: ItemOf<'plan'>, translation: Translation): TemplateResult {
  const { text } = translation;
  const parts = [
    item.model,
    item.all > 0 ? text('planned', item.done, item.all) : item.status === 'running' ? text('planning') : undefined,
    item.revised > 0 ? text('planRevised') : undefined,
    item.hidden > 0 ? text('moreTasks', item.hidden) : undefined,
  ].filter((part) => part !== undefined);
  return html`<div class="line agent-line" data-testid="plan" data-status=${item.status}>
    <span class="line-main"
      >${agentName(item.agent)}${parts.map((part) => html`<span class="model-name"> · ${part}</span>`)}</span
    >
    <span class="measure">${item.ms === undefined ? '' : formatDuration(item.ms)}</span>
  </div>`;
}

/** The person's own words in the middle of an answer. */
export function steeringMessage(item: ItemOf<'message'>, translation: Translation): TemplateResult {
  return html`<div class="steering" data-testid="chat-steering" role="note" aria-label=${translation.text('you')}>
    <div class="author">${translation.text('you')}</div>
    <div class="request">${item.text}</div>
  </div>`;
}

const NOTICE_ICONS = { info: 'info', warning: 'warning', error: 'error' } as const;

export function noticeLine(item: ItemOf<'notice'>): TemplateResult {
  return html`<div class="notice notice-${item.level}">
    ${icon(NOTICE_ICONS[item.level])}<span>${item.text}</span>
  </div>`;
}

/** Tokens and cost; what is unknown is called so. */
export function usageLine(head: TurnHead, translation: Translation): TemplateResult | typeof nothing {
  const { usage } = head;
  const { text } = translation;
  // Calls that failed before they used anything say nothing about cost.
  if (!usage.complete && usage.inputTokens + usage.outputTokens === 0 && head.status !== 'completed') return nothing;
  if (usage.modelCalls === 0) return html`<span class="usage" data-testid="usage">${text('noModelUsed')}</span>`;
  const more = usage.complete ? '' : '+';
  const tokens = `${text('tokensIn', translation.number(usage.inputTokens) + more)} · ${text('tokensOut', translation.number(usage.outputTokens) + more)}`;
  const cost =
    usage.costUsd === undefined
      ? html`<span title=${text('costUnknownWhy')}>${text('costUnknown')}</span>`
      : formatCost(usage.costUsd);
  return html`<span class="usage" data-testid="usage"
    ><span title=${usage.complete ? nothing : text('tokensIncomplete')}>${tokens}</span> · ${cost}</span
  >`;
}
