// Builders for runs as views show them.
import { titleOf } from '../../src/core/runs/runTitle';
import type { RunView, StepView, TaskView, ToolStep } from '../../src/core/runs/runView';

/** A run with sensible values; give what the test is about. */
export function runView(change: Partial<RunView> = {}): RunView {
  return {
    runId: 'run-1',
    threadId: 'thread-1',
    kind: 'ask',
    title: titleOf(change.request ?? 'is this safe?'),
    request: 'is this safe?',
    context: [],
    status: 'completed',
    agent: 'qa',
    startedAt: '2026-01-05T10:42:00.000Z',
    endedAt: '2026-01-05T10:42:02.100Z',
    traceId: 'trace-1',
    text: '',
    usage: {
      inputTokens: 1204,
      outputTokens: 310,
      cachedInputTokens: 0,
      modelCalls: 2,
      costUsd: 0.004,
      complete: true,
    },
    handoffs: [],
    steps: [],
    tasks: [],
    approvals: [],
    changes: [],
    findings: [],
    lastSeq: {},
    ...change,
  };
}

/** A task that waits for its turn; give what the test is about. */
export function taskView(id: string, change: Partial<TaskView> = {}): TaskView {
  return {
    id,
    agent: 'dev',
    title: `Do ${id}`,
    description: `All of ${id}.`,
    status: 'pending',
    dependencies: [],
    text: '',
    attempts: 0,
    usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true },
    activities: [],
    ...change,
  };
}

const at = { startedAt: '2026-01-05T10:42:00.500Z' };

export const routeStep = (to: string, reason: string): StepView => ({
  ...at,
  kind: 'route',
  id: 'route',
  agent: 'router',
  to,
  reason,
  by: 'model',
  durationMs: 400,
});

export const agentStep = (agent: string, status: 'running' | 'completed' | 'failed' = 'completed'): StepView => ({
  ...at,
  kind: 'agent',
  id: `agent-${agent}`,
  agent,
  status,
  ...(status !== 'running' && { durationMs: 2100 }),
});

export const modelStep = (
  id: string,
  agent: string,
  text: string,
  change: { reasoning?: string; status?: 'running' | 'completed' | 'retrying'; role?: string; delayMs?: number } = {},
): StepView => ({
  ...at,
  kind: 'model',
  id,
  agent,
  status: change.status ?? 'completed',
  model: 'gpt-4o',
  endpoint: 'openai',
  role: change.role ?? agent,
  text,
  attempt: 1,
  ...(change.reasoning !== undefined && { reasoning: change.reasoning }),
});

export const toolStep = (id: string, agent: string, change: Partial<ToolStep> = {}): ToolStep => ({
  ...at,
  kind: 'tool',
  id,
  agent,
  status: 'completed',
  tool: 'read_file',
  title: 'read_file src/math.ts:1-7',
  input: { path: 'src/math.ts', startLine: 1, endLine: 7 },
  effect: 'read',
  text: '1: export function divide(a, b) {',
  durationMs: 12,
  ...change,
});

export const verdictStep = (explanation: string): StepView => ({
  ...at,
  kind: 'notice',
  id: 'verdict',
  agent: 'arbiter',
  level: 'info',
  topic: 'conflict.resolved',
  data: { between: ['dev', 'qa'], verdict: 'combined', explanation, message: explanation },
});
