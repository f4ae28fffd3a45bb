// A syntax tree as rules see it: plain objects, complete, without a parser behind them. Adapters build it and free their own memory.
import type { Failure } from '../api';

/** What a node is made of. Offsets count UTF-16 units; rows start at 0. */
export interface NodeParts {
  type: string;
  isNamed: boolean;
  start: number;
  end: number;
  startRow: number;
  endRow: number;
  /** The field of the parent that the node stands in. */
  fieldName: string | undefined;
  parent: SyntaxNode | undefined;
}

const NO_CHILDREN: readonly SyntaxNode[] = [];

/** One node; flat and small, since a long file has a hundred thousand of them. */
export class SyntaxNode {
  readonly type: string;
  /** False for punctuation and keywords. */
  readonly isNamed: boolean;
  readonly start: number;
  readonly end: number;
  readonly fieldName: string | undefined;
  readonly parent: SyntaxNode | undefined;
  /** 1-based. */
  readonly startLine: number;
  /** 1-based, inclusive. */
  readonly endLine: number;
  private below: SyntaxNode[] | undefined;
  private known: Map<string, unknown> | undefined;

  /** Appends itself to its parent's children. */
  constructor(
    private readonly source: string,
    parts: NodeParts,
  ) {
    this.type = parts.type;
    this.isNamed = parts.isNamed;
    this.start = parts.start;
    this.end = parts.end;
    this.fieldName = parts.fieldName;
    this.parent = parts.parent;
    this.startLine = parts.startRow + 1;
    this.endLine = parts.endRow + 1;
    if (parts.parent) (parts.parent.below ??= []).push(this);
  }

  get children(): readonly SyntaxNode[] {
    return this.below ?? NO_CHILDREN;
  }

  get text(): string {
    return this.source.slice(this.start, this.end);
  }

  /** Children without punctuation and keywords; comments are named too. */
  get named(): SyntaxNode[] {
    return this.children.filter((child) => child.isNamed);
  }

  /** The first child in a field of the grammar, e.g. `condition`. */
  field(name: string): SyntaxNode | undefined {
    return this.children.find((child) => child.fieldName === name);
  }

  /** This node and everything below it in source order; `skip` leaves out whole subtrees (never the node itself). */
  *walk(skip: (node: SyntaxNode) => boolean = () => false): Generator<SyntaxNode> {
    const pending: SyntaxNode[] = [this];
    for (let node = pending.pop(); node; node = pending.pop()) {
      yield node;
      for (let index = node.children.length - 1; index >= 0; index -= 1) {
        const child = node.children[index];
        if (child && !skip(child)) pending.push(child);
      }
    }
  }

  /** What rules find out about the whole of this node: computed once for all of them, kept as long as the tree. */
  once<T>(key: string, compute: (node: SyntaxNode) => T): T {
    this.known ??= new Map();
    if (!this.known.has(key)) this.known.set(key, compute(this));
    return this.known.get(key) as T;
  }

  /** Parents from the nearest outwards. */
  *ancestors(): Generator<SyntaxNode> {
    for (let node = this.parent; node; node = node.parent) yield node;
  }

  /** The nearest parent of one of these types. */
  enclosing(types: ReadonlySet<string>): SyntaxNode | undefined {
    for (const node of this.ancestors()) if (types.has(node.type)) return node;
    return undefined;
  }
}

/** Parses text with the grammar of that name; fails with `parse.timeout`, `parse.unavailable`, `parse.failed` or `cancelled`. Broken code still gives a tree. */
export interface SyntaxParser {
  parse(grammar: string, text: string, signal: AbortSignal): Promise<SyntaxNode | Failure>;
}
