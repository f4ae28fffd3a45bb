import assert from 'node:assert/strict';
import { InterruptedRuns } from '../../../../src/core/engine/interruptedRuns';
import { Gate, settle } from '../../../support/gate';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { FakeTool } from '../../../support/teamFixture';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const PLAN: ScriptedStep = {
  toolCalls: [{ name: 'submit_plan', arguments: { tasks: [{ id: 'a', agent: 'dev', description: 'do a' }] } }],
};

describe('What the last window left unfinished', () => {
  const open = new Set<HeadlessTeam>();
  let clock = new ManualClock();
  beforeEach(() => (clock = new ManualClock()));
  afterEach(async () => {
    for (const team of open) await team.close();
    open.clear();
  });
  const folder = useTemporaryFolder();

  async function openWindow(steps: Record<string, ScriptedStep[]>, tools: FakeTool[] = []): Promise<HeadlessTeam> {
    const models = new Map(Object.entries(steps).map(([role, script]) => [role, new ScriptedModel(script)]));
    const model = (role: string) => models.get(role) ?? assert.fail(`nobody expected ${role}`);
    const team = await openHeadlessTeam({ folder: folder(), model, clock, tools });
    open.add(team);
    return team;
  }

  async function close(team: HeadlessTeam): Promise<void> {
    open.delete(team);
    await team.close();
  }

  /** A goal that is torn off while its task works; `during` does something before. */
  async function tornOff(
    options: { tool?: FakeTool; during?: (team: HeadlessTeam, runId: string) => Promise<void> } = {},
  ) {
    const gate = new Gate();
    const { tool, during } = options;
    const dev: ScriptedStep = tool ? { toolCalls: [{ name: tool.name, arguments: {} }] } : { gate };
    const team = await openWindow({ supervisor: [PLAN], dev: [dev] }, tool ? [tool] : []);
    const { runId } = team.api.goal('Mend it.');
    if (tool) while (tool.inputs.length === 0) await settle();
    else await gate.arrived;
    await during?.(team, runId);
    await close(team);
    return runId;
  }

  /** Opens a window that looks after what is there. */
  async function lookAfter(steps: Record<string, ScriptedStep[]>) {
    const team = await openWindow(steps);
    const resumed: string[] = [];
    const offered: string[] = [];
    const runs = new InterruptedRuns({
      store: team.store,
      eventsOf: (runId) => team.api.events.history({ runId }),
      resume: (runId, options) => team.engine.resume(runId, options),
      resumed: (view) => resumed.push(view.runId),
      offer: (views) => offered.push(...views.map(({ runId }) => runId)),
      clock,
      onBug: (error) => assert.fail(String(error)),
    });
    await runs.start();
    return { team, resumed, offered, runs };
  }

  it('goes on by itself where nothing mutating was in flight, and says that nobody asked for it', async () => {
    const runId = await tornOff();
    const { team, resumed, offered, runs } = await lookAfter({ supervisor: [{ text: 'ok' }], dev: [{ text: 'a' }] });
    assert.deepEqual([resumed, offered], [[runId], []]);
    assert.equal((await team.engine.handle(runId)?.result)?.status, 'completed');
    const again = (await team.api.events.history({ runId })).find(({ topic }) => topic === 'run.resumed');
    assert.deepEqual(again?.payload, { reason: 'automatic' });
    runs.dispose();
  });

  it('is offered, once, where a command was in flight, where a person had paused it, or after an hour', async () => {
    const hung = () => new Promise<never>(() => undefined);
    const cases = [
      () => tornOff({ tool: new FakeTool('run_command', { effect: 'execute', run: hung }) }),
      () => tornOff({ during: (team, runId) => team.api.runs.pause(runId) }),
      async () => {
        const runId = await tornOff();
        clock.set(clock.now() + 2 * 60 * 60_000);
        return runId;
      },
    ];
    for (const leave of cases) {
      const runId = await leave();
      const { team, resumed, offered, runs } = await lookAfter({});
      assert.deepEqual([resumed, offered], [[], [runId]]);
      runs.dispose();
      await team.api.runs.delete(runId);
      await close(team);
    }
  });

  it('is not spoken of any more after a week', async () => {
    await tornOff();
    clock.set(clock.now() + 8 * 24 * 60 * 60_000);
    const { resumed, offered, runs } = await lookAfter({});
    assert.deepEqual([resumed, offered], [[], []]);
    runs.dispose();
  });

  it('does not go on by itself for ever when it brings the window down each time', async () => {
    const runId = await tornOff();
    for (let crash = 0; crash < 2; crash += 1) {
      const gate = new Gate();
      const { team, resumed, runs } = await lookAfter({ dev: [{ gate }] });
      assert.deepEqual(resumed, [runId]);
      await gate.arrived;
      runs.dispose();
      await close(team);
    }
    const { resumed, offered, runs } = await lookAfter({});
    assert.deepEqual([resumed, offered], [[], [runId]]);
    runs.dispose();
  });

  it('is noticed when its window dies a little later', async () => {
    const gate = new Gate();
    const dying = await openWindow({ supervisor: [PLAN], dev: [{ gate }] });
    const { runId } = dying.api.goal('Mend it.');
    await gate.arrived;
    const { team, resumed, runs } = await lookAfter({ supervisor: [{ text: 'ok' }], dev: [{ text: 'a' }] });
    assert.deepEqual(resumed, []);
    await close(dying);
    await clock.advance(6_000);
    while (resumed.length === 0) await settle();
    assert.equal((await team.engine.handle(runId)?.result)?.status, 'completed');
    runs.dispose();
  });
});
