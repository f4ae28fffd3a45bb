// A syntax tree as rules see it: plain objects, complete, without a parser behind them. Adapters build it and free their own memory.
import type { Failure } from '../../api';

/** One node. Offsets count UTF-16 units; rows and columns start at 0. */
export class SyntaxNode {
  readonly children: SyntaxNode[] = [];

  constructor(
    private readonly source: string,
    readonly type: string,
    readonly span: NodeSpan,
    readonly place: { parent?: SyntaxNode; field?: string; named: boolean },
  ) {}

  get parent(): SyntaxNode | undefined {
    return this.place.parent;
  }

  get text(): string {
    return this.source.slice(this.span.start, this.span.end);
  }

  /** 1-based. */
  get startLine(): number {
    return this.span.startRow + 1;
  }

  /** 1-based, inclusive. */
  get endLine(): number {
    return this.span.endRow + 1;
  }

  /** Children without punctuation and keywords; comments are named too. */
  get named(): SyntaxNode[] {
    return this.children.filter((child) => child.place.named);
  }

  /** The first child in a field of the grammar, e.g. `condition`. */
  field(name: string): SyntaxNode | undefined {
    return this.children.find((child) => child.place.field === name);
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

export interface NodeSpan {
  start: number;
  end: number;
  startRow: number;
  startColumn: number;
  endRow: number;
  endColumn: number;
}

/** Parses text with the grammar of that name; fails with `parse.timeout`, `parse.unavailable` or `cancelled`. Broken code still gives a tree. */
export interface SyntaxParser {
  parse(grammar: string, text: string, signal: AbortSignal): Promise<SyntaxNode | Failure>;
}
