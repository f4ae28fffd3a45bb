// The offline policy as a chat model: no model, no network, the same answer for the same history. It calls the agents' real tools.
import type {
  AssistantMessage,
  ChatModel,
  ChatRequest,
  ModelId,
  StreamPart,
  ToolCall,
} from '../../core/model/chatModel';
import { CANCELLED } from '../../core/failure';
import { readConversation } from './conversation';
import { devPolicy } from './devPolicy';
import type { Craft } from './keywords';
import { findPlaces } from './places';
import { withoutModel, type Move, type Policy, type Situation } from './policy';
import { qaPolicy } from './qaPolicy';
import { researcherPolicy } from './researcherPolicy';
import { arbiterPolicy, summarizerPolicy, supervisorPolicy } from './rolePolicies';
import { chooseTransfer, craftOf } from './routePolicy';
import { writerPolicy } from './writerPolicy';

export const OFFLINE_MODEL_ID: ModelId = Object.freeze({ provider: 'offline', endpoint: 'offline', model: 'rules' });

const CRAFT_POLICIES: Readonly<Record<Craft, Policy>> = {
  dev: devPolicy,
  qa: qaPolicy,
  writer: writerPolicy,
  researcher: researcherPolicy,
};
const ROLE_POLICIES: Readonly<Record<string, Policy>> = {
  ...CRAFT_POLICIES,
  supervisor: supervisorPolicy,
  arbiter: arbiterPolicy,
  summarizer: summarizerPolicy,
};
/** An answer is streamed in pieces of about this many characters, cut between lines. */
const PIECE_LENGTH = 240;

export class OfflineChatModel implements ChatModel {
  readonly id = OFFLINE_MODEL_ID;
  readonly acceptsImages = false;
  readonly isLanguageModel = false;

  async *stream(request: ChatRequest, signal: AbortSignal): AsyncGenerator<StreamPart> {
    if (signal.aborted) {
      yield cancelled();
      return;
    }
    const conversation = readConversation(request);
    const move = request.role === 'router' ? route(request, conversation.request) : act(request, conversation);
    if ('calls' in move && move.calls.length > 0) {
      for (const [index, { name, input }] of move.calls.entries()) {
        yield {
          type: 'toolCall',
          call: toolCall(`offline_${request.role}_${conversation.callCount + index + 1}`, name, input),
        };
      }
      yield { type: 'finish', reason: 'tool_calls', responseModel: this.id.model };
      return;
    }
    for (const text of pieces('answer' in move ? move.answer : '')) {
      yield { type: 'text', text };
      // Lets whoever shows the text do so, and whoever stops it be heard.
      await Promise.resolve();
      if (isAborted(signal)) {
        yield cancelled();
        return;
      }
    }
    yield { type: 'finish', reason: 'stop', responseModel: this.id.model };
  }
}

function route(request: ChatRequest, asked: string): Move {
  const transfer = chooseTransfer(asked, request.tools);
  return transfer ? { calls: [transfer] } : { answer: withoutModel('There is no agent to hand the request to.') };
}

function act(request: ChatRequest, conversation: ReturnType<typeof readConversation>): Move {
  const tools = request.toolChoice === 'none' ? [] : request.tools.map(({ name }) => name);
  const situation: Situation = {
    ...conversation,
    role: request.role,
    places: findPlaces(conversation),
    tools: new Set(tools),
  };
  return policyFor(request, situation)(situation);
}

/** Agents that we don't know work like the built-in one whose craft the request, or else their own prompt, speaks of. */
function policyFor({ role, messages }: ChatRequest, { request }: Situation): Policy {
  const own = ROLE_POLICIES[role];
  if (own) return own;
  const system = messages.find((message) => message.role === 'system')?.text.slice(0, 600) ?? '';
  const craft = craftOf(request) ?? craftOf(`${role.replace(/[_-]+/g, ' ')} ${system}`) ?? 'researcher';
  return CRAFT_POLICIES[craft];
}

function toolCall(id: string, name: string, input: Record<string, unknown>): ToolCall {
  return { id, name, arguments: input } satisfies AssistantMessage['toolCalls'][number];
}

function pieces(answer: string): string[] {
  const found: string[] = [];
  let current = '';
  for (const line of answer.split(/(?<=\n)/)) {
    current += line;
    if (current.length >= PIECE_LENGTH) {
      found.push(current);
      current = '';
    }
  }
  return current === '' ? found : [...found, current];
}

/** Asked again after a pause: the signal may have changed meanwhile. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function cancelled(): StreamPart {
  return { type: 'failed', failure: { ...CANCELLED, reason: 'cancelled' } };
}
