// Who goes on with a stored run: one window at a time, which reads the journal only once the run is its own.
import type { EventEnvelope } from '../../api';
import { failure, type Failure } from '../failure';
import { isEnded } from './runStates';
import { reduceEvents } from './reduceRun';
import type { RunJournal } from './runJournal';
import type { RunView } from './runView';
import type { WorkspaceLease } from './workspaceLease';

export interface RunClaimsOptions {
  journal: Pick<RunJournal, 'readRun' | 'isAlive'>;
  /** Names this window. */
  origin: string;
  /** The lease of a run: held by the window that works on it. */
  leaseOf: (runId: string) => WorkspaceLease;
  /** Told of leases that could not be freed; a dead window's are free anyway. */
  onProblem: (error: unknown) => void;
}

/** A run that is this window's until it is released. */
export interface ClaimedRun {
  events: EventEnvelope[];
  view: RunView;
  /** Never rejects. */
  release: () => Promise<void>;
}

export class RunClaims {
  constructor(private readonly options: RunClaimsOptions) {}

  /** Fails with `run.unknown`, or with `run.active_elsewhere` while another window works on it. */
  async claim(runId: string): Promise<ClaimedRun | Failure> {
    const { journal, leaseOf } = this.options;
    if ((await journal.readRun(runId)).length === 0) return unknownRun(runId);
    const lease = leaseOf(runId);
    if (!(await lease.acquire())) return ELSEWHERE;
    const release = () => lease.release().catch((error: unknown) => this.options.onProblem(error));
    // Read after the claim: whoever had the run before has written everything by now.
    const events = await journal.readRun(runId);
    const view = reduceEvents(runId, events);
    if (await this.isWorkedOn(view, events)) {
      await release();
      return ELSEWHERE;
    }
    return { events, view, release };
  }

  /** True where another window has declared a run of ours interrupted, or goes on with it: this window was taken for dead meanwhile. */
  async isLost(runId: string): Promise<boolean> {
    const events = await this.options.journal.readRun(runId);
    const isOurs = (event: EventEnvelope) => event.origin === this.options.origin;
    const began = events.findLastIndex((event) => isOurs(event) && BEGINNINGS.has(event.topic));
    return events.some((event, index) => index > began && !isOurs(event) && TAKEN_OVER.has(event.topic));
  }

  /** The window that began a run holds no lease for it: that it lives and has not ended the run tells. */
  private async isWorkedOn(view: RunView, events: readonly EventEnvelope[]): Promise<boolean> {
    const last = events.at(-1)?.origin;
    if (isEnded(view.status) || last === undefined || last === this.options.origin) return false;
    return this.options.journal.isAlive(last);
  }
}

const BEGINNINGS: ReadonlySet<string> = new Set(['run.started', 'run.resumed']);
const TAKEN_OVER: ReadonlySet<string> = new Set(['run.interrupted', 'run.resumed']);

export function unknownRun(runId: string): Failure {
  return failure('run.unknown', `There is no run ${runId}. It may have been deleted.`);
}

const ELSEWHERE = Object.freeze(
  failure('run.active_elsewhere', 'Another window of this workspace works on the run. Watch or stop it there.', true),
);
