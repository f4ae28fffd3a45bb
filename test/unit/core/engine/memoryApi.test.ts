// Shared memory over whole windows but for VS Code: the exported API, agents' tools, and what goes when a run or a thread goes.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isFailure } from '../../../../src/core/failure';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const call = (name: string, input: Record<string, unknown>): ScriptedStep => ({
  toolCalls: [{ name, arguments: input }],
});

describe('Shared memory of a window', () => {
  const open = new Set<HeadlessTeam>();
  const clock = new ManualClock();
  afterEach(async () => {
    const teams = [...open];
    open.clear();
    for (const team of teams) await team.close();
    for (const { problems } of teams) assert.deepEqual(problems, []);
  });
  const folder = useTemporaryFolder();

  async function openTeam(...steps: ScriptedStep[]): Promise<HeadlessTeam & { model: ScriptedModel }> {
    const model = new ScriptedModel(steps);
    const team = await openHeadlessTeam({ folder: folder(), model: () => model, clock });
    open.add(team);
    return { ...team, model };
  }

  it('keeps what other extensions set, with versions, and tells of each change', async () => {
    const { api } = await openTeam();
    assert.deepEqual(await api.memory.set('k', { a: [1] }), { version: 1 });
    assert.deepEqual(await api.memory.set('k', 'two', { expectedVersion: 1 }), { version: 2 });
    const stale = await api.memory.set('k', 'three', { expectedVersion: 1 });
    assert.ok('reason' in stale);
    assert.equal(stale.reason, 'memory.version_conflict');
    assert.match(stale.message, /version 2/);
    assert.deepEqual(await api.memory.get('k'), { value: 'two', version: 2, author: 'api' });
    assert.deepEqual(await api.memory.get('k', { threadId: 't' }), undefined);
    assert.deepEqual(await api.memory.search('tw'), [
      { key: 'k', scope: 'workspace', snippet: 'two', score: (await api.memory.search('tw'))[0]?.score },
    ]);
    await api.memory.delete('k');
    assert.equal(await api.memory.get('k'), undefined);
    const events = await api.events.history({ pattern: 'memory.written' });
    assert.deepEqual(
      events.map(({ payload }) => payload),
      [
        { key: 'k', scope: 'workspace', version: 1, author: 'api' },
        { key: 'k', scope: 'workspace', version: 2, author: 'api' },
        { key: 'k', scope: 'workspace', version: 3, author: 'api', deleted: true },
      ],
    );
  });

  it('never rejects, whatever it is given', async () => {
    const { api } = await openTeam();
    const memory = api.memory as unknown as Record<string, (...input: unknown[]) => Promise<unknown>>;
    assert.equal(await memory['get']?.(7), undefined);
    assert.equal(await memory['get']?.('k', { other: 1 }), undefined);
    assert.ok(isFailure(await memory['set']?.(undefined, 1)));
    assert.ok(isFailure(await memory['set']?.('k', () => 1)));
    assert.ok(isFailure(await memory['set']?.('k', 1, { scope: 'everywhere' })));
    assert.ok(isFailure(await memory['set']?.('k', 1, { scope: { runId: 'no-such-run' } })));
    assert.ok(isFailure(await memory['set']?.('k', 1, { expectedVersion: -1 })));
    assert.equal(await memory['delete']?.('k', 'everywhere'), undefined);
    assert.deepEqual(await memory['search']?.(7), []);
    // The fault with a key that is no text is the caller's, but the store was asked all the same.
    for (const team of open) team.problems.length = 0;
  });

  it('lets one of two windows win that saw the same version; the other is told', async () => {
    const [one, two] = [await openTeam(), await openTeam()];
    await one.api.memory.set('counter', 0);
    const add = async ({ api }: HeadlessTeam): Promise<number> => {
      for (let refused = 0; ; refused += 1) {
        const seen = await api.memory.get('counter');
        assert.ok(seen);
        const set = await api.memory.set('counter', Number(seen.value) + 1, { expectedVersion: seen.version });
        if (!('reason' in set)) return refused;
        assert.equal(set.reason, 'memory.version_conflict');
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n % 2 ? one : two)));
    assert.deepEqual(await two.api.memory.get('counter'), { value: 20, version: 21, author: 'api' });
  });

  it('is what agents read and write: one keeps a fact, the next run has it in its prompt', async () => {
    const { api, model } = await openTeam(
      call('memory_write', { key: 'build command', value: 'make all' }),
      { text: 'Kept.' },
      { text: 'With make all.' },
    );
    const first = await api.ask('remember the build command', { agent: 'dev' }).result;
    assert.equal(first.status, 'completed');
    const { author, version } = (await api.memory.get('build command')) ?? {};
    assert.deepEqual({ author, version }, { author: 'dev', version: 1 });
    const events = await api.events.history({ runId: first.runId });
    const written = events.find(({ topic }) => topic === 'memory.written');
    const started = events.find(({ id }) => id === written?.causationId);
    assert.equal(started?.topic, 'tool.started');
    assert.match(written?.promptVersion ?? '', /^[0-9a-f]{12}$/);

    const second = await api.ask('How do I build this?', { agent: 'qa' }).result;
    assert.equal(second.text, 'With make all.');
    const [system] = model.requests.at(-1)?.messages ?? [];
    assert.match(system?.role === 'system' ? system.text : '', /build command \(version 1, by dev[^]*make all/);
    const spans = await api.traces.spans(second.traceId);
    const span = spans.find(({ name }) => name === 'invoke_agent qa');
    assert.deepEqual(span?.attributes['agent_team.memory.keys'], ['workspace:build command']);
  });

  it('forgets what belonged to a run or a thread together with it', async () => {
    const { api, store } = await openTeam({ text: 'One.' }, { text: 'Two.' });
    const one = await api.ask('one', { agent: 'dev', threadId: 'thread-1' }).result;
    const two = await api.ask('two', { agent: 'dev', threadId: 'thread-1' }).result;
    const scopes = [{ runId: one.runId }, { runId: two.runId }, { threadId: 'thread-1' }, 'workspace'] as const;
    for (const scope of scopes) assert.deepEqual(await api.memory.set('k', 1, { scope }), { version: 1 });
    const has = async () => Promise.all(scopes.map(async (scope) => (await api.memory.get('k', scope)) !== undefined));

    await api.runs.delete(one.runId);
    assert.deepEqual(await has(), [false, true, true, true]);
    assert.ok(!existsSync(join(folder(), 'runs', one.runId)));
    assert.ok('reason' in (await api.memory.set('k', 1, { scope: { runId: one.runId } })), 'no memory of the dead');
    assert.ok(!existsSync(join(folder(), 'runs', one.runId)));

    await store.deleteThread('thread-1');
    await api.memory.get('k');
    assert.deepEqual((await has()).slice(1), [false, false, true]);
  });
});
