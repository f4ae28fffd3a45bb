import assert from 'node:assert/strict';
import type { EventEnvelope, RunSummary } from '../../../../src/api';
import { FiguresOfRuns } from '../../../../src/core/runs/figuresOfRuns';
import { Gate, settle } from '../../../support/gate';
import { RunStory } from '../../../support/runStory';

function open(stories: RunStory[], held?: Gate) {
  const journals = new Map(stories.map((story) => [story.runId, story.told]));
  const taps = new Set<(event: EventEnvelope) => void>();
  const changes = new Set<(runId: string, event?: EventEnvelope) => void>();
  const reads: string[] = [];
  const problems: unknown[] = [];
  const on = <T>(set: Set<T>, handler: T) => {
    set.add(handler);
    return { dispose: () => void set.delete(handler) };
  };
  const figures = new FiguresOfRuns({
    bus: { tap: (handler) => on(taps, handler) },
    runs: {
      list: () => [...journals.keys()].map((runId) => ({ runId }) as RunSummary),
      onDidChange: (handler) => on(changes, handler),
    },
    journal: {
      readRun: async (runId) => {
        reads.push(runId);
        const events = [...(journals.get(runId) ?? [])];
        await held?.wait();
        if (runId === 'broken') throw new Error('unreadable');
        return events;
      },
    },
    onProblem: (error) => problems.push(error),
  });
  const publish = (event: EventEnvelope) => taps.forEach((tap) => tap(event));
  const change = (runId: string) => changes.forEach((handler) => handler(runId));
  return { figures, publish, change, journals, reads, problems, taps, changes };
}

const runsOf = ({ figures }: FiguresOfRuns) =>
  figures.byAgent().map(({ agent, runs, succeeded }) => [agent, runs, succeeded]);

describe('the figures of all runs', () => {
  it('come from the journals first, one after the other, and say how many are left', async () => {
    const { figures, reads } = open([
      new RunStory('ask', '?', 'r1').turn('qa'),
      new RunStory('ask', '?', 'r2').turn('qa'),
    ]);
    assert.equal(figures.left, 2);
    await figures.ready();
    assert.deepEqual([figures.left, reads, runsOf(figures)], [0, ['r1', 'r2'], [['qa', 2, 2]]]);
  });

  it('follow a run that begins, without reading it', async () => {
    const { figures, publish, reads } = open([]);
    const story = new RunStory('ask', '?', 'r3').turn('dev');
    for (const event of story.told) publish(event);
    await figures.ready();
    assert.deepEqual([reads, runsOf(figures)], [[], [['dev', 1, 1]]]);
  });

  it('lose and double nothing of a run that goes on while it is read', async () => {
    const gate = new Gate();
    const story = new RunStory('ask', '?', 'r1').turn('qa', { open: true });
    const { figures, publish, reads } = open([story], gate);
    await gate.arrived;
    const before = story.told.length;
    story.tell('agent.completed', { invocationId: 'i1', text: '', turns: 1, outcome: 'answer' }, { agent: 'qa' });
    for (const event of story.told.slice(before)) publish(event);
    gate.open();
    await figures.ready();
    assert.deepEqual([reads, runsOf(figures)], [['r1', 'r1'], [['qa', 1, 1]]]);
    story.turn('dev');
    for (const event of story.told.slice(before + 1)) publish(event);
    assert.equal(runsOf(figures).length, 2);
  });

  it('take nothing of a run that was deleted while it was read', async () => {
    const gate = new Gate();
    const { figures, change, journals } = open([new RunStory('ask', '?', 'r1').turn('qa')], gate);
    await gate.arrived;
    journals.delete('r1');
    change('r1');
    gate.open();
    await figures.ready();
    assert.deepEqual(runsOf(figures), []);
  });

  it('read again what another window did, and forget what was deleted', async () => {
    const story = new RunStory('ask', '?', 'r1').turn('qa');
    const { figures, change, journals } = open([story]);
    await figures.ready();
    story.turn('dev');
    change('r1');
    await figures.ready();
    assert.deepEqual(runsOf(figures), [
      ['dev', 1, 1],
      ['qa', 1, 1],
    ]);
    journals.delete('r1');
    change('r1');
    assert.deepEqual(runsOf(figures), []);
  });

  it('leave out a journal that can not be read, and say so', async () => {
    const { figures, problems } = open([new RunStory('ask', '?', 'broken'), new RunStory('ask', '?', 'r1').turn('qa')]);
    await figures.ready();
    assert.deepEqual([problems.length, runsOf(figures)], [1, [['qa', 1, 1]]]);
  });

  it('follow nothing any more once they are disposed', async () => {
    const { figures, taps, changes } = open([new RunStory('ask', '?', 'r1').turn('qa')]);
    figures.dispose();
    await settle();
    assert.deepEqual([taps.size, changes.size, runsOf(figures)], [0, 0, []]);
  });
});
