// Port to the linters that the workspace brings along (its ESLint, ruff, …). They execute code of the workspace: only trusted ones run.
import type { FindingDraft } from './rule';

export interface LintTarget {
  uri: string;
  path: string;
  /** What agents see of the file, where that may differ from the disk. */
  text?: string;
}

export interface LintOutcome {
  findings: FindingDraft[];
  /** Names of the linters that ran. */
  ran: string[];
  /** Full sentences: what was left out and why. */
  notes: string[];
}

/** Runs what is there and configured on these files; never rejects, and ends within a second after the signal aborts. */
export interface ProjectLinters {
  lint(files: readonly LintTarget[], signal: AbortSignal): Promise<LintOutcome>;
}
