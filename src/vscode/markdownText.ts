// Words of people, servers and models in VS Code's markdown. `appendText` would forbid line breaks between words and read badly aloud.

/** A code span that markdown reads as one. */
const CODE_SPAN = /(?<!`)`([^`\n]+)`(?!`)/;

/** One line that reads as it is written: code in backticks stays code, nothing else is markup. */
export function asText(text: string): string {
  return asLine(text.replace(/\s+/g, ' ').trim());
}

/** Like `asText`, with the paragraphs and line ends that the text has. */
export function asParagraphs(text: string): string {
  return text
    .trim()
    .split(/\r?\n(?:[ \t]*\r?\n)+/)
    .map((paragraph) =>
      paragraph
        .split(/\r?\n/)
        .map((line) => asLine(line.replace(/\s+/g, ' ').trim()))
        .join('  \n'),
    )
    .join('\n\n');
}

/** Markdown whose pictures are not loaded: the address of one could carry what an agent has read to anybody. */
export function withoutPictures(markdown: string): string {
  // A zero-width space parts what makes a picture; code such as `vec![1]` stays as it is where nothing could be one.
  return /\][ \t\n]*[([:]/.test(markdown) ? markdown.replaceAll('![', '!\u200b[') : markdown;
}

function asLine(line: string): string {
  const pieces = line.split(CODE_SPAN);
  // The pieces in between are what stood in backticks.
  const text = pieces.map((piece, index) => (index % 2 === 1 ? `\`${piece}\`` : escaped(piece))).join('');
  return text.replace(/^([#+=-]|\d+(?=[.)]))/, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

function escaped(text: string): string {
  return text.replace(/[\\`*{}[\]<>&~|]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
}
