// The sections of a comparison: figures, prompts, plan, tools and answers.
import { html, nothing, type TemplateResult } from 'lit';
import { agentLook } from '../../src/protocol/agentLook';
import { formatDuration } from '../../src/protocol/measures';
import type { CompareTell, ShownCompared, ShownComparison, ShownTask } from '../../src/protocol/trace/compareMessages';
import type { CompareStringKey } from '../../src/protocol/trace/compareStrings';
import { icon } from '../shared/icons';
import { figureRows } from './model/comparison';
import { stateIcon } from './stateIcon';
import type { TabPort } from './tabElement';

/** Of what is the same in both, the lines next to a difference. */
const CONTEXT = 2;
const SHORT = 7;

export class CompareSections {
  constructor(
    private readonly port: TabPort,
    private readonly comparison: ShownComparison,
  ) {}

  figures(): TemplateResult {
    const { left, right } = this.comparison;
    const state = (status: string) => html`${stateIcon(status)} ${this.text(`state.${status}` as CompareStringKey)}`;
    const moment = (ms: number) => this.port.translation.moment(new Date(ms).toISOString(), new Date());
    return this.section(
      'figures',
      html`<table class="plain-table compare-table" data-testid="compare-figures">
        ${this.head('figure', 'difference')}
        <tbody>
          ${this.row('state', state(left.status), state(right.status))}
          ${this.row('started', moment(left.startedAt), moment(right.startedAt))}
          ${figureRows(this.comparison, this.port.translation.text).map(
            ({ key, left: first, right: second, difference }) => this.row(key, first, second, difference),
          )}
          ${this.row('path', left.path.join(' → '), right.path.join(' → '))}
          ${left.error !== undefined || right.error !== undefined ? this.row('error', left.error ?? '', right.error ?? '') : nothing}
        </tbody>
      </table>`,
    );
  }

  prompts(): TemplateResult | typeof nothing {
    const { agents } = this.comparison;
    if (agents.length === 0) return nothing;
    return this.section(
      'prompts',
      html`<table class="plain-table compare-table">
        ${this.head('agent', 'difference')}
        <tbody>
          ${agents.map(({ agent, left, right }) => {
            const [before, after] = [left.at(-1) ?? '', right.at(-1) ?? ''];
            const change = this.text('showChange', agent);
            return html`<tr>
              <th scope="row">${this.agent(agent)}</th>
              <td>${this.versions(left)}</td>
              <td>${this.versions(right)}</td>
              <td>
                ${
                  before === '' || after === ''
                    ? nothing
                    : before === after
                      ? this.text('same')
                      : html`<button
                          type="button"
                          class="icon-button"
                          title=${change}
                          aria-label=${change}
                          data-testid="compare-prompt"
                          @click=${() => this.tell({ type: 'prompt', version: after, before })}
                        >
                          ${icon('diff')}
                        </button>`
                }
              </td>
            </tr>`;
          })}
        </tbody>
      </table>`,
    );
  }

  plan(): TemplateResult {
    return this.section(
      'plan',
      html`<table class="plain-table compare-table" data-testid="compare-plan">
        ${this.head('task')}
        <tbody>
          ${this.comparison.tasks.map(
            ({ left, right }) =>
              html`<tr>
                <th scope="row">${(left ?? right)?.title ?? ''}</th>
                <td>${this.task(left)}</td>
                <td>${this.task(right)}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
    );
  }

  tools(): TemplateResult | typeof nothing {
    const { tools, calls } = this.comparison;
    if (tools.length === 0) return nothing;
    const count = (all: number, failed: number) => (failed > 0 ? this.text('failedOf', all, failed) : String(all));
    return this.section(
      'tools',
      html`<table class="plain-table compare-table" data-testid="compare-tools">
          ${this.head('tool', 'difference')}
          <tbody>
            ${tools.map(({ name, left, right, leftFailed, rightFailed }) => {
              const more = right - left;
              return html`<tr>
                <th scope="row" class="mono">${name}</th>
                <td>${count(left, leftFailed)}</td>
                <td>${count(right, rightFailed)}</td>
                <td>${more === 0 ? this.text('same') : `${more > 0 ? '+' : '−'}${Math.abs(more)}`}</td>
              </tr>`;
            })}
          </tbody>
        </table>
        <h3>${this.text('order')}</h3>
        ${this.compared(calls, 'sameCalls')}`,
    );
  }

  answers(): TemplateResult {
    const { answer } = this.comparison;
    const isEmpty = answer?.every(({ texts }) => texts.every((line) => line === '')) === true;
    return this.section(
      'answers',
      isEmpty ? html`<p class="muted">${this.text('noAnswer')}</p>` : this.compared(answer, 'sameAnswer'),
    );
  }

  /** Both in one order; what is the same is shortened to what stands beside a difference. */
  private compared(parts: readonly ShownCompared[] | undefined, same: CompareStringKey): TemplateResult {
    if (!parts) return html`<p class="muted">${this.text('tooDifferent')}</p>`;
    const isSame = parts.every(({ side }) => side === 'both');
    const marks = { both: ' ', left: '−', right: '+' };
    const only = { both: '', left: this.text('onlyLeft'), right: this.text('onlyRight') };
    return html`${isSame ? html`<p class="muted">${this.text(same)}</p>` : nothing}
      <ol class="compared" data-testid="compared">
        ${parts.map(({ side, texts }, index) => {
          const shown = side === 'both' && !isSame ? shorten(texts, index === 0, index === parts.length - 1) : texts;
          return shown.map((line) =>
            line === undefined
              ? html`<li class="in-between">${this.text('unchanged', texts.length)}</li>`
              : html`<li class="in-${side}">
                  <span class="mark" aria-hidden="true">${marks[side]}</span>
                  ${side === 'both' ? nothing : html`<span class="visually-hidden">${only[side]}:</span>`}
                  <span class="compared-text">${line}</span>
                </li>`,
          );
        })}
      </ol>`;
  }

  private task(task: ShownTask | undefined): TemplateResult {
    if (!task) return html`<span class="muted">${this.text('missing')}</span>`;
    const time = task.durationMs === undefined ? '' : ` · ${formatDuration(task.durationMs)}`;
    const after = task.dependencies.length === 0 ? '' : ` · ${this.text('after', task.dependencies.join(', '))}`;
    return html`${stateIcon(task.status)} ${this.text(`state.${task.status}` as CompareStringKey)} ·
      ${task.agent}${time}<span class="muted">${after}</span>`;
  }

  private versions(versions: readonly string[]): TemplateResult {
    if (versions.length === 0) return html`<span class="muted">–</span>`;
    return html`${versions.map((version) =>
      version === ''
        ? this.text('unknown')
        : html`<button
            type="button"
            class="link mono"
            title=${this.text('showPrompt', version)}
            @click=${() => this.tell({ type: 'prompt', version })}
          >
            ${version.slice(0, SHORT)}
          </button> `,
    )}`;
  }

  private agent(name: string): TemplateResult {
    const look = agentLook(name);
    return html`<span class="colour-${look.colour}">${icon(look.icon)}</span> ${name}`;
  }

  private head(first: CompareStringKey, last?: CompareStringKey): TemplateResult {
    return html`<thead>
      <tr>
        <th scope="col">${this.text(first)}</th>
        <th scope="col">${this.text('left')}</th>
        <th scope="col">${this.text('right')}</th>
        ${last === undefined ? nothing : html`<th scope="col">${this.text(last)}</th>`}
      </tr>
    </thead>`;
  }

  private row(
    key: CompareStringKey,
    left: TemplateResult | string,
    right: TemplateResult | string,
    difference = '',
  ): TemplateResult {
    return html`<tr data-figure=${key}>
      <th scope="row">${this.text(key)}</th>
      <td>${left}</td>
      <td>${right}</td>
      <td class="muted">${difference}</td>
    </tr>`;
  }

  private section(name: CompareStringKey, content: TemplateResult): TemplateResult {
    return html`<section>
      <h2>${this.text(name)}</h2>
      ${content}
    </section>`;
  }

  private tell(message: CompareTell): void {
    this.port.tell(message);
  }

  private text(key: CompareStringKey, ...values: (string | number)[]): string {
    return this.port.translation.text(key, ...values);
  }
}

/** The lines next to what comes before and after; undefined stands for those that are left out. */
function shorten(texts: readonly string[], isFirst: boolean, isLast: boolean): (string | undefined)[] {
  const head = isFirst ? [] : texts.slice(0, CONTEXT);
  const tail = isLast ? [] : texts.slice(-CONTEXT);
  if (head.length + tail.length + 1 >= texts.length) return [...texts];
  return [...head, undefined, ...tail];
}
