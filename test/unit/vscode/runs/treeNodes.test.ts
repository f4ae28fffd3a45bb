import assert from 'node:assert/strict';
import type { Row } from '../../../../src/vscode/runs/row';
import { TreeNodes, type RunNode } from '../../../../src/vscode/runs/treeNodes';

const row = (id: string, description = '', below?: Row[]): Row => ({
  id,
  label: id,
  description,
  icon: 'pass',
  details: [],
  contextValue: 'step',
  ...(below && { children: () => below }),
});

describe('nodes of the runs tree', () => {
  let nodes: TreeNodes;
  let run: RunNode;
  const ids = (list: readonly RunNode[]) => list.map(({ id }) => id);
  const place = (rows: Row[], parent: RunNode = run) => nodes.place(parent, rows, () => 'run');

  beforeEach(() => {
    nodes = new TreeNodes();
    [run = assert.fail()] = nodes.place(undefined, [row('run', '', [])], ({ id }) => id);
  });

  it('stay the same objects when they are asked for again', () => {
    const [first] = place([row('a'), row('b')]);
    const again = place([row('b'), row('a', 'new')]);
    assert.equal(again[1], first);
    assert.equal(nodes.row(first ?? assert.fail())?.description, 'new');
  });

  it('carry what commands read', () => {
    const [node] = place([{ ...row('a'), target: { taskId: 't' } }]);
    assert.deepEqual(node, { id: 'a', runId: 'run', fromTree: true, parent: run, taskId: 't' });
  });

  it('draw only those anew that look different', () => {
    place([row('a'), row('b'), row('c')]);
    assert.deepEqual(ids(nodes.updateBelow(run, [row('a'), row('b', 'new'), row('c')])), ['b']);
    assert.deepEqual(ids(nodes.updateBelow(run, [row('a'), row('b', 'new'), row('c')])), []);
  });

  it('draw the parent anew when rows come, go or move', () => {
    place([row('a'), row('b')]);
    assert.deepEqual(ids(nodes.updateBelow(run, [row('a'), row('b'), row('c')])), ['run']);
    assert.deepEqual(ids(nodes.updateBelow(run, [row('b'), row('a')])), ['run']);
    assert.deepEqual(ids(nodes.updateBelow(run, [row('a')])), ['run']);
  });

  it('follow what is unfolded, and nothing that is not', () => {
    let made = 0;
    const task = (text: string): Row => ({
      ...row('a'),
      children: () => {
        made += 1;
        return [row('tool', text)];
      },
    });
    const [a] = place([task('1')]);
    nodes.updateBelow(run, [task('2')]);
    assert.equal(made, 0);
    place([row('tool', '2')], a);
    assert.deepEqual(ids(nodes.updateBelow(run, [task('3')])), ['tool']);
    nodes.close(a ?? assert.fail());
    nodes.updateBelow(run, [task('4')]);
    assert.equal(made, 1);
  });

  it('forget rows that are gone with everything below them', () => {
    const [a] = place([row('a', '', [row('tool')])]);
    place([row('tool')], a);
    place([row('b')]);
    assert.equal(nodes.node('a'), undefined);
    assert.equal(nodes.node('tool'), undefined);
  });

  it('know whether the first level is another one', () => {
    assert.ok(nodes.shows(['run']));
    assert.ok(!nodes.shows(['newer', 'run']));
  });
});
