import assert from 'node:assert/strict';
import { failure } from '../../../../src/core/failure';
import {
  AgentBreakerGate,
  countsAgainstAgent,
  countsAgainstEndpoint,
} from '../../../../src/core/resilience/agentBreakerGate';
import { BreakerRegistry } from '../../../../src/core/resilience/breakerRegistry';
import { CircuitBreaker, type BreakerPermit } from '../../../../src/core/resilience/circuitBreaker';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { ManualClock } from '../../../support/manualClock';
import { RecordedRun, RecordingPublisher } from '../../../support/recordedRun';

const RESET_MS = 30_000;

function setUp(failureThreshold = 3) {
  const clock = new ManualClock();
  const transitions: string[] = [];
  const breaker = new CircuitBreaker({
    clock,
    policy: () => ({ failureThreshold, resetMs: RESET_MS }),
    onTransition: ({ to, failures }) => transitions.push(`${to} after ${failures}`),
  });
  const enter = (): BreakerPermit<unknown> => {
    const entry = breaker.enter();
    assert.ok(entry.admitted);
    return entry.permit;
  };
  const open = () => {
    for (let count = 0; count < failureThreshold; count += 1) enter().fail();
  };
  return { clock, transitions, breaker, enter, open };
}

describe('CircuitBreaker', () => {
  it('opens after consecutive failures, and only then', () => {
    const { breaker, enter, transitions } = setUp();
    enter().fail();
    enter().fail();
    enter().succeed();
    enter().fail();
    enter().fail();
    assert.equal(breaker.state, 'closed');
    enter().fail();
    assert.equal(breaker.state, 'open');
    assert.deepEqual(transitions, ['open after 3']);
  });

  it('neither counts nor forgets for what does not count', () => {
    const { breaker, enter } = setUp();
    enter().fail();
    enter().fail();
    enter().answered();
    enter().release();
    enter().fail();
    assert.equal(breaker.state, 'open');
  });

  it('refuses at once while open, and says for how long', () => {
    const { breaker, clock, open } = setUp();
    open();
    clock.set(clock.now() + 10_000);
    assert.deepEqual(breaker.enter(), { admitted: false, retryInMs: RESET_MS - 10_000 });
  });

  it('lets exactly one of many callers probe when half open', () => {
    const { breaker, clock, open, transitions } = setUp();
    open();
    clock.set(clock.now() + RESET_MS);
    const entries = Array.from({ length: 20 }, () => breaker.enter());
    assert.deepEqual(
      entries.map(({ admitted }) => admitted),
      [true, ...Array.from({ length: 19 }, () => false)],
    );
    assert.deepEqual(transitions, ['open after 3', 'half-open after 3']);
  });

  it('closes when the probe succeeds, or is answered at all', () => {
    for (const outcome of ['succeed', 'answered'] as const) {
      const { breaker, clock, enter, open } = setUp();
      open();
      clock.set(clock.now() + RESET_MS);
      enter()[outcome]();
      assert.equal(breaker.state, 'closed');
      assert.equal(breaker.failures, 0);
    }
  });

  it('opens for the whole time again when the probe fails', () => {
    const { breaker, clock, enter, open, transitions } = setUp();
    open();
    clock.set(clock.now() + RESET_MS);
    enter().fail();
    assert.deepEqual(breaker.enter(), { admitted: false, retryInMs: RESET_MS });
    assert.deepEqual(transitions, ['open after 3', 'half-open after 3', 'open after 4']);
  });

  it('lets the next caller probe when a probe was cancelled', () => {
    const { breaker, clock, enter, open } = setUp();
    open();
    clock.set(clock.now() + RESET_MS);
    const cancelled = enter();
    assert.equal(breaker.enter().admitted, false);
    cancelled.release();
    assert.equal(breaker.state, 'half-open');
    assert.equal(enter().isProbe, true);
  });

  it('ignores what calls from before a change come to', () => {
    const { breaker, clock, enter, open } = setUp();
    const [late, later] = [enter(), enter()];
    open();
    late.succeed();
    assert.equal(breaker.state, 'open');
    clock.set(clock.now() + RESET_MS);
    const probe = enter();
    later.succeed();
    assert.equal(breaker.enter().admitted, false, 'the probe is still out');
    probe.succeed();
    late.fail();
    assert.equal(breaker.failures, 0);
  });

  it('counts each permit once', () => {
    const { breaker, enter } = setUp();
    const permit = enter();
    for (let count = 0; count < 5; count += 1) permit.fail();
    assert.equal(breaker.failures, 1);
  });

  it('closes on a person’s word', () => {
    const { breaker, open, transitions } = setUp();
    open();
    breaker.reset();
    assert.equal(breaker.enter().admitted, true);
    assert.equal(transitions.at(-1), 'closed after 0');
  });
});

describe('BreakerRegistry', () => {
  const settings = { ...DEFAULT_SETTINGS, breaker: { failureThreshold: 2, resetSeconds: 30 } };
  const create = () => {
    const clock = new ManualClock();
    const publisher = new RecordingPublisher();
    const registry = new BreakerRegistry({ clock, settings: () => settings, publisher });
    return { clock, publisher, registry, gate: new AgentBreakerGate(registry), run: new RecordedRun() };
  };
  const broken = failure('model.unavailable', 'x', true);

  it('reports changes as events of the run that caused them, and a reset as its own', () => {
    const { clock, publisher, registry, gate, run } = create();
    for (let count = 0; count < 2; count += 1) {
      assert.ok(gate.admit('dev', run.context));
      gate.report('dev', broken, run.context);
    }
    assert.equal(gate.isOpen('dev'), true);
    assert.equal(gate.admit('dev', run.context), false);
    clock.set(clock.now() + 30_000);
    assert.equal(gate.isOpen('dev'), false);
    assert.ok(gate.admit('dev', run.context));
    assert.equal(gate.isOpen('dev'), true, 'one probe is out');
    gate.report('dev', broken, run.context);
    assert.deepEqual(run.topics(), ['breaker.opened', 'breaker.half_opened', 'breaker.opened']);
    assert.deepEqual(run.payloads('breaker.opened')[0], { scope: 'agent', name: 'dev', failures: 2, resetMs: 30_000 });
    const changed: string[] = [];
    registry.onDidChange(({ name, state }) => changed.push(`${name} ${state}`));
    registry.reset('agent', 'dev');
    assert.deepEqual(
      publisher.events.map(({ topic }) => topic),
      ['breaker.closed'],
    );
    assert.deepEqual(changed, ['dev closed']);
    assert.equal(registry.state('agent', 'dev'), 'closed');
  });

  it('keeps agents and endpoints apart', () => {
    const { registry, gate, run } = create();
    for (let count = 0; count < 2; count += 1) {
      gate.admit('openai', run.context);
      gate.report('openai', broken, run.context);
    }
    assert.deepEqual([registry.state('agent', 'openai'), registry.state('endpoint', 'openai')], ['open', 'closed']);
    registry.reset('endpoint', 'nobody');
  });

  it('does not let a cancelled probe of an agent decide', () => {
    const { clock, gate, registry, run } = create();
    for (let count = 0; count < 2; count += 1) {
      gate.admit('dev', run.context);
      gate.report('dev', broken, run.context);
    }
    clock.set(clock.now() + 30_000);
    gate.admit('dev', run.context);
    gate.report('dev', failure('cancelled', 'x'), run.context);
    assert.equal(registry.state('agent', 'dev'), 'half-open');
    assert.equal(gate.admit('dev', run.context), true);
  });

  it('knows what speaks against an endpoint and against an agent', () => {
    const f = (reason: string, retryable = false) => failure(reason, 'x', retryable);
    const endpoint = [
      f('model.rate_limited', true),
      f('model.timeout', true),
      f('model.unauthorized'),
      f('model.breaker_open', true),
      f('cancelled'),
    ];
    assert.deepEqual(endpoint.map(countsAgainstEndpoint), [true, true, false, false, false]);
    const agent = [
      f('agent.no_progress'),
      f('model.unavailable', true),
      f('budget.exceeded'),
      f('cancelled'),
      f('model.bad_request'),
    ];
    assert.deepEqual(agent.map(countsAgainstAgent), [true, true, false, false, false]);
  });
});
