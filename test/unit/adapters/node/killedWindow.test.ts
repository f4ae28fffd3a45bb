// Windows that are killed while they work, again and again on one folder: what they had said to be safe is there, and nothing goes on for ever.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EventEnvelope } from '../../../../src/api';
import { openHeadlessTeam } from '../../../support/headlessTeam';
import { ScriptedModel } from '../../../support/scriptedModel';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const KILLS = 3;
const SCRIPT = join(import.meta.dirname, '../../../support/crashingWindow.ts');

/** The same numbers for the same seed: a failure can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

interface Promises {
  runs: Set<string>;
  /** The last event of each window that was on disk. */
  safe: Map<string, number>;
}

/** Lets a window work until so many of its runs have ended, then kills it; keeps what it had promised. */
async function killAfter(runs: number, folder: string, promised: Promises): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const over = once(child, 'close');
  let left = runs;
  for await (const line of createInterface(child.stdout)) {
    const [what, name = '', seq] = line.split(' ');
    if (what === 'safe') promised.safe.set(name, Number(seq));
    if (what !== 'run') continue;
    promised.runs.add(name);
    left -= 1;
    if (left === 0) child.kill('SIGKILL');
  }
  await over;
  assert.ok(left <= 0, 'the window ended by itself');
}

describe('Windows that are killed', () => {
  const folder = useTemporaryFolder();

  it('lose no event that was safe and no run that had ended, and leave no run that goes on', async function () {
    this.timeout(240_000);
    const chance = seeded(20_300_101);
    const promised: Promises = { runs: new Set(), safe: new Map() };
    for (let kill = 0; kill < KILLS; kill += 1) await killAfter(1 + Math.floor(chance() * 8), folder(), promised);
    assert.equal(promised.safe.size, KILLS);

    const model = new ScriptedModel();
    const { api, problems, close } = await openHeadlessTeam({ folder: folder(), model: () => model });
    try {
      const runs = api.runs.list();
      for (const runId of promised.runs) {
        const result = await api.runs.get(runId);
        assert.deepEqual([result?.status, result?.text], ['completed', 'All is well.']);
      }
      const unfinished = runs.filter(({ status }) => status !== 'completed').map(({ status }) => status);
      assert.deepEqual(new Set(unfinished), new Set(['interrupted']));
      assert.ok(unfinished.length >= KILLS);
      const events = (await Promise.all(runs.map(({ runId }) => api.events.history({ runId })))).flat();
      for (const [origin, last] of promised.safe) assertWhole(events, origin, last);
      const traces = new Set(api.traces.list().map(({ traceId }) => traceId));
      for (const { runId } of runs) assert.ok(traces.has((await api.runs.get(runId))?.traceId ?? ''), runId);
      assert.deepEqual(problems, []);
    } finally {
      await close();
    }
  });
});

/** Every event of the window up to `last`, each with its cause and its trace. */
function assertWhole(events: EventEnvelope[], origin: string, last: number): void {
  const own = events.filter((event) => event.origin === origin);
  const seqs = new Set(own.map(({ seq }) => seq));
  for (let seq = 1; seq <= last; seq += 1) assert.ok(seqs.has(seq), `event ${seq} of ${origin} is lost`);
  const ids = new Set(events.map(({ id }) => id));
  for (const { topic, causationId, traceId } of own) {
    assert.ok(traceId !== undefined, topic);
    if (topic !== 'run.started') assert.ok(causationId !== undefined && ids.has(causationId), topic);
  }
}
