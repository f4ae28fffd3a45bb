// What a person has to do with a goal besides waiting: look through its plan, take it up again after a crash, hear of its end while elsewhere.
import assert from 'node:assert/strict';
import { openChat } from './support/chat';
import { takePictures } from './support/pictures';
import { useTeam } from './support/useTeam';
import type { Window } from './support/window';

const SIDE_BAR = 440;
const call = (name: string, input: unknown) => ({ toolCalls: [{ name, arguments: input }] });
const TASKS = [
  { id: 'explore', agent: 'researcher', title: 'Find the callers', description: 'Find who calls divide.' },
  {
    id: 'guard',
    agent: 'dev',
    title: 'Guard the division',
    description: 'Add a guard for 0.',
    dependencies: ['explore'],
  },
  {
    id: 'docs',
    agent: 'writer',
    title: 'Update the docs',
    description: 'Write down the guard.',
    dependencies: ['guard'],
  },
];

describe('the care of a goal in a real window', function () {
  this.timeout(240_000);
  const { editor, server } = useTeam({
    settings: {
      'agentTeam.retry.maxAttempts': 1,
    },
  });

  const pictures = (window: Window, name: string) =>
    takePictures(editor(), window, `test-results/goal-care/${name}`, SIDE_BAR);
  async function openSideBar(window: Window): Promise<void> {
    await openChat(window);
    await window.resizeSideBar(SIDE_BAR);
  }
  const plan = (tasks: unknown[]) => ({ when: { hasTool: 'submit_plan' }, reply: call('submit_plan', { tasks }) });
  const join = { when: { lastUser: 'Join the results' }, reply: { text: 'The division has a guard.' } };

  it('shows the plan before it runs: tasks are reworded, given to others and left out', async () => {
    const window = await editor().window();
    await openSideBar(window);
    await window.page.locator('.pane-header', { hasText: 'Runs' }).waitFor();
    await pictures(window, '0-empty');
    await editor().configure({ 'agentTeam.supervisor.reviewPlan': true });
    server().script(
      plan(TASKS),
      { when: { lastUser: 'Find who calls divide' }, reply: { text: 'Two callers.' } },
      { when: { lastUser: 'Add a guard that throws' }, reply: { text: 'Guarded.' } },
      join,
    );
    const ended = window.host.execute('agentTeam.runGoal', {
      goal: 'Make the division safe',
    });
    const list = window.quickInput.widget;
    const task = (name: string) => window.quickInput.row(name);
    await task('Guard the division').waitFor({ timeout: 60_000 });
    await task('Guard the division').getByText('after Find the callers').waitFor();
    // Whoever leaves the list finds it again: the plan goes on waiting.
    await window.quickInput.leave();
    await window.treeRows('Runs').filter({ hasText: 'waits for approval' }).first().waitFor();
    await window.runCommand('Agent Team: Edit the plan that waits...');
    await task('Guard the division').waitFor();
    await pictures(window, '1-plan');
    await task('Guard the division').hover();
    await task('Guard the division').getByRole('button', { name: 'Reword' }).click();
    await window.answerInput('What the agent is told', 'Add a guard that throws.');
    await list.getByText('Add a guard that throws.').waitFor();
    await task('Guard the division').hover();
    await task('Guard the division').getByRole('button', { name: 'Give it to another agent' }).click();
    await window.quickInput.row('qa').click();
    await task('Guard the division').filter({ hasText: 'qa' }).waitFor();
    await task('Update the docs').click();
    await task('Update the docs').and(window.page.locator('[aria-checked="false"]')).waitFor();
    await pictures(window, '2-plan-changed');
    await window.quickInput.field.press('Enter');
    const result = (await ended) as { tasks: { id: string; agent: string }[] };
    server().assertUsed();
    assert.deepEqual(
      result.tasks.map(({ id, agent }) => [id, agent]),
      [
        ['explore', 'researcher'],
        ['guard', 'qa'],
      ],
    );
    await editor().configure({ 'agentTeam.supervisor.reviewPlan': null });
  });

  it('offers a goal that a crash left with a command under way, and never repeats that by itself', async () => {
    const window = await editor().window();
    await editor().configure({ 'agentTeam.commands.allow': ['sleep'] });
    const tasks = [TASKS[0], { id: 'check', agent: 'qa', title: 'Check it', description: 'Check the guard.' }];
    server().script(
      plan(tasks),
      { when: { lastUser: 'Find who calls divide' }, reply: { text: 'Two callers.' } },
      { when: { lastUser: 'Check the guard' }, reply: call('run_command', { command: 'sleep 60' }) },
    );
    void window.host.execute('agentTeam.runGoal', { goal: 'Check the division' }).catch(() => undefined);
    await openSideBar(window);
    const row = (name: RegExp) =>
      window.treeRows('Runs').filter({ has: window.page.locator(':scope', { hasText: name }) });
    await row(/Check the division.*1 of 2/)
      .first()
      .waitFor({ timeout: 60_000 });
    await row(/Check it.*run_command/)
      .first()
      .waitFor({ timeout: 60_000 });
    await window.reloadHard();
    await openSideBar(window);
    await row(/Check the division.*interrupted/)
      .first()
      .waitFor({ timeout: 90_000 });
    await window.notification('“Check the division” was interrupted');
    await pictures(window, '3-interrupted');
    server().reset();
    server().script({ when: { lastUser: 'Check the guard' }, times: 'always', reply: { text: 'Looks right.' } }, join);
    await window.press('Resume');
    // The command may have done its work: only the person can say whether it is to be repeated.
    const chat = await window.webviewWith('approval', 60_000);
    await chat.getByTestId('approval').filter({ hasText: 'sleep 60' }).waitFor();
    await pictures(window, '4-repeat');
    await chat.getByTestId('approval-allow').click();
    await row(/Check the division.*2 of 2/)
      .first()
      .waitFor({ timeout: 60_000 });
    assert.equal(server().requests.filter(({ body }) => JSON.stringify(body).includes('Find who calls')).length, 0);
  });

  it('tells who went elsewhere that a long run has ended, with buttons that lead there', async () => {
    const window = await editor().window();
    server().script(
      plan([TASKS[1]].map((task) => ({ ...task, dependencies: [] }))),
      {
        when: { lastUser: 'Add a guard for 0' },
        reply: {
          ...call('create_file', { path: 'docs/guard.md', content: '# Guard\n' }),
          gate: 'long',
        },
      },
      { when: { lastRole: 'tool' }, reply: { text: 'Guarded.' } },
      join,
    );
    // It takes longer than the driver waits for an answer.
    void window.host.execute('agentTeam.runGoal', { goal: 'Guard the division' }).catch(() => undefined);
    await window.runCommand('View: Show Explorer');
    await window.page
      .locator('.statusbar-item', { hasText: /supervisor/ })
      .first()
      .waitFor({ timeout: 60_000 });
    await pictures(window, '5-elsewhere');
    // A run of less than half a minute is over before anybody goes elsewhere.
    await window.page.waitForTimeout(31_000);
    server().gate('long').open();
    await window.page
      .locator('.statusbar-item', { hasText: /supervisor/ })
      .waitFor({ state: 'detached', timeout: 60_000 });
    await window.notification(/“Guard the division” is done/);
    await pictures(window, '6-ended');
    await window.press('Changes');
    await window.page.locator('.tab', { hasText: 'guard.md' }).first().waitFor();
  });
});
