// A file tree with a run's pending edits laid over it, so that everything that reads trees sees them. A snapshot: made for one operation.
import type { CandidateQuery, EntryStat, FileTree, OpenText, TreeEntry } from '../workspace/fileTree';
import { languageIdOf } from '../workspace/languageId';
import { baseName, joinUri, segmentsBelow } from '../workspace/uri';
import type { WorkspaceFolder } from '../workspace/workspace';
import type { FileView } from './changeLayer';
import type { FileText } from './mergePresence';

export class OverlayFileTree implements FileTree {
  readonly windowsNames: boolean;
  readonly candidates?: NonNullable<FileTree['candidates']>;
  private readonly texts: ReadonlyMap<string, FileText>;
  private readonly open: OpenText[];

  constructor(
    private readonly base: FileTree,
    files: readonly Pick<FileView, 'location' | 'text'>[],
  ) {
    this.windowsNames = base.windowsNames;
    this.texts = new Map(files.map(({ location, text }) => [location.uri, text]));
    this.open = [
      ...base.openTexts().filter(({ uri }) => !this.texts.has(uri)),
      ...files.flatMap(({ location, text }) => (text === undefined ? [] : [this.openText(location.uri, text)])),
    ];
    if (base.candidates) this.candidates = (query, signal) => this.candidatesOf(query, signal);
  }

  folders(): readonly WorkspaceFolder[] {
    return this.base.folders();
  }

  isTrusted(): boolean {
    return this.base.isTrusted();
  }

  async stat(uri: string): Promise<EntryStat | undefined> {
    const place = await this.canonical(uri);
    const text = this.texts.get(place);
    if (text !== undefined) return { kind: 'file', size: text.length };
    if (this.texts.has(place)) return undefined;
    const known = await this.base.stat(uri);
    return known ?? (this.isFolder(place) ? { kind: 'directory', size: 0 } : undefined);
  }

  async children(uri: string): Promise<TreeEntry[]> {
    const place = await this.canonical(uri);
    const entries = new Map((await this.base.children(uri)).map((entry) => [entry.name, entry]));
    for (const [file, text] of this.texts) {
      const below = segmentsBelow(place, file);
      const name = below?.[0];
      if (below === undefined || name === undefined) continue;
      if (text === undefined) {
        if (below.length === 1) entries.delete(name);
      } else if (below.length === 1 || !entries.has(name)) {
        entries.set(name, { name, kind: below.length > 1 ? 'directory' : 'file', isLink: false });
      }
    }
    return [...entries.values()];
  }

  async realUri(uri: string): Promise<string | undefined> {
    const place = await this.canonical(uri);
    if (this.texts.get(place) !== undefined || this.isFolder(place)) return place;
    return this.texts.has(place) ? undefined : this.base.realUri(uri);
  }

  async readText(uri: string): Promise<{ text: string } | 'binary'> {
    const text = this.texts.get(await this.canonical(uri));
    return text === undefined ? this.base.readText(uri) : { text };
  }

  openTexts(): readonly OpenText[] {
    return this.open;
  }

  excludedGlobs(folderUri: string): readonly string[] {
    return this.base.excludedGlobs(folderUri);
  }

  guard<T>(work: () => T): T | 'timeout' {
    return this.base.guard(work);
  }

  breathe(): Promise<void> {
    return this.base.breathe();
  }

  /** A fast search knows real folders only; changed files are added by whoever searches, as unsaved ones are. */
  private async candidatesOf(query: CandidateQuery, signal: AbortSignal): Promise<string[] | undefined> {
    if ((await this.base.stat(query.base)) === undefined) return undefined;
    return this.base.candidates?.(query, signal);
  }

  /** The real place of a uri, also where only its folder exists: pending files are known by their real places. */
  private async canonical(uri: string): Promise<string> {
    if (this.texts.has(uri)) return uri;
    const names: string[] = [];
    for (let at = uri; ;) {
      const real = await this.base.realUri(at);
      if (real !== undefined) return joinUri(real, names);
      const slash = at.lastIndexOf('/');
      if (slash <= at.indexOf('://') + 2) return uri;
      names.unshift(baseName(at));
      at = at.slice(0, slash);
    }
  }

  private isFolder(uri: string): boolean {
    for (const [file, text] of this.texts) {
      if (text !== undefined && (segmentsBelow(uri, file)?.length ?? 0) > 0) return true;
    }
    return false;
  }

  private openText(uri: string, text: string): OpenText {
    const held = this.base.openTexts().find((open) => open.uri === uri);
    const label = held?.label ?? baseName(uri);
    const languageId = held?.languageId ?? languageIdOf(baseName(uri));
    return { uri, label, languageId, kind: held?.kind ?? 'file', isDirty: true, text: () => text };
  }
}
