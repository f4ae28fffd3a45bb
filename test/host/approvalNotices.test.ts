// Who is told of a question, and when: one notification at a time, for what can't be seen elsewhere.
import * as assert from 'node:assert/strict';
import type { Approval } from '../../src/api';
import { ApprovalNotifications } from '../../src/vscode/approvals/approvalNotifications';

const question = (id: string, more: Partial<Approval> = {}): Approval => ({
  ...{ id, runId: `run-${id}`, agent: 'qa', tool: 'run_command', title: `qa asks ${id}`, detail: '' },
  createdAt: '2030-01-01T00:00:00.000Z',
  ...more,
});

describe('notifications of questions', () => {
  let waiting: Approval[];
  let changed: () => void;
  let told: { message: string; buttons: string[]; answer: (button?: string) => void }[];
  let decisions: [string, string][];
  let shown: string[];
  let notifications: ApprovalNotifications;

  beforeEach(() => {
    waiting = [];
    told = [];
    decisions = [];
    shown = [];
    notifications = new ApprovalNotifications({
      queue: {
        list: () => waiting,
        resolve: (id, decision) => {
          decisions.push([id, decision]);
          waiting = waiting.filter((asked) => asked.id !== id);
          changed();
        },
        onDidChange: (handler) => {
          changed = handler;
          return { dispose: () => undefined };
        },
      },
      show: async (runId) => {
        shown.push(runId);
      },
      notify: (message, ...buttons) =>
        new Promise((answer) => {
          told.push({ message, buttons, answer });
        }),
    });
  });
  afterEach(() => notifications.dispose());
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('come for runs that are not in sight, and when a run goes out of sight', () => {
    let seen = 'run-a';
    notifications.watch(({ runId }) => runId === seen);
    waiting = [question('a')];
    changed();
    assert.deepEqual(told, []);
    seen = '';
    notifications.lookAgain();
    assert.deepEqual(
      told.map(({ message }) => message),
      ['qa asks a'],
    );
  });

  it('come one after the other, and not again for what was answered meanwhile', async () => {
    waiting = [question('a'), question('b'), question('c')];
    changed();
    assert.equal(told.length, 1);
    waiting = waiting.filter(({ id }) => id !== 'b');
    changed();
    told[0]?.answer(undefined);
    await settle();
    assert.deepEqual(
      told.map(({ message }) => message),
      ['qa asks a', 'qa asks c'],
    );
  });

  it('do what their buttons say; what is risky is looked at before it is allowed', async () => {
    waiting = [question('a'), question('b', { risk: 'high' })];
    changed();
    assert.deepEqual(told[0]?.buttons, ['Allow once', 'Review', 'Deny']);
    told[0].answer('Allow once');
    await settle();
    assert.deepEqual(decisions, [['a', 'allow']]);
    assert.deepEqual(told[1]?.buttons, ['Review', 'Deny']);
    told[1].answer('Review');
    await settle();
    assert.deepEqual(shown, ['run-b']);
    assert.deepEqual(decisions, [['a', 'allow']]);
  });
});
