// Parses with tree-sitter's WebAssembly build, in slices, and hands out plain trees: no memory of the WebAssembly side outlives a call.
import type * as TreeSitter from 'web-tree-sitter';
import type { Language, Parser, Tree, TreeCursor } from 'web-tree-sitter';
import { failure, isFailure, messageOf, type Failure } from '../../core/failure';
import type { Clock } from '../../core/clock';
import { Pacer } from '../../core/pacer';
import { SyntaxNode, type SyntaxParser } from '../../core/syntax';

export interface TreeSitterOptions {
  /** The bytes of `web-tree-sitter.wasm` or of `tree-sitter-<grammar>.wasm`; asked once each, on first use. */
  loadWasm: (fileName: string) => Promise<Uint8Array>;
  clock: Clock;
  /** Milliseconds after which parsing one file is given up; default 3,000. */
  timeoutMs?: number;
  /** Longest time that the event loop is held, in milliseconds; default 8. */
  sliceMs?: number;
}

const NODES_PER_CHECK = 256;

interface Loaded {
  module: typeof TreeSitter;
  parser: Parser;
}

/** One parser, used by one call at a time; grammars stay loaded once they have been used. */
export class TreeSitterParser implements SyntaxParser {
  private loaded: Promise<Loaded> | undefined;
  private readonly languages = new Map<string, Promise<Language>>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TreeSitterOptions) {}

  parse(grammar: string, text: string, signal: AbortSignal): Promise<SyntaxNode | Failure> {
    const result = this.queue
      .then(() => this.parseNow(grammar, text, signal))
      // The WebAssembly side can run out of memory; the next file gets a fresh start.
      .catch((error: unknown) => {
        this.loaded = undefined;
        this.languages.clear();
        return failure('parse.failed', `The file could not be parsed: ${messageOf(error)}`);
      });
    this.queue = result;
    return result;
  }

  private async parseNow(grammar: string, text: string, signal: AbortSignal): Promise<SyntaxNode | Failure> {
    if (signal.aborted) return failure('cancelled', 'The analysis was cancelled.');
    let parser: Parser;
    try {
      const loaded = await this.load();
      parser = loaded.parser;
      parser.setLanguage(await this.language(loaded, grammar));
    } catch (error) {
      return failure('parse.unavailable', `The grammar for ${grammar} could not be loaded: ${messageOf(error)}`);
    }
    const tree = await this.parseInSlices(parser, text, signal);
    if (isFailure(tree)) return tree;
    try {
      return await this.copy(tree, text, signal);
    } finally {
      tree.delete();
    }
  }

  private async parseInSlices(parser: Parser, text: string, signal: AbortSignal): Promise<Tree | Failure> {
    const { clock, timeoutMs = 3_000, sliceMs } = this.options;
    const deadline = clock.now() + timeoutMs;
    const pacer = new Pacer(clock, sliceMs);
    parser.reset();
    for (;;) {
      // A parse that was stopped by its callback resumes where it was with the next call on the same text.
      const tree = parser.parse(text, null, { progressCallback: () => pacer.isDue });
      if (tree) return tree;
      if (signal.aborted || clock.now() > deadline) parser.reset();
      if (signal.aborted) return failure('cancelled', 'The analysis was cancelled.');
      if (clock.now() > deadline) return failure('parse.timeout', `Parsing took longer than ${timeoutMs} ms.`);
      await pacer.pause();
    }
  }

  private async copy(tree: Tree, text: string, signal: AbortSignal): Promise<SyntaxNode | Failure> {
    const pacer = new Pacer(this.options.clock, this.options.sliceMs);
    const cursor = tree.walk();
    try {
      const root = copyNode(cursor, text);
      let node = root;
      let count = 0;
      for (;;) {
        count += 1;
        if (count % NODES_PER_CHECK === 0) {
          await pacer.pause();
          if (signal.aborted) return failure('cancelled', 'The analysis was cancelled.');
        }
        if (cursor.gotoFirstChild()) {
          node = copyNode(cursor, text, node);
          continue;
        }
        while (!cursor.gotoNextSibling()) {
          if (!cursor.gotoParent() || !node.parent) return root;
          node = node.parent;
        }
        node = copyNode(cursor, text, node.parent);
      }
    } finally {
      cursor.delete();
    }
  }

  private load(): Promise<Loaded> {
    this.loaded ??= this.start().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  private async start(): Promise<Loaded> {
    const loaded: typeof TreeSitter & { default?: typeof TreeSitter } = await import('web-tree-sitter');
    // A bundler may wrap the library's CommonJS build, whose exports are then the default one.
    const module = loaded.default ?? loaded;
    await module.Parser.init({ wasmBinary: await this.options.loadWasm('web-tree-sitter.wasm') });
    return { module, parser: new module.Parser() };
  }

  private language({ module }: Loaded, grammar: string): Promise<Language> {
    const known = this.languages.get(grammar);
    if (known) return known;
    const loading = this.options.loadWasm(`tree-sitter-${grammar}.wasm`).then((bytes) => module.Language.load(bytes));
    this.languages.set(grammar, loading);
    loading.catch(() => this.languages.delete(grammar));
    return loading;
  }
}

function copyNode(cursor: TreeCursor, text: string, parent?: SyntaxNode): SyntaxNode {
  return new SyntaxNode(text, {
    type: cursor.nodeType,
    isNamed: cursor.nodeIsNamed,
    start: cursor.startIndex,
    end: cursor.endIndex,
    startRow: cursor.startPosition.row,
    endRow: cursor.endPosition.row,
    fieldName: cursor.currentFieldName ?? undefined,
    parent,
  });
}
