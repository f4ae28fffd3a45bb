// What a run proposes or changed: files with counts, their hunks on demand, and what can be done with each of them.
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChangeDecision } from '../../src/protocol/chat/chatMessages';
import type { ChatStringKey } from '../../src/protocol/chat/chatStrings';
import type { TurnChange } from '../../src/protocol/chat/chatTurn';
import { icon, iconButton, PageElement } from './page';

const KIND_ICONS: Record<TurnChange['kind'], string> = {
  create: 'diff-added',
  modify: 'diff-modified',
  delete: 'diff-removed',
  rename: 'diff-renamed',
};
const STATUS_WORDS: Record<string, ChatStringKey> = {
  accepted: 'changeAccepted',
  rejected: 'changeRejected',
  reverted: 'changeReverted',
  conflicted: 'changeConflicted',
};

const waits = ({ status }: { status: string }) => status === 'proposed' || status === 'conflicted';

export class ChangeCard extends PageElement {
  static override properties = {
    ...PageElement.properties,
    changes: { attribute: false },
    runId: { attribute: false },
    open: { state: true },
  };
  declare changes: readonly TurnChange[];
  declare runId: string;
  /** Paths whose hunks are shown. */
  declare open: ReadonlySet<string>;

  constructor() {
    super();
    this.open = new Set();
  }

  protected override render(): TemplateResult {
    const { changes } = this;
    const { text } = this.page.translation;
    return html`<section class="changes" data-testid="changes" aria-label=${text('changes')}>
      <header class="line">
        <span class="line-main"
          >${icon('diff-multiple')} ${text('changes')}
          <span class="muted"
            >${changes.length === 1 ? text('oneFileChanged') : text('filesChanged', changes.length)}</span
          >
          ${this.counts(sum(changes))}</span
        >
        ${this.runActions()}
      </header>
      <ul class="change-list">
        ${repeat(
          changes,
          (change) => change.path,
          (change) => this.file(change),
        )}
      </ul>
    </section>`;
  }

  private runActions(): TemplateResult {
    const { text } = this.page.translation;
    const isOpen = this.changes.some(waits);
    const isRevertible = this.changes.some(
      (change) => change.status === 'accepted' || change.hunks.some(({ status }) => status === 'accepted'),
    );
    return html`<span class="change-actions">
      ${
        isOpen
          ? html`${iconButton({
                icon: 'diff-multiple',
                label: text('showChanges'),
                testId: 'changes-show',
                onClick: () => this.decide('show'),
              })}
              <vscode-button data-testid="changes-accept" @click=${() => this.decide('accept')}
                >${text('accept')}</vscode-button
              >
              <vscode-button secondary data-testid="changes-reject" @click=${() => this.decide('reject')}
                >${text('reject')}</vscode-button
              >`
          : nothing
      }
      ${
        isRevertible && !isOpen
          ? html`<vscode-button secondary data-testid="changes-revert" @click=${() => this.decide('revert')}
              >${text('takeBack')}</vscode-button
            >`
          : nothing
      }
    </span>`;
  }

  private file(change: TurnChange): TemplateResult {
    const { path, kind, status, from } = change;
    const { text } = this.page.translation;
    const hasHunks = change.hunks.length > 1;
    const isOpen = this.open.has(path);
    const name = path.split('/').at(-1) ?? path;
    const folder = path.slice(0, path.length - name.length).replace(/\/$/, '');
    return html`<li class="change" data-testid="change" data-path=${path} data-status=${status}>
      <div class="line">
        ${
          hasHunks
            ? html`<button
                type="button"
                class="icon-button change-toggle"
                aria-expanded=${isOpen}
                aria-label=${text('hunksOf', path)}
                @click=${() => this.toggle(path)}
              >
                ${icon(isOpen ? 'chevron-down' : 'chevron-right')}
              </button>`
            : html`<span class="change-toggle"></span>`
        }
        <span class="change-kind change-${kind}">${icon(status === 'conflicted' ? 'warning' : KIND_ICONS[kind])}</span>
        <a
          href="#"
          class="file-link change-name"
          title=${from === undefined ? path : `${from} → ${path}`}
          @click=${(event: Event) => {
            event.preventDefault();
            this.openFile(change);
          }}
          >${name}</a
        >
        <span class="change-folder muted">${folder}</span>
        ${this.counts(change)} ${this.state(status)} ${waits(change) ? this.decisions(name, { path }, status) : nothing}
      </div>
      ${hasHunks && isOpen ? this.hunks(change) : nothing}
    </li>`;
  }

  private hunks({ path, hunks }: TurnChange): TemplateResult {
    const { text } = this.page.translation;
    return html`<ul class="hunk-list" aria-label=${text('hunksOf', path)}>
      ${repeat(
        hunks,
        ({ id, status }) => `${id} ${status}`,
        ({ id, startLine, status }) => {
          const label = text('hunkAtLine', startLine);
          return html`<li class="line hunk" data-testid="hunk" data-status=${status}>
            <a
              href="#"
              class="file-link change-name"
              @click=${(event: Event) => {
                event.preventDefault();
                this.decide('show', { path, hunkId: id });
              }}
              >${label}</a
            >
            <span class="change-folder"></span>
            ${this.state(status)} ${waits({ status }) ? this.decisions(label, { path, hunkId: id }, status) : nothing}
          </li>`;
        },
      )}
    </ul>`;
  }

  private decisions(name: string, target: Omit<ChangeDecision, 'action' | 'runId'>, status: string): TemplateResult {
    const { text } = this.page.translation;
    const isConflict = status === 'conflicted';
    return html`<span class="change-actions">
      ${
        isConflict
          ? iconButton({
              icon: 'git-merge',
              label: text('mergeChange', name),
              testId: 'change-merge',
              onClick: () => this.decide('show', target),
            })
          : iconButton({
              icon: 'check',
              label: text('acceptChange', name),
              testId: 'change-accept',
              onClick: () => this.decide('accept', target),
            })
      }
      ${iconButton({
        icon: 'discard',
        label: text('rejectChange', name),
        testId: 'change-reject',
        onClick: () => this.decide('reject', target),
      })}
    </span>`;
  }

  private state(status: string): TemplateResult | typeof nothing {
    const word = STATUS_WORDS[status];
    return word === undefined
      ? nothing
      : html`<span class="change-state muted">${this.page.translation.text(word)}</span>`;
  }

  private counts({ added, removed }: { added: number; removed: number }): TemplateResult {
    const { text } = this.page.translation;
    return html`<span class="measure change-counts"
      >${added > 0 ? html`<span class="added" aria-label=${text('linesAdded', added)}>+${added}</span>` : nothing}
      ${
        removed > 0
          ? html`<span class="removed" aria-label=${text('linesRemoved', removed)}>-${removed}</span>`
          : nothing
      }</span
    >`;
  }

  /** What waits opens as a diff, what is settled as the file that it became. */
  private openFile(change: TurnChange): void {
    if (waits(change)) this.decide('show', { path: change.path });
    else this.page.host.post({ type: 'openFile', path: change.path });
  }

  private toggle(path: string): void {
    const open = new Set(this.open);
    if (!open.delete(path)) open.add(path);
    this.open = open;
  }

  private decide(action: ChangeDecision['action'], target: Omit<ChangeDecision, 'action' | 'runId'> = {}): void {
    this.page.host.post({ type: 'change', action, runId: this.runId, ...target });
  }
}

function sum(changes: readonly TurnChange[]): { added: number; removed: number } {
  const counted = changes.filter(({ status }) => status !== 'rejected' && status !== 'reverted');
  return {
    added: counted.reduce((total, { added }) => total + added, 0),
    removed: counted.reduce((total, { removed }) => total + removed, 0),
  };
}

customElements.define('change-card', ChangeCard);
