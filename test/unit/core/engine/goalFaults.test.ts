// Several hundred goals against a server that fails, hangs, resets and lies at random: each ends with a verdict, nothing stays open.
import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { SystemClock } from '../../../../src/adapters/node/systemClock';
import { OpenAiProvider } from '../../../../src/adapters/openai/openAiProvider';
import type { RunResult } from '../../../../src/api';
import { DEFAULT_SETTINGS } from '../../../../src/core/settings';
import { openHeadlessTeam } from '../../../support/headlessTeam';
import type { RecordedRequest, ServerReply } from '../../../support/scriptedModelServer/script';
import { ScriptedModelServer } from '../../../support/scriptedModelServer/scriptedModelServer';
import { seeded } from '../../../support/seeded';
import { FakeTool } from '../../../support/teamFixture';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const GOALS = 200;
const AT_ONCE = 12;
const ENDS = new Set(['completed', 'partial', 'failed']);
const VERDICTS = new Set(['completed', 'failed', 'skipped', 'cancelled']);
const AGENTS = ['dev', 'qa', 'writer', 'researcher'];
const CLOSE = { connection: 'close' };

/** A plan of one to six tasks, each after some of those before it; now and then a lie. */
function randomPlan(chance: () => number): ServerReply {
  const tasks = Array.from({ length: 1 + Math.floor(chance() * 6) }, (_, index) => ({
    id: `t${index}`,
    agent: AGENTS[Math.floor(chance() * AGENTS.length)],
    description: `do t${index}`,
    dependencies: Array.from({ length: index }, (__, before) => `t${before}`).filter(() => chance() < 0.4),
    ...(chance() < 0.1 && { onFailure: 'abort' }),
  }));
  const [first] = tasks;
  if (first && chance() < 0.1) first.dependencies = [chance() < 0.5 ? 'nobody' : 't0'];
  return { toolCalls: [{ name: 'submit_plan', arguments: { tasks } }] };
}

function fault(chance: () => number): ServerReply {
  const faults: ServerReply[] = [
    { status: 500 },
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 400 },
    { text: 'half an ans', breakAfter: { events: 1, how: 'reset' } },
    { text: 'half an ans', breakAfter: { events: 1, how: 'close' } },
    { text: 'never done', breakAfter: { events: 1, how: 'hang' } },
    { breakAfter: { events: 0, how: 'hang' } },
    { text: '' },
    { body: 'this is no JSON' },
    { toolCalls: [{ name: 'read_file', arguments: '{"path": "a' }] },
    { toolCalls: [{ name: 'no_such_tool', arguments: {} }] },
    { toolCalls: [{ name: 'submit_plan', arguments: { tasks: 'none' } }] },
  ];
  return faults[Math.floor(chance() * faults.length)] ?? { status: 500 };
}

function replyTo({ body }: RecordedRequest, chance: () => number): ServerReply {
  if (chance() < 0.2) return fault(chance);
  if (body.tools?.some((tool) => tool.function.name === 'submit_plan')) return randomPlan(chance);
  const isFirst = body.messages.at(-1)?.role === 'user';
  if (body.tools && isFirst && chance() < 0.3) return { toolCalls: [{ name: 'read_file', arguments: { path: 'a' } }] };
  return { text: 'Done.' };
}

function assertJudged({ status, tasks, runId }: RunResult): void {
  assert.ok(ENDS.has(status), `${runId} is ${status}`);
  const verdicts = new Map(tasks.map((task) => [task.id, task.status]));
  for (const task of tasks) {
    assert.ok(VERDICTS.has(task.status), `${runId} ${task.id} is ${task.status}`);
    if (task.status !== 'completed') continue;
    for (const id of task.dependencies) assert.equal(verdicts.get(id), 'completed', `${task.id} ran without ${id}`);
  }
  if (status === 'completed') assert.ok(tasks.every((task) => task.status === 'completed'));
}

describe('Goals on a server that fails, hangs, resets and lies', () => {
  const folder = useTemporaryFolder();

  it('end with a verdict for each task, and leave no connection, no timer and no lease', async function () {
    this.timeout(240_000);
    const chance = seeded(20_300_104);
    const server = await ScriptedModelServer.start();
    server.script({
      times: 'always',
      reply: (request) => {
        const reply = replyTo(request, chance);
        return { ...reply, headers: { ...CLOSE, ...reply.headers } };
      },
    });
    const provider = new OpenAiProvider({
      endpoint: (name) => ({ name, kind: 'base-url', baseUrl: server.baseUrl, headers: {} }),
      getKey: () => Promise.resolve('sk-test'),
      environment: () => undefined,
      fetch,
      isStreaming: () => true,
      clock: new SystemClock(),
    });
    const model = await provider.open('openai', 'scripted-model', new AbortController().signal);
    assert.ok(!isFailure(model));
    const team = await openHeadlessTeam({
      folder: folder(),
      model: () => model,
      tools: [new FakeTool('read_file')],
      settings: {
        limits: { ...DEFAULT_SETTINGS.limits, requestTimeoutSeconds: 2, taskTimeoutSeconds: 20 },
        retry: { maxAttempts: 2, baseDelayMs: 1, maxDelayMs: 5 },
        breaker: { failureThreshold: 50, resetSeconds: 0.05 },
      },
    });
    try {
      let next = 0;
      const statuses = new Map<string, number>();
      const worker = async () => {
        for (; next < GOALS;) {
          next += 1;
          const result = await team.api.goal(`Goal ${next}`).result;
          assertJudged(result);
          statuses.set(result.status, (statuses.get(result.status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      assert.equal(
        [...statuses.values()].reduce((sum, count) => sum + count, 0),
        GOALS,
      );
      for (const status of ENDS) assert.ok((statuses.get(status) ?? 0) > 0, `no goal was ${status}`);
      assert.deepEqual(team.engine.activeIds(), []);
      assert.deepEqual(team.problems, []);
      const deadline = Date.now() + 20_000;
      while (server.openSockets > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(server.openSockets, 0);
    } finally {
      await team.close();
      await server.close();
    }
  });
});
