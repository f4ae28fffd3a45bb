import assert from 'node:assert/strict';
import * as sha2 from '@noble/hashes/sha2.js';
import * as utils from '@noble/hashes/utils.js';
import * as hashes from '../../../../src/adapters/node/hashes';

describe("Node's hashes", () => {
  it('are those of the library that they stand for', () => {
    for (const text of ['', 'abc', 'Grüße 🤖 \ud800', 'x'.repeat(1000)]) {
      const expected = utils.bytesToHex(sha2.sha256(utils.utf8ToBytes(text)));
      assert.equal(hashes.bytesToHex(hashes.sha256(hashes.utf8ToBytes(text))), expected);
    }
  });
});
