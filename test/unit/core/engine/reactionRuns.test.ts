// A reaction as a run: whose it is, what it answers to, and that nobody speaks into it.
import assert from 'node:assert/strict';
import type { EventPayloads } from '../../../../src/api';
import type { ReactionStart } from '../../../../src/core/engine/reactionRuns';
import { failure, isFailure } from '../../../../src/core/failure';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { FakeTool } from '../../../support/teamFixture';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('A reaction as a run', () => {
  const open = new Set<HeadlessTeam>();
  let model = new ScriptedModel();
  afterEach(async () => {
    for (const team of open) {
      await team.close();
      assert.deepEqual(team.problems, []);
    }
    open.clear();
    model.assertUsed();
  });
  const folder = useTemporaryFolder();

  async function openTeam(...steps: ScriptedStep[]): Promise<HeadlessTeam> {
    model = new ScriptedModel(steps);
    const tools = [new FakeTool('read_file'), Object.assign(new FakeTool('list_files'), { confirmsItself: true })];
    const clock = new ManualClock();
    const team = await openHeadlessTeam({ folder: folder(), model: () => model, tools, clock });
    open.add(team);
    return team;
  }

  const startOf = (team: HeadlessTeam, more: Partial<ReactionStart> = {}): ReactionStart => {
    const saved = team.bus.publish({
      topic: 'file.saved',
      payload: { path: 'a.ts', uri: 'file:///a.ts', languageId: 'typescript' },
      source: 'editor',
    });
    return {
      runId: 'reaction-run-1',
      threadId: 'thread-1',
      agent: 'qa',
      title: 'qa looks at a.ts',
      prompt: 'Look at @dev what was saved, @supervisor.',
      context: [{ label: 'What happened', text: 'Files: a.ts' }],
      reason: 'reacts to file.saved',
      cause: { eventId: saved.id, correlationId: saved.correlationId },
      reaction: { key: 'qa/file.saved', topic: 'file.saved', events: 1, ancestors: [] },
      ...more,
    };
  };

  it('has the id that was chosen, its cause, the correlation of that, and what it reacts to', async () => {
    const team = await openTeam({ text: 'Fine.' });
    const start = startOf(team);
    const handle = team.engine.react(start);
    assert.equal(handle.runId, 'reaction-run-1');
    const result = await handle.result;
    assert.deepEqual([result.kind, result.status, result.agent, result.text], ['reaction', 'completed', 'qa', 'Fine.']);
    const events = await team.api.events.history({ runId: handle.runId });
    assert.deepEqual(events[0]?.causationId, start.cause.eventId);
    assert.deepEqual([...new Set(events.map(({ correlationId }) => correlationId))], [start.cause.correlationId]);
    assert.deepEqual((events[0].payload as EventPayloads['run.started']).reaction, start.reaction);
    const decided = events.find(({ topic }) => topic === 'route.decided')?.payload as EventPayloads['route.decided'];
    assert.equal(decided.reason, 'reacts to file.saved');
    const [root] = await team.api.traces.spans(result.traceId);
    assert.equal(root?.name, 'invoke_workflow reaction');
  });

  it('stays with its agent, whomever its prompt names, and gets no tool that asks a person by itself', async () => {
    const team = await openTeam((request) => {
      assert.deepEqual(
        request.tools.map(({ name }) => name).filter((name) => !name.startsWith('transfer_to_')),
        ['read_file'],
      );
      return { text: 'Mine.' };
    });
    const result = await team.engine.react(startOf(team)).result;
    assert.deepEqual([result.agent, result.tasks], ['qa', []]);
  });

  it('stays with its agent where its prompt begins with a command', async () => {
    const team = await openTeam({ text: 'Mine.' }, { text: 'Mine.' });
    for (const [runId, prompt] of [
      ['r1', '/review what was saved'],
      ['r2', '/goal look at what was saved'],
    ] as const) {
      const result = await team.engine.react(startOf(team, { runId, prompt, agent: 'writer' })).result;
      assert.deepEqual([result.status, result.agent, result.text], ['completed', 'writer', 'Mine.'], prompt);
    }
  });

  it('does not see the reactions before it, and a person who goes on with it does', async () => {
    const counts: number[] = [];
    const answer: ScriptedStep = (request) => {
      counts.push(request.messages.filter(({ role }) => role !== 'system').length);
      return { text: 'ok' };
    };
    const team = await openTeam(answer, answer, answer);
    await team.engine.react(startOf(team)).result;
    await team.engine.react(startOf(team, { runId: 'reaction-run-2' })).result;
    await team.engine.ask('why?', { threadId: 'thread-1', interactive: true }).result;
    assert.deepEqual(counts, [1, 1, 5]);
  });

  it('ends before its agent does anything when it is not admitted', async () => {
    const team = await openTeam();
    const refused = failure('reaction.not_allowed', 'No.');
    const result = await team.engine.react(startOf(team, { admit: () => Promise.resolve(refused) })).result;
    assert.deepEqual([result.status, result.error?.reason], ['failed', 'reaction.not_allowed']);
  });

  it('goes on in the same run after it failed', async () => {
    const team = await openTeam({ failure: { reason: 'model.bad_request' } }, { text: 'Now.' });
    const first = await team.engine.react(startOf(team)).result;
    assert.equal(first.status, 'failed');
    const again = await team.engine.resume('reaction-run-1', { interactive: false });
    assert.ok(!isFailure(again));
    const second = await again.result;
    assert.deepEqual(
      [second.runId, second.kind, second.status, second.text],
      [first.runId, 'reaction', 'completed', 'Now.'],
    );
    assert.equal(second.usage.modelCalls, 2);
  });
});
