// What a goal needs beside what every request needs.
import type { ApplyResult, Failure, FileChange } from '../../api';
import type { FileText } from '../changes/mergePresence';
import type { TeamServices } from '../routing/askTeam';
import type { RunContext } from '../runs/runContext';
import type { GoalQuestions } from './goalQuestions';

/** A layer of the run's change set for each task: nobody else sees its edits until they are merged. */
export interface TaskLayers {
  openLayer(scope: { runId: string; taskId: string }): Promise<void>;
  /** Brings a task's edits into the run's and closes the layer; what does not merge stays as a conflict with both sides. */
  mergeLayer(who: {
    runId: string;
    taskId: string;
    agent: string;
    signal: AbortSignal;
    emit: RunContext['emit'];
  }): Promise<{ merged: FileChange[]; conflicts: string[] } | Failure>;
  /** The two sides of a conflict: what the run has and what was to come in; `path` is a workspace path. */
  conflict(runId: string, path: string): { base: FileText; present: FileText; proposed: FileText } | undefined;
  /** Takes `text` for both sides, as a proposal. */
  resolve(runId: string, path: string, text: string): Promise<ApplyResult | Failure>;
  dropLayer(scope: { runId: string; taskId: string }): void;
}

export interface GoalServices extends TeamServices {
  /** Absent where nothing can be edited. */
  layers?: TaskLayers;
  /** Absent where nobody can be asked. */
  questions?: GoalQuestions;
  /** Between 0 and 1; for jitter. */
  random?: () => number;
}
