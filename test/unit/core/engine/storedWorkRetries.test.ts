import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { Gate, settle } from '../../../support/gate';
import { DIAMOND, plan, REFUSED, states, useStoredGoals } from '../../../support/storedGoals';

describe('A stored goal', () => {
  const { openWindow } = useStoredGoals();

  describe('of which a task failed', () => {
    const partial = {
      supervisor: [DIAMOND, { text: 'b failed.' }],
      researcher: [{ text: 'Found it.' }],
      dev: [REFUSED],
      qa: [{ text: 'Checked.' }],
    };
    const again = { supervisor: [{ text: 'Now all.' }], dev: [{ text: 'Mended.' }], writer: [{ text: 'Written.' }] };
    const both = {
      ...partial,
      supervisor: [...partial.supervisor, ...again.supervisor],
      dev: [...partial.dev, ...again.dev],
      writer: again.writer,
    };

    it('does that one again with what was skipped because of it, and nothing else', async () => {
      const { api } = await openWindow(both);
      const { runId, ...failed } = await api.goal('Mend it.').result;
      assert.deepEqual(
        [failed.status, states({ runId, ...failed })],
        ['partial', { a: 'completed', b: 'failed', c: 'completed', d: 'skipped' }],
      );
      const result = await api.runs.retry(runId, 'b').result;
      assert.deepEqual([result.runId, result.status, result.text], [runId, 'completed', 'Now all.']);
      assert.equal(result.tasks.find(({ id }) => id === 'b')?.attempts, 2);
      assert.deepEqual(states(result), { a: 'completed', b: 'completed', c: 'completed', d: 'completed' });
    });

    it('does all that failed again without a name, and what a skipped task needs with one', async () => {
      for (const taskId of [undefined, 'd']) {
        const { api, engine } = await openWindow(both);
        const { runId } = await api.goal('Mend it.').result;
        const handle = await engine.retry(runId, taskId, { interactive: true });
        assert.ok(!isFailure(handle));
        assert.equal((await handle.result).status, 'completed');
      }
    });

    it('is resumed with everything that is not done', async () => {
      const { api } = await openWindow(both);
      const { runId } = await api.goal('Mend it.').result;
      assert.equal((await api.runs.resume(runId).result).status, 'completed');
    });

    it('does it again while the others still work', async () => {
      const gate = new Gate();
      const { api, store } = await openWindow({
        supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'Both.' }],
        dev: [REFUSED, { text: 'a' }],
        qa: [{ gate, text: 'b' }],
      });
      const going = api.goal('Mend it.');
      while (store.peek(going.runId)?.tasks.find(({ id }) => id === 'a')?.status !== 'failed') await settle();
      const again = api.runs.retry(going.runId, 'a');
      while (store.peek(going.runId)?.tasks.find(({ id }) => id === 'a')?.status !== 'completed') await settle();
      gate.open();
      assert.deepEqual([(await going.result).status, (await again.result).status], ['completed', 'completed']);
    });

    it('says why there is nothing to do again', async () => {
      const { api } = await openWindow({
        supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'half' }],
        dev: [REFUSED],
        qa: [{ text: 'b' }],
      });
      const { runId } = await api.goal('Mend it.').result;
      const why = async (taskId: string) => (await api.runs.retry(runId, taskId).result).error?.reason;
      assert.deepEqual([await why('b'), await why('nobody')], ['task.completed', 'task.unknown']);
    });
  });

  it('is no cancelled run because a person cancelled some of its tasks, or all of them', async () => {
    for (const [which, status] of [
      [['a'], 'partial'],
      [['a', 'b'], 'failed'],
    ] as const) {
      const gates = [new Gate(), new Gate()] as const;
      const { api } = await openWindow({
        supervisor: [
          plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }),
          ...(status === 'partial' ? [{ text: 'b only' }] : []),
        ],
        dev: [{ gate: gates[0], text: 'a' }],
        qa: [{ gate: gates[1], text: 'b' }],
      });
      const going = api.goal('Mend it.');
      for (const { arrived } of gates) await arrived;
      for (const taskId of which) await api.runs.cancel(going.runId, taskId);
      gates[1].open();
      const result = await going.result;
      assert.equal(result.status, status);
      assert.deepEqual(
        result.tasks.filter(({ status: end }) => end === 'cancelled').map(({ id }) => id),
        which,
      );
    }
  });
});
