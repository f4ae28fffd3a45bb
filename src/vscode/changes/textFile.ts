// A file's bytes as text and back, so that what is not edited keeps every byte: encoding, byte order mark, line endings.
import { TextDecoder, TextEncoder } from 'node:util';
import * as vscode from 'vscode';
import type { FileFormat } from '../../core/changes/changeApplier';
import { hasMixedEols } from '../../core/changes/textPositions';
import type { Disk } from './disk';

export interface TextFile {
  bytes: Uint8Array;
  /** Without the byte order mark. */
  text: string;
  format: FileFormat;
  /** False where the text does not encode to these very bytes again. */
  keepsBytes: boolean;
  hasMixedEols: boolean;
}

const BYTE_ORDER_MARKS: readonly { encoding: string; bytes: readonly number[] }[] = [
  { encoding: 'utf8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf16be', bytes: [0xfe, 0xff] },
];

const markOf = (encoding: string) => BYTE_ORDER_MARKS.find((mark) => mark.encoding === encoding)?.bytes ?? [];

const startsWith = (bytes: Uint8Array, mark: readonly number[]) =>
  mark.length > 0 && mark.every((byte, index) => bytes[index] === byte);

/** The encoding of what `files.encoding` says for a place where there is no file. */
export function defaultFormat(uri: vscode.Uri): FileFormat {
  const name = vscode.workspace.getConfiguration('files', uri).get<string>('encoding') ?? 'utf8';
  if (name === 'utf8bom') return { encoding: 'utf8', hasBom: true };
  return { encoding: name, hasBom: name === 'utf16le' || name === 'utf16be' };
}

/** What the editor would take `bytes` for; a byte order mark beats every setting. */
async function formatOf(bytes: Uint8Array, uri: vscode.Uri, open?: vscode.TextDocument): Promise<FileFormat> {
  const mark = BYTE_ORDER_MARKS.find((candidate) => startsWith(bytes, candidate.bytes));
  if (mark) return { encoding: mark.encoding, hasBom: true };
  const guesses = vscode.workspace.getConfiguration('files', uri).get<boolean>('autoGuessEncoding') === true;
  const document = open ?? (guesses ? await vscode.workspace.openTextDocument(uri) : undefined);
  const encoding = document?.encoding ?? defaultFormat(uri).encoding;
  return { encoding: encoding === 'utf8bom' ? 'utf8' : encoding, hasBom: false };
}

/** Reads a file as the editor would show it. `open` is its document where there is one: it knows the encoding. */
export async function readTextFile(disk: Disk, uri: vscode.Uri, open?: vscode.TextDocument): Promise<TextFile> {
  const bytes = await disk.read(uri);
  const format = await formatOf(bytes, uri, open);
  const text = await decodeText(bytes, format);
  const again = await encodeText(text, format);
  const mode = await disk.mode(uri);
  return {
    bytes,
    text,
    format: { ...format, ...(mode !== undefined && { mode }) },
    keepsBytes: Buffer.from(again).equals(bytes),
    hasMixedEols: hasMixedEols(text),
  };
}

async function decodeText(bytes: Uint8Array, { encoding, hasBom }: FileFormat): Promise<string> {
  const content = hasBom ? bytes.subarray(markOf(encoding).length) : bytes;
  if (encoding === 'utf8') return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  return vscode.workspace.decode(content, { encoding });
}

/** The bytes of a text; what the encoding has no code for becomes something else, see `canEncode`. */
export async function encodeText(text: string, { encoding, hasBom }: FileFormat): Promise<Uint8Array> {
  const encoded =
    encoding === 'utf8' ? new TextEncoder().encode(text) : await vscode.workspace.encode(text, { encoding });
  const mark = markOf(encoding);
  // VS Code puts a mark before UTF-16 on its own.
  const content = encoding !== 'utf8' && startsWith(encoded, mark) ? encoded.subarray(mark.length) : encoded;
  return hasBom ? Buffer.concat([Uint8Array.from(mark), content]) : content;
}

/** True where `text` comes back as it is from its bytes. */
export async function canEncode(text: string, format: FileFormat): Promise<boolean> {
  return (await decodeText(await encodeText(text, format), format)) === text;
}
