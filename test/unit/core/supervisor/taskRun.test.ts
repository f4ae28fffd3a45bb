import assert from 'node:assert/strict';
import type { Finding } from '../../../../src/api';
import { isFailure } from '../../../../src/core/failure';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { settle } from '../../../support/gate';
import { GoalFixture, plan } from '../../../support/goalFixture';
import { ChangesFixture } from '../../../support/inMemoryChanges';
import { FakeTool } from '../../../support/teamFixture';

const DOWN = { reason: 'model.unavailable', message: 'The server is down.', retryable: true } as const;
const REFUSED = { reason: 'model.bad_request', message: 'The server refused.', retryable: false } as const;
const FINDING: Finding = {
  id: 'f1',
  path: 'src/math.ts',
  startLine: 5,
  endLine: 5,
  severity: 'major',
  category: 'bug',
  title: 'No guard for b = 0',
  why: '',
  evidence: '',
  confidence: 1,
  agent: 'qa',
  status: 'open',
};
const TWO = [
  { id: 'a', agent: 'dev' },
  { id: 'b', agent: 'qa', dependencies: ['a'] },
];

/** A tool that writes a text into a file, in the layer of its task. */
function writing(changes: ChangesFixture): FakeTool {
  return new FakeTool('edit_file', {
    effect: 'write',
    run: async ({ path, text }, { taskId }) => {
      const proposer = { ...changes.proposer(taskId), runId: 'run-1' };
      const proposal = await changes.sets.propose(proposer, [
        { kind: 'modify', location: changes.at(String(path)), text: String(text) },
      ]);
      return isFailure(proposal) ? { text: proposal.message, isError: true } : { text: 'Changed.' };
    },
  });
}

const edit = (path: string, text: string) => ({ toolCalls: [{ name: 'edit_file', arguments: { path, text } }] });

function editing(files: Record<string, string>) {
  const changes = new ChangesFixture(files);
  changes.live.add('run-1');
  return { changes, goal: { layers: changes.sets }, tools: [writing(changes)] };
}

describe('A task of a goal', () => {
  describe('results', () => {
    it('reach those that depend on it: text, files and findings', async () => {
      const { goal, tools } = editing({ 'src/math.ts': 'old\n' });
      const scan = new FakeTool('static_analysis', { run: () => ({ text: '1 finding', findings: [FINDING] }) });
      const team = new GoalFixture({
        goal,
        tools: [...tools, scan],
        steps: {
          supervisor: [plan(...TWO), { text: 'All done.' }],
          dev: [
            { toolCalls: [{ name: 'static_analysis', arguments: {} }] },
            edit('src/math.ts', 'new\n'),
            { text: 'Guarded it.' },
          ],
          qa: [{ text: 'It holds.' }],
        },
      });
      assert.equal((await team.run()).status, 'completed');
      const [completed] = team.recorded.payloads('task.completed');
      assert.deepEqual(completed, { text: 'Guarded it.', files: ['src/math.ts'], findings: [FINDING] });
      for (const call of [team.models.requestsOf('qa')[0], team.models.requestsOf('supervisor')[1]]) {
        const said = JSON.stringify(call?.messages);
        assert.match(said, /Guarded it\./);
        assert.match(said, /Files that it changed: src\/math\.ts/);
        assert.match(said, /\[major\] src\/math\.ts:5 No guard for b = 0/);
      }
      team.assertClean();
    });
  });

  describe('layers', () => {
    it('show a task its own edits and those that were merged before it began, and nobody what is not merged', async () => {
      const { changes, goal, tools } = editing({ 'a.txt': 'one\ntwo\nthree\n' });
      const seen: (string | undefined)[] = [];
      const look = new FakeTool('read_file', {
        run: async (_input, { taskId }) => {
          const scope = { runId: 'run-1', ...(taskId !== undefined && { taskId }) };
          const view = await changes.sets.view(scope, changes.at('a.txt'), new AbortController().signal);
          seen.push(isFailure(view) ? view.message : view.text);
          return { text: 'seen' };
        },
      });
      const team = new GoalFixture({
        goal,
        tools: [...tools, look],
        steps: {
          supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa', dependencies: ['a'] }), { text: 'ok' }],
          dev: [edit('a.txt', 'ONE\ntwo\nthree\n'), { text: 'a' }],
          qa: [{ toolCalls: [{ name: 'read_file', arguments: {} }] }, { text: 'b' }],
        },
      });
      await team.run();
      assert.deepEqual(seen, ['ONE\ntwo\nthree\n']);
      assert.deepEqual(
        team.recorded.payloads('edit.proposed').flatMap(({ files }) => files.map(({ path }) => path)),
        ['a.txt'],
      );
      const [proposed] = team.recorded.events.filter(({ topic }) => topic === 'edit.proposed');
      assert.equal(proposed?.taskId, 'a');
      assert.equal(await changes.text('a.txt'), 'one\ntwo\nthree\n');
      team.assertClean();
    });

    it('of tasks that fail are dropped with everything in them', async () => {
      const { changes, goal, tools } = editing({ 'a.txt': 'one\n', 'b.txt': 'two\n' });
      const team = new GoalFixture({
        goal,
        tools,
        steps: {
          supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'writer' }), { text: 'half' }],
          dev: [edit('a.txt', 'ONE\n'), { failure: REFUSED }],
          writer: [edit('b.txt', 'TWO\n'), { text: 'b' }],
        },
      });
      assert.equal((await team.run()).status, 'partial');
      assert.deepEqual(
        changes.sets.list('run-1').map(({ path }) => path),
        ['b.txt'],
      );
      team.assertClean();
    });

    describe('that contradict each other', () => {
      const verdict = (input: Record<string, unknown>) => ({
        toolCalls: [{ name: 'submit_verdict', arguments: { explanation: 'It is shorter.', ...input } }],
      });
      /** Two tasks write into the same line of a file; the arbiter says `input`. */
      async function contradiction(input: Record<string, unknown>) {
        const { changes, goal, tools } = editing({ 'a.txt': 'one\n', 'b.txt': 'two\n' });
        const team = new GoalFixture({
          goal,
          tools,
          steps: {
            supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'writer' }), { text: 'Joined.' }],
            dev: [edit('a.txt', 'ONE\n'), { text: 'a' }],
            writer: [edit('a.txt', 'uno\n'), edit('b.txt', 'TWO\n'), { text: 'b' }],
            arbiter: [verdict(input)],
          },
        });
        const outcome = await team.run();
        team.assertClean();
        return { changes, team, outcome };
      }

      it('are settled by the arbiter: an event, a span, a line in the result', async () => {
        const { changes, team, outcome } = await contradiction({
          verdict: 'settled',
          places: [{ place: 1, text: 'UNO\n' }],
        });
        assert.deepEqual(outcome, {
          status: 'completed',
          text: 'Joined.\n\n**Arbiter** on a.txt (dev (task a), writer (task b)): combined. It is shorter.',
        });
        assert.equal(changes.sets.conflict('run-1', 'a.txt'), undefined);
        assert.deepEqual(
          changes.sets.list('run-1').map(({ path, status }) => [path, status]),
          [
            ['a.txt', 'proposed'],
            ['b.txt', 'proposed'],
          ],
        );
        const proposed = await changes.sets.sides('run-1', 'a.txt');
        assert.equal(proposed?.proposed, 'UNO\n');
        const order = team.recorded.topics().filter((topic) => /conflict|task.completed/.test(topic));
        assert.deepEqual(order, ['task.completed', 'conflict.resolved', 'task.completed']);
        assert.deepEqual(changes.topics(), ['edit.conflicted', 'edit.proposed']);
        const tree = team.recorded.spanTree();
        assert.deepEqual(tree.slice(tree.indexOf('  arbitrate'), tree.indexOf('synthesize')), [
          '  arbitrate',
          '    chat scripted',
        ]);
        const said = JSON.stringify(team.models.requestsOf('arbiter')[0]?.messages);
        assert.match(said, /Version A is that of dev \(task a\)\. They set out to do: [^"]*do a/);
      });

      it('are left to the person, with both sides, where the arbiter can not tell', async () => {
        const { changes, outcome } = await contradiction({ verdict: 'undecided' });
        assert.equal(outcome.status, 'completed');
        assert.match(outcome.text, /\*\*Arbiter\*\* on a\.txt .*undecided/);
        const conflict = changes.sets.conflict('run-1', 'a.txt');
        assert.deepEqual([conflict?.base, conflict?.present, conflict?.proposed], ['one\n', 'ONE\n', 'uno\n']);
      });
    });

    it('that find a conflict in their way fail, and are not half merged', async () => {
      const { changes, goal, tools } = editing({ 'a.txt': 'one\n', 'b.txt': 'two\n' });
      const team = new GoalFixture({
        goal,
        tools,
        steps: {
          supervisor: [
            plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'writer' }, { id: 'c', agent: 'qa' }),
            { text: 'ok' },
          ],
          dev: [edit('a.txt', 'ONE\n'), { text: 'a' }],
          writer: [edit('a.txt', 'uno\n'), { text: 'b' }],
          qa: [edit('a.txt', 'eins\n'), edit('b.txt', 'TWO\n'), edit('b.txt', 'TWO!\n'), { text: 'c' }],
          arbiter: [
            { toolCalls: [{ name: 'submit_verdict', arguments: { verdict: 'undecided', explanation: 'Both.' } }] },
          ],
        },
      });
      team.spec('qa').tools = [...team.spec('qa').tools, 'edit_file'];
      const outcome = await team.run();
      assert.deepEqual([outcome.status, outcome.error?.reason], ['partial', 'edit.conflict']);
      assert.deepEqual(
        changes.sets.list('run-1').map(({ path, status }) => [path, status]),
        [['a.txt', 'conflicted']],
      );
      team.assertClean();
    });
  });

  describe('a failure that may pass', () => {
    it('is followed by another attempt, which goes on where the first was', async () => {
      const tool = new FakeTool('read_file');
      const team = new GoalFixture({
        tools: [tool],
        steps: {
          supervisor: [plan({ id: 'a', agent: 'dev' }), { text: 'ok' }],
          dev: [{ toolCalls: [{ name: 'read_file', arguments: {} }] }, { failure: DOWN }, { text: 'Done at last.' }],
        },
      });
      const going = team.run();
      await settle(20);
      await team.clock.advance(2_000);
      assert.deepEqual(await going, { status: 'completed', text: 'ok' });
      assert.equal(tool.inputs.length, 1);
      assert.deepEqual(team.taskTopics(), [
        'plan.created',
        'task.started a',
        'task.retrying a',
        'task.started a',
        'task.completed a',
      ]);
      assert.deepEqual(team.recorded.payloads('task.retrying'), [{ error: DOWN, attempt: 1, delayMs: 2_000 }]);
      assert.deepEqual(
        team.recorded.payloads('task.started').map(({ attempt }) => attempt),
        [1, 2],
      );
      assert.deepEqual(team.recorded.spanTree(), [
        'plan supervisor',
        '  chat scripted',
        'task a',
        '  invoke_agent dev !',
        '    chat scripted',
        '    execute_tool read_file',
        '    chat scripted !',
        '  wait backoff',
        '  invoke_agent dev',
        '    chat scripted',
        'synthesize',
        '  chat scripted',
      ]);
      assert.equal(team.recorded.span('task a').attributes['agent_team.task.attempt'], 2);
      team.assertClean();
    });

    it('is the verdict when it does not pass', async () => {
      const team = new GoalFixture({
        steps: {
          supervisor: [plan({ id: 'a', agent: 'dev' }, { id: 'b', agent: 'qa' }), { text: 'b only' }],
          dev: [{ failure: DOWN }, { failure: DOWN }],
          qa: [{ text: 'fine' }],
        },
      });
      const going = team.run();
      await settle(20);
      await team.clock.advance(2_000);
      const outcome = await going;
      assert.deepEqual([outcome.status, outcome.error], ['partial', DOWN]);
      team.assertClean();
    });

    it('is the verdict at once where the settings want one attempt, or where the fault is final', async () => {
      for (const [failure, maxAttempts] of [
        [DOWN, 1],
        [REFUSED, 4],
      ] as const) {
        const team = new GoalFixture({
          settings: { retry: { ...DEFAULT_SETTINGS.retry, maxAttempts } },
          steps: { supervisor: [plan({ id: 'a', agent: 'dev' })], dev: [{ failure }] },
        });
        const outcome = await team.run();
        assert.deepEqual([outcome.status, outcome.error], ['failed', failure]);
        team.assertClean();
      }
    });

    it('lets another task have its place meanwhile', async () => {
      const team = new GoalFixture({
        settings: { supervisor: { ...DEFAULT_SETTINGS.supervisor, maxConcurrency: 1 } },
        steps: {
          supervisor: [plan({ id: 'b', agent: 'qa' }, { id: 'a', agent: 'dev' }), { text: 'ok' }],
          dev: [{ failure: DOWN }, { text: 'a' }],
          qa: [{ text: 'b' }],
        },
      });
      const going = team.run();
      await settle(20);
      assert.ok(team.taskTopics().includes('task.completed b'));
      assert.ok(!team.taskTopics().includes('task.completed a'));
      await team.clock.advance(2_000);
      assert.equal((await going).status, 'completed');
      team.assertClean();
    });

    it('ends with the run when it is stopped in the pause', async () => {
      const team = new GoalFixture({
        steps: { supervisor: [plan({ id: 'a', agent: 'dev' })], dev: [{ failure: DOWN }] },
      });
      const going = team.run();
      await settle(20);
      team.recorded.cancel();
      assert.equal((await going).error?.reason, 'cancelled');
      assert.deepEqual(team.taskTopics().slice(-2), ['task.retrying a', 'task.cancelled a']);
      team.assertClean();
    });
  });

  describe('an agent whose breaker is open', () => {
    it('is waited for', async () => {
      const team = new GoalFixture({
        steps: { supervisor: [plan({ id: 'a', agent: 'dev' }), { text: 'ok' }], dev: [{ text: 'a' }] },
      });
      team.breakers.open.add('dev');
      const going = team.run();
      await settle(20);
      team.breakers.open.delete('dev');
      await team.clock.advance(2_000);
      assert.equal((await going).status, 'completed');
      assert.deepEqual(
        team.recorded.payloads('task.retrying').map(({ error, delayMs }) => [error.reason, delayMs]),
        [['agent.breaker_open', 1_250]],
      );
      const planning = JSON.stringify(team.models.requestsOf('supervisor')[0]?.messages);
      assert.match(planning, /- dev: [^\\]*fails at the moment/);
      team.assertClean();
    });

    it('is not waited for beyond the time of the task', async () => {
      const team = new GoalFixture({
        settings: { limits: { ...DEFAULT_SETTINGS.limits, taskTimeoutSeconds: 1 } },
        steps: { supervisor: [plan({ id: 'a', agent: 'dev' })] },
      });
      team.breakers.open.add('dev');
      const outcome = await team.run();
      assert.deepEqual([outcome.status, outcome.error?.reason], ['failed', 'agent.breaker_open']);
      team.assertClean();
    });
  });

  it('is given the instructions for the places that it is about', async () => {
    const asked: (readonly string[] | undefined)[] = [];
    const team = new GoalFixture({
      goal: {
        instructionsFor: (_agent, _signal, places) => {
          asked.push(places);
          return Promise.resolve('Be brief.');
        },
      },
      steps: {
        supervisor: [
          {
            toolCalls: [
              {
                name: 'submit_plan',
                arguments: {
                  tasks: [{ id: 'a', agent: 'dev', description: 'Guard divide() in packages/math/src/divide.ts.' }],
                },
              },
            ],
          },
          { text: 'ok' },
        ],
        dev: [{ text: 'a' }],
      },
    });
    await team.run({ text: 'Mend packages/math', places: ['packages/math/package.json'] });
    assert.deepEqual(asked, [
      ['packages/math/package.json', 'packages/math'],
      ['packages/math/src/divide.ts', 'packages/math/package.json'],
    ]);
    assert.match(team.systemOf(1), /Be brief\./);
    team.assertClean();
  });
});
