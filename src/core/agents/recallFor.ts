// What shared memory has on the work of an invocation, for its prompt. Helps, and must not be in the way.
import type { MemoryScope } from '../../api';
import type { ChatMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM } from '../telemetry/attributes';
import type { AgentServices } from './agentServices';
import { unmarkUntrusted } from './guardrails/untrusted';
import { untilAborted } from './untilAborted';

/** A store that takes longer is left out. */
const TIMEOUT_MS = 1_500;
/** Of each message, as much says what it is about. */
const MAX_CHARS = 2_000;

/** Chosen by the newest requests within `memory.maxPromptTokens`; the span lists the keys. Undefined where nothing is relevant. */
export async function recallFor(
  services: AgentServices,
  messages: readonly ChatMessage[],
  run: RunContext,
): Promise<string | undefined> {
  const { memory, settings, guardrails } = services;
  const { maxPromptTokens } = settings().memory;
  if (!memory || maxPromptTokens === 0) return undefined;
  const recalled = await inTime(
    services,
    memory.recall(newestRequests(messages), {
      scopes: memoryScopesOf(run),
      maxTokens: maxPromptTokens,
    }),
    run.signal,
  );
  if (!recalled) return undefined;
  run.span.setAttributes({ [AGENT_TEAM.memoryKeys]: recalled.keys });
  const agent = run.scope.agent ?? '';
  const guarded = guardrails.apply({ stage: 'tool', text: recalled.text, agent, source: 'shared memory' }, run);
  return guarded.blocked ? undefined : guarded.text;
}

async function inTime<T>(services: AgentServices, work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const late = new AbortController();
  const timer = services.clock.after(TIMEOUT_MS, () => late.abort());
  try {
    const outcome = await untilAborted(work, AbortSignal.any([signal, late.signal]));
    return outcome === 'aborted' ? undefined : outcome.value;
  } catch (error) {
    services.onBug(error, 'shared memory');
    return undefined;
  } finally {
    timer.dispose();
  }
}

/** The scopes that a run sees, the nearest first. */
export function memoryScopesOf(run: RunContext): MemoryScope[] {
  const { threadId } = run.shared;
  return [{ runId: run.runId }, ...(threadId === undefined ? [] : [{ threadId }]), 'workspace'];
}

/** The last two messages of the person or whoever hands over: what is asked, and what it is about. */
function newestRequests(messages: readonly ChatMessage[]): string {
  const requests = messages.filter((message) => message.role === 'user').slice(-2);
  const texts = requests.flatMap(({ content }) => content.flatMap((part) => (part.type === 'text' ? part.text : [])));
  return texts.map((text) => unmarkUntrusted(text).slice(0, MAX_CHARS)).join('\n');
}
