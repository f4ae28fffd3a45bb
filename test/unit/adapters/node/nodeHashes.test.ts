import assert from 'node:assert/strict';
import * as noble from '@noble/hashes/sha2.js';
import * as utils from '@noble/hashes/utils.js';
import * as node from '../../../../src/adapters/node/nodeHashes';

describe('the hashes of the build', () => {
  it('are those of the library that they stand in for', () => {
    for (const text of ['', 'abc', 'ünï 🤖', 'x'.repeat(10_000)]) {
      const bytes = utils.utf8ToBytes(text);
      assert.deepEqual([...node.utf8ToBytes(text)], [...bytes]);
      const expected = utils.bytesToHex(noble.sha256(bytes));
      assert.equal(node.bytesToHex(node.sha256(node.utf8ToBytes(text))), expected);
    }
  });
});
