// Long texts from and to files through VS Code, whose files may be anywhere: it reads and writes them as a whole.
import * as vscode from 'vscode';

/** Characters that are decoded and looked at in one turn. */
const PIECE_BYTES = 128_000;

/** The text of a file in pieces; bytes that are no UTF-8 become replacement characters. */
export function* textPieces(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true });
  }
  yield decoder.decode();
}

/** Writes pieces into a file; returns its bytes, or undefined, with nothing written, when they are more than `maxBytes`. */
export async function writePieces(
  uri: vscode.Uri,
  pieces: AsyncIterable<string>,
  maxBytes: number,
): Promise<number | undefined> {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    const part = encoder.encode(piece);
    size += part.length;
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  await vscode.workspace.fs.writeFile(uri, bytes);
  return size;
}
