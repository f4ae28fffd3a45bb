// Reads what an arbiter answers: a call of `submit_verdict`, or the same as JSON anywhere in its text. Says exactly what is wrong.
import * as z from 'zod';
import type { AssistantMessage, ToolSchema } from '../model/chatModel';
import { jsonCandidates } from '../model/jsonInText';

export const SUBMIT_VERDICT = 'submit_verdict';

/** `side` is an index into the positions. */
export type Verdict =
  | { kind: 'choose'; side: number; explanation: string }
  | { kind: 'combine'; text: string; explanation: string }
  | { kind: 'undecided'; explanation: string };

/** What stands at a place where two texts stand against each other: one of them, or other lines. */
export type PlaceDecision = { side: number } | { text: string };

/** One decision for each place, in order. */
export type FileVerdict =
  { kind: 'settled'; places: PlaceDecision[]; explanation: string } | { kind: 'undecided'; explanation: string };

export type Read<V> = { ok: true; value: V } | { ok: false; faults: string[] };

const words = z.string().trim().min(1);
const explanation = {
  type: 'string',
  description: 'Why, in at most four sentences, with the places (path:line) that decided it. The person reads it.',
};

/** `sides` are the letters of the positions. */
export function verdictTool(sides: readonly string[]): ToolSchema {
  const properties = {
    verdict: { type: 'string', enum: ['choose', 'combine', 'undecided'] },
    side: { type: 'string', enum: [...sides], description: 'With choose: the position that holds.' },
    text: { type: 'string', description: 'With combine: what holds, complete; it replaces all positions.' },
    explanation,
  };
  const inputSchema = { type: 'object', properties, required: ['verdict', 'explanation'] };
  return { name: SUBMIT_VERDICT, description: 'Settles the disagreement.', inputSchema };
}

export function fileVerdictTool(places: number): ToolSchema {
  const item = {
    type: 'object',
    properties: {
      place: { type: 'integer', minimum: 1, maximum: places },
      side: { type: 'string', enum: ['A', 'B'], description: 'The version to take as it is.' },
      text: { type: 'string', description: 'Or the complete lines that stand at this place instead of both versions.' },
    },
    required: ['place'],
  };
  const properties = {
    verdict: { type: 'string', enum: ['settled', 'undecided'] },
    places: { type: 'array', items: item, description: 'With settled: one decision for each place.' },
    explanation,
  };
  const inputSchema = { type: 'object', properties, required: ['verdict', 'explanation'] };
  return { name: SUBMIT_VERDICT, description: 'Settles how the two versions go together.', inputSchema };
}

const looseVerdict = z.object({
  verdict: words.transform((word) => word.toLowerCase()),
  side: z.union([words, z.number()]).nullish(),
  text: z.string().nullish(),
  explanation: words,
});

const UNDECIDED = ['undecided', 'undecidable', 'none', 'neither'];

/** `sides` are the names that a position may be called by: its letter, whose it is. */
export function readVerdict(message: AssistantMessage, sides: readonly (readonly string[])[]): Read<Verdict> {
  return readMessage<Verdict>(message, (value) => {
    const parsed = looseVerdict.safeParse(value);
    if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error) };
    const { verdict, side, text, explanation: why } = parsed.data;
    if (UNDECIDED.includes(verdict)) return { ok: true, value: { kind: 'undecided', explanation: why } };
    if (/^(?:combined?|merged?|both)$/.test(verdict)) {
      if (!text?.trim()) return { ok: false, faults: ['"combine" needs "text": what holds, complete.'] };
      return { ok: true, value: { kind: 'combine', text: text.trim(), explanation: why } };
    }
    const isChoice = /^(?:choose|chosen|chose|select(?:ed)?|pick(?:ed)?)$/.test(verdict);
    const index = sideIndex(isChoice ? side : (side ?? verdict), sides);
    if (index !== undefined) return { ok: true, value: { kind: 'choose', side: index, explanation: why } };
    const names = sides.map(([letter]) => letter).join(', ');
    return { ok: false, faults: [`"choose" needs "side": one of ${names}.`] };
  });
}

const looseFileVerdict = z.object({
  verdict: words.transform((word) => word.toLowerCase()),
  places: z
    .array(
      z.object({
        place: z.coerce.number().int(),
        side: z.union([words, z.number()]).nullish(),
        text: z.string().nullish(),
      }),
    )
    .nullish(),
  explanation: words,
});

interface FileChecks {
  places: number;
  sides: readonly (readonly string[])[];
  /** Why lines may not stand in the file; undefined: they may. */
  faultOf: (text: string) => string | undefined;
}

/** A verdict counts only with a decision for every place. */
export function readFileVerdict(message: AssistantMessage, checks: FileChecks): Read<FileVerdict> {
  return readMessage<FileVerdict>(message, (value) => {
    const parsed = looseFileVerdict.safeParse(value);
    if (!parsed.success) return { ok: false, faults: faultsOf(parsed.error) };
    const { verdict, places, explanation: why } = parsed.data;
    if (UNDECIDED.includes(verdict)) return { ok: true, value: { kind: 'undecided', explanation: why } };
    const faults: string[] = [];
    const decided = Array.from({ length: checks.places }, (_, index) => {
      const given = places?.find(({ place }) => place === index + 1);
      const decision = given && decisionOf(given, checks);
      if (typeof decision === 'object') return decision;
      faults.push(`Place ${index + 1}: ${decision ?? 'there is no decision for it'}.`);
      return { side: 0 };
    });
    return faults.length > 0
      ? { ok: false, faults }
      : { ok: true, value: { kind: 'settled', places: decided, explanation: why } };
  });
}

function decisionOf(
  { side, text }: { side?: string | number | null | undefined; text?: string | null | undefined },
  { sides, faultOf }: FileChecks,
): PlaceDecision | string {
  const index = sideIndex(side, sides);
  if (index !== undefined) return { side: index };
  if (text === null || text === undefined) return 'it needs "side" (A or B) or "text"';
  return faultOf(text) ?? { text };
}

/** The letter, whose position it is, or its number, with or without a word before it. */
function sideIndex(
  side: string | number | null | undefined,
  sides: readonly (readonly string[])[],
): number | undefined {
  if (side === null || side === undefined) return undefined;
  if (typeof side === 'number') return sides[side - 1] ? side - 1 : undefined;
  const named = side
    .trim()
    .toLowerCase()
    .replace(/^(?:position|side|version|option|answer|finding)\s+/, '');
  const index = sides.findIndex((names) => names.some((name) => name.toLowerCase() === named));
  return index < 0 ? undefined : index;
}

function readMessage<V>(message: AssistantMessage, read: (value: unknown) => Read<V>): Read<V> {
  const call = message.toolCalls.find(({ name }) => name === SUBMIT_VERDICT);
  if (call?.problem)
    return { ok: false, faults: ['The verdict was cut off or is no valid JSON: submit it again, shorter.'] };
  if (call) return read(call.arguments);
  let firstFault: Read<V> | undefined;
  for (const candidate of jsonCandidates(message.text)) {
    const outcome = read(candidate);
    if (outcome.ok) return outcome;
    firstFault ??= outcome;
  }
  return firstFault ?? { ok: false, faults: [`There is no verdict in the answer: call ${SUBMIT_VERDICT}.`] };
}

function faultsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.') || 'The verdict'}: ${issue.message}.`);
}
