// What the offline policy does next: which tools it calls, or what it answers. Loaded when the offline team is first asked.
import type { ChatRequest } from '../../core/model/chatModel';
import { readConversation } from './conversation';
import { devPolicy } from './devPolicy';
import type { Craft } from './keywords';
import { memoryPolicy } from './memoryPolicy';
import { findPlaces } from './places';
import type { Say } from '../../core/say';
import { withoutModel, type Move, type Policy, type Situation } from './policy';
import { qaPolicy } from './qaPolicy';
import { researcherPolicy } from './researcherPolicy';
import { arbiterPolicy, summarizerPolicy, supervisorPolicy } from './rolePolicies';
import { chooseTransfer, craftOf } from './routePolicy';
import { writerPolicy } from './writerPolicy';

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

/** The move, and how many calls of the conversation came before it. */
export function nextMove(request: ChatRequest, say: Say): { move: Move; callCount: number } {
  const conversation = readConversation(request);
  const move = request.role === 'router' ? route(request, conversation.request, say) : act(request, conversation, say);
  return { move, callCount: conversation.callCount };
}

function route(request: ChatRequest, asked: string, say: Say): Move {
  const transfer = chooseTransfer(asked, request.tools, say);
  return transfer
    ? { calls: [transfer] }
    : { answer: withoutModel(say, say('There is no agent to hand the request to.')) };
}

function act(request: ChatRequest, conversation: ReturnType<typeof readConversation>, say: Say): Move {
  const tools = request.toolChoice === 'none' ? [] : request.tools.map(({ name }) => name);
  const situation: Situation = {
    ...conversation,
    role: request.role,
    say,
    places: findPlaces(conversation),
    tools: new Set(tools),
  };
  const aboutMemory = isRole(request.role) ? undefined : memoryPolicy(situation);
  return aboutMemory ?? policyFor(request, situation)(situation);
}

/** Roles behind the team plan, join and condense, whatever the request says. */
function isRole(role: string): boolean {
  return role in ROLE_POLICIES && !(role in CRAFT_POLICIES);
}

/** Agents that we don't know work like the built-in one whose craft the request, or else their own prompt, speaks of. */
function policyFor({ role, messages }: ChatRequest, { request }: Situation): Policy {
  const own = ROLE_POLICIES[role];
  if (own) return own;
  const system = messages.find((message) => message.role === 'system')?.text.slice(0, 600) ?? '';
  const craft = craftOf(request) ?? craftOf(`${role.replace(/[_-]+/g, ' ')} ${system}`) ?? 'researcher';
  return CRAFT_POLICIES[craft];
}
