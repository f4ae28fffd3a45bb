// The exported API over a whole window but for VS Code: what tasks and agents leave behind.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const call = (name: string, input: Record<string, unknown>): ScriptedStep => ({
  toolCalls: [{ name, arguments: input }],
});

describe('Tasks and agents of a window', () => {
  let team: HeadlessTeam | undefined;
  let model = new ScriptedModel();
  // Before the folder's: windows close while it is there.
  afterEach(async () => {
    await team?.close();
    assert.deepEqual(team?.problems, []);
    model.assertUsed();
  });
  const folder = useTemporaryFolder();

  async function openTeam(steps: ScriptedStep[]): Promise<HeadlessTeam> {
    model = new ScriptedModel(steps);
    team = await openHeadlessTeam({ folder: folder(), model: () => model, clock: new ManualClock() });
    return team;
  }

  it('say under which prompt version they came about, whatever becomes of them, and so does what joins them', async () => {
    const tasks = [
      { id: 'a', agent: 'dev', description: 'x' },
      { id: 'b', agent: 'coder', description: 'y', dependencies: ['a'] },
      { id: 'c', agent: 'qa', description: 'z', dependencies: ['b'] },
    ];
    const failed = { failure: { reason: 'model.bad_request', message: 'No.', retryable: false } } as const;
    const steps: ScriptedStep[] = [call('submit_plan', { tasks }), { text: 'A.' }, failed, { text: 'All.' }];
    const { api } = await openTeam([...steps, { text: 'One.' }, { text: 'Two.' }, { text: 'Both.' }]);
    const goal = await api.goal('do it').result;
    assert.deepEqual(
      goal.tasks.map(({ status }) => status),
      ['completed', 'failed', 'skipped'],
    );
    const several = await api.ask('well?', { agent: ['dev', 'qa'] }).result;
    for (const { runId, traceId } of [goal, several]) {
      for (const { name, attributes } of await api.traces.spans(traceId)) {
        const version = attributes['agent_team.prompt.version'];
        assert.equal(version !== undefined, !name.startsWith('invoke_workflow'), name);
      }
      for (const { topic, agent, promptVersion } of await api.events.history({ runId })) {
        assert.equal(promptVersion !== undefined, agent !== undefined, topic);
      }
    }
  });

  it('publish what others subscribe to, within their run', async () => {
    const { api } = await openTeam([
      call('publish_event', { topic: 'user.built', payload: { ok: true } }),
      call('publish_event', { topic: 'run.failed', payload: {} }),
      { text: 'Told.' },
    ]);
    api.agents.register({ name: 'builder', description: 'Builds.', prompt: 'Build.', tools: ['agent'] });
    const heard: unknown[] = [];
    api.events.subscribe('user.*', ({ payload, agent, runId }) => void heard.push([payload, agent, runId]));
    const { runId, status } = await api.ask('build', { agent: 'builder' }).result;
    assert.deepEqual([status, heard], ['completed', [[{ ok: true }, 'builder', runId]]]);
    const [refused] = await api.events.history({ runId, pattern: 'tool.failed' });
    assert.match((refused?.payload as { text: string }).text, /The topic "run\.failed" is reserved/);
  });

  it('leave no file without the version of its schema', async () => {
    const { api, bus } = await openTeam([call('memory_write', { key: 'run:x', value: 1 }), { text: 'Kept.' }]);
    await api.ask('keep it', { agent: 'dev', threadId: 'T' }).result;
    await api.memory.set('k', 1);
    await api.memory.set('k', 1, { scope: { threadId: 'T' } });
    const span = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), name: 'x', startTimeUnixNano: '1' };
    await api.traces.importOtlp({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    await bus.flush();
    const entries = await readdir(folder(), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    assert.ok(files.length >= 8, files.join());
    for (const file of files) {
      const [first = ''] = (await readFile(file, 'utf8')).split('\n', 1);
      const { schemaVersion, version } = JSON.parse(first) as Record<string, unknown>;
      assert.equal(schemaVersion ?? version, 1, file);
    }
  });
});
