// run_tests: the workspace's own tests, all of them or one file or name, on the state that the run proposes.
import * as z from 'zod';
import { isFailure } from '../../failure';
import { findTests, type FoundTests, type TestSearch, type WantedTests } from '../../testing/findTests';
import { parseTestOutput } from '../../testing/parseTestOutput';
import type { TestFailure, TestReport } from '../../testing/testReport';
import type { Workspace } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import { counted, failedWith } from '../reading/textBudget';
import { toolError, type Tool, type ToolContext, type ToolResult } from '../tool';
import { commandIntent, findCommandFolder } from './commandPlace';
import type { ExecutingPorts } from './executingPorts';
import { capturedText, outputForModel } from './plainOutput';
import { placeNote, runInPlace, statusLine, type PlacedOutcome } from './runInPlace';

/** Whole suites take their time; the task's own limit may be shorter. */
const TIMEOUT_MS = 900_000;
/** Counts stand at the end of long outputs, and so do most failures. */
const KEPT_OUTPUT = { head: 256_000, tail: 2_000_000 };
const MAX_FAILURES = 20;

const input = z.object({
  path: z.string().optional().describe('A test file or a folder. Default: all tests.'),
  name: z.string().trim().min(1).optional().describe('Only tests whose name contains this.'),
});

const searchOf = (workspace: Workspace, { isWindows }: ExecutingPorts, signal: AbortSignal): TestSearch => ({
  workspace,
  isWindows,
  signal,
});

const wantedOf = ({ path, name }: z.output<typeof input>): WantedTests => ({
  ...(path !== undefined && { path }),
  ...(name !== undefined && { name }),
});

export function createRunTests(ports: ExecutingPorts): Tool {
  const find = (wanted: z.output<typeof input>, context: ToolContext) =>
    findTests(searchOf(ports.portsOf(context).workspace, ports, context.signal), wantedOf(wanted));
  return defineTool({
    name: 'run_tests',
    description:
      "Runs the workspace's tests with its own runner (npm script, mocha, vitest, jest, node:test, pytest, go test, cargo, Maven, Gradle), with your pending edits applied. Returns counts, and each failure with file and line.",
    input,
    effect: 'execute',
    aliases: {
      file: 'path',
      testfile: 'path',
      folder: 'path',
      test: 'name',
      testname: 'name',
      filter: 'name',
      pattern: 'name',
    },
    title: ({ path, name }) => [path, name && JSON.stringify(name)].filter(Boolean).join(' '),
    async intents(wanted, context) {
      const found = await find(wanted, context);
      // Without a runner nothing will be run.
      if (isFailure(found)) return [];
      return [await commandIntent(ports, { command: found.command, cwd: found.folder }, context)];
    },
    async run(wanted, context) {
      const { workspace } = ports.portsOf(context);
      const top = await findCommandFolder(workspace, undefined, context.signal);
      if (isFailure(top)) return failedWith(top);
      const found = await find(wanted, context);
      if (isFailure(found)) return failedWith(found);
      const folder = await findCommandFolder(workspace, found.folder, context.signal);
      if (isFailure(folder)) return failedWith(folder);
      const { command } = found;
      const request = { command, folder, timeoutMs: TIMEOUT_MS, keep: KEPT_OUTPUT };
      const outcome = await runInPlace(ports, request, context);
      return isFailure(outcome) ? failedWith(outcome) : report({ workspace, found, outcome, context });
    },
  });
}

interface Finished {
  workspace: Workspace;
  found: FoundTests;
  outcome: PlacedOutcome;
  context: ToolContext;
}

async function report({ workspace, found, outcome, context }: Finished): Promise<ToolResult> {
  const { place, end } = outcome;
  const status = statusLine(outcome, TIMEOUT_MS);
  const where = found.folder === '.' ? '' : ` in ${found.folder}`;
  const notes = [`${found.runner}: ${found.command}${where}`, status, found.note ?? '', placeNote(place)];
  const output = outputForModel(outcome.output).text;
  const shown = output === '' ? '(no output)' : place.toWorkspacePaths(output);
  const text = (...parts: string[]) => [...parts, ...notes].filter((part) => part !== '').join('\n');
  if (end !== 'exited') {
    const reason =
      end === 'timed_out' ? 'command.timed_out' : outcome.stoppedByPerson ? 'command.stopped' : 'cancelled';
    return toolError(reason, `${text('The tests did not run to their end.')}\n\n${shown}`);
  }
  const parsed = parseTestOutput(found.runner, place.toWorkspacePaths(capturedText(outcome.output)));
  if (!parsed) return unparsed(outcome, { heading: text, shown });
  const failures = await Promise.all(
    parsed.failures.map((failed) => placed(workspace, { failed, folder: found.folder, signal: context.signal })),
  );
  const { passed, failed, skipped } = parsed;
  const body = failures.length > 0 ? failureText(failures) : isDone(outcome, parsed) ? '' : shown;
  const files = [...new Set(failures.flatMap(({ file, isKnown }) => (isKnown && file !== undefined ? [file] : [])))];
  return {
    text: [text(countsText(parsed, outcome.exitCode)), body].filter((part) => part !== '').join('\n\n'),
    tests: { passed, failed, skipped },
    ...(files.length > 0 && { files }),
  };
}

const isDone = ({ exitCode }: PlacedOutcome, { failed }: TestReport) => exitCode === 0 && failed === 0;

function countsText({ passed, failed, skipped }: TestReport, exitCode: number): string {
  const counts = `${passed} passed, ${failed} failed, ${skipped} skipped.`;
  if (passed + failed + skipped === 0) return `No test ran: ${counts} The path or the name may match none.`;
  return exitCode !== 0 && failed === 0 ? `${counts} No test failed, and yet the run did: read its output.` : counts;
}

/** A runner that gave no counts: silent success, or something that broke before any test ran. */
function unparsed(
  outcome: PlacedOutcome,
  { heading, shown }: { heading: (...parts: string[]) => string; shown: string },
): ToolResult {
  if (outcome.exitCode === 0) {
    return { text: `${heading('The tests succeeded; the runner gave no counts.')}\n\n${shown}` };
  }
  const text = `${heading('No test results: the run failed before it gave any.')}\n\n${shown}`;
  return toolError('tests.not_run', text);
}

interface PlacedFailure extends TestFailure {
  /** True when `file` is a path of the workspace. */
  isKnown: boolean;
}

/** The failure with its file as a path of the workspace, where that can be told. */
async function placed(
  workspace: Workspace,
  { failed, folder, signal }: { failed: TestFailure; folder: string; signal: AbortSignal },
): Promise<PlacedFailure> {
  const { file } = failed;
  if (file === undefined) return { ...failed, isKnown: false };
  const isAbsolute = /^(?:\/|[A-Za-z]:[\\/])/.test(file);
  const named = isAbsolute || folder === '.' ? file : `${folder}/${file}`;
  const location = await workspace.locate(named, signal);
  if (!isFailure(location)) return { ...failed, file: location.path, isKnown: true };
  if (file.includes('/')) return { ...failed, isKnown: false };
  // Go and the Java platform name files without their folders.
  const listed = await workspace.list({ glob: `**/${file}`, limit: 2 }, signal);
  const [only, other] = isFailure(listed) ? [] : listed.files;
  return only && !other ? { ...failed, file: only.path, isKnown: true } : { ...failed, isKnown: false };
}

function failureText(failures: readonly PlacedFailure[]): string {
  const shown = failures.slice(0, MAX_FAILURES).map(({ name, file, line, message }, index) => {
    const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
    return `${index + 1}. ${name}${place}\n${message.replaceAll(/^/gm, '   ')}`;
  });
  const rest = failures.length - shown.length;
  return [...shown, ...(rest > 0 ? [`[${counted(rest, 'more failure')} not shown.]`] : [])].join('\n');
}
