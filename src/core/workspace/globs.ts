// Globs as people and models write them, for listing and searching: one meaning everywhere.
import picomatch from 'picomatch';
import { failure, isFailure, messageOf, type Failure } from '../failure';

/** Tells whether a path of segments joined by `/` matches. */
export type PathTest = (path: string) => boolean;

const OPTIONS = { dot: true, nonegate: true, strictSlashes: false } as const;

/** Splits at commas outside braces: `*.{ts,tsx},docs` are two globs. */
export function splitGlobs(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '{' || character === '[') depth += 1;
    if (character === '}' || character === ']') depth = Math.max(0, depth - 1);
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  return [...parts, part].map((entry) => entry.trim()).filter((entry) => entry !== '');
}

/** The glob without what only decorates it: `./src\*.ts` is `src/*.ts`. */
export function tidyGlob(glob: string): string {
  // A backslash is an escape only before brackets; else it is the separator of a Windows path.
  const slashed = glob.replaceAll(/\\(?![[\]{}()!])/g, '/');
  const bare = slashed.replace(/^(\.\/)+/, '').replace(/\/+$/, '/**');
  return bare === '' || bare === '.' || bare === '/**' ? '**' : bare;
}

/** What a glob may match: at any depth without a slash, from the top with one, and all below a matching folder. */
function expand(glob: string): string[] {
  const rooted = glob.startsWith('/');
  const body = rooted ? glob.slice(1) : glob;
  const anchored = rooted || body.includes('/') ? body : `**/${body}`;
  return anchored.endsWith('/**') ? [anchored] : [anchored, `${anchored}/**`];
}

/** Compiles globs, separated by commas; fails with `glob.invalid`. No glob matches nothing. */
export function compileGlobs(text: string | undefined): PathTest | Failure {
  const tests: PathTest[] = [];
  for (const glob of splitGlobs(text ?? '').map(tidyGlob)) {
    if (glob.length > 1000) return failure('glob.invalid', 'The glob is longer than 1,000 characters.');
    if (/(^|\/)\.\.(\/|$)/.test(glob)) {
      return failure('glob.invalid', `The glob "${glob}" leaves the workspace: write it relative to the workspace.`);
    }
    try {
      tests.push(picomatch(expand(glob), OPTIONS));
    } catch (error) {
      return failure('glob.invalid', `The glob "${glob}" can't be used: ${messageOf(error)}`);
    }
  }
  return (path) => tests.some((test) => test(path));
}

/** Compiles globs of settings, where a bad one must not break the rest. */
export function compileLenient(globs: readonly string[]): PathTest {
  const tests = globs.map((glob) => compileGlobs(glob)).filter((test): test is PathTest => !isFailure(test));
  return (path) => tests.some((test) => test(path));
}

/** The leading segments of a glob that name a folder or file literally: `src/core` of `src/core/*.ts`. */
export function literalPrefix(glob: string): string[] {
  const tidy = tidyGlob(glob).replace(/^\//, '');
  const segments = tidy.split('/');
  const magic = segments.findIndex((segment) => /[*?[\]{}()!\\]/.test(segment));
  return (magic === -1 ? segments : segments.slice(0, magic)).filter((segment) => segment !== '');
}
