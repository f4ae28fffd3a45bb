// A window in a process of its own that works on goals without an end, for tests that kill it: `node crashingGoals.ts <folder>`.
// It says on its output which goals it has begun and which tasks are done and safe on disk: `goal <runId>`, `task <runId> <taskId>`.
import { setImmediate as turn } from 'node:timers/promises';
import { GoalModel } from './goalModel';
import { openHeadlessTeam } from './headlessTeam';
import { FakeTool } from './teamFixture';

async function main(folder: string): Promise<void> {
  const model = new GoalModel();
  const { api, bus } = await openHeadlessTeam({ folder, model: () => model, tools: [new FakeTool('read_file')] });
  bus.tap((event) => {
    const { topic, runId = '', taskId = '' } = event;
    if (topic === 'task.completed') void bus.flush().then(() => process.stdout.write(`task ${runId} ${taskId}\n`));
  });
  for (;;) {
    const { runId, result } = api.goal('Mend it, step by step.');
    process.stdout.write(`goal ${runId}\n`);
    await result;
    await turn();
  }
}

void main(process.argv[2] ?? '');
