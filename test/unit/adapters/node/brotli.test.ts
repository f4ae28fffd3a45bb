import assert from 'node:assert/strict';
import { brotliCompressSync } from 'node:zlib';
import { unpackBrotli } from '../../../../src/adapters/node/brotli';

describe('unpackBrotli', () => {
  it('gives back what was compressed', async () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) % 251);
    assert.deepEqual(new Uint8Array(await unpackBrotli(brotliCompressSync(bytes))), bytes);
  });

  it('rejects what was not, or was cut off', async () => {
    await assert.rejects(unpackBrotli(Uint8Array.from([1, 2, 3, 255])));
    await assert.rejects(unpackBrotli(brotliCompressSync(Buffer.from('some text')).subarray(0, 5)));
  });
});
