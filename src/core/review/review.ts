// What a review is built on and what it comes to.
import type { Finding } from '../../api';
import type { AnalysisReport } from '../analysis/codeAnalyzer';
import type { Failure } from '../failure';
import type { TeamServices } from '../routing/askTeam';
import type { Say } from '../say';
import type { WorkspacePorts } from '../workspace/workspacePorts';
import type { ReviewFile, ReviewTarget } from './reviewTarget';

export interface ReviewServices extends TeamServices {
  /** The workspace as the run sees it. */
  portsOf(scope: { runId: string }): WorkspacePorts;
  /** Static analysis and the security scan of files by their paths. */
  inspect(paths: readonly string[], ports: WorkspacePorts, signal: AbortSignal): Promise<AnalysisReport>;
  /** Says the answer's words in the person's language; absent: in English. */
  say?: Say;
  /** True for what a person dismissed in an earlier review. */
  isDismissed(finding: Finding): boolean;
}

export interface ReviewRequest {
  target: ReviewTarget;
  /** What the person wants looked at in particular. */
  focus?: string;
}

export interface ReviewOutcome {
  status: 'completed' | 'partial' | 'failed';
  agent: string;
  text: string;
  error?: Failure;
}

/** A file with its material, as a reviewer gets it. */
export interface PreparedFile {
  review: ReviewFile;
  given: Finding[];
  material: string;
  tokens: number;
}

/** Who reviews. */
export const REVIEWER = 'qa';
/** The tool by which a reviewer hands its findings in. */
export const REPORT_FINDINGS = 'report_findings';
