// Which spans have a row: the tree unfolded, without what is folded in and what a filter leaves out.
import type { SpanTree } from './spanTree';

/** Of a span under a filter. */
export const KEPT = { not: 0, asAncestor: 1, asMatch: 2 } as const;

/** Rows from top to bottom: the span of each, and how deep it stands. Kept between layouts, so that laying out again allocates nothing. */
export class RowLayout {
  private spans = new Int32Array(1024);
  private depths = new Int32Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  spanAt(row: number): number {
    return row >= 0 && row < this.count ? (this.spans[row] ?? 0) : 0;
  }

  /** 0 for a root. */
  depthAt(row: number): number {
    return this.depths[row] ?? 0;
  }

  /** -1 for a span that has no row. */
  rowOf(span: number): number {
    return span === 0 ? -1 : this.spans.subarray(0, this.count).indexOf(span);
  }

  /** `kept` is the filter's verdict by span; absent: everything is kept. */
  layOut(tree: SpanTree, collapsed: ReadonlySet<number>, kept?: Uint8Array): void {
    tree.settle();
    this.reserve(tree.size);
    const { spans, depths } = this;
    let count = 0;
    let depth = 0;
    let at = tree.firstChild.at(0);
    while (at !== 0) {
      if (!kept || kept[at] !== KEPT.not) {
        spans[count] = at;
        depths[count] = depth;
        count += 1;
        const child = collapsed.size > 0 && collapsed.has(at) ? 0 : tree.firstChild.at(at);
        if (child !== 0) {
          at = child;
          depth += 1;
          continue;
        }
      }
      while (at !== 0 && tree.nextSibling.at(at) === 0) {
        at = tree.parent.at(at);
        depth -= 1;
      }
      at = tree.nextSibling.at(at);
    }
    this.count = count;
  }

  private reserve(size: number): void {
    if (size <= this.spans.length) return;
    this.spans = new Int32Array(size * 2);
    this.depths = new Int32Array(size * 2);
  }
}
