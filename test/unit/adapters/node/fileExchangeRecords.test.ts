import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FileExchangeRecords } from '../../../../src/adapters/node/fileExchangeRecords';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('FileExchangeRecords', () => {
  const folder = useTemporaryFolder();
  const alive = new Set<string>();
  beforeEach(() => alive.clear());
  const open = () =>
    new FileExchangeRecords({
      folder: folder(),
      isAlive: (origin) => Promise.resolve(alive.has(origin)),
      readLog: () => Promise.resolve([]),
    });
  const record = (origin: string, place = 'here') => ({ origin, place, sentSeq: 3, position: '5-0', savedMs: 7 });

  it('gives back what windows that are gone have left at a place, the oldest first', async () => {
    const records = open();
    assert.deepEqual(await records.ofPredecessors('here'), []);
    for (const origin of ['w2', 'w1', 'w3']) await records.save(record(origin));
    await records.save(record('w4', 'elsewhere'));
    await records.save({ ...record('w1'), sentSeq: 9 });
    alive.add('w3');
    assert.deepEqual(await records.ofPredecessors('here'), [{ ...record('w1'), sentSeq: 9 }, record('w2')]);
    await records.forget('w1');
    assert.deepEqual(await records.ofPredecessors('here'), [record('w2')]);
  });

  it('takes a file that it can not read for none', async () => {
    await mkdir(join(folder(), 'exchange'));
    await writeFile(join(folder(), 'exchange', 'w1.json'), '{"schemaVersion":1,"orig');
    await writeFile(join(folder(), 'exchange', 'w2.json'), JSON.stringify({ schemaVersion: 2, ...record('w2') }));
    await writeFile(join(folder(), 'exchange', 'w3.json'), JSON.stringify({ schemaVersion: 1, ...record('other') }));
    assert.deepEqual(await open().ofPredecessors('here'), []);
  });

  it('keeps a bounded number of records', async () => {
    const records = open();
    for (let n = 0; n < 30; n += 1) await records.save(record(`w${String(n).padStart(2, '0')}`));
    assert.equal((await records.ofPredecessors('here')).length, 20);
    assert.equal((await readdir(join(folder(), 'exchange'))).length, 20);
  });
});
