// The summarizer at work: one model call that condenses what no longer fits.
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { AgentServices } from './agentServices';
import { markUntrusted } from './guardrails/untrusted';

export interface Summary {
  text: string;
  eventId?: string;
}

/** Condenses `text` to about `maxTokens`; undefined when the model could not. */
export async function summarize(
  services: AgentServices,
  { text, maxTokens }: { text: string; maxTokens: number },
  run: RunContext,
): Promise<Summary | undefined> {
  const spec = services.registry.role('summarizer');
  const promptVersion = services.registry.usePromptVersion(spec);
  const span = run.startSpan(`invoke_agent ${spec.name}`, {
    [GEN_AI.operation]: 'invoke_agent',
    [GEN_AI.agentName]: spec.name,
    [GEN_AI.agentVersion]: promptVersion,
    [AGENT_TEAM.promptVersion]: promptVersion,
  });
  const words = Math.max(80, Math.floor(maxTokens * 0.7));
  const ask = `Condense this conversation to at most ${words} words.\n\n${markUntrusted(text, 'conversation')}`;
  const outcome = await services.models.call(
    {
      role: spec.name,
      messages: [
        { role: 'system', text: spec.prompt },
        { role: 'user', content: [{ type: 'text', text: ask }] },
      ],
      tools: [],
    },
    run.with({ span, agent: spec.name, promptVersion }),
  );
  if (outcome.kind === 'failed' || outcome.message.text.trim() === '') {
    const reason = outcome.kind === 'failed' ? outcome.failure.reason : 'model.empty';
    span.end({ status: 'error', message: reason, attributes: { [GEN_AI.errorType]: reason } });
    return undefined;
  }
  span.end({ status: 'ok', attributes: { [AGENT_TEAM.resultLength]: outcome.message.text.length } });
  return { text: outcome.message.text, ...(outcome.eventId !== undefined && { eventId: outcome.eventId }) };
}
