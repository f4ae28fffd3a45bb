// Goals that survive their window: what was done stays done, what is uncertain is asked about, and no two windows do the same.
import assert from 'node:assert/strict';
import type { EventEnvelope } from '../../../../src/api';
import type { GoalQuestions, PersonAnswer, RepeatQuestion } from '../../../../src/core/supervisor/goalQuestions';
import { Gate, settle } from '../../../support/gate';
import { plan, states, useStoredGoals } from '../../../support/storedGoals';
import { FakeTool } from '../../../support/teamFixture';

class Person implements GoalQuestions {
  readonly asked: RepeatQuestion[] = [];
  constructor(private readonly answer: PersonAnswer) {}
  mayRepeat(question: RepeatQuestion): Promise<PersonAnswer> {
    this.asked.push(question);
    return Promise.resolve(this.answer);
  }
}

describe('A stored goal', () => {
  const { openWindow, close, interruptedGoal } = useStoredGoals();

  const taskEvents = (events: EventEnvelope[]) =>
    events
      .filter(({ topic }) => /^(plan|task|run)\./.test(topic))
      .map(({ topic, taskId }) => (taskId === undefined ? topic : `${topic} ${taskId}`));

  it('that was interrupted goes on where it was: same ids, finished tasks kept, usage added up', async () => {
    const runId = await interruptedGoal();
    const second = await openWindow({
      supervisor: [{ text: 'All is mended.' }],
      dev: [{ text: 'Mended.' }],
      writer: [
        ({ messages }) => {
          assert.match(JSON.stringify(messages), /Mended\..*Checked\./);
          return { text: 'Written.' };
        },
      ],
    });
    const before = await second.api.runs.get(runId);
    assert.deepEqual(
      [before?.status, before && states(before)],
      ['interrupted', { a: 'completed', b: 'interrupted', c: 'completed', d: 'blocked' }],
    );
    const result = await second.api.runs.resume(runId).result;
    assert.deepEqual(
      [result.runId, result.status, result.text, result.traceId],
      [runId, 'completed', 'All is mended.', before?.traceId],
    );
    assert.deepEqual(
      result.tasks.map(({ id, text, attempts }) => [id, text, attempts]),
      [
        ['a', 'Found it.', 1],
        ['b', 'Mended.', 2],
        ['c', 'Checked.', 1],
        ['d', 'Written.', 1],
      ],
    );
    // Plan, a and c, and the attempt that was torn off; then b, d and the synthesis.
    assert.equal(result.usage.modelCalls, 7);
    assert.deepEqual(taskEvents(await second.api.events.history({ runId })), [
      'run.started',
      'plan.created',
      'task.started a',
      'task.completed a',
      'task.started b',
      'task.started c',
      'task.completed c',
      'task.interrupted b',
      'run.interrupted',
      'run.resumed',
      'task.started b',
      'task.completed b',
      'task.started d',
      'task.completed d',
      'run.completed',
    ]);
    const roots = (await second.api.traces.spans(result.traceId)).filter(
      ({ parentSpanId }) => parentSpanId === undefined,
    );
    assert.deepEqual(
      roots.map(({ name }) => name),
      ['invoke_workflow goal', 'invoke_workflow goal'],
    );
  });

  it('links its new root span to the first', async () => {
    const runId = await interruptedGoal();
    const second = await openWindow({ supervisor: [{ text: 'ok' }], dev: [{ text: 'b' }], writer: [{ text: 'd' }] });
    await second.api.runs.resume(runId).result;
    const otlp = JSON.stringify(await second.api.traces.exportOtlp());
    const linked = [...otlp.matchAll(/"links":\[\{[^\]]*"spanId":"(\w+)"/g)].map(([, spanId]) => spanId);
    const { spanId } = (await second.api.events.history({ runId }))[0] ?? {};
    assert.deepEqual(linked, [spanId]);
  });

  it('is planned anew if it had no plan yet', async () => {
    const gate = new Gate();
    const first = await openWindow({ supervisor: [{ gate, text: 'too late' }] });
    const { runId } = first.api.goal('Mend it.');
    await gate.arrived;
    await close(first);
    const second = await openWindow({
      supervisor: [plan({ id: 'a', agent: 'dev' }), { text: 'ok' }],
      dev: [{ text: 'a' }],
    });
    assert.equal((await second.api.runs.resume(runId).result).status, 'completed');
  });

  it('whose tasks are all done only needs its synthesis', async () => {
    const gate = new Gate();
    const first = await openWindow({ supervisor: [plan({ id: 'a', agent: 'dev' }), { gate }], dev: [{ text: 'a' }] });
    const { runId } = first.api.goal('Mend it.');
    await gate.arrived;
    await close(first);
    const second = await openWindow({ supervisor: [{ text: 'Joined.' }] });
    const result = await second.api.runs.resume(runId).result;
    assert.deepEqual([result.status, result.text], ['completed', 'Joined.']);
  });

  it('keeps what a task says about its failure', async () => {
    const gates = [new Gate(), new Gate()] as const;
    const first = await openWindow({
      supervisor: [
        plan(
          { id: 'a', agent: 'dev', onFailure: 'abort' },
          { id: 'b', agent: 'qa', dependencies: ['c'] },
          { id: 'c', agent: 'writer' },
        ),
      ],
      dev: [{ gate: gates[0] }],
      writer: [{ gate: gates[1] }],
    });
    const { runId } = first.api.goal('Mend it.');
    for (const { arrived } of gates) await arrived;
    await close(first);
    const other = new Gate();
    const refused = async () => {
      await other.arrived;
      return { failure: { reason: 'model.bad_request' } } as const;
    };
    const second = await openWindow({ supervisor: [], dev: [refused], writer: [{ gate: other }] });
    const result = await second.api.runs.resume(runId).result;
    assert.deepEqual(states(result), { a: 'failed', b: 'cancelled', c: 'cancelled' });
  });

  describe('that was torn off while a command ran', () => {
    /** One task whose command never ends before the window closes. */
    async function tornOff(tool: FakeTool): Promise<string> {
      const first = await openWindow(
        {
          supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' })],
          dev: [{ toolCalls: [{ name: tool.name, arguments: { command: 'npm publish' } }] }],
          qa: [{ text: 'b' }],
        },
        { tools: [tool] },
      );
      const { runId } = first.api.goal('Release it.');
      const isDone = () => first.store.peek(runId)?.tasks.find(({ id }) => id === 'b')?.status === 'completed';
      while (tool.inputs.length === 0 || !isDone()) await settle();
      await close(first);
      return runId;
    }
    const command = () => new FakeTool('run_command', { effect: 'execute', run: () => new Promise(() => undefined) });

    it('asks before it does that task again', async () => {
      const runId = await tornOff(command());
      const person = new Person({ kind: 'granted' });
      const { api } = await openWindow({ supervisor: [{ text: 'ok' }], dev: [{ text: 'a' }] }, { questions: person });
      assert.equal((await api.runs.resume(runId).result).status, 'completed');
      assert.deepEqual(
        person.asked.map(({ agent, task, calls }) => [
          agent,
          task?.id,
          calls.map(({ tool, effect }) => [tool, effect]),
        ]),
        [['dev', 'a', [['run_command', 'execute']]]],
      );
    });

    it('leaves it undone where the person says no, or where nobody can be asked', async () => {
      for (const questions of [new Person({ kind: 'denied', reason: 'it went out' }), undefined]) {
        const runId = await tornOff(command());
        const { api } = await openWindow({ supervisor: [{ text: 'half' }] }, questions ? { questions } : {});
        const result = await api.runs.resume(runId).result;
        assert.deepEqual(
          [result.status, result.error?.reason, states(result)],
          ['partial', 'task.outcome_unknown', { a: 'failed', b: 'completed' }],
        );
      }
    });

    it('does not ask for what only read', async () => {
      const read = new FakeTool('read_file', { run: () => new Promise(() => undefined) });
      const runId = await tornOff(read);
      const person = new Person({ kind: 'denied' });
      const { api } = await openWindow({ supervisor: [{ text: 'ok' }], dev: [{ text: 'a' }] }, { questions: person });
      assert.equal((await api.runs.resume(runId).result).status, 'completed');
      assert.deepEqual(person.asked, []);
    });
  });

  it('that was paused waits after a reload too, and can be paused again', async () => {
    const gate = new Gate();
    const first = await openWindow({
      supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa', dependencies: ['a'] })],
      dev: [{ gate, text: 'a' }],
    });
    const { runId } = first.api.goal('Mend it.');
    await gate.arrived;
    await first.api.runs.pause(runId);
    gate.open();
    while (first.store.peek(runId)?.tasks[0]?.status !== 'completed') await settle();
    await settle();
    assert.equal(first.store.peek(runId)?.status, 'paused');
    await close(first);

    const second = await openWindow({ supervisor: [{ text: 'ok' }], qa: [{ text: 'b' }] });
    assert.equal((await second.api.runs.get(runId))?.status, 'interrupted');
    const going = second.api.runs.resume(runId);
    assert.equal((await going.result).status, 'completed');
  });
});
