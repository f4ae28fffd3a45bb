// The runs of the workspace as views see them.
import type { RunStore } from '../../core/runs/runStore';
import type { RunsSource } from './runsSource';

export function storedRuns(store: RunStore): RunsSource {
  return {
    list: () => store.list(),
    peek: (runId) => store.peek(runId),
    load: (runId) => store.get(runId),
    isHere: (runId) => store.isLive(runId),
    onDidChange: (handler) => store.onDidChange((runId) => handler(runId)),
  };
}
