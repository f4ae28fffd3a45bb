// Grammars are shipped compressed: they are a third smaller than what a VSIX makes of them, and a dozen times smaller on disk.
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

const decompress = promisify(brotliDecompress);

/** The bytes that were compressed with Brotli, off the thread of the extension; rejects for anything else. */
export function unpackBrotli(bytes: Uint8Array): Promise<Uint8Array> {
  return decompress(bytes);
}
