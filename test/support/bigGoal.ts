// A scripted goal of many tasks for windows that are watched: each task looks at a file, then is held until the test lets it go on.
import type { ServerRule } from './scriptedModelServer/script';
import { textOf } from './scriptedModelServer/script';

export interface BigGoal {
  /** Tasks in rows of `wide`: each needs one of the row before. */
  tasks: number;
  wide: number;
  /** Numbers of tasks whose model refuses to answer. */
  failing?: readonly number[];
  /** Held at this gate before they answer; absent: not held. */
  gate?: string;
  /** Held at this gate before the results are joined. */
  synthesisGate?: string;
}

const AGENTS = ['researcher', 'dev', 'qa', 'writer'] as const;
const WORK: Record<(typeof AGENTS)[number], string> = {
  researcher: 'Find the callers of',
  dev: 'Validate the input of',
  qa: 'Test',
  writer: 'Document',
};
const FILES = ['src/math.ts', 'src/orders.ts', 'src/stock.ts', 'src/accounts.ts', 'src/receipt.ts', 'src/catalogue.ts'];

interface Task {
  id: string;
  agent: (typeof AGENTS)[number];
  title: string;
  file: string;
  dependencies: string[];
}

function taskOf(number: number, { wide }: BigGoal): Task {
  const row = Math.floor(number / wide);
  const agent = AGENTS[row % AGENTS.length] ?? 'dev';
  const file = FILES[(number % wide) % FILES.length] ?? '';
  const title = `${WORK[agent]} ${file.replace(/^src\/|\.ts$/g, '')} (${number + 1})`;
  return { id: `t${number + 1}`, agent, title, file, dependencies: row === 0 ? [] : [`t${number + 1 - wide}`] };
}

/** What the model server answers to the planner, to each task twice (a tool call, then its result), and to the synthesis. */
export function bigGoalRules(goal: BigGoal): ServerRule[] {
  const tasks = Array.from({ length: goal.tasks }, (_, number) => taskOf(number, goal));
  const plan = tasks.map(({ file, ...task }) => ({ ...task, description: `[${task.id}] ${task.title} in ${file}.` }));
  const held = (gate: string | undefined) => (gate === undefined ? {} : { gate });
  const rules: ServerRule[] = [
    { when: { hasTool: 'submit_plan' }, reply: { toolCalls: [{ name: 'submit_plan', arguments: { tasks: plan } }] } },
  ];
  for (const [number, task] of tasks.entries()) {
    const isOf = (text: string) => text.includes(`[${task.id}]`);
    const isTask =
      (role: string): NonNullable<ServerRule['when']> =>
      ({ body: { messages, tools } }) =>
        tools !== undefined &&
        messages.at(-1)?.role === role &&
        isOf(textOf(messages.findLast((message) => message.role === 'user')));
    rules.push({
      when: isTask('user'),
      reply: {
        toolCalls: [{ name: 'read_file', arguments: { path: task.file } }],
        usage: { prompt_tokens: 900, completion_tokens: 40 },
      },
    });
    rules.push({
      when: isTask('tool'),
      reply: goal.failing?.includes(number + 1)
        ? { status: 400, body: { error: { message: 'The model can’t answer this.' } }, ...held(goal.gate) }
        : {
            text: `**${task.title}** is done: \`${task.file}\` needs nothing else.`,
            usage: { prompt_tokens: 1300, completion_tokens: 60 },
            ...held(goal.gate),
          },
    });
  }
  rules.push({
    when: { withoutTools: true },
    reply: {
      text: 'Everything that was asked for is in place. See the tasks for what was done where.',
      ...held(goal.synthesisGate),
    },
  });
  return rules;
}
