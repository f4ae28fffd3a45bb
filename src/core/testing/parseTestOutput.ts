// Chooses the parser of an output: that of the runner that was started, else whichever recognises it.
import { parseJest, parseMocha, parseNodeTest, parseVitest } from './ecmascriptOutput';
import { parseCargo, parseGo, parseGradle, parseMaven, parsePytest } from './otherOutput';
import type { TestOutputParser, TestReport } from './testReport';

const PARSERS = {
  vitest: parseVitest,
  jest: parseJest,
  mocha: parseMocha,
  'node:test': parseNodeTest,
  pytest: parsePytest,
  'go test': parseGo,
  'cargo test': parseCargo,
  maven: parseMaven,
  gradle: parseGradle,
} satisfies Record<string, TestOutputParser>;

/** `script`: a script of the project whose runner is not known. */
export type TestRunnerName = keyof typeof PARSERS | 'script';

/** The report in `output`; undefined when no parser finds counts in it, as when the code does not compile. */
export function parseTestOutput(runner: TestRunnerName, output: string): TestReport | undefined {
  const own = runner === 'script' ? undefined : PARSERS[runner](output);
  if (own) return own;
  for (const parse of Object.values(PARSERS)) {
    const report = parse(output);
    if (report) return report;
  }
  return undefined;
}
