// The waterfall: rows of spans with a time axis above, moved through with wheel, pointer and keys.
import type { SpansStringKey } from '../../src/protocol/trace/spansStrings';
import { formatDuration } from '../../src/protocol/measures';
import { make } from './element';
import type { TraceModel } from './model/traceModel';
import { ticks } from './model/timeWindow';
import { followPointer } from './followPointer';
import { RowGrid } from './rowGrid';
import { SpanRows } from './spanRow';

export interface WaterfallOptions {
  grid: HTMLElement;
  sizer: HTMLElement;
  /** Where the times of the axis stand; also what is dragged over to zoom in. */
  axis: HTMLElement;
  /** Lies over the bars: lines of the axis and folded gaps. */
  overlay: HTMLElement;
  model: TraceModel;
  text: (key: SpansStringKey, ...values: (string | number)[]) => string;
  onChoose: (span: number) => void;
  onOpen: (span: number) => void;
  /** Rows or time have changed by what a person did. */
  onChange: () => void;
}

export const ROW_HEIGHT = 22;
/** Name over the bar, in a narrow panel. */
export const TALL_ROW_HEIGHT = 38;
const HEAD_HEIGHT = 22;
/** Names that have no more room leave out tokens and cost. */
const TIGHT_PX = 320;
const ZOOM_STEP = 1.25;
const PAN_STEP = 0.2;
/** Room that a time of the axis needs, and pixels between two of them. */
const LABEL_PX = 36;
const TICK_PX = 90;

export class Waterfall {
  readonly table: RowGrid;
  private readonly spanRows: SpanRows;

  constructor(private readonly options: WaterfallOptions) {
    const { grid, sizer, model } = options;
    this.spanRows = new SpanRows(model, options.text);
    this.table = new RowGrid({
      grid,
      sizer,
      rowHeight: ROW_HEIGHT,
      headHeight: HEAD_HEIGHT,
      create: this.spanRows.create,
      render: this.spanRows.dress,
      onChoose: (row) => options.onChoose(model.rows.spanAt(row)),
      onOpen: (row) => options.onOpen(model.rows.spanAt(row)),
      onKey: (event) => this.onTimeKey(event) || this.onFoldKey(event),
    });
    grid.addEventListener('click', (event) => this.onClick(event));
    for (const element of [grid, options.axis]) {
      element.addEventListener('wheel', (event) => this.onWheel(event, element), { passive: false });
    }
    grid.addEventListener('pointerdown', (event) => this.dragToPan(event));
    options.axis.addEventListener('pointerdown', (event) => this.dragToZoom(event));
    options.axis.addEventListener('dblclick', () => this.change(() => model.fit()));
  }

  /** Shows what the model says now. */
  update(isNarrow: boolean): void {
    const { model, grid, axis } = this.options;
    // Everything is measured before anything is changed, so that the browser lays out once.
    const width = axis.clientWidth;
    const names = grid.clientWidth - width;
    grid.classList.toggle('is-narrow', isNarrow);
    grid.classList.toggle('is-tight', !isNarrow && names < TIGHT_PX);
    this.spanRows.setWidth(width);
    const chosen = model.chosen === 0 ? -1 : model.rows.rowOf(model.chosen);
    this.table.updateNow(model.rows.length, chosen, isNarrow ? TALL_ROW_HEIGHT : ROW_HEIGHT);
    this.drawAxis(width);
  }

  /** Why a span has a mark; empty where it has none. */
  markText(span: number): string {
    return this.spanRows.markText(span);
  }

  dispose(): void {
    this.table.dispose();
  }

  private change(act: () => void): void {
    act();
    this.options.onChange();
  }

  /** Zooms and pans; true when the key did. */
  onTimeKey(event: KeyboardEvent): boolean {
    const { model } = this.options;
    const step = event.key === 'ArrowLeft' ? -PAN_STEP : PAN_STEP;
    if (event.key === '+' || event.key === '=') this.change(() => model.zoom(1 / ZOOM_STEP, this.chosenPart()));
    else if (event.key === '-') this.change(() => model.zoom(ZOOM_STEP, this.chosenPart()));
    else if (event.key === '0') this.change(() => model.fit());
    else if (event.shiftKey && event.key.startsWith('Arrow') && /Left|Right/.test(event.key)) {
      this.change(() => model.pan(step));
    } else return false;
    return true;
  }

  /** Left folds in, then goes up; Right unfolds, then goes down. */
  private onFoldKey({ key }: KeyboardEvent): boolean {
    const { model } = this.options;
    const { chosen, tree } = model;
    if (chosen === 0 || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return false;
    const isIn = key === 'ArrowLeft';
    if (model.toggle(chosen, isIn)) {
      this.options.onChange();
      return true;
    }
    const next = isIn ? tree.parent.at(chosen) : tree.firstChild.at(chosen);
    const row = next === 0 ? -1 : model.rows.rowOf(next);
    if (row !== -1) this.table.choose(row);
    return true;
  }

  private onClick(event: MouseEvent): void {
    const { target } = event;
    if (!(target instanceof Element) || !target.classList.contains('span-twisty')) return;
    const row = this.table.rows.indexOf(target);
    if (row !== undefined) this.change(() => this.options.model.toggle(this.options.model.rows.spanAt(row)));
  }

  /** With Ctrl, or over the axis, the wheel zooms at the pointer; sideways, or with Shift, it pans; else the list scrolls. */
  private onWheel(event: WheelEvent, element: HTMLElement): void {
    const { model, axis } = this.options;
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (event.ctrlKey || event.metaKey || (element === axis && !isSideways)) {
      this.change(() => model.zoom(ZOOM_STEP ** Math.sign(event.deltaY), this.partAt(event.clientX)));
    } else if (isSideways) {
      const pixels = event.deltaX === 0 ? event.deltaY : event.deltaX;
      this.change(() => model.pan(pixels / Math.max(1, axis.clientWidth)));
    } else return;
    event.preventDefault();
    // The axis is inside of the grid.
    event.stopPropagation();
  }

  private dragToPan(down: PointerEvent): void {
    const { grid, model, axis } = this.options;
    if (down.button !== 0 || !(down.target instanceof Element) || !down.target.closest('.span-time')) return;
    let last = down.clientX;
    followPointer(grid, down, (move) => {
      const moved = last - move.clientX;
      last = move.clientX;
      this.change(() => model.pan(moved / Math.max(1, axis.clientWidth)));
    });
  }

  /** What is dragged over on the axis is what will be in sight. */
  private dragToZoom(down: PointerEvent): void {
    const { axis, model } = this.options;
    if (down.button !== 0) return;
    const mark = make('span', 'axis-selection');
    axis.append(mark);
    const from = this.partAt(down.clientX);
    let to = from;
    const end = () => {
      mark.remove();
      if (to === from) return;
      this.change(() => model.show({ from: model.placeAt(Math.min(from, to)), to: model.placeAt(Math.max(from, to)) }));
    };
    followPointer(
      axis,
      down,
      (move) => {
        to = Math.min(1, Math.max(0, this.partAt(move.clientX)));
        mark.style.left = `${Math.min(from, to) * 100}%`;
        mark.style.width = `${Math.abs(to - from) * 100}%`;
      },
      end,
    );
  }

  /** Where the pointer is in the time in sight: 0 at its left end, 1 at its right. */
  private partAt(clientX: number): number {
    const { left, width } = this.options.axis.getBoundingClientRect();
    return width === 0 ? 0 : (clientX - left) / width;
  }

  /** Keys zoom around the chosen span where it is in sight. */
  private chosenPart(): number {
    const { model } = this.options;
    if (model.chosen === 0) return 0.5;
    const middle = (model.tree.start.at(model.chosen) + model.tree.endOf(model.chosen, model.now)) / 2;
    const part = model.partOf(middle);
    return part >= 0 && part <= 1 ? part : 0.5;
  }

  private drawAxis(width: number): void {
    const { axis, overlay, model, text } = this.options;
    const { from, to } = model.window;
    const [first, last] = [model.folds.timeOf(from), model.folds.timeOf(to)];
    const gaps = model.folds.gaps.filter((gap) => gap.to > first && gap.from < last);
    const marks = ticks(from, to, Math.max(2, Math.floor(width / TICK_PX)));
    const labels: HTMLElement[] = [];
    const lines: HTMLElement[] = [];
    for (const { time: place, label } of marks) {
      const part = (place - from) / (to - from);
      // With folds, round places are no round times: the axis tells the time without them.
      const time = model.folds.timeOf(place);
      const shown = model.isFolding && time > 0 ? formatDuration(time) : label;
      if ((1 - part) * width > LABEL_PX) labels.push(at(make('span', 'axis-label', shown), part));
      lines.push(at(make('span', 'axis-line'), part));
    }
    for (const gap of gaps) {
      const crease = at(make('span', 'axis-crease'), model.partOf(gap.from));
      crease.style.width = `${(model.partOf(gap.to) - model.partOf(gap.from)) * 100}%`;
      crease.title = text('idle', formatDuration(gap.to - gap.from));
      lines.push(crease);
    }
    const selection = axis.querySelector('.axis-selection');
    axis.replaceChildren(...labels, ...(selection ? [selection] : []));
    overlay.replaceChildren(...lines);
  }
}

function at(element: HTMLElement, part: number): HTMLElement {
  element.style.left = `${part * 100}%`;
  return element;
}
