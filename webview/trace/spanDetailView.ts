// Everything about the chosen span: what it was, what went in and came out, what it cost, what led to it.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { formatCost, formatDuration } from '../../src/protocol/measures';
import {
  promptReplySchema,
  SPAN_STATES,
  spanDetailSchema,
  type PromptReply,
  type ShownMessage,
  type SpanDetail,
} from '../../src/protocol/trace/spanMessages';
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';
import { icon, iconButton } from '../shared/icons';
import { clockTime } from './eventTable';
import './jsonView';
import type { TraceModel } from './model/traceModel';
import type { TabPort } from './tabElement';

export class SpanDetailView extends LitElement {
  static override properties = {
    span: { attribute: false },
    version: { attribute: false },
    detail: { state: true },
    prompt: { state: true },
  };
  declare port: TabPort;
  declare model: TraceModel;
  declare markText: string;
  /** Number of the span in the model's tree. */
  declare span: number;
  /** Changes whenever the span may have got further. */
  declare version: string;
  /** Undefined while it is fetched, null when it is gone. */
  declare detail: SpanDetail | null | undefined;
  declare prompt: PromptReply | null | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('span')) {
      this.detail = undefined;
      this.prompt = undefined;
    }
    if (changed.has('span') || changed.has('version')) void this.load();
  }

  /** Moves the focus into the details. */
  focusDetails(): void {
    this.querySelector<HTMLElement>('.detail')?.focus();
  }

  protected override render(): TemplateResult {
    const { tree, now } = this.model;
    const { span } = this;
    const state = SPAN_STATES[tree.state.at(span)] ?? 'unset';
    const duration = formatDuration(tree.endOf(span, now) - tree.start.at(span));
    const agent = tree.wordOf(tree.agent.at(span));
    const words = {
      unset: '',
      ok: this.text('ok'),
      error: this.text('failed'),
      running: this.text('running'),
      interrupted: this.text('interrupted'),
    };
    const onPath = this.model.path?.ownMs[span] ?? 0;
    return html`<section
      class="detail"
      tabindex="-1"
      data-testid="span-detail"
      data-span-id=${tree.ids[span] ?? ''}
      aria-label=${this.text('details')}
      @keydown=${(event: KeyboardEvent) => this.onKey(event)}
    >
      <div class="detail-head">
        <h2>${tree.wordOf(tree.name.at(span))}</h2>
        ${iconButton({ icon: 'close', label: this.text('close'), testId: 'span-detail-close', onClick: () => this.send('close-detail') })}
      </div>
      <p class="detail-line" data-state=${state}>
        ${[agent, duration, words[state]].filter(Boolean).join(' · ')}${onPath > 0 ? ` · ${this.text('onPath', formatDuration(onPath))}` : ''}
      </p>
      ${this.markText === '' ? nothing : html`<p class="notice notice-warning">${icon('warning')}<span>${this.markText}</span></p>`}
      ${this.body()}
    </section>`;
  }

  private body(): TemplateResult {
    const { detail } = this;
    if (detail === undefined) return html`<p class="muted">${this.text('loading')}</p>`;
    if (detail === null) return html`<p class="muted">${this.text('gone')}</p>`;
    return html`${detail.statusMessage === undefined ? nothing : html`<p class="detail-error">${icon('error')}<span>${detail.statusMessage}</span></p>`}
    ${this.figures(detail)} ${this.causes(detail)} ${this.files(detail)} ${this.tool(detail)}
    ${this.conversation('messages', detail.messages)} ${this.conversation('answer', detail.answer)}
    ${this.promptPart(detail)} ${this.spanEvents(detail)} ${this.attributeTable(detail)}`;
  }

  private figures({ usage, costUsd, startTime }: SpanDetail): TemplateResult {
    const { translation } = this.port;
    const tokens =
      usage &&
      this.text(
        'tokens',
        usage.input === undefined ? '?' : translation.number(usage.input),
        usage.output === undefined ? '?' : translation.number(usage.output),
      );
    const cached =
      usage?.cached === undefined || usage.cached === 0 ? '' : this.text('cached', translation.number(usage.cached));
    const cost = costUsd === undefined ? (usage ? this.text('costUnknown') : '') : formatCost(costUsd);
    return html`<p class="detail-line">${[clockTime(startTime), tokens, cached, cost].filter(Boolean).join(' · ')}</p>`;
  }

  private causes({ cause, links }: SpanDetail): TemplateResult {
    return html`${
      cause
        ? html`<p class="detail-line">
            ${
              cause.spanId === undefined
                ? html`<span>${this.text('causedBy', cause.topic)}</span>`
                : html`<button
                    type="button"
                    class="link"
                    data-testid="span-cause"
                    @click=${() => this.send('go-to-span', cause.spanId)}
                  >
                    ${this.text('causedBy', cause.topic)}
                  </button>`
            }
            ·
            <button type="button" class="link" @click=${() => this.send('show-event', cause.eventId)}>
              ${this.text('showEvent')}
            </button>
          </p>`
        : nothing
    }
    ${links.map(
      (link) =>
        html`<p class="detail-line">
          <button type="button" class="link" @click=${() => this.send('go-to-link', link)}>
            ${this.text('links')} ${link.spanId.slice(0, 8)}
          </button>
        </p>`,
    )}`;
  }

  private files({ files }: SpanDetail): TemplateResult | typeof nothing {
    if (files.length === 0) return nothing;
    return html`<ul class="detail-files" aria-label=${this.text('files')}>
      ${files.map(({ path, line, endLine }) => {
        const shown = line === undefined ? path : `${path}:${line}${endLine === undefined ? '' : `-${endLine}`}`;
        return html`<li>
          <a
            href="#"
            class="file-link"
            title=${this.text('openFile', shown)}
            @click=${(event: Event) => {
              event.preventDefault();
              this.port.tell({
                type: 'openFile',
                path,
                ...(line !== undefined && { line }),
                ...(endLine !== undefined && { endLine }),
              });
            }}
            >${icon('go-to-file')}<span>${shown}</span></a
          >
        </li>`;
      })}
    </ul>`;
  }

  private tool({ tool }: SpanDetail): TemplateResult | typeof nothing {
    if (!tool) return nothing;
    if (tool.input === undefined && tool.output === undefined)
      return html`<p class="muted">${this.text('notCaptured')}</p>`;
    return html`${this.block('input', tool.input)} ${this.block('output', tool.output)}`;
  }

  private block(title: 'input' | 'output', text: string | undefined): TemplateResult | typeof nothing {
    if (text === undefined) return nothing;
    return html`<details class="detail-part" open>
      <summary><h3>${this.text(title)}</h3></summary>
      ${this.copyable(text)}
    </details>`;
  }

  private copyable(text: string): TemplateResult {
    return html`<div class="copyable">
      ${iconButton({
        icon: 'copy',
        label: this.text('copy'),
        onClick: () => {
          this.port.tell({ type: 'copy', text });
          this.port.announce(this.text('copied'));
        },
      })}
      <json-view .json=${text}></json-view>
    </div>`;
  }

  private conversation(
    title: 'messages' | 'answer',
    messages: readonly ShownMessage[],
  ): TemplateResult | typeof nothing {
    if (messages.length === 0) return nothing;
    const heading = title === 'messages' ? `${this.text(title)} (${messages.length})` : this.text(title);
    return html`<details class="detail-part" ?open=${title === 'answer' || messages.length <= 4}>
      <summary><h3>${heading}</h3></summary>
      <ol class="conversation-list">
        ${messages.map(
          (message) =>
            html`<li class="spoken" data-role=${message.role}>
              <span class="spoken-role">${message.role}</span>
              ${message.parts.map((part) => this.spokenPart(part))}
            </li>`,
        )}
      </ol>
    </details>`;
  }

  private spokenPart(part: ShownMessage['parts'][number]): TemplateResult {
    switch (part.type) {
      case 'text':
        return html`<p class="spoken-text">${part.text}</p>`;
      case 'reasoning':
        return html`<p class="spoken-text spoken-reasoning">${part.text}</p>`;
      case 'call':
        return html`<div class="spoken-call">${icon('tools')}<span>${part.name}</span></div>
          ${part.input === '' ? nothing : html`<json-view .json=${part.input}></json-view>`}`;
      case 'result':
      case 'other':
        return html`<json-view .json=${part.text}></json-view>`;
    }
  }

  private promptPart({ promptVersion }: SpanDetail): TemplateResult | typeof nothing {
    if (promptVersion === undefined) return nothing;
    return html`<details
      class="detail-part"
      data-testid="span-prompt"
      @toggle=${(event: Event) => {
        if (event.target instanceof HTMLDetailsElement && event.target.open) void this.loadPrompt(promptVersion);
      }}
    >
      <summary><h3>${this.text('prompt', promptVersion)}</h3></summary>
      ${this.promptText()}
    </details>`;
  }

  private promptText(): TemplateResult {
    const { prompt } = this;
    if (prompt === undefined) return html`<p class="muted">${this.text('loading')}</p>`;
    if (prompt === null) return html`<p class="muted">${this.text('promptGone')}</p>`;
    return html`<p class="muted">
        ${prompt.previous === undefined ? this.text('promptFirst') : this.text('promptChanges', prompt.previous)}
      </p>
      <pre class="diff" tabindex="0">
${prompt.lines.map(
          ({ kind, text }) =>
            html`<span class="diff-line diff-${kind}">${{ same: ' ', added: '+', removed: '-' }[kind]} ${text} </span>`,
        )}</pre>`;
  }

  private spanEvents({ events }: SpanDetail): TemplateResult | typeof nothing {
    if (events.length === 0) return nothing;
    return html`<details class="detail-part" open>
      <summary><h3>${this.text('spanEvents')}</h3></summary>
      <ul>
        ${events.map(
          ({ name, at, text }) =>
            html`<li>
              <span class="muted">${formatDuration(at)}</span>
              ${name}${text === '' ? nothing : html`<json-view .json=${text}></json-view>`}
            </li>`,
        )}
      </ul>
    </details>`;
  }

  private attributeTable({ attributes }: SpanDetail): TemplateResult | typeof nothing {
    if (attributes.length === 0) return nothing;
    return html`<details class="detail-part" open>
      <summary><h3>${this.text('attributes')}</h3></summary>
      <table class="attributes">
        ${attributes.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr>`,
        )}
      </table>
    </details>`;
  }

  private text(key: SpansStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }

  private async load(): Promise<void> {
    const { span } = this;
    const spanId = this.model.tree.ids[span] ?? '';
    const reply = spanDetailSchema.safeParse(await this.port.ask({ type: 'span', spanId }));
    // Another span may have been chosen meanwhile.
    if (this.span === span) this.detail = reply.success ? reply.data : null;
  }

  private async loadPrompt(version: string): Promise<void> {
    if (this.prompt?.version === version) return;
    const reply = promptReplySchema.safeParse(await this.port.ask({ type: 'prompt', version }));
    if (this.detail?.promptVersion === version) this.prompt = reply.success ? reply.data : null;
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.send('close-detail');
  }

  private send(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define('span-detail-view', SpanDetailView);
