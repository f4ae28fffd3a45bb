import assert from 'node:assert/strict';
import type { LiveCall } from '../../../../src/core/runs/liveText';
import { MAX_ITEMS, turnFromRun } from '../../../../src/vscode/chat/turnFromRun';
import type { TaskState } from '../../../../src/api';
import { titleOf } from '../../../../src/core/runs/runTitle';
import type { RunView, StepView } from '../../../../src/core/runs/runView';
import { PLAIN_TURN_TEXTS } from '../../../support/inMemoryChat';
import { agentStep, modelStep, routeStep, runView, taskView, toolStep, verdictStep } from '../../../support/runViews';
import type { TurnItem } from '../../../../src/protocol/chat/chatTurn';
import { endedGoalView, goalView } from '../../../support/goalView';

describe('a run in the chat', () => {
  const turn = (change: Partial<RunView>, live: LiveCall[] = []) =>
    turnFromRun(runView(change), live, PLAIN_TURN_TEXTS);
  const kinds = (change: Partial<RunView>, live: LiveCall[] = []) => turn(change, live).items.map((item) => item.kind);

  it('shows what an action is called instead of the request that it made', () => {
    const request = 'Document this code with TSDoc comments.\nSay what the signature does not.';
    assert.equal(turn({ request, title: 'Document math.ts:6-9' }).head.request, 'Document math.ts:6-9');
    assert.equal(turn({ request, title: titleOf(request) }).head.request, request);
  });

  it('shows route, agent, tools and answer in order, and names the model beside the agent', () => {
    const { items } = turn({
      steps: [
        modelStep('m0', 'router', 'qa', { role: 'router' }),
        routeStep('qa', 'asks'),
        agentStep('qa'),
        modelStep('m1', 'qa', ''),
        toolStep('t1', 'qa'),
        modelStep('m2', 'qa', 'Fine.'),
      ],
      text: 'Fine.',
    });
    assert.deepEqual(
      items.map((item) => [item.kind, item.id]),
      [
        ['route', 'route'],
        ['agent', 'agent-qa'],
        ['tool', 't1'],
        ['text', 'm2'],
      ],
    );
    assert.equal(items[1]?.kind === 'agent' && items[1].model, 'gpt-4o');
  });

  it('keeps together what each of several agents does at once, and names the model of each', () => {
    const steps = [
      { ...agentStep('dev', 'running'), taskId: 'dev' },
      { ...agentStep('qa', 'running'), taskId: 'qa' },
      { ...modelStep('m1', 'qa', ''), taskId: 'qa' },
      { ...modelStep('m2', 'dev', 'Fine.'), taskId: 'dev', model: 'other' } as StepView,
      { ...toolStep('t1', 'qa'), taskId: 'qa' },
      { ...modelStep('m3', 'qa', 'Not fine.'), taskId: 'qa' },
      agentStep('arbiter'),
      modelStep('m4', 'arbiter', '**Verdict: combined.** Both.'),
      verdictStep('Both.'),
    ];
    const { items } = turn({ steps, agent: 'arbiter', text: '**Verdict: combined.** Both.' });
    assert.deepEqual(
      items.map((item) => `${item.kind} ${item.agent} ${item.kind === 'agent' ? item.model : item.id}`),
      [
        'agent dev other',
        'text dev m2',
        'agent qa gpt-4o',
        'tool qa t1',
        'text qa m3',
        'agent arbiter gpt-4o',
        'text arbiter m4',
      ],
      'the verdict stands in the text of the arbiter, so no notice repeats it',
    );
  });

  it('shows answers that stand side by side once', () => {
    const tasks = ['dev', 'qa'].map((id) =>
      taskView(id, { agent: id, status: 'completed', text: `${id} says $& so.` }),
    );
    const steps = tasks.map(({ id, text }) => ({ ...modelStep(`m-${id}`, id, text), taskId: id }));
    const sum = '### dev\n\ndev says $& so.\n\n### qa\n\nqa says $& so.';
    const texts = (change: Partial<RunView>) =>
      turn({ tasks, agent: 'arbiter', ...change }).items.map((item) => (item.kind === 'text' ? item.text : item.kind));
    assert.deepEqual(texts({ steps, text: sum }), ['dev says $& so.', 'qa says $& so.']);
    const offline = [...steps, modelStep('m-arbiter', 'arbiter', `${sum}\n\n_Unweighed._`)];
    assert.deepEqual(texts({ steps: offline, text: `${sum}\n\n_Unweighed._` }).at(-1), '_Unweighed._');
  });

  it('shows a verdict that no text carries', () => {
    const { items } = turn({ kind: 'goal', agent: 'supervisor', steps: [verdictStep('a decided it.')] });
    assert.deepEqual(
      items.map(({ kind }) => kind),
      ['notice'],
    );
  });

  it('says who works while several do, and that the arbiter joins what they said', () => {
    const task = (id: string, status: TaskState) => taskView(id, { agent: id, status });
    const tasks = [task('dev', 'running'), task('qa', 'running'), task('writer', 'completed')];
    const { agent: _agent, ...working } = runView({ status: 'running', tasks });
    assert.equal(turnFromRun(working, [], PLAIN_TURN_TEXTS).head.agent, 'dev, qa');
    const { agent: _none, ...joining } = runView({ status: 'running', tasks: [task('dev', 'completed')] });
    assert.equal(turnFromRun(joining, [], PLAIN_TURN_TEXTS).head.agent, 'arbiter');
  });

  it('takes streaming text from the live call and not from the step', () => {
    const live = [{ runId: 'run-1', agent: 'qa', callId: 'm1', text: 'Let me', reasoning: 'Hm' }];
    const { items } = turn({ status: 'running', steps: [modelStep('m1', 'qa', '', { status: 'running' })] }, live);
    assert.deepEqual(items, [
      { id: 'm1', agent: 'qa', kind: 'text', text: 'Let me', reasoning: 'Hm', streaming: true },
    ]);
  });

  it('shows nothing as running once the run is over, whatever its journal lacks', () => {
    const { items } = turn({
      status: 'interrupted',
      steps: [
        agentStep('qa', 'running'),
        toolStep('t1', 'qa', { status: 'running' }),
        modelStep('m1', 'qa', 'Half', { status: 'running' }),
      ],
    });
    const states = items.map((item) =>
      'status' in item ? item.status : 'streaming' in item ? item.streaming : undefined,
    );
    assert.deepEqual(states, ['failed', 'failed', false]);
  });

  it('shows the answer of a run that no model step carries, once', () => {
    assert.deepEqual(kinds({ steps: [], text: 'Joined results' }), ['text']);
    assert.deepEqual(kinds({ steps: [modelStep('m1', 'qa', 'Joined results\n')], text: 'Joined results' }), ['text']);
  });

  it('gives a handoff one line and hides the tool call behind it', () => {
    const steps = [
      toolStep('t1', 'dev', { tool: 'transfer_to_qa', title: 'transfer_to_qa' }),
      {
        kind: 'handoff' as const,
        id: 'h1',
        agent: 'dev',
        to: 'qa',
        reason: 'review',
        status: 'rejected' as const,
        why: 'qa is off',
        startedAt: '',
      },
    ];
    assert.deepEqual(turn({ steps }).items, [
      { id: 'h1', agent: 'dev', kind: 'handoff', to: 'qa', reason: 'review', status: 'rejected', why: 'qa is off' },
    ]);
  });

  it('names the file and line of a tool call', () => {
    const [tool] = turn({ steps: [toolStep('t1', 'qa')] }).items;
    assert.deepEqual(tool?.kind === 'tool' && tool.file, { path: 'src/math.ts', line: 1 });
    const [other] = turn({ steps: [toolStep('t1', 'qa', { input: 'broken', files: ['a.ts'] })] }).items;
    assert.deepEqual(other?.kind === 'tool' && other.file, { path: 'a.ts' });
  });

  it('names no file for a call whose results lie in several', () => {
    const { items } = turn({
      steps: [toolStep('t1', 'qa', { input: { query: 'divide' }, files: ['src/math.ts', 'src/stock.ts'] })],
    });
    assert.equal(items[0]?.kind === 'tool' && items[0].file, undefined);
  });

  it('shows what the person said meanwhile where it was said', () => {
    const { items } = turn({
      steps: [
        modelStep('m1', 'qa', 'Looking.'),
        {
          id: 'e1',
          kind: 'notice',
          agent: '',
          startedAt: '2026-01-01T00:00:00.000Z',
          level: 'info',
          topic: 'task.progress',
          data: { message: 'Only the tests, please', from: 'person' },
        },
        modelStep('m2', 'qa', 'Fine.'),
      ],
    });
    assert.deepEqual(
      items.slice(0, 3).map((item) => [item.kind, item.kind === 'tool' ? '' : 'text' in item && item.text]),
      [
        ['text', 'Looking.'],
        ['message', 'Only the tests, please'],
        ['text', 'Fine.'],
      ],
    );
  });

  it('says that a model is asked again, the router’s too, for as long as it waits', () => {
    const retrying = modelStep('m0', 'router', '', { role: 'router', status: 'retrying', delayMs: 2000 });
    assert.deepEqual(kinds({ status: 'running', steps: [retrying] }), ['notice']);
    assert.deepEqual(kinds({ status: 'failed', steps: [retrying] }), []);
  });

  it('tells a route that the router chose from one that it could not', () => {
    const steps = [routeStep('qa', 'asks'), { ...routeStep('dev', 'no answer'), id: 'r2', by: 'fallback' } as const];
    const { items } = turn({ steps: steps });
    assert.deepEqual(
      items.map((item) => item.kind === 'route' && item.isFallback),
      [false, true],
    );
  });

  it('has no line for a route that the thread or the person gave', () => {
    const steps: RunView['steps'] = (['thread', 'mention', 'option'] as const).map((by, index) => ({
      ...routeStep('qa', ''),
      kind: 'route' as const,
      to: 'qa',
      reason: '',
      id: `r${index}`,
      by,
    }));
    assert.deepEqual(kinds({ steps }), []);
  });

  it('leaves an unknown cost out', () => {
    const { costUsd: _cost, ...usage } = runView().usage;
    assert.ok(!('costUsd' in turn({ usage }).head.usage));
  });

  it('makes lines of context 1-based', () => {
    const range = { start: { line: 4, character: 0 }, end: { line: 6, character: 1 } };
    assert.deepEqual(turn({ context: [{ uri: 'file:///a.ts', range, label: 'a.ts:5-7' }] }).head.context, [
      { id: 'context-0', kind: 'selection', label: 'a.ts:5-7', uri: 'file:///a.ts', startLine: 5, endLine: 7 },
    ]);
  });

  it('drops the oldest tool lines of a very long run, never the answer', () => {
    const steps = [
      routeStep('qa', 'asks'),
      ...Array.from({ length: 1000 }, (_, index) => toolStep(`t${index}`, 'qa')),
      modelStep('m1', 'qa', 'Done.'),
    ];
    const { items } = turn({ steps, text: 'Done.' });
    assert.equal(items.length, MAX_ITEMS);
    assert.equal(items[0]?.kind, 'route');
    assert.equal(items.at(-1)?.id, 'm1');
  });
});

describe('a goal in the chat', () => {
  const turn = (view: RunView) => turnFromRun(view, [], PLAIN_TURN_TEXTS);
  const line = (item: TurnItem) =>
    [item.kind, 'taskId' in item ? item.taskId : undefined, item.agent].filter(Boolean).join(' ');

  it('has a line for its plan and a heading for each task, in the order in which they can be done', () => {
    const { items } = turn(goalView());
    assert.deepEqual(items.filter(({ kind }) => kind !== 'tool' && kind !== 'text').map(line), [
      'route router',
      'plan supervisor',
      'task look researcher',
      'task schemas dev',
      'task policy dev',
      'task rates qa',
      'task tests qa',
      'task docs writer',
      'task changelog writer',
      'agent rates qa',
      'agent rates qa',
    ]);
    const plan = items.find((item) => item.kind === 'plan');
    assert.deepEqual([plan?.done, plan?.all, plan?.ms, plan?.model], [1, 7, 2000, 'gpt-4o']);
  });

  it('says of each task what it does, waits for or failed with', () => {
    const notes = turn(goalView()).items.flatMap((item) =>
      item.kind === 'task' ? [`${item.taskId}: ${item.note}`] : [],
    );
    assert.deepEqual(notes, [
      'look: ',
      'schemas: edit_file',
      'policy: waiting-approval',
      'rates: again: model.rate_limited',
      'tests: waits for Write the schemas and Ask before payments are touched',
      'docs: failed: model.rate_limited',
      'changelog: skipped: Update the reference failed',
    ]);
  });

  it('keeps what a task did with the task, and the text of the plan to itself', () => {
    const below = turn(goalView()).items.filter(({ kind }) => kind === 'tool' || kind === 'text');
    assert.deepEqual(below.map(line), ['tool look researcher', 'text look researcher', 'tool schemas dev']);
  });

  it('ends with the joined answer, below a line of its own', () => {
    const { items } = turn(endedGoalView());
    assert.deepEqual(items.slice(-2).map(line), ['agent supervisor', 'text supervisor']);
    const answer = items.at(-1);
    assert.match(answer?.kind === 'text' ? answer.text : '', /^The three endpoints/);
  });

  it('shows an answer that is the result of a task as the answer too', () => {
    const view = endedGoalView();
    const text = 'Three endpoints take input: `src/orders.ts`, `src/stock.ts` and `src/accounts.ts`.';
    const { synthesis: _synthesis, ...rest } = view;
    const steps = view.steps.filter(({ id }) => id !== 'join');
    assert.deepEqual(turn({ ...rest, steps, text }).items.at(-1)?.id, 'goal-1-answer');
  });

  it('has headings for 200 of 1,000 tasks, those that matter first, and says how many more there are', () => {
    const tasks = Array.from({ length: 1000 }, (_, index) =>
      taskView(`t${index}`, { status: index === 900 ? 'failed' : 'pending' }),
    );
    const { items } = turn(goalView({ tasks, steps: [{ ...toolStep('x', 'dev'), taskId: 't999' }] }));
    const heads = items.filter((item) => item.kind === 'task');
    assert.deepEqual([heads.length, heads.at(-1)?.taskId, items.length], [200, 't900', 201]);
    assert.equal(items.find((item) => item.kind === 'plan')?.hidden, 800);
  });

  it('names the model beside each agent although tasks work side by side', () => {
    const of = (taskId: string, step: StepView): StepView => ({ ...step, taskId });
    const steps = [
      of('a', { ...agentStep('dev'), id: 'i1' }),
      of('b', { ...agentStep('dev'), id: 'i2' }),
      of('a', { ...modelStep('m1', 'dev', 'x'), model: 'small' } as StepView),
      of('b', { ...modelStep('m2', 'dev', 'y'), model: 'large' } as StepView),
    ];
    const tasks = ['a', 'b'].map((id) => taskView(id, { status: 'completed', attempts: 2 }));
    const agents = turn(goalView({ tasks, steps })).items.filter((item) => item.kind === 'agent');
    assert.deepEqual(
      agents.map(({ model }) => model),
      ['small', 'large'],
    );
  });
});
