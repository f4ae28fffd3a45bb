// Words of a report without VS Code.
import { formatCost, formatDuration, formatTokens } from '../../src/protocol/measures';
import type { ReportPageWords } from '../../src/vscode/report/reportPage';
import { taskNote } from '../../src/vscode/runs/goalRows';
import { CHANGE_WORDS, FINDING_WORDS, RUN_WORDS } from './plainRunWords';

export const REPORT_WORDS: ReportPageWords = {
  error: ({ message }) => message,
  state: RUN_WORDS.state,
  failure: (reason) => reason,
  duration: formatDuration,
  tokens: (count) => RUN_WORDS.tokens(formatTokens(count)),
  cost: formatCost,
  costUnknown: 'unknown',
  moment: (iso) => iso.slice(0, 16).replace('T', ' '),
  heading: new Proxy({} as ReportPageWords['heading'], { get: (_target, key) => String(key) }),
  change: CHANGE_WORDS.kind,
  changeStatus: CHANGE_WORDS.status,
  severity: FINDING_WORDS.severity,
  notice: ({ topic }) => `notice ${topic}`,
  progress: (done, all) => `${done} of ${all} tasks`,
  attempts: RUN_WORDS.attempts,
  plan: 'Plan',
  synthesis: 'Synthesis',
  note: (task, byId) => taskNote(task, byId, RUN_WORDS),
  rest: (duration) => `nothing worked for ${duration}`,
};
