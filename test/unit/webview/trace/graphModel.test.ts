import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layoutGraph, type LayoutOptions } from '../../../../webview/trace/model/graphLayout';
import { linesOf } from '../../../../webview/trace/model/graphLines';
import { neighbourOf, stepOf } from '../../../../webview/trace/model/graphSteps';
import { fit, MAX_SCALE, MIN_SCALE, reveal, zoomAt } from '../../../../webview/trace/model/viewport';

const OPTIONS: LayoutOptions = {
  direction: 'right',
  nodeWidth: 100,
  nodeHeight: 40,
  gap: 10,
  layerGap: 50,
  maxInRow: 4,
};
const edge = (from: string, to: string, kind: 'order' | 'dependency' = 'dependency') => ({ from, to, kind });

describe('arrow keys in a graph', () => {
  const layout = layoutGraph(['a', 'b', 'c', 'd'], [edge('a', 'b'), edge('a', 'c'), edge('c', 'd')], OPTIONS);

  it('follow the lines forward and back, and go through a layer', () => {
    assert.equal(neighbourOf(layout, 'b', 'after'), 'c');
    assert.equal(neighbourOf(layout, 'c', 'before'), 'b');
    assert.equal(neighbourOf(layout, 'c', 'forward'), 'd');
    assert.equal(neighbourOf(layout, 'd', 'back'), 'c');
    assert.equal(neighbourOf(layout, 'a', 'back'), undefined);
    assert.equal(neighbourOf(layout, 'b', 'before'), undefined);
  });

  it('go to the nearest of the next layer where no line leads on', () => {
    assert.equal(neighbourOf(layout, 'b', 'forward'), 'd');
  });

  it('mean the same in a graph that goes down', () => {
    assert.deepEqual(
      ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp', 'x'].map((key) => stepOf(key, 'down')),
      ['after', 'forward', 'before', 'back', undefined],
    );
    assert.equal(stepOf('ArrowRight', 'right'), 'forward');
  });

  it('reach every node of a connected graph from the first', () => {
    const sizes = fc.integer({ min: 2, max: 25 });
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(1000), { minLength: 25, maxLength: 25 }), (count, picks) => {
        const ids = Array.from({ length: count }, (_, index) => `n${index}`);
        const edges = ids.slice(1).map((to, index) => edge(`n${(picks[index] ?? 0) % (index + 1)}`, to));
        const made = layoutGraph(ids, edges, OPTIONS);
        const seen = new Set(['n0']);
        for (const id of seen) {
          for (const step of ['forward', 'back', 'before', 'after'] as const) {
            const next = neighbourOf(made, id, step);
            if (next !== undefined) seen.add(next);
          }
        }
        assert.equal(seen.size, count);
      }),
    );
  });
});

describe('the lines of a graph', () => {
  it('are one line of order to a block, and all lines of dependencies', () => {
    const tasks = Array.from({ length: 9 }, (_, index) => `t${index}`);
    const edges = [...tasks.map((to) => edge('plan', to, 'order')), edge('t0', 'end'), edge('t1', 'end', 'order')];
    const lines = linesOf(layoutGraph(['plan', ...tasks, 'end'], edges, OPTIONS), edges);
    assert.equal(lines.bundles.length, 2);
    assert.deepEqual(
      lines.single.filter(({ isBundled }) => !isBundled).map(({ edge: { from, to }, kind }) => [from, to, kind]),
      [['t0', 'end', 'dependency']],
    );
  });

  it('stand for themselves where there is no block', () => {
    const edges = [edge('a', 'b', 'order')];
    const lines = linesOf(layoutGraph(['a', 'b'], edges, OPTIONS), edges);
    assert.deepEqual([lines.bundles.length, lines.single[0]?.isBundled], [0, false]);
  });
});

describe('what is seen of a picture', () => {
  const window = { width: 400, height: 300 };

  it('fits without being enlarged', () => {
    assert.deepEqual(fit({ width: 100, height: 50 }, window), { x: 150, y: 125, scale: 1 });
    const large = fit({ width: 3680, height: 50 }, window);
    assert.deepEqual([large.scale, large.x], [0.1, 16]);
    assert.equal(fit({ width: 1e9, height: 1 }, window).scale, MIN_SCALE);
  });

  it('keeps the point under the pointer where it is when zoomed, within limits', () => {
    const views = fc.record({
      x: fc.integer({ min: -500, max: 500 }),
      y: fc.integer({ min: -500, max: 500 }),
      scale: fc.double({ min: MIN_SCALE, max: MAX_SCALE, noNaN: true }),
    });
    const point = { x: 120, y: 80 };
    fc.assert(
      fc.property(views, fc.double({ min: 0.01, max: 100, noNaN: true }), (view, factor) => {
        const next = zoomAt(view, factor, point);
        assert.ok(next.scale >= MIN_SCALE && next.scale <= MAX_SCALE);
        const before = (point.x - view.x) / view.scale;
        assert.ok(Math.abs((point.x - next.x) / next.scale - before) < 0.01 * Math.max(1, Math.abs(before)));
      }),
    );
  });

  it('moves as little as brings a part into sight', () => {
    const view = { x: 0, y: 0, scale: 1 };
    assert.equal(reveal(view, { x: 50, y: 50, width: 100, height: 40 }, window), view);
    assert.deepEqual(reveal(view, { x: 390, y: -20, width: 100, height: 40 }, window), { x: -106, y: 36, scale: 1 });
  });
});
