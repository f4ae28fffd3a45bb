// The host's side of the tab Compare: two runs side by side, as far as they have come.
import type { Clock } from '../../core/clock';
import { DisposableStore } from '../../core/disposable';
import { compareRuns, type RunComparison, type RunSide } from '../../core/runs/compareRuns';
import {
  compareSinceSchema,
  compareTellSchema,
  type CompareBatch,
  type ShownComparison,
  type ShownSide,
} from '../../protocol/trace/compareMessages';
import { COMPARE_STRINGS } from '../../protocol/trace/compareStrings';
import { ProjectionFeed } from './projectionFeed';
import type { RunOfTrace } from './runOfTrace';
import { parseMessage, type TraceTab } from './traceTab';

export interface CompareTabOptions {
  run: RunOfTrace;
  /** Shows a prompt, or what changed in it since an earlier version. */
  showPrompt: (version: string, before?: string) => Promise<void>;
  clock: Clock;
  showError: (error: unknown) => void;
}

/** Comparing texts takes longer than drawing a graph. */
const INTERVAL_MS = 1000;

export function createCompareTab({ run, showPrompt, clock, showError }: CompareTabOptions): TraceTab {
  return {
    id: 'compare',
    strings: COMPARE_STRINGS,
    open: (page, since) => {
      const known = compareSinceSchema.safeParse(since);
      const pair = known.success ? known.data : undefined;
      let sent = '';
      return new ProjectionFeed<CompareBatch>({
        clock,
        page,
        intervalMs: INTERVAL_MS,
        onError: showError,
        follow: (changed) => {
          const owned = new DisposableStore();
          if (pair) for (const traceId of [pair.left, pair.right]) owned.add(run.follow(traceId, changed));
          return owned;
        },
        compute: async () => {
          if (!pair) return undefined;
          const comparison = await compare(run, pair);
          const batch = { ...pair, ...(comparison && { comparison }) };
          const text = JSON.stringify(batch);
          if (text === sent) return undefined;
          sent = text;
          return batch;
        },
        receive: async (message) => {
          const { version, before } = parseMessage(compareTellSchema, message);
          await showPrompt(version, before);
        },
      });
    },
  };
}

async function compare(
  run: RunOfTrace,
  { left, right }: { left: string; right: string },
): Promise<ShownComparison | undefined> {
  // A view holds until the next event of its run: the first is copied before the second is read.
  const first = await run.read(left, (view) => structuredClone(view));
  if (!first) return undefined;
  const comparison = await run.read(right, (second) => compareRuns(first, second));
  return comparison && shown(comparison, { left, right });
}

function shown(comparison: RunComparison, ids: { left: string; right: string }): ShownComparison {
  return {
    ...comparison,
    left: shownSide(comparison.left, ids.left),
    right: shownSide(comparison.right, ids.right),
  };
}

function shownSide({ usage, startedAt, runId: _runId, ...side }: RunSide, traceId: string): ShownSide {
  const { inputTokens, outputTokens, modelCalls, costUsd, complete } = usage;
  return {
    ...side,
    traceId,
    startedAt: Date.parse(startedAt) || 0,
    inputTokens,
    outputTokens,
    modelCalls,
    isMeasured: complete,
    ...(costUsd !== undefined && { costUsd }),
  };
}
