// What a person says, as a message: guarded, with the material that belongs to it inside marks.
import { failure, type Failure } from '../failure';
import type { ContentPart, UserMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import type { AgentServices } from './agentServices';
import { markUntrusted } from './guardrails/untrusted';

export interface RequestParts {
  text: string;
  /** Selected code, files, problems, …; comes from files, so it is marked. */
  contextText?: string | undefined;
  images?: readonly Extract<ContentPart, { type: 'image' }>[] | undefined;
  agent: string;
}

export type Guarded = { message: UserMessage; eventId?: string } | { failure: Failure; eventId: string };

type Guards = Pick<AgentServices, 'guardrails'>;

/** The request with its context as one message, or why it may not be sent. */
export function requestMessage(services: Guards, parts: RequestParts, run: RunContext): Guarded {
  const { text, contextText = '', images = [], agent } = parts;
  const request = guard(services, { text, source: 'request', agent }, run);
  if ('failure' in request) return request;
  const context = guard(services, { text: contextText, source: 'context', agent }, run);
  if ('failure' in context) return context;
  const material: ContentPart[] =
    context.text.trim() === '' ? [] : [{ type: 'text', text: markUntrusted(context.text, 'context') }];
  const eventId = context.eventId ?? request.eventId;
  const message: UserMessage = {
    role: 'user',
    content: [{ type: 'text', text: request.text }, ...material, ...images],
  };
  return { message, ...(eventId !== undefined && { eventId }) };
}

/** A message of the person with every text guarded. */
export function guardedUserMessage(
  services: Guards,
  { message, agent }: { message: UserMessage; agent: string },
  run: RunContext,
): Guarded {
  const content: ContentPart[] = [];
  for (const part of message.content) {
    if (part.type !== 'text') {
      content.push(part);
      continue;
    }
    const guarded = guard(services, { text: part.text, source: 'request', agent }, run);
    if ('failure' in guarded) return guarded;
    content.push({ ...part, text: guarded.text });
  }
  return { message: { role: 'user', content } };
}

function guard(services: Guards, input: { text: string; source: string; agent: string }, run: RunContext) {
  const verdict = services.guardrails.apply({ stage: 'input', ...input }, run);
  if (!verdict.blocked) return verdict;
  const message = `The ${input.source} was not sent: the guardrail '${verdict.guardrail}' stopped it (${verdict.reason}). Shorten or change it and ask again.`;
  return { failure: failure('guardrail.blocked', message), eventId: verdict.eventId };
}
