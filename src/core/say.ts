// How the few places of core that write to people do so in their language: the editor's side gives the function.

/** Says an English text in the language of the person, with `{0}`, `{1}`, … filled in. `npm run l10n` finds its calls. */
export type Say = (text: string, ...values: (string | number)[]) => string;

/** In English, as it stands. */
export const sayInEnglish: Say = (text, ...values) =>
  text.replace(/\{(\d+)\}/g, (placeholder, index: string) => String(values[Number(index)] ?? placeholder));
