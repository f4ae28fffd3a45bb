// The tab Trace of the page of events and traces in a plain Chromium with the real host side behind it: what it shows, and what keyboard and mouse do.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { THEMES } from '../support/browser';
import { InMemoryTraces, storedSpan } from '../support/inMemoryTraces';
import { goalTrace, largeTrace } from '../support/sampleTraces';
import type { TracePageOptions } from '../support/tracePage';
import { until, untilPasses } from '../support/until';
import { restingBox } from './support/restingBox';
import { GOAL_RUN, useTracePage } from './support/useTracePage';

describe('the page of events and traces', function () {
  this.timeout(60_000);
  const { trace, open, byId, progress } = useTracePage();

  describe('Trace', () => {
    const rows = () => byId('span-row').filter({ visible: true });
    const row = (name: string) => trace().page.locator(`[data-testid="span-row"][data-span-name="${name}"]`).first();
    const openTrace = async (options: TracePageOptions = {}) => {
      const traces = options.traces ?? new InMemoryTraces();
      if (!options.traces) traces.add('t1', goalTrace('t1'), 'r1');
      await open({ ...options, traces, runs: [GOAL_RUN] });
      await byId('tab-trace').click();
      return traces;
    };

    it('shows a run as a waterfall with its figures', async () => {
      await openTrace();
      await row('invoke_workflow goal').waitFor();
      await untilPasses(async () =>
        assert.match(
          await byId('trace-figures').innerText(),
          /1 m 14 s · 27 spans · 9 model calls · .*\$0\.121[\s\S]*1 error/,
        ),
      );
      await untilPasses(async () =>
        assert.match(await byId('trace-select').innerText(), /Add input validation to the API/),
      );
      await untilPasses(async () =>
        assert.equal(await row('execute_tool run_command').getAttribute('data-status'), 'error'),
      );
      await untilPasses(async () =>
        assert.match(
          await byId('trace-summary').innerText(),
          /The run took 1 m 14 s.*Agents: dev 42 s.*Failed: execute_tool run_command/s,
        ),
      );
    });

    it('is used with the keyboard: moves, folds, opens, zooms, finds', async () => {
      await openTrace();
      await row('plan supervisor').click();
      const chosen = trace().page.locator('.span-row[aria-selected="true"]');
      const { keyboard } = trace().page;
      await keyboard.press('ArrowRight');
      await untilPasses(async () => assert.equal(await chosen.getAttribute('data-span-name'), 'chat gpt-4o'));
      await keyboard.press('ArrowLeft');
      await keyboard.press('ArrowLeft');
      await until(async () => (await chosen.getAttribute('aria-expanded')) === 'false', 'a folded row');
      await keyboard.press('ArrowRight');
      await until(async () => (await chosen.getAttribute('aria-expanded')) === 'true', 'an unfolded row');
      await keyboard.press('Enter');
      await trace().page.locator('[data-testid="span-detail"]:focus').waitFor();
      await keyboard.press('Escape');
      await trace().page.locator('.spans-grid:focus').waitFor();
      const width = async () => (await row('plan supervisor').locator('.bar').boundingBox())?.width ?? 0;
      const before = (await restingBox(row('plan supervisor').locator('.bar'))).width;
      await keyboard.press('+');
      await until(async () => (await width()) > before * 1.1, 'a wider bar');
      await keyboard.press('0');
      await until(async () => Math.abs((await width()) - before) < 1, 'the bar as it was');
      await keyboard.press('f');
      await keyboard.type('tool:run_command');
      await byId('span-found').getByText('of 1').waitFor();
      await keyboard.press('Enter');
      await untilPasses(async () =>
        assert.equal(await chosen.getAttribute('data-span-name'), 'execute_tool run_command'),
      );
      await keyboard.press('ArrowDown');
      await keyboard.press('c');
      await trace().page.locator('.span-row.is-on-path').first().waitFor();
      await untilPasses(async () =>
        assert.match(await byId('trace-summary').innerText(), /The end waited longest for: approval run_command 15 s/),
      );
    });

    it('is used with the mouse: wheel, drag, brush and folds', async () => {
      await openTrace();
      await row('invoke_agent writer').scrollIntoViewIfNeeded();
      const bar = () => row('plan supervisor').locator('.bar').boundingBox();
      const before = await restingBox(row('plan supervisor').locator('.bar'));
      const { mouse } = trace().page;
      await mouse.move(before.x + 2, before.y + 4);
      await trace().page.keyboard.down('Control');
      await mouse.wheel(0, -300);
      await trace().page.keyboard.up('Control');
      await until(async () => ((await bar())?.width ?? 0) > before.width * 1.1, 'a wider bar');
      await mouse.move(before.x + 300, before.y + 4);
      await mouse.down();
      await mouse.move(before.x + 200, before.y + 4, { steps: 4 });
      await mouse.up();
      await until(async () => trace().page.locator('.brush').isVisible(), 'a brush');
      await byId('span-fit').click();
      await until(async () => Math.abs(((await bar())?.width ?? 0) - before.width) < 1, 'the bar as it was');
      const minimap = await byId('minimap').boundingBox();
      assert.ok(minimap);
      await mouse.move(minimap.x + 5, minimap.y + 10);
      await mouse.down();
      await mouse.move(minimap.x + minimap.width / 4, minimap.y + 10, { steps: 4 });
      await mouse.up();
      await until(async () => ((await bar())?.width ?? 0) > before.width * 2, 'a part of the run');
      await row('task explore').locator('.span-twisty').click();
      await until(async () => (await row('task explore').getAttribute('aria-expanded')) === 'false', 'a folded row');
      await untilPasses(async () => assert.equal(await row('execute_tool search_text').count(), 0));
    });

    it('filters by agent, kind, error and duration, and keeps what stands above', async () => {
      await openTrace({ height: 900 });
      await byId('span-errors').click();
      await until(async () => (await rows().count()) === 4, 'four rows');
      await untilPasses(async () =>
        assert.equal(await trace().page.locator('.span-row.is-context').filter({ visible: true }).count(), 3),
      );
      await byId('span-errors').click();
      await byId('span-agent').selectOption('writer');
      await until(async () => (await rows().count()) === 4, 'four rows');
      await byId('span-kind').selectOption('tool');
      await trace().page.getByText('No span passes the filter').waitFor();
      await trace().page.getByText('Clear the filter').click();
      await byId('span-duration').selectOption('10000');
      await row('approval run_command').waitFor();
    });

    it('folds idle time, so that waiting for a person takes no room', async () => {
      await openTrace();
      const width = async () => (await row('approval run_command').locator('.bar').boundingBox())?.width ?? 0;
      const before = (await restingBox(row('approval run_command').locator('.bar'))).width;
      await byId('span-fold-idle').click();
      await until(async () => (await width()) < before / 4, 'a fold');
      await trace().page.locator('.axis-crease').waitFor({ state: 'attached' });
    });

    it('shows a model call as a conversation, a tool call with input, output and file, and a prompt with its changes', async () => {
      const traces = new InMemoryTraces();
      traces.add('t1', goalTrace('t1'), 'r1');
      const version = { agent: 'researcher', tools: ['read_file'], model: null, modelOptions: null };
      traces.prompts.texts.push(
        { ...version, version: '000000000001', prompt: 'Be brief.' },
        { ...version, version: '3f2a90b1c4d7', prompt: 'Be thorough.' },
      );
      await openTrace({ traces });
      const detail = byId('span-detail');
      await byId('span-search').fill('read_file');
      await byId('span-search').press('Enter');
      await byId('span-search').press('ArrowDown');
      await trace().page.keyboard.press('Enter');
      await detail.getByText('"startLine": 30').waitFor();
      await detail.getByText('export function createApi').waitFor();
      await detail.getByText('src/api.ts:30-90').click();
      await until(() => trace().calls.includes('open src/api.ts:30'), 'a file that opens');
      await trace().page.locator('.span-row[data-span-name="chat gpt-4o"]').nth(2).click();
      await detail.getByText('You are researcher').waitFor();
      await untilPasses(async () => assert.match(await detail.innerText(), /3,890 in, 512 out · \$0\.015/));
      await row('invoke_agent researcher').click();
      await byId('span-prompt').locator('summary').click();
      await byId('span-prompt').locator('.diff-added', { hasText: 'Be thorough.' }).waitFor();
      await byId('span-prompt').locator('.diff-removed', { hasText: 'Be brief.' }).waitFor();
    });

    it('shows spans as they start, follows them, and stops following whoever looks at something', async () => {
      const traces = new InMemoryTraces();
      const began = Date.now();
      traces.add('t1', [storedSpan('t1', { id: 'root', name: 'invoke_workflow ask', start: 0 }, began)], 'r1');
      await openTrace({ traces, height: 260 });
      await row('invoke_workflow ask').waitFor();
      await untilPasses(async () =>
        assert.equal(await row('invoke_workflow ask').getAttribute('data-status'), 'running'),
      );
      const span = (n: number, end?: number) =>
        storedSpan(
          't1',
          { id: `s${n}`, parent: 'root', name: `execute_tool t${n}`, start: n * 10, ...(end !== undefined && { end }) },
          began,
        );
      for (let n = 0; n < 40; n += 1) traces.change(span(n));
      await row('execute_tool t39').waitFor();
      await untilPasses(async () => assert.ok(await row('execute_tool t39').isVisible(), 'the newest is in sight'));
      traces.change(span(39, 395));
      await until(async () => (await row('execute_tool t39').getAttribute('data-status')) === 'ok', 'an end');
      await trace().page.locator('.spans-grid').hover();
      await trace().page.mouse.wheel(0, -4000);
      await until(async () => (await byId('span-follow').getAttribute('aria-pressed')) === 'false', 'no following');
      for (let n = 40; n < 60; n += 1) traces.change(span(n));
      await byId('trace-figures').getByText('61 spans').waitFor();
      await untilPasses(async () => assert.equal(await row('execute_tool t59').count(), 0, 'nothing moved'));
    });

    it('marks what is odd instead of failing: cycles, missing parents, clocks that disagree', async () => {
      const traces = new InMemoryTraces();
      traces.add('t1', [
        storedSpan('t1', { id: 'a', parent: 'b', name: 'cycle a', start: 0, end: 5 }),
        storedSpan('t1', { id: 'b', parent: 'a', name: 'cycle b', start: 1, end: 4 }),
        storedSpan('t1', { id: 'c', parent: 'gone', name: 'orphan', start: 2, end: 4 }),
        storedSpan('t1', { id: 'd', parent: 'c', name: 'backwards', start: 4, end: 1 }),
        storedSpan('t1', { id: 'e', name: 'unfinished', start: 4 }),
      ]);
      await openTrace({ traces });
      await row('cycle a').waitFor();
      const markOf = (name: string) => row(name).locator('.span-mark').getAttribute('title');
      await untilPasses(async () => assert.match((await markOf('cycle a')) ?? '', /below it as its parent/));
      await untilPasses(async () => assert.match((await markOf('orphan')) ?? '', /parent is missing/));
      await untilPasses(async () => assert.match((await markOf('backwards')) ?? '', /ends before it starts/));
      await byId('trace-figures').getByText('3 odd').waitFor();
    });

    it('goes to the span that it is told to, in its trace', async () => {
      const traces = new InMemoryTraces();
      traces.add('t1', goalTrace('t1'), 'r1');
      traces.add('t2', [storedSpan('t2', { id: 'z', name: 'invoke_workflow review', start: 0, end: 5 })]);
      await open({ traces, runs: [GOAL_RUN] });
      trace().session.show({ tab: 'trace', traceId: 't1', target: { spanId: 'qa-1' } });
      await trace().page.locator('[data-testid="span-detail"][data-span-id="qa-1"]').waitFor();
      await untilPasses(async () =>
        assert.equal(await row('execute_tool security_scan').getAttribute('aria-selected'), 'true'),
      );
      await untilPasses(async () => assert.equal(await byId('trace-select').inputValue(), 't1'));
      trace().session.show({ tab: 'trace', traceId: 't1', target: { taskId: 'docs' } });
      await trace().page.locator('[data-testid="span-detail"][data-span-id="docs"]').waitFor();
    });

    it('finds place and filters again after it was closed', async () => {
      const traces = await openTrace();
      await byId('span-agent').selectOption('qa');
      await byId('span-search').fill('chat');
      await row('invoke_agent qa').click();
      await byId('span-detail').waitFor();
      const { memory, problems } = trace();
      const kept = () => /"qa".*"chat"|"chat".*"qa"/.test(JSON.stringify(memory.get('agentTeam.trace.place') ?? ''));
      await until(kept, 'a kept place');
      assert.deepEqual(problems, []);
      await trace().close();
      await open({ traces, memory, runs: [GOAL_RUN] });
      await byId('span-detail').waitFor();
      await untilPasses(async () => assert.equal(await byId('span-agent').inputValue(), 'qa'));
      await untilPasses(async () => assert.equal(await byId('span-search').inputValue(), 'chat'));
      await untilPasses(async () => assert.equal(await row('invoke_agent qa').getAttribute('aria-selected'), 'true'));
    });

    it('stays quick with 100,000 spans: finds, folds and scrolls', async () => {
      const traces = new InMemoryTraces();
      traces.add('t1', largeTrace('t1', 100_000));
      await openTrace({ traces });
      await byId('trace-figures').getByText('100,000 spans').waitFor({ timeout: 30_000 });
      await trace().page.locator('.spans-grid').focus();
      await trace().page.keyboard.press('End');
      await row('execute_tool search_text').waitFor();
      await untilPasses(async () =>
        assert.equal(await trace().page.locator('.spans-grid').getAttribute('aria-rowcount'), '100001'),
      );
      await untilPasses(async () => assert.ok((await byId('span-row').count()) < 80, 'only rows in sight exist'));
      await byId('span-search').fill('status:error');
      await byId('span-found')
        .getByText(/of 9\d$/)
        .waitFor();
      await byId('span-search').press('Enter');
      const chosen = trace().page.locator('.span-row[aria-selected="true"]');
      await untilPasses(async () => assert.equal(await chosen.getAttribute('data-status'), 'error'));
      await byId('span-collapse-all').click();
      await until(
        async () => (await trace().page.locator('.spans-grid').getAttribute('aria-rowcount')) === '2002',
        'agents only',
      );
    });

    it('has names over bars and details below in 300 px, with nothing beside the page', async () => {
      await openTrace({ width: 300, height: 700 });
      await row('plan supervisor').waitFor();
      const name = await row('plan supervisor').locator('.span-name').boundingBox();
      const time = await row('plan supervisor').locator('.span-time').boundingBox();
      assert.ok(name && time && time.y >= name.y + name.height - 1);
      await row('plan supervisor').click();
      const detail = await byId('span-detail').boundingBox();
      const grid = await trace().page.locator('.spans-grid').boundingBox();
      assert.ok(detail && grid && detail.y >= grid.y + grid.height - 1);
      await untilPasses(async () =>
        assert.equal(await trace().page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0),
      );
    });
  });

  for (const theme of THEMES) {
    it(`passes the accessibility rules in ${theme}`, async () => {
      const axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
      const traces = new InMemoryTraces();
      traces.add('t1', goalTrace('t1'), 'r1');
      await open({ theme, traces, runs: [GOAL_RUN] });
      const faults = async () => {
        // The policy of the page holds for scripts that are added: this one comes in from outside.
        await trace().page.evaluate(axe);
        return trace().page.evaluate<string[]>(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
          id + ': ' + nodes.map((node) => node.html + ' ' + node.failureSummary).join('\\n')))`);
      };
      assert.deepEqual(await faults(), [], 'no events');
      progress('one');
      await byId('event-row').first().click();
      await byId('event-detail').locator('.json').waitFor();
      assert.deepEqual(await faults(), [], 'events');
      await byId('tab-trace').click();
      await trace().page.locator('[data-span-name="execute_tool read_file"]').click();
      await byId('span-detail').locator('.json').first().waitFor();
      await byId('span-path').click();
      assert.deepEqual(await faults(), [], 'a trace');
    });
  }
});
