// Rows of one height in a scrolling list, of which only those in sight exist: a hundred thousand cost as much as fifty. An element
// is used again for another row when its own has gone out of sight.

export interface VirtualRowsOptions {
  /** The element that scrolls. */
  viewport: HTMLElement;
  /** As tall as all rows together; the rows are its children. */
  sizer: HTMLElement;
  rowHeight: number;
  /** Height of what stands above the rows and stays in sight. */
  headHeight?: number;
  create: () => HTMLElement;
  /** Dresses an element for the row at `index`. */
  render: (row: HTMLElement, index: number) => void;
}

/** Rows above and below what is in sight, so that scrolling by a line shows nothing empty. */
const SPARE = 4;

export class VirtualRows {
  private readonly slots: { element: HTMLElement; index: number }[] = [];
  private rowHeight: number;
  private count = 0;
  private frame = 0;
  private stale = false;
  private readonly resizing: ResizeObserver;

  constructor(private readonly options: VirtualRowsOptions) {
    this.rowHeight = options.rowHeight;
    options.viewport.addEventListener('scroll', this.schedule, { passive: true });
    this.resizing = new ResizeObserver(this.schedule);
    this.resizing.observe(options.viewport);
  }

  get length(): number {
    return this.count;
  }

  get height(): number {
    return this.rowHeight;
  }

  /** Index of the first row in sight. */
  get firstVisible(): number {
    return Math.floor(this.options.viewport.scrollTop / this.rowHeight);
  }

  /** Rows that fit into the list. */
  get pageSize(): number {
    return Math.max(1, Math.floor(this.visibleHeight / this.rowHeight));
  }

  /** True when the last row is in sight. */
  get isAtEnd(): boolean {
    return this.options.viewport.scrollTop + this.visibleHeight >= (this.count - 1) * this.rowHeight;
  }

  /** The rows are others than before, or look different: all in sight are dressed again, at the next frame. */
  update(count: number, rowHeight = this.rowHeight): void {
    this.count = count;
    this.rowHeight = rowHeight;
    this.options.sizer.style.height = `${count * rowHeight}px`;
    this.stale = true;
    this.schedule();
  }

  /** As `update`, but now: for what a person waits for. */
  updateNow(count: number, rowHeight = this.rowHeight): void {
    this.update(count, rowHeight);
    this.draw();
  }

  /** Brings a row into sight by the shortest way. */
  reveal(index: number, align: 'nearest' | 'center' = 'nearest'): void {
    const { viewport } = this.options;
    const top = index * this.rowHeight;
    const bottom = top + this.rowHeight;
    const { scrollTop } = viewport;
    const height = this.visibleHeight;
    if (align === 'center' && (top < scrollTop || bottom > scrollTop + height)) {
      viewport.scrollTop = top - (height - this.rowHeight) / 2;
    } else if (top < scrollTop) viewport.scrollTop = top;
    else if (bottom > scrollTop + height) viewport.scrollTop = bottom - height;
    this.draw();
  }

  /** Keeps what is in sight where it is while `rows` come in above. */
  shift(rows: number): void {
    if (rows !== 0 && this.options.viewport.scrollTop > 0) this.options.viewport.scrollTop += rows * this.rowHeight;
  }

  /** Index of the row that an element of the list shows. */
  indexOf(target: EventTarget | null): number | undefined {
    if (!(target instanceof Element)) return undefined;
    return this.slots.find(({ element, index }) => index >= 0 && element.contains(target))?.index;
  }

  /** The element that shows a row now. */
  elementAt(index: number): HTMLElement | undefined {
    return this.slots.find((slot) => slot.index === index)?.element;
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.options.viewport.removeEventListener('scroll', this.schedule);
  }

  private get visibleHeight(): number {
    return this.options.viewport.clientHeight - (this.options.headHeight ?? 0);
  }

  private readonly schedule = (): void => {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  };

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { viewport } = this.options;
    const first = Math.max(0, Math.floor(viewport.scrollTop / this.rowHeight) - SPARE);
    const end = viewport.scrollTop + this.visibleHeight;
    const last = Math.min(this.count, Math.ceil(end / this.rowHeight) + SPARE);
    this.grow(last - first);
    const size = this.slots.length;
    for (let index = first; index < first + size; index += 1) {
      const slot = this.slots[index % size];
      if (!slot) continue;
      const shown = index < last ? index : -1;
      if (slot.index === shown && !this.stale) continue;
      slot.index = shown;
      slot.element.hidden = shown === -1;
      if (shown === -1) continue;
      slot.element.style.transform = `translateY(${shown * this.rowHeight}px)`;
      this.options.render(slot.element, shown);
    }
    this.stale = false;
  }

  private grow(wanted: number): void {
    if (wanted <= this.slots.length) return;
    // Slots are found by the rest of their index: with more of them each has another place.
    while (this.slots.length < wanted + SPARE) {
      const element = this.options.create();
      this.options.sizer.append(element);
      this.slots.push({ element, index: -1 });
    }
    this.stale = true;
  }
}
