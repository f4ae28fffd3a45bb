import { describeChatModel, type ContractReply } from '../../../support/chatModelContract';
import type { Gate } from '../../../support/gate';
import { ScriptedModel } from '../../../support/scriptedModel';
import type { ServerReply } from '../../../support/scriptedModelServer/script';
import { startFixture } from './openAiFixture';

describeChatModel('ScriptedModel', () => {
  const model = new ScriptedModel();
  return Promise.resolve({
    model,
    prepare: (...replies) =>
      model.push(
        ...replies.map(({ failure, ...reply }) => ({
          ...reply,
          ...(failure && {
            failure: { reason: failure === 'final' ? ('model.unauthorized' as const) : ('model.unavailable' as const) },
          }),
        })),
      ),
    lastRequestText: () => JSON.stringify(model.requests.at(-1)?.messages),
    dispose: () => {
      model.assertUsed();
      return Promise.resolve();
    },
  });
});

for (const isStreaming of [true, false]) {
  describeChatModel(`OpenAiChatModel, ${isStreaming ? 'streamed' : 'whole'}, over HTTP`, async () => {
    const { server, model } = await startFixture({ isStreaming: () => isStreaming });
    return {
      model,
      prepare: (...replies) => {
        for (const [index, reply] of replies.entries()) server.script(toServer(reply, `gate-${index}`, isStreaming));
        for (const [index, { gateAfterText }] of replies.entries()) bridge(gateAfterText, server.gate(`gate-${index}`));
      },
      lastRequestText: () => JSON.stringify(server.requests.at(-1)?.body.messages),
      hungUp: () => server.until((requests) => requests.at(-1)?.closedEarly === true),
      dispose: () => {
        server.assertUsed();
        return server.close();
      },
    };
  });
}

/** What an answer that comes whole holds back, it holds back from the beginning. */
function toServer(
  { failure, gateAfterText, ...reply }: ContractReply,
  gate: string,
  isStreaming: boolean,
): ServerReply {
  if (failure) return { status: failure === 'final' ? 401 : 503 };
  if (!gateAfterText) return reply;
  const events = 1 + (reply.text?.length ?? 0);
  return { ...reply, ...(isStreaming ? { gateAfter: { events, gate } } : { gate }) };
}

/** Whoever waits at the server's gate waits at the test's. */
function bridge(outer: Gate | undefined, inner: Gate): void {
  if (outer) void inner.arrived.then(() => outer.wait()).then(() => inner.open());
}
