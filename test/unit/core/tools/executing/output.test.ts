import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputWindow } from '../../../../../src/core/tools/executing/outputWindow';
import {
  capturedText,
  looksBinary,
  outputForModel,
  plainText,
} from '../../../../../src/core/tools/executing/plainOutput';
import { seconds } from '../../../../../src/core/tools/executing/runInPlace';

const captured = (text: string) => ({ head: text, tail: '', omitted: 0, omittedLines: 0 });

describe('OutputWindow', () => {
  it('keeps head and tail, and counts everything between', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ä') })), (chunks) => {
        const window = new OutputWindow({ head: 5, tail: 7 });
        for (const chunk of chunks) window.add(chunk);
        const text = chunks.join('');
        const { head, tail, omitted, omittedLines } = window.capture();
        assert.equal(head, text.slice(0, 5));
        assert.equal(tail, text.slice(5).slice(-7));
        assert.equal(omitted, Math.max(0, text.length - 12));
        assert.equal(omittedLines, text.slice(5, 5 + omitted).split('\n').length - 1);
      }),
    );
  });
});

describe('plainText', () => {
  for (const [name, from, to] of [
    ['colours', '\u001b[1;31mred\u001b[0m \u001b[38;5;12mblue\u001b[m', 'red blue'],
    ['titles and links', '\u001b]0;title\u0007a\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\', 'alink'],
    ['cursor movements', 'a\u001b[2K\u001b[1Gb\u001b(B\u001b=c', 'abc'],
    ['progress lines', ' 10%\r 50%\r100%\ndone\r\n', '100%\ndone\n'],
    ['overstrikes', 'b\bbo\bol\bld _\bx', 'bold x'],
    ['bells and NULs', 'a\u0007b\0c\td', 'abc\td'],
    ['plain text', 'a $x [31m ✓ 👍\n', 'a $x [31m ✓ 👍\n'],
  ] as const) {
    it(`takes out ${name}`, () => assert.equal(plainText(from), to));
  }

  it('leaves no escape in any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\u001b', '[', ']', '3', 'm', ';', '\u0007', '\\', 'x', '\r') }),
        (text) => {
          assert.ok(!/[\u001b\u0007\r]/.test(plainText(text)));
        },
      ),
    );
  });
});

describe('output for a model', () => {
  it('is whole as long as it is short', () => {
    assert.deepEqual(outputForModel(captured('\n a\nb\n\n')), { text: ' a\nb', truncated: false });
  });

  it('loses its middle where it is long, and says how much that was', () => {
    const lines = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
    const { text, truncated } = outputForModel(captured(lines.join('\n')));
    assert.ok(truncated && text.length < 25_000);
    assert.ok(text.startsWith('line 0\nline 1\n') && text.endsWith('\nline 4998\nline 4999'));
    const [, left = ''] = /\[… ([\d,]+) lines \(/.exec(text) ?? [];
    const shown = text.split('\n').filter((line) => line.startsWith('line ')).length;
    assert.ok(Math.abs(shown + Number(left.replace(',', '')) - 5000) <= 1);
  });

  it('counts what was dropped before', () => {
    const output = { head: 'a\n'.repeat(50), tail: 'z\n'.repeat(50), omitted: 1_000_000, omittedLines: 7 };
    assert.match(outputForModel(output).text, /^a\n[^]*\[… 8 lines \(1,000,\d+ characters\)[^]*z$/);
    assert.match(capturedText(output), /\na\n\n\[… 7 lines[^]*\]\nz\n/);
  });

  it('is a note where it is no text', () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => (index * 7919) % 256)).toString('utf8');
    assert.ok(looksBinary(bytes));
    assert.match(outputForModel(captured(bytes)).text, /^\[binary output, about [\d,]+ bytes, not shown\]$/);
    assert.ok(!looksBinary('ünïcödé ✓\n\u001b[31mred'));
  });
});

describe('durations', () => {
  it('are as exact as they are worth', () => {
    assert.deepEqual([0, 42, 1234, 61_040, 185_000].map(seconds), ['0 s', '0.04 s', '1.23 s', '61 s', '3 min 5 s']);
  });
});
