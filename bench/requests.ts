// What the team costs above the HTTP calls it makes: the same requests, byte for byte, sent by the bare SDK and by bare fetch.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { medians } from './rounds';
import { createBenchTeam } from './team';

export interface RequestCosts {
  scenario: string;
  requests: number;
  bareFetchMs: number;
  bareSdkMs: number;
  teamMs: number;
}

const SCENARIOS = [
  { scenario: 'one agent, one tool', request: 'BENCH-TOOL', agent: 'clerk' },
  { scenario: 'handoff', request: 'BENCH-HANDOFF', agent: 'dev' },
];
const ROUNDS = 150;

export async function measureRequests(serverFile: string): Promise<RequestCosts[]> {
  const server = fork(serverFile, { execArgv: [] });
  const [port] = (await once(server, 'message')) as [number];
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const folder = await mkdtemp(join(tmpdir(), 'agent-team-bench-'));
  const sent: string[] = [];
  let isRecording = false;
  const team = createBenchTeam(folder, baseUrl, (input, init) => {
    if (isRecording && typeof init?.body === 'string') sent.push(init.body);
    return fetch(input, init);
  });
  const sdk = new OpenAI({ apiKey: 'bench-key', baseURL: baseUrl, maxRetries: 0 });
  try {
    const costs: RequestCosts[] = [];
    for (const { scenario, request, agent } of SCENARIOS) {
      const ask = async () => {
        const result = await team.ask(request, agent);
        if (result.text !== 'The answer is 42.') throw new Error(`${scenario}: ${JSON.stringify(result)}`);
      };
      sent.length = 0;
      isRecording = true;
      await ask();
      isRecording = false;
      const bodies = [...sent];
      const found = await medians(
        [
          { name: 'fetch', once: () => inOrder(bodies, (body) => bareFetch(baseUrl, body)) },
          { name: 'sdk', once: () => inOrder(bodies, (body) => bareSdk(sdk, body)) },
          { name: 'team', once: ask },
        ],
        ROUNDS,
      );
      const of = (name: string) => found.get(name) ?? NaN;
      costs.push({
        scenario,
        requests: bodies.length,
        bareFetchMs: of('fetch'),
        bareSdkMs: of('sdk'),
        teamMs: of('team'),
      });
    }
    return costs;
  } finally {
    await team.close();
    server.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

async function inOrder(bodies: readonly string[], send: (body: string) => Promise<void>): Promise<void> {
  for (const body of bodies) await send(body);
}

/** One request by `fetch`, its answer read to the end. */
export async function bareFetch(baseUrl: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer bench-key' };
  const response = await fetch(`${baseUrl}/chat/completions`, { method: 'POST', headers, body });
  await response.text();
}

/** One request by the SDK, its stream read to the end. */
export async function bareSdk(sdk: OpenAI, body: string): Promise<void> {
  const stream = await sdk.chat.completions.create(JSON.parse(body) as OpenAI.ChatCompletionCreateParamsStreaming);
  for await (const _part of stream) {
    // Read to its end, as the team does.
  }
}
