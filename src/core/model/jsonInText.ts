// Finds the JSON in what a model wrote: bare, in a code fence, or with prose around it.

/** Characters that are looked at in vain at most: nonsense of brackets must not hold the thread. */
const MAX_VAIN_CHARACTERS = 5_000_000;

/** Values of the text that are JSON objects or lists: the whole text, fenced blocks, then every outermost `{…}` or `[…]`. */
export function* jsonCandidates(answer: string): Generator<unknown, void> {
  const whole = parseJson(answer);
  if (whole !== undefined) yield whole;
  for (const [, block = ''] of answer.matchAll(/```[\w-]*\s*\n([\s\S]*?)```/g)) {
    const value = parseJson(block);
    if (value !== undefined) yield value;
  }
  let vain = 0;
  for (let at = nextOpening(answer, 0); at >= 0 && vain < MAX_VAIN_CHARACTERS;) {
    const end = closingOf(answer, at);
    const value = end < 0 ? undefined : parseJson(answer.slice(at, end + 1));
    if (value !== undefined) yield value;
    else vain += (end < 0 ? answer.length : end) - at;
    at = nextOpening(answer, value === undefined ? at + 1 : end + 1);
  }
}

function parseJson(source: string): unknown {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function nextOpening(source: string, from: number): number {
  const found = /[[{]/g;
  found.lastIndex = from;
  return found.exec(source)?.index ?? -1;
}

/** Index of the bracket that closes the one at `start`; -1 where there is none. Strings are skipped. */
function closingOf(source: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let at = start; at < source.length; at += 1) {
    const char = source[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
