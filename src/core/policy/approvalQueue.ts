// The one queue of questions to the person. Several agents may wait at once; none waits for ever.
//
//   asked ──> granted (once | run | workspace)
//     ├─────> denied (with a reason for the agent)
//     ├─────> expired (nobody answered in time)
//     └─────> expired (its run ended)
import type { Approval } from '../../api';
import type { Clock } from '../clock';
import { toDisposable, type Disposable } from '../disposable';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import type { Grant, Grants } from './grants';

export type ApprovalScope = 'once' | 'run' | 'workspace';

export type ApprovalOutcome =
  | { kind: 'granted'; scope: ApprovalScope }
  | { kind: 'denied'; reason?: string }
  /** Nobody answered in time. */
  | { kind: 'expired' }
  /** The run ended meanwhile. */
  | { kind: 'stopped' };

/** What is asked; ids and times are the queue's. */
export type ApprovalQuestion = Omit<Approval, 'id' | 'runId' | 'taskId' | 'createdAt' | 'expiresAt'> & {
  /** What an answer for the run or the workspace covers; nothing: the question stands for itself. */
  grants: readonly Grant[];
  /** How long it waits; absent: as long as any. */
  timeoutMs?: number;
};

export interface ApprovalQueueOptions {
  clock: Clock;
  newId: () => string;
  grants: Grants;
  /** How long a question waits, in milliseconds; default five minutes. */
  timeoutMs?: number;
}

export interface ResolveOptions {
  scope?: ApprovalScope;
  reason?: string;
}

export const APPROVAL_TIMEOUT_MS = 5 * 60_000;
/** Longest reason that goes to the agent, in characters. */
const MAX_REASON = 2_000;

interface Waiting {
  approval: Approval;
  grants: readonly Grant[];
  settle: (outcome: ApprovalOutcome) => void;
}

export class ApprovalQueue implements Disposable {
  private readonly waiting = new Map<string, Waiting>();
  private readonly handlers = new Set<() => void>();

  constructor(private readonly options: ApprovalQueueOptions) {}

  /** What waits, the oldest first. */
  list(): Approval[] {
    return [...this.waiting.values()].map(({ approval }) => ({ ...approval }));
  }

  /** Answers a question; does nothing for one that is settled. An answer beyond one call settles others that it covers. */
  resolve(id: string, decision: 'allow' | 'deny', { scope = 'once', reason }: ResolveOptions = {}): void {
    const asked = this.waiting.get(id);
    if (!asked) return;
    if (decision === 'deny') {
      const why = reason?.trim().slice(0, MAX_REASON);
      asked.settle({ kind: 'denied', ...(why !== undefined && why !== '' && { reason: why }) });
      return;
    }
    const { grants } = this.options;
    if (scope === 'run') grants.allowInRun(asked.approval.runId, asked.grants);
    if (scope === 'workspace') grants.allowInWorkspace(asked.grants);
    asked.settle({ kind: 'granted', scope });
    if (scope !== 'once') this.settleCovered(scope);
  }

  /** Asks, and waits for the answer, the end of the time or the end of the run. The run's deadlines stand still meanwhile. */
  async ask(question: ApprovalQuestion, run: RunContext): Promise<ApprovalOutcome> {
    const { grants, timeoutMs = this.options.timeoutMs ?? APPROVAL_TIMEOUT_MS, ...shown } = question;
    const approval = this.newApproval(shown, timeoutMs, run);
    const span = startSpan(approval, run);
    const requested = run.emit('approval.requested', approval, { span });
    const hold = run.scope.deadline?.hold();
    const outcome = await this.wait({ approval, grants, timeoutMs }, run.signal);
    hold?.dispose();
    emitOutcome(run, approval.id, outcome, { span, causationId: requested.id });
    endSpan(span, outcome);
    return outcome;
  }

  /** Called after something was asked or settled. Handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** Whatever waits ends as if its run had. */
  dispose(): void {
    for (const asked of [...this.waiting.values()]) asked.settle({ kind: 'stopped' });
    this.handlers.clear();
  }

  private newApproval(
    shown: Omit<ApprovalQuestion, 'grants' | 'timeoutMs'>,
    timeoutMs: number,
    run: RunContext,
  ): Approval {
    const { clock, newId } = this.options;
    const now = clock.now();
    const { taskId } = run.scope;
    return {
      ...shown,
      id: newId(),
      runId: run.runId,
      ...(taskId !== undefined && { taskId }),
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + timeoutMs).toISOString(),
    };
  }

  private wait(
    { approval, grants, timeoutMs }: { approval: Approval; grants: readonly Grant[]; timeoutMs: number },
    signal: AbortSignal,
  ): Promise<ApprovalOutcome> {
    if (signal.aborted) return Promise.resolve({ kind: 'stopped' });
    const { clock } = this.options;
    return new Promise((resolve) => {
      const settle = (outcome: ApprovalOutcome) => {
        if (!this.waiting.delete(approval.id)) return;
        timer.dispose();
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
        this.notify();
      };
      const onAbort = () => settle({ kind: 'stopped' });
      const timer = clock.after(timeoutMs, () => settle({ kind: 'expired' }));
      this.waiting.set(approval.id, { approval, grants, settle });
      signal.addEventListener('abort', onAbort, { once: true });
      this.notify();
    });
  }

  private settleCovered(scope: ApprovalScope): void {
    for (const { approval, grants, settle } of [...this.waiting.values()]) {
      // What no grant can cover is answered by itself only.
      if (grants.length > 0 && this.options.grants.cover(approval.runId, grants)) settle({ kind: 'granted', scope });
    }
  }

  private notify(): void {
    for (const handler of [...this.handlers]) handler();
  }
}

function startSpan(approval: Approval, run: RunContext): Span {
  return run.startSpan(`approval ${approval.tool}`, {
    [AGENT_TEAM.runId]: run.runId,
    [AGENT_TEAM.approvalId]: approval.id,
    [GEN_AI.toolName]: approval.tool,
    [GEN_AI.agentName]: approval.agent,
  });
}

function emitOutcome(
  run: RunContext,
  id: string,
  outcome: ApprovalOutcome,
  details: { span: Span; causationId: string },
): void {
  if (outcome.kind === 'granted') run.emit('approval.granted', { id, scope: outcome.scope }, details);
  else if (outcome.kind === 'denied') {
    run.emit('approval.denied', { id, ...(outcome.reason !== undefined && { reason: outcome.reason }) }, details);
  } else run.emit('approval.expired', { id }, details);
}

function endSpan(span: Span, outcome: ApprovalOutcome): void {
  const isAnswered = outcome.kind === 'granted' || outcome.kind === 'denied';
  span.end({
    status: isAnswered ? 'ok' : 'error',
    ...(!isAnswered && { message: outcome.kind }),
    attributes: {
      [AGENT_TEAM.approvalOutcome]: outcome.kind,
      ...(outcome.kind === 'granted' && { [AGENT_TEAM.approvalScope]: outcome.scope }),
    },
  });
}
