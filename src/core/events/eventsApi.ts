// The bus as other extensions get it: they can neither publish in our name nor change an event that others will see.
import type { EventEnvelope, EventsApi } from '../../api';
import type { EventBus } from './eventBus';

/** `sourceOf` names the publisher of a topic. */
export function createEventsApi(bus: EventBus, sourceOf: (topic: string) => string): EventsApi {
  const copies = new WeakMap<EventEnvelope, EventEnvelope>();
  const copyOf = (event: EventEnvelope): EventEnvelope => {
    const known = copies.get(event);
    if (known) return known;
    const copy = deepFreeze(structuredClone(event));
    copies.set(event, copy);
    return copy;
  };
  return {
    publish: (topic, payload, options = {}) =>
      copyOf(bus.publishExternal(topic, payload, { source: sourceOf(topic), ...options })),
    subscribe: (pattern, handler, options) => bus.subscribe(pattern, (event) => handler(copyOf(event)), options),
    history: async (filter) => (await bus.history(filter)).map(copyOf),
    stats: () => bus.stats(),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
