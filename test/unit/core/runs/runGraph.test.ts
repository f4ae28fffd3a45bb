import assert from 'node:assert/strict';
import { reduceEvents } from '../../../../src/core/runs/reduceRun';
import { graphOfRun, type RunGraph } from '../../../../src/core/runs/runGraph';
import { viewOfSpans } from '../../../../src/core/runs/viewOfSpans';
import type { SpanRecord } from '../../../../src/api';
import { RunStory } from '../../../support/runStory';

const error = { reason: 'model.rate_limited', message: 'Too many requests.', retryable: true };
const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, modelCalls: 0, complete: true };

const edgesOf = ({ nodes, edges }: RunGraph) => {
  const labels = new Map(nodes.map((node) => [node.id, node.kind === 'agent' ? node.label : node.id]));
  return edges.map(({ from, to, kind }) => `${labels.get(from) ?? '?'} -${kind}-> ${labels.get(to) ?? '?'}`);
};

describe('the graph of a run', () => {
  it('shows who handed over to whom and why, with a node for each turn', () => {
    const story = new RunStory()
      .routed('qa', 'a safety question')
      .turn('qa')
      .handed('qa', 'dev', 'needs a fix')
      .turn('dev')
      .handed('dev', 'qa', 'is it right now?')
      .turn('qa', { open: true });
    const graph = graphOfRun(story.view());
    assert.deepEqual(edgesOf(graph), [
      'request -order-> router',
      'router -handoff-> qa',
      'qa -handoff-> dev',
      'dev -handoff-> qa',
    ]);
    assert.deepEqual(
      graph.nodes.map(({ label, state, note, spanId, durationMs }) => [label, state, note, spanId, durationMs]),
      [
        ['is this safe?', undefined, undefined, undefined, undefined],
        ['router', 'completed', undefined, 'span-i1', 100],
        ['qa', 'completed', 'a safety question', 'span-i2', 100],
        ['dev', 'completed', 'needs a fix', 'span-i3', 100],
        ['qa', 'running', 'is it right now?', 'span-i4', undefined],
      ],
    );
  });

  it('shows a refused handoff beside the agent that goes on', () => {
    const story = new RunStory();
    story.tell('route.decided', { agent: 'qa', reason: 'named', by: 'mention', durationMs: 0 });
    story.turn('qa', { open: true });
    story.tell('handoff.requested', { from: 'qa', to: 'writer', reason: 'docs', context: 'full' }, { agent: 'qa' });
    story.tell(
      'handoff.rejected',
      { from: 'qa', to: 'writer', reason: 'docs', why: 'off: switched off' },
      { agent: 'qa' },
    );
    const graph = graphOfRun(story.view());
    assert.deepEqual(edgesOf(graph).slice(0, 1), ['request -order-> qa']);
    assert.deepEqual(
      graph.nodes.slice(2).map(({ kind, label, state, note }) => [kind, label, state, note]),
      [['refusal', 'writer', 'skipped', 'off: switched off']],
    );
  });

  it('lets the arbiter join what several agents answered side by side', () => {
    const story = new RunStory();
    for (const agent of ['dev', 'qa'])
      story.tell('task.started', { title: 'is it?', attempt: 1 }, { taskId: agent, agent });
    for (const agent of ['dev', 'qa']) {
      story.turn(agent, { taskId: agent });
      story.tell('task.completed', { text: 'yes' }, { taskId: agent, agent });
    }
    const graph = graphOfRun(story.turn('arbiter').view());
    assert.deepEqual(edgesOf(graph), [
      'request -order-> task:dev',
      'request -order-> task:qa',
      'task:dev -order-> arbiter',
      'task:qa -order-> arbiter',
    ]);
    assert.deepEqual(
      graph.nodes.map(({ label, state }) => [label, state]),
      [
        ['is this safe?', undefined],
        ['dev', 'completed'],
        ['qa', 'completed'],
        ['arbiter', 'completed'],
      ],
    );
  });

  it('shows the tasks of a goal by their dependencies, with what they do and what went wrong', () => {
    const story = new RunStory('goal', 'add validation').routed('supervisor', 'a goal');
    const task = (id: string, agent: string, dependencies: string[] = []) => ({
      id,
      agent,
      title: `the ${id}`,
      description: '',
      dependencies,
    });
    story.turn('supervisor');
    story.tell('plan.created', {
      tasks: [
        task('explore', 'researcher'),
        task('build', 'dev', ['explore', 'gone']),
        task('docs', 'writer', ['explore']),
      ],
    });
    story.tell('task.started', { title: 'the explore', attempt: 1 }, { taskId: 'explore', agent: 'researcher' });
    story.turn('researcher', { taskId: 'explore' });
    story.tell('task.completed', { text: 'found' }, { taskId: 'explore', agent: 'researcher' });
    story.tell('task.started', { title: 'the build', attempt: 1 }, { taskId: 'build', agent: 'dev' });
    story.turn('dev', { taskId: 'build' }).turn('qa', { taskId: 'build', open: true });
    story.tell('task.started', { title: 'the docs', attempt: 2 }, { taskId: 'docs', agent: 'writer' });
    story.tell('task.failed', { error }, { taskId: 'docs', agent: 'writer' });
    const graph = graphOfRun(story.view());
    assert.deepEqual(edgesOf(graph), [
      'request -order-> router',
      'router -handoff-> plan',
      'plan -order-> task:explore',
      'task:explore -dependency-> task:build',
      'task:explore -dependency-> task:docs',
    ]);
    assert.deepEqual(
      graph.nodes
        .slice(2)
        .map(({ id, state, via, note, attempts, spanId }) => [id, state, via, note, attempts, spanId]),
      [
        ['plan', 'completed', undefined, undefined, undefined, undefined],
        ['task:explore', 'completed', undefined, undefined, undefined, 'span-i3'],
        ['task:build', 'running', ['dev', 'qa'], undefined, undefined, 'span-i4'],
        ['task:docs', 'failed', undefined, 'Too many requests.', 2, undefined],
      ],
    );
    story.tell('run.cancelled', { text: '', usage });
    assert.equal(graphOfRun(story.view()).nodes.find(({ id }) => id === 'task:build')?.state, 'cancelled');
  });

  it('joins what no other task needs in the synthesis', () => {
    const view = reduceEvents('r1', new RunStory('goal').told);
    const task = (id: string, dependencies: string[]) => ({
      ...{ id, dependencies, agent: 'dev', title: id, description: '', status: 'completed' as const, text: '' },
      ...{ attempts: 1, usage, activities: [] },
    });
    const graph = graphOfRun({
      ...view,
      tasks: [task('a', []), task('b', ['a']), task('c', [])],
      synthesis: {
        status: 'completed',
        startedAt: '2030-01-01T00:00:00.000Z',
        endedAt: '2030-01-01T00:00:01.000Z',
        usage,
      },
    });
    assert.deepEqual(
      graph.edges.filter(({ to }) => to === 'synthesis').map(({ from }) => from),
      ['task:b', 'task:c'],
    );
    assert.equal(graph.nodes.find(({ id }) => id === 'synthesis')?.durationMs, 1000);
  });

  it('is made from spans where the run is not here', () => {
    const graph = graphOfRun(viewOfSpans('t', goalSpans()));
    assert.deepEqual(edgesOf(graph), [
      'request -order-> plan',
      'plan -order-> task:a',
      'task:a -dependency-> task:b',
      'task:b -order-> synthesis',
    ]);
    assert.deepEqual(
      graph.nodes.filter(({ kind }) => kind === 'task').map(({ state, via, note }) => [state, via, note]),
      [
        ['completed', ['dev', 'qa'], undefined],
        ['failed', undefined, 'no'],
      ],
    );
  });
});

function span(spanId: string, name: string, more: Partial<SpanRecord> = {}): SpanRecord {
  return {
    traceId: 't',
    spanId,
    name,
    kind: 'internal',
    startTime: '2030-01-01T00:00:00.000Z',
    endTime: '2030-01-01T00:00:01.000Z',
    status: 'ok',
    attributes: {},
    ...more,
  };
}

function goalSpans(): SpanRecord[] {
  const root = { parentSpanId: '0' };
  const transfer = { 'agent_team.handoff.from': 'dev', 'agent_team.handoff.to': 'qa' };
  return [
    span('0', 'invoke_workflow goal', { attributes: { 'agent_team.goal': 'add validation' } }),
    span('1', 'plan supervisor', root),
    span('2', 'task a', { ...root, attributes: { 'agent_team.task.type': 'dev', 'agent_team.task.dependencies': [] } }),
    span('3', 'invoke_agent dev', { parentSpanId: '2' }),
    span('4', 'chat m', {
      parentSpanId: '3',
      attributes: {
        'gen_ai.usage.input_tokens': 5,
        'gen_ai.usage.output_tokens': 2,
        'gen_ai.output.messages': JSON.stringify([{ parts: [{ type: 'text', content: 'done' }] }]),
      },
    }),
    span('5', 'execute_tool transfer_to_qa', { parentSpanId: '3', attributes: transfer }),
    span('6', 'invoke_agent qa', { parentSpanId: '2' }),
    span('7', 'execute_tool read_file', { parentSpanId: '6' }),
    span('8', 'task b', {
      ...root,
      status: 'error',
      statusMessage: 'no',
      attributes: { 'agent_team.task.type': 'qa', 'agent_team.task.dependencies': ['a'] },
    }),
    span('9', 'synthesize', root),
  ];
}

describe('a view made of spans', () => {
  it('knows steps, tasks, answer and what was used', () => {
    const view = viewOfSpans('t', goalSpans());
    assert.deepEqual(
      view.steps.map(({ kind, agent, taskId }) => [kind, agent, taskId]),
      [
        ['agent', 'dev', 'a'],
        ['model', 'dev', 'a'],
        ['handoff', 'dev', 'a'],
        ['agent', 'qa', 'a'],
        ['tool', 'qa', 'a'],
      ],
    );
    assert.deepEqual([view.kind, view.title, view.status, view.text], ['goal', 'add validation', 'completed', 'done']);
    assert.deepEqual(view.usage, { ...usage, inputTokens: 5, outputTokens: 2, modelCalls: 1 });
  });

  it('takes an agent within another one for handed over, as other tools nest them', () => {
    const graph = graphOfRun(
      viewOfSpans('t', [
        span('1', 'invoke_agent triage'),
        span('2', 'chat gpt', { parentSpanId: '1' }),
        span('3', 'invoke_agent billing', { parentSpanId: '2' }),
      ]),
    );
    assert.deepEqual(edgesOf(graph), ['request -order-> triage', 'triage -handoff-> billing']);
  });

  it('ends on cycles and orphans', () => {
    const spans = [
      span('1', 'invoke_agent a', { parentSpanId: '2' }),
      span('2', 'invoke_agent b', { parentSpanId: '1' }),
    ];
    assert.equal(viewOfSpans('t', [...spans, span('3', 'chat', { parentSpanId: 'x' })]).steps.length > 2, true);
  });
});
