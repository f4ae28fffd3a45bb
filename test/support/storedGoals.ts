// Goals that outlive their window, for tests of what the next window makes of them.
import assert from 'node:assert/strict';
import type { RunResult } from '../../src/api';
import type { TeamSettings } from '../../src/core/settings';
import type { GoalQuestions } from '../../src/core/supervisor/goalQuestions';
import { Gate, settle } from './gate';
import { openHeadlessTeam, type HeadlessTeam } from './headlessTeam';
import { ManualClock } from './manualClock';
import { ScriptedModel, type ScriptedStep } from './scriptedModel';
import type { FakeTool } from './teamFixture';
import { useTemporaryFolder } from './temporaryFolder';

/** An answer that ends its task as failed. */
export const REFUSED: ScriptedStep = { failure: { reason: 'model.bad_request' } };

/** A plan as the supervisor submits it. */
export const plan = (
  ...tasks: { id: string; agent: string; dependencies?: string[]; onFailure?: string }[]
): ScriptedStep => ({
  toolCalls: [
    { name: 'submit_plan', arguments: { tasks: tasks.map((task) => ({ description: `do ${task.id}`, ...task })) } },
  ],
});

/** a, then b and c at once, then d. */
export const DIAMOND = plan(
  { id: 'a', agent: 'researcher' },
  { id: 'b', agent: 'dev', dependencies: ['a'] },
  { id: 'c', agent: 'qa', dependencies: ['a'] },
  { id: 'd', agent: 'writer', dependencies: ['b', 'c'] },
);

/** How the tasks of a run stand, by id. */
export const states = ({ tasks }: RunResult) => Object.fromEntries(tasks.map(({ id, status }) => [id, status]));

/** The windows of one test over one folder, and goals that outlive them. */
export interface StoredGoals {
  readonly clock: ManualClock;
  folder(): string;
  /** A window in which each role answers from its own script. */
  openWindow(steps: Record<string, ScriptedStep[]>, options?: WindowOptions): Promise<HeadlessTeam>;
  /** Has a window closed when the test ends. */
  closeLater(team: HeadlessTeam): void;
  close(team: HeadlessTeam): Promise<void>;
  /** Pursues the diamond until b hangs, then closes the window. */
  interruptedGoal(): Promise<string>;
}

interface WindowOptions {
  tools?: FakeTool[];
  questions?: GoalQuestions;
  settings?: Partial<TeamSettings>;
}

/** Windows for each test of the suite; what is still open after a test is closed, and every script must be used up. */
export function useStoredGoals(): StoredGoals {
  const open = new Set<HeadlessTeam>();
  const clock = new ManualClock();
  let used: ScriptedModel[] = [];
  afterEach(async () => {
    const teams = [...open];
    open.clear();
    for (const team of teams) await team.close();
    for (const { problems } of teams) assert.deepEqual(problems, []);
    for (const model of used) model.assertUsed();
    used = [];
  });
  const folder = useTemporaryFolder();

  async function openWindow(steps: Record<string, ScriptedStep[]>, options: WindowOptions = {}): Promise<HeadlessTeam> {
    const models = new Map(Object.entries(steps).map(([role, script]) => [role, new ScriptedModel(script)]));
    used.push(...models.values());
    const { questions, ...rest } = options;
    const team = await openHeadlessTeam({
      folder: folder(),
      model: (role) => models.get(role) ?? assert.fail(`nobody expected ${role}`),
      clock,
      ...rest,
      ...(questions && { goal: { questions } }),
    });
    open.add(team);
    return team;
  }

  async function close(team: HeadlessTeam): Promise<void> {
    open.delete(team);
    await team.close();
    assert.deepEqual(team.problems, []);
  }

  async function interruptedGoal(): Promise<string> {
    const gate = new Gate();
    const first = await openWindow({
      supervisor: [DIAMOND],
      researcher: [{ text: 'Found it.' }],
      dev: [{ gate, text: 'too late' }],
      qa: [{ text: 'Checked.' }],
    });
    const { runId } = first.api.goal('Mend it.');
    await gate.arrived;
    while (first.store.peek(runId)?.tasks.find(({ id }) => id === 'c')?.status !== 'completed') await settle();
    await close(first);
    return runId;
  }

  return { clock, folder, openWindow, closeLater: (team) => void open.add(team), close, interruptedGoal };
}
