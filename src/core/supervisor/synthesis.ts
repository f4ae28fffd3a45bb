// Joins the results of tasks into one answer: by the supervisor, and where that fails, side by side without a model.
import type { AgentServices } from '../agents/agentServices';
import { systemPrompt } from '../agents/systemPrompt';
import type { Failure } from '../failure';
import type { ChatMessage } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { PlannedTask } from './plan';
import { outputText, type TaskOutput } from './taskOutput';

/** What became of a task; `output` is there if it completed. */
export interface TaskVerdict {
  task: PlannedTask;
  status: 'completed' | 'failed' | 'cancelled' | 'skipped';
  output?: TaskOutput;
  error?: Failure;
}

export interface Synthesis {
  text: string;
  /** Set where the model could not join the results: they stand side by side then. */
  error?: Failure;
}

/** Tokens of results in one synthesis; of more, each task's result is cut in the middle. */
const MAX_RESULT_TOKENS = 24_000;

/** One model call; never rejects. */
export async function synthesise(
  services: AgentServices,
  request: { goal: string; verdicts: readonly TaskVerdict[] },
  run: RunContext,
): Promise<Synthesis> {
  const spec = services.registry.role('supervisor');
  const promptVersion = services.registry.usePromptVersion(spec);
  const whose = { [GEN_AI.agentName]: spec.name, [AGENT_TEAM.promptVersion]: promptVersion };
  const span = run.startSpan('synthesize', whose);
  const messages: ChatMessage[] = [
    { role: 'system', text: systemPrompt({ spec, targets: [] }) },
    { role: 'user', content: [{ type: 'text', text: joiningText(request) }] },
  ];
  const scope = run.with({ span, agent: spec.name, promptVersion });
  const outcome = await services.models.call({ role: 'supervisor', messages, tools: [] }, scope);
  const text = outcome.kind === 'completed' ? outcome.message.text.trim() : '';
  if (text !== '') {
    span.end({ status: 'ok', attributes: { [AGENT_TEAM.resultLength]: text.length } });
    return { text };
  }
  const error = outcome.kind === 'failed' ? outcome.failure : EMPTY;
  span.end({ status: 'error', message: error.message, attributes: { [GEN_AI.errorType]: error.reason } });
  return { text: joinResults(request.verdicts), error };
}

const EMPTY: Failure = { reason: 'model.empty', message: 'The synthesis came back empty.', retryable: true };

/** The results side by side, with what is missing named. */
export function joinResults(verdicts: readonly TaskVerdict[]): string {
  return verdicts
    .map(({ task, status, output, error }) => {
      const head = `### ${task.title} (${task.agent})`;
      if (output) return `${head}\n\n${output.text}`;
      return `${head}\n\n_${status}${error ? `: ${error.message}` : ''}_`;
    })
    .join('\n\n');
}

function joiningText({ goal, verdicts }: { goal: string; verdicts: readonly TaskVerdict[] }): string {
  const share = Math.max(500, Math.floor(MAX_RESULT_TOKENS / Math.max(1, verdicts.length)));
  const results = verdicts.map(({ task, status, output, error }) => {
    const head = `Task "${task.id}" (${task.agent}, ${status}): ${task.title}`;
    if (!output) return `${head}\nNo result${error ? `: ${error.message}` : ''}.`;
    return `${head}\n${outputText(task.id, output, share)}`;
  });
  return ['Join the results of the tasks into the answer to this goal:', goal, 'The results:', ...results].join('\n\n');
}
