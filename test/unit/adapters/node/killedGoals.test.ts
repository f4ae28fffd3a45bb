// Windows that are killed while they work on goals: nothing is corrupt afterwards, and no finished task is done twice.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { GOAL_TASKS, GoalModel } from '../../../support/goalModel';
import { openHeadlessTeam } from '../../../support/headlessTeam';
import { seeded } from '../../../support/seeded';
import { FakeTool } from '../../../support/teamFixture';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const KILLS = 3;
const SCRIPT = join(import.meta.dirname, '../../../support/crashingGoals.ts');

/** Kills a window after so many of its tasks were done; says which tasks were safe by then. */
async function killAfter(tasks: number, folder: string): Promise<{ runId: string; taskId: string }[]> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const over = once(child, 'close');
  const safe: { runId: string; taskId: string }[] = [];
  for await (const line of createInterface(child.stdout)) {
    const [what, runId = '', taskId = ''] = line.split(' ');
    if (what === 'task') safe.push({ runId, taskId });
    if (safe.length === tasks) child.kill('SIGKILL');
  }
  await over;
  assert.ok(safe.length >= tasks, 'the window ended by itself');
  return safe;
}

describe('Windows that are killed in the middle of goals', () => {
  const folder = useTemporaryFolder();

  it('leave goals that the next window brings to their end, each task done once', async function () {
    this.timeout(240_000);
    const chance = seeded(20_300_103);
    const safe: { runId: string; taskId: string }[] = [];
    for (let kill = 0; kill < KILLS; kill += 1)
      safe.push(...(await killAfter(1 + Math.floor(chance() * 14), folder())));
    const model = new GoalModel();
    const tools = [new FakeTool('read_file')];
    const { api, problems, close } = await openHeadlessTeam({ folder: folder(), model: () => model, tools });
    try {
      const runs = api.runs.list();
      const interrupted = runs.filter(({ status }) => status === 'interrupted');
      assert.ok(interrupted.length >= 1);
      assert.ok(runs.every(({ status }) => status === 'interrupted' || status === 'completed'));
      for (const { runId } of interrupted) {
        const result = await api.runs.resume(runId).result;
        assert.equal(result.status, 'completed', JSON.stringify(result.error));
        assert.deepEqual(
          result.tasks.map(({ id, status }) => [id, status]),
          GOAL_TASKS.map((id) => [id, 'completed']),
        );
      }
      const events = (await Promise.all(runs.map(({ runId }) => api.events.history({ runId })))).flat();
      const done = events
        .filter(({ topic }) => topic === 'task.completed')
        .map(({ runId, taskId }) => `${runId} ${taskId}`);
      assert.equal(new Set(done).size, done.length, 'a finished task was done again');
      assert.equal(done.length, runs.length * GOAL_TASKS.length);
      for (const { runId, taskId } of safe) assert.ok(done.includes(`${runId} ${taskId}`), 'a safe task was lost');
      assert.deepEqual(problems, []);
    } finally {
      await close();
    }
  });
});
