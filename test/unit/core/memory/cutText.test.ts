import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cutText } from '../../../../src/core/memory/cutText';
import { estimateTokens } from '../../../../src/core/memory/tokens';

describe('cutText', () => {
  it('leaves a text alone that is short enough', () => {
    assert.deepEqual(cutText('a\nb', 10), { text: 'a\nb', truncated: false });
    const prose = 'an ordinary sentence of words '.repeat(20);
    assert.equal(cutText(prose, estimateTokens(prose)).text, prose);
  });

  it('keeps head and tail at line ends and says what is missing and how to read it', () => {
    const lines = Array.from({ length: 1_000 }, (_, n) => `line number ${n}`);
    const { text, truncated } = cutText(lines.join('\n'), 500);
    const kept = text.split('\n');
    const note = kept.findIndex((line) => line.startsWith('[…'));
    assert.ok(truncated && note > 0);
    assert.deepEqual(kept.slice(0, note), lines.slice(0, note));
    assert.deepEqual(kept.slice(note + 1), lines.slice(-(kept.length - note - 1)));
    assert.ok(note > kept.length - note, 'more of the head than of the tail');
    assert.match(kept[note] ?? '', /\[… \d+ lines left out here, about \d+ tokens\. .*line range/);
  });

  it('cuts a single long line, never between the halves of a character', () => {
    const { text } = cutText('😀'.repeat(20_000), 300);
    assert.ok(text.length < 3_000);
    assert.ok(!/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text));
    assert.match(text, /characters left out/);
  });

  it('comes close to the limit, whatever the text', () => {
    const piece = fc.constantFrom('word ', 'x', '\n', '中文', 'const a = 1;\n', '😀', '    ', '0123456789');
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 50, maxLength: 3_000 }),
        fc.integer({ min: 50, max: 400 }),
        (parts, max) => {
          const text = parts.join('');
          const cut = cutText(text, max);
          if (!cut.truncated) assert.equal(cut.text, text);
          else assert.ok(estimateTokens(cut.text) <= max * 1.6 + 60, `${estimateTokens(cut.text)} of ${max}`);
        },
      ),
    );
  });
});
