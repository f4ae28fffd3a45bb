// Goals in the chat page, in a plain Chromium with the real host side behind it.
import assert from 'node:assert/strict';
import type { RunView } from '../../src/core/runs/runView';
import { endedGoalView, goalView } from '../support/goalView';
import { until, untilPasses } from '../support/until';
import { useChatPage } from './support/useChatPage';

describe('a goal in the chat page', function () {
  this.timeout(60_000);
  const { chat, open, byId, show, untilCall } = useChatPage();

  const task = (id: string) => chat().page.locator(`[data-testid="task"][data-task-id="${id}"]`);
  const showGoal = async (view: RunView) => {
    await show(view);
    await byId('tasks').waitFor();
  };

  it('is a list of tasks whose work opens below their headings', async () => {
    await open();
    await showGoal(goalView());
    await untilPasses(async () => assert.match(await byId('plan').innerText(), /supervisor[\s\S]*1 of 7 tasks done/));
    await untilPasses(async () => assert.equal(await byId('task').count(), 7));
    await untilPasses(async () =>
      assert.equal(await chat().page.locator('tool-card').count(), 0, 'all of it is folded'),
    );
    await untilPasses(async () =>
      assert.match(await task('schemas').innerText(), /Write the schemas[\s\S]*dev[\s\S]*edit_file/),
    );
    await untilPasses(async () =>
      assert.equal(await task('tests').getByRole('button').count(), 0, 'there is nothing to open yet'),
    );
    await task('look').getByRole('button', { expanded: false }).press('Enter');
    await untilPasses(async () =>
      assert.match(await task('look').innerText(), /search_text[\s\S]*Three endpoints[\s\S]*4\.5k tokens/),
    );
  });

  it('stays open where it was opened while the rest goes on', async () => {
    await open();
    await showGoal(goalView());
    await task('look').getByRole('button').first().click();
    const tasks = goalView().tasks.map((one) => (one.id === 'schemas' ? { ...one, activities: [] } : one));
    chat().backend.change('goal-1', { tasks });
    await until(async () => !(await task('schemas').innerText()).includes('edit_file'));
    await task('look').getByText('Three endpoints').waitFor();
    await untilPasses(async () => assert.equal(await byId('task').count(), 7));
  });

  it('ends with the joined answer, which is what is copied', async () => {
    await open();
    await showGoal(endedGoalView());
    await chat().page.getByText('The three endpoints refuse').waitFor();
    await chat().page.getByRole('button', { name: 'Copy answer' }).click();
    await untilCall(chat().edge.calls, /copy The three endpoints/);
    assert.doesNotMatch(chat().edge.calls.join(), /Three endpoints take input/);
  });

  it('opens the only task of a small goal by itself', async () => {
    await open();
    const { tasks, steps } = goalView();
    await showGoal(goalView({ tasks: tasks.slice(0, 1), steps: steps.filter(({ taskId }) => taskId === 'look') }));
    await task('look').getByText('Three endpoints').waitFor();
  });

  it('fits into 300 px', async () => {
    await open({ width: 300 });
    await showGoal(goalView());
    await untilPasses(async () =>
      assert.equal(await chat().page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0),
    );
  });
});
