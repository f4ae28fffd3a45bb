// Walks one folder in the order of paths, leaving out what ignore files and settings hide. One instance serves one operation.
import type { FileTree, TreeEntry } from './fileTree';
import { IGNORE_FILES, IgnoreRules, type IgnoreFileName } from './ignoreRules';
import { joinUri, segmentsBelow } from './uri';
import type { LabelledFolder } from './workspacePath';

interface DirectoryRules {
  rules: IgnoreRules;
  isIgnored: boolean;
}

/** Where a walk begins: an ignored place that was named is walked without the rules that hide it. */
export interface WalkBase {
  segments: readonly string[];
  kind: 'file' | 'directory';
  isIgnored: boolean;
}

const compareNames = (a: TreeEntry, b: TreeEntry) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export class TreeWalk {
  private readonly known = new Map<string, Promise<DirectoryRules>>();

  constructor(
    private readonly tree: FileTree,
    readonly folder: LabelledFolder,
  ) {}

  uriOf(segments: readonly string[]): string {
    return joinUri(this.folder.uri, segments);
  }

  /** What lies at `named`, links resolved; undefined where there is nothing, or a link leads out of the folder. */
  async baseAt(named: readonly string[]): Promise<WalkBase | undefined> {
    const segments = await this.realSegments(this.uriOf(named));
    if (segments === undefined) return undefined;
    const stat = await this.tree.stat(this.uriOf(segments));
    if (stat === undefined || stat.kind === 'other') return undefined;
    const isIgnored = await this.isIgnored(segments, stat.kind === 'directory');
    return { segments, kind: stat.kind, isIgnored };
  }

  /** Where `uri` really is below this folder; undefined when that is nowhere, or outside. */
  async realSegments(uri: string): Promise<string[] | undefined> {
    const real = await this.tree.realUri(uri);
    const top = (await this.tree.realUri(this.folder.uri)) ?? this.folder.uri;
    return real === undefined ? undefined : segmentsBelow(top, real);
  }

  /** True when the entry or a directory above it is left out. */
  async isIgnored(segments: readonly string[], isDirectory: boolean): Promise<boolean> {
    if (segments.length === 0) return false;
    const parent = await this.rulesIn(segments.slice(0, -1));
    return parent.isIgnored || parent.rules.ignores(segments, isDirectory);
  }

  /** The files below `base`, as segments from the folder. Stops when `signal` aborts. */
  async *files(base: WalkBase, signal: AbortSignal): AsyncGenerator<readonly string[]> {
    if (base.kind === 'file') {
      yield base.segments;
      return;
    }
    const start = base.isIgnored
      ? { rules: await this.withTextsOf(base.segments, IgnoreRules.create([])), isIgnored: false }
      : await this.rulesIn(base.segments);
    yield* this.below(base.segments, start.rules, signal);
  }

  private async *below(
    directory: readonly string[],
    rules: IgnoreRules,
    signal: AbortSignal,
  ): AsyncGenerator<readonly string[]> {
    // A stack instead of recursion: depth is bounded by memory only, and nothing is awaited twice.
    const stack: { segments: readonly string[]; isDirectory: boolean; rules: IgnoreRules }[] = [
      { segments: directory, isDirectory: true, rules },
    ];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      if (signal.aborted) return;
      if (!next.isDirectory) {
        yield next.segments;
        continue;
      }
      const { segments } = next;
      const entries = await this.tree.children(this.uriOf(segments));
      const inside = segments === directory ? next.rules : await this.withTextsOf(segments, next.rules, entries);
      for (const entry of entries.sort(compareNames).reverse()) {
        const path = [...segments, entry.name];
        if (entry.isLink || entry.kind === 'other' || inside.ignores(path, entry.kind === 'directory')) continue;
        stack.push({ segments: path, isDirectory: entry.kind === 'directory', rules: inside });
      }
    }
  }

  private rulesIn(segments: readonly string[]): Promise<DirectoryRules> {
    const key = segments.join('/');
    const known = this.known.get(key);
    if (known) return known;
    const loading = this.loadRules(segments);
    this.known.set(key, loading);
    return loading;
  }

  private async loadRules(segments: readonly string[]): Promise<DirectoryRules> {
    if (segments.length === 0) {
      const settings = IgnoreRules.create(this.tree.excludedGlobs(this.folder.uri));
      return { rules: await this.withTextsOf([], settings), isIgnored: false };
    }
    const parent = await this.rulesIn(segments.slice(0, -1));
    if (parent.isIgnored || parent.rules.ignores(segments, true)) return { rules: parent.rules, isIgnored: true };
    return { rules: await this.withTextsOf(segments, parent.rules), isIgnored: false };
  }

  private async withTextsOf(
    segments: readonly string[],
    rules: IgnoreRules,
    entries?: readonly TreeEntry[],
  ): Promise<IgnoreRules> {
    const texts = new Map<IgnoreFileName, string>();
    const present = entries ?? (await this.tree.children(this.uriOf(segments)));
    for (const name of IGNORE_FILES) {
      if (!present.some((entry) => entry.name === name && entry.kind === 'file')) continue;
      const text = await this.ignoreText(joinUri(this.uriOf(segments), [name]));
      if (text !== undefined) texts.set(name, text);
    }
    return rules.below(segments, texts);
  }

  private async ignoreText(uri: string): Promise<string | undefined> {
    const open = this.tree.openTexts().find((document) => document.uri === uri);
    if (open) return open.text();
    const read = await this.tree.readText(uri);
    return read === 'binary' ? undefined : read.text;
  }
}
