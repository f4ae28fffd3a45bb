// The server that other tests rely on: steered from another process, and never left running.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ScriptedModelServerClient } from '../../support/scriptedModelServer/client';
import { ScriptedModelServer } from '../../support/scriptedModelServer/scriptedModelServer';

async function complete(baseUrl: string, text: string): Promise<{ status: number; content: unknown }> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-secret' },
    body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }),
  });
  const body = (await response.json()) as { choices?: { message: { content: unknown } }[] };
  return { status: response.status, content: body.choices?.[0]?.message.content };
}

describe('ScriptedModelServer', () => {
  it('answers by the first rule that fits, and tells what was unexpected or unused', async () => {
    const server = await ScriptedModelServer.start();
    try {
      server.script(
        { when: { lastUser: 'weather' }, times: 2, reply: { text: 'Sunny.' } },
        { when: ({ number }) => number > 90, reply: { text: 'never' } },
      );
      assert.deepEqual(await complete(server.baseUrl, 'the weather?'), { status: 200, content: 'Sunny.' });
      assert.equal((await complete(server.baseUrl, 'the time?')).status, 400);
      assert.equal(server.unexpected.length, 1);
      assert.equal(server.unused().length, 2);
      assert.throws(() => server.assertUsed());
      assert.equal(server.requests[0]?.hasAuthorization, true);
      assert.doesNotMatch(JSON.stringify(server.requests), /sk-secret/);
    } finally {
      await server.close();
    }
  });

  it('runs as a process of its own, is steered over HTTP, and ends with its parent', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/support/scriptedModelServer/main.ts'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    try {
      const listening = once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>;
      const early = ended.then(([code]) => assert.fail(`ended with ${String(code)} instead of listening`));
      const [line] = await Promise.race([listening, early]);
      early.catch(() => undefined);
      const client = new ScriptedModelServerClient(line.replace('listening ', ''));
      await client.script({ rules: [{ text: 'one', gate: 'go' }, { text: 'unused' }] });
      const asked = complete(client.baseUrl, 'hi');
      await client.openGate('go');
      assert.equal((await asked).content, 'one');
      assert.equal((await client.requests()).length, 1);
      assert.deepEqual(await client.leftOver(), { unexpected: [], unused: [{ reply: { text: 'unused' } }] });
      await client.reset();
      assert.deepEqual(await client.requests(), []);
    } finally {
      child.stdin.end();
    }
    const [code] = (await ended) as [number];
    assert.equal(code, 0);
  });
});
