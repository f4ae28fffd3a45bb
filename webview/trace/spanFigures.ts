// A trace in a line, and in sentences for those who can't see the waterfall.
import { html, nothing, type TemplateResult } from 'lit';
import { formatCost, formatDuration } from '../../src/protocol/measures';
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';
import type { Translation } from '../shared/translation';
import type { TraceModel } from './model/traceModel';
import type { TraceFigures } from './model/traceSummary';

/** Spans of the critical path that are named. */
const NAMED_ON_PATH = 3;

type Words = (key: SpansStringKey, ...values: (string | number)[]) => string;

export function figuresLine(figures: TraceFigures, left: number, translation: Translation<string>): TemplateResult {
  const text: Words = translation.text;
  const number = (value: number) => translation.number(value);
  const parts = [
    formatDuration(figures.durationMs),
    counted(figures.spans, text('oneSpan'), (count) => text('spansCount', number(count))),
    figures.running > 0 ? text('runningCount', number(figures.running)) : '',
    counted(figures.modelCalls, text('oneModelCall'), (count) => text('modelCalls', number(count))),
    counted(figures.toolCalls, text('oneToolCall'), (count) => text('toolCalls', number(count))),
    tokensText(figures, text, number),
    costText(figures, text),
  ].filter((part) => part !== '');
  return html`<p class="trace-figures" data-testid="trace-figures">
    <span>${parts.join(' · ')}</span>
    ${
      figures.errors === 0
        ? nothing
        : html`<span class="figures-error"
            ><span class="codicon codicon-error" aria-hidden="true"></span>
            ${counted(figures.errors, text('oneError'), (count) => text('errorsCount', number(count)))}</span
          >`
    }
    ${
      figures.marked === 0
        ? nothing
        : html`<span class="figures-marked" title=${text('markedHint')}
            ><span class="codicon codicon-warning" aria-hidden="true"></span>
            ${text('marked', number(figures.marked))}</span
          >`
    }
    ${left === 0 ? nothing : html`<span class="figures-marked">${text('left', number(left))}</span>`}
  </p>`;
}

/** Sentences: what it took, who worked, what failed, what the end waited for. */
export function figuresText(figures: TraceFigures, model: TraceModel, translation: Translation<string>): string {
  const text: Words = translation.text;
  const number = (value: number) => translation.number(value);
  const counts = [
    counted(figures.spans, text('oneSpan'), (count) => text('spansCount', number(count))),
    counted(figures.modelCalls, text('oneModelCall'), (count) => text('modelCalls', number(count))),
    counted(figures.toolCalls, text('oneToolCall'), (count) => text('toolCalls', number(count))),
    counted(figures.errors, text('oneError'), (count) => text('errorsCount', number(count))),
    tokensText(figures, text, number),
    costText(figures, text),
  ].filter((part) => part !== '');
  const agents = figures.agents.map(({ agent, workedMs }) =>
    workedMs > 0 ? `${agent} ${formatDuration(workedMs)}` : agent,
  );
  return [
    text('summaryText', formatDuration(figures.durationMs), counts.join(', ')),
    agents.length > 0 ? text('summaryAgents', agents.join(', ')) : '',
    figures.failed.length > 0 ? text('summaryFailed', figures.failed.join(', ')) : '',
    pathText(model, text),
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function pathText({ path, tree }: TraceModel, text: Words): string {
  if (!path) return '';
  const longest = Array.from(path.ownMs, (ms, span) => ({ ms, span }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, NAMED_ON_PATH);
  const named = longest.map(({ ms, span }) => `${tree.wordOf(tree.name.at(span))} ${formatDuration(ms)}`);
  return named.length === 0 ? '' : text('summaryPath', named.join(', '));
}

function tokensText({ tokensIn, tokensOut }: TraceFigures, text: Words, number: (value: number) => string): string {
  if (tokensIn === undefined && tokensOut === undefined) return '';
  const shown = (value: number | undefined) => (value === undefined ? '?' : number(value));
  return text('tokens', shown(tokensIn), shown(tokensOut));
}

function costText({ costUsd, costIsPartial, tokensIn }: TraceFigures, text: Words): string {
  if (costUsd === undefined) return tokensIn === undefined ? '' : text('costUnknown');
  return costIsPartial ? text('costPartial', formatCost(costUsd)) : formatCost(costUsd);
}

function counted(count: number, one: string, many: (count: number) => string): string {
  return count === 0 ? '' : count === 1 ? one : many(count);
}
