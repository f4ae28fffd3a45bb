// Reads what a planner answers: a call of `submit_plan`, or JSON anywhere in its text. Says exactly what is wrong with a plan.
import * as z from 'zod';
import type { Failure } from '../failure';
import type { AssistantMessage, ToolCall } from '../model/chatModel';
import { jsonCandidates } from '../model/jsonInText';
import { findCycle } from './taskGraph';

export interface PlannedTask {
  id: string;
  /** Canonical name. */
  agent: string;
  title: string;
  description: string;
  /** Ids of tasks that must complete first; each once. */
  dependencies: string[];
  onFailure?: 'continue' | 'abort';
}

export type PlanOutcome = { ok: true; tasks: PlannedTask[] } | { ok: false; faults: string[] };

export interface PlanChecks {
  /** The canonical name of an agent that can be given work; undefined for any other. */
  canonicalAgent: (name: string) => string | undefined;
  /** Named in faults. */
  agents: readonly string[];
  maxTasks: number;
}

const text = z.string().trim().min(1);
const id = z.union([text, z.number()]).transform(String);
/** Small models write one id instead of a list. */
const ids = z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(id).nullish());
const looseTask = z
  .object({
    id,
    agent: text.nullish(),
    type: text.nullish(),
    title: z.string().trim().nullish(),
    description: text,
    dependencies: ids,
    depends_on: ids,
    dependsOn: ids,
    onFailure: z.enum(['continue', 'abort']).nullish(),
  })
  .refine((task) => Boolean(task.agent ?? task.type), { path: ['agent'], message: 'is missing' });

const MAX_TITLE_LENGTH = 80;

export const SUBMIT_PLAN = 'submit_plan';

/** The schema of `submit_plan`, as planners get it. */
export const SUBMIT_PLAN_SCHEMA: Record<string, unknown> = {
  type: 'object',
  properties: {
    tasks: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', description: 'Short and unique, such as "schemas".' },
          agent: { type: 'string', description: 'Who does it.' },
          title: { type: 'string', description: 'A few words.' },
          description: {
            type: 'string',
            description: 'Everything the agent must know; it sees nothing else of the plan.',
          },
          dependencies: {
            type: 'array',
            items: { type: 'string' },
            description: 'Ids of tasks whose results it needs.',
          },
          onFailure: { type: 'string', enum: ['continue', 'abort'] },
        },
        required: ['id', 'agent', 'description'],
      },
    },
  },
  required: ['tasks'],
};

/** Reads and checks the input of a `submit_plan` call: `{ tasks }` or just the array. */
export function checkPlan(value: unknown, checks: PlanChecks): PlanOutcome {
  const parsed = parseTasks(value);
  if (!parsed.ok) return parsed;
  const faults = faultsOfTasks(parsed.tasks, checks);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, tasks: canonical(parsed.tasks, checks) };
}

/** Reads and checks what is to be done instead of the open tasks of a plan, beside those that are `kept`: none is enough. */
export function checkRevision(value: unknown, checks: PlanChecks, kept: ReadonlySet<string>): PlanOutcome {
  const parsed = parseTasks(value);
  if (!parsed.ok) return parsed;
  // What has begun stays as it is, whatever is said about it.
  const tasks = parsed.tasks.filter(({ id }) => !kept.has(id));
  const faults = contentFaults(tasks, checks, kept);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, tasks: canonical(tasks, checks) };
}

function canonical(tasks: readonly PlannedTask[], checks: PlanChecks): PlannedTask[] {
  return tasks.map((task) => ({ ...task, agent: checks.canonicalAgent(task.agent) ?? task.agent }));
}

function parseTasks(value: unknown): PlanOutcome {
  const list = listOf(value);
  if (!list) return { ok: false, faults: ['The plan must be an object with a list "tasks", or just that list.'] };
  const faults: string[] = [];
  const tasks: PlannedTask[] = [];
  for (const [index, item] of list.entries()) {
    const parsed = looseTask.safeParse(item);
    if (parsed.success) tasks.push(normalise(parsed.data));
    else faults.push(...shapeFaults(index, item, parsed.error));
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, tasks };
}

/** Reads a plan from a message: the first good one of its `submit_plan` calls and its text, else the first with faults. */
export function readPlanWith(
  { text: said, toolCalls }: AssistantMessage,
  check: (value: unknown) => PlanOutcome,
): PlanOutcome {
  let firstFault: PlanOutcome | undefined;
  for (const call of toolCalls) {
    if (call.name !== SUBMIT_PLAN) continue;
    const outcome = readCall(call, check);
    if (outcome.ok) return outcome;
    firstFault ??= outcome;
  }
  const written = readText(said, check);
  return written.ok ? written : (firstFault ?? written);
}

/** Arguments that are no object may be just the list of tasks; what was cut off is no plan, however it reads. */
function readCall({ arguments: input, problem }: ToolCall, check: (value: unknown) => PlanOutcome): PlanOutcome {
  if (!problem) return check(input);
  const [list] = problem.reason === 'cut_off' ? [] : jsonCandidates(problem.raw);
  return Array.isArray(list)
    ? check(list)
    : { ok: false, faults: ['The plan was cut off or is no valid JSON: submit it again, shorter.'] };
}

/** Reads a plan from a text: bare JSON, JSON in a code fence, or with prose around it. The first that is a plan counts, else the first that was meant as one. */
export function readPlanText(answer: string, checks: PlanChecks): PlanOutcome {
  return readText(answer, (value) => checkPlan(value, checks));
}

function readText(answer: string, check: (value: unknown) => PlanOutcome): PlanOutcome {
  let firstFault: PlanOutcome | undefined;
  let faultOfPlan: PlanOutcome | undefined;
  for (const candidate of jsonCandidates(answer)) {
    const outcome = check(candidate);
    if (outcome.ok) return outcome;
    firstFault ??= outcome;
    if (listOf(candidate)?.some((item) => typeof item === 'object' && item !== null)) faultOfPlan ??= outcome;
  }
  return faultOfPlan ?? firstFault ?? { ok: false, faults: ['There is no JSON plan in the answer: call submit_plan.'] };
}

/** What is wrong with tasks that somebody changed; empty where nothing is. */
export function faultsOfTasks(tasks: readonly PlannedTask[], checks: PlanChecks): string[] {
  return tasks.length === 0 ? ['The plan has no task: give at least one.'] : contentFaults(tasks, checks);
}

/** The failure of a run whose planner gave no valid plan. */
export function planInvalid(faults: readonly string[]): Failure {
  return { reason: 'plan.invalid', message: `No valid plan came about: ${faults.join(' ')}`, retryable: false };
}

/** The tasks as a list of their own, below `tasks`, or below `plan`; also where the list was written as text. */
function listOf(value: unknown): unknown[] | undefined {
  const { plan = value, tasks = asFields(plan).tasks ?? plan } = asFields(value);
  const list = typeof tasks === 'string' ? jsonCandidates(tasks).next().value : tasks;
  return Array.isArray(list) ? (list as unknown[]) : undefined;
}

function asFields(value: unknown): { plan?: unknown; tasks?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

function normalise(task: z.infer<typeof looseTask>): PlannedTask {
  const dependencies = task.dependencies ?? task.depends_on ?? task.dependsOn ?? [];
  const title = task.title ? task.title : firstWords(task.description);
  return {
    id: task.id,
    agent: task.agent ?? task.type ?? '',
    title,
    description: task.description,
    dependencies: [...new Set(dependencies)],
    ...(task.onFailure && { onFailure: task.onFailure }),
  };
}

function firstWords(description: string): string {
  const line = description.split('\n', 1)[0] ?? '';
  return line.length <= MAX_TITLE_LENGTH ? line : `${line.slice(0, MAX_TITLE_LENGTH - 1)}…`;
}

function shapeFaults(index: number, item: unknown, error: z.ZodError): string[] {
  const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
  const name = typeof id === 'string' && id.trim() !== '' ? `Task "${id}"` : `Task ${index + 1}`;
  return error.issues.map((issue) => `${name}: ${issue.path.join('.') || 'it'}: ${issue.message}.`);
}

function contentFaults(
  tasks: readonly PlannedTask[],
  checks: PlanChecks,
  kept: ReadonlySet<string> = new Set(),
): string[] {
  const faults: string[] = [];
  const count = tasks.length + kept.size;
  if (count > checks.maxTasks) faults.push(`The plan has ${count} tasks; at most ${checks.maxTasks} are allowed.`);
  const ids = new Set<string>();
  for (const { id } of tasks) {
    if (ids.has(id)) faults.push(`The id "${id}" is used more than once.`);
    ids.add(id);
  }
  for (const task of tasks) {
    if (checks.canonicalAgent(task.agent) === undefined) {
      faults.push(`Task "${task.id}": there is no agent "${task.agent}"; there are ${checks.agents.join(', ')}.`);
    }
    for (const dependency of task.dependencies) {
      if (!ids.has(dependency) && !kept.has(dependency))
        faults.push(`Task "${task.id}" depends on "${dependency}", which is not in the plan.`);
    }
  }
  const cycle = findCycle(tasks);
  if (cycle) faults.push(`The tasks wait for each other: ${cycle.join(' -> ')}.`);
  return faults;
}
