// Brings the edits of tasks together, one task after the other. What two tasks did to the same places is settled by the arbiter;
// what it can't settle stays a conflict for the person.
import { isFailure, type Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import { verdictLine } from './arbitration';
import { settleFile, type FileSettlement } from './fileArbitration';
import type { GoalServices, TaskLayers } from './goalServices';
import type { PlannedTask } from './plan';

export interface Merged {
  /** Workspace paths that the task changed, conflicts included. */
  files: string[];
  /** The cause of what comes next. */
  cause: string | undefined;
}

export class TaskMerges {
  /** Verdicts of the arbiter as lines of markdown, in order. */
  readonly verdicts: string[] = [];
  private line: Promise<unknown> = Promise.resolve();
  /** Whose version the run has of a file, and what they set out to do. */
  private readonly authors = new Map<string, { by: string; reasons: string }>();

  constructor(private readonly services: GoalServices) {}

  /** Merges a task's layer and closes it, whatever comes of it. `run` is the task's scope; `text` is the task's answer. */
  async merge(task: PlannedTask, text: string, run: RunContext): Promise<Merged | Failure> {
    const { layers } = this.services;
    if (!layers) return { files: [], cause: run.scope.cause };
    // One after the other: the third must see what became of the first two.
    const merging = this.line.then(() => this.mergeNow(layers, { task, text }, run));
    this.line = merging.catch(() => undefined);
    return merging;
  }

  private async mergeNow(
    layers: TaskLayers,
    { task, text }: { task: PlannedTask; text: string },
    run: RunContext,
  ): Promise<Merged | Failure> {
    const { runId, signal } = run;
    const emit: RunContext['emit'] = (topic, payload, details) => run.emit(topic, payload, details);
    const outcome = await layers.mergeLayer({ runId, taskId: task.id, agent: task.agent, signal, emit });
    if (isFailure(outcome)) return outcome;
    const author = { by: `${task.agent} (task ${task.id})`, reasons: `${task.title}\n${task.description}\n\n${text}` };
    let { cause } = run.scope;
    for (const path of outcome.conflicts) {
      const scope = cause === undefined ? run : run.with({ cause });
      cause = (await this.settle(layers, { path, author }, scope)) ?? cause;
    }
    const files = [...new Set([...outcome.merged.map(({ path }) => path), ...outcome.conflicts])].sort();
    for (const path of files) this.authors.set(path, author);
    return { files, cause };
  }

  private async settle(
    layers: TaskLayers,
    { path, author }: { path: string; author: { by: string; reasons: string } },
    run: RunContext,
  ): Promise<string | undefined> {
    const conflict = layers.conflict(run.runId, path);
    if (!conflict) return undefined;
    const { by, reasons } = this.authors.get(path) ?? { by: 'the changes so far', reasons: '' };
    const settlement = await settleFile(
      this.services,
      {
        path,
        base: conflict.base,
        sides: [
          { by, reasons, text: conflict.present },
          { by: author.by, reasons: author.reasons, text: conflict.proposed },
        ],
      },
      run,
    );
    this.verdicts.push(verdictLine(path, [by, author.by], settlement));
    await this.apply(layers, { path, settlement, seen: conflict.present }, run);
    return settlement.eventId;
  }

  /** The person may have settled it meanwhile, or changed the run's side: then the arbiter's word comes too late. */
  private async apply(
    layers: TaskLayers,
    { path, settlement, seen }: { path: string; settlement: FileSettlement; seen: string | undefined },
    { runId }: RunContext,
  ): Promise<void> {
    // That a file goes for good is the person's decision.
    if (settlement.outcome !== 'settled' || settlement.text === undefined) return;
    const conflict = layers.conflict(runId, path);
    if (conflict && conflict.present === seen) await layers.resolve(runId, path, settlement.text);
  }
}
