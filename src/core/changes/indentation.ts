// How the indentation of a model's lines differs from the file's, and what the model's replacement looks like with the file's.

/**
 * All lines lack the same white space or have it too much; or their levels are written otherwise: by other spaces, or by tabs.
 * Of these, `from` and `to` are the shallowest level, `unit` and `as` one level more.
 */
export type Indent = { add: string } | { remove: string } | { from: string; to: string; unit: string; as: string };

export const SAME_INDENT: Indent = { add: '' };

/** The one difference between lines that are equal but for it; undefined where they differ in several ways. Empty lines don't count. */
export function indentBetween(wanted: readonly string[], actual: readonly string[]): Indent | undefined {
  const pairs = wanted.flatMap((line, index): [string, string][] =>
    line.trim() === '' ? [] : [[leading(line), leading(actual[index] ?? '')]],
  );
  return shiftOf(pairs) ?? scaleOf(pairs);
}

/** `text` with the file's indentation. Levels that are not whole stay what they are beyond the last whole one. */
export function reindent(text: string, indent: Indent): string {
  return text
    .split('\n')
    .map((line) => {
      if (line.trim() === '') return line;
      if ('add' in indent) return indent.add + line;
      if ('remove' in indent) return line.startsWith(indent.remove) ? line.slice(indent.remove.length) : line;
      return scaled(line, indent);
    })
    .join('\n');
}

function shiftOf(pairs: readonly [string, string][]): Indent | undefined {
  let common: Indent | undefined;
  for (const [wanted, actual] of pairs) {
    const shift = shiftBetween(wanted, actual);
    if (!shift) return undefined;
    if (common && JSON.stringify(common) !== JSON.stringify(shift)) return undefined;
    common = shift;
  }
  return common;
}

function shiftBetween(wanted: string, actual: string): Indent | undefined {
  if (actual.endsWith(wanted)) return { add: actual.slice(0, actual.length - wanted.length) };
  if (wanted.endsWith(actual)) return { remove: wanted.slice(0, wanted.length - actual.length) };
  return undefined;
}

/** Both sides have the same levels, each a repetition of a unit of its own above the shallowest. */
function scaleOf(pairs: readonly [string, string][]): Indent | undefined {
  const levels = [...new Map(pairs)].sort(([a], [b]) => a.length - b.length);
  const [shallowest] = levels;
  if (!shallowest || pairs.some(([wanted, actual]) => new Map(levels).get(wanted) !== actual)) return undefined;
  const [from, to] = shallowest;
  const steps: [string, string][] = [];
  for (const [wanted, actual] of levels.slice(1)) {
    if (!wanted.startsWith(from) || !actual.startsWith(to)) return undefined;
    steps.push([wanted.slice(from.length), actual.slice(to.length)]);
  }
  const [first] = steps;
  if (!first) return undefined;
  const [unit, as] = first;
  if (as === '') return undefined;
  const isWhole = steps.every(([wanted, actual]) => {
    const count = wanted.length / unit.length;
    return Number.isInteger(count) && wanted === unit.repeat(count) && actual === as.repeat(count);
  });
  return isWhole ? { from, to, unit, as } : undefined;
}

function scaled(line: string, { from, to, unit, as }: { from: string; to: string; unit: string; as: string }): string {
  const indent = leading(line);
  const rest = line.slice(indent.length);
  if (!indent.startsWith(from)) {
    // Shallower than all that was looked for: as many levels are taken from the file's.
    const missing = (from.length - indent.length) / unit.length;
    const isWhole =
      Number.isInteger(missing) && indent + unit.repeat(missing) === from && to.endsWith(as.repeat(missing));
    return isWhole ? to.slice(0, to.length - as.length * missing) + rest : line;
  }
  let beyond = indent.slice(from.length);
  let levels = 0;
  while (beyond.startsWith(unit)) {
    beyond = beyond.slice(unit.length);
    levels += 1;
  }
  return to + as.repeat(levels) + beyond + rest;
}

function leading(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}
