import assert from 'node:assert/strict';
import fc from 'fast-check';
import { trackSpan, type LineEdit } from '../../../../src/core/review/trackSpan';

const edit = (start: [number, number], end: [number, number], text: string): LineEdit => ({
  start: { line: start[0], character: start[1] },
  end: { line: end[0], character: end[1] },
  lines: text.split('\n').length - 1,
  isBlank: text.trim() === '',
});
const SPAN = { first: 5, last: 6 };

describe('trackSpan', () => {
  it('moves with lines that come and go above', () => {
    assert.deepEqual(trackSpan(SPAN, [edit([0, 0], [0, 0], 'a\nb\n')]), { first: 7, last: 8 });
    assert.deepEqual(trackSpan(SPAN, [edit([1, 0], [3, 0], '')]), { first: 3, last: 4 });
    assert.deepEqual(trackSpan(SPAN, [edit([4, 0], [4, 0], 'new\n')]), { first: 6, last: 7 });
  });

  it('stays where the edit is below it', () => {
    assert.deepEqual(trackSpan(SPAN, [edit([6, 0], [6, 0], 'x\ny\n')]), SPAN);
  });

  it('grows and shrinks with edits inside', () => {
    assert.deepEqual(trackSpan(SPAN, [edit([4, 3], [4, 3], 'x')]), SPAN);
    assert.deepEqual(trackSpan(SPAN, [edit([4, 3], [4, 3], 'x\ny')]), { first: 5, last: 7 });
    assert.deepEqual(trackSpan(SPAN, [edit([5, 0], [6, 0], '')]), { first: 5, last: 5 });
  });

  it('is gone when its code is deleted, and stays when it is rewritten', () => {
    assert.equal(trackSpan(SPAN, [edit([4, 0], [6, 0], '')]), undefined);
    assert.equal(trackSpan(SPAN, [edit([3, 0], [9, 0], '\n')]), undefined);
    assert.deepEqual(trackSpan(SPAN, [edit([4, 0], [6, 0], 'one line\n')]), { first: 5, last: 5 });
  });

  it('takes the edits of one change in any order', () => {
    const edits = [edit([0, 0], [0, 0], 'a\n'), edit([8, 0], [9, 0], ''), edit([4, 2], [4, 3], 'q')];
    assert.deepEqual(trackSpan(SPAN, edits), { first: 6, last: 7 });
    assert.deepEqual(trackSpan(SPAN, edits.toReversed()), { first: 6, last: 7 });
  });

  it('keeps pointing at a line that no edit touched', () => {
    const insertion = fc.record({ at: fc.nat(19), lines: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), insertion, (line, { at, lines }) => {
        const document = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
        const inserted = Array.from({ length: lines }, () => 'new');
        const after = [...document.slice(0, at), ...inserted, ...document.slice(at)];
        const moved = trackSpan({ first: line, last: line }, [edit([at, 0], [at, 0], `${inserted.join('\n')}\n`)]);
        assert.ok(moved);
        assert.equal(after[moved.first - 1], `line ${line}`);
      }),
    );
  });

  it('never gives a span that is none', () => {
    const position = fc.tuple(fc.nat(12), fc.nat(5));
    fc.assert(
      fc.property(position, position, fc.nat(3), fc.boolean(), (a, b, lines, isBlank) => {
        const [start, end] = a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]) ? [a, b] : [b, a];
        const moved = trackSpan(SPAN, [{ ...edit(start, end, ''), lines, isBlank }]);
        if (moved) assert.ok(moved.first >= 1 && moved.last >= moved.first);
      }),
    );
  });
});
