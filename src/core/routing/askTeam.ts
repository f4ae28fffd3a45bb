// signatures first
import type { Failure } from '../../api';
import type { AgentServices } from '../agents/agentServices';
import type { ChatMessage, ContentPart, UserMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';

export interface TeamServices extends AgentServices {
  /** A few lines on the workspace for the router; asked only when the router is. */
  workspacePicture?(signal: AbortSignal): Promise<string>;
  /** Instructions of the workspace (AGENTS.md) for an agent. */
  instructionsFor?(agent: string, signal: AbortSignal): Promise<string | undefined>;
  /** Whether the router may choose the supervisor; absent: it may. */
  offersSupervisor?(): boolean;
}

export interface TeamRequest {
  /** What the person wants, without the mentions that decided who answers. */
  text: string;
  images?: Extract<ContentPart, { type: 'image' }>[];
  /** Selected code, files, problems, …: material that belongs to the request. */
  contextText?: string;
  /** Who answers, if that is decided; absent: the router decides. `agent` is a name or alias. */
  start?: { agent: string; by: 'mention' | 'option' | 'thread'; reason?: string };
  /** The thread so far: a valid history without system messages. */
  threadMessages?: readonly ChatMessage[];
  takeSteering?(): UserMessage[];
  untilResumed?(): Promise<void>;
  /** Called whenever another agent takes control, with its canonical name. */
  onControl?(agent: string): void;
}

export interface TeamOutcome {
  result:
    | { kind: 'answer'; text: string; note?: 'cut_off' }
    /** The router found a goal for the supervisor. */
    | { kind: 'goal'; reason: string }
    | { kind: 'failed'; failure: Failure; text: string };
  /** The agent that answered, or the last one in control. */
  agent: string;
  /** The router's transfer included. */
  handoffs: { from: string; to: string; reason: string }[];
  /** The thread with this request and everything that was said and done. */
  messages: ChatMessage[];
  /** The cause of what comes next. */
  eventId: string | undefined;
}

/** Brings a request to its answer: router (unless it is decided), agents, handoffs. Never rejects. */
export declare function askTeam(services: TeamServices, request: TeamRequest, run: RunContext): Promise<TeamOutcome>;
