import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareRuns } from '../../../../src/core/runs/compareRuns';
import type { RunView, TaskView } from '../../../../src/core/runs/runView';
import { agentStep, runView, toolStep } from '../../../support/runViews';

function task(id: string, change: Partial<TaskView> = {}): TaskView {
  return {
    id,
    agent: 'dev',
    title: id,
    description: '',
    status: 'completed',
    dependencies: [],
    text: '',
    attempts: 1,
    usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true },
    activities: [],
    ...change,
  };
}

const calls = (...titles: string[]): RunView['steps'] =>
  titles.map((title, index) => toolStep(`c${index}`, 'qa', { title, tool: title.split(' ', 1)[0] ?? '' }));

describe('two runs compared', () => {
  it('match tasks by id, then by title, and leave the others alone', () => {
    const left = runView({
      tasks: [
        task('a', { startedAt: '2030-01-01T00:00:00.000Z', endedAt: '2030-01-01T00:00:02.000Z' }),
        task('b', { title: 'Write  tests' }),
        task('c'),
      ],
    });
    const right = runView({ tasks: [task('x', { title: 'write tests', agent: 'qa' }), task('a'), task('y')] });
    const { tasks } = compareRuns(left, right);
    assert.deepEqual(
      tasks.map((pair) => [pair.left?.id, pair.right?.id]),
      [
        ['a', 'a'],
        ['b', 'x'],
        ['c', undefined],
        [undefined, 'y'],
      ],
    );
    assert.equal(tasks[0]?.left?.durationMs, 2000);
  });

  it('count tools and line up their calls', () => {
    const left = runView({ steps: calls('read_file a', 'search_text x', 'read_file b') });
    const failed = toolStep('f', 'qa', { tool: 'run_tests', title: 'run_tests', status: 'failed' });
    const right = runView({ steps: [...calls('read_file a', 'read_file b'), failed] });
    const compared = compareRuns(left, right);
    assert.deepEqual(compared.tools, [
      { name: 'read_file', left: 2, right: 2, leftFailed: 0, rightFailed: 0 },
      { name: 'run_tests', left: 0, right: 1, leftFailed: 0, rightFailed: 1 },
      { name: 'search_text', left: 1, right: 0, leftFailed: 0, rightFailed: 0 },
    ]);
    assert.deepEqual(compared.calls, [
      { side: 'both', texts: ['read_file a'] },
      { side: 'left', texts: ['search_text x'] },
      { side: 'both', texts: ['read_file b'] },
      { side: 'right', texts: ['run_tests'] },
    ]);
    assert.deepEqual([compared.right.toolCalls, compared.right.failedToolCalls], [3, 1]);
  });

  it('tell who worked by which prompt, and how control went', () => {
    const step = (agent: string, promptVersion: string) => ({ ...agentStep(agent), promptVersion });
    const left = runView({ steps: [step('router', 'r1'), step('qa', 'q1'), step('qa', 'q1')] as RunView['steps'] });
    const right = runView({ steps: [step('router', 'r1'), step('qa', 'q2'), step('dev', 'd1')] as RunView['steps'] });
    const { agents, left: leftSide, right: rightSide } = compareRuns(left, right);
    assert.deepEqual(agents, [
      { agent: 'router', left: ['r1'], right: ['r1'] },
      { agent: 'qa', left: ['q1'], right: ['q2'] },
      { agent: 'dev', left: [], right: ['d1'] },
    ]);
    assert.deepEqual(
      [leftSide.path, rightSide.path],
      [
        ['router', 'qa'],
        ['router', 'qa', 'dev'],
      ],
    );
  });

  it('keep an unknown cost and the time of a run that goes on absent', () => {
    const { costUsd: _costUsd, ...usage } = runView().usage;
    const { endedAt: _endedAt, ...going } = runView({ usage, status: 'running' });
    const { left, right } = compareRuns(runView(), going);
    assert.deepEqual([left.durationMs, left.usage.costUsd], [2100, 0.004]);
    assert.deepEqual(['durationMs' in right, 'costUsd' in right.usage], [false, false]);
  });

  it('give back both answers by their lines', () => {
    const texts = fc
      .array(fc.constantFrom('a', 'b', 'c', '', 'd e'), { maxLength: 30 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const parts = compareRuns(runView({ text: left }), runView({ text: right })).answer;
        const linesOf = (side: 'left' | 'right') =>
          parts?.flatMap((part) => (part.side === 'both' || part.side === side ? part.texts : [])) ?? [];
        const lines = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));
        assert.deepEqual([linesOf('left'), linesOf('right')], [lines(left), lines(right)]);
      }),
    );
  });

  it('give up on what differs too much, and stay quick', () => {
    const many = (prefix: string) => calls(...Array.from({ length: 3000 }, (_, index) => `${prefix} ${index}`));
    const compared = compareRuns(runView({ steps: many('read_file') }), runView({ steps: many('search_text') }));
    assert.equal(compared.calls, undefined);
    assert.deepEqual([compared.left.toolCalls, compared.tools.length], [3000, 2]);
  });
});
