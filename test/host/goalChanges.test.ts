// Tasks that edit at the same time, in a real VS Code: a layer for each, one change set of the run, and an arbiter where they clash.
import * as assert from 'node:assert/strict';
import type { AgentTeamApi, RunResult } from '../../src/api';
import { teamApi, topicsOf, useScriptedServer } from './support/team';
import { closeAll, eventually, WorkspaceFiles } from './support/workspaceFiles';

const SOURCE = 'one\ntwo\nthree\nfour\nfive\nsix\n';

describe('edits of tasks that run at once', function () {
  this.timeout(60_000);
  const server = useScriptedServer();
  let api: AgentTeamApi;
  let files: WorkspaceFiles;
  let tests = 0;
  before(async () => {
    api = await teamApi();
  });
  beforeEach(async () => {
    files = new WorkspaceFiles(`goal-changes-${(tests += 1)}`);
    await files.write('list.txt', SOURCE);
  });
  afterEach(async () => {
    await closeAll();
    await files.dispose();
  });

  const edit = (oldText: string, newText: string) => ({
    toolCalls: [{ name: 'edit_file', arguments: { path: files.pathOf('list.txt'), edits: [{ oldText, newText }] } }],
  });

  /** Both tasks have made their edit before either ends. */
  async function pursue(first: [string, string], second: [string, string], ...rules: object[]): Promise<RunResult> {
    const tasks = ['alpha', 'beta'].map((id) => ({ id, agent: 'dev', description: `do ${id}` }));
    server().script(
      { when: { hasTool: 'submit_plan' }, reply: { toolCalls: [{ name: 'submit_plan', arguments: { tasks } }] } },
      { when: { lastUser: 'do alpha', lastRole: 'user' }, reply: edit(...first) },
      { when: { lastUser: 'do beta', lastRole: 'user' }, reply: edit(...second) },
      { when: { lastUser: 'do alpha', lastRole: 'tool' }, reply: { text: 'Alpha.', gate: 'alpha' } },
      { when: { lastUser: 'do beta', lastRole: 'tool' }, reply: { text: 'Beta.', gate: 'beta' } },
      ...rules,
      { when: { lastUser: 'Join the results' }, reply: { text: 'Joined.' } },
    );
    const run = api.goal('change the list');
    await Promise.all([server().gate('alpha').arrived, server().gate('beta').arrived]);
    server().gate('alpha').open();
    await eventually(
      async () => (await api.runs.get(run.runId))?.tasks.find(({ id }) => id === 'alpha')?.status === 'completed',
      'the first task to end',
    );
    server().gate('beta').open();
    const result = await run.result;
    assert.equal(result.status, 'completed', JSON.stringify(result.error));
    return result;
  }

  it('merge where they are about other lines; the disk waits for the person', async () => {
    const result = await pursue(['one', 'ONE'], ['six', 'SIX']);
    server().assertUsed();
    assert.deepEqual(
      result.changes.map(({ path, status, added, removed }) => [path, status, added, removed]),
      [[files.pathOf('list.txt'), 'proposed', 2, 2]],
    );
    assert.equal(await files.text('list.txt'), SOURCE);
    await api.changes.accept(result.runId);
    assert.equal(await files.text('list.txt'), SOURCE.replace('one', 'ONE').replace('six', 'SIX'));
  });

  it('go to the arbiter where they clash, whose verdict is an event, a span and a line of the result', async () => {
    const verdict = {
      verdict: 'settled',
      places: [{ place: 1, text: 'BOTH\n' }],
      explanation: 'Both wanted capitals.',
    };
    const result = await pursue(['three', 'alpha three'], ['three', 'beta three'], {
      when: { hasTool: 'submit_verdict' },
      reply: { toolCalls: [{ name: 'submit_verdict', arguments: verdict }] },
    });
    server().assertUsed();
    assert.match(result.text, /Joined\.[^]*Both wanted capitals\./);
    const events = await api.events.history({ runId: result.runId });
    for (const topic of ['edit.conflicted', 'conflict.resolved']) assert.ok(topicsOf(events).includes(topic), topic);
    const spans = await api.traces.spans(result.traceId);
    assert.ok(spans.some(({ name }) => name === 'arbitrate'));
    await api.changes.accept(result.runId);
    assert.equal(await files.text('list.txt'), SOURCE.replace('three', 'BOTH'));
  });

  it('stay a conflict for the person, with both sides kept, where the arbiter can’t decide', async () => {
    const result = await pursue(['three', 'alpha three'], ['three', 'beta three'], {
      when: { hasTool: 'submit_verdict' },
      reply: {
        toolCalls: [
          { name: 'submit_verdict', arguments: { verdict: 'undecided', explanation: 'Only the person knows.' } },
        ],
      },
    });
    const [change] = result.changes;
    assert.equal(change?.status, 'conflicted');
    assert.match(result.text, /Only the person knows\./);
    assert.equal(await files.text('list.txt'), SOURCE);
    const applied = await api.changes.accept(result.runId);
    assert.deepEqual([applied.applied, applied.conflicts], [[], [files.pathOf('list.txt')]]);
    assert.equal(await files.text('list.txt'), SOURCE);
  });
});
