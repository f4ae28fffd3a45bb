// Everything below one run: what was decided and done, the plan with its tasks, what was changed, what was found. Pure.
import type { RunView } from '../../core/runs/runView';
import { changesRow, type ChangeWords } from './changeRows';
import { findingsRow, type FindingWords } from './findingRows';
import { goalRows } from './goalRows';
import type { Row } from './row';
import type { RunWords } from './runRows';
import { stepRows } from './stepRows';

export interface TreeWords {
  run: RunWords;
  change: ChangeWords;
  finding: FindingWords;
}

export function rowsBelowRun(view: RunView, at: { now: number; isHere: boolean; words: TreeWords }): Row[] {
  const { now, isHere, words } = at;
  const changes = changesRow(view.runId, view.changes, words.change);
  const findings = findingsRow(view.runId, view.findings, words.finding);
  return [
    ...stepRows(view, undefined, { now, words: words.run }),
    ...goalRows(view, { now, isHere, words: words.run }),
    ...(changes ? [changes] : []),
    ...(findings ? [findings] : []),
  ];
}
