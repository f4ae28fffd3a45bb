// For what is made at its first use: rooms of the extension that load late, services that most windows never need.

/** Makes the value at the first call and gives it from then on; after a throw or a rejection the next call tries again. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    if (made) return made.value;
    const mine = (made = { value: make() });
    if (mine.value instanceof Promise) {
      mine.value.catch(() => {
        if (made === mine) made = undefined;
      });
    }
    return mine.value;
  };
}
