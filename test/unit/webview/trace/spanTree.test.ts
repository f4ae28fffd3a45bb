import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KEPT, RowLayout } from '../../../../webview/trace/model/rowLayout';
import { filterSpans, NO_FILTER, parseSpanSearch, searchSpans } from '../../../../webview/trace/model/spanQuery';
import { MARKS, SpanTree } from '../../../../webview/trace/model/spanTree';
import { spanEncoder, type TestSpan } from '../../../support/spanColumns';

function treeOf(...batches: TestSpan[][]): SpanTree {
  const encode = spanEncoder();
  const tree = new SpanTree();
  for (const batch of batches) tree.append(encode(batch));
  tree.settle();
  return tree;
}

/** The unfolded tree as indented ids. */
function shape(tree: SpanTree, collapsed: string[] = [], kept?: Uint8Array): string[] {
  const layout = new RowLayout();
  layout.layOut(tree, new Set(collapsed.map((id) => tree.indexOf(id) ?? -1)), kept);
  return Array.from(
    { length: layout.length },
    (_, row) => `${' '.repeat(layout.depthAt(row))}${tree.ids[layout.spanAt(row)] ?? ''}`,
  );
}

const marksOf = (tree: SpanTree, id: string) => tree.marksOf(tree.indexOf(id) ?? -1);
const everySpan = (tree: SpanTree) => Array.from({ length: tree.size }, (_, index) => index + 1);

describe('the tree of a trace', () => {
  it('puts children below their parents, by their start', () => {
    const tree = treeOf([
      { id: 'root', start: 0, end: 9 },
      { id: 'late', parent: 'root', start: 5, end: 6 },
      { id: 'early', parent: 'root', start: 1, end: 2 },
      { id: 'inner', parent: 'early', start: 1, end: 2 },
    ]);
    assert.deepEqual(shape(tree), ['root', ' early', '  inner', ' late']);
  });

  it('takes a span that started and later ended for the same span', () => {
    const tree = treeOf([{ id: 'a', start: 1 }], [{ id: 'a', start: 1, end: 4, state: 'error' }]);
    assert.equal(tree.size, 1);
    assert.equal(tree.openCount, 0);
    assert.equal(tree.endOf(1, 99), 4);
  });

  it('lets a running span reach until now', () => {
    const tree = treeOf([{ id: 'a', start: 1 }]);
    assert.equal(tree.openCount, 1);
    assert.equal(tree.endOf(1, 99), 99);
  });

  it('gives spans the agent of the span that they stand in, however late it comes', () => {
    const tree = treeOf(
      [
        { id: 'tool', parent: 'agent', start: 2, end: 3 },
        { id: 'wait', parent: 'tool', start: 2, end: 3 },
      ],
      [{ id: 'agent', agent: 'qa', start: 1, end: 4 }],
      [{ id: 'chat', parent: 'agent', agent: 'router', start: 3, end: 4 }],
    );
    const agents = ['agent', 'tool', 'wait', 'chat'].map((id) => tree.wordOf(tree.agent.at(tree.indexOf(id) ?? -1)));
    assert.deepEqual(agents, ['qa', 'qa', 'qa', 'router']);
  });

  describe('of spans that are odd', () => {
    it('keeps those without their parent at the top, with a mark, until it comes', () => {
      const encode = spanEncoder();
      const tree = new SpanTree();
      tree.append(encode([{ id: 'b', parent: 'a', start: 2, end: 3 }]));
      assert.deepEqual(shape(tree), ['b']);
      assert.equal(marksOf(tree, 'b'), MARKS.missingParent);
      tree.append(encode([{ id: 'a', start: 1, end: 4 }]));
      assert.deepEqual(shape(tree), ['a', ' b']);
      assert.equal(marksOf(tree, 'b'), 0);
    });

    it('breaks circles where they close, with a mark', () => {
      const tree = treeOf([
        { id: 'a', parent: 'c', start: 1, end: 2 },
        { id: 'b', parent: 'a', start: 1, end: 2 },
        { id: 'c', parent: 'b', start: 1, end: 2 },
        { id: 'self', parent: 'self', start: 3, end: 4 },
      ]);
      assert.deepEqual(shape(tree), ['a', ' b', '  c', 'self']);
      assert.equal(marksOf(tree, 'a'), MARKS.cycle);
      assert.equal(marksOf(tree, 'self'), MARKS.cycle);
    });

    it('shows two spans of one id, with a mark at the second; children belong to the first', () => {
      const tree = treeOf([
        { id: 'a', start: 1, end: 2 },
        { id: 'a', start: 3, end: 4 },
        { id: 'b', parent: 'a', start: 3, end: 4 },
      ]);
      assert.deepEqual(shape(tree), ['a', ' b', 'a']);
      assert.equal(tree.marksOf(2), MARKS.duplicateId);
    });

    it('marks ends before starts, and starts before those of parents', () => {
      const tree = treeOf([
        { id: 'root', start: 10, end: 20 },
        { id: 'backwards', parent: 'root', start: 15, end: 12 },
        { id: 'skewed', parent: 'root', start: 5, end: 12 },
      ]);
      assert.equal(marksOf(tree, 'backwards'), MARKS.endBeforeStart);
      assert.equal(marksOf(tree, 'skewed'), MARKS.startsBeforeParent);
      assert.equal(tree.endOf(tree.indexOf('backwards') ?? 0, 0), 15, 'a bar has no negative length');
    });

    it('has every span once, in order, whatever parents, ids and times are, in any batches', () => {
      const span = fc.record({
        id: fc.nat({ max: 12 }).map((n) => `s${n}`),
        parent: fc.option(
          fc.nat({ max: 14 }).map((n) => `s${n}`),
          { nil: undefined },
        ),
        start: fc.integer({ min: 0, max: 30 }),
        end: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
      });
      fc.assert(
        fc.property(fc.array(fc.array(span, { maxLength: 12 }), { maxLength: 6 }), (batches) => {
          const tree = treeOf(...(batches as TestSpan[][]));
          const layout = new RowLayout();
          layout.layOut(tree, new Set());
          const rows = Array.from({ length: layout.length }, (_, row) => layout.spanAt(row));
          assert.deepEqual(
            [...rows].sort((a, b) => a - b),
            everySpan(tree),
          );
          for (const at of everySpan(tree)) {
            const parent = tree.parent.at(at);
            if (parent !== 0) assert.ok(rows.indexOf(parent) < rows.indexOf(at), 'parents stand above');
            const sibling = tree.nextSibling.at(at);
            if (sibling !== 0) assert.ok(tree.start.at(at) <= tree.start.at(sibling), 'siblings stand by their start');
          }
          let walked = 0;
          for (let at = tree.next(0); at !== 0; at = tree.next(at)) assert.equal(rows[walked++], at);
          assert.equal(walked, tree.size);
        }),
        { numRuns: 300 },
      );
    });

    it('is laid out at a depth of 50,000, in either order, without running out of stack', () => {
      const depth = 50_000;
      const chain: TestSpan[] = Array.from({ length: depth }, (_, n) => ({
        id: `s${n}`,
        ...(n > 0 && { parent: `s${n - 1}` }),
        start: n,
        end: 2 * depth - n,
      }));
      for (const spans of [chain, chain.toReversed()]) {
        const tree = treeOf(spans);
        const layout = new RowLayout();
        layout.layOut(tree, new Set());
        assert.equal(layout.length, depth);
        assert.equal(layout.depthAt(depth - 1), depth - 1);
      }
    });

    it('is laid out with 50,000 roots that come in the wrong order, in linear time', () => {
      const roots = Array.from({ length: 50_000 }, (_, n) => ({ id: `s${n}`, start: 50_000 - n, end: 60_000 }));
      const tree = treeOf(roots);
      assert.equal(shape(tree)[0], 's49999');
    });
  });
});

describe('rows of a trace', () => {
  const tree = treeOf([
    { id: 'root', kind: 'workflow', start: 0, end: 100 },
    { id: 'qa', parent: 'root', kind: 'agent', agent: 'qa', start: 1, end: 60 },
    { id: 'read', parent: 'qa', kind: 'tool', name: 'execute_tool read_file', subject: 'read_file', start: 2, end: 5 },
    {
      id: 'chat',
      parent: 'qa',
      kind: 'chat',
      name: 'chat gpt-4o',
      subject: 'gpt-4o',
      state: 'error',
      start: 6,
      end: 50,
    },
    { id: 'dev', parent: 'root', kind: 'agent', agent: 'dev', start: 60, end: 99 },
    {
      id: 'edit',
      parent: 'dev',
      kind: 'tool',
      name: 'execute_tool edit_file',
      subject: 'edit_file',
      start: 61,
      end: 62,
    },
  ]);

  it('leave out what is folded in', () => {
    assert.deepEqual(shape(tree, ['qa']), ['root', ' qa', ' dev', '  edit']);
    assert.deepEqual(shape(tree, ['root', 'qa']), ['root']);
  });

  it('that a filter keeps stand below their ancestors', () => {
    const { kept, matches } = filterSpans(tree, { ...NO_FILTER, kind: 'tool' }, 0);
    assert.equal(matches, 2);
    assert.deepEqual(shape(tree, [], kept), ['root', ' qa', '  read', ' dev', '  edit']);
    assert.equal(kept[tree.indexOf('read') ?? 0], KEPT.asMatch);
    assert.equal(kept[tree.indexOf('qa') ?? 0], KEPT.asAncestor);
  });

  it('are filtered by agent, error and duration together', () => {
    const ids = (filter: Partial<typeof NO_FILTER>) => {
      const { kept } = filterSpans(tree, { ...NO_FILTER, ...filter }, 0);
      return everySpan(tree).flatMap((span) => (kept[span] === KEPT.asMatch ? [tree.ids[span]] : []));
    };
    assert.deepEqual(ids({ agent: 'qa' }), ['qa', 'read', 'chat']);
    assert.deepEqual(ids({ onlyErrors: true }), ['chat']);
    assert.deepEqual(ids({ minimumMs: 39 }), ['root', 'qa', 'chat', 'dev']);
    assert.deepEqual(ids({ agent: 'dev', minimumMs: 10 }), ['dev']);
    assert.deepEqual(ids({ agent: 'nobody' }), []);
  });
});

describe('the search among spans', () => {
  const tree = treeOf([
    { id: 'root', kind: 'workflow', name: 'invoke_workflow ask', start: 0, end: 100 },
    {
      id: 'read',
      parent: 'root',
      kind: 'tool',
      agent: 'qa',
      name: 'execute_tool read_file',
      subject: 'read_file',
      start: 2,
      end: 5,
    },
    {
      id: 'chat',
      parent: 'root',
      kind: 'chat',
      agent: 'dev',
      name: 'chat gpt-4o',
      subject: 'gpt-4o',
      state: 'error',
      start: 6,
      end: 50,
    },
    {
      id: 'second',
      parent: 'root',
      kind: 'tool',
      agent: 'dev',
      name: 'execute_tool read_file',
      subject: 'read_file',
      start: 1,
      end: 99,
    },
  ]);
  const found = (text: string) => {
    const search = parseSpanSearch(text);
    return search && Array.from(searchSpans(tree, search, 0), (span) => tree.ids[span]);
  };

  it('finds words in names, agents, kinds and what spans are about, in the order of the rows', () => {
    assert.deepEqual(found('read_file'), ['second', 'read']);
    assert.deepEqual(found('QA'), ['read']);
    assert.deepEqual(found('workflow'), ['root']);
    assert.deepEqual(found('read dev'), ['second']);
  });

  it('knows fields and durations', () => {
    assert.deepEqual(found('tool:read_file agent:qa'), ['read']);
    assert.deepEqual(found('model:gpt'), ['chat']);
    assert.deepEqual(found('status:error'), ['chat']);
    assert.deepEqual(found('kind:tool >50ms'), ['second']);
    assert.deepEqual(found('kind:tool <0.01s'), ['read']);
  });

  it('looks for nothing where nothing is asked, and takes half of a field for nothing yet', () => {
    assert.equal(found('  '), undefined);
    assert.equal(found('tool:'), undefined);
    assert.equal(found('""'), undefined);
    assert.deepEqual(found('http://x'), []);
  });
});
