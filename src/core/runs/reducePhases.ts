// The part of a goal's view that tells how its plan was made and how the results of its tasks were joined. Both are work of the
// supervisor outside of any task: what it asks a model between `agent.started` and its end is planning, what it asks later is joining.
import type { CallUsage, RunState } from '../../api';
import type { TeamEvent } from '../events/teamEvent';
import { FINAL } from './runStates';
import type { PhaseView, PlanView, RunView } from './runView';
import { UsageMeter } from './usageMeter';

const SUPERVISOR = 'supervisor';

/** Mutates `view`, which is the caller's own copy; a changed phase is a new object. `before` is the run's state before the event. */
export function reducePhases(view: RunView, event: TeamEvent, before: RunState): void {
  if (FINAL.has(before)) return;
  if (FINAL.has(view.status) || event.topic === 'run.interrupted') {
    settle(view, event.time);
    return;
  }
  if (event.taskId !== undefined || event.agent !== SUPERVISOR) return;
  reducePlan(view, event);
  reduceCalls(view, event);
}

function reducePlan(view: RunView, event: TeamEvent): void {
  const plan = view.plan;
  switch (event.topic) {
    case 'agent.started': {
      const { endedAt: _endedAt, error: _error, ...known } = plan ?? newPlan(event.time);
      view.plan = { ...known, status: 'running' };
      return;
    }
    case 'plan.rejected':
      view.plan = { ...(plan ?? newPlan(event.time)), rejected: (plan?.rejected ?? 0) + 1 };
      return;
    case 'plan.revised':
      view.plan = { ...(plan ?? newPlan(event.time)), revised: (plan?.revised ?? 0) + 1 };
      return;
    case 'agent.completed':
      if (plan) view.plan = { ...plan, status: 'completed', endedAt: event.time };
      return;
    case 'agent.failed':
      if (plan) view.plan = { ...plan, status: 'failed', endedAt: event.time, error: event.payload.error };
      return;
    default:
  }
}

function reduceCalls(view: RunView, event: TeamEvent): void {
  if (view.plan?.status === 'running') view.plan = called(view.plan, event);
  else if (event.topic === 'model.requested') view.synthesis = joining(view.synthesis, event.time);
  else if (view.synthesis) view.synthesis = joined(called(view.synthesis, event), event);
}

function called<P extends PhaseView>(phase: P, event: TeamEvent): P {
  if (event.topic === 'model.retrying') return used(phase, {});
  const isCall = event.topic === 'model.completed' || event.topic === 'model.failed';
  return isCall ? used(phase, event.payload.usage) : phase;
}

function used<P extends PhaseView>(phase: P, usage: CallUsage): P {
  const meter = new UsageMeter(phase.usage);
  meter.add(usage);
  return { ...phase, usage: meter.snapshot() };
}

/** A further attempt, and the synthesis of a run that was resumed, begin again and add up. */
function joining(known: PhaseView | undefined, time: string): PhaseView {
  if (known?.status === 'running') return known;
  return { status: 'running', startedAt: time, usage: known?.usage ?? new UsageMeter().snapshot() };
}

function joined(phase: PhaseView, event: TeamEvent): PhaseView {
  if (event.topic === 'model.failed') {
    return { ...phase, status: 'failed', endedAt: event.time, error: event.payload.error };
  }
  if (event.topic !== 'model.completed') return phase;
  return { ...phase, status: event.payload.text.trim() === '' ? 'failed' : 'completed', endedAt: event.time };
}

function newPlan(startedAt: string): PlanView {
  return { status: 'running', startedAt, usage: new UsageMeter().snapshot(), rejected: 0, revised: 0 };
}

/** A run that is over plans and joins no more, whatever its journal lacks. */
function settle(view: RunView, endedAt: string): void {
  const status = view.status === 'interrupted' ? 'interrupted' : 'cancelled';
  if (view.plan?.status === 'running') view.plan = { ...view.plan, status, endedAt };
  if (view.synthesis?.status === 'running') view.synthesis = { ...view.synthesis, status, endedAt };
}
