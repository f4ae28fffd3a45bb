// What loads at start-up checks its input with zod/mini, which is a quarter of zod's size and has no sentences of its own.
import en from 'zod/v4/locales/en.js';

/** Second argument of `safeParse` where somebody reads what is wrong. */
export const IN_WORDS = { error: en().localeError };
