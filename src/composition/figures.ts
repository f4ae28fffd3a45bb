// Part of the composition root, loaded when somebody looks at what agents do: their figures over all runs that are kept.
import type { DisposableStore } from '../core/disposable';
import { AgentFigures } from '../core/runs/agentFigures';
import { FigureFeed } from '../core/runs/figureFeed';
import type { TeamStorage } from './storage';

export interface FiguresOptions {
  storage: Pick<TeamStorage, 'bus' | 'store'>;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

/** A journal has no limit of its own; a run that long is cut short elsewhere. */
const ALL_EVENTS = 1_000_000;

/** The figures grow while the journals are read in the background. */
export function createFigures({ storage, onBug, owned }: FiguresOptions): AgentFigures {
  const { bus, store } = storage;
  const figures = new AgentFigures();
  const feed = owned.add(
    new FigureFeed({
      figures,
      bus,
      runs: store,
      readRun: (runId) => bus.history({ runId, limit: ALL_EVENTS }),
      onProblem: (error) => onBug(error, 'figures'),
    }),
  );
  void feed.load();
  return figures;
}
