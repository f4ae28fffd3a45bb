// Words of texts as shared memory searches them: folded, with the parts of names in code. No stemming: what matches can be explained.

const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
/** Written without spaces: each sign stands for itself. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const PART =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{Lt}]+|\p{N}+/gu;

/** Case and accents left out. */
export function fold(word: string): string {
  return word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The words of a text, folded; a name such as `parseHTMLFile` counts whole and in its parts. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(WORD)].flatMap(([word]) => formsOf(word));
}

/** Where the first word stands of which a form begins with one of `terms`; undefined where there is none. */
export function findWord(text: string, terms: readonly string[]): { start: number; end: number } | undefined {
  for (const match of text.matchAll(WORD)) {
    if (formsOf(match[0]).some((form) => terms.some((term) => form.startsWith(term))))
      return { start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}

function formsOf(word: string): string[] {
  const parts = [...word.normalize('NFKC').matchAll(PART)].map(([part]) => fold(part));
  if (UNSPACED.test(word)) return parts;
  const whole = fold(word);
  return [...new Set([whole, ...parts])].filter((form) => form !== '');
}

/** Words that say nothing about what a request is about. */
const FILLERS: ReadonlySet<string> = new Set(
  `a about after all also an and any are as at be been before but by can could did do does for from get give had has have he her his how i
   if in into is it its just let like make me more my no not now of on one only or other our out over please she should so some such than
   that the their them then there these they this those to up us use was we were what when where which who why will with would you your`.split(
    /\s+/,
  ),
);

/** The words of a request that can say what is relevant to it, each once. */
export function tellingWords(text: string): string[] {
  return [...new Set(wordsOf(text))].filter((word) => !FILLERS.has(word) && (word.length > 1 || UNSPACED.test(word)));
}
