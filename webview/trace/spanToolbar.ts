// The bars above the waterfall: finding, filtering, and how time is shown.
import { html, nothing, type TemplateResult } from 'lit';
import { formatDuration } from '../../src/protocol/measures';
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';
import { icon, iconButton } from '../shared/icons';
import type { SpanFilter } from './model/spanQuery';
import type { TraceModel } from './model/traceModel';

export interface SpanToolbarOptions {
  model: TraceModel;
  text: (key: SpansStringKey, ...values: (string | number)[]) => string;
  agents: readonly string[];
  kinds: readonly string[];
  follows: boolean;
  actions: {
    search: (text: string) => void;
    goToFound: (step: 1 | -1) => void;
    leaveSearch: () => void;
    filter: (change: Partial<SpanFilter>) => void;
    path: () => void;
    folds: () => void;
    follow: () => void;
    zoom: (factor: number) => void;
    fit: () => void;
    collapseAll: (isCollapsed: boolean) => void;
    export: () => void;
  };
}

/** Durations to filter by, in milliseconds. */
const DURATIONS = [10, 100, 1000, 10_000, 60_000];

export function spanToolbar(options: SpanToolbarOptions): TemplateResult {
  const { text } = options;
  return html`<div class="toolbar" role="toolbar" aria-label=${text('tab')}>
    ${findBox(options)} ${filters(options)}
    <span class="spacer"></span>
    ${timeTools(options)}
  </div>`;
}

function findBox({ model, text, actions }: SpanToolbarOptions): TemplateResult {
  const { found, foundAt, searchText } = model;
  const none = searchText.trim() !== '' && found.length === 0;
  return html`<div class="find">
    <input
      type="search"
      class="filter"
      data-testid="span-search"
      aria-label=${text('search')}
      placeholder=${text('searchPlaceholder')}
      .value=${searchText}
      @input=${(event: Event) => actions.search(valueOf(event))}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Enter') actions.goToFound(event.shiftKey ? -1 : 1);
        else if (event.key === 'Escape' || event.key === 'ArrowDown') actions.leaveSearch();
        else return;
        event.preventDefault();
      }}
    />
    <span class="find-count" role="status" data-testid="span-found" data-none=${none}
      >${none ? text('nothingFound') : found.length === 0 ? nothing : text('found', foundAt === -1 ? '?' : foundAt + 1, found.length)}</span
    >
    ${iconButton({ icon: 'arrow-up', label: text('previous'), testId: 'span-previous', disabled: found.length === 0, onClick: () => actions.goToFound(-1) })}
    ${iconButton({ icon: 'arrow-down', label: text('next'), testId: 'span-next', disabled: found.length === 0, onClick: () => actions.goToFound(1) })}
  </div>`;
}

function filters({ model, text, agents, kinds, actions }: SpanToolbarOptions): TemplateResult {
  const { agent, kind, minimumMs, onlyErrors } = model.filter;
  return html`${picker({
    label: text('agent'),
    testId: 'span-agent',
    any: text('anyAgent'),
    choices: withChosen(agents, agent).map((name) => [name, name]),
    chosen: agent,
    choose: (value) => actions.filter({ agent: value }),
  })}
  ${picker({
    label: text('kind'),
    testId: 'span-kind',
    any: text('anyKind'),
    choices: withChosen(kinds, kind).map((name) => [name, name]),
    chosen: kind,
    choose: (value) => actions.filter({ kind: value }),
  })}
  ${picker({
    label: text('duration'),
    testId: 'span-duration',
    any: text('anyDuration'),
    choices: DURATIONS.map((ms) => [String(ms), text('longerThan', formatDuration(ms))]),
    chosen: minimumMs === 0 ? '' : String(minimumMs),
    choose: (value) => actions.filter({ minimumMs: Number(value) }),
  })}
  ${toggle({ icon: 'error', label: text('errors'), testId: 'span-errors', isOn: onlyErrors, onClick: () => actions.filter({ onlyErrors: !onlyErrors }) })}`;
}

function timeTools({ model, text, follows, actions }: SpanToolbarOptions): TemplateResult {
  return html`${
    model.isLive
      ? toggle({
          icon: 'record',
          label: text('live'),
          title: text('liveHint'),
          testId: 'span-follow',
          isOn: follows,
          onClick: actions.follow,
        })
      : nothing
  }
  ${toggle({ icon: 'git-commit', label: text('criticalPath'), testId: 'span-path', isOn: model.showsPath, isIcon: true, onClick: actions.path })}
  ${toggle({ icon: 'fold', label: text('foldIdle'), testId: 'span-fold-idle', isOn: model.isFolding, isIcon: true, onClick: actions.folds })}
  ${iconButton({ icon: 'collapse-all', label: text('collapseAll'), testId: 'span-collapse-all', onClick: () => actions.collapseAll(true) })}
  ${iconButton({ icon: 'expand-all', label: text('expandAll'), testId: 'span-expand-all', onClick: () => actions.collapseAll(false) })}
  ${iconButton({ icon: 'zoom-out', label: text('zoomOut'), testId: 'span-zoom-out', disabled: !model.isZoomed, onClick: () => actions.zoom(1.5) })}
  ${iconButton({ icon: 'zoom-in', label: text('zoomIn'), testId: 'span-zoom-in', onClick: () => actions.zoom(1 / 1.5) })}
  ${iconButton({ icon: 'screen-full', label: text('fit'), testId: 'span-fit', disabled: !model.isZoomed, onClick: actions.fit })}
  ${iconButton({ icon: 'export', label: text('export'), testId: 'span-export', onClick: actions.export })}`;
}

interface Picker {
  label: string;
  testId: string;
  any: string;
  choices: [value: string, label: string][];
  chosen: string;
  choose: (value: string) => void;
}

function picker({ label, testId, any, choices, chosen, choose }: Picker): TemplateResult {
  return html`<select
    class="picker"
    aria-label=${label}
    data-testid=${testId}
    data-chosen=${chosen !== ''}
    @change=${(event: Event) => choose(valueOf(event))}
  >
    <option value="" ?selected=${chosen === ''} .selected=${chosen === ''}>${any}</option>
    ${choices.map(
      ([value, name]) =>
        html`<option value=${value} ?selected=${value === chosen} .selected=${value === chosen}>${name}</option>`,
    )}
  </select>`;
}

interface Toggle {
  icon: string;
  label: string;
  title?: string;
  testId: string;
  isOn: boolean;
  isIcon?: boolean;
  onClick: () => void;
}

function toggle({ icon: name, label, title, testId, isOn, isIcon, onClick }: Toggle): TemplateResult {
  return html`<button
    type="button"
    class="tool-button"
    aria-pressed=${isOn}
    aria-label=${label}
    title=${title ?? label}
    data-testid=${testId}
    @click=${onClick}
  >
    ${icon(name)}${isIcon ? nothing : html`<span class="tool-label">${label}</span>`}
  </button>`;
}

function withChosen(names: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || names.includes(chosen) ? names : [...names, chosen];
}

export function valueOf(event: Event): string {
  const { target } = event;
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement ? target.value : '';
}
