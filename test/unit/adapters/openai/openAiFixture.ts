// A real OpenAI-compatible provider in front of the scripted model server, over real HTTP.
import { OpenAiProvider, type OpenAiProviderOptions } from '../../../../src/adapters/openai/openAiProvider';
import type { HttpEndpoint } from '../../../../src/core/model/endpoints';
import { isFailure } from '../../../../src/core/failure';
import type { ChatModel, ChatRequest, StreamPart } from '../../../../src/core/model/chatModel';
import { collect, contractRequest } from '../../../support/chatModelContract';
import { ManualClock } from '../../../support/manualClock';
import type { ServerReply } from '../../../support/scriptedModelServer/script';
import {
  ScriptedModelServer,
  type ScriptedModelServerOptions,
} from '../../../support/scriptedModelServer/scriptedModelServer';

export interface Fixture {
  server: ScriptedModelServer;
  clock: ManualClock;
  provider: OpenAiProvider;
  model: ChatModel;
  /** Scripts one answer and asks for it. */
  ask(reply: ServerReply, request?: Partial<ChatRequest>): Promise<StreamPart[]>;
}

export async function startFixture(
  options: ScriptedModelServerOptions &
    Partial<OpenAiProviderOptions> & { at?: (baseUrl: string) => Partial<HttpEndpoint> } = {},
): Promise<Fixture> {
  const server = await ScriptedModelServer.start(options);
  const clock = new ManualClock();
  const { baseUrl } = server;
  const provider = new OpenAiProvider({
    endpoint: (name) => ({ name, kind: 'base-url', baseUrl, headers: {}, ...options.at?.(baseUrl) }),
    getKey: () => Promise.resolve('sk-secret-key-1234567890'),
    environment: () => undefined,
    fetch,
    isStreaming: () => true,
    clock,
    ...options,
  });
  const model = await provider.open('openai', 'scripted-model', new AbortController().signal);
  if (isFailure(model)) throw new Error(model.message);
  const ask = (reply: ServerReply, request: Partial<ChatRequest> = {}) => {
    server.script(reply);
    return collect(model, { ...contractRequest(), ...request });
  };
  return { server, clock, provider, model, ask };
}
