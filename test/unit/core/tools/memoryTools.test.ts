import assert from 'node:assert/strict';
import type { ToolContext, ToolResult } from '../../../../src/core/tools/tool';
import { createMemoryTools } from '../../../../src/core/tools/team/memoryTools';
import { MemoryFixture } from '../../../support/memoryFixture';
import { RecordedRun } from '../../../support/recordedRun';

const recorded = new RecordedRun();
const CONTEXT: ToolContext = {
  signal: recorded.controller.signal,
  runId: 'run-1',
  threadId: 'thread-1',
  agent: 'qa',
  promptVersion: 'a1b2c3d4e5f6',
  callId: 'call-1',
  cause: 'event-7',
  emit: (topic, payload, details) => recorded.context.emit(topic, payload, details),
};

describe('memory tools', () => {
  let fixture: MemoryFixture;
  beforeEach(() => (fixture = new MemoryFixture()));

  const call = async (name: string, input: unknown, context: Partial<ToolContext> = {}): Promise<ToolResult> => {
    const tool = createMemoryTools(fixture.memory).find((candidate) => candidate.name === name);
    assert.ok(tool);
    return tool.run(input, { ...CONTEXT, ...context });
  };

  it('keeps an entry with who wrote it and why, and reports it as an event of the run', async () => {
    const written = await call('memory_write', { key: 'build command', value: 'npm run build' });
    assert.equal(written.text, 'Kept "build command" as version 1.');
    const entry = await fixture.store.get('workspace', 'build command');
    assert.deepEqual(
      { author: entry?.author, promptVersion: entry?.promptVersion, runId: entry?.runId, cause: entry?.cause },
      { author: 'qa', promptVersion: 'a1b2c3d4e5f6', runId: 'run-1', cause: 'event-7' },
    );
    const [event] = recorded.payloads('memory.written').slice(-1);
    assert.deepEqual(event, { key: 'build command', scope: 'workspace', version: 1, author: 'qa' });
    const read = await call('memory_read', { key: 'build command' });
    assert.match(read.text, /^build command \(version 1, by qa, \d{4}-\d\d-\d\d\):\nnpm run build$/);
  });

  it('finds what other extensions and agents kept, in this run, this conversation and the workspace only', async () => {
    const by = { author: 'api' };
    await fixture.memory.write('workspace', { key: 'a', value: 'apple one' }, by);
    await fixture.memory.write({ threadId: 'thread-1' }, { key: 'b', value: 'apple two' }, by);
    await fixture.memory.write({ runId: 'run-1' }, { key: 'c', value: 'apple three' }, by);
    await fixture.memory.write({ threadId: 'thread-2' }, { key: 'd', value: 'apple four' }, by);
    const { text } = await call('memory_search', { query: 'apple' });
    assert.deepEqual(text.split('\n').sort(), ['a: apple one', 'run:c: apple three', 'thread:b: apple two']);
    assert.match((await call('memory_read', { key: 'run:c' })).text, /apple three/);
    const one = await call('memory_search', { query: 'apple', limit: 1 });
    assert.equal(one.text.split('\n').length, 1);
    assert.match((await call('memory_search', { query: 'pear' })).text, /^Nothing in shared memory has "pear"/);
  });

  it('takes a prefix for the scope, and no conversation where there is none', async () => {
    await call('memory_write', { key: 'thread: plan', value: 'x' });
    assert.equal((await fixture.store.get({ threadId: 'thread-1' }, 'plan'))?.value, 'x');
    await call('memory_write', { key: 'workspace:plan', value: 'y' });
    assert.equal((await fixture.store.get('workspace', 'plan'))?.value, 'y');
    const { threadId: _threadId, ...alone } = CONTEXT;
    const [write] = createMemoryTools(fixture.memory).filter(({ name }) => name === 'memory_write');
    const refused = await write?.run({ key: 'thread:plan', value: 'x' }, alone);
    assert.equal(refused?.reason, 'memory.no_thread');
  });

  it('shows what an unconditional write replaced, so that nothing is lost unseen', async () => {
    await call('memory_write', { key: 'k', value: { from: 'dev' } }, { agent: 'dev' });
    const { text } = await call('memory_write', { key: 'k', value: 'from qa' });
    assert.match(text, /^Kept "k" as version 2\. It replaced version 1 by dev:\n\{\n "from": "dev"\n\}$/);
  });

  it('refuses a stale version with what stands there now', async () => {
    await call('memory_write', { key: 'k', value: 'one', expectedVersion: 0 });
    const stale = await call('memory_write', { key: 'k', value: 'two', expectedVersion: '0' });
    assert.equal(stale.isError, true);
    assert.equal(stale.reason, 'memory.version_conflict');
    assert.match(stale.text, /has version 1 by qa now, not 0.*\n?.*What stands there now:\nk \(version 1, by qa/);
    const fresh = await call('memory_write', { key: 'k', value: 'two', expectedVersion: 1 });
    assert.equal(fresh.text, 'Kept "k" as version 2.');
  });

  it('names the entries that there are when one is not found', async () => {
    assert.match((await call('memory_read', { key: 'x' })).text, /no entry "x". Nothing is kept there yet/);
    await call('memory_write', { key: 'run:y', value: 1 });
    const missing = await call('memory_read', { key: 'run:x' });
    assert.equal(missing.reason, 'memory.not_found');
    assert.match(missing.text, /There are "run:y"\./);
  });

  it('asks nobody, but tells that it writes', async () => {
    const tools = createMemoryTools(fixture.memory);
    assert.deepEqual(
      tools.map(({ name, effect }) => `${name} ${effect}`),
      ['memory_read read', 'memory_write write', 'memory_search read'],
    );
    assert.deepEqual(await tools[1]?.intents?.({ key: 'k', value: 1 }, CONTEXT), []);
  });
});
