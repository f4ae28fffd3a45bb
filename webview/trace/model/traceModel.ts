// One trace as a person looks at it: its spans, what is folded, filtered and searched, which part of its time is in sight. No elements
// here: what is shown is asked for row by row.
import { SPAN_KINDS, type SpanBatch } from '../../../src/protocol/trace/spanMessages';
import { criticalPath, type CriticalPath } from './criticalPath';
import { RowLayout } from './rowLayout';
import { filterSpans, isFiltering, NO_FILTER, parseSpanSearch, searchSpans, type SpanFilter } from './spanQuery';
import { SpanTree } from './spanTree';
import { foldIdle, UNFOLDED, type TimeFolds } from './timeFolds';
import { including, panned, within, zoomed, type TimeWindow } from './timeWindow';
import { figuresOf, type TraceFigures } from './traceSummary';

/** Room after the last moment, as a part of the whole: the last bar's label stands there. */
const MARGIN = 0.09;
/** Spans from which on search, path and folds of a running trace are brought up to date only now and then. */
const LARGE = 5000;
const REFINE_MS = 1000;
const NONE = new Int32Array(0);

export class TraceModel {
  tree = new SpanTree();
  readonly rows = new RowLayout();
  readonly collapsed = new Set<number>();
  filter: SpanFilter = NO_FILTER;
  /** Verdicts of the filter by span; absent when nothing is filtered. */
  kept: Uint8Array | undefined;
  matches = 0;
  searchText = '';
  /** Spans that the search found, in the order of the unfolded tree. */
  found: Int32Array = NONE;
  /** Position in `found` of the span gone to; -1 before the first. */
  foundAt = -1;
  folds: TimeFolds = UNFOLDED;
  isFolding = false;
  /** The part of the time in sight, as places. */
  window: TimeWindow = { from: 0, to: 1 };
  path: CriticalPath | undefined;
  showsPath = false;
  /** 0 when none is. */
  chosen = 0;
  /** Milliseconds since the epoch of the trace's time 0. */
  base = 0;
  isLive = false;
  isComplete = false;
  left = 0;
  /** Goes up when rows or what stands in them may be others; where the same, only times have changed. */
  contents = 0;
  private time = 0;
  private isFit = true;
  /** When what takes longer than a frame in a large trace was last made. */
  private refinedAt = -Infinity;

  /** Another trace, or the same from the beginning: folded spans are forgotten, what is looked for is not. */
  reset(): void {
    this.tree = new SpanTree();
    this.collapsed.clear();
    this.kept = undefined;
    this.found = NONE;
    this.foundAt = -1;
    this.folds = UNFOLDED;
    this.path = undefined;
    this.chosen = 0;
    this.isComplete = false;
    this.left = 0;
    this.time = 0;
    this.isFit = true;
    this.refinedAt = -Infinity;
    this.update();
  }

  /** Adds a batch. Rows are right afterwards, unless they are laid out `later`, with the next batch or by `update`. */
  take(batch: SpanBatch, later = false): void {
    this.base = batch.base;
    this.isLive = batch.isLive;
    this.isComplete = batch.isComplete;
    this.left = batch.left;
    this.time = batch.now;
    this.tree.append(batch.spans);
    this.contents += 1;
    if (!later) this.update();
  }

  /** Milliseconds of the trace's time: running spans reach until then. */
  get now(): number {
    return this.time;
  }

  /** Time goes on: only bars change. */
  setNow(now: number): void {
    this.time = now;
    this.fitWindow();
  }

  /** Everything, as places. */
  get whole(): TimeWindow {
    const end = this.tree.openCount > 0 ? Math.max(this.time, this.tree.latestTime) : this.tree.latestTime;
    const from = Math.min(0, this.tree.earliestTime);
    const to = Math.max(this.folds.placeOf(end), from + 0.1);
    return { from, to: to + (to - from) * MARGIN };
  }

  get isZoomed(): boolean {
    return !this.isFit;
  }

  /** Where a time stands in the window: 0 at its left end, 1 at its right. */
  partOf(time: number): number {
    return (this.folds.placeOf(time) - this.window.from) / (this.window.to - this.window.from);
  }

  /** The place at a part of the window. */
  placeAt(part: number): number {
    return this.window.from + (this.window.to - this.window.from) * part;
  }

  zoom(factor: number, part = 0.5): void {
    this.show(zoomed(this.window, this.whole, factor, this.placeAt(part)));
  }

  pan(part: number): void {
    this.show(panned(this.window, this.whole, part));
  }

  /** Brings a part of the time into sight. */
  show(window: TimeWindow): void {
    const { whole } = this;
    this.window = within(window, whole);
    this.isFit = this.window.from <= whole.from && this.window.to >= whole.to;
  }

  fit(): void {
    this.isFit = true;
    this.fitWindow();
  }

  /** Folds a span in, or unfolds it; false when there is nothing below it. */
  toggle(span: number, isCollapsed = !this.collapsed.has(span)): boolean {
    if (!this.tree.hasChildren(span) || this.collapsed.has(span) === isCollapsed) return false;
    if (isCollapsed) this.collapsed.add(span);
    else this.collapsed.delete(span);
    this.layOut();
    return true;
  }

  /** Folds in everything below the roots' children, or unfolds all. */
  collapseAll(isCollapsed: boolean): void {
    this.collapsed.clear();
    if (isCollapsed) {
      for (let span = 1; span <= this.tree.size; span += 1) {
        if (this.tree.parent.at(span) !== 0 && this.tree.hasChildren(span)) this.collapsed.add(span);
      }
    }
    this.layOut();
  }

  setFilter(filter: SpanFilter): void {
    this.filter = filter;
    this.layOut();
  }

  clearFilter(): void {
    this.setFilter(NO_FILTER);
  }

  setSearch(text: string): void {
    this.searchText = text;
    this.foundAt = -1;
    this.search();
  }

  /** Goes to the next find, or the one before; returns its span, 0 when there is none. */
  goToFound(step: 1 | -1): number {
    const { length } = this.found;
    if (length === 0) return 0;
    this.foundAt = this.foundAt === -1 ? this.firstFound(step) : (this.foundAt + step + length) % length;
    return this.found[this.foundAt] ?? 0;
  }

  setPath(showsPath: boolean): void {
    this.showsPath = showsPath;
    this.path = showsPath ? criticalPath(this.tree, this.time) : undefined;
  }

  setFolding(isFolding: boolean): void {
    this.isFolding = isFolding;
    this.refold();
    this.fit();
  }

  /** Chooses a span and makes sure that it has a row and is in sight; false for one that there is not. */
  reveal(span: number): boolean {
    if (span < 1 || span > this.tree.size) return false;
    for (let at = this.tree.parent.at(span); at !== 0; at = this.tree.parent.at(at)) this.collapsed.delete(at);
    if (this.kept?.[span] === 0) this.filter = NO_FILTER;
    this.chosen = span;
    this.layOut();
    const from = this.folds.placeOf(this.tree.start.at(span));
    this.show(including(this.window, this.whole, { from, to: this.folds.placeOf(this.tree.endOf(span, this.time)) }));
    return true;
  }

  figures(): TraceFigures {
    return figuresOf(this.tree, this.time);
  }

  /** Names of the agents and kinds that spans have, for choosing. */
  choices(): { agents: string[]; kinds: string[] } {
    const agents = new Set<number>();
    const kinds = new Set<number>();
    for (let span = 1; span <= this.tree.size; span += 1) {
      agents.add(this.tree.agent.at(span));
      kinds.add(this.tree.kind.at(span));
    }
    agents.delete(0);
    return {
      agents: [...agents].map((word) => this.tree.wordOf(word)).sort(),
      kinds: [...kinds].sort((a, b) => a - b).map((kind) => SPAN_KINDS[kind] ?? 'other'),
    };
  }

  private update(): void {
    this.layOut();
    const isDue = this.isComplete && (this.tree.size < LARGE || this.time - this.refinedAt >= REFINE_MS);
    if (isDue || this.tree.size === 0) {
      this.refinedAt = this.time;
      this.search();
      if (this.showsPath) this.path = criticalPath(this.tree, this.time);
      this.refold();
    }
    this.fitWindow();
  }

  private layOut(): void {
    this.contents += 1;
    if (isFiltering(this.filter)) {
      const { kept, matches } = filterSpans(this.tree, this.filter, this.time);
      this.kept = kept;
      this.matches = matches;
    } else this.kept = undefined;
    this.rows.layOut(this.tree, this.collapsed, this.kept);
  }

  private search(): void {
    const search = parseSpanSearch(this.searchText);
    const at = this.found[this.foundAt];
    this.found = search ? searchSpans(this.tree, search, this.time) : NONE;
    this.foundAt = at === undefined ? -1 : this.found.indexOf(at);
  }

  /** The first find from the chosen span on, or the last one before it. */
  private firstFound(step: 1 | -1): number {
    const isFound = new Uint8Array(this.tree.size + 1);
    for (const span of this.found) isFound[span] = 1;
    let at = this.chosen === 0 ? this.tree.next(0) : this.chosen;
    while (at !== 0 && isFound[at] !== 1) at = this.tree.next(at);
    const { length } = this.found;
    const next = at === 0 ? length : this.found.indexOf(at);
    return step === 1 ? next % length : (next - 1 + length) % length;
  }

  private refold(): void {
    this.folds = this.isFolding ? foldIdle(this.tree, this.tree.latestTime, this.time) : UNFOLDED;
  }

  private fitWindow(): void {
    this.window = this.isFit ? this.whole : within(this.window, this.whole);
  }
}
