// Two runs side by side: what was planned, which tools were called in which order, who worked by which prompt, and what came out.
// Pure, bounded: long lists and texts are compared as far as the bounds go, and say so.
import { diffArrays, diffLines } from 'diff';
import type { RunKind, RunState, RunUsage } from '../../api';
import type { AgentStep, RunView, TaskView, ToolStep } from './runView';

export interface RunComparison {
  left: RunSide;
  right: RunSide;
  agents: AgentPair[];
  tasks: TaskPair[];
  /** By name, those called most first. */
  tools: ToolPair[];
  /** The tool calls of both in one order; undefined when the runs differ too much to be laid beside each other. */
  calls?: Compared[];
  /** The lines of both answers in one order; undefined as above. */
  answer?: Compared[];
}

export interface RunSide {
  runId: string;
  traceId: string;
  title: string;
  kind: RunKind;
  status: RunState;
  agent?: string;
  startedAt: string;
  /** Absent while it goes on. */
  durationMs?: number;
  usage: RunUsage;
  /** Who was in control, in order. */
  path: string[];
  toolCalls: number;
  failedToolCalls: number;
  error?: string;
}

export interface AgentPair {
  agent: string;
  /** Prompt versions in the order of their use; empty on a side where the agent did not work. */
  left: string[];
  right: string[];
}

export interface TaskPair {
  left?: TaskSide;
  right?: TaskSide;
}

export interface TaskSide {
  id: string;
  title: string;
  agent: string;
  status: string;
  dependencies: string[];
  durationMs?: number;
}

export interface ToolPair {
  name: string;
  left: number;
  right: number;
  leftFailed: number;
  rightFailed: number;
}

/** What stands in both, or in one of them only. */
export interface Compared {
  side: 'both' | 'left' | 'right';
  texts: string[];
}

const MAX_CALLS = 2000;
const MAX_ANSWER = 100_000;
/** Beyond so many differences, lining up costs more than it tells. */
const MAX_EDITS = 300;
const MAX_TITLE = 200;
const HIDDEN: ReadonlySet<string> = new Set(['summarizer']);

export function compareRuns(left: RunView, right: RunView): RunComparison {
  const calls = lineUp(titlesOf(left), titlesOf(right));
  const answer = lineUpLines(left.text.slice(0, MAX_ANSWER), right.text.slice(0, MAX_ANSWER));
  return {
    left: sideOf(left),
    right: sideOf(right),
    agents: pairAgents(agentStepsOf(left), agentStepsOf(right)),
    tasks: pairTasks(left.tasks, right.tasks),
    tools: pairTools(toolStepsOf(left), toolStepsOf(right)),
    ...(calls && { calls }),
    ...(answer && { answer }),
  };
}

function sideOf(run: RunView): RunSide {
  const { runId, traceId, title, kind, status, agent, startedAt, endedAt, usage, error } = run;
  const tools = toolStepsOf(run);
  const durationMs = endedAt === undefined ? undefined : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
  const path = agentStepsOf(run).flatMap((step) => (step.taskId === undefined ? [step.agent] : []));
  return {
    runId,
    traceId,
    title: title.slice(0, MAX_TITLE),
    kind,
    status,
    ...(agent !== undefined && { agent }),
    startedAt,
    ...(durationMs !== undefined && { durationMs }),
    usage: { ...usage },
    path: path.filter((name, index) => name !== path[index - 1] && !HIDDEN.has(name)),
    toolCalls: tools.length,
    failedToolCalls: tools.filter(({ status: state }) => state === 'failed').length,
    ...(error && { error: error.message }),
  };
}

function pairAgents(left: readonly AgentStep[], right: readonly AgentStep[]): AgentPair[] {
  const pairs = new Map<string, AgentPair>();
  for (const [side, steps] of [['left', left] as const, ['right', right] as const]) {
    for (const { agent, promptVersion } of steps) {
      if (HIDDEN.has(agent)) continue;
      const pair = pairs.get(agent) ?? { agent, left: [], right: [] };
      pairs.set(agent, pair);
      const version = promptVersion ?? '';
      if (!pair[side].includes(version)) pair[side].push(version);
    }
  }
  return [...pairs.values()];
}

/** By id, then by title and agent, then by title alone; what is left stands alone, after what it followed. */
function pairTasks(left: readonly TaskView[], right: readonly TaskView[]): TaskPair[] {
  const keys = [
    ({ id }: TaskView) => id,
    ({ title, agent }: TaskView) => `${normalised(title)}\n${agent}`,
    ({ title }: TaskView) => normalised(title),
  ];
  const partners = new Map<TaskView, TaskView>();
  for (const keyOf of keys) {
    const taken = new Set(partners.values());
    const open = new Map(right.filter((task) => !taken.has(task)).map((task) => [keyOf(task), task]));
    for (const task of left) {
      const partner = partners.has(task) ? undefined : open.get(keyOf(task));
      if (!partner) continue;
      partners.set(task, partner);
      open.delete(keyOf(task));
    }
  }
  const taken = new Set(partners.values());
  const alone = right.filter((task) => !taken.has(task));
  return [
    ...left.map((task) => {
      const partner = partners.get(task);
      return { left: taskSide(task), ...(partner && { right: taskSide(partner) }) };
    }),
    ...alone.map((task) => ({ right: taskSide(task) })),
  ];
}

function taskSide({ id, title, agent, status, dependencies, startedAt, endedAt }: TaskView): TaskSide {
  const hasTimes = startedAt !== undefined && endedAt !== undefined;
  return {
    id,
    title: (title === '' ? id : title).slice(0, MAX_TITLE),
    agent,
    status,
    dependencies: [...dependencies],
    ...(hasTimes && { durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) }),
  };
}

function pairTools(left: readonly ToolStep[], right: readonly ToolStep[]): ToolPair[] {
  const pairs = new Map<string, ToolPair>();
  for (const [side, steps] of [['left', left] as const, ['right', right] as const]) {
    for (const { tool, status } of steps) {
      const pair = pairs.get(tool) ?? { name: tool, left: 0, right: 0, leftFailed: 0, rightFailed: 0 };
      pairs.set(tool, pair);
      pair[side] += 1;
      if (status === 'failed') pair[`${side}Failed`] += 1;
    }
  }
  return [...pairs.values()].sort((a, b) => b.left + b.right - (a.left + a.right) || (a.name < b.name ? -1 : 1));
}

function lineUp(left: string[], right: string[]): Compared[] | undefined {
  const parts = diffArrays(left, right, { maxEditLength: MAX_EDITS });
  return parts?.map(({ value, added, removed }) => ({ side: sideIn({ added, removed }), texts: value }));
}

function lineUpLines(left: string, right: string): Compared[] | undefined {
  const parts = diffLines(left, right, { maxEditLength: MAX_EDITS, newlineIsToken: false });
  return parts?.map(({ value, added, removed }) => ({
    side: sideIn({ added, removed }),
    texts: value.replace(/\n$/, '').split('\n'),
  }));
}

function sideIn({ added, removed }: { added: boolean; removed: boolean }): Compared['side'] {
  return added ? 'right' : removed ? 'left' : 'both';
}

function titlesOf(run: RunView): string[] {
  return toolStepsOf(run)
    .slice(0, MAX_CALLS)
    .map(({ tool, title }) => (title === '' ? tool : title).slice(0, MAX_TITLE));
}

function toolStepsOf({ steps }: RunView): ToolStep[] {
  return steps.filter((step) => step.kind === 'tool');
}

function agentStepsOf({ steps }: RunView): AgentStep[] {
  return steps.filter((step) => step.kind === 'agent');
}

function normalised(title: string): string {
  return title.trim().toLowerCase().replace(/\s+/g, ' ');
}
