import assert from 'node:assert/strict';
import fc from 'fast-check';
import { marked } from 'marked';
import { asParagraphs, asText, withoutPictures } from '../../../src/vscode/markdownText';

/** What a person reads of rendered markdown. */
function read(markdown: string): string {
  const html = marked.parse(markdown, { async: false });
  const text = html
    .replace(/<br>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
  return text.replace(/\s+/g, '');
}

/** Backticks may become code, which ends in no blank; all else must be read as it was written. */
const plain = (text: string) => text.replace(/`/g, '').replace(/\s+/g, '');

const pieces = fc.constantFrom(
  ...['*', '_', '`', '[', ']', '(', ')', '<', '>', '&amp;', '#', '-', '+', '=', '|', '~', '!', '\\', '1.', '2)', '{'],
  ...['a', 'snake_case', 'b = 0', ' ', '  ', '    ', '\n', '\n\n', '```', '---', '===', '<b>', '![x](y)', '$(gear)'],
);
const texts = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));

describe('text in markdown', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(texts, (text) => assert.equal(plain(read(asText(text))), plain(text))),
      { numRuns: 500 },
    );
  });

  it('keeps paragraphs and line ends, and nothing else becomes markup', () => {
    fc.assert(
      fc.property(texts, (text) => assert.equal(plain(read(asParagraphs(text))), plain(text))),
      { numRuns: 500 },
    );
    assert.equal(
      marked.parse(asParagraphs('one\ntwo\n\nthree'), { async: false }),
      '<p>one<br>two</p>\n<p>three</p>\n',
    );
  });

  it('shows what stands in backticks as code, and lets lines break between words', () => {
    assert.equal(asText('Pass it as `?` or `$1`, *not* in the text'), 'Pass it as `?` or `$1`, \\*not\\* in the text');
    assert.equal(asText('a snake_case name of _x_'), 'a snake_case name of \\_x\\_');
  });

  it('loads no picture, however it is written', () => {
    const pictures = [
      '![a](https://e.example/?secret)',
      '![a][b]\n\n[b]: https://e.example',
      '![b]\n\n[b]: <https://e>',
    ];
    for (const picture of [
      ...pictures,
      '<div>\n```\n\n![a](https://e.example)\n\n```',
      '\\`![a](https://e.example)\\`',
    ]) {
      const html = marked.parse(withoutPictures(picture), { async: false });
      assert.ok(!html.includes('<img'), html);
    }
    assert.equal(withoutPictures('```rust\nlet list = vec![1, 2];\n```'), '```rust\nlet list = vec![1, 2];\n```');
  });
});
