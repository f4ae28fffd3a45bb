import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { AgentTeamApi, RunResult } from '../../src/api';
import { untilPasses } from '../support/until';
import { configure, spanTree, teamApi, topicsOf, useScriptedServer } from './support/team';

const workspaceFile = (file: string) => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return vscode.Uri.joinPath(folder.uri, file);
};
const transfer = (agent: string, reason: string) => ({
  toolCalls: [{ name: `transfer_to_${agent}`, arguments: { reason } }],
});

describe('the exported API against a model server', () => {
  const server = useScriptedServer();
  let api: AgentTeamApi;
  const registered: { dispose(): void }[] = [];
  before(async () => {
    api = await teamApi();
  });
  afterEach(() => {
    for (const item of registered.splice(0)) item.dispose();
  });

  it('routes a request, lets the agent use its tools, and answers', async () => {
    server().script(
      { when: { hasTool: 'transfer_to_supervisor' }, reply: transfer('qa', 'asks for a safety check') },
      { when: { lastRole: 'user' }, reply: { toolCalls: [{ name: 'read_file', arguments: { path: 'src/math.ts' } }] } },
      { when: { lastRole: 'tool' }, reply: { text: 'No: divide() has no guard.' } },
    );
    const result = await api.ask('is this safe?').result;
    server().assertUsed();
    assert.equal(result.status, 'completed');
    assert.equal(result.agent, 'qa');
    assert.equal(result.text, 'No: divide() has no guard.');
    assert.deepEqual(result.handoffs, [{ from: 'router', to: 'qa', reason: 'asks for a safety check' }]);
    assert.deepEqual(result.usage, {
      inputTokens: 60,
      outputTokens: 30,
      cachedInputTokens: 0,
      modelCalls: 3,
      complete: true,
    });
    const [, , answered] = server().requests;
    const toolMessage = answered?.body.messages.at(-1);
    assert.match(String(toolMessage?.content), /export function divide/);
  });

  it('has every tool of the contract, with its inputs', () => {
    const inputs = new Map(
      api.tools.list().map(({ name, inputSchema }) => {
        const { properties, required = [] } = inputSchema as { properties: object; required?: string[] };
        return [name, Object.keys(properties).map((key) => (required.includes(key) ? key : `${key}?`))];
      }),
    );
    const contract: Record<string, string> = {
      read_file: 'path startLine? endLine?',
      list_files: 'path? glob? limit?',
      search_text: 'query isRegex? include? exclude? limit?',
      find_symbols: 'query limit?',
      document_outline: 'path',
      go_to_definition: 'path line symbol',
      find_references: 'path line symbol',
      get_diagnostics: 'path?',
      get_editor_context: '',
      get_git_changes: 'scope? base?',
      static_analysis: 'path?',
      security_scan: 'path?',
      edit_file: 'path edits',
      apply_patch: 'patch',
      create_file: 'path content',
      delete_file: 'path',
      rename_file: 'from to',
      rename_symbol: 'path line symbol newName',
      apply_code_action: 'path line title',
      run_command: 'command cwd? timeoutSeconds?',
      run_tests: 'path? name?',
      memory_read: 'key',
      memory_write: 'key value expectedVersion?',
      memory_search: 'query limit?',
      publish_event: 'topic payload',
    };
    for (const [name, expected] of Object.entries(contract)) {
      assert.deepEqual(inputs.get(name)?.sort(), expected.split(' ').filter(Boolean).sort(), name);
    }
  });

  it('offers the router every enabled agent and the supervisor, and nothing else', async () => {
    server().script({ reply: transfer('dev', 'x') }, { reply: { text: 'ok' } });
    await api.ask('do it').result;
    const [routing] = server().requests;
    assert.deepEqual(routing?.body.tools?.map((tool) => tool.function.name).sort(), [
      'transfer_to_dev',
      'transfer_to_qa',
      'transfer_to_researcher',
      'transfer_to_supervisor',
      'transfer_to_writer',
    ]);
    assert.equal(routing.body.temperature, 0);
  });

  it('has every event and every span to read when the result settles', async () => {
    server().script({ reply: transfer('qa', 'r') }, { reply: { text: 'fine' } });
    const { runId, traceId } = await api.ask('is it fine?').result;
    const events = await api.events.history({ runId });
    assert.deepEqual(topicsOf(events), [
      'run.started',
      'agent.started',
      'model.requested',
      'model.completed',
      'route.decided',
      'agent.completed',
      'agent.started',
      'model.requested',
      'model.completed',
      'agent.completed',
      'run.completed',
    ]);
    assert.ok(events.every((event) => event.traceId === traceId));
    const ids = new Set(events.map((event) => event.id));
    assert.deepEqual(
      events
        .filter((event) => event.causationId === undefined || !ids.has(event.causationId))
        .map(({ topic }) => topic),
      ['run.started'],
    );
    const spans = await api.traces.spans(traceId);
    assert.ok(spans.every((span) => span.endTime !== undefined));
    assert.deepEqual(spanTree(spans), [
      [
        'invoke_workflow ask',
        [
          ['invoke_agent router', ['chat scripted-model', 'execute_tool transfer_to_qa']],
          ['invoke_agent qa', ['chat scripted-model']],
        ],
      ],
    ]);
    const chats = spans.filter((span) => span.name.startsWith('chat '));
    assert.deepEqual(
      chats.map((span) => span.attributes['gen_ai.usage.input_tokens']),
      [20, 20],
    );
  });

  it('sends a follow-up to the agent that answered last, with the conversation', async () => {
    server().script({ reply: transfer('writer', 'r') }, { reply: { text: 'First answer.' } });
    const first = await api.ask('explain the receipt').result;
    assert.ok(first.threadId);
    server().script({ when: { lastUser: 'shorter' }, reply: { text: 'Second answer.' } });
    const second = await api.ask('shorter, please', { threadId: first.threadId }).result;
    server().assertUsed();
    assert.equal(second.agent, 'writer');
    assert.deepEqual(second.handoffs, []);
    const said = JSON.stringify(server().requests.at(-1)?.body.messages);
    assert.match(said, /explain the receipt/);
    assert.match(said, /First answer/);
  });

  it('asks the named agent without a router, by option, mention or alias', async () => {
    for (const [request, options] of [
      ['find it', { agent: 'researcher' }],
      ['@research find it', undefined],
      ['/researcher find it', undefined],
    ] as const) {
      server().script({ reply: { text: 'there' } });
      const result = await api.ask(request, options).result;
      assert.equal(result.agent, 'researcher');
      assert.equal(result.usage.modelCalls, 1);
      server().assertUsed();
    }
  });

  it('answers for an agent that is unknown or switched off, without a model call', async () => {
    const unknown = await api.ask('x', { agent: 'nobody' }).result;
    assert.equal(unknown.status, 'failed');
    assert.equal(unknown.error?.reason, 'agent.unknown');
    await configure({ 'agents.disabled': ['qa'] });
    try {
      const disabled = await api.ask('x', { agent: 'qa' }).result;
      assert.equal(disabled.error?.reason, 'agent.disabled');
      assert.equal(api.agents.list().find((agent) => agent.name === 'qa')?.enabled, false);
    } finally {
      await configure({ 'agents.disabled': undefined });
    }
    assert.equal(server().requests.length, 0);
  });

  it('stops within a second, closes the connection and keeps what was streamed', async () => {
    server().script({ reply: { text: ['One ', 'two ', 'three'], gateAfter: { events: 2, gate: 'never' } } });
    const handle = api.ask('count', { agent: 'dev' });
    // What was sent has half a second to be read: nothing tells when it was.
    await server().gate('never').arrived;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const stopped = Date.now();
    handle.cancel();
    const result = await handle.result;
    assert.ok(Date.now() - stopped < 3000, 'within the second that is promised, and the time of a slow machine');
    await server().until((requests) => requests[0]?.closedEarly === true);
    assert.equal(result.status, 'cancelled');
    assert.equal(result.error?.reason, 'cancelled');
    assert.match(result.text, /^One /);
  });

  it('retries what is transient and counts every attempt', async () => {
    server().script({ reply: { status: 503 } }, { reply: { text: 'at last' } });
    const result = await api.ask('x', { agent: 'dev' }).result;
    assert.equal(result.text, 'at last');
    assert.equal(result.usage.modelCalls, 2);
    assert.equal(result.usage.complete, false);
    assert.ok(topicsOf(await api.events.history({ runId: result.runId })).includes('model.retrying'));
  });

  it('fails a run with the reason and the remedy, and never rejects', async () => {
    server().script({ reply: { status: 401, body: { error: { message: 'bad key' } } } });
    const result = await api.ask('x', { agent: 'dev' }).result;
    assert.equal(result.status, 'failed');
    assert.equal(result.error?.reason, 'model.unauthorized');
    assert.match(result.error.message, /key/i);
  });

  it('takes registered agents and tools at once and forgets them when they are disposed', async () => {
    const tool = api.tools.register({
      name: 'page_count',
      description: 'Counts pages.',
      inputSchema: { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] },
      effect: 'read',
      run: (input) => Promise.resolve(`pages of ${(input as { title: string }).title}: 7`),
    });
    const agent = api.agents.register({
      name: 'Book Keeper',
      description: 'Knows books.',
      prompt: 'You know books.',
      tools: ['page_count'],
    });
    registered.push(tool, agent);
    server().script(
      { when: { hasTool: 'transfer_to_book_keeper' }, reply: transfer('book_keeper', 'books') },
      {
        when: { hasTool: 'page_count', lastRole: 'user' },
        reply: { toolCalls: [{ name: 'page_count', arguments: {} }] },
      },
      {
        when: { lastMessage: 'title' },
        reply: { toolCalls: [{ name: 'page_count', arguments: { title: 'Ulysses' } }] },
      },
      { when: { lastMessage: 'pages of Ulysses: 7' }, reply: { text: '7' } },
    );
    const result = await api.ask('how long is Ulysses?').result;
    server().assertUsed();
    assert.equal(result.agent, 'Book Keeper');
    assert.equal(result.text, '7');
    agent.dispose();
    tool.dispose();
    assert.ok(!api.agents.list().some(({ name }) => name === 'Book Keeper'));
    assert.ok(!api.tools.list().some(({ name }) => name === 'page_count'));
  });

  it('keeps foreign events apart from its own and delivers them in order', async () => {
    const seen: unknown[] = [];
    const subscription = api.events.subscribe('user.**', (event) => void seen.push(event.payload));
    const first = api.events.publish('user.book.sold', { title: 'a' });
    api.events.publish('user.book.sold', { title: 'b' }, { causationId: first.id });
    assert.throws(() => api.events.publish('run.started', {}), /reserved/);
    assert.throws(() => api.events.publish('user..x', {}), /malformed/);
    await untilPasses(() => assert.deepEqual(seen, [{ title: 'a' }, { title: 'b' }]));
    subscription.dispose();
    const kept = await api.events.history({ pattern: 'user.**', afterSeq: first.seq - 1 });
    assert.deepEqual(
      kept.map((event) => event.seq),
      [first.seq, first.seq + 1],
    );
  });

  it('exports traces as OTLP and takes them in again', async () => {
    server().script({ reply: { text: 'ok' } });
    const { traceId } = await api.ask('x', { agent: 'dev' }).result;
    const otlp = await api.traces.exportOtlp([traceId]);
    const imported = await api.traces.importOtlp(JSON.parse(JSON.stringify(otlp)));
    assert.equal(imported.length, 1);
    const names = async (id: string) => (await api.traces.spans(id)).map((span) => span.name);
    assert.deepEqual(await names(imported[0] ?? ''), await names(traceId));
  });

  it('plans a goal, runs what can run at once, survives a failed task and joins the rest', async () => {
    const tasks = [
      { id: 'explore', agent: 'researcher', description: 'find the endpoints' },
      { id: 'build', agent: 'dev', description: 'write the schemas', dependencies: ['explore'] },
      { id: 'docs', agent: 'writer', description: 'write the docs' },
    ];
    server().script(
      { when: { hasTool: 'submit_plan' }, reply: { toolCalls: [{ name: 'submit_plan', arguments: { tasks } }] } },
      { when: { lastUser: 'find the endpoints' }, reply: { text: 'There are two.' } },
      { when: { lastUser: 'write the docs' }, reply: { status: 400, body: { error: { message: 'no' } } } },
      { when: { lastUser: 'There are two.' }, reply: { text: 'Schemas written.' } },
      { when: { lastUser: 'Join the results' }, reply: { text: 'Two endpoints, schemas, no docs.' } },
    );
    const result = await api.goal('add validation').result;
    server().assertUsed();
    assert.equal(result.kind, 'goal');
    assert.equal(result.status, 'partial');
    assert.equal(result.agent, 'supervisor');
    assert.equal(result.text, 'Two endpoints, schemas, no docs.');
    assert.deepEqual(
      result.tasks.map(({ id, agent, status, dependencies }) => [id, agent, status, dependencies]),
      [
        ['explore', 'researcher', 'completed', []],
        ['build', 'dev', 'completed', ['explore']],
        ['docs', 'writer', 'failed', []],
      ],
    );
    const names = (await api.traces.spans(result.traceId)).map((span) => span.name);
    for (const name of [
      'invoke_workflow goal',
      'plan supervisor',
      'task explore',
      'task build',
      'task docs',
      'synthesize',
    ]) {
      assert.ok(names.includes(name), name);
    }
  });

  it('asks several agents at once and joins their answers', async () => {
    server().script(
      { when: { lastUser: 'Several agents answered' }, reply: { text: '**Verdict: agreed.** No.\n\nNo guard.' } },
      { reply: { text: 'One says no.' } },
      { reply: { text: 'Two says no.' } },
    );
    const result = await api.ask('@qa @researcher is divide safe?').result;
    server().assertUsed();
    assert.deepEqual([result.status, result.agent], ['completed', 'arbiter']);
    assert.deepEqual(
      result.tasks.map(({ id, status }) => [id, status]),
      [
        ['qa', 'completed'],
        ['researcher', 'completed'],
      ],
    );
    assert.equal(result.text, '**Verdict: agreed.** No.\n\nNo guard.');
    const joining = JSON.stringify(server().requests.at(-1)?.body.messages);
    // Both work at once: either may have asked first.
    for (const answer of ['One says no.', 'Two says no.']) assert.ok(joining.includes(answer), answer);
    const [root] = spanTree(await api.traces.spans(result.traceId)) as [string, [string, string[]][]][];
    // Either may have begun first too.
    assert.deepEqual(root?.[1].sort(), [
      ['arbitrate', ['chat scripted-model']],
      ['invoke_agent qa', ['chat scripted-model']],
      ['invoke_agent researcher', ['chat scripted-model']],
    ]);
  });

  it('does nothing for runs and approvals that there are not', async () => {
    assert.deepEqual(api.changes.list('unknown'), []);
    assert.deepEqual(await api.changes.accept('unknown'), { applied: [], conflicts: [], failed: [] });
    api.approvals.resolve('unknown', 'allow');
    await api.runs.cancel('unknown');
    await api.runs.delete('unknown');
  });

  it('remembers what other extensions set, until they delete it', async () => {
    assert.equal(await api.memory.get('host fact'), undefined);
    assert.deepEqual(await api.memory.set('host fact', { port: 80 }, { expectedVersion: 0 }), { version: 1 });
    const stale = await api.memory.set('host fact', 1, { expectedVersion: 0 });
    assert.equal('reason' in stale && stale.reason, 'memory.version_conflict');
    assert.deepEqual(await api.memory.get('host fact'), { value: { port: 80 }, version: 1, author: 'api' });
    const [hit] = await api.memory.search('fact');
    assert.equal(hit?.key, 'host fact');
    await api.memory.delete('host fact');
    assert.equal(await api.memory.get('host fact'), undefined);
  });

  it('refuses an empty or malformed request with a clear failure', async () => {
    assert.equal((await api.ask('  ').result).error?.reason, 'request.invalid');
    assert.equal((await api.ask('x', { context: 'no list' } as never).result).error?.reason, 'request.invalid');
  });

  it('keeps the secrets of a request out of events and spans', async () => {
    const secret = `sk-proj-${'Ab3dEf6hIj9kLm2nOp5q'.repeat(2)}`;
    server().script({ reply: { text: `It is ${secret}` } });
    const { runId, traceId } = await api.ask(`what about ${secret}?`, { agent: 'dev' }).result;
    const kept = JSON.stringify([await api.events.history({ runId }), await api.traces.spans(traceId)]);
    assert.ok(!kept.includes(secret));
    assert.ok(!JSON.stringify(server().requests).includes(secret));
  });

  it('lists runs newest first, gives their results again, and deletes them', async () => {
    server().script({ reply: { text: 'ok' } });
    const { runId } = await api.ask('a run to delete', { agent: 'dev' }).result;
    assert.equal(api.runs.list()[0]?.runId, runId);
    assert.equal((await api.runs.get(runId))?.text, 'ok');
    await api.runs.delete(runId);
    assert.equal(await api.runs.get(runId), undefined);
    assert.ok(!api.runs.list().some((run) => run.runId === runId));
  });

  it('resumes a failed run under its ids and adds up its usage', async () => {
    server().script({ reply: { status: 400, body: { error: { message: 'no' } } } });
    const failed = await api.ask('try', { agent: 'dev' }).result;
    server().script({ reply: transfer('dev', 'r') }, { reply: { text: 'now' } });
    const resumed = await api.runs.resume(failed.runId).result;
    assert.equal(resumed.runId, failed.runId);
    assert.equal(resumed.traceId, failed.traceId);
    assert.equal(resumed.status, 'completed');
    assert.equal(resumed.text, 'now');
    assert.equal(resumed.usage.modelCalls, failed.usage.modelCalls + 2);
    const roots = (await api.traces.spans(failed.traceId)).filter((span) => span.parentSpanId === undefined);
    assert.equal(roots.length, 2);
  });
});

describe('the commands that ask', () => {
  const server = useScriptedServer();

  it('ask with arguments, never prompt, and return the result', async () => {
    server().script({ reply: { text: 'done' } });
    const result = await vscode.commands.executeCommand<RunResult>('agentTeam.ask', { request: 'x', agent: 'dev' });
    assert.equal(result.text, 'done');
    await assert.rejects(async () => vscode.commands.executeCommand('agentTeam.ask', { request: 7 }), /agentTeam\.ask/);
  });

  it('send the selection with its path, lines and symbols to the router', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/math.ts'));
    const editor = await vscode.window.showTextDocument(document);
    const line = document
      .getText()
      .split('\n')
      .findIndex((text) => text.includes('function divide'));
    editor.selection = new vscode.Selection(line, 0, line + 1, 15);
    server().script({ reply: transfer('qa', 'r') }, { reply: { text: 'checked' } });
    const result = await vscode.commands.executeCommand<RunResult>('agentTeam.routeSelection', {
      request: 'is this safe?',
    });
    assert.equal(result.agent, 'qa');
    for (const request of server().requests) {
      const said = JSON.stringify(request.body.messages);
      assert.match(said, /return a \/ b/);
      assert.match(said, new RegExp(`src/math\\.ts [^#]*lines ${line + 1}-${line + 2}`));
    }
  });

  it('explain the selection through the writer', async () => {
    server().script({ reply: { text: 'It divides.' } });
    const result = await vscode.commands.executeCommand<RunResult>('agentTeam.explainSelection');
    assert.equal(result.agent, 'writer');
    server().assertUsed();
  });
});

describe('offline', () => {
  before(() => configure({ provider: 'offline' }));
  after(() => configure({ provider: undefined }));

  it('answers a routed question with real findings and counts no model call', async () => {
    const api = await teamApi();
    const uri = workspaceFile('src/math.ts').toString();
    const range = { start: { line: 5, character: 0 }, end: { line: 8, character: 1 } };
    const result = await api.ask('is this safe?', { context: [{ uri, range }] }).result;
    assert.equal(result.status, 'completed');
    assert.equal(result.agent, 'qa');
    assert.equal(result.usage.modelCalls, 0);
    assert.match(result.text, /no (language )?model was used/i);
    assert.match(result.text, /math\.ts:\d+/);
    assert.ok(result.findings.some((finding) => finding.path === path.posix.join('src', 'math.ts')));
  });
});
