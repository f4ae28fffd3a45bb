// A person watches a goal of 50 tasks, eight at once: the tree, the status bar and the report say what happens while it happens.
import assert from 'node:assert/strict';
import { bigGoalRules } from '../support/bigGoal';
import { untilPasses } from '../support/until';
import { openChat } from './support/chat';
import { choose } from './support/menus';
import { useTeam } from './support/useTeam';

const GOAL = 'Validate the input of the shop';

describe('a goal of 50 tasks in a real window', function () {
  this.timeout(240_000);
  const { editor, server } = useTeam({
    settings: {
      'agentTeam.supervisor.maxConcurrency': 8,
      'agentTeam.supervisor.maxTasks': 60,
      'agentTeam.retry.maxAttempts': 1,
    },
    viewport: { width: 1280, height: 1000 },
  });

  it('shows what each task does, what the others wait for, and how it ended', async () => {
    const window = await editor().window();
    await openChat(window);
    await window.resizeSideBar(520);
    server().script(...bigGoalRules({ tasks: 50, wide: 8, failing: [3], gate: 'work', synthesisGate: 'join' }));
    const ended = window.host.execute('agentTeam.runGoal', { goal: GOAL }).catch(() => undefined);
    // The plan, the first call of eight tasks, and their second one, which is held.
    await server().until((requests) => requests.length >= 17);
    // The chat gives its room to the tree.
    await window.page.locator('.pane-header', { hasText: 'Chat' }).click();
    const row = (name: RegExp) =>
      window.treeRows('Runs').filter({ has: window.page.locator(':scope', { hasText: name }) });
    await row(new RegExp(`${GOAL}.*goal · 0 of 50`)).waitFor();
    await row(/Plan\s*supervisor/).waitFor();
    const running = row(/researcher · running/);
    await untilPasses(async () => assert.equal(await running.count(), 8));
    await row(/waits for Find the callers of math \(1\)/)
      .first()
      .waitFor();
    await window.page.locator('.statusbar-item', { hasText: /supervisor · 0 of 50 tasks/ }).waitFor();
    await window.screenshot('test-results/goal-50-running.png');
    // What a person selected stays selected while rows change around it.
    await running.nth(2).click();
    server().gate('work').open();
    const failed = row(/stock \(3\)\s*researcher · failed/);
    await failed.waitFor({ timeout: 60_000 });
    await failed.and(window.page.locator('[aria-selected="true"]')).waitFor();
    await row(/goal · 4\d of 50/).waitFor({ timeout: 60_000 });
    server().gate('join').open();
    await ended;
    await row(/goal · 4\d of 50 · incomplete/).waitFor({ timeout: 60_000 });
    await row(/skipped: Find the callers of stock \(3\) failed/)
      .first()
      .waitFor();
    await window.screenshot('test-results/goal-50-ended.png');
  });

  it('opens as a report', async () => {
    const window = await editor().window();
    const runs = window.treeRows('Runs');
    await runs.first().click({ button: 'right' });
    await choose(window, 'Open run report');
    const report = await window.webviewWith('report', 60_000);
    await untilPasses(async () => assert.equal(await report.getByTestId('result').count(), 50));
    await report.getByTestId('plan-task').first().waitFor();
    await window.screenshot('test-results/goal-50-report.png');
    assert.deepEqual(window.webviewErrors(), []);
  });
});
