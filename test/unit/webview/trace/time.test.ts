import assert from 'node:assert/strict';
import fc from 'fast-check';
import { criticalPath } from '../../../../webview/trace/model/criticalPath';
import { drawMinimap } from '../../../../webview/trace/model/minimap';
import { SpanTree } from '../../../../webview/trace/model/spanTree';
import { foldIdle, UNFOLDED } from '../../../../webview/trace/model/timeFolds';
import { including, panned, ticks, within, zoomed } from '../../../../webview/trace/model/timeWindow';
import { figuresOf } from '../../../../webview/trace/model/traceSummary';
import { spanEncoder, type TestSpan } from '../../../support/spanColumns';

function treeOf(spans: readonly TestSpan[]): SpanTree {
  const tree = new SpanTree();
  tree.append(spanEncoder()(spans));
  return tree;
}

const anySpans = fc.array(
  fc.record({
    parent: fc.nat({ max: 20 }),
    start: fc.integer({ min: 0, max: 100 }),
    length: fc.integer({ min: -5, max: 60 }),
    isOpen: fc.boolean(),
  }),
  { maxLength: 20 },
);
const toSpans = (drafts: { parent: number; start: number; length: number; isOpen: boolean }[]): TestSpan[] =>
  drafts.map(({ parent, start, length, isOpen }, index) => ({
    id: `s${index}`,
    parent: `s${parent}`,
    start,
    ...(!isOpen && { end: Math.max(0, start + length) }),
  }));

describe('the critical path', () => {
  const pathOf = (spans: TestSpan[], now = 0) => {
    const tree = treeOf(spans);
    const path = criticalPath(tree, now);
    return Array.from(path.spans, (span, at) => `${tree.ids[span] ?? ''} ${path.from[at] ?? -1}-${path.to[at] ?? -1}`);
  };

  it('follows what the end waited for, and leaves out what ran beside it', () => {
    assert.deepEqual(
      pathOf([
        { id: 'root', start: 0, end: 100 },
        { id: 'a', parent: 'root', start: 10, end: 40 },
        { id: 'beside', parent: 'root', start: 10, end: 35 },
        { id: 'b', parent: 'root', start: 40, end: 90 },
        { id: 'inner', parent: 'b', start: 50, end: 80 },
      ]),
      ['root 0-10', 'a 10-40', 'b 40-50', 'inner 50-80', 'b 80-90', 'root 90-100'],
    );
  });

  it('counts a child that outlives its parent until the parent’s end', () => {
    assert.deepEqual(
      pathOf([
        { id: 'root', start: 0, end: 50 },
        { id: 'late', parent: 'root', start: 20, end: 80 },
      ]),
      ['root 0-20', 'late 20-50'],
    );
  });

  it('goes through runs that were resumed, one after the other', () => {
    assert.deepEqual(
      pathOf([
        { id: 'first', start: 0, end: 10 },
        { id: 'second', start: 50, end: 60 },
      ]),
      ['first 0-10', 'second 50-60'],
    );
  });

  it('reaches until now in a run that is going on', () => {
    assert.deepEqual(
      pathOf(
        [
          { id: 'root', start: 0 },
          { id: 'chat', parent: 'root', start: 5 },
        ],
        30,
      ),
      ['root 0-5', 'chat 5-30'],
    );
  });

  it('never goes back in time nor overlaps, whatever the spans are', () => {
    fc.assert(
      fc.property(anySpans, (drafts) => {
        const path = criticalPath(treeOf(toSpans(drafts)), 120);
        let before = -Infinity;
        for (let at = 0; at < path.spans.length; at += 1) {
          assert.ok((path.from[at] ?? 0) >= before);
          assert.ok((path.to[at] ?? 0) > (path.from[at] ?? 0));
          before = path.to[at] ?? 0;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is found at a depth of 50,000', () => {
    const depth = 50_000;
    const chain = Array.from({ length: depth }, (_, n) => ({
      id: `s${n}`,
      ...(n > 0 && { parent: `s${n - 1}` }),
      start: n,
      end: 2 * depth - n,
    }));
    const path = criticalPath(treeOf(chain), 0);
    assert.equal(path.to.at(-1), 2 * depth);
  });
});

describe('folding idle gaps', () => {
  const spans: TestSpan[] = [
    { id: 'root', start: 0, end: 100_000 },
    { id: 'a', parent: 'root', start: 0, end: 10_000 },
    { id: 'asks', parent: 'root', kind: 'approval', start: 10_000, end: 90_000 },
    { id: 'b', parent: 'root', start: 90_000, end: 100_000 },
  ];

  it('takes time in which a person was waited for out of sight', () => {
    const folds = foldIdle(treeOf(spans), 100_000, 0);
    assert.deepEqual(folds.gaps, [{ from: 10_000, to: 90_000 }]);
    assert.equal(folds.placeOf(5_000), 5_000);
    assert.ok(folds.placeOf(100_000) < 21_000);
    assert.equal(folds.placeOf(100_000) - folds.placeOf(90_000), 10_000, 'work keeps its length');
  });

  it('leaves a trace alone in which somebody always works', () => {
    const folds = foldIdle(treeOf([{ id: 'a', start: 0, end: 500 }]), 500, 0);
    assert.deepEqual(folds.gaps, []);
    assert.equal(folds.placeOf(123), 123);
  });

  it('goes there and back without loss, and never turns time around', () => {
    fc.assert(
      fc.property(
        anySpans,
        fc.array(fc.double({ min: 0, max: 200_000, noNaN: true }), { minLength: 2 }),
        (drafts, times) => {
          const scaled = toSpans(drafts).map((span) => ({
            ...span,
            start: (span.start ?? 0) * 1000,
            ...(span.end !== undefined && { end: span.end * 1000 }),
          }));
          const folds = foldIdle(treeOf(scaled), 160_000, 120_000);
          const sorted = times.toSorted((a, b) => a - b);
          for (const [index, time] of sorted.entries()) {
            assert.ok(Math.abs(folds.timeOf(folds.placeOf(time)) - time) < 0.01 + time * 1e-6);
            const next = sorted[index + 1];
            if (next !== undefined) assert.ok(folds.placeOf(next) >= folds.placeOf(time));
          }
        },
      ),
    );
  });
});

describe('the part of the time that is in sight', () => {
  const whole = { from: 0, to: 100 };

  it('zooms around the pointer and stays within the whole', () => {
    assert.deepEqual(zoomed(whole, whole, 0.5, 50), { from: 25, to: 75 });
    assert.deepEqual(zoomed(whole, whole, 0.5, 0), { from: 0, to: 50 });
    assert.deepEqual(zoomed({ from: 25, to: 75 }, whole, 10, 50), whole);
  });

  it('pans until an end and no further', () => {
    assert.deepEqual(panned({ from: 0, to: 10 }, whole, 0.5), { from: 5, to: 15 });
    assert.deepEqual(panned({ from: 85, to: 95 }, whole, 5), { from: 90, to: 100 });
    assert.deepEqual(within({ from: -20, to: 500 }, whole), whole);
  });

  it('moves to what a person goes to, and not at all for what is in sight', () => {
    const window = { from: 10, to: 30 };
    assert.equal(including(window, whole, { from: 15, to: 20 }), window);
    assert.deepEqual(including(window, whole, { from: 60, to: 62 }), { from: 51, to: 71 });
    const wide = including(window, whole, { from: 40, to: 90 });
    assert.ok(wide.from < 40 && wide.to > 90);
  });

  it('stays valid through anything', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.boolean(),
            fc.double({ min: 0.01, max: 20, noNaN: true }),
            fc.double({ min: -10, max: 110, noNaN: true }),
          ),
        ),
        (moves) => {
          let window = whole;
          for (const [zooms, factor, at] of moves) {
            window = zooms ? zoomed(window, whole, factor, at) : panned(window, whole, factor - 10);
            assert.ok(window.from >= whole.from && window.to <= whole.to && window.to > window.from);
          }
        },
      ),
    );
  });

  it('has round times on its axis', () => {
    assert.deepEqual(
      ticks(0, 60_000, 4).map(({ label }) => label),
      ['0 s', '15 s', '30 s', '45 s', '1 m'],
    );
    assert.deepEqual(
      ticks(0, 12, 6).map(({ label }) => label),
      ['0 s', '2 ms', '4 ms', '6 ms', '8 ms', '10 ms', '12 ms'],
    );
    assert.deepEqual(
      ticks(3_590_000, 3_650_000, 3).map(({ label }) => label),
      ['1 h', '1 h 30 s'],
    );
    assert.deepEqual(ticks(5, 5, 4), []);
  });
});

describe('the minimap', () => {
  const draw = (spans: TestSpan[], width = 10, height = 20) => {
    const pixels = new Uint8ClampedArray(width * height * 4);
    const tree = treeOf(spans);
    tree.settle();
    drawMinimap(pixels, {
      tree,
      folds: UNFOLDED,
      from: 0,
      to: 100,
      now: 0,
      width,
      height,
      colourOf: (agent) => [agent + 1, 0, 0],
      errorColour: [0, 0, 200],
    });
    /** Filled pixels of a column. */
    return (x: number) =>
      Array.from({ length: height }, (_, y) => pixels[(y * width + x) * 4 + 3]).filter((alpha) => alpha === 255).length;
  };

  it('is high where much works at a time, and empty where nothing does', () => {
    const heightAt = draw([
      { id: 'root', start: 0, end: 100 },
      { id: 'a', parent: 'root', start: 0, end: 30 },
      { id: 'b', parent: 'root', start: 0, end: 10 },
    ]);
    assert.ok(heightAt(0) > heightAt(2));
    assert.ok(heightAt(2) > 0);
    assert.equal(heightAt(7), 0);
  });

  it('marks what went wrong, also where it contains others', () => {
    const heightAt = draw([
      { id: 'root', start: 50, end: 100, state: 'error' },
      { id: 'a', parent: 'root', start: 90, end: 95 },
    ]);
    assert.equal(heightAt(5), 3);
  });
});

describe('a trace in numbers', () => {
  it('sums tokens and cost over model calls, and keeps the unknown unknown', () => {
    const figures = figuresOf(
      treeOf([
        { id: 'agent', kind: 'agent', agent: 'qa', start: 0, end: 50, tokensIn: 999 },
        { id: 'c1', parent: 'agent', kind: 'chat', start: 0, end: 10, tokensIn: 100, tokensOut: 10, cost: 0.5 },
        { id: 'c2', parent: 'agent', kind: 'chat', start: 10, end: 20, tokensIn: 50, state: 'error' },
        { id: 't', parent: 'agent', kind: 'tool', start: 20, end: 30 },
      ]),
      0,
    );
    assert.equal(figures.tokensIn, 150);
    assert.equal(figures.tokensOut, 10);
    assert.equal(figures.costUsd, 0.5);
    assert.ok(figures.costIsPartial);
    assert.deepEqual([figures.modelCalls, figures.toolCalls, figures.errors], [2, 1, 1]);
    assert.deepEqual(figures.agents, [{ agent: 'qa', spans: 4, workedMs: 50 }]);
  });
});
