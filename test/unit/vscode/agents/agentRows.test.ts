import assert from 'node:assert/strict';
import type { AgentSpec } from '../../../../src/core/agents/agentSpec';
import { READY_MADE } from '../../../../src/core/reactions/readyMade';
import type { ReactionView } from '../../../../src/core/reactions/reactionView';
import { sumOf, type RunAgentRecord } from '../../../../src/core/runs/agentFigures';
import {
  agentRow,
  importRow,
  type AgentNow,
  type AgentRow,
  type AgentWords,
} from '../../../../src/vscode/agents/agentRows';

const words: AgentWords = {
  idle: 'idle',
  running: 'works',
  paused: 'paused',
  off: 'off',
  breakerOpen: 'left alone',
  runs: (count) => `${count} runs`,
  tokens: (formatted) => `${formatted} tokens`,
  errors: (percent) => `${percent} failed`,
  names: {
    breaker: 'Breaker',
    latency: 'Time',
    tokens: 'Tokens',
    cost: 'Cost',
    errors: 'Failures',
    prompt: 'Prompt',
    reactions: 'Reacts',
  },
  breaker: (state, failures) => `${state} ${failures}`,
  percentiles: (p50, p95) => `${p50}, ${p95}`,
  tokensInOut: (input, output) => `${input} in, ${output} out`,
  unknown: 'unknown',
  atLeast: (cost) => `${cost} and more`,
  failures: (failed, all, reason) => `${failed} of ${all} ${reason}`,
  when: (topic) => topic,
  hold: (hold) => `holds: ${hold}`,
  waiting: (count) => `${count} wait`,
  fired: (ago) => `${ago} ago`,
  offered: 'off',
  importThem: 'Import',
  files: (first, more) => `${first} +${String(more)}`,
};

const spec: AgentSpec = {
  name: 'qa',
  description: 'Reviews.',
  source: 'built-in',
  prompt: '',
  tools: [],
  handoffs: [],
};
const record: RunAgentRecord = {
  runId: 'r',
  agent: 'qa',
  promptVersion: 'v1',
  startedAtMs: 0,
  lastAtMs: 1,
  invocations: 4,
  succeeded: 3,
  failed: 1,
  stopped: 0,
  durationsMs: [100, 2000, 3000, 9000],
  reasons: { 'agent.timeout': 1 },
  inputTokens: 18_000,
  outputTokens: 400,
  cachedInputTokens: 0,
  modelCalls: 4,
  retries: 0,
  costUsd: 0.0123,
  unpricedCalls: 0,
  unmeasuredCalls: 0,
};

function now(more: Partial<AgentNow> = {}): AgentNow {
  return {
    spec,
    isEnabled: true,
    isPaused: false,
    promptVersion: 'abc123',
    breaker: { state: 'closed', failures: 0 },
    figure: undefined,
    runs: [],
    reactions: [],
    offered: [],
    nowMs: 100_000,
    ...more,
  };
}

const lines = (row: AgentRow): string[] =>
  (row.children ?? []).map(({ label, description }) => [label, description].filter(Boolean).join(': '));

describe('rows of the agents tree', () => {
  it('say for an agent that never worked only what it is', () => {
    const row = agentRow(now(), words);
    assert.deepEqual([row.description, row.contextValue], ['idle', 'agent enabled active closed built-in']);
    assert.deepEqual(lines(row), ['Breaker: closed 0', 'Prompt: abc123']);
  });

  it('say how often, how fast, for how much and how well it worked', () => {
    const row = agentRow(now({ figure: sumOf([record]) }), words);
    assert.equal(row.description, 'idle · 1 runs · 2.0 s · 18k tokens · $0.012 · 25 % failed');
    assert.deepEqual(lines(row), [
      'Breaker: closed 0',
      'Time: 2.0 s, 9.0 s',
      'Tokens: 18k in, 400 out',
      'Cost: $0.012',
      'Failures: 1 of 4 agent.timeout',
      'Prompt: abc123',
    ]);
  });

  it('call a cost unknown that is unknown, and say where it is only part of it', () => {
    const { costUsd: _costUsd, ...unpriced } = record;
    const costOf = (figure: AgentNow['figure']) =>
      lines(agentRow(now({ figure }), words)).find((line) => line.startsWith('Cost'));
    assert.equal(costOf(sumOf([{ ...unpriced, unpricedCalls: 4 }])), 'Cost: unknown');
    assert.equal(costOf(sumOf([{ ...record, unpricedCalls: 1 }])), 'Cost: $0.012 and more');
  });

  it('show what stands in the way before anything else', () => {
    const run = {
      runId: 'r',
      kind: 'ask',
      title: 'Is this safe?',
      status: 'running',
      startedAt: new Date(0).toISOString(),
    } as const;
    const states = [
      agentRow(now({ runs: [run] }), words),
      agentRow(now({ breaker: { state: 'open', failures: 5 } }), words),
      agentRow(now({ isPaused: true, runs: [run] }), words),
      agentRow(now({ isEnabled: false, isPaused: true }), words),
    ];
    assert.deepEqual(
      states.map(({ description, icon }) => [description, icon]),
      [
        ['works', 'loading~spin'],
        ['left alone', 'warning'],
        ['paused', 'debug-pause'],
        ['off', 'circle-slash'],
      ],
    );
    assert.match(states[1]?.contextValue ?? '', /^agent \w+ \w+ open/);
    assert.deepEqual(lines(states[0] ?? agentRow(now(), words))[0], 'Is this safe?: 1 m 40 s');
  });

  it('show what it reacts to, what waits and why, and what can be switched on', () => {
    const reaction: ReactionView = {
      key: 'ready-made/qa-file-saved',
      agent: 'qa',
      topic: 'file.saved',
      source: 'ready-made',
      prompt: 'Look.',
      state: 'waiting',
      hold: 'paused',
      waiting: 3,
      lastFiredAtMs: 40_000,
    };
    const offered = READY_MADE.filter(({ id }) => id === 'qa-diagnostics-changed');
    const group = agentRow(now({ reactions: [reaction], offered }), words).children?.at(-1);
    assert.deepEqual(group && lines(group), [
      'file.saved: holds: paused · 3 wait · 1 m 0 s ago',
      'diagnostics.changed: off',
    ]);
    assert.deepEqual(
      group?.children?.map(({ contextValue, reaction: id }) => [contextValue, id]),
      [
        ['reaction ready-made', 'qa-file-saved'],
        ['reaction offered', 'qa-diagnostics-changed'],
      ],
    );
  });

  it('offers to import what other tools have left, where something waits', () => {
    assert.deepEqual(importRow([], words), []);
    assert.deepEqual(
      importRow(['.roomodes', '.cursorrules'], words).map(({ label, description, contextValue }) => [
        label,
        description,
        contextValue,
      ]),
      [['Import', '.roomodes +1', 'import']],
    );
  });
});
