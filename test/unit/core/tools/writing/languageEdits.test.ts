import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyRangeEdits } from '../../../../../src/core/tools/writing/languageEdits';

const range = (startLine: number, start: number, endLine: number, end: number) => ({
  start: { line: startLine, character: start },
  end: { line: endLine, character: end },
});

describe('edits by ranges of lines', () => {
  it('are made in a text with any line ending, which new lines take over', () => {
    const text = 'one\r\ntwo\r\n';
    assert.equal(applyRangeEdits(text, [{ range: range(1, 0, 1, 3), text: 'a\nb' }]), 'one\r\na\r\nb\r\n');
  });

  it('refer to the text before the call, in whatever order they come', () => {
    const edits = [
      { range: range(1, 0, 1, 3), text: 'TWO' },
      { range: range(0, 0, 0, 3), text: 'ONE AND' },
    ];
    assert.equal(applyRangeEdits('one\ntwo\n', edits), 'ONE AND\nTWO\n');
  });

  it('may insert after the last line, with or without a line ending there', () => {
    assert.equal(applyRangeEdits('one\n', [{ range: range(1, 0, 1, 0), text: 'two\n' }]), 'one\ntwo\n');
    assert.equal(applyRangeEdits('one', [{ range: range(0, 3, 0, 3), text: '!' }]), 'one!');
  });

  it('are refused where they overlap or lie outside', () => {
    const overlapping = [
      { range: range(0, 0, 0, 3), text: 'x' },
      { range: range(0, 2, 0, 4), text: 'y' },
    ];
    assert.equal(applyRangeEdits('one two', overlapping), undefined);
    assert.equal(applyRangeEdits('one', [{ range: range(4, 0, 4, 1), text: 'x' }]), undefined);
    assert.equal(applyRangeEdits('one', [{ range: range(0, 2, 0, 1), text: 'x' }]), undefined);
  });

  it('leave everything outside their range as it is', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '$', '&'), maxLength: 8 });
    const property = fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), line, (lines, at, text) => {
      const index = at % lines.length;
      const expected = lines.map((one, number) => (number === index ? text : one)).join('\r\n');
      const whole = range(index, 0, index, lines[index]?.length ?? 0);
      assert.equal(applyRangeEdits(lines.join('\r\n'), [{ range: whole, text }]), expected);
    });
    fc.assert(property);
  });
});
