// What an agent should know before it writes tests: how they are run here, and which tests show how they are written.
import type * as vscode from 'vscode';
import { isFailure } from '../../core/failure';
import { findTests } from '../../core/testing/findTests';
import type { Workspace } from '../../core/workspace/workspace';
import type { TestFacts } from './actionRequests';

const TEST_FILES = '**/{*.test.*,*.spec.*,*_test.*,test_*.py,*Test.java,*Test.kt,*Tests.cs,*_spec.rb,tests/*.rs}';
const MAX_LISTED = 400;
const MAX_EXAMPLES = 3;
const TIMEOUT_MS = 10_000;

/** Looks upwards from the file for the runner, and for the nearest tests of the same language. */
export async function findTestFacts(workspace: Workspace, uri: vscode.Uri): Promise<TestFacts> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const location = await workspace.locate(uri.toString(), signal);
  const path = isFailure(location) ? undefined : location.path;
  const isWindows = process.platform === 'win32';
  const runner = await findTests({ workspace, isWindows, signal }, path === undefined ? {} : { path });
  const listed = await workspace.list({ glob: TEST_FILES, limit: MAX_LISTED }, signal);
  const tests = isFailure(listed) ? [] : listed.files.map((file) => file.path);
  const examples = path === undefined ? tests : nearestFirst(tests, path);
  return {
    ...(!isFailure(runner) && { runner: { name: runner.runner, command: runner.command } }),
    examples: examples.slice(0, MAX_EXAMPLES),
  };
}

/** Those of the same language, by how much of the path they share and whether they name the file. */
function nearestFirst(tests: readonly string[], path: string): string[] {
  const extension = path.slice(path.lastIndexOf('.'));
  const name = path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.')).toLowerCase();
  const score = (test: string) => sharedSegments(test, path) + (test.toLowerCase().includes(name) ? 10 : 0);
  return tests.filter((test) => test.endsWith(extension) && test !== path).sort((a, b) => score(b) - score(a));
}

function sharedSegments(a: string, b: string): number {
  const [one, other] = [a.split('/'), b.split('/')];
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared += 1;
  return shared;
}
