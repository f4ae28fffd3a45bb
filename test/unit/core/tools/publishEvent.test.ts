import assert from 'node:assert/strict';
import { createPublishTool } from '../../../../src/core/tools/team/publishEvent';
import type { ToolContext } from '../../../../src/core/tools/tool';
import { createBus } from '../../../support/busFixture';

describe('publish_event', () => {
  const { bus } = createBus();
  const tool = createPublishTool(bus);
  const started = bus.publish({
    topic: 'tool.started',
    payload: { callId: 'call-1', tool: 'publish_event', title: 'publish_event', effect: 'write' },
    source: 'agent:dev',
    runId: 'run-1',
    correlationId: 'run-1',
    traceId: 'trace-1',
    spanId: 'span-1',
  });
  const context: ToolContext = {
    signal: new AbortController().signal,
    runId: 'run-1',
    taskId: 'a',
    agent: 'dev',
    promptVersion: 'a1b2c3d4e5f6',
    callId: 'call-1',
    cause: started.id,
  };

  it('publishes in the run, task and trace of the agent, caused by its call', async () => {
    const payload = { version: 2 };
    const result = await tool.run({ topic: 'user.release.ready', payload }, context);
    const [event] = await bus.history({ pattern: 'user.**' });
    assert.ok(event);
    assert.equal(result.text, `Published user.release.ready as event ${event.id}.`);
    const { id: _id, seq: _seq, origin: _origin, time: _time, ...said } = event;
    assert.deepEqual(said, {
      topic: 'user.release.ready',
      source: 'agent:dev',
      runId: 'run-1',
      taskId: 'a',
      agent: 'dev',
      promptVersion: 'a1b2c3d4e5f6',
      correlationId: 'run-1',
      causationId: started.id,
      traceId: 'trace-1',
      spanId: 'span-1',
      payload,
    });
  });

  it('says what is wrong with a topic that is reserved or malformed, and publishes nothing', async () => {
    const before = bus.lastSeq;
    for (const topic of ['run.completed', 'user', 'user..x', 'user.*']) {
      const { isError, reason, text } = await tool.run({ topic, payload: {} }, context);
      assert.deepEqual([isError, reason], [true, 'event.refused'], topic);
      assert.match(text, /^Not published\. The topic ".*" is (reserved|malformed): /);
    }
    assert.equal(bus.lastSeq, before);
  });

  it('publishes nothing for a run that was stopped', async () => {
    const before = bus.lastSeq;
    const result = await tool.run({ topic: 'user.late', payload: {} }, { ...context, signal: AbortSignal.abort() });
    assert.deepEqual([result.reason, bus.lastSeq], ['cancelled', before]);
  });

  it('asks nobody, but tells that it writes', async () => {
    assert.equal(tool.effect, 'write');
    assert.deepEqual(await tool.intents?.({ topic: 'user.x', payload: 1 }, context), []);
  });
});
