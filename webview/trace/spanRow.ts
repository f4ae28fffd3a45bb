// A row of the waterfall: the span's name, and its bar in time. Dressed again and again; nothing is made here but once.
import { agentLook } from '../../src/protocol/agentLook';
import { formatCost, formatDuration, formatTokens } from '../../src/protocol/measures';
import { SPAN_KINDS, SPAN_STATES, type SpanKind } from '../../src/protocol/trace/spanMessages';
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';
import { cell, make, setText } from './element';
import { KEPT } from './model/rowLayout';
import { isFailed } from './model/spanQuery';
import { MARKS } from './model/spanTree';
import type { TraceModel } from './model/traceModel';

type Text = (key: SpansStringKey, ...values: (string | number)[]) => string;

/** Indentation ends here: names at a depth of thousands would be out of sight. */
const MAX_INDENT = 24;
const INDENT_PX = 12;
/** A duration needs no more, in pixels. */
const LABEL_PX = 60;
/** Stretches of the critical path drawn in one bar; so many are seen, and all are in its length. */
const MAX_STRETCHES = 24;

const KIND_ICONS: Record<SpanKind, string> = {
  other: 'circle-outline',
  workflow: 'run-all',
  agent: 'person',
  plan: 'list-ordered',
  task: 'checklist',
  chat: 'comment',
  tool: 'tools',
  handoff: 'arrow-swap',
  approval: 'question',
  wait: 'watch',
  synthesize: 'combine',
  arbitrate: 'law',
};
const MARK_WORDS: readonly [number, SpansStringKey][] = [
  [MARKS.missingParent, 'missingParent'],
  [MARKS.cycle, 'cycle'],
  [MARKS.duplicateId, 'duplicateId'],
  [MARKS.endBeforeStart, 'endBeforeStart'],
  [MARKS.startsBeforeParent, 'startsBeforeParent'],
];

interface RowParts {
  indent: HTMLElement;
  twisty: HTMLElement;
  icon: HTMLElement;
  name: HTMLElement;
  mark: HTMLElement;
  state: HTMLElement;
  figures: HTMLElement;
  time: HTMLElement;
  bar: HTMLElement;
  path: HTMLElement;
  label: HTMLElement;
  /** What the name was dressed for. */
  span: number;
  contents: number;
}

/** Makes rows and dresses them for the spans of a model. */
export class SpanRows {
  private readonly parts = new WeakMap<HTMLElement, RowParts>();
  /** Pixels that bars have. */
  private width = 0;

  constructor(
    private readonly model: TraceModel,
    private readonly text: Text,
  ) {}

  readonly create = (): HTMLElement => {
    const parts: RowParts = {
      indent: make('span', 'span-indent'),
      twisty: make('span', 'span-twisty codicon'),
      icon: make('span'),
      name: make('span', 'span-label'),
      mark: make('span', 'span-mark codicon codicon-warning'),
      state: make('span', 'span-state'),
      figures: make('span', 'span-figures'),
      time: cell('span-time'),
      bar: make('span', 'bar'),
      path: make('span', 'bar-path'),
      label: make('span', 'bar-label'),
      span: 0,
      contents: -1,
    };
    const name = cell(
      'span-name',
      parts.indent,
      parts.twisty,
      parts.icon,
      parts.name,
      parts.mark,
      parts.state,
      parts.figures,
    );
    parts.time.append(parts.bar, parts.path, parts.label);
    const row = make('div', 'row span-row', name, parts.time);
    row.dataset['testid'] = 'span-row';
    this.parts.set(row, parts);
    return row;
  };

  /** To be told before rows are dressed, when there is more or less room. */
  setWidth(width: number): void {
    this.width = width;
  }

  readonly dress = (row: HTMLElement, index: number): void => {
    const parts = this.parts.get(row);
    if (!parts) return;
    const { tree, rows, contents } = this.model;
    const span = rows.spanAt(index);
    // While somebody zooms or pans, names stay as they are.
    if (parts.span !== span || parts.contents !== contents) this.dressWords(row, parts, span, rows.depthAt(index));
    parts.span = span;
    parts.contents = contents;
    this.dressBar(row, parts, span, tree.wordOf(tree.agent.at(span)));
  };

  private dressWords(row: HTMLElement, parts: RowParts, span: number, depth: number): void {
    const { tree } = this.model;
    const name = tree.wordOf(tree.name.at(span));
    const kind = SPAN_KINDS[tree.kind.at(span)] ?? 'other';
    row.dataset['spanName'] = name;
    row.dataset['status'] = SPAN_STATES[tree.state.at(span)] ?? 'unset';
    row.dataset['kind'] = kind;
    row.ariaLevel = String(depth + 1);
    this.dressName(parts, { span, name, kind, agent: tree.wordOf(tree.agent.at(span)), depth });
    this.dressFold(row, parts.twisty, span);
  }

  /** Says why a span is marked. */
  markText(span: number): string {
    const marks = this.model.tree.marksOf(span);
    return MARK_WORDS.flatMap(([mark, key]) => ((marks & mark) === 0 ? [] : [this.text(key)])).join('. ');
  }

  private dressName(
    parts: RowParts,
    { span, name, kind, agent, depth }: { span: number; name: string; kind: SpanKind; agent: string; depth: number },
  ): void {
    const { tree } = this.model;
    parts.indent.style.width = `${Math.min(depth, MAX_INDENT) * INDENT_PX}px`;
    setText(parts.indent, depth > MAX_INDENT ? String(depth) : '');
    const look = agent === '' ? undefined : agentLook(agent);
    const icon = kind === 'agent' || kind === 'other' ? (look?.icon ?? KIND_ICONS[kind]) : KIND_ICONS[kind];
    parts.icon.className = `span-icon codicon codicon-${icon} colour-${look?.colour ?? 'none'}`;
    setText(parts.name, name);
    parts.name.title = agent === '' ? name : `${name} · ${agent}`;
    const mark = this.markText(span);
    parts.mark.hidden = mark === '';
    if (mark !== '') label(parts.mark, mark);
    this.dressState(parts.state, tree.state.at(span));
    setText(parts.figures, kind === 'chat' ? this.figures(span) : '');
  }

  private dressState(element: HTMLElement, state: number): void {
    const name = SPAN_STATES[state];
    const isSaid = isFailed(state) || name === 'running';
    element.hidden = !isSaid;
    if (!isSaid) return;
    const icon = { error: 'error', interrupted: 'debug-disconnect', running: 'loading' }[name as 'error'];
    element.className = `span-state state-${name ?? ''} codicon codicon-${icon}`;
    label(element, this.text(name === 'error' ? 'failed' : name === 'running' ? 'running' : 'interrupted'));
  }

  private dressFold(row: HTMLElement, twisty: HTMLElement, span: number): void {
    const { tree, collapsed, kept } = this.model;
    const hasChildren = tree.hasChildren(span);
    const isCollapsed = hasChildren && collapsed.has(span);
    twisty.className = `span-twisty codicon${hasChildren ? ` codicon-chevron-${isCollapsed ? 'right' : 'down'}` : ''}`;
    row.ariaExpanded = hasChildren ? String(!isCollapsed) : null;
    row.classList.toggle('is-context', kept?.[span] === KEPT.asAncestor);
  }

  private dressBar(row: HTMLElement, { time, bar, path, label: caption }: RowParts, span: number, agent: string): void {
    const { model } = this;
    const { tree } = model;
    const start = tree.start.at(span);
    const end = tree.endOf(span, model.now);
    const from = model.partOf(start);
    const to = model.partOf(end);
    const look = agent === '' ? undefined : agentLook(agent);
    const isInSight = to >= 0 && from <= 1;
    bar.hidden = !isInSight;
    setClass(bar, `bar bar-${look?.colour ?? 'none'}`);
    row.classList.toggle('is-left', to < 0);
    row.classList.toggle('is-right', from > 1);
    const left = Math.max(0, from) * 100;
    const right = Math.min(1, to) * 100;
    bar.style.left = `${left}%`;
    bar.style.width = `${right - left}%`;
    const duration = formatDuration(end - start);
    caption.hidden = !isInSight;
    setText(caption, duration);
    // Where there is no room behind the bar, the label stands before it, or in it.
    const room = LABEL_PX / Math.max(1, this.width);
    const place = 1 - right / 100 > room ? 'after' : left / 100 > room ? 'before' : 'inside';
    setClass(caption, `bar-label label-${place}`);
    if (place === 'before') placeAt(caption, '', `${100 - left}%`);
    else placeAt(caption, place === 'after' ? `${right}%` : `${left}%`, '');
    this.dressPath(row, path, span);
    time.ariaLabel = `${formatDuration(start)}, ${duration}`;
  }

  private dressPath(row: HTMLElement, element: HTMLElement, span: number): void {
    const { path } = this.model;
    const isOn = path?.isOn[span] === 1;
    row.classList.toggle('is-on-path', isOn);
    row.classList.toggle('is-off-path', path !== undefined && !isOn);
    const stretches = path && isOn ? path.stretchesOf(span, MAX_STRETCHES) : [];
    while (element.childElementCount > stretches.length) element.lastElementChild?.remove();
    while (element.childElementCount < stretches.length) element.append(make('i'));
    for (const [index, { from, to }] of stretches.entries()) {
      const stretch = element.children[index];
      if (!(stretch instanceof HTMLElement)) continue;
      const left = Math.min(1, Math.max(0, this.model.partOf(from)));
      const right = Math.min(1, Math.max(0, this.model.partOf(to)));
      stretch.style.left = `${left * 100}%`;
      stretch.style.width = `${(right - left) * 100}%`;
    }
  }

  private figures(span: number): string {
    const { tree } = this.model;
    const tokensIn = tree.tokensIn.at(span);
    const tokensOut = tree.tokensOut.at(span);
    const cost = tree.cost.at(span);
    const tokens =
      tokensIn === -1 ? '' : `${formatTokens(tokensIn)}/${tokensOut === -1 ? '?' : formatTokens(tokensOut)}`;
    return cost === -1 ? tokens : `${tokens} ${formatCost(cost)}`;
  }
}

/** Classes cost a look at all rules of style, also where they are the same. */
function setClass(element: HTMLElement, name: string): void {
  if (element.className !== name) element.className = name;
}

function placeAt(element: HTMLElement, left: string, right: string): void {
  element.style.left = left;
  element.style.right = right;
}

function label(element: HTMLElement, text: string): void {
  element.title = text;
  element.ariaLabel = text;
  element.setAttribute('role', 'img');
}
