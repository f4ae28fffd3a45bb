import { readFile } from 'node:fs/promises';

/** How many tests of a suite ended in which way. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A test that did not pass at once: its whole title, and what its first failure said. */
export interface Stumble {
  readonly title: string;
  readonly message: string;
}

/** What a reporter leaves behind: the counts, what failed for good, and what passed at a later attempt only. */
export interface SuiteReport {
  readonly counts: Counts;
  readonly failed: readonly Stumble[];
  readonly retried: readonly Stumble[];
}

/** One finished suite; `problem` says why it failed beyond its failed tests. */
export interface SuiteResult extends SuiteReport {
  readonly problem?: string;
}

/**
 * Judges a suite by what its runner left behind. A runner that crashed, ended with an error although nothing failed, or
 * ran no test counts as one failure more: silence is never success.
 */
export function judge(report: SuiteReport | undefined, exitCode: number | undefined): SuiteResult {
  if (report === undefined) {
    return {
      counts: { passed: 0, failed: 1, skipped: 0 },
      failed: [],
      retried: [],
      problem: `ended with ${String(exitCode)} and left no results`,
    };
  }
  const { counts } = report;
  if (counts.passed + counts.failed === 0) {
    return { ...report, counts: { ...counts, failed: 1 }, problem: 'ran no test' };
  }
  if (exitCode !== 0 && counts.failed === 0) {
    return {
      ...report,
      counts: { ...counts, failed: 1 },
      problem: `ended with ${String(exitCode)} although no test failed`,
    };
  }
  return report;
}

/** What a reporter wrote; undefined where it never got to its end, be it in the middle of writing. */
export async function readReport(file: string): Promise<SuiteReport | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as SuiteReport;
  } catch {
    return undefined;
  }
}

/** Adds up suites. */
export function total(results: readonly SuiteReport[]): SuiteReport {
  const add = (key: keyof Counts) => results.reduce((sum, { counts }) => sum + counts[key], 0);
  return {
    counts: { passed: add('passed'), failed: add('failed'), skipped: add('skipped') },
    failed: results.flatMap(({ failed }) => failed),
    retried: results.flatMap(({ retried }) => retried),
  };
}

/** What stood far above in the output, once more at its end: what failed, and what passed at a later attempt only. */
export function stumbleLines({ failed, retried }: SuiteReport): string[] {
  return [
    ...titled('== failed', failed),
    ...titled('== passed at a second attempt only: slow machine, or a race', retried),
  ];
}

function titled(heading: string, stumbles: readonly Stumble[]): string[] {
  if (stumbles.length === 0) return [];
  return [heading, ...stumbles.flatMap(({ title, message }) => [title, `    ${firstLine(message)}`])];
}

function firstLine(message: string): string {
  return message.trim().split('\n', 1)[0] ?? '';
}

/** The closing line of a test run. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return [`${passed} passed`, `${failed} failed`, ...(skipped > 0 ? [`${skipped} skipped`] : [])].join(', ');
}
