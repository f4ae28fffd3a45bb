// Files that widen rights, run code by themselves or hold secrets: writing one asks, whatever the mode.
import { SECRET_FILES } from '../protectedGlobs';
import { compileLenient, type PathTest } from '../workspace/globs';

/** Names that file systems take for others: ignorable characters, trailing dots and blanks, short names of `.git`. */
function foldedSegments(segments: readonly string[]): string[] {
  return segments.map((segment) =>
    segment
      .normalize('NFKC')
      .replaceAll(/[\u00ad\u034f\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]/g, '')
      .replace(/(?<=.)[. ]+$/, '')
      .replace(/::?\$.*$/, '')
      .toLowerCase()
      .replace(/^git~\d+$/, '.git'),
  );
}

/** Tells whether a path below its folder is protected. */
export type ProtectedTest = (segments: readonly string[]) => boolean;

/** Compiles the setting's globs; bad ones are left out. */
export function compileProtected(globs: readonly string[]): ProtectedTest {
  const test: PathTest = compileLenient(globs.map((glob) => glob.toLowerCase()));
  return (segments) => segments.length > 0 && test(foldedSegments(segments).join('/'));
}

/** True for files whose content is a secret. */
export const isSecretFile: ProtectedTest = compileProtected(SECRET_FILES);
