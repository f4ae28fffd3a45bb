// Several agents asked at once, over a whole window but for VS Code.
import assert from 'node:assert/strict';
import { OfflineChatModel } from '../../../../src/adapters/offline/offlineChatModel';
import type { ChatModel } from '../../../../src/core/model/chatModel';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('Several agents asked at once', () => {
  let team: HeadlessTeam;
  let models: Record<string, ScriptedModel> = {};
  afterEach(async () => {
    await team.close();
    assert.deepEqual(team.problems, []);
    for (const model of Object.values(models)) model.assertUsed();
  });
  const folder = useTemporaryFolder();

  async function openTeam(steps: Record<string, ScriptedStep[]>, offline?: ChatModel): Promise<HeadlessTeam['api']> {
    models = Object.fromEntries(Object.entries(steps).map(([role, own]) => [role, new ScriptedModel(own)]));
    const model = (role: string): ChatModel => offline ?? models[role] ?? assert.fail(`no model for ${role}`);
    team = await openHeadlessTeam({ folder: folder(), model, clock: new ManualClock() });
    return team.api;
  }

  it('answer as tasks of the run; the arbiter is who answered, and the next request is routed anew', async () => {
    const api = await openTeam({
      dev: [{ text: 'Fine.' }],
      qa: [{ text: 'Not fine.' }, { text: 'Again.' }],
      arbiter: [{ text: '**Verdict: undecided.** It needs a test.\n\nWrite a test.' }],
      router: [{ toolCalls: [{ name: 'transfer_to_qa', arguments: { reason: 'safety' } }] }],
    });
    const handle = api.ask('@dev @qa is this safe?', { threadId: 'thread-1' });
    const result = await handle.result;
    assert.deepEqual(
      [result.status, result.agent, result.text, result.handoffs, result.error],
      ['completed', 'arbiter', '**Verdict: undecided.** It needs a test.\n\nWrite a test.', [], undefined],
    );
    assert.deepEqual(
      result.tasks.map(({ id, agent, status, text }) => ({ id, agent, status, text })),
      [
        { id: 'dev', agent: 'dev', status: 'completed', text: 'Fine.' },
        { id: 'qa', agent: 'qa', status: 'completed', text: 'Not fine.' },
      ],
    );
    assert.equal(result.usage.modelCalls, 3);
    const events = await api.events.history({ runId: handle.runId });
    const known = new Set<string>();
    for (const { id, causationId, topic } of events) {
      if (topic !== 'run.started') assert.ok(causationId !== undefined && known.has(causationId), topic);
      known.add(id);
    }
    const spans = await api.traces.spans(result.traceId);
    const root = spans.find(({ parentSpanId }) => parentSpanId === undefined);
    const children = spans.filter(({ parentSpanId }) => parentSpanId === root?.spanId).map(({ name }) => name);
    assert.deepEqual(children, ['invoke_agent dev', 'invoke_agent qa', 'arbitrate']);

    const next = await api.ask('and now?', { threadId: 'thread-1' }).result;
    assert.equal(next.agent, 'qa');
    const [system, , answer] = models['qa']?.requests.at(-1)?.messages ?? [];
    assert.equal(system?.role, 'system');
    assert.match(answer?.role === 'assistant' ? answer.text : '', /Write a test\./);
  });

  it('are asked again as they were when the run is resumed', async () => {
    const down = { failure: { reason: 'model.bad_request' as const } };
    const api = await openTeam({
      dev: [down, { text: 'A.' }],
      writer: [down, { text: 'C.' }],
      arbiter: [{ text: 'A and C.' }],
    });
    const first = await api.ask('x', { agent: ['dev', 'docs'] }).result;
    assert.deepEqual([first.status, first.agent, first.error?.reason], ['failed', 'dev', 'model.bad_request']);
    const second = await api.runs.resume(first.runId).result;
    assert.deepEqual([second.status, second.agent, second.text], ['completed', 'arbiter', 'A and C.']);
    assert.deepEqual(
      second.tasks.map(({ id, status }) => [id, status]),
      [
        ['dev', 'completed'],
        ['writer', 'completed'],
      ],
    );
  });

  it('answer all again when the one that failed is tried again, since the arbiter weighs all of them', async () => {
    const down = { failure: { reason: 'model.bad_request' as const } };
    const api = await openTeam({
      dev: [{ text: 'A.' }, { text: 'A again.' }],
      writer: [down, { text: 'C.' }],
      arbiter: [{ text: 'A and C.' }],
    });
    const first = await api.ask('x', { agent: ['dev', 'writer'] }).result;
    assert.deepEqual([first.status, first.agent, first.text], ['partial', 'dev', 'A.']);
    const second = await api.runs.retry(first.runId, 'writer').result;
    assert.deepEqual([second.status, second.agent, second.text], ['completed', 'arbiter', 'A and C.']);
    assert.equal(second.runId, first.runId);
    assert.equal(second.error, undefined);
  });

  it('work without a model: their answers stand side by side, and say so', async () => {
    const api = await openTeam({}, new OfflineChatModel());
    const result = await api.ask('where is divide defined?', { agent: ['researcher', 'qa'] }).result;
    assert.equal(result.status, 'completed');
    assert.equal(result.agent, 'arbiter');
    assert.match(result.text, /### researcher\n[^]*### qa\n[^]*side by side, unweighed/);
    assert.equal(result.usage.modelCalls, 0);
  });
});
