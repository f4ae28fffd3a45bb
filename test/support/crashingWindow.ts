// A window in a process of its own that works without an end, for tests that kill it: `node crashingWindow.ts <folder>`.
// It says on its output what is safe by now: `run <id>` once a result has settled and `safe <origin> <seq>` once events are on disk.
import { setImmediate as turn } from 'node:timers/promises';
import type { ChatModel, ChatRequest, StreamPart } from '../../src/core/model/chatModel';
import { openHeadlessTeam } from './headlessTeam';
import { FakeTool } from './teamFixture';

/** Routes to dev, reads once, answers in pieces; asked to wait, never. */
class BusyModel implements ChatModel {
  readonly id = { provider: 'openai', endpoint: 'openai', model: 'busy' } as const;
  readonly acceptsImages = false;
  readonly isLanguageModel = true;
  private calls = 0;

  async *stream({ role, messages }: ChatRequest): AsyncIterable<StreamPart> {
    this.calls += 1;
    const id = `call_${this.calls}`;
    if (role === 'router') {
      yield { type: 'toolCall', call: { id, name: 'transfer_to_dev', arguments: { reason: 'code' } } };
    } else if (messages.at(-1)?.role === 'user') {
      yield { type: 'toolCall', call: { id, name: 'read_file', arguments: { path: 'a.ts' } } };
    } else {
      if (JSON.stringify(messages).includes('wait')) await new Promise(() => undefined);
      for (const text of ['All ', 'is ', 'well.']) {
        await turn();
        yield { type: 'text', text };
      }
    }
    yield { type: 'usage', usage: { inputTokens: 10, outputTokens: 5 } };
    yield { type: 'finish', reason: 'stop' };
  }
}

async function main(folder: string): Promise<void> {
  const model = new BusyModel();
  const { api, bus } = await openHeadlessTeam({ folder, model: () => model, tools: [new FakeTool('read_file')] });
  const lane = async (request: string) => {
    for (;;) {
      const { runId } = await api.ask(request).result;
      await bus.flush();
      process.stdout.write(`run ${runId}\n`);
    }
  };
  const reporter = async () => {
    for (;;) {
      const safe = bus.lastSeq;
      await bus.flush();
      process.stdout.write(`safe ${bus.origin} ${safe}\n`);
      await turn();
    }
  };
  api.ask('wait for it');
  await Promise.all([lane('does it work?'), lane('and this?'), reporter()]);
}

void main(process.argv[2] ?? '');
