// Words of the runs tree without VS Code: short, so that tests read what rows say.
import type { ChangeWords } from '../../src/vscode/runs/changeRows';
import type { FindingWords } from '../../src/vscode/runs/findingRows';
import type { TreeWords } from '../../src/vscode/runs/rowsBelow';
import type { RunWords } from '../../src/vscode/runs/runRows';

export const RUN_WORDS: RunWords = {
  state: (state) => state,
  kind: (kind) => (kind === 'ask' ? '' : kind),
  progress: (done, all) => `${done} of ${all}`,
  elsewhere: 'elsewhere',
  tokens: (formatted) => `${formatted} tokens`,
  costUnknown: 'unknown',
  handsOverTo: (agent) => `to ${agent}`,
  routedTo: (agent) => `routed to ${agent}`,
  refused: 'refused',
  failed: (reason) => `failed: ${reason}`,
  triesAgain: (reason) => `again: ${reason}`,
  findings: (count) => `${count} findings`,
  running: 'running',
  plan: 'Plan',
  synthesis: 'Synthesis',
  planRejected: (count) => `corrected ${count}`,
  planRevised: (count) => `revised ${count}`,
  attempt: (number) => `attempt ${number}`,
  attempts: (count) => `${count} attempts`,
  waitsFor: (titles) => `waits for ${titles.join(' and ')}`,
  queued: 'queued',
  skippedBecause: (title, state) => `skipped: ${title} ${state}`,
};

export const CHANGE_WORDS: ChangeWords = {
  changes: (files) => `Changes (${files})`,
  hunkAt: (line) => `Line ${line}`,
  status: (status) => status,
  kind: (kind) => kind,
  renamedFrom: (path) => `was ${path}`,
};

export const FINDING_WORDS: FindingWords = {
  findings: (count) => `Findings (${count})`,
  severity: (severity) => severity,
  more: (count) => `${count} more`,
};

export const TREE_WORDS: TreeWords = { run: RUN_WORDS, change: CHANGE_WORDS, finding: FINDING_WORDS };
