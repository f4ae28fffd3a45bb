// What is to be run for a request for tests, and what a finder of runners knows of a project.
import type { TestRunnerName } from './parseTestOutput';

/** What is asked for; without both, everything. */
export interface TestRequest {
  /** Relative to the folder of the project; `kind` is `folder` where it names one. */
  path?: { text: string; kind: 'file' | 'folder' };
  /** Of a test or a group of tests. */
  name?: string;
}

export interface TestPlan {
  runner: TestRunnerName;
  command: string;
  /** Set where the request could not be narrowed as asked: says what runs instead. */
  note?: string;
}

/** The files of one folder of the workspace, as the run sees them. */
export interface ProjectFolder {
  isWindows: boolean;
  /** The text of a file of the folder, or of one above it by `../name`; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  has(path: string): Promise<boolean>;
}

/** Undefined where the folder is no project of this kind, or has no tests that it would know how to run. */
export type TestRunnerFinder = (folder: ProjectFolder, request: TestRequest) => Promise<TestPlan | undefined>;
