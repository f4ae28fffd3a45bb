// The report as a page: what the host sends becomes sections, the long texts are rendered when they are opened.
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { agentLook } from '../../src/protocol/agentLook';
import {
  ANSWER,
  reportHostMessageSchema,
  type ReportAction,
  type ReportPage,
  type ReportPageMessage,
  type ReportTask,
} from '../../src/protocol/report/reportMessages';
import { REPORT_STRINGS, type ReportStringKey } from '../../src/protocol/report/reportStrings';
import { MarkdownRenderer } from '../chat/markdown';
import { icon, iconButton } from '../shared/icons';
import { Translation } from '../shared/translation';
import type { WebviewApi } from '../shared/webviewApi';
import { planGraph } from './planGraph';
import { stateIcon } from './states';
import { timeline } from './timeline';

const ACTION_ICONS: Record<ReportAction, string> = {
  openRun: 'comment-discussion',
  showChanges: 'diff-multiple',
  openTrace: 'list-tree',
  copy: 'copy',
  openAsMarkdown: 'go-to-file',
  export: 'export',
};
/** Results stand open in a report of no more tasks than this. */
const MAX_OPEN = 8;

export class ReportApp extends LitElement {
  static override properties = {
    report: { state: true },
    isGone: { state: true },
    opened: { state: true },
  };
  declare report: ReportPage | undefined;
  declare isGone: boolean;
  /** What a person opened or closed, by task. */
  declare opened: ReadonlyMap<string, boolean>;
  private readonly texts = new Map<string, string>();
  private readonly translation = new Translation<ReportStringKey>(REPORT_STRINGS);
  private readonly markdown = new MarkdownRenderer(() => ({
    copy: this.translation.text('copyCode'),
    insertAtCursor: '',
    openInEditor: '',
    code: (language) => (language ? this.translation.text('codeIn', language) : this.translation.text('code')),
  }));

  constructor(private readonly api: WebviewApi) {
    super();
    this.isGone = false;
    this.opened = new Map();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  post(message: ReportPageMessage): void {
    this.api.postMessage(message);
  }

  /** Tells the host's log. */
  fail(message: string): void {
    this.post({ type: 'pageError', message: message.slice(0, 4000) });
  }

  receive(data: unknown): void {
    const parsed = reportHostMessageSchema.safeParse(data);
    if (!parsed.success) {
      this.fail(`A message of the host does not fit: ${parsed.error.message}`);
      return;
    }
    const message = parsed.data;
    if (message.type === 'strings') this.translation.use(message.strings, message.locale);
    else if (message.type === 'gone') this.isGone = true;
    else if (message.type === 'reveal') void this.updateComplete.then(() => this.openTask(message.taskId));
    else {
      for (const [id, text] of Object.entries(message.texts)) this.texts.set(id, text);
      this.report = message.report;
      // What the tab shows is known after a reload of the window.
      this.api.setState({ runId: message.report.runId });
    }
  }

  protected override render(): TemplateResult {
    const { text } = this.translation;
    if (this.isGone) return html`<p class="page muted">${text('gone')}</p>`;
    const { report } = this;
    if (!report) return html`<p class="page muted">${text('loading')}</p>`;
    const tasks = new Map(report.tasks.map((task) => [task.id, task]));
    const onOpen = (taskId: string) => this.openTask(taskId);
    return html`<main
      class="page"
      data-testid="report"
      data-status=${report.state}
      @click=${(event: Event) => this.act(event)}
    >
      ${this.head(report)} ${this.answer(report)}
      ${report.graph ? this.section('plan', planGraph({ graph: report.graph, tasks, text, onOpen })) : nothing}
      ${report.timeline ? this.section('timeline', timeline(report.timeline, onOpen)) : nothing}
      ${report.tasks.length > 0 ? this.section('results', this.results(report.tasks)) : nothing}
      ${report.changes.length > 0 ? this.section('changes', this.changes(report)) : nothing}
      ${report.findings.length > 0 ? this.section('findings', this.findings(report)) : nothing}
      ${report.verdicts.length > 0 ? this.section('verdicts', this.verdicts(report)) : nothing}
      ${report.notices.length > 0 ? this.section('notices', this.notices(report)) : nothing}
      ${report.costs.length > 0 ? this.section('costs', this.costs(report)) : nothing}
    </main>`;
  }

  private head(report: ReportPage): TemplateResult {
    const { text } = this.translation;
    return html`<header>
      <div class="title-line">
        <h1>${report.title}</h1>
        <div class="report-actions">
          ${report.actions.map((action) =>
            iconButton({
              icon: ACTION_ICONS[action],
              label: text(action),
              testId: `report-${action}`,
              onClick: () => this.post({ type: 'act', action }),
            }),
          )}
        </div>
      </div>
      <p class="facts" data-testid="report-facts">
        ${stateIcon(report.state, report.stateLabel)}<span>${[report.stateLabel, ...report.facts].join(' · ')}</span>
      </p>
      <p class="request">${report.request}</p>
      ${report.error === undefined ? nothing : html`<p class="fault">${icon('error')}<span>${report.error}</span></p>`}
    </header>`;
  }

  private section(name: ReportStringKey, body: unknown): TemplateResult {
    return html`<section aria-labelledby="section-${name}">
      <h2 id="section-${name}">${this.translation.text(name)}</h2>
      ${body}
    </section>`;
  }

  private answer(report: ReportPage): TemplateResult | typeof nothing {
    if (report.hasAnswer) return this.section('answer', this.prose(this.texts.get(ANSWER) ?? ''));
    return report.isLive
      ? nothing
      : this.section('answer', html`<p class="muted">${this.translation.text('noAnswer')}</p>`);
  }

  private prose(text: string): TemplateResult {
    return html`<div class="markdown">
      ${this.markdown.render(text).map(({ html: block }) => html`<div class="block">${unsafeHTML(block)}</div>`)}
    </div>`;
  }

  private results(tasks: readonly ReportTask[]): TemplateResult {
    return html`<ul class="results">
      ${repeat(
        tasks,
        ({ id }) => id,
        (task) => this.result(task, tasks.length <= MAX_OPEN),
      )}
    </ul>`;
  }

  private result(task: ReportTask, opensItself: boolean): TemplateResult {
    const isOpen = this.opened.get(task.id) ?? (opensItself && task.hasText);
    const look = agentLook(task.agent);
    const id = `result-${task.id}`;
    return html`<li class="result" data-testid="result" data-task-id=${task.id} data-status=${task.state}>
      <button
        type="button"
        class="result-line"
        aria-expanded=${isOpen}
        aria-controls=${id}
        @click=${() => this.setOpen(task.id, !isOpen)}
      >
        ${icon(isOpen ? 'chevron-down' : 'chevron-right')}${stateIcon(task.state, task.stateLabel)}
        <span class="result-title"
          >${task.title}
          <span class="muted"
            ><span class="codicon codicon-${look.icon} colour-${look.colour}" aria-hidden="true"></span> ${task.agent}${
              task.note === '' ? nothing : html` · ${task.note}`
            }</span
          ></span
        >
        <span class="measure">${task.measures}</span>
      </button>
      <div id=${id} class="result-body" ?hidden=${!isOpen}>${isOpen ? this.resultBody(task) : nothing}</div>
    </li>`;
  }

  private resultBody(task: ReportTask): TemplateResult {
    const { text } = this.translation;
    return html`${
      task.needs.length === 0
        ? nothing
        : html`<p class="muted">
            ${text('needs')}:
            ${task.needs.map(
              ({ id, title }, index) =>
                html`${index === 0 ? '' : ', '}<button type="button" class="link" @click=${() => this.openTask(id)}>
                    ${title}
                  </button>`,
            )}
          </p>`
    }
    ${task.error === undefined ? nothing : html`<p class="fault">${icon('error')}<span>${task.error}</span></p>`}
    ${task.hasText ? this.prose(this.texts.get(task.id) ?? '') : html`<p class="muted">${text('noText')}</p>`}`;
  }

  private changes(report: ReportPage): TemplateResult {
    const { text } = this.translation;
    return html`<ul>
      ${report.changes.map(
        ({ path, what, lines }) =>
          html`<li class="entry">
            <button
              type="button"
              class="link"
              title=${text('showChange', path)}
              @click=${() => this.post({ type: 'showChange', path })}
            >
              ${path}
            </button>
            <span class="muted">${what}</span><span class="measure">${lines}</span>
          </li>`,
      )}
    </ul>`;
  }

  private findings(report: ReportPage): TemplateResult {
    const { text } = this.translation;
    return html`<ul>
      ${report.findings.map(
        ({ severity, title, why, path, line }) =>
          html`<li class="finding">
            <div>
              <strong>${title}</strong> <span class="muted">${severity}</span>
              <button
                type="button"
                class="link"
                title=${text('openFile', path)}
                @click=${() => this.post({ type: 'openFile', path, line })}
              >
                ${path}:${line}
              </button>
            </div>
            <div class="muted">${why}</div>
          </li>`,
      )}
    </ul>`;
  }

  private verdicts(report: ReportPage): TemplateResult {
    return html`<ul>
      ${report.verdicts.map(
        ({ between, verdict, explanation }) =>
          html`<li class="finding">
            <div><strong>${verdict}</strong> <span class="muted">${between}</span></div>
            <div>${explanation}</div>
          </li>`,
      )}
    </ul>`;
  }

  private notices(report: ReportPage): TemplateResult {
    return html`<ul>
      ${report.notices.map(({ text }) => html`<li class="fault">${icon('warning')}<span>${text}</span></li>`)}
    </ul>`;
  }

  private costs(report: ReportPage): TemplateResult {
    const { text } = this.translation;
    return html`<div class="table" tabindex="0" role="group" aria-labelledby="section-costs">
      <table data-testid="report-costs">
        <thead>
          <tr>
            <th scope="col">${text('agent')}</th>
            <th scope="col">${text('model')}</th>
            <th scope="col" class="number">${text('calls')}</th>
            <th scope="col" class="number">${text('input')}</th>
            <th scope="col" class="number">${text('output')}</th>
            <th scope="col" class="number">${text('cost')}</th>
          </tr>
        </thead>
        <tbody>
          ${report.costs.map(
            (line) =>
              html`<tr>
                <th scope="row">${line.agent}</th>
                <td>${line.model}</td>
                <td class="number">${line.calls}</td>
                <td class="number">${line.input}</td>
                <td class="number">${line.output}</td>
                <td class="number">${line.cost}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private setOpen(taskId: string, isOpen: boolean): void {
    this.opened = new Map([...this.opened, [taskId, isOpen]]);
  }

  /** Opens a result and brings it into sight. */
  private openTask(taskId: string): void {
    this.setOpen(taskId, true);
    void this.updateComplete.then(() => {
      const row = [...this.querySelectorAll<HTMLElement>('.result')].find(
        ({ dataset }) => dataset['taskId'] === taskId,
      );
      row?.scrollIntoView({ block: 'nearest' });
      row?.querySelector('button')?.focus();
    });
  }

  /** Links and buttons inside rendered texts. */
  private act(event: Event): void {
    if (!(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLElement>('a.file-link');
    if (link) {
      event.preventDefault();
      const { path, line, endLine } = link.dataset;
      if (path === undefined) return;
      this.post({
        type: 'openFile',
        path,
        ...(line !== undefined && { line: Number(line) }),
        ...(endLine !== undefined && { endLine: Number(endLine) }),
      });
      return;
    }
    const code = event.target.closest('[data-code-action="copy"]')?.closest('.code-block')?.querySelector('code');
    if (code) this.post({ type: 'copyText', text: code.textContent });
  }
}

customElements.define('report-app', ReportApp);
