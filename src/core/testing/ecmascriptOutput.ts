// Reads what mocha, jest, vitest and Node's own runner print by default.
import {
  blocksAt,
  countIn,
  isStackLine,
  messageFrom,
  placeInStack,
  type TestFailure,
  type TestOutputParser,
} from './testReport';

const upTo = (lines: readonly string[], isEnd: (line: string) => boolean): string[] => {
  const end = lines.findIndex(isEnd);
  return lines.slice(0, end < 0 ? lines.length : end);
};

/** The spec reporter, and those that end with the same summary. */
export const parseMocha: TestOutputParser = (output) => {
  const summary = /^ {2}(\d+) passing \(.*\)$/m.exec(output);
  if (!summary) return undefined;
  const rest = output.slice(summary.index);
  const blocks = blocksAt(rest.split('\n'), /^ {2}\d+\) /);
  const failures = blocks.map((block): TestFailure => {
    const titleEnd = block.findIndex((line) => line.trimEnd().endsWith(':'));
    const titles = block.slice(0, titleEnd + 1).map((line) => line.trim().replace(/^\d+\) /, ''));
    const body = block.slice(titleEnd + 1);
    const message = upTo(body, (line) => isStackLine(line) || line.trim() === '+ expected - actual');
    return { name: titles.join(' › ').replace(/:$/, ''), message: messageFrom(message), ...placeInStack(body) };
  });
  return {
    passed: Number(summary[1]),
    failed: countIn(rest, /^ {2}(\d+) failing$/m),
    skipped: countIn(rest, /^ {2}(\d+) pending$/m),
    failures,
  };
};

const JEST_COUNTS = /^Tests: +(?:.*, )?\d+ total$/m;

export const parseJest: TestOutputParser = (output) => {
  const counts = JEST_COUNTS.exec(output)?.[0];
  if (counts === undefined) return undefined;
  const failures = new Map<string, TestFailure>();
  for (const suite of blocksAt(output.split('\n'), /^(?:FAIL|PASS) /)) {
    const file = /^FAIL (?:.*? › )?(\S+)/.exec(suite[0] ?? '')?.[1];
    if (file === undefined) continue;
    const lines = upTo(suite, (line) => /^Test Suites: /.test(line));
    for (const block of blocksAt(lines, /^ {2}● /)) {
      const name = (block[0] ?? '').replace(/^ {2}● /, '');
      const failure = { file: file.replace(/^\.\//, ''), ...jestFailure(block.slice(1)), name };
      failures.set(`${failure.file} ${name}`, failure);
    }
  }
  const broken = [...failures.values()].filter(({ name }) => name === 'Test suite failed to run').length;
  return {
    passed: countIn(counts, /(\d+) passed/),
    failed: countIn(counts, /(\d+) failed/) + broken,
    skipped: countIn(counts, /(\d+) skipped/) + countIn(counts, /(\d+) todo/),
    failures: [...failures.values()],
  };
};

function jestFailure(lines: readonly string[]): { message: string; line?: number; file?: string } {
  const message = messageFrom(upTo(lines, (line) => /^\s*(?:>\s*)?\d+ \|/.test(line) || isStackLine(line)));
  const place = placeInStack(lines);
  if (place) return { message, ...place };
  const marked = lines.map((line) => /^\s*>\s*(\d+) \|/.exec(line)?.[1]).find((line) => line !== undefined);
  return { message, ...(marked !== undefined && { line: Number(marked) }) };
}

const VITEST_COUNTS = /^ +Tests {2}(.+)$/m;
const VITEST_FILES = /^ +Test Files {2}(.+)$/m;

export const parseVitest: TestOutputParser = (output) => {
  const files = VITEST_FILES.exec(output)?.[1];
  if (files === undefined) return undefined;
  const counts = VITEST_COUNTS.exec(output)?.[1] ?? '';
  const failures = new Map<string, TestFailure>();
  for (const block of blocksAt(output.split('\n'), /^ FAIL {2}/)) {
    const title = (block[0] ?? '').replace(/^ FAIL {2}(?:\|[^|]*\| ?)?/, '');
    const [file = '', ...names] = title.replace(/ \[ .* \]$/, '').split(' > ');
    const body = upTo(block.slice(1), (line) => /^⎯+/.test(line) || /^ +Test Files /.test(line));
    const message = upTo(body, (line) => /^ ❯ /.test(line) || /^- Expected$/.test(line));
    const name = names.length === 0 ? file : names.join(' › ');
    failures.set(title, { file, ...placeInStack(body), name, message: messageFrom(message) });
  }
  const suites = [...failures.keys()].filter((title) => !title.includes(' > ')).length;
  return {
    passed: countIn(counts, /(\d+) passed/),
    failed: countIn(counts, /(\d+) failed/) + suites,
    skipped: countIn(counts, /(\d+) skipped/) + countIn(counts, /(\d+) todo/),
    failures: [...failures.values()],
  };
};

/** Both of the runner's own formats: `spec`, and TAP, which older releases use without a terminal. */
export const parseNodeTest: TestOutputParser = (output) => {
  const counts = (word: string) => new RegExp(String.raw`^[#ℹ] ${word} (\d+)$`, 'm');
  if (!counts('pass').test(output)) return undefined;
  const read = (word: string) => countIn(output, counts(word));
  return {
    passed: read('pass'),
    failed: read('fail') + read('cancelled'),
    skipped: read('skipped') + read('todo'),
    failures: /^TAP version/m.test(output) ? tapFailures(output) : specFailures(output),
  };
};

function specFailures(output: string): TestFailure[] {
  const start = output.indexOf('✖ failing tests:');
  if (start < 0) return [];
  return blocksAt(output.slice(start).split('\n'), /^test at .+:\d+:\d+$/).map(([head = '', title = '', ...body]) => {
    const [, file = '', line] = /^test at (.+):(\d+):\d+$/.exec(head) ?? [];
    const message = messageFrom(upTo(body, isStackLine));
    return { name: title.replace(/^✖ /, '').replace(/ \([\d.]+m?s\)$/, ''), file, line: Number(line), message };
  });
}

function tapFailures(output: string): TestFailure[] {
  const names: string[] = [];
  const failures: TestFailure[] = [];
  for (const block of blocksAt(output.split('\n'), /^ *(?:# Subtest: |(?:not )?ok )/)) {
    const [head = '', ...body] = block;
    const depth = head.search(/\S/) / 4;
    const started = /# Subtest: (.*)$/.exec(head)?.[1];
    if (started !== undefined) names.splice(depth, names.length, started);
    const failed = /^ *not ok \d+ - (.*)$/.exec(head)?.[1];
    const text = body.join('\n');
    // A group fails because of what is in it; that was reported already.
    if (failed === undefined || / # (?:SKIP|TODO)/.test(failed) || /failureType: 'subtestsFailed'/.test(text)) continue;
    const [, file, line] = /location: '(.+):(\d+):\d+'/.exec(text) ?? [];
    const name = [...names.slice(0, depth), failed].join(' › ');
    const place = file === undefined ? {} : { file, line: Number(line) };
    failures.push({ name, ...place, message: tapMessage(body) });
  }
  return failures;
}

function tapMessage(lines: readonly string[]): string {
  const start = lines.findIndex((line) => /^\s*error: /.test(line));
  const first = lines[start]?.replace(/^\s*error: /, '') ?? '';
  if (!/^\|-?$/.test(first)) return first.replace(/^'(.*)'$/, '$1');
  const indent = lines[start]?.search(/\S/) ?? 0;
  return messageFrom(upTo(lines.slice(start + 1), (line) => line.trim() !== '' && line.search(/\S/) <= indent));
}
