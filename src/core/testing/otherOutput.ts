// Reads what pytest, go test, cargo test, Maven's Surefire and Gradle print.
import {
  blocksAt,
  countIn,
  messageFrom,
  type SourcePlace,
  type TestFailure,
  type TestOutputParser,
} from './testReport';

const PYTEST_END =
  /^=+ (?:.*?)(\d+ (?:passed|failed|skipped|error).*) in [\d.]+s.*=+$|^(\d+ (?:passed|failed|skipped|error).*) in [\d.]+s/m;

export const parsePytest: TestOutputParser = (output) => {
  const end = PYTEST_END.exec(output);
  const counts = end?.[1] ?? end?.[2];
  if (counts === undefined) return undefined;
  const sections = blocksAt(output.split('\n'), /^_{3,} .+ _{3,}$/);
  const failures = [...output.matchAll(/^(?:FAILED|ERROR) (\S+?)(?:::(.+?))?(?: - (.*))?$/gm)].map(
    ([, file = '', test = file, said = '']): TestFailure => {
      const section = sections.find(
        ([head = '']) => head.includes(` ${test.replaceAll('::', '.')} `) || head.includes(`collecting ${file} `),
      );
      const message = section && pytestMessage(section);
      const line = section && pytestLine(section, file);
      return {
        name: test.replaceAll('::', ' › '),
        file,
        ...(line !== undefined && { line }),
        message: message === undefined || message === '' ? said : message,
      };
    },
  );
  return {
    passed: countIn(counts, /(\d+) passed/) + countIn(counts, /(\d+) xpassed/),
    failed: countIn(counts, /(\d+) failed/) + countIn(counts, /(\d+) errors?/),
    skipped: countIn(counts, /(\d+) skipped/) + countIn(counts, /(\d+) xfailed/),
    failures,
  };
};

const pytestMessage = (lines: readonly string[]) =>
  messageFrom(lines.filter((line) => /^E /.test(line)).map((line) => line.slice(1).trimStart()));

function pytestLine(lines: readonly string[], file: string): number | undefined {
  const numbers = lines.flatMap((line) => (line.startsWith(`${file}:`) ? [Number(/:(\d+):/.exec(line)?.[1])] : []));
  return numbers.at(-1);
}

/** The output of `go test -v`. */
export const parseGo: TestOutputParser = (output) => {
  const said = new Map<string, { lines: string[]; place?: SourcePlace }>();
  const verdicts = new Map<string, string>();
  const broken: TestFailure[] = [];
  let current = '';
  for (const line of output.split('\n')) {
    const [, verdict, ended] = /^\s*--- (PASS|FAIL|SKIP): (\S+) \(/.exec(line) ?? [];
    const [, entered] = /^=== (?:RUN|NAME|CONT) +(\S+)$/.exec(line) ?? [];
    const [, failedPackage] = /^FAIL\t(\S+) \[(?:build|setup) failed\]$/.exec(line) ?? [];
    if (failedPackage !== undefined) broken.push({ name: failedPackage, message: 'The package could not be built.' });
    if (entered !== undefined) current = entered;
    if (verdict !== undefined && ended !== undefined) {
      verdicts.set(ended, verdict);
      current = ended;
      continue;
    }
    addGoLine(said, current, line);
  }
  if (verdicts.size === 0 && broken.length === 0) return undefined;
  const names = [...verdicts.keys()];
  const leaves = names.filter((name) => !names.some((other) => other.startsWith(`${name}/`)));
  const count = (wanted: string) => leaves.filter((name) => verdicts.get(name) === wanted).length;
  const failures = leaves
    .filter((name) => verdicts.get(name) === 'FAIL')
    .map((name): TestFailure => {
      const { lines = [], place } = said.get(name) ?? {};
      return { name: name.replaceAll('/', ' › '), ...place, message: messageFrom(lines) };
    });
  return {
    passed: count('PASS'),
    failed: count('FAIL') + broken.length,
    skipped: count('SKIP'),
    failures: [...failures, ...broken],
  };
};

function addGoLine(said: Map<string, { lines: string[]; place?: SourcePlace }>, test: string, line: string): void {
  if (test === '' || !/^\s+\S|^panic: /.test(line)) return;
  const entry = said.get(test) ?? { lines: [] };
  said.set(test, entry);
  const [, file, number, text] = /^\s+([^\s:]+\.go):(\d+): ?(.*)$/.exec(line) ?? [];
  entry.lines.push(text ?? line.trim());
  if (file !== undefined) entry.place ??= { file, line: Number(number) };
}

export const parseCargo: TestOutputParser = (output) => {
  const results = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm)];
  if (results.length === 0) return undefined;
  const sum = (index: number) => results.reduce((total, result) => total + Number(result[index]), 0);
  const failures = blocksAt(output.split('\n'), /^---- .+ stdout ----$/).map((block): TestFailure => {
    const name = /^---- (.+) stdout ----$/.exec(block[0] ?? '')?.[1] ?? '';
    const at = block.findIndex((line) => / panicked at /.test(line));
    const [, file, line] = /panicked at (?:'.*', )?(.+?):(\d+):\d+:?$/.exec(block[at] ?? '') ?? [];
    const rest = at < 0 ? block.slice(1) : block.slice(at + 1);
    const end = rest.findIndex((text) => /^(?:stack backtrace:|note: |$)/.test(text));
    const message = messageFrom(rest.slice(0, end < 0 ? rest.length : end));
    return { name: name.replaceAll('::', ' › '), ...(file !== undefined && { file, line: Number(line) }), message };
  });
  return { passed: sum(1), failed: sum(2), skipped: sum(3), failures };
};

/** Maven prints a line of counts per class, with a time, and one per module, without: those add up. */
export const parseMaven: TestOutputParser = (output) => {
  const modules = [
    ...output.matchAll(/^(?:\[\w+\] )?Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)\s*$/gm),
  ];
  if (modules.length === 0) return undefined;
  const sum = (index: number) => modules.reduce((total, found) => total + Number(found[index]), 0);
  const failed = sum(2) + sum(3);
  const failures = [
    ...output.matchAll(/^\[ERROR\] {3,}(\w[\w$]*)\.([\w$]+)(?:\(.*?\))?:(\d+)(?:->\S+)? ?(?:» ?)?(.*)$/gm),
  ].map(([, type = '', method = '', line, message = '']): TestFailure => ({
    name: `${type} › ${method}`,
    file: `${type.replace(/\$.*$/, '')}.java`,
    line: Number(line),
    message,
  }));
  return { passed: Math.max(0, sum(1) - failed - sum(4)), failed, skipped: sum(4), failures };
};

/** Gradle counts only where something failed; a silent success has no report. */
export const parseGradle: TestOutputParser = (output) => {
  const counts = /^(\d+) tests? completed(?:, (\d+) failed)?(?:, (\d+) skipped)?$/m.exec(output);
  if (!counts) return undefined;
  const [total, failed, skipped] = [Number(counts[1]), Number(counts[2] ?? 0), Number(counts[3] ?? 0)];
  const failures = blocksAt(output.split('\n'), /^\S.* > .* FAILED$/).map(([head = '', ...body]): TestFailure => {
    const end = body.findIndex((line) => line !== '' && !line.startsWith(' '));
    const lines = body.slice(0, end < 0 ? body.length : end);
    const stack = lines.filter((line) => /^\s+at /.test(line));
    const type = /^(\w+)/.exec(head)?.[1] ?? '';
    const at = stack.find((line) => line.includes(`(${type}.`)) ?? stack[0];
    const [, file, line] = /(\w+\.\w+):(\d+)\)?$/.exec(at ?? '') ?? [];
    const message = messageFrom(lines.filter((text) => !/^\s+at /.test(text)));
    const name = head.replace(/ FAILED$/, '').replaceAll(' > ', ' › ');
    return { name, ...(file !== undefined && { file, line: Number(line) }), message };
  });
  return { passed: total - failed - skipped, failed, skipped, failures };
};
