// Reactions that come with the team and that a person can switch on, one by one. Off until then.
import type { Reaction } from '../../api';

export interface ReadyMadeReaction {
  /** Stays the same: what a person has switched on is kept by it. */
  id: string;
  agent: string;
  reaction: Reaction;
}

export const READY_MADE: readonly ReadyMadeReaction[] = [
  {
    id: 'qa-file-saved',
    agent: 'qa',
    reaction: {
      topic: 'file.saved',
      debounceMs: 2000,
      maxPerMinute: 4,
      prompt:
        'The person has just saved the files named below. Look at them with your analysis tools and report what is wrong or unsafe, the worst first, with places. If there is nothing worth saying, say so in one sentence. Hand over to nobody.',
    },
  },
  {
    id: 'qa-diagnostics-changed',
    agent: 'qa',
    reaction: {
      topic: 'diagnostics.changed',
      where: { severity: 'error' },
      debounceMs: 5000,
      maxPerMinute: 2,
      prompt:
        'The editor reports errors in the files named below. Find out what causes them and say in a few lines what is to be done, with places. Hand over to nobody.',
    },
  },
  {
    id: 'writer-task-completed',
    agent: 'writer',
    reaction: {
      topic: 'task.completed',
      debounceMs: 10_000,
      maxPerMinute: 2,
      prompt:
        'A task of the team is done; below is what it says. Bring the documentation and the comments that describe what it did in line with it, and leave everything else as it is. If nothing needs it, say so in one sentence. Hand over to nobody.',
    },
  },
];
