// What a try that failed leaves to the next one: nothing.
import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Attempts } from './support/attempts';
import { useTeam } from './support/useTeam';

describe('a try of a test that failed', function () {
  this.timeout(180_000);
  const { editor, server } = useTeam();

  it('leaves the next one a window as it was before', async () => {
    const window = await editor().window();
    await window.openFile('src/math.ts');
    const [known, made] = ['src/math.ts', 'made.txt'].map((name) => path.join(editor().workspace, name)) as [
      string,
      string,
    ];
    const before = await readFile(known, 'utf8');
    const attempts = new Attempts(editor());
    await attempts.remember();
    await window.page.keyboard.type('// typed');
    await editor().configure({ 'agentTeam.supervisor.reviewPlan': true, 'agentTeam.limits.maxTurns': 3 });
    const tasks = [{ id: 'look', agent: 'researcher', title: 'Look around', description: 'Look.' }];
    server().script({ reply: { toolCalls: [{ name: 'submit_plan', arguments: { tasks } }] } });
    const ended = window.host.execute('agentTeam.runGoal', { goal: 'Describe the shop' });
    await window.quickInput.row('Look around').waitFor({ timeout: 60_000 });
    await writeFile(made, 'made\n');
    await attempts.recover();
    await window.quickInput.widget.waitFor({ state: 'hidden' });
    assert.equal(((await ended) as { status: string }).status, 'cancelled');
    const settings = await window.host.productSettings();
    assert.deepEqual(
      [
        settings['agentTeam.provider'],
        settings['agentTeam.supervisor.reviewPlan'],
        settings['agentTeam.limits.maxTurns'],
      ],
      ['openai', null, null],
    );
    assert.equal(await readFile(known, 'utf8'), before);
    await assert.rejects(access(made));
    await window.page.locator('.tab.dirty').waitFor({ state: 'detached' });
    await window.page.locator('.view-line', { hasText: '// typed' }).waitFor({ state: 'detached' });
  });
});
