// One task of a goal: a heading that says who does what and how it stands; what its agent did and said opens below it.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChatStringKey } from '../../src/protocol/chat/chatStrings';
import type { TurnItem } from '../../src/protocol/chat/chatTurn';
import { formatCost, formatDuration, formatTokens } from '../../src/protocol/measures';
import { icon, PageElement } from './page';
import { turnItem, type TaskItem } from './turnItem';
import { agentName } from './turnLines';

const STATES: Record<TaskItem['status'], { icon: string; label: ChatStringKey }> = {
  pending: { icon: 'circle-outline', label: 'statePending' },
  blocked: { icon: 'circle-outline', label: 'stateBlocked' },
  running: { icon: 'loading', label: 'stateRunning' },
  'waiting-approval': { icon: 'question', label: 'stateWaiting' },
  retrying: { icon: 'sync', label: 'stateRetrying' },
  completed: { icon: 'pass', label: 'stateCompleted' },
  failed: { icon: 'error', label: 'stateFailed' },
  skipped: { icon: 'debug-step-over', label: 'stateSkipped' },
  cancelled: { icon: 'circle-slash', label: 'stateCancelled' },
  interrupted: { icon: 'debug-disconnect', label: 'stateInterrupted' },
};

export class ChatTask extends PageElement {
  static override properties = {
    ...PageElement.properties,
    task: { attribute: false },
    items: { attribute: false, hasChanged: differ },
    runId: { attribute: false },
    now: { attribute: false },
    isOnly: { attribute: false },
    open: { state: true },
  };
  declare task: TaskItem;
  declare items: readonly TurnItem[];
  declare runId: string;
  declare now: number;
  /** A goal of one task: there is nothing else to look at. */
  declare isOnly: boolean;
  /** Undefined until a person opened or closed it. */
  declare open: boolean | undefined;

  protected override render(): TemplateResult {
    const { task } = this;
    const { text } = this.page.translation;
    const state = STATES[task.status];
    const id = `task-${this.runId}-${task.taskId}`;
    const isOpen = this.isOpen();
    const body = html`<span
        class="task-state codicon codicon-${state.icon}"
        role="img"
        aria-label=${text(state.label)}
        title=${text(state.label)}
      ></span>
      <span class="task-main"
        ><span class="task-title">${task.title}</span> <span class="task-note">${this.note()}</span></span
      >`;
    return html`<div class="task" data-testid="task" data-status=${task.status} data-task-id=${task.taskId}>
      <div class="task-line" title=${this.usage() || nothing}>
        ${
          this.items.length === 0
            ? html`<span class="task-toggle">${icon('blank')}${body}</span>`
            : html`<button
                type="button"
                class="task-toggle"
                aria-expanded=${isOpen}
                aria-controls=${id}
                @click=${() => (this.open = !isOpen)}
              >
                ${icon(isOpen ? 'chevron-down' : 'chevron-right')}${body}
              </button>`
        }
        <span class="measure">${this.time()}</span>
      </div>
      <div id=${id} class="task-detail" ?hidden=${!isOpen}>${isOpen ? this.detail() : nothing}</div>
    </div>`;
  }

  private isOpen(): boolean {
    return this.items.length > 0 && (this.open ?? this.isOnly);
  }

  /** Who, and what is to be said of it. */
  private note(): TemplateResult {
    const { agent, note } = this.task;
    return html`${agentName(agent)}${note === '' ? nothing : html` · ${note}`}`;
  }

  private time(): string {
    const { ms, startedAt, status } = this.task;
    if (ms !== undefined) return formatDuration(ms);
    if (startedAt === undefined || status === 'pending' || status === 'blocked') return '';
    const seconds = Math.floor((this.now - Date.parse(startedAt)) / 1000);
    return seconds > 0 ? formatDuration(seconds * 1000) : '';
  }

  private usage(): string {
    const { tokens, costUsd, attempts } = this.task;
    const { text } = this.page.translation;
    const parts = [
      tokens > 0 ? text('taskTokens', formatTokens(tokens)) : '',
      tokens > 0 && costUsd !== undefined ? formatCost(costUsd) : '',
      attempts > 1 ? text('taskAttempts', attempts) : '',
    ];
    return parts.filter(Boolean).join(' · ');
  }

  private detail(): TemplateResult {
    const usage = this.usage();
    return html`${repeat(
      this.items,
      (item) => item.id,
      (item) => turnItem(item, this.page, this.runId),
    )}${usage === '' ? nothing : html`<div class="usage">${usage}</div>`}`;
  }
}

/** The list is made anew with each change of the turn; what is in it often stays the same. */
function differ(after: readonly TurnItem[], before: readonly TurnItem[] | undefined): boolean {
  return after.length !== before?.length || after.some((item, index) => item !== before[index]);
}

customElements.define('chat-task', ChatTask);
