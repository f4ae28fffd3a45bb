// Topics are dot-separated segments; patterns take `*` for one segment and a final `**` for one or more.

const SEGMENT = /^[A-Za-z0-9_-]+$/;
/** Longest topic or pattern, in characters. */
export const MAX_TOPIC_LENGTH = 200;

/** Says what is wrong with a topic, or nothing. */
export function topicFault(topic: string): string | undefined {
  if (topic.length > MAX_TOPIC_LENGTH) return `it is longer than ${MAX_TOPIC_LENGTH} characters`;
  const segments = topic.split('.');
  if (segments.length < 2) return 'it needs at least two segments, such as user.deployed';
  const bad = segments.find((segment) => !SEGMENT.test(segment));
  return bad === undefined ? undefined : `the segment "${bad}" is not made of letters, digits, - and _`;
}

/** True under `user.**` and `ext.<extension id>.**`, where others may publish. */
export function isExternalTopic(topic: string): boolean {
  const segments = topic.split('.');
  if (segments[0] === 'user') return segments.length >= 2;
  return segments[0] === 'ext' && segments.length >= 3;
}

/** Compiles a pattern; throws a `TypeError` that says what is wrong with a malformed one. */
export function compilePattern(pattern: string): (topic: string) => boolean {
  const wanted = parsePattern(pattern);
  if (!pattern.includes('*')) return (topic) => topic === pattern;
  const open = wanted.at(-1) === '**';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  if (open && fixed.every((segment) => segment !== '*')) {
    const prefix = fixed.map((segment) => `${segment}.`).join('');
    return (topic) => topic.length > prefix.length && topic.startsWith(prefix);
  }
  return (topic) => {
    const segments = topic.split('.');
    if (open ? segments.length <= fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => segment === '*' || segment === segments[index]);
  };
}

/** True for what `compilePattern` takes. */
export function isPattern(text: string): boolean {
  const segments = text.split('.');
  const last = segments.length - 1;
  return (
    text.length <= MAX_TOPIC_LENGTH &&
    segments.every((segment, index) => SEGMENT.test(segment) || segment === '*' || (segment === '**' && index === last))
  );
}

/** True for a pattern that some topic can fit: every topic has two segments at least. */
export function isReachablePattern(text: string): boolean {
  return isPattern(text) && (text.includes('.') || text === '**');
}

function parsePattern(pattern: string): string[] {
  if (isPattern(pattern)) return pattern.split('.');
  throw new TypeError(
    `The pattern "${pattern.slice(0, MAX_TOPIC_LENGTH)}" is malformed: use names, * for one segment and a final ** for one or more, separated by dots.`,
  );
}
