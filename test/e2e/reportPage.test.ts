// The report page in a plain Chromium with the real session behind it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import type { RunView } from '../../src/core/runs/runView';
import { openBrowser, THEMES, type Theme } from '../support/browser';
import { endedGoalView, goalView } from '../support/goalView';
import { InMemoryRuns } from '../support/inMemoryRuns';
import { openReportPage, type ReportPageAtHand } from '../support/reportPage';
import { taskView } from '../support/runViews';
import { untilPasses } from '../support/until';

describe('the report page', function () {
  this.timeout(60_000);
  let browser: Browser;
  let report: ReportPageAtHand;
  let opened: ReportPageAtHand | undefined;

  before(async () => {
    browser = await openBrowser();
  });
  after(async () => browser.close());
  afterEach(async () => {
    const last = opened;
    opened = undefined;
    await last?.close();
    assert.deepEqual(last?.problems ?? [], []);
  });

  const open = async (view: RunView, options: { theme?: Theme; width?: number } = {}) => {
    const runs = new InMemoryRuns();
    runs.fill([view]);
    opened = report = await openReportPage(browser, { runs, runId: view.runId, ...options });
  };
  const byId = (id: string) => report.page.getByTestId(id);

  it('has the plan as a picture whose tasks lead to their results by keyboard', async () => {
    await open(endedGoalView());
    await untilPasses(async () => assert.equal(await byId('plan-task').count(), 7));
    const docs = report.page.getByRole('button', { name: /^Update the reference writer/ });
    await docs.focus();
    await docs.press('Enter');
    const result = report.page.locator('[data-testid="result"][data-task-id="docs"]');
    await result.getByText('The model limits the rate of requests.').waitFor();
    await result.getByRole('button', { expanded: true }).waitFor();
  });

  it('follows a run that works', async () => {
    await open(goalView());
    await untilPasses(async () => assert.equal(await byId('report').getAttribute('data-status'), 'running'));
    report.runs.put('goal-1', endedGoalView());
    await report.page.locator('[data-testid="report"][data-status="partial"]').waitFor();
    await report.page.getByText('The three endpoints refuse').waitFor();
    await untilPasses(async () => assert.match(await byId('report-facts').innerText(), /partial · 5 of 7 tasks/));
  });

  it('does what its buttons and links say', async () => {
    await open(endedGoalView());
    await byId('report-export').click();
    await byId('report-openTrace').click();
    await report.page.locator('a.file-link', { hasText: 'src/orders.ts' }).first().click();
    await untilPasses(() => assert.deepEqual(report.calls, ['export', 'openTrace', 'open src/orders.ts ']));
  });

  it('shows a run of 1,000 tasks without a picture that nobody could read', async () => {
    const tasks = Array.from({ length: 1000 }, (_, index) =>
      taskView(`t${index}`, { status: 'completed', attempts: 1, dependencies: index === 0 ? [] : [`t${index - 1}`] }),
    );
    await open(goalView({ tasks }));
    await untilPasses(async () => assert.equal(await byId('result').count(), 1000));
    await untilPasses(async () => assert.equal(await byId('plan-task').count(), 0));
  });

  for (const theme of THEMES) {
    it(`fits into 300 px and passes the accessibility rules in ${theme}`, async () => {
      await open(endedGoalView(), { theme, width: 300 });
      await untilPasses(async () =>
        assert.equal(await report.page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0),
      );
      await report.page.evaluate(await readFile(require.resolve('axe-core/axe.min.js'), 'utf8'));
      const faults = await report.page.evaluate<
        string[]
      >(`axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
        id + ': ' + nodes.map((node) => node.html + ' ' + node.failureSummary).join('\\n')))`);
      assert.deepEqual(faults, []);
    });
  }
});
