// The `FileProbe` port: what VS Code and the disk know of a file beside its text.
import * as vscode from 'vscode';
import type { FileFacts, FileProbe } from '../../core/changes/changeApplier';
import type { FileLocation } from '../../core/workspace/workspace';
import { VsCodeDisk, type Disk } from './disk';
import { heldDocuments, heldNotebook } from './heldDocuments';
import { canEncode, defaultFormat, readTextFile } from './textFile';

/** True where nobody may write; a file system that VS Code calls read-only counts as a whole. */
export async function isReadOnly(disk: Disk, uri: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.fs.isWritableFileSystem(uri.scheme) === false) return true;
  const mode = await disk.mode(uri);
  return mode !== undefined && (mode & 0o222) === 0;
}

export class VsCodeFileProbe implements FileProbe {
  constructor(private readonly disk: Disk = new VsCodeDisk()) {}

  async probe(location: FileLocation, _signal: AbortSignal): Promise<FileFacts> {
    const uri = vscode.Uri.parse(location.uri);
    const exists = uri.scheme === 'untitled' ? 'nothing' : await this.disk.kind(uri);
    const [document] = await heldDocuments(this.disk, uri);
    const notebook = heldNotebook(uri);
    const facts: FileFacts = {
      exists,
      isOpen: document !== undefined || notebook !== undefined,
      isDirty: document?.isDirty === true || notebook?.isDirty === true,
      isReadOnly: uri.scheme !== 'untitled' && (await isReadOnly(this.disk, uri)),
      hasMixedEols: false,
      keepsBytes: true,
      encoding: document?.encoding ?? defaultFormat(uri).encoding,
    };
    if (exists !== 'file') return facts;
    const file = await readTextFile(this.disk, uri, document).catch(() => undefined);
    if (!file) return { ...facts, keepsBytes: false };
    return {
      ...facts,
      hasMixedEols: file.hasMixedEols,
      keepsBytes: file.keepsBytes,
      encoding: file.format.encoding,
    };
  }

  async canEncode(location: FileLocation, text: string): Promise<boolean> {
    const uri = vscode.Uri.parse(location.uri);
    if (uri.scheme === 'untitled') return true;
    if ((await this.disk.kind(uri)) !== 'file') return canEncode(text, defaultFormat(uri));
    const [document] = await heldDocuments(this.disk, uri);
    const { format } = await readTextFile(this.disk, uri, document);
    return canEncode(text, format);
  }
}
