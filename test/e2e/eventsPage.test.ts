// The tab Events of the page in a plain Chromium with the real host side behind it: what it shows, and what keyboard and mouse do.
import assert from 'node:assert/strict';
import { EventBuilder } from '../support/eventBuilder';
import { InMemoryTraces } from '../support/inMemoryTraces';
import { goalTrace } from '../support/sampleTraces';
import { until, untilPasses } from '../support/until';
import { restingBox } from './support/restingBox';
import { GOAL_RUN, useTracePage } from './support/useTracePage';

function tracesOf(runId: string): InMemoryTraces {
  const traces = new InMemoryTraces();
  traces.add('t1', goalTrace('t1'), runId);
  return traces;
}

describe('the tab Events of the page', function () {
  this.timeout(60_000);
  const { trace, open, byId, publish, progress } = useTracePage();

  const rows = () => byId('event-row').filter({ visible: true });
  const summaries = async () => rows().locator('.event-summary').allInnerTexts();

  it('teaches while there is nothing, and shows what happens as it happens, the newest first', async () => {
    await open();
    await trace().page.getByText('Nothing has happened yet').waitFor();
    await byId('empty-ask').click();
    await until(async () => trace().calls.includes('chat'), 'the chat in front');
    progress('one');
    progress('two', 'qa');
    await rows().nth(1).waitFor();
    await untilPasses(async () => assert.deepEqual((await summaries()).sort(), ['one', 'two']));
    await untilPasses(async () =>
      assert.match(await rows().filter({ hasText: 'two' }).innerText(), /task\.progress[\s\S]*qa/),
    );
    await byId('event-order').click();
    const first = trace().page.locator('.event-row[aria-rowindex="2"]');
    await until(async () => (await first.innerText()).includes('one'), 'the oldest first');
  });

  it('filters by pattern, agent and text', async () => {
    await open();
    for (let n = 0; n < 20; n += 1) progress(`step ${n}`, n % 2 === 0 ? 'dev' : 'qa');
    publish(
      'tool.failed',
      { callId: 'c', tool: 'read_file', text: 'gone', durationMs: 1, reason: 'x' },
      { agent: 'qa' },
    );
    await rows().nth(10).waitFor();
    await byId('event-filter').fill('tool.*');
    await until(async () => (await rows().count()) === 1, 'one row');
    await untilPasses(async () => assert.equal(await rows().getAttribute('data-topic'), 'tool.failed'));
    await byId('event-filter').fill('step 1');
    await until(async () => (await rows().count()) === 11, 'eleven rows');
    await byId('event-agent').selectOption('dev');
    await until(async () => (await rows().count()) === 5, 'five rows');
    await byId('event-filter').fill('nothing like this');
    await trace().page.getByText('No event passes the filter').waitFor();
    await trace().page.getByText('Clear the filter').click();
    await rows().nth(15).waitFor();
  });

  it('shows the events of one run, and all of them again', async () => {
    await open({ runs: [GOAL_RUN], traces: tracesOf(GOAL_RUN.runId) });
    progress('of the run');
    publish('task.progress', { message: 'of another' }, { runId: 'r2' });
    await rows().nth(1).waitFor();
    await byId('event-run').selectOption({ label: GOAL_RUN.title });
    await until(async () => (await summaries()).join() === 'of the run', 'the run alone');
    progress('later');
    await until(async () => (await summaries()).join() === 'later,of the run', 'what it does');
    await byId('event-run').selectOption({ label: 'All runs' });
    await rows().nth(2).waitFor();
  });

  it('keeps what is looked at in its place while more comes in, with the keyboard alone', async () => {
    await open({ height: 300 });
    for (let n = 0; n < 200; n += 1) progress(`step ${n}`);
    await rows().first().waitFor();
    await byId('event-filter').focus();
    await trace().page.keyboard.press('ArrowDown');
    for (let n = 0; n < 30; n += 1) await trace().page.keyboard.press('ArrowDown');
    const chosen = trace().page.locator('.event-row[aria-selected="true"]');
    await chosen.waitFor();
    const text = await chosen.innerText();
    const box = await restingBox(chosen);
    for (let n = 0; n < 50; n += 1) progress(`later ${n}`);
    await until(async () => (await trace().page.getByText('250 events').count()) === 1, 'all events');
    await untilPasses(async () => assert.equal(await chosen.innerText(), text));
    await untilPasses(async () => assert.deepEqual(await chosen.boundingBox(), box));
  });

  it('shows an event’s payload, what caused it and what came of it', async () => {
    await open();
    const first = publish('run.started', { kind: 'ask', title: 'q', request: 'q', context: [] }, { runId: 'r1' });
    const cause = progress('cause', 'dev', first.id);
    progress('effect', 'qa', cause.id);
    await rows().filter({ hasText: 'cause' }).click();
    const detail = byId('event-detail');
    await detail.locator('.json').waitFor();
    await untilPasses(async () => assert.match(await detail.locator('.json').innerText(), /"message": "cause"/));
    assert.deepEqual(await detail.locator('.tree-event').allInnerTexts(), [
      'run.started',
      'task.progress',
      'task.progress',
    ]);
    await detail.locator('.tree-event').last().click();
    await detail.locator('.json', { hasText: '"message": "effect"' }).waitFor();
    await trace().page.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
  });

  it('pauses, says how much waits, and goes on where it was', async () => {
    await open();
    progress('before');
    await rows().first().waitFor();
    await byId('event-pause').click();
    await until(async () => (await byId('event-pause').getAttribute('aria-pressed')) === 'true', 'a pause');
    progress('while');
    progress('while');
    await byId('event-pause').getByText('2 new').waitFor();
    await untilPasses(async () => assert.deepEqual(await summaries(), ['before']));
    await byId('event-pause').click();
    await rows().nth(2).waitFor();
  });

  it('shows who gets events, and sends again what somebody could not take', async () => {
    await open();
    let isBroken = true;
    let taken = 0;
    trace().bus.subscribe('task.*', () => {
      if (isBroken) throw new Error('no database');
      taken += 1;
    });
    progress('one');
    await byId('event-deliveries-toggle').click();
    await byId('subscriber-row').getByText('task.*').waitFor();
    await byId('dead-letter').getByText('no database').waitFor();
    isBroken = false;
    await byId('dead-letter-resend').click();
    await byId('dead-letter').waitFor({ state: 'detached' });
    assert.equal(taken, 1);
  });

  it('exports the events that are shown, whole', async () => {
    await open();
    progress('kept');
    publish('tool.failed', { callId: 'c', tool: 't', text: '', durationMs: 1, reason: 'x' });
    await rows().nth(1).waitFor();
    await byId('event-filter').fill('kept');
    await until(async () => (await rows().count()) === 1, 'one row');
    await byId('event-export').click();
    await until(() => trace().saved.length === 1, 'a file');
    assert.match(trace().saved[0]?.join('\n') ?? '', /^\{.*"message":"kept".*\}$/);
  });

  describe('with a team', () => {
    const origins = () => rows().locator('.event-origin-name');
    const mates = ['01K3WINDOWQ7PX', '01K3WINDOW8ZTM'].map((origin) => new EventBuilder(origin));
    const theirs = (of: number, message: string) =>
      trace().receive(
        mates[of]?.make('task.progress', { message }, { agent: 'qa', source: 'engine' }) ?? assert.fail('nobody'),
      );

    it('says nothing of windows as long as there is one', async () => {
      await open();
      progress('mine');
      await rows().first().waitFor();
      assert.deepEqual([await byId('event-origin').count(), await origins().first().isVisible()], [0, false]);
    });

    it('marks what other windows did, and filters by the window', async () => {
      await open();
      progress('mine');
      theirs(0, 'theirs');
      theirs(1, 'of a third');
      await rows().nth(2).waitFor();
      const windows = await origins().allTextContents();
      const marks = (await summaries()).map((summary, row) => [summary, windows[row]]);
      assert.deepEqual(marks.sort(), [
        ['mine', ''],
        ['of a third', '8ZTM'],
        ['theirs', 'Q7PX'],
      ]);
      const shows = async (option: { label: string }, expected: string[]) => {
        await byId('event-origin').selectOption(option);
        await until(async () => (await summaries()).sort().join() === expected.join(), expected.join());
      };
      await shows({ label: 'This window' }, ['mine']);
      await shows({ label: 'Other windows' }, ['of a third', 'theirs']);
      await shows({ label: 'Window Q7PX' }, ['theirs']);
      await shows({ label: 'All windows' }, ['mine', 'of a third', 'theirs']);
      await byId('event-filter').fill('q7px');
      await until(async () => (await rows().count()) === 1, 'one row');
      await rows().first().click();
      const detail = byId('event-detail');
      await detail.getByText('From window Q7PX of the team').waitFor();
      await detail.locator('.json', { hasText: '"origin": "01K3WINDOWQ7PX"' }).waitFor();
    });

    it('keeps the mark where there is little room, and the chosen window when it comes back', async () => {
      const { memory } = await open({ width: 300 });
      theirs(0, 'theirs');
      await rows().first().waitFor();
      await untilPasses(async () =>
        assert.equal(await rows().first().locator('.event-origin .codicon').isVisible(), true),
      );
      await untilPasses(async () =>
        assert.equal(await trace().page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0),
      );
      await byId('event-origin').selectOption({ label: 'Window Q7PX' });
      const kept = () => JSON.stringify(memory.get('agentTeam.trace.place') ?? '').includes('01K3WINDOWQ7PX');
      await until(kept, 'a kept place');
      await trace().close();
      await open({ memory });
      await until(async () => (await byId('event-origin').inputValue()) === '01K3WINDOWQ7PX', 'the chosen window');
    });
  });
});
