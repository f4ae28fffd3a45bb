// Goals that survive their window: what was done stays done, what is uncertain is asked about, and no two windows do the same.
import assert from 'node:assert/strict';
import type { EventEnvelope, RunResult } from '../../../../src/api';
import { isFailure } from '../../../../src/core/failure';
import type { TeamSettings } from '../../../../src/core/settings';
import type { GoalQuestions, PersonAnswer, RepeatQuestion } from '../../../../src/core/supervisor/goalQuestions';
import { Gate, settle } from '../../../support/gate';
import { openHeadlessTeam, type HeadlessTeam } from '../../../support/headlessTeam';
import { ManualClock } from '../../../support/manualClock';
import { ScriptedModel, type ScriptedStep } from '../../../support/scriptedModel';
import { FakeTool } from '../../../support/teamFixture';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const REFUSED: ScriptedStep = { failure: { reason: 'model.bad_request' } };

const plan = (
  ...tasks: { id: string; agent: string; dependencies?: string[]; onFailure?: string }[]
): ScriptedStep => ({
  toolCalls: [
    { name: 'submit_plan', arguments: { tasks: tasks.map((task) => ({ description: `do ${task.id}`, ...task })) } },
  ],
});
/** a, then b and c at once, then d. */
const DIAMOND = plan(
  { id: 'a', agent: 'researcher' },
  { id: 'b', agent: 'dev', dependencies: ['a'] },
  { id: 'c', agent: 'qa', dependencies: ['a'] },
  { id: 'd', agent: 'writer', dependencies: ['b', 'c'] },
);

class Person implements GoalQuestions {
  readonly asked: RepeatQuestion[] = [];
  constructor(private readonly answer: PersonAnswer) {}
  mayRepeat(question: RepeatQuestion): Promise<PersonAnswer> {
    this.asked.push(question);
    return Promise.resolve(this.answer);
  }
}

describe('A stored goal', () => {
  const open = new Set<HeadlessTeam>();
  const clock = new ManualClock();
  let used: ScriptedModel[] = [];
  afterEach(async () => {
    const teams = [...open];
    open.clear();
    for (const team of teams) await team.close();
    for (const { problems } of teams) assert.deepEqual(problems, []);
    for (const model of used) model.assertUsed();
    used = [];
  });
  const folder = useTemporaryFolder();

  /** A window in which each role answers from its own script. */
  async function openWindow(
    steps: Record<string, ScriptedStep[]>,
    options: { tools?: FakeTool[]; questions?: GoalQuestions; settings?: Partial<TeamSettings> } = {},
  ): Promise<HeadlessTeam> {
    const models = new Map(Object.entries(steps).map(([role, script]) => [role, new ScriptedModel(script)]));
    used.push(...models.values());
    const { questions, ...rest } = options;
    const team = await openHeadlessTeam({
      folder: folder(),
      model: (role) => models.get(role) ?? assert.fail(`nobody expected ${role}`),
      clock,
      ...rest,
      ...(questions && { goal: { questions } }),
    });
    open.add(team);
    return team;
  }

  async function close(team: HeadlessTeam): Promise<void> {
    open.delete(team);
    await team.close();
    assert.deepEqual(team.problems, []);
  }

  const taskEvents = (events: EventEnvelope[]) =>
    events
      .filter(({ topic }) => /^(plan|task|run)\./.test(topic))
      .map(({ topic, taskId }) => (taskId === undefined ? topic : `${topic} ${taskId}`));
  const states = ({ tasks }: RunResult) => Object.fromEntries(tasks.map(({ id, status }) => [id, status]));

  /** Pursues the diamond until b hangs, then closes the window. */
  async function interruptedGoal(): Promise<string> {
    const gate = new Gate();
    const first = await openWindow({
      supervisor: [DIAMOND],
      researcher: [{ text: 'Found it.' }],
      dev: [{ gate, text: 'too late' }],
      qa: [{ text: 'Checked.' }],
    });
    const { runId } = first.api.goal('Mend it.');
    await gate.arrived;
    while (first.store.peek(runId)?.tasks.find(({ id }) => id === 'c')?.status !== 'completed') await settle();
    await close(first);
    return runId;
  }

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

  describe('of which a task failed', () => {
    const partial = {
      supervisor: [DIAMOND, { text: 'b failed.' }],
      researcher: [{ text: 'Found it.' }],
      dev: [REFUSED],
      qa: [{ text: 'Checked.' }],
    };
    const again = { supervisor: [{ text: 'Now all.' }], dev: [{ text: 'Mended.' }], writer: [{ text: 'Written.' }] };
    const both = {
      ...partial,
      supervisor: [...partial.supervisor, ...again.supervisor],
      dev: [...partial.dev, ...again.dev],
      writer: again.writer,
    };

    it('does that one again with what was skipped because of it, and nothing else', async () => {
      const { api } = await openWindow(both);
      const { runId, ...failed } = await api.goal('Mend it.').result;
      assert.deepEqual(
        [failed.status, states({ runId, ...failed })],
        ['partial', { a: 'completed', b: 'failed', c: 'completed', d: 'skipped' }],
      );
      const result = await api.runs.retry(runId, 'b').result;
      assert.deepEqual([result.runId, result.status, result.text], [runId, 'completed', 'Now all.']);
      assert.equal(result.tasks.find(({ id }) => id === 'b')?.attempts, 2);
      assert.deepEqual(states(result), { a: 'completed', b: 'completed', c: 'completed', d: 'completed' });
    });

    it('does all that failed again without a name, and what a skipped task needs with one', async () => {
      for (const taskId of [undefined, 'd']) {
        const { api, engine } = await openWindow(both);
        const { runId } = await api.goal('Mend it.').result;
        const handle = await engine.retry(runId, taskId, { interactive: true });
        assert.ok(!isFailure(handle));
        assert.equal((await handle.result).status, 'completed');
      }
    });

    it('is resumed with everything that is not done', async () => {
      const { api } = await openWindow(both);
      const { runId } = await api.goal('Mend it.').result;
      assert.equal((await api.runs.resume(runId).result).status, 'completed');
    });

    it('does it again while the others still work', async () => {
      const gate = new Gate();
      const { api, store } = await openWindow({
        supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'Both.' }],
        dev: [REFUSED, { text: 'a' }],
        qa: [{ gate, text: 'b' }],
      });
      const going = api.goal('Mend it.');
      while (store.peek(going.runId)?.tasks.find(({ id }) => id === 'a')?.status !== 'failed') await settle();
      const again = api.runs.retry(going.runId, 'a');
      while (store.peek(going.runId)?.tasks.find(({ id }) => id === 'a')?.status !== 'completed') await settle();
      gate.open();
      assert.deepEqual([(await going.result).status, (await again.result).status], ['completed', 'completed']);
    });

    it('says why there is nothing to do again', async () => {
      const { api } = await openWindow({
        supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'half' }],
        dev: [REFUSED],
        qa: [{ text: 'b' }],
      });
      const { runId } = await api.goal('Mend it.').result;
      const why = async (taskId: string) => (await api.runs.retry(runId, taskId).result).error?.reason;
      assert.deepEqual([await why('b'), await why('nobody')], ['task.completed', 'task.unknown']);
    });
  });

  it('is no cancelled run because a person cancelled some of its tasks, or all of them', async () => {
    for (const [which, status] of [
      [['a'], 'partial'],
      [['a', 'b'], 'failed'],
    ] as const) {
      const gates = [new Gate(), new Gate()] as const;
      const { api } = await openWindow({
        supervisor: [
          plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }),
          ...(status === 'partial' ? [{ text: 'b only' }] : []),
        ],
        dev: [{ gate: gates[0], text: 'a' }],
        qa: [{ gate: gates[1], text: 'b' }],
      });
      const going = api.goal('Mend it.');
      for (const { arrived } of gates) await arrived;
      for (const taskId of which) await api.runs.cancel(going.runId, taskId);
      gates[1].open();
      const result = await going.result;
      assert.equal(result.status, status);
      assert.deepEqual(
        result.tasks.filter(({ status: end }) => end === 'cancelled').map(({ id }) => id),
        which,
      );
    }
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

  describe('and two windows', () => {
    it('is gone on with by one of them', async () => {
      const runId = await interruptedGoal();
      const gate = new Gate();
      const steps = { supervisor: [{ text: 'ok' }], dev: [{ gate, text: 'b' }], writer: [{ text: 'd' }] };
      const second = await openWindow(steps);
      const third = await openWindow({});
      const first = second.api.runs.resume(runId);
      await gate.arrived;
      const other = await third.api.runs.resume(runId).result;
      assert.deepEqual(other.error?.reason, 'run.active_elsewhere');
      gate.open();
      assert.equal((await first.result).status, 'completed');
    });

    it('is started once though both begin at the same moment, and though one asks twice', async () => {
      const runId = await interruptedGoal();
      const gate = new Gate();
      const windows = [];
      for (let count = 0; count < 2; count += 1) {
        const models = {
          supervisor: new ScriptedModel([{ text: 'ok' }]),
          dev: new ScriptedModel([{ gate, text: 'b' }]),
          writer: new ScriptedModel([{ text: 'd' }]),
        };
        const team = await openHeadlessTeam({
          folder: folder(),
          clock,
          model: (role) => models[role as keyof typeof models],
        });
        open.add(team);
        windows.push(team);
      }
      const handles = windows.flatMap(({ api }) => [api.runs.resume(runId), api.runs.resume(runId)]);
      gate.open();
      const results = await Promise.all(handles.map(({ result }) => result));
      assert.equal(results.filter(({ status }) => status === 'completed').length, 2);
      assert.equal(results.filter(({ error }) => error?.reason === 'run.active_elsewhere').length, 2);
    });

    it('is left without a word by a window that slept and was taken for dead', async () => {
      const gate = new Gate();
      const first = await openWindow({
        supervisor: [plan({ id: 'a', agent: 'dev' })],
        dev: [{ gate, text: 'too late' }],
      });
      const going = first.api.goal('Mend it.');
      const { runId } = going;
      await gate.arrived;
      const check = () => first.engine.stepBackFromLost((id) => first.claims.isLost(id));
      await first.bus.flush();
      await check();
      assert.equal(first.engine.isActive(runId), true, 'nobody has taken it');
      const other = await openWindow({});
      const [started] = await first.api.events.history({ runId });
      assert.ok(started);
      const { correlationId, id: causationId } = started;
      // What the other window's housekeeping does for a window that is dead, a while later.
      clock.set(clock.now() + 1);
      const common = { source: 'engine', runId, correlationId, causationId } as const;
      other.bus.publish({ topic: 'run.interrupted', payload: { reason: 'window_closed' }, ...common });
      await other.bus.flush();
      const ofFirst = (events: EventEnvelope[]) => events.filter(({ origin }) => origin === first.bus.origin).length;
      const before = ofFirst(await first.api.events.history({ runId }));
      await check();
      gate.open();
      await going.result;
      await settle(10);
      assert.equal(first.engine.isActive(runId), false);
      const events = await other.api.events.history({ runId });
      assert.equal(ofFirst(events), before, 'the window that woke adds nothing');
      assert.equal(events.at(-1)?.topic, 'run.interrupted');
    });

    it('is left to the window that began it', async () => {
      const gate = new Gate();
      const first = await openWindow({ supervisor: [{ gate, ...{} }] });
      const going = first.api.goal('Mend it.');
      await gate.arrived;
      const other = await openWindow({});
      await first.bus.flush();
      assert.equal((await other.api.runs.resume(going.runId).result).error?.reason, 'run.active_elsewhere');
      going.cancel();
      await going.result;
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
