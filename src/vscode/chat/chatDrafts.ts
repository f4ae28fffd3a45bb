// What was typed and not sent, by thread, and which thread was shown last: both survive a reload of the window.
import * as z from 'zod/mini';
import type { ChatMemory } from './chatEdge';

const DRAFTS_KEY = 'agentTeam.chat.drafts';
const THREAD_KEY = 'agentTeam.chat.thread';
const NEW_CHAT = 'new';
/** Drafts that are kept; the one that was changed longest ago goes first. */
export const MAX_DRAFTS = 30;

const draftsSchema = z.array(z.tuple([z.string(), z.string()]));

export class ChatDrafts {
  private readonly drafts: Map<string, string>;

  constructor(private readonly memory: ChatMemory) {
    const stored = draftsSchema.safeParse(memory.get(DRAFTS_KEY));
    this.drafts = new Map(stored.success ? stored.data : []);
  }

  get(threadId: string | undefined): string {
    return this.drafts.get(threadId ?? NEW_CHAT) ?? '';
  }

  set(threadId: string | undefined, text: string): void {
    const key = threadId ?? NEW_CHAT;
    if ((this.drafts.get(key) ?? '') === text) return;
    this.drafts.delete(key);
    if (text) this.drafts.set(key, text);
    const kept = [...this.drafts].slice(-MAX_DRAFTS);
    void this.memory.update(DRAFTS_KEY, kept);
  }

  lastThread(): string | undefined {
    const stored = this.memory.get(THREAD_KEY);
    return typeof stored === 'string' ? stored : undefined;
  }

  setLastThread(threadId: string | undefined): void {
    void this.memory.update(THREAD_KEY, threadId);
  }
}
