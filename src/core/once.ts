// For what is made at its first use: rooms of the extension that load late, services that most windows never need.

export interface Once<T> {
  /** Makes the value at the first call and gives it from then on; after a throw or a rejection the next call tries again. */
  (): T;
  /** The value if it has been made; asking makes nothing. */
  peek(): T | undefined;
}

export function once<T>(make: () => T): Once<T> {
  let made: { value: T } | undefined;
  const get = (): T => {
    if (made) return made.value;
    const mine = (made = { value: make() });
    if (mine.value instanceof Promise) {
      mine.value.catch(() => {
        if (made === mine) made = undefined;
      });
    }
    return mine.value;
  };
  return Object.assign(get, { peek: () => made?.value });
}
