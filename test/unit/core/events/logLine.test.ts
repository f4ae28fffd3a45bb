import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import { logLine } from '../../../../src/core/events/logLine';

const event = (topic: string, payload: unknown, more: Partial<EventEnvelope> = {}): EventEnvelope => ({
  id: 'e1',
  seq: 1,
  origin: 'w1',
  time: '2030-01-01T00:00:00.000Z',
  source: 'engine',
  correlationId: 'r1',
  topic,
  payload,
  ...more,
});
const OF_RUN = { runId: 'r1', traceId: 't1' };

describe('A line of the log', () => {
  it('carries run, task and trace', () => {
    const payload = { callId: 'c', model: 'gpt', endpoint: 'openai', role: 'qa', attempt: 2, messages: 3 };
    assert.deepEqual(logLine(event('model.requested', payload, { ...OF_RUN, taskId: 'a' })), {
      level: 'debug',
      text: 'model.requested role=qa model=gpt endpoint=openai attempt=2 run=r1 task=a trace=t1',
    });
  });

  it('tells why something failed, on one line, as loudly as it matters', () => {
    const error = { reason: 'model.timeout', message: 'Too slow.\nTry again.', retryable: true };
    assert.deepEqual(
      ['run.failed', 'model.failed', 'run.completed'].map((topic) =>
        logLine(event(topic, { error, text: '' }, OF_RUN)),
      ),
      [
        { level: 'error', text: 'run.failed error=model.timeout "Too slow. Try again." run=r1 trace=t1' },
        { level: 'warn', text: 'model.failed error=model.timeout "Too slow. Try again." run=r1 trace=t1' },
        { level: 'info', text: 'run.completed error=model.timeout "Too slow. Try again." run=r1 trace=t1' },
      ],
    );
    const failed = { tool: 'read_file', reason: 'tool.not_found', text: 'secret of the file', durationMs: 1.6 };
    assert.equal(
      logLine(event('tool.failed', failed))?.text,
      'tool.failed tool=read_file durationMs=2 reason=tool.not_found',
    );
  });

  it('never holds what people, models, tools or other extensions said', () => {
    const said = 'WORDS';
    const payloads: [string, object][] = [
      ['run.started', { kind: 'ask', title: said, request: said, context: [{ text: said }] }],
      ['route.decided', { agent: 'qa', reason: said, by: 'model' }],
      ['handoff.completed', { from: 'qa', to: 'dev', reason: said, summary: said }],
      ['model.completed', { text: said, reasoning: said, toolCalls: [{ name: 'x', arguments: { a: said } }] }],
      ['tool.requested', { tool: 'read_file', input: { path: said } }],
      ['tool.completed', { tool: 'read_file', text: said }],
    ];
    for (const [topic, payload] of payloads) {
      assert.equal(logLine(event(topic, payload))?.text.includes(said), false, topic);
    }
    assert.equal(logLine(event('user.note', { name: said })), undefined);
  });
});
