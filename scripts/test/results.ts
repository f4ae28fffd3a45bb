import { readFile } from 'node:fs/promises';

/** How many tests of a suite ended in which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One finished suite; `problem` says why it failed beyond its failed tests. */
export interface SuiteResult {
  readonly counts: Counts;
  readonly problem?: string;
}

/**
 * Judges a suite by what its runner left behind. A runner that crashed, ended with an error although nothing failed, or
 * ran no test counts as one failure more: silence is never success.
 */
export function judge(counts: Counts | undefined, exitCode: number | undefined): SuiteResult {
  if (counts === undefined) {
    return {
      counts: { passed: 0, failed: 1, skipped: 0 },
      problem: `ended with ${String(exitCode)} and left no results`,
    };
  }
  if (counts.passed + counts.failed === 0) return { counts: { ...counts, failed: 1 }, problem: 'ran no test' };
  if (exitCode !== 0 && counts.failed === 0) {
    return { counts: { ...counts, failed: 1 }, problem: `ended with ${String(exitCode)} although no test failed` };
  }
  return { counts };
}

/** The counts that a reporter wrote; undefined where it never got to its end. */
export async function readCounts(file: string): Promise<Counts | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Counts);
}

/** Adds up suites. */
export function total(results: readonly SuiteResult[]): Counts {
  const add = (key: keyof Counts) => results.reduce((sum, { counts }) => sum + counts[key], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
}

/** The closing line of a test run. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
}
