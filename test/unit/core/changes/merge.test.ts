import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countLines, lineHunks, takeHunks } from '../../../../src/core/changes/lineHunks';
import { mergeText } from '../../../../src/core/changes/mergeText';

const anyText = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '', 'd'), fc.constantFrom('\n', '\r\n')), { maxLength: 20 })
  .chain((lines) =>
    fc.boolean().map((cut) =>
      lines
        .map(([line, eol]) => line + eol)
        .join('')
        .slice(0, cut ? -1 : undefined),
    ),
  );

describe('lineHunks', () => {
  it('taking all hunks makes the new text, taking none the old one (property)', () => {
    fc.assert(
      fc.property(anyText, anyText, (before, after) => {
        const hunks = lineHunks(before, after);
        assert.equal(
          takeHunks(before, hunks, () => true),
          after,
        );
        assert.equal(
          takeHunks(before, hunks, () => false),
          before,
        );
        assert.equal(new Set(hunks.map((hunk) => hunk.id)).size, hunks.length);
      }),
    );
  });

  it('keeps the ids of the hunks that are left when others have been taken', () => {
    const before = 'a\nb\nc\nd\ne\n';
    const after = 'A\nb\nC\nd\nE\n';
    const hunks = lineHunks(before, after);
    assert.equal(hunks.length, 3);
    const [first, ...rest] = hunks;
    assert.ok(first);
    const partly = takeHunks(before, hunks, (hunk) => hunk.id === first.id);
    assert.deepEqual(
      lineHunks(partly, after).map((hunk) => hunk.id),
      rest.map((hunk) => hunk.id),
    );
  });

  it('counts added and removed lines', () => {
    assert.deepEqual(countLines(lineHunks('a\nb\n', 'a\nc\nd\n')), { added: 2, removed: 1 });
    assert.deepEqual(countLines(lineHunks('', 'a\nb')), { added: 2, removed: 0 });
  });
});

describe('mergeText', () => {
  const merged = (base: string, ours: string, theirs: string): string => {
    const outcome = mergeText({ base, ours, theirs });
    assert.ok(outcome.clean);
    return outcome.text;
  };

  it('keeps both sides where they change different lines', () => {
    assert.equal(merged('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n'), 'A\nb\nc\nD\n');
  });

  it('takes equal changes of both sides once', () => {
    assert.equal(merged('a\nb\n', 'x\nb\n', 'x\nb\n'), 'x\nb\n');
  });

  it('reports a conflict with both sides kept', () => {
    const outcome = mergeText({ base: 'a\nb\nc\n', ours: 'a\nX\nc\n', theirs: 'a\nY\nc\n' });
    assert.ok(!outcome.clean);
    assert.deepEqual(outcome.conflicts, [{ line: 1, base: 'b\n', ours: 'X\n', theirs: 'Y\n' }]);
    assert.equal(
      outcome.withMarkers({ ours: 'yours', theirs: 'dev' }),
      'a\n<<<<<<< yours\nX\n=======\nY\n>>>>>>> dev\nc\n',
    );
  });

  it('never loses a side: an unchanged side yields to the other (property)', () => {
    fc.assert(
      fc.property(anyText, anyText, (base, changed) => {
        assert.equal(merged(base, changed, base), changed);
        assert.equal(merged(base, base, changed), changed);
      }),
    );
  });

  it('is symmetric as to whether there is a conflict (property)', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (base, ours, theirs) => {
        assert.equal(mergeText({ base, ours, theirs }).clean, mergeText({ base, ours: theirs, theirs: ours }).clean);
      }),
    );
  });
});
