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
    publish: (topic, payload, { causationId } = {}) => {
      text('topic', topic);
      // Nothing else of the options is for others to say.
      const options = { source: sourceOf(topic), ...(causationId !== undefined && { causationId }) };
      return copyOf(bus.publishExternal(topic, payload, options));
    },
    subscribe: (pattern, handler, options) => {
      text('pattern', pattern);
      if (typeof handler !== 'function') throw new TypeError('The handler of a subscription must be a function.');
      const { policy } = options ?? {};
      if (policy !== undefined && !POLICIES.has(policy)) {
        throw new TypeError(`There is no policy "${policy}": it is ${[...POLICIES].join(', ')}.`);
      }
      return bus.subscribe(pattern, (event) => handler(copyOf(event)), options);
    },
    history: async (filter) => (await bus.history(filter)).map(copyOf),
    stats: () => bus.stats(),
  };
}

const POLICIES: ReadonlySet<string> = new Set(['block', 'drop-oldest', 'drop-newest']);

/** Callers without types may pass anything. */
function text(what: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`The ${what} of events must be a text.`);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
