// One request with its answer. Rendered again only when its turn is another object than before.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isActive, type Turn, type TurnHead, type TurnItem } from '../../src/protocol/chat/chatTurn';
import { formatDuration } from '../../src/protocol/measures';
import { approvalCard } from './approvalCard';
import { contextChips } from './contextChips';
import { icon, iconButton, PageElement } from './page';
import { groupByTask, NO_ITEMS, turnItem, type TaskItem } from './turnItem';
import { usageLine } from './turnLines';
import './changeCard';
import './chatTask';

type Remedy = NonNullable<NonNullable<TurnHead['error']>['remedy']>;

export class ChatTurn extends PageElement {
  static override properties = {
    ...PageElement.properties,
    turn: { attribute: false },
    editing: { state: true },
    now: { state: true },
  };
  declare turn: Turn;
  declare editing: boolean;
  declare now: number;
  private ticking: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    this.editing = false;
    this.now = Date.now();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopTicking();
  }

  protected override render(): TemplateResult {
    return html`${this.userMessage()}${this.assistantMessage()}`;
  }

  protected override updated(): void {
    if (isActive(this.turn.head.status)) {
      this.ticking ??= setInterval(() => {
        this.now = Date.now();
      }, 1000);
    } else this.stopTicking();
  }

  private stopTicking(): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
  }

  private userMessage(): TemplateResult {
    const { head } = this.turn;
    const { translation, host } = this.page;
    const { text } = translation;
    return html`<article class="message user" data-testid="chat-message" data-role="user" aria-label=${text('you')}>
      <header class="line">
        <span class="line-main author">${text('you')}</span>
        <span class="actions">
          ${iconButton({ icon: 'edit', label: text('editRequest'), testId: 'chat-edit', onClick: () => this.edit() })}
          ${iconButton({
            icon: 'copy',
            label: text('copyRequest'),
            onClick: () => host.post({ type: 'copy', text: head.request }),
          })}
        </span>
        <time class="measure" datetime=${head.startedAt}>${translation.moment(head.startedAt, new Date())}</time>
      </header>
      ${this.editing ? this.editor() : html`<div class="request">${head.request}</div>`}
      ${contextChips({ chips: head.context, page: this.page })}
    </article>`;
  }

  private editor(): TemplateResult {
    const { text } = this.page.translation;
    return html`<div class="edit-box">
      <textarea
        class="edit-input"
        data-testid="chat-edit-input"
        aria-label=${text('editRequest')}
        .value=${this.turn.head.request}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Escape') this.editing = false;
          else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void this.resend();
          }
        }}
      ></textarea>
      <div class="button-row">
        <vscode-button data-testid="chat-edit-send" @click=${() => void this.resend()}>${text('send')}</vscode-button>
        <vscode-button secondary @click=${() => (this.editing = false)}>${text('cancel')}</vscode-button>
      </div>
    </div>`;
  }

  private edit(): void {
    this.editing = true;
    void this.updateComplete.then(() => {
      const input = this.querySelector<HTMLTextAreaElement>('.edit-input');
      input?.focus();
      input?.setSelectionRange(input.value.length, input.value.length);
    });
  }

  private async resend(): Promise<void> {
    const text = this.querySelector<HTMLTextAreaElement>('.edit-input')?.value ?? '';
    const replaces = this.turn.head.runId;
    const reply = await this.page.host.request({ type: 'send', text, delivery: 'ask', replaces });
    if (reply?.accepted) this.editing = false;
  }

  private assistantMessage(): TemplateResult {
    const { head, items } = this.turn;
    const { text } = this.page.translation;
    const active = isActive(head.status);
    return html`<article
      class="message assistant"
      data-testid="chat-message"
      data-role="assistant"
      data-agent=${head.agent ?? ''}
      data-status=${head.status}
      aria-label=${head.agent === undefined ? text('answer') : text('answerFrom', head.agent)}
      aria-busy=${active}
    >
      ${this.items(items)} ${active ? this.progress() : nothing} ${this.outcome()} ${this.changes()} ${this.approvals()}
      ${active ? nothing : this.footer()}
    </article>`;
  }

  /** What belongs to a task stands below its heading; headings are a list of their own. */
  private items(items: readonly TurnItem[]): TemplateResult {
    const { head } = this.turn;
    const tasks = items.filter((item) => item.kind === 'task');
    const own = items.filter((item) => item.kind !== 'task' && item.taskId === undefined);
    const after = tasks.length === 0 ? 0 : own.findIndex((item) => item.kind !== 'route' && item.kind !== 'plan');
    const before = after === -1 ? own.length : after;
    const rows = (some: readonly TurnItem[]) =>
      repeat(
        some,
        (item) => item.id,
        (item) => turnItem(item, this.page, head.runId),
      );
    return html`${rows(own.slice(0, before))}${this.tasks(tasks, items)}${rows(own.slice(before))}`;
  }

  private tasks(tasks: readonly TaskItem[], items: readonly TurnItem[]): TemplateResult | typeof nothing {
    if (tasks.length === 0) return nothing;
    const below = groupByTask(items);
    const { runId } = this.turn.head;
    return html`<ul class="tasks" aria-label=${this.page.translation.text('tasks')} data-testid="tasks">
      ${repeat(
        tasks,
        ({ id }) => id,
        (task) =>
          html`<chat-task
            role="listitem"
            .page=${this.page}
            .task=${task}
            .items=${below.get(task.taskId) ?? NO_ITEMS}
            .runId=${runId}
            .now=${this.now}
            .isOnly=${tasks.length === 1}
          ></chat-task>`,
      )}
    </ul>`;
  }

  private progress(): TemplateResult {
    const { head } = this.turn;
    const label = this.progressLabel();
    const seconds = Math.max(0, Math.floor((this.now - Date.parse(head.startedAt)) / 1000)) * 1000;
    return html`<div class="progress">
      <span class="progress-dots" aria-hidden="true"><i></i><i></i><i></i></span>
      <span>${label}</span>
      <span class="measure">${seconds >= 1000 ? formatDuration(seconds) : ''}</span>
    </div>`;
  }

  private progressLabel(): string {
    const { head, items } = this.turn;
    const { text } = this.page.translation;
    if (head.status === 'waiting-approval') return text('waitingForApproval');
    if (head.status === 'paused') return text('paused');
    if (head.isElsewhere) return text('workingElsewhere', head.agent ?? text('router'));
    const plan = items.find((item) => item.kind === 'plan');
    const working = items.filter((item) => item.kind === 'task' && item.status === 'running').length;
    if (working > 0) return working === 1 ? text('oneTaskWorks') : text('tasksWork', working);
    if (head.agent === undefined || !(plan ?? items.some((item) => item.kind === 'agent'))) return text('starting');
    return text('working', head.agent);
  }

  private outcome(): TemplateResult | typeof nothing {
    const { error, status, runId } = this.turn.head;
    const { text } = this.page.translation;
    if (status === 'cancelled')
      return html`<div class="notice">${icon('stop-circle')}<span>${text('stopped')}</span></div>`;
    if (status === 'interrupted' && !error) {
      return html`<div class="notice notice-warning">${icon('warning')}<span>${text('interrupted')}</span></div>
        <div class="button-row">
          <vscode-button data-testid="chat-retry" @click=${() => this.page.host.post({ type: 'retry', runId })}
            >${text('retry')}</vscode-button
          >
        </div>`;
    }
    if (!error) {
      if (status !== 'partial') return nothing;
      return html`<div class="notice notice-warning">${icon('warning')}<span>${text('partial')}</span></div>`;
    }
    const { remedy } = error;
    // Without a key or above a limit, the same request only fails again.
    const helpsFirst = remedy?.action === 'setApiKey' || remedy?.action === 'openSettings';
    return html`<div class="error-box" data-testid="chat-error" data-reason=${error.reason}>
      ${icon('error')}
      <div class="error-text">
        <p>${error.message}</p>
        <div class="button-row">
          ${remedy && helpsFirst ? this.remedyButton(remedy, false) : nothing}
          <vscode-button
            ?secondary=${helpsFirst}
            @click=${() => this.page.host.post({ type: 'retry', runId })}
            data-testid="chat-retry"
          >
            ${text('retry')}
          </vscode-button>
          ${remedy && !helpsFirst ? this.remedyButton(remedy, true) : nothing}
        </div>
      </div>
    </div>`;
  }

  private remedyButton({ label, action }: Remedy, secondary: boolean): TemplateResult {
    return html`<vscode-button
      ?secondary=${secondary}
      data-testid="chat-remedy"
      @click=${() => this.page.host.post({ type: 'remedy', action })}
      >${label}</vscode-button
    >`;
  }

  private approvals(): TemplateResult[] {
    const { approvals, isElsewhere } = this.turn.head;
    return approvals.map((approval) => approvalCard(approval, this.page, isElsewhere !== true));
  }

  private changes(): TemplateResult | typeof nothing {
    const { changes, runId } = this.turn.head;
    if (!changes || changes.length === 0) return nothing;
    return html`<change-card .page=${this.page} .changes=${changes} .runId=${runId}></change-card>`;
  }

  private footer(): TemplateResult {
    const { head, items } = this.turn;
    const { host, translation } = this.page;
    const answer = () => ownTexts(items).join('\n\n');
    return html`<footer class="line answer-footer">
      <span class="line-main">${usageLine(head, translation)}</span>
      <span class="actions">
        ${iconButton({
          icon: 'refresh',
          label: translation.text('retry'),
          testId: 'chat-retry-answer',
          onClick: () => host.post({ type: 'retry', runId: head.runId }),
        })}
        ${iconButton({
          icon: 'copy',
          label: translation.text('copyAnswer'),
          onClick: () => host.post({ type: 'copy', text: answer() }),
        })}
        ${iconButton({
          icon: 'list-tree',
          label: translation.text('openTrace'),
          testId: 'chat-trace',
          onClick: () => host.post({ type: 'openTrace', runId: head.runId }),
        })}
      </span>
    </footer>`;
  }
}

/** The answer itself: results of tasks can be copied where they stand. */
function ownTexts(items: readonly TurnItem[]): string[] {
  return items.flatMap((item) => (item.kind === 'text' && item.taskId === undefined ? [item.text] : []));
}

customElements.define('chat-turn', ChatTurn);
