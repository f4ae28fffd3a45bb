import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  checkPlan,
  readPlanText,
  readPlanWith,
  type PlanChecks,
  type PlanOutcome,
} from '../../../../src/core/supervisor/plan';
import type { ToolCall } from '../../../../src/core/model/chatModel';

const AGENTS = ['dev', 'qa', 'writer'];
const checks: PlanChecks = {
  canonicalAgent: (name) => (name === 'tester' ? 'qa' : AGENTS.find((agent) => agent === name)),
  agents: AGENTS,
  maxTasks: 4,
};
const task = (id: string, dependencies: string[] = [], agent = 'dev') => ({
  id,
  agent,
  description: `do ${id}`,
  dependencies,
});

function faultsOf(outcome: PlanOutcome): string[] {
  assert.ok(!outcome.ok);
  return outcome.faults;
}

function idsOf(outcome: PlanOutcome): string[] {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.faults.join(' '));
  return outcome.tasks.map(({ id }) => id);
}

describe('checkPlan', () => {
  it('takes the object and the bare list', () => {
    assert.deepEqual(idsOf(checkPlan({ tasks: [task('a')] }, checks)), ['a']);
    assert.deepEqual(idsOf(checkPlan([task('a'), task('b', ['a'])], checks)), ['a', 'b']);
  });

  it('takes type for agent, and both other names of dependencies', () => {
    const outcome = checkPlan(
      [
        { id: 1, type: 'tester', description: 'x' },
        { id: 'b', agent: 'dev', description: 'y', depends_on: ['1'] },
        { id: 'c', agent: 'dev', description: 'z', dependsOn: ['1', 'b', 'b'] },
      ],
      checks,
    );
    assert.ok(outcome.ok);
    assert.deepEqual(
      outcome.tasks.map(({ id, agent, dependencies }) => [id, agent, dependencies]),
      [
        ['1', 'qa', []],
        ['b', 'dev', ['1']],
        ['c', 'dev', ['1', 'b']],
      ],
    );
  });

  it('takes the list as text or below "plan", null for what is left out, and one dependency without a list', () => {
    const plan = [
      { id: 'a', agent: null, type: 'dev', title: null, description: 'x', dependencies: null },
      { id: 'b', agent: 'qa', description: 'y', dependencies: 'a' },
    ];
    const known = { ...checks, canonicalAgent: (name: string) => name };
    for (const value of [
      { tasks: JSON.stringify(plan) },
      { plan: { tasks: plan } },
      { plan },
      { plan: 'First this, then that.', tasks: plan },
      { plan: null, tasks: plan },
    ]) {
      const outcome = checkPlan(value, known);
      assert.ok(outcome.ok);
      assert.deepEqual(
        outcome.tasks.map(({ agent, title, dependencies }) => [agent, title, dependencies]),
        [
          ['dev', 'x', []],
          ['qa', 'y', ['a']],
        ],
      );
    }
    assert.match(
      faultsOf(checkPlan([{ id: 'a', agent: null, description: 'x' }], known))[0] ?? '',
      /agent: is missing/,
    );
  });

  it('names every fault exactly', () => {
    assert.deepEqual(faultsOf(checkPlan({ tasks: [] }, checks)), ['The plan has no task: give at least one.']);
    assert.match(faultsOf(checkPlan('x', checks))[0] ?? '', /object with a list "tasks"/);
    assert.match(faultsOf(checkPlan([{ id: 'a', agent: 'dev' }], checks))[0] ?? '', /^Task "a": description: /);
    assert.deepEqual(faultsOf(checkPlan([task('a'), task('a')], checks)), ['The id "a" is used more than once.']);
    assert.deepEqual(faultsOf(checkPlan([task('a', ['x'], 'boss')], checks)), [
      'Task "a": there is no agent "boss"; there are dev, qa, writer.',
      'Task "a" depends on "x", which is not in the plan.',
    ]);
    assert.deepEqual(
      faultsOf(
        checkPlan(
          ['a', 'b', 'c', 'd', 'e'].map((id) => task(id)),
          checks,
        ),
      ),
      ['The plan has 5 tasks; at most 4 are allowed.'],
    );
  });

  it('shows a cycle as a path', () => {
    const faults = faultsOf(checkPlan([task('x'), task('a', ['b']), task('b', ['a'])], checks));
    assert.deepEqual(faults, ['The tasks wait for each other: a -> b -> a.']);
    assert.match(faultsOf(checkPlan([task('a', ['a'])], checks))[0] ?? '', /a -> a/);
  });
});

describe('readPlanText', () => {
  const plan = { tasks: [{ ...task('a'), description: 'use {braces} and "quotes" ]' }, task('b', ['a'])] };

  it('reads bare JSON, a code fence, and JSON with prose around it', () => {
    for (const text of [
      JSON.stringify(plan),
      JSON.stringify(plan.tasks),
      `Here it is:\n\`\`\`json\n${JSON.stringify(plan, null, 2)}\n\`\`\`\nGood luck.`,
      `I thought about {this} and [that]. ${JSON.stringify(plan)} That's all {folks}.`,
    ]) {
      assert.deepEqual(idsOf(readPlanText(text, checks)), ['a', 'b']);
    }
  });

  it('says when there is no plan, and what is wrong with the one there is', () => {
    assert.match(faultsOf(readPlanText('I would rather not.', checks))[0] ?? '', /submit_plan/);
    assert.match(faultsOf(readPlanText(JSON.stringify([task('a', ['zz'])]), checks))[0] ?? '', /"zz"/);
  });

  it('speaks of what was meant as a plan, whatever JSON stands before it', () => {
    const text = `See [1] and {"x": 2}: ${JSON.stringify([task('a', ['b']), task('b', ['a'])])}`;
    assert.deepEqual(faultsOf(readPlanText(text, checks)), ['The tasks wait for each other: a -> b -> a.']);
  });

  it('gives up on a flood of brackets instead of holding the thread', () => {
    const spentMs = (length: number) => {
      const startMs = performance.now();
      assert.match(faultsOf(readPlanText('['.repeat(length), checks))[0] ?? '', /no JSON plan/);
      return performance.now() - startMs;
    };
    spentMs(10_000);
    // Whoever tried every bracket would take a hundred times as long for ten times as many.
    const [few, many] = [spentMs(100_000), spentMs(1_000_000)];
    assert.ok(many < 30 * few + 500, `${few} ms, then ${many} ms`);
  });

  it('finds a plan behind any prose, and never throws (property)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        readPlanText(before, checks);
        if (/["'[\]{}`]/.test(before)) return;
        assert.deepEqual(idsOf(readPlanText(`${before}${JSON.stringify(plan)}${after}`, checks)), ['a', 'b']);
      }),
    );
  });
});

describe('readPlanWith', () => {
  const check = (value: unknown) => checkPlan(value, checks);
  const read = (text: string, ...toolCalls: Partial<ToolCall>[]) =>
    readPlanWith(
      {
        role: 'assistant',
        text,
        toolCalls: toolCalls.map((call) => ({ id: 'c', name: 'submit_plan', arguments: {}, ...call })),
      },
      check,
    );
  const good = { arguments: { tasks: [task('a')] } };
  const bad = { arguments: { tasks: [task('a', ['a'])] } };

  it('takes a call whose arguments are just the list', () => {
    const raw = JSON.stringify([task('a')]);
    assert.deepEqual(idsOf(read('', { problem: { reason: 'invalid_json', raw } })), ['a']);
  });

  it('takes nothing that was cut off, however it reads', () => {
    const problem = { reason: 'cut_off' as const, raw: JSON.stringify(good.arguments) };
    assert.match(faultsOf(read('', { problem }))[0] ?? '', /cut off/);
  });

  it('takes the first good plan of several calls and of the text, else tells the faults of the first call', () => {
    assert.deepEqual(idsOf(read('', bad, good)), ['a']);
    assert.deepEqual(idsOf(read(JSON.stringify(good.arguments), { arguments: {} })), ['a']);
    assert.match(faultsOf(read('no JSON', bad, { arguments: {} }))[0] ?? '', /a -> a/);
  });
});
