// A time limit on a part of a run: when it is over, everything below is aborted, with the reason. Waits on the person don't count.
import type { Clock } from '../clock';
import { type Disposable, toDisposable } from '../disposable';
import type { Failure } from '../failure';
import type { RunContext, RunDeadline } from '../runs/runContext';

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
  const timer = new HoldableTimer(clock, limit.timeoutMs, () => {
    controller.abort(limit.expired);
  });
  const release = toDisposable(() => {
    timer.dispose();
    outer.removeEventListener('abort', onOuterAbort);
  });
  const deadline = nested(timer, run.scope.deadline);
  return { run: run.with({ signal: controller.signal, deadline }), dispose: () => release.dispose() };
}

/** The sooner of the two counts; both stand still together. */
function nested(inner: RunDeadline, outer: RunDeadline | undefined): RunDeadline {
  if (!outer) return inner;
  return {
    get at() {
      return Math.min(inner.at, outer.at);
    },
    hold: () => {
      const holds = [inner.hold(), outer.hold()];
      return toDisposable(() => {
        for (const hold of holds) hold.dispose();
      });
    },
  };
}

/** Fires once; while it is held, no time passes for it. */
class HoldableTimer implements RunDeadline, Disposable {
  private timer: Disposable | undefined;
  private endsAt: number;
  private heldSince: number | undefined;
  private holds = 0;
  private isOver = false;

  constructor(
    private readonly clock: Clock,
    timeoutMs: number,
    private readonly fire: () => void,
  ) {
    this.endsAt = clock.now() + timeoutMs;
    this.start();
  }

  get at(): number {
    return this.heldSince === undefined ? this.endsAt : this.endsAt + this.clock.now() - this.heldSince;
  }

  hold(): Disposable {
    this.holds += 1;
    if (this.heldSince === undefined) {
      this.heldSince = this.clock.now();
      this.timer?.dispose();
    }
    return toDisposable(() => {
      this.holds -= 1;
      if (this.holds === 0) this.goOn();
    });
  }

  dispose(): void {
    this.isOver = true;
    this.timer?.dispose();
  }

  private goOn(): void {
    this.endsAt = this.at;
    this.heldSince = undefined;
    if (!this.isOver) this.start();
  }

  private start(): void {
    this.timer = this.clock.after(Math.max(0, this.endsAt - this.clock.now()), () => {
      this.isOver = true;
      this.fire();
    });
  }
}
