import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeMemoryStore } from '../../../../src/adapters/node/nodeMemoryStore';
import type { StorageProblem } from '../../../../src/adapters/node/storageProblem';
import type { PutOptions } from '../../../../src/core/memory/memoryStore';
import { describeMemoryStore } from '../../../support/memoryStoreContract';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const LIMIT: PutOptions = { maxEntries: 100 };
const BY = { author: 'person', time: '2030-01-01T00:00:00.000Z' };
const draft = (key: string, value: unknown) => ({ key, value, ...BY });

describe('NodeMemoryStore', () => {
  const folder = useTemporaryFolder();
  let problems: StorageProblem[] = [];
  beforeEach(() => (problems = []));
  const open = () => new NodeMemoryStore({ folder: folder(), onProblem: (problem) => problems.push(problem) });
  const workspace = () => join(folder(), 'memory', 'workspace');
  const names = async () => (await readdir(workspace())).sort();

  describeMemoryStore('NodeMemoryStore', open);

  it('is there for the next window, whatever the first one did not close', async () => {
    await open().put('workspace', draft('k', 'kept'), LIMIT);
    assert.equal((await open().get('workspace', 'k'))?.value, 'kept');
    assert.deepEqual(await names(), [`${(await names())[0]?.slice(0, 32)}.1.json`], 'no temporary file is left');
  });

  it('keeps a few older versions, not all of them', async () => {
    const store = open();
    for (let n = 1; n <= 12; n += 1) await store.put('workspace', draft('k', n), LIMIT);
    assert.deepEqual(
      (await names()).map((name) => Number(name.split('.')[1])).sort((a, b) => a - b),
      [9, 10, 11, 12],
    );
  });

  it('sets a damaged version aside, goes back to the one before, and never uses its number again', async () => {
    for (const value of ['one', 'two']) await open().put('workspace', draft('k', value), LIMIT);
    const [, newest = ''] = await names();
    await writeFile(join(workspace(), newest), '{"schema":"agent-team.memory","schemaVer');
    const store = open();
    assert.equal((await store.get('workspace', 'k'))?.value, 'one');
    assert.equal(problems[0]?.kind, 'set-aside');
    assert.ok((await names()).some((name) => name.startsWith(`${newest}.corrupt-`)));
    const next = await store.put('workspace', draft('k', 'three'), { ...LIMIT, expectedVersion: 1 });
    assert.equal(next.kind === 'written' && next.entry.version, 3);
  });

  it('leaves what a newer version of the extension wrote as it is, and says so', async () => {
    await open().put('workspace', draft('k', 'x'), LIMIT);
    const [name = ''] = await names();
    const path = join(workspace(), name);
    const text = (await readFile(path, 'utf8')).replace('"schemaVersion":1', '"schemaVersion":99');
    await writeFile(path, text);
    await assert.rejects(() => open().get('workspace', 'k'), /newer version/);
    await assert.rejects(() => open().put('workspace', draft('k', 'y'), LIMIT), /newer version/);
    assert.equal(await readFile(path, 'utf8'), text);
    assert.equal(problems[0]?.kind, 'newer-version');
  });

  it('does not take a write for done whose name was only free because later versions had been cleared away', async () => {
    const store = open();
    for (let n = 1; n <= 6; n += 1) await store.put('workspace', draft('k', n), LIMIT);
    // As if this window had looked when version 1 was the newest, and slept until 2 was free again.
    const slow = open();
    const outcome = await slow['at']('workspace').create(
      { highest: 1 },
      { scope: 'workspace', entry: { ...draft('k', 'late'), version: 2 } },
    );
    assert.equal(outcome, false);
    assert.equal((await slow.get('workspace', 'k'))?.value, 6);
    assert.ok(!(await names()).some((name) => name.includes('.2.json')));
  });

  it('clears away what a window that died left half written, once it is old', async () => {
    await mkdir(workspace(), { recursive: true });
    const [old, fresh] = ['a.tmp', 'b.tmp'].map((name) => join(workspace(), name));
    await writeFile(old ?? '', '{');
    await writeFile(fresh ?? '', '{');
    const hoursAgo = new Date(Date.now() - 7_200_000);
    await utimes(old ?? '', hoursAgo, hoursAgo);
    assert.deepEqual((await open().snapshot('workspace')).entries, []);
    assert.deepEqual(await names(), ['b.tmp']);
  });

  it('keeps what belongs to a run in the folder of that run', async () => {
    const store = open();
    await store.put({ runId: 'run-1' }, draft('k', 'x'), LIMIT);
    await rm(join(folder(), 'runs', 'run-1'), { recursive: true });
    assert.equal(await store.get({ runId: 'run-1' }, 'k'), undefined);
    await assert.rejects(() => store.put({ runId: '../evil' }, draft('k', 'x'), LIMIT), /no id of a run/);
  });
});
