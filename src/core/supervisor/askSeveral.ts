// One request to several agents at once: each answers by itself, as a task of the run; the arbiter makes one answer of theirs.
//
//   invoke_workflow ask
//     invoke_agent dev > …      invoke_agent qa > …      (at once)
//     arbitrate > chat                                   with two answers or more
import { CANCELLED, failure, isStop, type Failure } from '../failure';
import type { UserMessage } from '../model/chatModel';
import { askTeam, type TeamRequest, type TeamServices } from '../routing/askTeam';
import type { RunContext } from '../runs/runContext';
import { MAX_POSITIONS } from './arbitration';
import { joinAnswers, sideBySide, type GivenAnswer } from './joinAnswers';

export interface SeveralRequest extends Omit<TeamRequest, 'start' | 'onControl'> {
  /** Two names or more, canonical where there are such agents; each once. */
  agents: readonly string[];
  by: 'mention' | 'option';
  /** Called before they begin: one of them can be stopped, the others go on. */
  onTasks?(control: { cancelTask(agent: string): void }): void;
}

export interface SeveralOutcome {
  /** Partial: one gave no answer, or the answers could not be joined. */
  status: 'completed' | 'partial' | 'failed';
  /** `arbiter` where it joined answers; the one that answered where only one did; else the first that was asked. */
  agent: string;
  text: string;
  error?: Failure;
}

interface Part {
  agent: string;
  text: string;
  error?: Failure;
  eventId: string | undefined;
}

const MAX_TITLE_LENGTH = 80;

/** Never rejects but for bugs. What one of them can't do, the others do without it. */
export async function askSeveral(
  services: TeamServices,
  request: SeveralRequest,
  run: RunContext,
): Promise<SeveralOutcome> {
  const [first = ''] = request.agents;
  if (request.agents.length > MAX_POSITIONS) {
    const message = `${request.agents.length} agents were asked at once; at most ${MAX_POSITIONS} are. Name fewer.`;
    return { status: 'failed', agent: first, text: '', error: failure('request.too_many_agents', message) };
  }
  const parts = await askEach(services, request, run);
  const answers = parts.filter((part): part is Part & GivenAnswer => part.error === undefined);
  const error = parts.find((part) => part.error !== undefined)?.error;
  const left = error && { error };
  if (isStopped(run)) return { status: 'failed', agent: first, text: spoken(parts), error: CANCELLED };
  const [only] = answers;
  if (!only) return { status: 'failed', agent: first, text: spoken(parts), ...left };
  if (answers.length === 1)
    return { status: left ? 'partial' : 'completed', agent: only.agent, text: only.text, ...left };
  const scope = causedBy(run, parts.at(-1)?.eventId);
  const joined = await joinAnswers(services, { request: request.text, answers }, scope);
  if (isStopped(run)) return { status: 'failed', agent: 'arbiter', text: joined.text, error: CANCELLED };
  const missing = error ?? joined.error;
  const status = missing ? 'partial' : 'completed';
  return { status, agent: 'arbiter', text: joined.text, ...(missing && { error: missing }) };
}

/** Asked anew after each wait. */
function isStopped(run: RunContext): boolean {
  return run.signal.aborted;
}

function askEach(services: TeamServices, request: SeveralRequest, run: RunContext): Promise<Part[]> {
  const { agents } = request;
  const controllers = new Map(agents.map((agent) => [agent, new AbortController()]));
  request.onTasks?.({ cancelTask: (agent) => controllers.get(agent)?.abort(CANCELLED) });
  const steering = new SharedSteering(request);
  const handoffCount = { taken: 0 };
  return Promise.all(
    agents.map(async (agent) => {
      const own = controllers.get(agent) ?? new AbortController();
      const signal = AbortSignal.any([run.signal, own.signal]);
      const scope = run.with({ taskId: agent, ...services.registry.scopeOf(agent), signal });
      const asked: TeamRequest = {
        ...request,
        start: { agent, by: request.by },
        handoffCount,
        takeSteering: steering.reader(),
      };
      return askOne(services, asked, scope);
    }),
  );
}

async function askOne(services: TeamServices, request: TeamRequest, scope: RunContext): Promise<Part> {
  const agent = scope.scope.agent ?? '';
  const started = scope.emit('task.started', { title: titleOf(request.text), attempt: 1 });
  const { result, eventId = started.id } = await askTeam(services, request, scope.with({ cause: started.id }));
  const details = { causationId: eventId };
  if (result.kind === 'answer') {
    const completed = scope.emit('task.completed', { text: result.text }, details);
    return { agent, text: result.text, eventId: completed.id };
  }
  if (result.kind === 'goal') throw new Error('Internal error: an agent that was named became a goal.');
  const { failure: error, text } = result;
  const { reason } = error;
  const ended = isStop(error)
    ? scope.emit(reason === CANCELLED.reason ? 'task.cancelled' : 'task.interrupted', { reason }, details)
    : scope.emit('task.failed', { error }, details);
  return { agent, text, error, eventId: ended.id };
}

/** What a person says meanwhile is said to each of them. */
class SharedSteering {
  private readonly said: UserMessage[] = [];

  constructor(private readonly request: Pick<TeamRequest, 'takeSteering'>) {}

  /** Gives one agent what it has not been told yet. */
  reader(): () => Promise<UserMessage[]> {
    let told = 0;
    return async () => {
      this.said.push(...((await this.request.takeSteering?.()) ?? []));
      const news = this.said.slice(told);
      told = this.said.length;
      return news;
    };
  }
}

function spoken(parts: readonly Part[]): string {
  return sideBySide(parts.filter(({ text }) => text.trim() !== ''));
}

function causedBy(run: RunContext, eventId: string | undefined): RunContext {
  return eventId === undefined ? run : run.with({ cause: eventId });
}

function titleOf(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line.length <= MAX_TITLE_LENGTH ? line : `${line.slice(0, MAX_TITLE_LENGTH - 1)}…`;
}
