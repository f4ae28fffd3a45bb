// Which files a walk leaves out: what ignore files say (nested, nearest first), the person's settings, and `.git`.
import ignore, { type Ignore } from 'ignore';
import { compileLenient, type PathTest } from './globs';

/** Ignore files, the stronger ones first, as in ripgrep. */
export const IGNORE_FILES = ['.rgignore', '.ignore', '.gitignore'] as const;

export type IgnoreFileName = (typeof IGNORE_FILES)[number];

interface IgnoreLevel {
  /** Segments of the directory that holds the file, from the folder. */
  directory: readonly string[];
  rules: ReadonlyMap<IgnoreFileName, Ignore>;
}

/** Immutable: going down into a directory with ignore files gives new rules. */
export class IgnoreRules {
  private constructor(
    private readonly levels: readonly IgnoreLevel[],
    private readonly isExcluded: PathTest,
  ) {}

  static create(excludedGlobs: readonly string[]): IgnoreRules {
    return new IgnoreRules([], compileLenient(excludedGlobs));
  }

  /** The rules inside `directory`, given the texts of its ignore files. */
  below(directory: readonly string[], texts: ReadonlyMap<IgnoreFileName, string>): IgnoreRules {
    if (texts.size === 0) return this;
    const rules = new Map<IgnoreFileName, Ignore>();
    for (const [name, text] of texts) rules.set(name, ignore({ allowRelativePaths: false }).add(text));
    return new IgnoreRules([...this.levels, { directory, rules }], this.isExcluded);
  }

  /** True when this entry is left out by itself; whoever walks asks for each directory above it first. */
  ignores(segments: readonly string[], isDirectory: boolean): boolean {
    if (segments.at(-1) === '.git') return true;
    if (this.isExcluded(segments.join('/'))) return true;
    for (const name of IGNORE_FILES) {
      const verdict = this.verdict(name, segments, isDirectory);
      if (verdict !== undefined) return verdict;
    }
    return false;
  }

  private verdict(name: IgnoreFileName, segments: readonly string[], isDirectory: boolean): boolean | undefined {
    for (const level of this.levels.toReversed()) {
      const rules = level.rules.get(name);
      if (rules === undefined) continue;
      const below = segments.slice(level.directory.length).join('/');
      // checkIgnore-like: a rule about a parent directory was applied when that directory was reached.
      const result = rules.test(isDirectory ? `${below}/` : below);
      if (result.ignored) return true;
      if (result.unignored) return false;
    }
    return undefined;
  }
}
