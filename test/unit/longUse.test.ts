import assert from 'node:assert/strict';
import { growth, soakTeam, type Vitals } from '../support/soak';
import { useTemporaryFolder } from '../support/temporaryFolder';

const FLAT: Vitals = {
  ...{ cycle: 1, simulatedHours: 1, heapBytes: 30_000_000, handles: 5, processes: 0 },
  ...{ storageBytes: 7_000_000, files: 200, runs: 60 },
};

describe('long use', () => {
  const folder = useTemporaryFolder();
  it('leaves memory, handles, processes and storage flat: the second half takes no more than the first', async function () {
    this.timeout(240_000);
    const samples = await soakTeam({
      ...{ folder: folder(), cycles: 80, sampleEvery: 40, reloadEvery: 10 },
      // More than an hour; an eighth of all runs is kept, so that old ones go from the first half on.
      ...{ minutesPerCycle: 1, maxRuns: 30 },
    });
    assert.deepEqual(growth(samples), [], JSON.stringify(samples));
    assert.equal(samples.at(-1)?.runs, 30);
  });

  it('is found to grow by what it has more of at the end than in the middle', () => {
    assert.deepEqual(growth([FLAT, FLAT, FLAT]), []);
    assert.deepEqual(growth([FLAT, FLAT, { ...FLAT, heapBytes: 31_000_000 }]), []);
    assert.deepEqual(growth([FLAT, FLAT, { ...FLAT, heapBytes: 34_000_000 }]), ['heapBytes from 30000000 to 34000000']);
    assert.deepEqual(growth([FLAT, FLAT, { ...FLAT, handles: 6 }]), ['handles from 5 to 6']);
    const more = { ...FLAT, storageBytes: 9_000_000 };
    assert.deepEqual(growth([FLAT, FLAT, more]), ['storageBytes from 7000000 to 9000000']);
    assert.deepEqual(growth([FLAT, FLAT, more], 10_000_000), []);
    assert.deepEqual(growth([]), ['nothing was measured']);
  });
});
