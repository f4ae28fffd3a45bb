import assert from 'node:assert/strict';
import { ANSWER, type ReportHostMessage } from '../../../../src/protocol/report/reportMessages';
import { REFRESH_MS, ReportSession } from '../../../../src/vscode/report/reportSession';
import { endedGoalView, goalView } from '../../../support/goalView';
import { InMemoryRuns } from '../../../support/inMemoryRuns';
import { ManualClock } from '../../../support/manualClock';
import { REPORT_WORDS } from '../../../support/reportWords';
import { runView } from '../../../support/runViews';

describe('an open report', () => {
  let runs: InMemoryRuns;
  let clock: ManualClock;
  let posted: ReportHostMessage[];
  let calls: string[];
  let problems: string[];
  let session: ReportSession;

  beforeEach(() => {
    runs = new InMemoryRuns();
    runs.fill([goalView()]);
    clock = new ManualClock(Date.parse('2026-01-05T10:43:00.000Z'));
    posted = [];
    calls = [];
    problems = [];
    const call = async (...parts: string[]) => void calls.push(parts.join(' '));
    session = new ReportSession({
      ...{ runId: 'goal-1', runs, clock, words: REPORT_WORDS, strings: {}, locale: 'en' },
      post: (message) => posted.push(message),
      actions: {
        act: (action, runId) => (action === 'export' ? Promise.reject(new Error('no disk')) : call(action, runId)),
        showChange: (runId, path) => call('change', runId, path),
        copyText: (text) => call('copy', text),
        openFile: ({ path, line }) => call('open', path, String(line)),
      },
      showError: (error) => problems.push(String(error)),
      log: (message) => problems.push(message),
    });
  });
  afterEach(() => session.dispose());

  const ready = () => session.receive({ type: 'ready' });
  const reports = () => posted.flatMap((message) => (message.type === 'report' ? [message] : []));
  const last = () => reports().at(-1) ?? assert.fail('no report');

  it('says nothing before its page is ready, then everything', async () => {
    assert.deepEqual(posted, []);
    await ready();
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['strings', 'report'],
    );
    const { report, texts } = last();
    assert.deepEqual(report.facts, ['1 of 7 tasks', '2026-01-05 10:42', '1 m 0 s', '21k tokens', '$0.069']);
    assert.deepEqual(texts, { look: 'Three endpoints take input.' });
    const note = report.tasks.find(({ id }) => id === 'tests')?.note;
    assert.equal(note, 'waits for Write the schemas and Ask before payments are touched');
  });

  it('follows its run a few times a second, and sends only texts that are new', async () => {
    await ready();
    for (let count = 0; count < 20; count += 1) runs.put('goal-1', { text: `draft ${count}` });
    await clock.advance(REFRESH_MS);
    assert.equal(reports().length, 2);
    assert.deepEqual(last().texts, { [ANSWER]: 'draft 19' });
  });

  it('counts on while the run works, and rests once it is over or nobody looks', async () => {
    await ready();
    await clock.advance(3000);
    assert.equal(reports().length, 4);
    session.hide();
    await clock.advance(5000);
    assert.equal(reports().length, 4);
    await ready();
    runs.put('goal-1', endedGoalView());
    await clock.advance(REFRESH_MS);
    const count = reports().length;
    await clock.advance(10_000);
    assert.deepEqual([reports().length, last().report.isLive, clock.pending()], [count, false, []]);
  });

  it('begins anew for a page that lost everything', async () => {
    await ready();
    await ready();
    assert.deepEqual(last().texts, { look: 'Three endpoints take input.' });
  });

  it('says that the run was deleted', async () => {
    await ready();
    runs.remove('goal-1');
    await clock.advance(REFRESH_MS);
    assert.deepEqual(posted.at(-1), { type: 'gone' });
  });

  it('brings a task into sight, also one that was asked for before the page was there', async () => {
    session.reveal('docs');
    await ready();
    assert.deepEqual(posted.at(-1), { type: 'reveal', taskId: 'docs' });
    session.reveal('look');
    assert.deepEqual(posted.at(-1), { type: 'reveal', taskId: 'look' });
  });

  it('does what the page asks for, shows what fails, and drops what it does not know', async () => {
    await session.receive({ type: 'act', action: 'openTrace' });
    await session.receive({ type: 'showChange', path: 'a.ts' });
    await session.receive({ type: 'openFile', path: 'b.ts', line: 3 });
    await session.receive({ type: 'copyText', text: 'x' });
    assert.deepEqual(calls, ['openTrace goal-1', 'change goal-1 a.ts', 'open b.ts 3', 'copy x']);
    await session.receive({ type: 'act', action: 'export' });
    assert.deepEqual(problems, ['Error: no disk']);
    await session.receive({ type: 'act', action: 'format the disk' });
    assert.match(problems[1] ?? '', /does not fit/);
  });

  it('offers changes only where there are some to decide, and works for a question too', async () => {
    const change = {
      runId: 'q',
      path: 'a.ts',
      kind: 'create',
      status: 'proposed',
      added: 1,
      removed: 0,
      hunks: [],
    } as const;
    runs.put('goal-1', { ...runView({ runId: 'goal-1', text: 'Yes.' }), changes: [] });
    await ready();
    assert.ok(!last().report.actions.includes('showChanges'));
    runs.put('goal-1', { changes: [{ ...change, hunks: [] }] });
    await clock.advance(REFRESH_MS);
    assert.ok(last().report.actions.includes('showChanges'));
  });

  it('never calls an unknown cost zero', async () => {
    const { costUsd: _cost, ...usage } = runView().usage;
    runs.put('goal-1', { usage });
    await ready();
    assert.ok(!last().report.facts.some((fact) => fact.includes('$')));
  });
});
