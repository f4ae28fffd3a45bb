// Topic patterns as a person types them: `*` for one segment, a final `**` for one or more.

/** A test for topics; undefined for what is no pattern. */
export function topicMatcher(pattern: string): ((topic: string) => boolean) | undefined {
  const wanted = pattern.split('.');
  const last = wanted.length - 1;
  const isPattern = wanted.every(
    (segment, index) => segment === '*' || (segment === '**' && index === last) || /^[\w-]+$/.test(segment),
  );
  if (!isPattern) return undefined;
  const open = wanted[last] === '**';
  const fixed = open ? wanted.slice(0, -1) : wanted;
  return (topic) => {
    const segments = topic.split('.');
    if (open ? segments.length <= fixed.length : segments.length !== fixed.length) return false;
    return fixed.every((segment, index) => segment === '*' || segment === segments[index]);
  };
}
