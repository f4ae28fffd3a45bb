// What a writing call would put into files, short enough to be read before it is allowed.

/** Most lines and characters of a preview; the rest is counted. */
const MAX_LINES = 60;
const MAX_CHARACTERS = 6_000;

/** The changes of a call as lines with `-` and `+`; empty where the input shows none. */
export function inputPreview(input: unknown): string {
  if (typeof input !== 'object' || input === null) return '';
  const { patch, content, edits } = input as Record<string, unknown>;
  if (typeof patch === 'string') return shorten(patch.split('\n'));
  if (typeof content === 'string') return shorten(marked('+', content));
  if (Array.isArray(edits)) return shorten(edits.flatMap(editLines));
  return '';
}

function editLines(edit: unknown): string[] {
  if (typeof edit !== 'object' || edit === null) return [];
  const { oldText, newText } = edit as Record<string, unknown>;
  return [
    ...(typeof oldText === 'string' ? marked('-', oldText) : []),
    ...(typeof newText === 'string' ? marked('+', newText) : []),
  ];
}

function marked(sign: string, text: string): string[] {
  if (text === '') return [];
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => `${sign} ${line}`);
}

function shorten(lines: readonly string[]): string {
  const shown = lines.slice(0, MAX_LINES).join('\n').slice(0, MAX_CHARACTERS);
  const hidden = lines.length - shown.split('\n').length;
  return hidden > 0 ? `${shown}\n… ${hidden}` : shown;
}
