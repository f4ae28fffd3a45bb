// A time limit on a part of a run: when it is over, everything below is aborted, with the reason.
import type { Clock } from '../clock';
import { type Disposable, toDisposable } from '../disposable';
import type { Failure } from '../failure';
import type { RunContext } from '../runs/runContext';

export interface Deadline extends Disposable {
  /** The scope to work in: its signal aborts with the run's or when the time is over. */
  readonly run: RunContext;
}

/** Gives `run` at most `timeoutMs`; then its signal aborts with `expired` as the reason. Dispose it when the work is done. */
export function withDeadline(run: RunContext, clock: Clock, limit: { timeoutMs: number; expired: Failure }): Deadline {
  const controller = new AbortController();
  const outer = run.signal;
  const onOuterAbort = () => {
    controller.abort(outer.reason);
  };
  if (outer.aborted) onOuterAbort();
  else outer.addEventListener('abort', onOuterAbort, { once: true });
  const timer = clock.after(limit.timeoutMs, () => {
    controller.abort(limit.expired);
  });
  const release = toDisposable(() => {
    timer.dispose();
    outer.removeEventListener('abort', onOuterAbort);
  });
  const deadlineAt = Math.min(run.scope.deadlineAt ?? Infinity, clock.now() + limit.timeoutMs);
  return { run: run.with({ signal: controller.signal, deadlineAt }), dispose: () => release.dispose() };
}
