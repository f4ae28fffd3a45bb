import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import { createEventsApi } from '../../../../src/core/events/eventsApi';
import { createBus } from '../../../support/busFixture';
import { settle } from '../../../support/gate';

describe('the events that other extensions get', () => {
  it('can not be changed by one for the others, nor for us', async () => {
    const { bus } = createBus();
    const api = createEventsApi(bus, () => 'ext.acme');
    const payload = { files: ['a.ts'] };
    const seen: unknown[] = [];
    api.subscribe('**', (event) => void (event.payload as typeof payload).files.push('evil'));
    api.subscribe('**', (event) => void seen.push(event.payload));
    bus.publish({
      topic: 'handoff.requested',
      payload: { from: 'a', to: 'b', reason: '', context: 'none', ...payload },
      source: 'engine',
    });
    await settle();
    const [event] = await bus.history({ pattern: 'handoff.*' });
    assert.deepEqual((event?.payload as typeof payload).files, ['a.ts']);
    assert.deepEqual((seen[0] as typeof payload).files, ['a.ts']);
    assert.equal(bus.stats().subscribers[0]?.failed, 2);
    const [copy] = await api.history({ pattern: 'handoff.*' });
    assert.throws(() => ((copy as EventEnvelope<string>).payload = ''), TypeError);
    payload.files.push('still ours to change');
  });

  it('are published under the name of their publisher', () => {
    const { bus } = createBus();
    const api = createEventsApi(bus, (topic) => `of ${topic}`);
    const event = api.publish('user.deployed', { to: 'production' }, { causationId: 'x' });
    assert.deepEqual([event.source, event.causationId, event.payload], ['of user.deployed', 'x', { to: 'production' }]);
    assert.throws(() => api.publish('run.started', {}), TypeError);
  });

  it('can not be published in the name of somebody else', () => {
    const { bus } = createBus();
    const api = createEventsApi(bus, () => 'ext.acme.tools');
    const options = { source: 'engine', by: { agent: 'dev', topic: 'run.completed', source: 'engine' } } as object;
    const { source, topic, agent } = api.publish('ext.acme.tools.done', {}, options);
    assert.deepEqual([source, topic, agent], ['ext.acme.tools', 'ext.acme.tools.done', undefined]);
  });

  it('are not handed to what is no handler, nor by a policy that there is not', () => {
    const { bus } = createBus();
    const api = createEventsApi(bus, () => 'user') as unknown as Record<
      'publish' | 'subscribe',
      (...given: unknown[]) => unknown
    >;
    const handler = () => undefined;
    for (const given of [
      [undefined, handler],
      [5, handler],
      ['user.*'],
      ['user.*', 'x'],
      ['user.*', handler, { policy: 'drop' }],
    ]) {
      assert.throws(() => api.subscribe(...given), TypeError);
    }
    assert.throws(() => api.publish(undefined, {}), /^TypeError: The topic of events must be a text\.$/);
    assert.deepEqual(bus.stats(), { published: 0, subscribers: [] });
  });
});
