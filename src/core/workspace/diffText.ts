// Unified diffs as text: cutting them by file, and writing one for a file that git does not track yet.
import { splitLines } from './lineMatcher';

export interface DiffSection {
  /** The file's path in the repository after the change (before it, for a deletion); undefined when it can't be told. */
  path: string | undefined;
  text: string;
}

/** Git quotes names with unusual characters as C strings of bytes. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name.replace(/\t$/, '');
  const inner = name.slice(1, name.lastIndexOf('"'));
  const percent = inner.replaceAll(
    /\\([0-7]{3})|\\(.)|%/g,
    (whole, octal: string | undefined, plain: string | undefined) => {
      if (octal !== undefined) return `%${Number.parseInt(octal, 8).toString(16).padStart(2, '0')}`;
      return encodeURIComponent(plain ?? whole);
    },
  );
  try {
    return decodeURIComponent(percent);
  } catch {
    return inner;
  }
}

function pathOf(section: string): string | undefined {
  const head = section.split(/^@@ /m, 1)[0] ?? '';
  const named = (pattern: RegExp) => {
    const name = pattern.exec(head)?.[1];
    return name === undefined ? undefined : unquote(name);
  };
  const after = named(/^\+\+\+ (.+)$/m);
  if (after !== undefined && after !== '/dev/null') return after.replace(/^[a-z]\//, '');
  const before = named(/^--- (.+)$/m);
  if (before !== undefined && before !== '/dev/null') return before.replace(/^[a-z]\//, '');
  const renamed = named(/^rename to (.+)$/m);
  if (renamed !== undefined) return renamed;
  // A change of mode or of a binary file: both names are equal, so the line splits in the middle.
  const both = /^diff --git (?:a\/(.+) b\/\1|"a\/.+" ("b\/.+"))$/m.exec(head);
  return both?.[1] ?? (both?.[2] === undefined ? undefined : unquote(both[2]).replace(/^b\//, ''));
}

/** The sections of a diff, one per file. */
export function diffSections(diff: string): DiffSection[] {
  const parts = diff.split(/^(?=diff --git )/m).filter((part) => part.startsWith('diff --git '));
  return parts.map((text) => ({ path: pathOf(text), text }));
}

/** A new file as a diff; beyond `maxLines` only the number of lines is told. */
export function newFileDiff(path: string, text: string, maxLines: number): string {
  const lines = text === '' ? [] : splitLines(text);
  const shown = lines.slice(0, maxLines).map((line) => `+${line}`);
  const more = lines.length > shown.length ? [`[${lines.length - shown.length} more lines; read_file shows them]`] : [];
  const head = [`diff --git a/${path} b/${path}`, 'new file (not tracked)', '--- /dev/null', `+++ b/${path}`];
  const hunk = lines.length > 0 ? [`@@ -0,0 +1,${lines.length} @@`] : [];
  return [...head, ...hunk, ...shown, ...more, ''].join('\n');
}
