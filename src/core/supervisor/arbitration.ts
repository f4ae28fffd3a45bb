// Settles what agents disagree about: the arbiter sees every position with its reasons, chooses one, combines them, or says that it can't.
// The verdict is an event (`conflict.resolved`), a span (`arbitrate`) and, as `verdictLine`, a line in a result.
import type { AgentServices } from '../agents/agentServices';
import type { Failure } from '../failure';
import { cutText } from '../memory/cutText';
import type { RunContext } from '../runs/runContext';
import { arbitrate, type Arbitrated } from './askArbiter';
import { readVerdict, verdictTool, type Verdict } from './verdict';

export interface Position {
  /** Whose it is, as events and people name it: `dev`, `qa (task check)`. Unique among the positions of a dispute. */
  by: string;
  text: string;
  /** Why they hold it: evidence, what they set out to do. */
  reasons?: string;
}

export interface Dispute {
  /** What the disagreement is about, in a few words: `the severity of src/a.ts:5`. */
  about: string;
  /** What the agents had been asked. */
  request: string;
  /** Two or more; of more than `MAX_POSITIONS` the first count. */
  positions: readonly Position[];
}

/** How a dispute ended. `eventId` is the cause of what comes next; `failure` says why the arbiter gave no verdict. */
export type Settlement = (
  | { outcome: 'chosen'; position: number }
  | { outcome: 'combined'; text: string }
  | { outcome: 'undecided'; failure?: Failure }
) &
  Pick<Arbitrated<never>, 'verdict' | 'explanation' | 'eventId'>;

export const MAX_POSITIONS = 8;
const MAX_POSITION_TOKENS = 16_000;
const MAX_REQUEST_TOKENS = 2_000;

/** One model call, a second one if the verdict can't be read; never rejects. */
export async function settleDispute(services: AgentServices, dispute: Dispute, run: RunContext): Promise<Settlement> {
  const positions = dispute.positions.slice(0, MAX_POSITIONS);
  const between = positions.map(({ by }) => by);
  const letters = positions.map((_, index) => letterOf(index));
  const sides = between.map((by, index) => [letterOf(index), by, String(index + 1)]);
  const arbitrated = await arbitrate<Verdict>(
    services,
    {
      between,
      text: [
        `Settle this disagreement about ${dispute.about}.`,
        `What they had been asked:\n${cutText(dispute.request, MAX_REQUEST_TOKENS).text}`,
        between.map((by, index) => `Position ${letterOf(index)} is that of ${by}.`).join('\n'),
      ].join('\n\n'),
      material: positions.map((position, index) => ({
        source: `position ${letterOf(index)}`,
        text: describePosition(position),
        maxTokens: Math.floor(MAX_POSITION_TOKENS / positions.length),
      })),
      tool: verdictTool(letters),
      read: (message) => readVerdict(message, sides),
      nameOf: (verdict) => (verdict.kind === 'choose' ? chosen(between[verdict.side]) : NAMES[verdict.kind]),
    },
    run,
  );
  const { value, verdict, explanation, eventId, failure } = arbitrated;
  const about = { verdict, explanation, eventId };
  if (value?.kind === 'choose') return { outcome: 'chosen', position: value.side, ...about };
  if (value?.kind === 'combine') return { outcome: 'combined', text: value.text, ...about };
  return { outcome: 'undecided', ...(failure && { failure }), ...about };
}

const NAMES = { combine: 'combined', undecided: 'undecided' } as const;

/** How events name the choice of one side. */
export function chosen(by = ''): string {
  return `chosen: ${by}`;
}

/** A verdict as a line of markdown in the text of a result. */
export function verdictLine(
  about: string,
  between: readonly string[],
  { verdict, explanation }: Pick<Settlement, 'verdict' | 'explanation'>,
): string {
  return `**Arbiter** on ${about} (${between.join(', ')}): ${verdict}. ${explanation}`;
}

/** Positions are called A, B, … */
export function letterOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function describePosition({ text, reasons = '' }: Position): string {
  return reasons.trim() === '' ? text : `${text}\n\nReasons:\n${reasons}`;
}
