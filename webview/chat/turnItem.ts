// One line or block of an answer as an element, and what belongs to which task.
import { html, nothing, type TemplateResult } from 'lit';
import type { TurnItem } from '../../src/protocol/chat/chatTurn';
import type { Page } from './page';
import { agentLine, handoffLine, noticeLine, planLine, routeLine, steeringMessage } from './turnLines';
import './answerText';
import './toolCard';

export type TaskItem = Extract<TurnItem, { kind: 'task' }>;

export const NO_ITEMS: readonly TurnItem[] = [];

export function turnItem(item: TurnItem, page: Page, runId: string): TemplateResult | typeof nothing {
  const { translation } = page;
  switch (item.kind) {
    case 'route':
      return routeLine(item, page, runId);
    case 'handoff':
      return handoffLine(item, translation);
    case 'agent':
      return agentLine(item);
    case 'plan':
      return planLine(item, translation);
    case 'message':
      return steeringMessage(item, translation);
    case 'notice':
      return noticeLine(item);
    case 'tool':
      return html`<tool-card .page=${page} .item=${item} .runId=${runId}></tool-card>`;
    case 'text':
      return html`<answer-text .page=${page} .item=${item}></answer-text>`;
    // Headings hold what belongs to them: see `ChatTurn`.
    case 'task':
      return nothing;
  }
}

/** The items of each task, in order, without the headings. */
export function groupByTask(items: readonly TurnItem[]): Map<string, TurnItem[]> {
  const groups = new Map<string, TurnItem[]>();
  for (const item of items) {
    if (item.kind === 'task' || item.taskId === undefined) continue;
    const group = groups.get(item.taskId);
    if (group) group.push(item);
    else groups.set(item.taskId, [item]);
  }
  return groups;
}
