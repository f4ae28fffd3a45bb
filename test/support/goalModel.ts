// A model that plans eight tasks, does each in two calls, and joins them: for goals that are killed.
import { setImmediate as turn } from 'node:timers/promises';
import type { ChatModel, ChatRequest, StreamPart } from '../../src/core/model/chatModel';

const TASKS = [
  ['a', 'researcher', []],
  ['b', 'dev', ['a']],
  ['c', 'qa', ['a']],
  ['d', 'writer', ['b', 'c']],
  ['e', 'dev', ['d']],
  ['f', 'qa', ['d']],
  ['g', 'writer', ['e']],
  ['h', 'researcher', ['f', 'g']],
] as const;

export const GOAL_TASKS = TASKS.map(([id]) => id);

export class GoalModel implements ChatModel {
  readonly id = { provider: 'openai', endpoint: 'openai', model: 'goals' } as const;
  readonly acceptsImages = false;
  readonly isLanguageModel = true;
  private calls = 0;

  async *stream({ tools, messages }: ChatRequest): AsyncIterable<StreamPart> {
    this.calls += 1;
    const id = `call_${this.calls}`;
    await turn();
    if (tools.some(({ name }) => name === 'submit_plan')) {
      const tasks = TASKS.map(([task, agent, dependencies]) => ({
        id: task,
        agent,
        description: `do ${task}`,
        dependencies,
      }));
      yield { type: 'toolCall', call: { id, name: 'submit_plan', arguments: { tasks } } };
    } else if (tools.some(({ name }) => name === 'read_file') && messages.at(-1)?.role === 'user') {
      yield { type: 'toolCall', call: { id, name: 'read_file', arguments: { path: 'a.ts' } } };
    } else {
      await turn();
      yield { type: 'text', text: 'Done.' };
    }
    yield { type: 'usage', usage: { inputTokens: 10, outputTokens: 5 } };
    yield { type: 'finish', reason: 'stop' };
  }
}
