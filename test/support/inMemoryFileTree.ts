// A file tree in memory: directories, files, links and open buffers, with the real workspace's logic on top of it.
import type { EntryStat, FileTree, OpenText, TreeEntry } from '../../src/core/workspace/fileTree';
import { joinUri, segmentsBelow } from '../../src/core/workspace/uri';
import type { WorkspaceFolder } from '../../src/core/workspace/workspace';

/** A file's text or bytes, or where a link leads (an absolute uri or a path beside the link). */
export type InMemoryEntry = string | Uint8Array | { link: string };

export interface InMemoryTreeOptions {
  folders?: WorkspaceFolder[];
  excluded?: string[];
  windowsNames?: boolean;
  isTrusted?: boolean;
}

export const IN_MEMORY_FOLDER: WorkspaceFolder = { name: 'ws', uri: 'file:///ws' };

const parentOf = (uri: string) => uri.slice(0, uri.lastIndexOf('/'));
const nameOf = (uri: string) => decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));

export class InMemoryFileTree implements FileTree {
  readonly windowsNames: boolean;
  readonly open: OpenText[] = [];
  /** What regular expressions that take too long do: tests set it. */
  guardVerdict: 'run' | 'timeout' = 'run';
  /** Uris whose bytes can't be read. */
  readonly unreadable = new Set<string>();
  breaths = 0;
  private readonly entries = new Map<string, InMemoryEntry>();
  private readonly folderList: WorkspaceFolder[];

  constructor(private readonly options: InMemoryTreeOptions = {}) {
    this.windowsNames = options.windowsNames ?? false;
    this.folderList = options.folders ?? [IN_MEMORY_FOLDER];
  }

  /** Writes an entry by absolute uri. */
  put(uri: string, entry: InMemoryEntry): void {
    this.entries.set(uri, entry);
  }

  remove(uri: string): void {
    this.entries.delete(uri);
  }

  folders(): readonly WorkspaceFolder[] {
    return this.folderList;
  }

  isTrusted(): boolean {
    return this.options.isTrusted ?? true;
  }

  async realUri(uri: string): Promise<string | undefined> {
    return this.resolve(uri, 0);
  }

  async stat(uri: string): Promise<EntryStat | undefined> {
    const real = this.resolve(uri, 0);
    if (real === undefined) return undefined;
    const entry = this.entries.get(real);
    if (entry === undefined) return { kind: 'directory', size: 0 };
    return { kind: 'file', size: typeof entry === 'string' ? Buffer.byteLength(entry) : (entry as Uint8Array).length };
  }

  async children(uri: string): Promise<TreeEntry[]> {
    const real = this.resolve(uri, 0);
    if (real === undefined) return [];
    const found = new Map<string, TreeEntry>();
    for (const [entryUri, entry] of this.entries) {
      const below = segmentsBelow(real, entryUri);
      const name = below?.[0];
      if (below === undefined || name === undefined) continue;
      const isLink = below.length === 1 && typeof entry === 'object' && 'link' in entry;
      const target = isLink ? await this.stat(entryUri) : undefined;
      const kind = below.length > 1 ? 'directory' : isLink ? (target?.kind ?? 'other') : 'file';
      found.set(name, { name, kind, isLink });
    }
    return [...found.values()];
  }

  async readText(uri: string): Promise<{ text: string } | 'binary'> {
    const entry = this.entries.get(this.resolve(uri, 0) ?? uri);
    if (entry === undefined || this.unreadable.has(uri)) throw new Error(`EACCES: ${uri}`);
    if (typeof entry === 'string') return { text: entry };
    const bytes = entry as Uint8Array;
    return bytes.includes(0) ? 'binary' : { text: Buffer.from(bytes).toString('utf8') };
  }

  openTexts(): readonly OpenText[] {
    return this.open;
  }

  excludedGlobs(): readonly string[] {
    return this.options.excluded ?? [];
  }

  guard<T>(work: () => T): T | 'timeout' {
    return this.guardVerdict === 'timeout' ? 'timeout' : work();
  }

  async breathe(): Promise<void> {
    this.breaths += 1;
  }

  private isDirectory(uri: string): boolean {
    if (this.folderList.some((folder) => folder.uri === uri)) return true;
    for (const key of this.entries.keys()) if ((segmentsBelow(uri, key)?.length ?? 0) > 0) return true;
    return false;
  }

  /** Resolves links from the top down; undefined where there is nothing. */
  private resolve(uri: string, depth: number): string | undefined {
    if (depth > 20) return undefined;
    const segments = segmentsBelow('file://', uri);
    if (segments === undefined) return this.entries.has(uri) || this.isDirectory(uri) ? uri : undefined;
    let at = 'file://';
    for (const [index, segment] of segments.entries()) {
      at = joinUri(at, [segment]);
      const entry = this.entries.get(at);
      if (typeof entry === 'object' && 'link' in entry) {
        const target = entry.link.includes('://') ? entry.link : joinUri(parentOf(at), entry.link.split('/'));
        return this.resolve(joinUri(target, segments.slice(index + 1)), depth + 1);
      }
    }
    return this.entries.has(at) || this.isDirectory(at) ? at : undefined;
  }
}

/** An open buffer; dirty unless said otherwise. */
export function openText(uri: string, text: string, more: Partial<OpenText> = {}): OpenText {
  const kind = uri.startsWith('untitled:') ? 'untitled' : 'file';
  return { uri, label: nameOf(uri), languageId: 'plaintext', kind, isDirty: true, text: () => text, ...more };
}
