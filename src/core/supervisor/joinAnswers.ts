// One answer from those that several agents gave to the same request: the arbiter weighs them, and says whether they disagree.
//
//   arbitrate > chat        its text streams as the answer; it begins with a line that names the verdict
import type { AgentServices } from '../agents/agentServices';
import { failure, type Failure } from '../failure';
import { cutText } from '../memory/cutText';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import { MAX_POSITIONS } from './arbitration';
import { briefArbiter, openArbitration, reportVerdict } from './askArbiter';

export interface GivenAnswer {
  /** Canonical name; each once. */
  agent: string;
  text: string;
}

export interface JoinedAnswers {
  text: string;
  /** Set where the arbiter gave no answer: they stand side by side then. */
  error?: Failure;
  /** The cause of what comes next. */
  eventId: string | undefined;
}

const MAX_ANSWER_TOKENS = 24_000;
const MAX_REQUEST_TOKENS = 2_000;
const MAX_EXPLANATION = 500;
const EMPTY = failure('model.empty', 'The arbiter gave no answer. Try again, or choose another model for it.', true);

/** One model call; never rejects. */
export async function joinAnswers(
  services: AgentServices,
  { request, answers }: { request: string; answers: readonly GivenAnswer[] },
  run: RunContext,
): Promise<JoinedAnswers> {
  const joining = new Joining(services, request, answers.slice(0, MAX_POSITIONS));
  return joining.run(run);
}

/** The answers as they are, each under the name of its agent. */
export function sideBySide(answers: readonly GivenAnswer[]): string {
  return answers.map(headed).join('\n\n');
}

class Joining {
  private readonly between: string[];

  constructor(
    private readonly services: AgentServices,
    private readonly request: string,
    private readonly answers: readonly GivenAnswer[],
  ) {
    this.between = answers.map(({ agent }) => agent);
  }

  async run(run: RunContext): Promise<JoinedAnswers> {
    const { services, between } = this;
    const { span, scope } = openArbitration(services, between, run);
    const invocationId = services.newId();
    const started = scope.emit('agent.started', { invocationId, tools: [] });
    const outcome = await this.ask(scope.with({ cause: started.id }));
    if ('error' in outcome) {
      const { error, text, eventId } = outcome;
      const failed = scope.emit(
        'agent.failed',
        { invocationId, error, text, turns: 1 },
        causedBy(eventId ?? started.id),
      );
      span.end({ status: 'error', message: error.message, attributes: { [GEN_AI.errorType]: error.reason } });
      return { text: sideBySide(this.answers), error, eventId: failed.id };
    }
    const { text } = outcome;
    const cause = outcome.eventId ?? started.id;
    const answered = scope.emit(
      'agent.completed',
      { invocationId, text, turns: 1, outcome: 'answer' },
      causedBy(cause),
    );
    const { verdict, explanation } = readVerdictLine(text, between);
    span.end({
      status: 'ok',
      attributes: { [AGENT_TEAM.conflictVerdict]: verdict, [AGENT_TEAM.resultLength]: text.length },
    });
    // Who agrees has no conflict.
    if (verdict === AGREED) return { text, eventId: answered.id };
    return { text, eventId: reportVerdict({ between, verdict, explanation }, scope, answered.id) };
  }

  private async ask(scope: RunContext): Promise<{ text: string; error?: never; eventId: string | undefined } | Failed> {
    const { services } = this;
    const brief = briefArbiter(
      services,
      {
        text: [
          'Several agents answered the same request, each by itself. Make one answer of theirs for the person.',
          FORM,
          `The request:\n${cutText(this.request, MAX_REQUEST_TOKENS).text}`,
        ].join('\n\n'),
        material: this.answers.map((answer) => ({
          source: `answer of ${answer.agent}`,
          text: headed(answer),
          maxTokens: Math.floor(MAX_ANSWER_TOKENS / this.answers.length),
        })),
      },
      scope,
    );
    if ('failure' in brief) return { error: brief.failure, text: '', eventId: brief.eventId };
    const { messages, eventId } = brief;
    const asked = eventId === undefined ? scope : scope.with({ cause: eventId });
    const outcome = await services.models.call({ role: 'arbiter', messages, tools: [] }, asked);
    const cause = outcome.eventId ?? asked.scope.cause;
    if (outcome.kind === 'failed') return { error: outcome.failure, text: outcome.text, eventId: cause };
    const text = outcome.message.text.trim();
    if (text === '') return { error: EMPTY, text, eventId: cause };
    return this.guard(text, cause === undefined ? asked : asked.with({ cause }));
  }

  private guard(text: string, scope: RunContext): { text: string; eventId: string | undefined } | Failed {
    const input = { stage: 'output' as const, text, agent: 'arbiter', source: 'answer' };
    const guarded = this.services.guardrails.apply(input, scope);
    if (!guarded.blocked) return { text: guarded.text, eventId: guarded.eventId ?? scope.scope.cause };
    const message = `The joined answer was held back by the guardrail '${guarded.guardrail}': ${guarded.reason}.`;
    return { error: failure('guardrail.blocked', message), text: '', eventId: guarded.eventId };
  }
}

interface Failed {
  error: Failure;
  text: string;
  eventId: string | undefined;
}

const AGREED = 'agreed';
const FORM = `Begin with one line in this form, the word in the language of this line, the reason in that of the request:
**Verdict: agreed | chosen <agent> | combined | undecided.** Why, in one sentence.
"agreed": they say the same. "chosen": they contradict each other and one is right. "combined": each has a part of the truth. "undecided": the evidence does not decide.
Then the answer itself, without repeating what they have in common; name the agent where only one says something.`;

/** What the first line says; an answer without such a line has combined them. */
function readVerdictLine(text: string, between: readonly string[]): { verdict: string; explanation: string } {
  const [line = ''] = text.split('\n', 1);
  const read = /^\W*verdict\W+(agreed|chosen|combined|undecided)\b[^\p{L}]*(.*)$/iu.exec(line);
  if (!read) return { verdict: 'combined', explanation: text.slice(0, MAX_EXPLANATION) };
  const [, word = '', rest = ''] = read;
  const verdict = word.toLowerCase();
  const chosen = between.find((agent) => rest.toLowerCase().startsWith(agent.toLowerCase()));
  const isChoice = verdict === 'chosen' && chosen !== undefined;
  const explanation = (isChoice ? rest.slice(chosen.length) : rest).replace(/^[^\p{L}\p{N}`]+/u, '').trim();
  return { verdict: isChoice ? `chosen: ${chosen}` : verdict, explanation: explanation.slice(0, MAX_EXPLANATION) };
}

function headed({ agent, text }: GivenAnswer): string {
  return `### ${agent}\n\n${text}`;
}

function causedBy(causationId: string): { causationId: string } {
  return { causationId };
}
