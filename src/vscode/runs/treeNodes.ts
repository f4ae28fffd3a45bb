// The rows that VS Code was given, as nodes that keep their identity: what is shown is compared with what would be shown now, so
// that only what changed is drawn anew, and selection and expansion stay where they are. Pure.
import type { Row, RowTarget } from './row';

/** A row of the tree as VS Code knows it; commands of its menus get it, and read `runId` and what `RowTarget` has. */
export interface RunNode extends RowTarget {
  id: string;
  runId: string;
  /** A person chose it in the tree. */
  fromTree: true;
  parent?: RunNode;
}

interface Shown {
  node: RunNode;
  row: Row;
  /** Ids of the rows below, once somebody has looked at them. */
  below?: string[];
}

export class TreeNodes {
  private readonly shown = new Map<string, Shown>();
  /** Ids of the first level; absent before it was looked at. */
  private top: string[] | undefined;

  /** The nodes for the rows below `parent`, which VS Code asks for. */
  place(parent: RunNode | undefined, rows: readonly Row[], runIdOf: (row: Row) => string): RunNode[] {
    const ids = rows.map(({ id }) => id);
    const kept = new Set(ids);
    const before = parent ? this.shown.get(parent.id)?.below : this.top;
    for (const id of before ?? []) if (!kept.has(id)) this.drop(id);
    const nodes = rows.map((row) => this.put(parent, row, runIdOf(row)));
    if (!parent) this.top = ids;
    else {
      const own = this.shown.get(parent.id);
      if (own) own.below = ids;
    }
    return nodes;
  }

  row(node: RunNode): Row | undefined {
    return this.shown.get(node.id)?.row;
  }

  node(id: string): RunNode | undefined {
    return this.shown.get(id)?.node;
  }

  /** How many rows are shown below a node; undefined if nobody looked, or the node was closed since. */
  countBelow(node: RunNode): number | undefined {
    return this.shown.get(node.id)?.below?.length;
  }

  /** True if the first level shows exactly these rows. */
  shows(ids: readonly string[]): boolean {
    return sameList(this.top ?? [], ids);
  }

  /** Takes the row that a node has now; true if it looks different. */
  update(node: RunNode, row: Row): boolean {
    const own = this.shown.get(node.id);
    if (!own) return false;
    const before = own.row;
    own.row = row;
    return !looksLike(before, row);
  }

  /** Takes the rows that are below a node now, and those below them as far as they are shown; returns what has to be drawn anew. */
  updateBelow(node: RunNode, rows: readonly Row[]): RunNode[] {
    const below = this.shown.get(node.id)?.below;
    if (!below) return [];
    const ids = rows.map(({ id }) => id);
    if (!sameList(below, ids)) return [node];
    const changed: RunNode[] = [];
    for (const row of rows) {
      const child = this.shown.get(row.id);
      if (!child) continue;
      if (this.update(child.node, row)) changed.push(child.node);
      if (child.below && row.children) changed.push(...this.updateBelow(child.node, row.children()));
    }
    return changed;
  }

  /** A node was closed: what is below it is no longer followed. */
  close(node: RunNode): void {
    const own = this.shown.get(node.id);
    for (const id of own?.below ?? []) this.drop(id);
    if (own) delete own.below;
  }

  clear(): void {
    this.shown.clear();
    this.top = undefined;
  }

  private put(parent: RunNode | undefined, row: Row, runId: string): RunNode {
    const known = this.shown.get(row.id);
    if (known) {
      known.row = row;
      return known.node;
    }
    const node: RunNode = { id: row.id, runId, fromTree: true, ...(parent && { parent }), ...row.target };
    this.shown.set(row.id, { node, row });
    return node;
  }

  private drop(id: string): void {
    const own = this.shown.get(id);
    this.shown.delete(id);
    for (const below of own?.below ?? []) this.drop(below);
  }
}

/** Tooltips are made when they are looked at and don't count. */
function looksLike(a: Row, b: Row): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon === b.icon &&
    a.colour === b.colour &&
    a.contextValue === b.contextValue &&
    (a.children === undefined) === (b.children === undefined)
  );
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
