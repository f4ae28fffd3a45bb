// How an agent that works on a task says that the rest of the plan no longer fits what it found out. The supervisor decides.
import * as z from 'zod';
import { defineTool } from '../tools/defineTool';
import type { Tool } from '../tools/tool';

export const SUGGEST_REVISION = 'suggest_revision';

/** What became of a suggestion: the supervisor looks at it; nothing is open any more; the plan was revised as often as it may be. */
export type SuggestionAnswer = 'taken' | 'nothing_open' | 'no_more';

const ANSWERS: Record<SuggestionAnswer, string> = {
  taken: 'Taken: the supervisor looks at the tasks that have not begun. Go on with your own task as it is.',
  nothing_open: 'No task is open that could be changed. Say it in your answer.',
  no_more: 'The plan is not changed again in this run. Say it in your answer.',
};
const AGAIN = 'You said so already. Go on with your own task, and put whatever else is new into your answer.';

const input = z.object({
  why: z
    .string()
    .trim()
    .min(1)
    .max(4_000)
    .describe('The fact, where it stands (path:line), and which tasks it changes.'),
});

/** The tool of one task; `suggest` is called once at most. */
export function createRevisionTool(suggest: (why: string) => SuggestionAnswer): Tool {
  let isSaid = false;
  return {
    ...SCHEMA_TOOL,
    // Runs on what `parse` gave.
    run: (parsed) => {
      if (isSaid) return Promise.resolve({ text: AGAIN });
      isSaid = true;
      return Promise.resolve({ text: ANSWERS[suggest((parsed as z.output<typeof input>).why)] });
    },
  };
}

/** Made once: a schema costs more than a task's preparation may. */
const SCHEMA_TOOL = defineTool({
  name: SUGGEST_REVISION,
  description:
    'Tells the supervisor a fact that makes other tasks of the plan, which have not begun, wrong, needless or incomplete. Not for your own task, and not for a progress report.',
  effect: 'read',
  input,
  run: () => Promise.reject(new Error('Internal error: each task has a tool of its own.')),
});
