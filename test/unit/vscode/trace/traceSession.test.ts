import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import type { TraceHostMessage } from '../../../../src/protocol/trace/traceMessages';
import { BATCH_MS } from '../../../../src/vscode/trace/feedSync';
import { TraceSession, type TraceMemory } from '../../../../src/vscode/trace/traceSession';
import { parseMessage, type TabPage, type TraceTab } from '../../../../src/vscode/trace/traceTab';
import { ManualClock } from '../../../support/manualClock';

/** A tab whose feed counts, as a test says. */
class CountingTab implements TraceTab {
  readonly id = 'counts';
  readonly strings = { tab: 'Counts' };
  readonly opened: unknown[] = [];
  readonly told: unknown[] = [];
  openFeeds = 0;
  backlog = 0;
  private news: number[] = [];
  private page: TabPage | undefined;

  open(page: TabPage, since: unknown) {
    this.opened.push(since);
    this.openFeeds += 1;
    this.page = page;
    return {
      collect: () => {
        if (this.news.length === 0) return undefined;
        const news = this.news;
        this.news = [];
        return news;
      },
      hasBacklog: () => this.backlog > 0,
      receive: (message: unknown) => void this.told.push(parseMessage(z.object({ go: z.string() }), message)),
      answer: async (message: unknown) => `answer to ${parseMessage(z.string(), message)}`,
      dispose: () => void (this.openFeeds -= 1),
    };
  }

  count(...numbers: number[]): void {
    this.news.push(...numbers);
    this.page?.touch();
  }
}

function set(memory: TraceMemory = { get: () => undefined, update: async () => undefined }) {
  const clock = new ManualClock();
  const tab = new CountingTab();
  const posted: TraceHostMessage[] = [];
  const logged: string[] = [];
  const session = new TraceSession({
    tabs: [tab],
    clock,
    memory,
    strings: {},
    locale: 'en',
    post: (message) => posted.push(message),
    askTeam: async () => void logged.push('the chat is in front'),
    showError: (error) => logged.push(`shown: ${String(error)}`),
    log: (level, message) => logged.push(`${level}: ${message}`),
  });
  const batches = () => posted.flatMap((message) => (message.type === 'batch' ? [message.message] : []));
  return { clock, tab, posted, logged, session, batches };
}

describe('a page of events and traces, on the host side', () => {
  it('follows nothing until a tab is open, and nothing once it is closed or the page hidden', async () => {
    const { tab, session } = set();
    await session.receive({ type: 'open', tab: 'counts' });
    assert.equal(tab.openFeeds, 0, 'the page has to greet first');
    await session.receive({ type: 'ready' });
    await session.receive({ type: 'open', tab: 'counts', since: { after: 7 } });
    assert.deepEqual(tab.opened, [{ after: 7 }]);
    await session.receive({ type: 'close', tab: 'counts' });
    assert.equal(tab.openFeeds, 0);
    await session.receive({ type: 'open', tab: 'counts' });
    session.hide();
    assert.equal(tab.openFeeds, 0);
  });

  it('leads to the chat', async () => {
    const { session, logged } = set();
    await session.receive({ type: 'askTeam' });
    assert.deepEqual(logged, ['the chat is in front']);
  });

  it('puts many changes into one batch, and waits until the page has shown it', async () => {
    const { clock, tab, session, batches } = set();
    await session.receive({ type: 'ready' });
    tab.count(1);
    await session.receive({ type: 'open', tab: 'counts' });
    assert.deepEqual(batches(), [[1]], 'what there is goes at once');
    tab.count(2);
    tab.count(3);
    await clock.advance(BATCH_MS * 10);
    assert.deepEqual(batches(), [[1]]);
    await session.receive({ type: 'ack', tab: 'counts', revision: 1 });
    await clock.advance(BATCH_MS);
    assert.deepEqual(batches(), [[1], [2, 3]]);
    tab.count(4);
    await session.receive({ type: 'ack', tab: 'counts', revision: 1 });
    await clock.advance(BATCH_MS);
    assert.equal(batches().length, 2, 'an older acknowledgement says nothing about the last batch');
  });

  it('sends a backlog as fast as the page takes it', async () => {
    const { tab, session, batches } = set();
    await session.receive({ type: 'ready' });
    tab.count(1);
    tab.backlog = 1;
    await session.receive({ type: 'open', tab: 'counts' });
    tab.count(2);
    await session.receive({ type: 'ack', tab: 'counts', revision: 1 });
    assert.deepEqual(batches(), [[1], [2]]);
  });

  it('answers what a tab is asked, and answers with nothing what does not fit', async () => {
    const { posted, logged, session } = set();
    await session.receive({ type: 'ready' });
    await session.receive({ type: 'open', tab: 'counts' });
    await session.receive({ type: 'ask', tab: 'counts', requestId: 1, message: 'why?' });
    await session.receive({ type: 'ask', tab: 'counts', requestId: 2, message: { nonsense: true } });
    await session.receive({ type: 'ask', tab: 'unknown', requestId: 3, message: 'why?' });
    assert.deepEqual(
      posted.filter((message) => message.type === 'reply'),
      [
        { type: 'reply', requestId: 1, value: 'answer to why?' },
        { type: 'reply', requestId: 2, value: undefined },
        { type: 'reply', requestId: 3, value: undefined },
      ],
    );
    assert.match(logged.join('\n'), /does not fit its tab/);
  });

  it('drops and logs what is no message', async () => {
    const { logged, session } = set();
    await session.receive({ type: 'format-disk' });
    await session.receive(undefined);
    assert.equal(logged.length, 2);
  });

  it('goes to a span as soon as the page is there, once', async () => {
    const { posted, session } = set();
    session.show({ tab: 'counts', traceId: 't', target: { spanId: 's' } });
    assert.deepEqual(posted, []);
    await session.receive({ type: 'ready' });
    await session.receive({ type: 'ready' });
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['hello', 'show', 'hello'],
    );
  });

  it('greets with the place that the person left', async () => {
    const kept = new Map<string, unknown>();
    const memory = {
      get: (key: string) => kept.get(key),
      update: async (key: string, value: unknown) => void kept.set(key, value),
    };
    const place = { tab: 'counts', traceId: 't', tabs: { counts: { filter: 'x' } } };
    await set(memory).session.receive({ type: 'place', place });
    const { posted, session } = set(memory);
    await session.receive({ type: 'ready' });
    assert.deepEqual(posted[0], { type: 'hello', strings: {}, locale: 'en', tabs: ['counts'], place });
    await session.receive({ type: 'place', place: { tabs: { counts: 'x'.repeat(30_000) } } });
    assert.deepEqual([...kept.values()], [place], 'a place that is too large is not kept');
  });
});
