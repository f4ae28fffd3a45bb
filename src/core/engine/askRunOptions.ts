import type { ContextItem } from '../../api';

/** How a request is asked, beside its text. */
export interface AskRunOptions {
  agent?: string | string[];
  threadId?: string;
  context?: ContextItem[];
  /** Edit and resend: the run whose message this one replaces. */
  replaces?: string;
  /** What people read instead of a request that an action made; absent: the request's own first line. */
  title?: string;
  /** Why the caller chose the agent. */
  reason?: string;
  /** True on a person's action: only then may a model ask for consent. */
  interactive: boolean;
}
