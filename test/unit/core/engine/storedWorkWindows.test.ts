import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import { Gate, settle } from '../../../support/gate';
import { openHeadlessTeam } from '../../../support/headlessTeam';
import { ScriptedModel } from '../../../support/scriptedModel';
import { plan, useStoredGoals } from '../../../support/storedGoals';

describe('A stored goal', () => {
  const { clock, folder, openWindow, closeLater, interruptedGoal } = useStoredGoals();

  describe('and two windows', () => {
    it('is gone on with by one of them', async () => {
      const runId = await interruptedGoal();
      const gate = new Gate();
      const steps = { supervisor: [{ text: 'ok' }], dev: [{ gate, text: 'b' }], writer: [{ text: 'd' }] };
      const second = await openWindow(steps);
      const third = await openWindow({});
      const first = second.api.runs.resume(runId);
      await gate.arrived;
      const other = await third.api.runs.resume(runId).result;
      assert.deepEqual(other.error?.reason, 'run.active_elsewhere');
      gate.open();
      assert.equal((await first.result).status, 'completed');
    });

    it('is started once though both begin at the same moment, and though one asks twice', async () => {
      const runId = await interruptedGoal();
      const gate = new Gate();
      const windows = [];
      for (let count = 0; count < 2; count += 1) {
        const models = {
          supervisor: new ScriptedModel([{ text: 'ok' }]),
          dev: new ScriptedModel([{ gate, text: 'b' }]),
          writer: new ScriptedModel([{ text: 'd' }]),
        };
        const team = await openHeadlessTeam({
          folder: folder(),
          clock,
          model: (role) => models[role as keyof typeof models],
        });
        closeLater(team);
        windows.push(team);
      }
      const handles = windows.flatMap(({ api }) => [api.runs.resume(runId), api.runs.resume(runId)]);
      gate.open();
      const results = await Promise.all(handles.map(({ result }) => result));
      assert.equal(results.filter(({ status }) => status === 'completed').length, 2);
      assert.equal(results.filter(({ error }) => error?.reason === 'run.active_elsewhere').length, 2);
    });

    it('is left without a word by a window that slept and was taken for dead', async () => {
      const gate = new Gate();
      const first = await openWindow({
        supervisor: [plan({ id: 'a', agent: 'dev' })],
        dev: [{ gate, text: 'too late' }],
      });
      const going = first.api.goal('Mend it.');
      const { runId } = going;
      await gate.arrived;
      const check = () => first.engine.stepBackFromLost((id) => first.claims.isLost(id));
      await first.bus.flush();
      await check();
      assert.equal(first.engine.isActive(runId), true, 'nobody has taken it');
      const other = await openWindow({});
      const [started] = await first.api.events.history({ runId });
      assert.ok(started);
      const { correlationId, id: causationId } = started;
      // What the other window's housekeeping does for a window that is dead, a while later.
      clock.set(clock.now() + 1);
      const common = { source: 'engine', runId, correlationId, causationId } as const;
      other.bus.publish({ topic: 'run.interrupted', payload: { reason: 'window_closed' }, ...common });
      await other.bus.flush();
      const ofFirst = (events: EventEnvelope[]) => events.filter(({ origin }) => origin === first.bus.origin).length;
      const before = ofFirst(await first.api.events.history({ runId }));
      await check();
      gate.open();
      await going.result;
      await settle(10);
      assert.equal(first.engine.isActive(runId), false);
      const events = await other.api.events.history({ runId });
      assert.equal(ofFirst(events), before, 'the window that woke adds nothing');
      assert.equal(events.at(-1)?.topic, 'run.interrupted');
    });

    it('is left to the window that began it', async () => {
      const gate = new Gate();
      const first = await openWindow({ supervisor: [{ gate, ...{} }] });
      const going = first.api.goal('Mend it.');
      await gate.arrived;
      const other = await openWindow({});
      await first.bus.flush();
      assert.equal((await other.api.runs.resume(going.runId).result).error?.reason, 'run.active_elsewhere');
      going.cancel();
      await going.result;
    });
  });
});
