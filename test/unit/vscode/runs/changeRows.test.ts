import assert from 'node:assert/strict';
import type { FileChange } from '../../../../src/api';
import { changesRow } from '../../../../src/vscode/runs/changeRows';
import type { Row } from '../../../../src/vscode/runs/row';
import { CHANGE_WORDS } from '../../../support/plainRunWords';

const change = (path: string, rest: Partial<FileChange> = {}): FileChange => ({
  runId: 'run',
  path,
  kind: 'modify',
  status: 'proposed',
  added: 2,
  removed: 1,
  hunks: [{ id: 'h1', startLine: 3, status: 'proposed' }],
  ...rest,
});
const twoHunks = [
  { id: 'h1', startLine: 3, status: 'accepted' },
  { id: 'h2', startLine: 9, status: 'proposed' },
];

describe('rows of changes', () => {
  const rows = (...changes: FileChange[]) => changesRow('run', changes, CHANGE_WORDS);
  const below = (row: Row | undefined) => row?.children?.() ?? [];

  it('are absent for a run that changed nothing, or took everything back', () => {
    assert.equal(rows(), undefined);
    assert.equal(rows(change('a.ts', { added: 0, removed: 0, hunks: [] })), undefined);
  });

  it('count files and lines, without what was rejected or taken back', () => {
    const row = rows(change('a.ts'), change('b.ts', { status: 'rejected' }), change('c.ts', { status: 'accepted' }));
    assert.equal(row?.label, 'Changes (3)');
    assert.equal(row.description, '+4 -2');
    assert.equal(row.contextValue, 'change run open revertible');
  });

  it('list files, and hunks where there are several, each with what commands need', () => {
    const row = rows(change('src/a.ts', { hunks: twoHunks }), change('b.ts'));
    const [first, second] = below(row);
    assert.deepEqual(first?.target, { path: 'src/a.ts' });
    assert.equal(first.contextValue, 'change file open');
    assert.deepEqual(
      below(first).map(({ label, target, contextValue }) => [label, target, contextValue]),
      [
        ['Line 3', { path: 'src/a.ts', hunkId: 'h1' }, 'change hunk settled'],
        ['Line 9', { path: 'src/a.ts', hunkId: 'h2' }, 'change hunk open'],
      ],
    );
    assert.deepEqual(below(second), []);
  });

  it('warn of what does not merge, and offer no decision on what is settled', () => {
    const conflict = rows(change('a.ts', { status: 'conflicted' }));
    assert.equal(conflict?.icon, 'warning');
    assert.equal(below(conflict)[0]?.description, '+2 -1 · conflicted');
    const settled = rows(change('a.ts', { status: 'reverted' }));
    assert.equal(settled?.contextValue, 'change run settled');
    assert.equal(below(settled)[0]?.contextValue, 'change file settled');
  });

  it('have ids of their own, so that the tree keeps what is unfolded', () => {
    const row = rows(change('a.ts', { hunks: twoHunks }), change('b.ts', { hunks: twoHunks }));
    const all = [row, ...below(row), ...below(row).flatMap(below)];
    assert.equal(new Set(all.map((one) => one?.id)).size, all.length);
  });
});
