import assert from 'node:assert/strict';
import fc from 'fast-check';
import { layOutPlan } from '../../../../src/core/runs/planLayout';
import { reportMarkdown, type ReportWords } from '../../../../src/core/runs/reportMarkdown';
import { reportOf } from '../../../../src/core/runs/runReport';
import { foldRests } from '../../../../src/core/runs/timeline';
import { endedGoalView, goalView } from '../../../support/goalView';
import { agentStep, modelStep, runView, taskView, toolStep } from '../../../support/runViews';

const NOW = Date.parse('2026-01-05T10:43:00.000Z');
const HOUR_MS = 3_600_000;

describe('the report of a run', () => {
  it('tells a goal’s parts on one axis, as far as they are', () => {
    const { bars, totalMs } = reportOf(goalView(), NOW).timeline;
    assert.deepEqual(
      bars.map(({ id, status, startMs, endMs }) => `${id} ${status} ${startMs / 1000}-${endMs / 1000}`),
      [
        'plan completed 0-2',
        'task/look completed 2-16',
        'task/schemas running 16-60',
        'task/policy waiting-approval 20-60',
        'task/rates retrying 18-60',
        'task/docs failed 16-24',
      ],
    );
    assert.equal(totalMs, 60_000);
  });

  it('tells who worked when in a run that was no goal', () => {
    const steps = [agentStep('qa'), toolStep('t1', 'qa'), { ...agentStep('dev', 'running'), id: 'a2' }];
    const { bars } = reportOf(runView({ steps }), NOW).timeline;
    assert.deepEqual(
      bars.map(({ agent, status, startMs, endMs }) => [agent, status, startMs, endMs]),
      [
        ['qa', 'completed', 0, 2100],
        ['dev', 'cancelled', 0, 1600],
      ],
    );
  });

  it('adds up costs by agent and model, and counts attempts of which nobody knows what they used', () => {
    const call = (id: string, agent: string, costUsd?: number, attempt = 1) => ({
      ...modelStep(id, agent, 'x'),
      attempt,
      usage: { inputTokens: 10, outputTokens: 1, ...(costUsd !== undefined && { costUsd }) },
    });
    const { costs } = reportOf(
      runView({ steps: [call('1', 'qa', 0.5), call('2', 'qa', 0.25), call('3', 'dev', 1, 2)] as never }),
      NOW,
    );
    assert.deepEqual(
      costs.map(({ agent, model, usage }) => [agent, model, usage.modelCalls, usage.inputTokens, usage.costUsd]),
      [
        ['qa', 'gpt-4o', 2, 20, 0.75],
        ['dev', 'gpt-4o', 2, 10, undefined],
      ],
    );
  });

  it('tells verdicts of disagreements, and what went other than planned', () => {
    const notice = (id: string, topic: string, level: 'info' | 'warning', data: Record<string, unknown>) => ({
      ...{ kind: 'notice' as const, id, topic, level, data },
      ...{ agent: '', startedAt: '2026-01-05T10:42:00.000Z' },
    });
    const report = reportOf(
      runView({
        steps: [
          notice('1', 'conflict.resolved', 'info', {
            between: ['a', 'b'],
            verdict: 'a',
            explanation: 'It has a test.',
          }),
          notice('2', 'budget.warned', 'warning', { used: 9, limit: 10, kind: 'tokens' }),
          notice('3', 'run.paused', 'info', {}),
          notice('4', 'conflict.resolved', 'info', { between: 'broken' }),
        ],
      }),
      NOW,
    );
    assert.deepEqual(report.verdicts, [
      { id: '1', between: ['a', 'b'], verdict: 'a', explanation: 'It has a test.' },
      { id: '4', between: [], verdict: '', explanation: '' },
    ]);
    assert.deepEqual(
      report.notices.map(({ id }) => id),
      ['2'],
    );
  });
});

describe('a plan’s picture', () => {
  const task = (id: string, ...dependencies: string[]) => taskView(id, { dependencies });
  const places = (...tasks: ReturnType<typeof task>[]) =>
    layOutPlan(tasks)?.places.map(({ id, column, row }) => `${id}@${column},${row}`);

  it('puts each task behind what it needs, in the row of it where that is free', () => {
    assert.deepEqual(places(task('a'), task('b'), task('c', 'b'), task('d', 'a'), task('e', 'c', 'd')), [
      'a@0,0',
      'b@0,1',
      'c@1,1',
      'd@1,0',
      'e@2,1',
    ]);
  });

  it('is none for tasks without links, and for more than can be looked at', () => {
    assert.equal(layOutPlan([task('a'), task('b')]), undefined);
    assert.equal(layOutPlan(Array.from({ length: 301 }, (_, index) => task(`${index}`, '0'))), undefined);
  });

  it('gives every task a place of its own, behind all that it needs', () => {
    const plans = fc
      .array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
      .map((links) =>
        links.map((link, index) => task(`t${index}`, ...link.filter((to) => to < index).map((to) => `t${to}`))),
      );
    fc.assert(
      fc.property(plans, (tasks) => {
        const layout = layOutPlan(tasks);
        if (!layout) return tasks.every(({ dependencies }) => dependencies.length === 0);
        const columnOf = new Map(layout.places.map(({ id, column }) => [id, column]));
        assert.equal(new Set(layout.places.map(({ column, row }) => `${column},${row}`)).size, tasks.length);
        return layout.links.every(({ from, to }) => (columnOf.get(from) ?? 0) < (columnOf.get(to) ?? 0));
      }),
    );
  });
});

describe('the axis of a report', () => {
  it('folds a night between two days of work, and no short rest', () => {
    const { spans, totalMs, breaks } = foldRests([
      { startMs: 1000, endMs: 61_000 },
      { startMs: 61_500, endMs: 101_000 },
      { startMs: 9 * HOUR_MS, endMs: 9 * HOUR_MS + 100_000 },
    ]);
    assert.deepEqual(spans[1], { startMs: 60_500, endMs: 100_000 });
    assert.equal(breaks.length, 1);
    assert.ok(totalMs < 210_000 && totalMs > 200_000, `${totalMs}`);
    assert.ok((breaks[0]?.skippedMs ?? 0) > 8.9 * HOUR_MS);
  });

  it('is empty for nothing', () => assert.deepEqual(foldRests([]), { spans: [], totalMs: 0, breaks: [] }));
});

const heading = new Proxy({} as ReportWords['heading'], { get: (_target, key) => String(key) });
const words: ReportWords = {
  state: (state) => state,
  failure: (reason) => reason,
  duration: (ms) => `${ms / 1000} s`,
  tokens: (count) => `${count} tokens`,
  cost: (usd) => `$${usd}`,
  costUnknown: 'unknown',
  moment: (iso) => iso,
  heading,
  change: (kind) => kind,
  changeStatus: (status) => status,
  severity: (severity) => severity,
  notice: ({ topic }) => topic,
};

describe('a report as Markdown', () => {
  const written = (view = endedGoalView()) => reportMarkdown(reportOf(view, NOW), words, NOW);

  it('has the answer, the plan with who needs whom, the results and the costs', () => {
    const text = written();
    assert.match(
      text,
      /^# Add input validation to the API\n\npartial · supervisor · 2026-01-05T10:42:00.000Z · 95 s · 20550 tokens · \$0.069\n\n> Add input/,
    );
    assert.match(text, /## answer\n\nThe three endpoints refuse/);
    assert.match(text, /\| 2 \| Write the schemas \| dev \| completed \| 64 s \| \$0.024 \| 1 \|/);
    assert.match(text, /\| 4 \| Check the rate limits \| qa \| completed \(attempts: 2\) \|/);
    assert.match(text, /\| 6 \| Update the reference \| writer \| failed: model.rate\\_limited \|/);
    assert.match(text, /### Find the endpoints \(researcher\)\n\nThree endpoints take input\./);
    assert.match(text, /### Update the reference \(writer\)\n\n_The model limits the rate of requests\._/);
  });

  it('leaves out what there is nothing to say about', () => {
    const text = written(runView({ text: 'Yes.' }));
    assert.deepEqual(text.match(/^## .*$/gm), ['## answer']);
  });

  it('calls an unknown cost unknown, and sums incomplete where they are', () => {
    const step = { ...modelStep('1', 'qa', 'x'), usage: { inputTokens: 10 } };
    const usage = { inputTokens: 10, outputTokens: 0, cachedInputTokens: 0, modelCalls: 1, complete: false };
    const text = written(runView({ text: 'Yes.', steps: [step], usage }));
    assert.match(
      text,
      /\| qa \| gpt-4o \| 1 \| 10\+ \| 0\+ \| unknown \|\n\| total \| +\| 1 \| 10\+ \| 0\+ \| unknown \|/,
    );
    assert.doesNotMatch(text, /\$0/);
  });

  it('lets no foreign text break its structure', () => {
    const title = 'x | y\n# z `code` <b>';
    const tasks = [taskView('a', { title, status: 'completed', text: '# Big\n\n```md\n# kept\n```\n## Small' })];
    const change = { runId: 'r', kind: 'modify', status: 'proposed', added: 1, removed: 2, hunks: [] } as const;
    const text = written(goalView({ tasks, changes: [{ ...change, path: 'a|b`c.ts', hunks: [] }] }));
    assert.match(text, /\| 1 \| x \\\| y \\# z \\`code\\` \\<b\\> \| dev \|/);
    assert.match(text, /#### Big\n\n```md\n# kept\n```\n##### Small/);
    assert.match(text, /\| `` a\\\|b`c\.ts `` \| modify \| proposed \| \+1 −2 \|/);
  });
});
