import assert from 'node:assert/strict';
import { TerminalFeed } from '../../../../src/vscode/terminals/terminalFeed';
import { ManualClock } from '../../../support/manualClock';

function setUp() {
  const clock = new ManualClock();
  const written: string[] = [];
  return { clock, written, feed: new TerminalFeed(clock, (text) => written.push(text)) };
}

describe('TerminalFeed', () => {
  it('joins what comes at once, with the line ends of terminals', async () => {
    const { clock, feed, written } = setUp();
    feed.add('a\n');
    feed.add('b\r\nc');
    assert.deepEqual(written, []);
    await clock.advance(50);
    feed.add('d');
    await clock.advance(50);
    assert.deepEqual(written, ['a\r\nb\r\nc', 'd']);
    assert.deepEqual(clock.pending(), []);
  });

  it('shows the newest part of a flood, and says how much it skipped', async () => {
    const { clock, feed, written } = setUp();
    for (let index = 0; index < 1000; index += 1) feed.add('x'.repeat(100_000));
    feed.add('end');
    await clock.advance(50);
    assert.equal(written.length, 1);
    assert.match(written[0] ?? '', /^\r\n\[… 99,936,003 characters skipped …\]\r\nx{63997}end$/);
  });

  it('writes at once when asked, and nothing after it was disposed', async () => {
    const { clock, feed, written } = setUp();
    feed.add('a');
    feed.flush();
    feed.add('b');
    feed.dispose();
    await clock.advance(1000);
    assert.deepEqual(written, ['a']);
  });
});
