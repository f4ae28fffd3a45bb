// Which files and folders a text speaks of, without looking whether they exist: good enough to find the instructions for them.

/** Anything with a slash that is no address. A name alone lies at the root, whose instructions are everybody's already. */
const PLACE = /(?<![\w@./\\:-])(?:[\w@.+-]+\/)+[\w@+-]*(?:\.[\w@+-]+)*/g;
const MAX_PLACES = 20;

/** Paths that `text` names, each once, in order of first mention. */
export function mentionedPlaces(text: string): string[] {
  const found = (text.match(PLACE) ?? []).map((place) => place.replace(/\/$/, ''));
  return [...new Set(found)].slice(0, MAX_PLACES);
}
