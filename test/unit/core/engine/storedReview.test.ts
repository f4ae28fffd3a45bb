// Reviews that survive their window: what was to be reviewed is recorded, and is reviewed again in the same run.
import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import { InterruptedRuns } from '../../../../src/core/engine/interruptedRuns';
import { INTERRUPTED, isFailure } from '../../../../src/core/failure';
import type { ReviewOutcome, ReviewRequest } from '../../../../src/core/review/review';
import { recordedReview, recordReview } from '../../../../src/core/review/recordedReview';
import type { RunContext } from '../../../../src/core/runs/runContext';
import { Gate } from '../../../support/gate';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const FINDING: Finding = {
  id: 'f1',
  path: 'a.go',
  startLine: 1,
  endLine: 1,
  severity: 'major',
  category: 'bug',
  title: 'Wrong',
  why: 'It is.',
  evidence: 'x',
  confidence: 0.9,
  agent: 'qa',
  status: 'open',
};
const RANGE = { start: { line: 1, character: 0 }, end: { line: 3, character: 0 } };

describe('A stored review', () => {
  const open = new Set<HeadlessTeam>();
  const clock = new ManualClock();
  afterEach(async () => {
    for (const team of open) await team.close();
    open.clear();
  });
  const folder = useTemporaryFolder();

  /** A window whose reviews wait for the gate, if there is one; what they were asked is kept. */
  async function openWindow(gate?: Gate) {
    const asked: ReviewRequest[] = [];
    const review = async (request: ReviewRequest, run: RunContext): Promise<ReviewOutcome> => {
      asked.push(request);
      await gate?.wait(run.signal);
      if (run.signal.aborted) return { status: 'failed', agent: 'qa', text: 'half', error: INTERRUPTED };
      run.emit('review.completed', { findings: 1, blockers: 0, items: [FINDING] });
      return { status: 'completed', agent: 'qa', text: 'One finding.' };
    };
    const team = await openHeadlessTeam({ folder: folder(), model: () => assert.fail('no model'), clock, review });
    open.add(team);
    return { team, asked };
  }

  async function tornOff(request: ReviewRequest): Promise<string> {
    const gate = new Gate();
    const { team } = await openWindow(gate);
    const { runId } = team.engine.review(request, { interactive: true });
    await gate.arrived;
    open.delete(team);
    await team.close();
    return runId;
  }

  const requests: ReviewRequest[] = [
    { target: { kind: 'places', places: [{ uri: 'file:///w/a.go', range: RANGE }, { uri: 'file:///w/b.go' }] } },
    { target: { kind: 'changes', scope: 'branch', base: 'main', uris: ['file:///w/a.go'] }, focus: 'Look at errors.' },
    { target: { kind: 'changes', scope: 'staged' } },
  ];
  for (const request of requests) {
    it(`is resumed in its run: ${JSON.stringify(request)}`, async () => {
      const runId = await tornOff(request);
      const { team, asked } = await openWindow();
      const before = await team.api.runs.get(runId);
      assert.equal(before?.status, 'interrupted');
      const result = await team.api.runs.resume(runId).result;
      assert.deepEqual(asked, [request]);
      assert.deepEqual([result.runId, result.traceId, result.status], [runId, before.traceId, 'completed']);
      assert.deepEqual(
        result.findings.map(({ id }) => id),
        ['f1'],
      );
      const roots = (await team.api.traces.spans(result.traceId)).filter(
        ({ parentSpanId }) => parentSpanId === undefined,
      );
      assert.equal(roots.length, 2);
      const again = await team.api.runs.resume(runId).result;
      assert.equal(again.error?.reason, 'run.completed');
    });
  }

  it('goes on by itself soon after its window has died', async () => {
    const [request] = requests;
    assert.ok(request);
    const runId = await tornOff(request);
    const { team, asked } = await openWindow();
    const resumed: string[] = [];
    const runs = new InterruptedRuns({
      store: team.store,
      eventsOf: (id) => team.api.events.history({ runId: id }),
      resume: (id, options) => team.engine.resume(id, options),
      resumed: (view) => resumed.push(view.runId),
      offer: () => assert.fail('it goes on by itself'),
      clock,
      onBug: (error) => assert.fail(String(error)),
    });
    await runs.start();
    assert.deepEqual(resumed, [runId]);
    assert.equal((await team.engine.handle(runId)?.result)?.status, 'completed');
    assert.deepEqual(asked, [request]);
    runs.dispose();
  });

  it('says so where nobody recorded what it was about', () => {
    const nothing = recordedReview([]);
    assert.equal(isFailure(nothing) && nothing.reason, 'review.unknown');
    assert.deepEqual(recordReview({ target: { kind: 'places', places: [] } }), {});
  });
});
