// A table of any number of rows that is used with the keyboard: one row is chosen, arrows move, Enter opens. The table has the focus,
// and names the chosen row to screen readers, since a row's element may show another row a moment later.
import { VirtualRows, type VirtualRowsOptions } from './virtualRows';

export interface RowGridOptions extends Omit<VirtualRowsOptions, 'viewport' | 'sizer'> {
  /** Scrolls, has the focus and the role `grid` or `treegrid`. */
  grid: HTMLElement;
  sizer: HTMLElement;
  /** A row was chosen, by key or pointer. */
  onChoose: (index: number) => void;
  /** The chosen row is to be opened: Enter, or a double click. */
  onOpen?: (index: number) => void;
  /** Other keys; true when it did something. */
  onKey?: (event: KeyboardEvent) => boolean;
}

let grids = 0;

export class RowGrid {
  readonly rows: VirtualRows;
  private readonly id = `grid-${(grids += 1)}`;
  private chosenIndex = -1;

  constructor(private readonly options: RowGridOptions) {
    const { grid, create, render } = options;
    this.rows = new VirtualRows({
      ...options,
      viewport: grid,
      create: () => {
        const row = create();
        row.setAttribute('role', 'row');
        return row;
      },
      render: (row, index) => {
        row.id = `${this.id}-${index}`;
        // The head is the first row.
        row.ariaRowIndex = String(index + 2);
        row.ariaSelected = String(index === this.chosenIndex);
        render(row, index);
      },
    });
    grid.addEventListener('keydown', (event) => this.onKey(event));
    grid.addEventListener('click', (event) => {
      const index = this.rows.indexOf(event.target);
      if (index !== undefined) this.choose(index);
    });
    grid.addEventListener('dblclick', (event) => {
      const index = this.rows.indexOf(event.target);
      if (index !== undefined) options.onOpen?.(index);
    });
  }

  /** Index of the chosen row; -1 when none is. */
  get chosen(): number {
    return this.chosenIndex;
  }

  /** The rows are others, and so may be the index of the chosen one; nothing moves. */
  update(count: number, chosen: number, rowHeight?: number): void {
    this.rows.update(count, rowHeight);
    this.tellCount(count, chosen);
  }

  /** As `update`, and the rows are drawn now: within a frame, or where somebody waits for a row. */
  updateNow(count: number, chosen: number, rowHeight?: number): void {
    this.chosenIndex = chosen;
    this.rows.updateNow(count, rowHeight);
    this.tellCount(count, chosen);
  }

  /** Chooses a row, brings it into sight and tells of it. */
  choose(index: number, align: 'nearest' | 'center' = 'nearest'): void {
    if (index < 0 || index >= this.rows.length) return;
    this.chosenIndex = index;
    this.rows.update(this.rows.length);
    this.rows.reveal(index, align);
    this.nameChosen();
    this.options.onChoose(index);
  }

  dispose(): void {
    this.rows.dispose();
  }

  private tellCount(count: number, chosen: number): void {
    this.chosenIndex = chosen;
    this.options.grid.ariaRowCount = String(count + 1);
    this.nameChosen();
  }

  private nameChosen(): void {
    const { grid } = this.options;
    if (this.chosenIndex === -1) grid.removeAttribute('aria-activedescendant');
    else grid.setAttribute('aria-activedescendant', `${this.id}-${this.chosenIndex}`);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.options.grid || event.ctrlKey || event.metaKey || event.altKey) return;
    if (this.options.onKey?.(event) === true) {
      event.preventDefault();
      return;
    }
    const last = this.rows.length - 1;
    const at = this.chosenIndex;
    const page = this.rows.pageSize;
    const target = {
      ArrowDown: at + 1,
      ArrowUp: at === -1 ? last : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: last,
    }[event.key];
    if (target !== undefined && last >= 0) this.choose(Math.min(last, Math.max(0, target)));
    else if (event.key === 'Enter' && at !== -1) this.options.onOpen?.(at);
    else return;
    event.preventDefault();
  }
}
