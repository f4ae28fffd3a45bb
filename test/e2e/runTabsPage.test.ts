// The tabs Graph, Metrics and Compare in a plain Chromium, wired to their real host sides.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import type { AgentFigures, RunAgentRecord } from '../../src/core/runs/agentFigures';
import type { RunView } from '../../src/core/runs/runView';
import { createCompareTab } from '../../src/vscode/trace/compareTab';
import { createGraphTab } from '../../src/vscode/trace/graphTab';
import { createMetricsTab } from '../../src/vscode/trace/metricsTab';
import { RunOfTrace } from '../../src/vscode/trace/runOfTrace';
import { chromiumPath, openBrowser, THEMES, timers } from '../support/browser';
import { InMemoryRunSource } from '../support/inMemoryRunSource';
import { RunStory } from '../support/runStory';
import { toolStep } from '../support/runViews';
import { askWithHandoffs, figureRecords, goalOf, traceOf } from '../support/sampleRuns';
import { until, untilPasses } from '../support/until';
import { openTracePage, type TracePage, type TracePageOptions } from '../support/tracePage';

describe('the tabs of runs in a browser', function () {
  this.timeout(180_000);
  let browser: Browser;
  let records: RunAgentRecord[] = [];
  /** What the page asked of the host beside showing. */
  let asked: string[] = [];
  const open: TracePage[] = [];

  before(async function () {
    if (chromiumPath() === undefined) this.skip();
    browser = await openBrowser();
  });
  beforeEach(() => {
    records = figureRecords(30, Date.now());
    asked = [];
  });
  afterEach(async () => {
    const pages = open.splice(0);
    for (const page of pages) await page.close();
    for (const { problems } of pages) assert.deepEqual(problems, []);
  });
  after(() => browser.close());

  async function openPage(source: InMemoryRunSource, options: TracePageOptions = {}): Promise<TracePage> {
    const showError = (error: unknown) => assert.fail(String(error));
    const run = new RunOfTrace(source);
    const nothing = () => ({ dispose: () => undefined });
    const showPrompt = (version: string, before?: string) =>
      Promise.resolve(void asked.push(`${version} after ${before ?? 'none'}`));
    const figures = { records: () => records, onDidChange: nothing } as unknown as AgentFigures;
    const tabs = [
      createGraphTab({ run, clock: timers, showError }),
      createMetricsTab({
        source: () => ({ figures, left: 0 }),
        breakers: {
          state: (_scope, agent) => (agent === 'qa' ? 'open' : 'closed'),
          reset: (_scope, agent) => void asked.push(`reset ${agent}`),
          onDidChange: nothing,
        },
        showPrompt,
        clock: timers,
        showError,
      }),
      createCompareTab({ run, showPrompt, clock: timers, showError }),
    ];
    const opened = await openTracePage(browser, { ...options, source, tabs });
    open.push(opened);
    return opened;
  }

  async function openTab(source: InMemoryRunSource, tab: string, options: TracePageOptions = {}) {
    const opened = await openPage(source, options);
    await opened.page.getByTestId(`tab-${tab}`).click();
    return opened;
  }

  it('shows handoffs as they happen, and leads from a node to its span', async () => {
    const source = new InMemoryRunSource();
    const story = new RunStory('ask', 'is this safe?').routed('qa', 'a safety question').turn('qa', { open: true });
    source.put(story.view());
    const { page } = await openTab(source, 'graph');
    const nodes = page.getByTestId('graph-node');
    await nodes.nth(2).waitFor();
    await untilPasses(async () => {
      const states = await Promise.all((await nodes.all()).map((node) => node.getAttribute('data-state')));
      assert.deepEqual(states, ['', 'completed', 'running']);
    });
    story.tell('agent.completed', { invocationId: 'i2', text: '', turns: 1, outcome: 'answer' }, { agent: 'qa' });
    story.handed('qa', 'dev', 'needs a fix').turn('dev', { open: true });
    source.put(story.view());
    await page.locator('[data-node="agent:i3"][data-state="running"]').waitFor();
    await page.locator('[data-node="agent:i2"][data-state="completed"]').waitFor();
    const name = await page.locator('[data-node="agent:i3"]').textContent();
    assert.match((name ?? '').replaceAll(/\s+/g, ' '), /dev running .*needs a fix/);
    await untilPasses(async () => assert.equal(await page.locator('.graph-line.line-handoff').count(), 2));
  });

  it('is walked through by keys, zoomed, fitted, and read as a table', async () => {
    const source = new InMemoryRunSource();
    source.put(goalOf({ tasks: 20, done: 9, width: 4 }));
    const { page } = await openTab(source, 'graph');
    await page.getByTestId('graph-node').nth(22).waitFor();
    await untilPasses(async () =>
      assert.match(
        (await page.getByTestId('graph-summary').textContent()) ?? '',
        /8 of 20 tasks done · 1 failed · 1 running/,
      ),
    );
    await page.locator('[data-node="request"]').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    const focused = () => page.evaluate<string>('document.activeElement?.dataset.node ?? ""');
    await untilPasses(async () => assert.match(await focused(), /^task:t[0-3]$/));
    await page.keyboard.press('End');
    await untilPasses(async () => assert.equal(await focused(), 'task:t19'));
    const scale = () =>
      page.evaluate<number>('new DOMMatrix(getComputedStyle(document.querySelector(".graph-plane")).transform).a');
    const before = await scale();
    await page.keyboard.press('+');
    await untilPasses(async () => assert.ok((await scale()) > before));
    await page.keyboard.press('0');
    await untilPasses(async () => assert.ok(Math.abs((await scale()) - before) < 0.001));
    await page.getByTestId('graph-list').click();
    const table = page.getByTestId('graph-table');
    await untilPasses(async () => assert.equal(await table.locator('tbody tr').count(), 23));
    await untilPasses(async () =>
      assert.match(
        (await table.locator('tr', { hasText: 'Document part 4' }).first().textContent()) ?? '',
        /writer.*failed.*The endpoint allows/s,
      ),
    );
  });

  it('keeps the choice of a list when the page comes again', async () => {
    const source = new InMemoryRunSource();
    source.put(askWithHandoffs());
    const first = await openTab(source, 'graph');
    await first.page.getByTestId('graph-list').click();
    await until(
      () => JSON.stringify(first.memory.get('agentTeam.trace.place') ?? '').includes('"asList":true'),
      'a kept choice',
    );
    const second = await openPage(source, { memory: first.memory });
    await second.page.getByTestId('graph-table').waitFor();
  });

  it('shows another run when one is chosen, and says what an empty one is', async () => {
    const source = new InMemoryRunSource();
    source.put(goalOf({ tasks: 3, done: 1, width: 1 }));
    source.put(askWithHandoffs('other'));
    const { page } = await openTab(source, 'graph');
    await page.getByTestId('trace-select').selectOption(traceOf('other'));
    await page.locator('.node-refusal').waitFor();
    await page.getByTestId('trace-select').selectOption(traceOf('goal'));
    await page.locator('[data-node="task:t2"]').waitFor();
    source.import('f'.repeat(32), [
      {
        ...{ traceId: 'f'.repeat(32), spanId: '1'.repeat(16), name: 'invoke_agent triage', kind: 'internal' },
        ...{ startTime: '2030-01-01T00:00:00.000Z', endTime: '2030-01-01T00:00:01.000Z', status: 'ok', attributes: {} },
      },
    ]);
    source.put(askWithHandoffs('other'));
    await page.getByTestId('trace-select').selectOption('f'.repeat(32));
    await untilPasses(async () =>
      assert.match((await page.locator('option:checked').first().textContent()) ?? '', /triage · imported/),
    );
    await page.locator('[data-node^="agent:"]').getByText('triage').first().waitFor();
    const empty = await openTab(new InMemoryRunSource(), 'graph');
    await empty.page.getByText('No run to show').waitFor();
  });

  it('lays out and draws a thousand tasks quickly', async () => {
    const source = new InMemoryRunSource();
    source.put(goalOf({ tasks: 1000, done: 20, width: 40 }));
    const { page } = await openTab(source, 'graph');
    await page.locator('[data-node="task:t999"]').waitFor();
  });

  it('shows the figures of agents, sorted as asked, with their prompts and breakers', async () => {
    const { page } = await openTab(new InMemoryRunSource(), 'metrics');
    const agents = page.getByTestId('metrics-table').locator('tbody tr');
    await agents.first().waitFor();
    const order = async () =>
      Promise.all(
        (await agents.all()).map(async (row) => {
          const version = (await row.getAttribute('data-version')) ?? '';
          return `${await row.getAttribute('data-agent')} ${version.slice(0, 1)}`;
        }),
      );
    await untilPasses(async () =>
      assert.deepEqual(await order(), ['dev b', 'dev 1', 'qa b', 'qa 1', 'router 1', 'writer b', 'writer 1']),
    );
    await page.locator('[data-sort="runs"]').click();
    await untilPasses(async () => assert.equal((await order())[0], 'router 1'));
    await untilPasses(async () =>
      assert.match((await page.locator('tr[data-agent="writer"]').first().textContent()) ?? '', /unknown/),
    );
    await page.getByTestId('metrics-diff').first().click();
    await page.locator('tr[data-agent="qa"]').getByTestId('metrics-reset').click();
    await page.getByTestId('metrics-versions').uncheck();
    await untilPasses(async () => assert.deepEqual(await order(), ['dev ', 'qa ', 'router ', 'writer ']));
    await page.locator('tr[data-agent="dev"] button.plain').click();
    await page.getByTestId('metrics-measure').selectOption('p95');
    await page.getByText('dev: Latency p95', { exact: true }).waitFor();
    // Nothing of another tab's style reaches the bars: the highest is as high as the chart.
    const heights = `[...document.querySelectorAll('.figure-bar')].map((bar) => bar.getBoundingClientRect().height)`;
    const chart = page.getByTestId('metrics-chart').locator('svg');
    await untilPasses(async () => {
      const highest = Math.max(...(await page.evaluate<number[]>(heights)));
      assert.ok(Math.abs(highest - ((await chart.boundingBox())?.height ?? 0)) < 2, `${highest}`);
    });
    await untilPasses(() => assert.deepEqual(asked, ['b7c9d1e2f3a4 after 1a2b3c4d5e6f', 'reset qa']));
    await page.getByTestId('metrics-range').selectOption('1');
    await page.getByText('No agent worked in this time').waitFor();
    await page.getByText('Show all').click();
    await agents.first().waitFor();
  });

  it('lays two runs beside each other, swaps them, and says in words what differs', async () => {
    const source = new InMemoryRunSource();
    source.put(withTools(goalOf({ runId: 'new', tasks: 4, done: 3, width: 1 }), ['read_file a.ts', 'run_tests']));
    source.put(withTools(goalOf({ runId: 'old', tasks: 3, done: 2, width: 1 }), ['read_file a.ts', 'search_text x']));
    const { page } = await openTab(source, 'compare');
    const plan = page.getByTestId('compare-plan').locator('tbody tr');
    await plan.nth(3).waitFor();
    await untilPasses(async () =>
      assert.match(
        (await plan.nth(3).textContent()) ?? '',
        /Document part 4\s*not in this run|Document part 4.*not in this run/s,
      ),
    );
    await untilPasses(async () =>
      assert.match(
        (await page.getByTestId('compare-summary').textContent()) ?? '',
        /3 tasks in both, 0 only in the first, 1 only in the second/,
      ),
    );
    const calls = page.getByTestId('compared').first();
    await untilPasses(async () =>
      assert.deepEqual(
        (await calls.locator('li').allTextContents()).map((line) => line.replaceAll(/\s+/g, ' ').trim()),
        ['read_file a.ts', '− only in the first: search_text x', '+ only in the second: run_tests'],
      ),
    );
    await page.getByTestId('compare-swap').click();
    await page.getByText('1 only in the first').waitFor();
    await page.getByTestId('compare-left').selectOption(traceOf('old'));
    await page.getByText('Choose two different runs.').waitFor();
  });

  it('has no finding of axe, in any theme and width', async () => {
    const axe = await readFile(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');
    for (const [index, theme] of THEMES.entries()) {
      const source = new InMemoryRunSource();
      source.put(goalOf({ runId: 'other', tasks: 7, done: 5, width: 2 }));
      source.put(index === 0 ? askWithHandoffs() : goalOf({ tasks: 9, done: 4, width: 3 }));
      const { page } = await openTab(source, 'graph', { theme, width: index === 1 ? 320 : 1000 });
      await page.evaluate(axe);
      const faults = () =>
        page.evaluate<string[]>(
          `axe.run('.tab:not([hidden])').then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')))`,
        );
      await page.getByTestId('graph-node').first().waitFor();
      assert.deepEqual(await faults(), [], `${theme} graph`);
      await page.getByTestId('graph-list').click();
      assert.deepEqual(await faults(), [], `${theme} graph as a list`);
      await page.getByTestId('tab-metrics').click();
      await page.getByTestId('metrics-table').waitFor();
      assert.deepEqual(await faults(), [], `${theme} metrics`);
      await page.getByTestId('tab-compare').click();
      await page.getByTestId('compare-figures').waitFor();
      assert.deepEqual(await faults(), [], `${theme} compare`);
    }
  });
});

function withTools(view: RunView, titles: string[]): RunView {
  const steps = titles.map((title, index) =>
    toolStep(`c${index}`, 'dev', { title, tool: title.split(' ', 1)[0] ?? '' }),
  );
  return { ...view, text: titles.join('\n'), steps: [...view.steps, ...steps] };
}
