import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeChangeStore } from '../../../../src/adapters/node/nodeChangeStore';
import type { StorageProblem } from '../../../../src/adapters/node/storageProblem';
import { ChangeRecords } from '../../../../src/core/changes/changeRecords';
import type { ChangeRecord } from '../../../../src/core/changes/changeStore';
import type { FileState } from '../../../../src/core/changes/fileState';
import { ManualClock } from '../../../support/manualClock';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const TEXT = Array.from({ length: 200 }, (_, index) => `line ${index}\n`).join('');

const stateOf = (proposed: string): FileState => ({
  location: { uri: 'file:///ws/a.txt', path: 'a.txt' },
  kind: 'modify',
  base: TEXT,
  proposed,
  decided: [],
  applied: [],
});

describe('NodeChangeStore', () => {
  const folder = useTemporaryFolder();
  const stores: NodeChangeStore[] = [];
  let problems: StorageProblem[] = [];
  const open = (origin: string) => {
    const onProblem = (problem: StorageProblem) => void problems.push(problem);
    const store = new NodeChangeStore({ folder: folder(), origin, clock: new ManualClock(), onProblem });
    stores.push(store);
    return store;
  };
  beforeEach(() => (problems = []));
  afterEach(() => Promise.all(stores.splice(0).map((store) => store.close())));

  it('gives back what any window wrote', async () => {
    const [one, two] = [open('w1'), open('w2')];
    one.append('run-1', new ChangeRecords().encode('a', stateOf(TEXT.replace('line 7', 'LINE 7'))));
    await one.read('run-1');
    const records = new ChangeRecords();
    records.decode(await two.read('run-1'));
    two.append('run-1', records.encode('a', stateOf(TEXT.replace('line 7', 'LINE SEVEN'))));
    const read = new ChangeRecords().decode(await one.read('run-1').then(() => two.read('run-1')));
    assert.equal(read.damaged, 0);
    assert.deepEqual(read.states, [stateOf(TEXT.replace('line 7', 'LINE SEVEN'))]);
    assert.deepEqual(problems, []);
  });

  it('writes a text once and later ones as differences', async () => {
    const store = open('w1');
    const records = new ChangeRecords();
    for (let index = 0; index < 50; index += 1) {
      store.append('run-1', records.encode('a', stateOf(TEXT.replace('line 7', `LINE ${index}`))));
    }
    assert.equal(new ChangeRecords().decode(await store.read('run-1')).states.length, 1);
    const file = await readFile(join(folder(), 'runs', 'run-1', 'changes-w1.jsonl'), 'utf8');
    assert.ok(file.length < 40_000, `${file.length} characters for 50 edits of ${TEXT.length}`);
    assert.deepEqual(JSON.parse(file.split('\n')[0] ?? ''), { schema: 'agent-team.changes', version: 1, origin: 'w1' });
  });

  it('survives a torn last line and sets aside a file that is none', async () => {
    const store = open('w1');
    store.append('run-1', new ChangeRecords().encode('a', stateOf('x')));
    await store.read('run-1');
    const runFolder = join(folder(), 'runs', 'run-1');
    await appendFile(join(runFolder, 'changes-w1.jsonl'), '{"kind":"file","rev');
    await writeFile(join(runFolder, 'changes-w9.jsonl'), 'garbage\n');
    const again = open('w2');
    assert.equal(new ChangeRecords().decode(await again.read('run-1')).states[0]?.proposed, 'x');
    assert.deepEqual(
      problems.map(({ kind }) => kind),
      ['set-aside'],
    );
    assert.ok((await readdir(runFolder)).some((name) => name.startsWith('changes-w9.jsonl.corrupt-')));
  });

  it('tells of a file whose text is lost instead of making one up', async () => {
    const records: ChangeRecord[] = new ChangeRecords().encode('a', stateOf('x'));
    const read = new ChangeRecords().decode(records.filter((record) => record.kind === 'file'));
    assert.deepEqual([read.states, read.damaged], [[], 1]);
  });

  it('lists the runs with changes, the newest first', async () => {
    const store = open('w1');
    await mkdir(join(folder(), 'runs', 'run-0'), { recursive: true });
    assert.deepEqual(await store.runs(9), []);
    store.append('run-1', new ChangeRecords().encode('a', stateOf('x')));
    store.append('../evil', new ChangeRecords().encode('a', stateOf('x')));
    assert.deepEqual(await store.runs(9), ['run-1']);
    assert.deepEqual(await store.runs(0), []);
  });
});
