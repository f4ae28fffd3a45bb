import assert from 'node:assert/strict';
import type { HostMessage } from '../../../../src/protocol/chat/chatMessages';
import { applyChat, type ChatState } from '../../../../src/protocol/chat/chatState';
import { ACK_TIMEOUT_MS, BATCH_MS, ChatSync } from '../../../../src/vscode/chat/chatSync';
import { ManualClock } from '../../../support/manualClock';

describe('bringing the page up to date', () => {
  function set() {
    const clock = new ManualClock();
    const posted: HostMessage[] = [];
    let state: ChatState = withTitle('0');
    const sync = new ChatSync({
      clock,
      post: (message) => posted.push(message),
      state: () => state,
      extras: () => ({ draft: '', strings: {}, locale: 'en' }),
    });
    const change = (title: string) => {
      state = withTitle(title);
      sync.touch();
    };
    return { clock, posted, sync, change };
  }

  it('sends nothing before the page asked for a snapshot, nor after it went', async () => {
    const { clock, posted, sync, change } = set();
    change('1');
    await clock.advance(1000);
    assert.deepEqual(posted, []);
    sync.sendSnapshot();
    sync.detach();
    change('2');
    await clock.advance(ACK_TIMEOUT_MS * 2);
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot'],
    );
  });

  it('puts many changes into one patch', async () => {
    const { clock, posted, sync, change } = set();
    sync.sendSnapshot();
    for (let index = 1; index <= 50; index++) change(String(index));
    await clock.advance(BATCH_MS);
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot', 'patch'],
    );
  });

  it('waits with the next patch until the page has shown the last one', async () => {
    const { clock, posted, sync, change } = set();
    sync.sendSnapshot();
    change('1');
    await clock.advance(BATCH_MS);
    change('2');
    await clock.advance(BATCH_MS * 10);
    assert.equal(posted.length, 2);
    sync.acknowledge(2);
    await clock.advance(BATCH_MS);
    assert.equal(posted.length, 3);
    let shown: ChatState | undefined;
    for (const message of posted) {
      if (message.type === 'snapshot') shown = message.state;
      else if (message.type === 'patch' && shown) shown = applyChat(shown, message.ops);
    }
    assert.deepEqual(shown, withTitle('2'));
  });

  it('starts over with a snapshot when the page does not answer', async () => {
    const { clock, posted, sync, change } = set();
    sync.sendSnapshot();
    change('1');
    await clock.advance(BATCH_MS + ACK_TIMEOUT_MS);
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['snapshot', 'patch', 'snapshot'],
    );
  });

  it('ignores the answer to an older patch', async () => {
    const { clock, posted, sync, change } = set();
    sync.sendSnapshot();
    change('1');
    await clock.advance(BATCH_MS);
    sync.acknowledge(1);
    change('2');
    await clock.advance(BATCH_MS * 5);
    assert.equal(posted.length, 2);
  });
});

function withTitle(title: string): ChatState {
  return {
    header: { title, earlier: 0, queue: [], context: [] },
    setup: { modes: [], agents: [], firstSteps: [] },
    turns: [],
  };
}
