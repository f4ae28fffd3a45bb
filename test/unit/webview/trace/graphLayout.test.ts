import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutGraph, type GraphLayout, type LayoutOptions } from '../../../../webview/trace/model/graphLayout';

const OPTIONS: LayoutOptions = {
  direction: 'right',
  nodeWidth: 100,
  nodeHeight: 40,
  gap: 10,
  layerGap: 50,
  maxInRow: 12,
};

const graphs = fc.integer({ min: 0, max: 60 }).chain((count) =>
  fc.record({
    ids: fc.constant(Array.from({ length: count }, (_, index) => `n${index}`)),
    pairs: fc.array(fc.tuple(fc.nat(count), fc.nat(count)), { maxLength: count * 2 }),
    isAcyclic: fc.boolean(),
    direction: fc.constantFrom('right' as const, 'down' as const),
    maxInRow: fc.integer({ min: 1, max: 20 }),
  }),
);

function overlap(layout: GraphLayout): string[] {
  const { nodeWidth, nodeHeight } = OPTIONS;
  return layout.nodes.flatMap((a, index) =>
    layout.nodes
      .slice(index + 1)
      .filter((b) => Math.abs(a.x - b.x) < nodeWidth - 0.001 && Math.abs(a.y - b.y) < nodeHeight - 0.001)
      .map((b) => `${a.id} ${b.id}`),
  );
}

describe('the layout of a graph', () => {
  it('places every node once, none over another, all inside, whatever the graph', () => {
    fc.assert(
      fc.property(graphs, ({ ids, pairs, isAcyclic, direction, maxInRow }) => {
        const edges = pairs
          .filter(([from, to]) => !isAcyclic || from < to)
          .map(([from, to]) => ({ from: `n${from}`, to: `n${to}` }));
        const layout = layoutGraph(ids, edges, { ...OPTIONS, direction, maxInRow });
        assert.deepEqual(
          layout.nodes.map(({ id }) => id),
          ids,
        );
        assert.deepEqual(overlap(layout), []);
        for (const { x, y } of layout.nodes) {
          assert.ok(x > -0.001 && y > -0.001);
          assert.ok(x + OPTIONS.nodeWidth < layout.width + 0.001 && y + OPTIONS.nodeHeight < layout.height + 0.001);
        }
      }),
    );
  });

  it('lets every edge go forward but those that close a cycle', () => {
    fc.assert(
      fc.property(graphs, ({ ids, pairs, isAcyclic, direction, maxInRow }) => {
        const edges = pairs
          .filter(([from, to]) => !isAcyclic || from < to)
          .map(([from, to]) => ({ from: `n${from}`, to: `n${to}` }));
        const layout = layoutGraph(ids, edges, { ...OPTIONS, direction, maxInRow });
        const placed = new Map(layout.nodes.map((node) => [node.id, node]));
        const axis = direction === 'right' ? 'x' : 'y';
        for (const { from, to, points, isBack } of layout.edges) {
          const [a, b] = [placed.get(from), placed.get(to)];
          assert.ok(a && b);
          assert.ok(!isBack || !isAcyclic, 'only a cycle goes back');
          assert.equal(a.layer < b.layer, !isBack);
          const along = points.map((point) => point[axis] * (isBack ? -1 : 1));
          assert.deepEqual(
            along,
            along.toSorted((p, q) => p - q),
          );
        }
        const known = new Set(
          edges
            .filter(({ from, to }) => from !== to && placed.has(from) && placed.has(to))
            .map(({ from, to }) => `${from} ${to}`),
        );
        assert.deepEqual(new Set(layout.edges.map(({ from, to }) => `${from} ${to}`)), known);
      }),
    );
  });

  it('puts a chain in a line and the parts of a fork around their middle', () => {
    const { nodes, height } = layoutGraph(
      ['a', 'b', 'c', 'd'],
      [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c' },
        { from: 'b', to: 'd' },
      ],
      OPTIONS,
    );
    assert.deepEqual(
      nodes.map(({ id, x, y }) => [id, x, y]),
      [
        ['a', 0, 25],
        ['b', 150, 25],
        ['c', 300, 0],
        ['d', 300, 50],
      ],
    );
    assert.equal(height, 90);
  });

  it('orders what would cross', () => {
    const edges = [
      { from: 'a', to: 'y' },
      { from: 'b', to: 'x' },
    ];
    const { nodes } = layoutGraph(['a', 'b', 'x', 'y'], edges, OPTIONS);
    const y = new Map(nodes.map((node) => [node.id, node.y]));
    assert.equal((y.get('a') ?? 0) < (y.get('b') ?? 0), (y.get('y') ?? 0) < (y.get('x') ?? 0));
  });

  it('leads a long edge around the nodes between', () => {
    const ids = ['a', 'b', 'c'];
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'a', to: 'c' },
    ];
    const layout = layoutGraph(ids, edges, OPTIONS);
    const bend = layout.edges.find(({ from, to }) => from === 'a' && to === 'c')?.points[1];
    const middle = layout.nodes[1];
    assert.ok(bend && middle);
    assert.ok(bend.y < middle.y || bend.y > middle.y + OPTIONS.nodeHeight);
  });

  it('makes a block of a layer with very many nodes', () => {
    const ids = ['plan', ...Array.from({ length: 300 }, (_, index) => `t${index}`)];
    const layout = layoutGraph(
      ids,
      ids.slice(1).map((to) => ({ from: 'plan', to })),
      OPTIONS,
    );
    assert.ok(layout.height <= 12 * 50 && layout.width <= 27 * 110 + 100, `${layout.width} × ${layout.height}`);
    const [block] = layout.blocks;
    assert.ok(block && layout.blocks.length === 1 && block.layer === 1);
    const square = layoutGraph(
      ids,
      ids.slice(1).map((to) => ({ from: 'plan', to })),
      { ...OPTIONS, blockAspect: 1 },
    );
    const { width = 0, height = 1 } = square.blocks[0] ?? {};
    assert.ok(width / height > 0.8 && width / height < 1.25, `${width} × ${height}`);
    assert.deepEqual(overlap(layout), []);
  });

  it('is as deep as it must be, without recursion', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
    const edges = ids.slice(1).map((to, index) => ({ from: `n${index}`, to }));
    const { nodes } = layoutGraph(ids, edges, OPTIONS);
    assert.equal(nodes.at(-1)?.layer, 19_999);
  });
});
