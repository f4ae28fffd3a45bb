// Agents that react in a team: windows of different machines, one Redis.
import assert from 'node:assert/strict';
import { SystemClock } from '../../../../src/adapters/node/systemClock';
import { RedisEventBroker } from '../../../../src/adapters/redis/redisEventBroker';
import { RedisReactionClaims } from '../../../../src/adapters/redis/redisReactionClaims';
import { EventExchange } from '../../../../src/core/events/eventExchange';
import { ReceivedEvents } from '../../../../src/core/events/receivedEvents';
import { redisAddress } from '../../../../src/core/events/redisAddress';
import { Gate } from '../../../support/gate';
import { ManualClock } from '../../../support/manualClock';
import { agentOn, COMPLETED, ReactionWindow, ReactionWorkspace } from '../../../support/reactionWindow';
import { useRedisServer } from '../../../support/redisServer';
import { RedisTeam } from '../../../support/redisTeam';
import { eventually } from '../../../support/teamWindow';

describe('Reactions of a team over Redis', function () {
  this.timeout(60_000);
  const server = useRedisServer();
  const problems: unknown[] = [];
  const open: { window: ReactionWindow; exchange: EventExchange; claims: RedisReactionClaims }[] = [];
  let team: RedisTeam;
  beforeEach(() => (team = new RedisTeam(server().url)));
  afterEach(() => {
    for (const { window, exchange, claims } of open.splice(0)) {
      exchange.dispose();
      claims.dispose();
      window.kill();
      assert.deepEqual(window.bugs, []);
    }
    team.close();
  });

  /** A window on a machine of its own: it shares nothing but the Redis. */
  async function join(origin: string) {
    const address = redisAddress(server().url);
    assert.ok(address);
    const password = () => Promise.resolve(undefined);
    const broker = new RedisEventBroker({ address, team: team.name, origin, password, blockMs: 200 });
    const onBug = (error: unknown) => assert.fail(String(error));
    const takers: ReactionWindow[] = [];
    const claims = new RedisReactionClaims(broker, {
      origin,
      clock: new ManualClock(Date.now()),
      onOrphan: (event) => takers[0]?.reactions.offerAgain(event),
      onProblem: (error) => problems.push(error),
    });
    const window = new ReactionWindow(new ReactionWorkspace(), origin, [agentOn('looker')], claims);
    takers.push(window);
    const { bus } = window;
    bus.joinTeam(new ReceivedEvents({ origin, recent: 1000, onBug }));
    const exchange = new EventExchange({ bus, broker, clock: new SystemClock(), onProblem: onBug, fromSeq: 0 });
    exchange.start();
    await window.start();
    await eventually(() => exchange.health().windows !== undefined, 'it is heard of');
    const joined = { window, exchange, claims, clock: window.workspace.clock };
    open.push(joined);
    return joined;
  }

  it('happen once, in whichever window claims the event', async () => {
    const [one, two] = [await join('w1'), await join('w2')];
    for (const path of ['a.ts', 'b.ts', 'c.ts']) one.window.save(path);
    await eventually(() => (two.window.bus.team?.lastArrival ?? 0) >= 3, 'the events have come');
    await Promise.all([one.clock.advance(1000), two.clock.advance(1000)]);
    const about = () => [...one.window.fired, ...two.window.fired].flatMap((fired) => fired.about);
    await eventually(() => about().length >= 3, 'somebody reacts');
    await Promise.all([one.clock.advance(60_000), two.clock.advance(60_000)]);
    assert.deepEqual(about().sort(), ['a.ts', 'b.ts', 'c.ts']);
  });

  it('are taken up by another window when the one that claimed them dies', async () => {
    const [one, two] = [await join('w1'), await join('w2')];
    const gate = new Gate();
    one.window.work = async () => {
      await gate.wait();
      return COMPLETED;
    };
    one.window.save('a.ts');
    await eventually(() => (two.window.bus.team?.lastArrival ?? 0) >= 1, 'the event has come');
    await one.clock.advance(1000);
    await gate.arrived;
    await two.clock.advance(1000);
    await two.claims.round();
    assert.equal(two.window.fired.length, 0, 'it is being worked on');

    one.exchange.dispose();
    one.claims.dispose();
    await team.kill('w1');
    await team.idle(60_000);
    await two.claims.round();
    await two.clock.advance(1000);
    await eventually(() => two.window.fired.length === 1, 'the other one reacts');
    assert.deepEqual(two.window.fired[0]?.about, ['a.ts']);
    gate.open();
  });
});
