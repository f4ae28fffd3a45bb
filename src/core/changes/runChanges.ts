// The change set of one run in memory, and its records. Every commit is written before anybody is told of it.
import { ChangeLayer } from './changeLayer';
import { ChangeRecords } from './changeRecords';
import type { ChangeStore } from './changeStore';
import type { FileState } from './fileState';

/** Where a proposal goes: the layer of an open task, else the run's. */
export interface ChangeScope {
  runId: string;
  taskId?: string;
}

export class RunChanges {
  run = new ChangeLayer();
  readonly tasks = new Map<string, ChangeLayer>();
  private readonly records = new ChangeRecords();

  private constructor(
    readonly runId: string,
    private readonly store: ChangeStore,
  ) {}

  /** Reads what is stored; `damaged` counts files whose texts are lost. */
  static async read(runId: string, store: ChangeStore): Promise<{ changes: RunChanges; damaged: number }> {
    const changes = new RunChanges(runId, store);
    const { states, damaged } = changes.records.decode(await store.read(runId));
    for (const state of states) changes.run.put(state);
    return { changes, damaged };
  }

  /** The layers that a scope sees, lowest first; the last one takes its proposals. */
  layersOf({ taskId }: ChangeScope): [...ChangeLayer[], ChangeLayer] {
    const task = taskId === undefined ? undefined : this.tasks.get(taskId);
    return task ? [this.run, task] : [this.run];
  }

  byPath(path: string): FileState | undefined {
    const states = this.run.all().filter((state) => state.location.path === path);
    return (
      states.find((state) => state.conflict) ?? states[0] ?? this.run.all().find((state) => state.from?.path === path)
    );
  }

  /** Makes `layer` the scope's and writes how it differs; returns the keys that changed. */
  commit(scope: ChangeScope, layer: ChangeLayer): string[] {
    const isTask = scope.taskId !== undefined && this.tasks.has(scope.taskId);
    const before = isTask ? this.tasks.get(scope.taskId ?? '') : this.run;
    const uris = [...new Set([...(before?.all() ?? []), ...layer.all()].map((state) => state.location.uri))];
    const changed = uris.filter((uri) => before?.get(uri) !== layer.get(uri));
    if (isTask) this.tasks.set(scope.taskId ?? '', layer);
    else {
      this.run = layer;
      const records = changed.flatMap((uri) => this.records.encode(uri, layer.get(uri)));
      if (records.length > 0) this.store.append(this.runId, records);
    }
    return changed;
  }
}
