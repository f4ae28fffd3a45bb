// What a person is told of the backend of events: on the health page, in the status bar, in a question.
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { BackendHealth } from '../../src/core/events/backendHealth';
import type { BrokerFailure } from '../../src/core/events/eventBroker';
import type { ExchangeHealth } from '../../src/core/events/eventExchange';
import { backendCheck } from '../../src/vscode/health/backendCheck';
import { BackendNotice } from '../../src/vscode/backend/backendNotice';
import { ManualClock } from '../support/manualClock';
import { configure, teamApi } from './support/team';

const WHERE = 'rediss://team.test:6379/0';
const broken = (reason: BrokerFailure['reason'], detail: string): BrokerFailure => ({
  ...{ reason, detail, where: WHERE, message: 'for the log', retryable: reason === 'broker.unreachable' },
});
const CONNECTED: ExchangeHealth = {
  place: `${WHERE}, team bookshop`,
  state: 'connected',
  since: '2030-01-01T10:42:00.000Z',
  windows: 3,
  ...{ sent: 120, unsent: 2, lost: 0, received: 340, duplicates: 1, missed: 0, malformed: 0 },
};
const waiting = (problem: BrokerFailure, unsent = 7): ExchangeHealth => {
  const { windows: _windows, ...rest } = CONNECTED;
  return { ...rest, state: 'waiting', problem, unsent };
};

describe('the backend of events on the health page', () => {
  const look = (health: BackendHealth) => backendCheck(() => health).run(AbortSignal.timeout(1000));
  const team = (health: ExchangeHealth) => look({ backend: 'redis', ...health });

  it('is fine where nothing is shared, and in a team', async () => {
    assert.equal((await look({ backend: 'embedded' })).state, 'ok');
    const { state, found, remedy } = await team(CONNECTED);
    assert.deepEqual([state, remedy], ['ok', undefined]);
    assert.match(found, /Connected to rediss:\/\/team\.test:6379\/0, team bookshop\. 3 windows share it/);
    assert.match(found, /120 events sent, 2 waiting, 340 received/);
  });

  it('tells of what never arrived', async () => {
    const { state, found } = await team({ ...CONNECTED, lost: 4, missed: 5, malformed: 6 });
    assert.equal(state, 'warning');
    assert.match(found, /4 were too old.* 5 of other windows never came.* 6 could not be read/);
  });

  it('says why there is no connection, what waits, and what to do', async () => {
    const states = {
      'broker.unreachable': [
        'warning',
        /can not be reached: ECONNREFUSED.* 7 events wait.*works as always/,
        /tried again by itself/,
      ],
      'broker.refused': ['error', /refuses access: WRONGPASS/, /\[Set the password\]\(command:agentTeam\.setApiKey\?/],
      'broker.untrusted': [
        'error',
        /certificate of rediss:\/\/team\.test:6379\/0 is not trusted/,
        /certificates that your system trusts/,
      ],
      'broker.unusable': [
        'error',
        /can not be used as a team’s server: NOSCRIPT/,
        /command:workbench\.action\.openSettings\?/,
      ],
    } as const;
    const details = {
      'broker.unreachable': 'ECONNREFUSED',
      'broker.refused': 'WRONGPASS',
      'broker.untrusted': 'DEPTH_ZERO_SELF_SIGNED_CERT',
      'broker.unusable': 'NOSCRIPT',
    } as const;
    for (const [reason, [state, found, remedy]] of Object.entries(states)) {
      const result = await team(
        waiting(broken(reason as BrokerFailure['reason'], details[reason as keyof typeof details])),
      );
      assert.equal(result.state, state, reason);
      assert.match(result.found, found);
      assert.match(result.remedy ?? '', remedy);
      assert.doesNotMatch(result.found, /for the log/);
    }
  });

  it('stands among what the health page tries out', async () => {
    await teamApi();
    await configure({ provider: 'offline' });
    const text = await vscode.commands.executeCommand<string>('agentTeam.diagnose');
    await configure({ provider: undefined });
    assert.match(text, /## OK: Events and team\n\nEvents stay on this machine/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});

describe('a lost connection to the team', () => {
  const clock = new ManualClock();
  let health: ExchangeHealth = CONNECTED;
  let changed: () => void = () => undefined;
  let asked: string[] = [];
  let isShown = false;
  let notice: BackendNotice | undefined;
  const item = {
    name: '',
    command: '',
    text: '',
    tooltip: '',
    show: () => void (isShown = true),
    hide: () => void (isShown = false),
    dispose: () => void (isShown = false),
  };
  const becomes = (next: ExchangeHealth) => {
    health = next;
    changed();
  };
  beforeEach(() => {
    [asked, isShown] = [[], false];
    notice = new BackendNotice({
      clock,
      createItem: () => item,
      exchange: {
        health: () => health,
        onDidChange: (handler) => {
          changed = handler;
          return { dispose: () => (changed = () => undefined) };
        },
      },
      showWarning: (message, ...buttons) => {
        asked.push([message, ...buttons].join(' | '));
        return Promise.resolve(undefined);
      },
    });
  });
  afterEach(() => notice?.dispose());
  const unreachable = waiting(broken('broker.unreachable', 'ECONNRESET'));

  it('is no word worth while it is soon back, however often', async () => {
    for (let round = 0; round < 3; round += 1) {
      becomes(unreachable);
      await clock.advance(4000);
      becomes(CONNECTED);
      await clock.advance(60_000);
    }
    assert.deepEqual([isShown, asked], [false, []]);
  });

  it('shows in the status bar when it lasts, says why, and goes when it is back', async () => {
    becomes(unreachable);
    await clock.advance(5000);
    assert.equal(isShown, true);
    assert.match(item.text, /Team offline/);
    assert.match(item.tooltip, /can not be reached: ECONNRESET\.\n7 events wait to be sent\. Everything else works/);
    assert.equal(item.command, 'agentTeam.diagnose');
    becomes(waiting(broken('broker.unreachable', 'ECONNRESET'), 1));
    assert.match(item.tooltip, /1 event waits/);
    becomes(CONNECTED);
    assert.equal(isShown, false);
    becomes(unreachable);
    assert.equal(isShown, false, 'patience begins anew');
    assert.deepEqual(asked, []);
  });

  it('is a question where somebody has to do something, once for each outage', () => {
    const refused = waiting(broken('broker.refused', 'WRONGPASS'));
    becomes(refused);
    becomes({ ...refused, state: 'connecting' });
    becomes(refused);
    assert.deepEqual(asked, [
      `Agent Team works without its team: ${WHERE} refuses access: WRONGPASS. | Set password | Open settings`,
    ]);
    becomes(CONNECTED);
    becomes(refused);
    assert.equal(asked.length, 2);
    becomes(waiting(broken('broker.untrusted', 'CERT_HAS_EXPIRED')));
    assert.match(
      asked[2] ?? '',
      /certificate of .* is not trusted on this machine \(CERT_HAS_EXPIRED\)\. \| Open settings$/,
    );
  });
});
