// Carries out plans for several files: read what is there, plan, apply at once; once more where somebody was quicker.
import type { ApplyResult } from '../../api';
import { isFailure, type Failure } from '../failure';
import type { FileLocation } from '../workspace/workspace';
import type { ApplyOutcome, ChangeApplier, FileOperation } from './changeApplier';
import type { FilePlan } from './changePlans';
import type { FileState } from './fileState';
import type { FileText } from './mergePresence';

export interface Job {
  state: FileState;
  /** Where the file is now. */
  place: FileLocation;
  plan: (present: FileText) => FilePlan;
}

export interface CarryOutPorts {
  runId: string;
  applier: ChangeApplier;
  read: (location: FileLocation) => Promise<FileText | Failure>;
  signal: AbortSignal;
  /** True: one file that can't be changed keeps all others from being changed. */
  isStrict: boolean;
}

export interface CarriedOut {
  done: FileState[];
  conflicts: FileState[];
  failed: ApplyResult['failed'];
}

const MAX_ATTEMPTS = 4;

/** Never applies a part of a file's plan. Files that stand against the present text are left as they are. */
export async function carryOut(jobs: readonly Job[], ports: CarryOutPorts): Promise<CarriedOut> {
  let open = [...jobs];
  const refused: ApplyResult['failed'] = [];
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const planned = await planAll(open, ports);
    const failed = [...refused, ...planned.failed];
    const isBlocked = ports.isStrict && (failed.length > 0 || planned.conflicts.length > 0);
    const operations = inOrder(planned.ready.map(({ plan }) => plan.operations));
    if (isBlocked || ports.signal.aborted) return { done: [], conflicts: planned.conflicts, failed };
    const outcome: ApplyOutcome =
      operations.length === 0
        ? { kind: 'applied', formats: {}, madeFolders: {} }
        : await ports.applier.apply({ runId: ports.runId, operations }, ports.signal);
    if (outcome.kind === 'applied') {
      const done = planned.ready.map(({ plan }) => plan.next(outcome));
      return { done, conflicts: planned.conflicts, failed };
    }
    if (outcome.kind === 'stale') continue;
    refused.push(...outcome.failed.map(({ path, message }) => ({ path, message })));
    const paths = new Set(outcome.failed.map(({ path }) => path));
    const left = open.filter((job) => !paths.has(job.state.location.path) && !paths.has(job.place.path));
    if (left.length === open.length) return { done: [], conflicts: planned.conflicts, failed: refused };
    open = left;
  }
  const message = 'The file was changed again and again while this was applied. Try again.';
  return {
    done: [],
    conflicts: [],
    failed: [...refused, ...open.map((job) => ({ path: job.state.location.path, message }))],
  };
}

interface Planned {
  ready: { plan: Extract<FilePlan, { kind: 'plan' }> }[];
  conflicts: FileState[];
  failed: ApplyResult['failed'];
}

async function planAll(jobs: readonly Job[], ports: CarryOutPorts): Promise<Planned> {
  const planned: Planned = { ready: [], conflicts: [], failed: [] };
  const leaving = new Set(jobs.flatMap(({ state }) => (state.from ? [state.from.uri] : [])));
  for (const job of jobs) {
    // Where the same plan moves a file away, there is none for the file that is to come.
    const isFree = job.state.from === undefined && job.state.base === undefined && leaving.has(job.place.uri);
    const present = isFree ? undefined : await ports.read(job.place);
    if (isFailure(present)) {
      planned.failed.push({ path: job.state.location.path, message: present.message });
      continue;
    }
    const plan = job.plan(present);
    if (plan.kind === 'conflict') planned.conflicts.push(plan.next);
    else planned.ready.push({ plan });
  }
  return planned;
}

/** Whatever frees a place comes before what takes it; the operations of one file stay together. */
function inOrder(groups: readonly FileOperation[][]): FileOperation[] {
  const waiting = groups.filter((group) => group.length > 0);
  const ordered: FileOperation[] = [];
  while (waiting.length > 0) {
    const freed = new Map(waiting.flatMap((group) => group.flatMap(freedBy).map((uri) => [uri, group])));
    const isReady = (group: FileOperation[]) =>
      group.every((operation) => [undefined, group].includes(freed.get(operation.location.uri)));
    const index = Math.max(0, waiting.findIndex(isReady));
    ordered.push(...waiting.splice(index, 1).flat());
  }
  return ordered;
}

function freedBy(operation: FileOperation): string[] {
  if (operation.kind === 'rename') return [operation.from.uri];
  return operation.kind === 'delete' ? [operation.location.uri] : [];
}
