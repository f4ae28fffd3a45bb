import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editText } from '../../../../src/core/changes/editText';
import { hasMixedEols, NormalizedText, splitLines } from '../../../../src/core/changes/textPositions';

function edited(text: string, oldText: string, newText: string): string {
  const outcome = editText(text, [{ oldText, newText }]);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problem);
  return outcome.text;
}

function refused(text: string, edits: { oldText: string; newText: string }[]) {
  const outcome = editText(text, edits);
  assert.ok(!outcome.ok);
  return outcome;
}

describe('editText', () => {
  it('replaces an exact match and leaves every other byte', () => {
    assert.equal(edited('a\nb\nc', 'b', 'x'), 'a\nx\nc');
  });

  it('keeps CRLF where the model writes LF', () => {
    assert.equal(edited('a\r\nb\r\nc\r\n', 'a\nb\n', 'a\nnew\nb\n'), 'a\r\nnew\r\nb\r\nc\r\n');
  });

  it('keeps mixed line endings outside the edit', () => {
    assert.equal(edited('a\r\nb\nc\r\nd', 'c', 'x\ny'), 'a\r\nb\nx\r\ny\r\nd');
  });

  it('keeps a missing last newline and a byte order mark', () => {
    assert.equal(edited('\uFEFFa\nb', 'b', 'c'), '\uFEFFa\nc');
  });

  it('takes $& and conflict markers as plain text', () => {
    assert.equal(edited('a b', 'b', '$& $1 <<<<<<<'), 'a $& $1 <<<<<<<');
  });

  it('tolerates trailing white space that the model left out', () => {
    assert.equal(edited('if (a) {  \n  b();\n}\n', 'if (a) {\n  b();', 'if (a) {\n  c();'), 'if (a) {\n  c();\n}\n');
  });

  it('tolerates another indentation and gives it to the replacement', () => {
    const text = 'class A {\n    f() {\n        return 1;\n    }\n}\n';
    assert.equal(
      edited(text, 'f() {\n    return 1;\n}', 'f() {\n    // two\n    return 2;\n}'),
      'class A {\n    f() {\n        // two\n        return 2;\n    }\n}\n',
    );
  });

  it('tolerates levels that are written otherwise: by tabs, or by more or fewer spaces', () => {
    const text = 'def f():\n\tif a:\n\t\treturn 1\n';
    assert.equal(
      edited(
        text,
        'def f():\n    if a:\n        return 1\n',
        'def f():\n    if a:\n        if b:\n            return 2\n',
      ),
      'def f():\n\tif a:\n\t\tif b:\n\t\t\treturn 2\n',
    );
    assert.equal(
      edited('    a {\n        b\n    }\n', '  a {\n    b\n', 'x\n  a {\n     * c\n'),
      'x\n    a {\n         * c\n    }\n',
    );
  });

  it('gives any block back as the file writes it, however the model writes its levels', () => {
    const levels = fc
      .array(fc.nat(4), { minLength: 2, maxLength: 8 })
      .filter((all) => all.includes(0) && all.includes(1));
    const units = fc.constantFrom('\t', ' ', '  ', '   ', '    ');
    fc.assert(
      fc.property(levels, units, units, fc.nat(4), (all, ofFile, ofModel, added) => {
        const block = (unit: string, depths: readonly number[]) =>
          depths.map((depth, index) => `${unit.repeat(depth)}line${index}\n`).join('');
        const longer = [...all, added];
        assert.equal(edited(block(ofFile, all), block(ofModel, all), block(ofModel, longer)), block(ofFile, longer));
      }),
    );
  });

  it('refuses lines whose levels do not go together', () => {
    const { reason } = refused('a\n  b\n    c\n', [{ oldText: 'a\n b\n      c\n', newText: 'x' }]);
    assert.equal(reason, 'edit.not_found');
  });

  it('refuses a text that stands at several places and names the lines', () => {
    const { reason, problem } = refused('x\ny\nx\n', [{ oldText: 'x', newText: 'z' }]);
    assert.equal(reason, 'edit.ambiguous');
    assert.match(problem, /lines 1, 3/);
  });

  it('prefers the one exact match to several tolerant ones', () => {
    assert.equal(edited('  f();\n f();\nf( );\n', '  f();\n', '  g();\n'), '  g();\n f();\nf( );\n');
  });

  it('answers a miss with the nearest lines and what differs', () => {
    const { reason, problem } = refused('function add(a, b) {\n  return a + b;\n}\n', [
      { oldText: 'function add(x, b) {\n  return x + b;\n}', newText: '' },
    ]);
    assert.equal(reason, 'edit.not_found');
    assert.match(problem, /nearest lines are 1-3/);
    assert.match(problem, /- function add\(x, b\) \{\n\+ function add\(a, b\) \{/);
  });

  it('refuses overlapping edits and changes nothing', () => {
    const outcome = refused('a b c', [
      { oldText: 'a b', newText: 'x' },
      { oldText: 'b c', newText: 'y' },
    ]);
    assert.equal(outcome.reason, 'edit.overlap');
  });

  it('applies several edits against the text as it was before the call', () => {
    const outcome = editText('a b c', [
      { oldText: 'c', newText: 'a' },
      { oldText: 'a', newText: 'z' },
    ]);
    assert.ok(outcome.ok);
    assert.equal(outcome.text, 'z b a');
  });

  it('refuses an empty oldText on a file with content, and never empties a file on a miss', () => {
    assert.equal(refused('abc', [{ oldText: '', newText: 'x' }]).reason, 'edit.not_found');
    assert.equal(refused('abc', [{ oldText: 'nope', newText: '' }]).reason, 'edit.not_found');
  });

  it('fills an empty file', () => {
    assert.equal(edited('', '', 'new\n'), 'new\n');
  });

  const anyText = fc
    .array(fc.tuple(fc.stringMatching(/^[ \tab{};$&]{0,8}$/), fc.constantFrom('\n', '\r\n')), { maxLength: 12 })
    .map((lines) => lines.map(([line, eol]) => line + eol).join(''));

  it('keeps every character outside the replaced range, whatever the text (property)', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.string({ minLength: 1, maxLength: 10 }),
        fc.string({ maxLength: 10 }),
        (text, old, next) => {
          const outcome = editText(text, [{ oldText: old, newText: next }]);
          if (!outcome.ok) return;
          const [replacement] = outcome.replacements;
          assert.ok(replacement);
          assert.equal(outcome.text.slice(0, replacement.start), text.slice(0, replacement.start));
          assert.ok(outcome.text.endsWith(text.slice(replacement.end)));
        },
      ),
    );
  });

  it('finds any unique piece of a text again (property)', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), fc.nat(), (text, a, b) => {
        if (hasMixedEols(text)) return;
        const lines = splitLines(text);
        const from = lines[a % lines.length];
        const to = lines[Math.min(lines.length - 1, (a % lines.length) + (b % 3))];
        assert.ok(from && to);
        const piece = text.slice(from.start, to.end);
        if (piece === '' || text.split(piece).length !== 2) return;
        const outcome = editText(text, [{ oldText: piece.replaceAll('\r\n', '\n'), newText: 'Z' }]);
        if (!outcome.ok) {
          assert.equal(outcome.reason, 'edit.ambiguous');
          return;
        }
        assert.equal(
          outcome.text,
          text.replace(piece, () => 'Z'),
        );
      }),
    );
  });
});

describe('NormalizedText', () => {
  it('maps every offset of the normalised text back to the same character (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', '\n', '\r\n'), { maxLength: 30 }), (pieces) => {
        const original = pieces.join('');
        const normalized = new NormalizedText(original);
        assert.equal(normalized.text, original.replaceAll('\r\n', '\n'));
        for (let at = 0; at < normalized.text.length; at += 1) {
          const there = original.slice(normalized.toOriginal(at));
          const expected = normalized.text[at];
          assert.ok(expected === '\n' ? /^\r?\n/.test(there) : there.startsWith(expected ?? ''));
        }
      }),
    );
  });
});
