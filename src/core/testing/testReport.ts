// What a test run came to, whatever ran it.

export interface TestFailure {
  /** The groups and the test, joined by ` › `. */
  name: string;
  /** As the runner wrote it. */
  file?: string;
  /** 1-based. */
  line?: number;
  message: string;
}

export interface TestReport {
  passed: number;
  /** Failed tests, and files or suites that could not be run. */
  failed: number;
  skipped: number;
  failures: TestFailure[];
}

/** Reads plain output; undefined where it is not that of this runner, or tells no counts. */
export type TestOutputParser = (output: string) => TestReport | undefined;

export interface SourcePlace {
  file: string;
  line: number;
}

const MAX_MESSAGE_LINES = 12;

/** The first lines of a message, without blank lines around it. */
export function messageFrom(lines: readonly string[]): string {
  const indent = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  const text = lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0).trimEnd()).join('\n');
  const kept = text
    .replaceAll(/\n{2,}/g, '\n')
    .trim()
    .split('\n');
  return kept.length > MAX_MESSAGE_LINES ? `${kept.slice(0, MAX_MESSAGE_LINES).join('\n')}\n…` : kept.join('\n');
}

const STACK_LINE = /^\s*(?:at|❯) .*?\(?((?:file:\/\/\/?)?(?:[A-Za-z]:)?[^():\s][^():]*):(\d+):\d+\)?$/;

export const isStackLine = (line: string) => /^\s+at .+/.test(line);

/** Where a stack first passes through code of the project. */
export function placeInStack(lines: readonly string[]): SourcePlace | undefined {
  for (const line of lines) {
    const [, file, number] = STACK_LINE.exec(line) ?? [];
    if (file === undefined || /(^|\/)node_modules\/|^node:|^internal\//.test(file)) continue;
    const path = file.replace(/^.*\s(?=\S+$)/, '').replace(/^file:\/\//, '');
    return { file: path, line: Number(number) };
  }
  return undefined;
}

/** The number before or after a word, or 0: `3 failed`, `# fail 3`. */
export function countIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

/** Splits at each line that `start` matches; what comes before the first one is left out. */
export function blocksAt(lines: readonly string[], start: RegExp): string[][] {
  const blocks: string[][] = [];
  for (const line of lines) {
    if (start.test(line)) blocks.push([line]);
    else blocks.at(-1)?.push(line);
  }
  return blocks;
}
