// Settles two versions of one file that do not merge: the arbiter decides place by place, everything else is merged as usual.
import type { AgentServices } from '../agents/agentServices';
import { mergeFile, type FileMerge, type FileText } from '../changes/mergePresence';
import { dominantEol, withEol } from '../changes/textPositions';
import { failure, type Failure } from '../failure';
import { estimateTokens } from '../memory/tokens';
import type { RunContext } from '../runs/runContext';
import { chosen, letterOf } from './arbitration';
import { arbitrate, leaveUndecided, type Arbitrated, type Arbitration } from './askArbiter';
import { fileVerdictTool, readFileVerdict, type FileVerdict, type PlaceDecision } from './verdict';

export interface FileSide {
  /** Whose version it is, as events and people name it: `dev (task schemas)`. */
  by: string;
  /** undefined: there is no such file in it. */
  text: FileText;
  /** What they set out to do. */
  reasons?: string;
}

export interface FileDispute {
  path: string;
  /** What both began with; undefined: there was no such file. */
  base: FileText;
  /** What the run has so far, and what is to be brought in. */
  sides: readonly [FileSide, FileSide];
}

/** Settled: `text` is the whole file as it is to be; undefined: no file. Undecided is for the person, in the merge editor. */
export type FileSettlement = ({ outcome: 'settled'; text: FileText } | { outcome: 'undecided'; failure?: Failure }) &
  Pick<Arbitrated<never>, 'verdict' | 'explanation' | 'eventId'>;

interface Quarrel {
  places: readonly { base: string; versions: readonly [string, string] }[];
  build(decisions: readonly PlaceDecision[]): FileText;
}

const MAX_PLACES = 24;
const MAX_TOKENS = 24_000;
const NO_FILE = '(no file: it was deleted)';
const CONFLICT_MARKER = /^(?:<{7}|>{7})(?:\s|$)/m;

/** One model call, a second one if the verdict can't be read; none for what merges by itself. Never rejects. */
export async function settleFile(
  services: AgentServices,
  dispute: FileDispute,
  run: RunContext,
): Promise<FileSettlement> {
  const [ours, theirs] = dispute.sides;
  const merge = mergeFile({ base: dispute.base, present: ours.text, proposed: theirs.text });
  if (merge.clean) {
    const { cause } = run.scope;
    return { outcome: 'settled', text: merge.text, verdict: 'merged', explanation: 'The edits merge.', eventId: cause };
  }
  const quarrel = quarrelOf(dispute, merge);
  const arbitration = arbitrationOf(dispute, quarrel);
  const { between } = arbitration;
  const tooLarge = checkSize(dispute.path, arbitration, quarrel);
  const {
    value,
    verdict,
    explanation,
    eventId,
    failure: why,
  } = tooLarge
    ? leaveUndecided(services, { between, why: tooLarge }, run)
    : await arbitrate<FileVerdict>(services, arbitration, run);
  const about = { verdict, explanation, eventId };
  if (value?.kind === 'settled') return { outcome: 'settled', text: quarrel.build(value.places), ...about };
  return { outcome: 'undecided', ...(why && { failure: why }), ...about };
}

/** Where both sides are files, each place stands for itself; else one decision is about the whole file. */
function quarrelOf({ base, sides }: FileDispute, { lines }: Extract<FileMerge, { clean: false }>): Quarrel {
  const [ours, theirs] = sides;
  if (!lines) {
    const versions = [ours.text ?? NO_FILE, theirs.text ?? NO_FILE] as const;
    return {
      places: [{ base: base ?? NO_FILE, versions }],
      build: ([decision]) => (decision && 'text' in decision ? decision.text : sides[decision?.side ?? 0]?.text),
    };
  }
  const eol = dominantEol(ours.text ?? '');
  return {
    places: lines.conflicts.map((conflict) => ({ base: conflict.base, versions: [conflict.ours, conflict.theirs] })),
    build: (decisions) =>
      lines.settle(
        decisions.map((decision, index) => {
          const conflict = lines.conflicts[index];
          if (!('text' in decision)) return (decision.side === 0 ? conflict?.ours : conflict?.theirs) ?? '';
          return fitted(decision.text, { eol, like: [conflict?.ours ?? '', conflict?.theirs ?? ''] });
        }),
      ),
  };
}

/** Lines of a model with the file's endings; they end as the lines did that they replace. */
function fitted(text: string, { eol, like }: { eol: '\n' | '\r\n' | '\r'; like: readonly string[] }): string {
  const isEnded = /[\r\n]$/.test(text);
  const endsLines = like.some((version) => /[\r\n]$/.test(version));
  return withEol(text === '' || isEnded || !endsLines ? text : `${text}\n`, eol);
}

function arbitrationOf({ path, sides }: FileDispute, { places }: Quarrel): Arbitration<FileVerdict> {
  const between = sides.map(({ by }) => by);
  const names = between.map((by, index) => [letterOf(index), by]);
  const given = places.flatMap(({ base, versions }) => [base, ...versions]).join('\n');
  return {
    between,
    text: [
      `Two agents changed ${path} at the same places. Decide for each place which lines stand there; the rest of the file is merged already.`,
      ...sides.map(({ by, reasons = '' }, index) => {
        const goal = reasons.trim() === '' ? '' : ` They set out to do: ${reasons.trim()}`;
        return `Version ${letterOf(index)} is that of ${by}.${goal}`;
      }),
      'Keep the intent of both where they do not exclude each other. If only the person can know what is wanted, the verdict is undecided.',
    ].join('\n\n'),
    material: places.flatMap(({ base, versions }, index) => [
      { source: `place ${index + 1}, before both`, text: base },
      ...versions.map((text, side) => ({ source: `place ${index + 1}, version ${letterOf(side)}`, text })),
    ]),
    tool: fileVerdictTool(places.length),
    read: (message) =>
      readFileVerdict(message, { places: places.length, sides: names, faultOf: (text) => faultOf(text, given) }),
    nameOf: (verdict) => (verdict.kind === 'settled' ? nameOf(verdict.places, between) : 'undecided'),
  };
}

/** What may not come into a file, whatever the arbiter says. */
function faultOf(text: string, given: string): string | undefined {
  if (CONFLICT_MARKER.test(text) && !CONFLICT_MARKER.test(given)) return 'the text contains conflict markers';
  if (text.includes('[masked ') && !given.includes('[masked '))
    return 'the text contains a masked secret: take one of the versions, or leave it undecided';
  return undefined;
}

function nameOf(places: readonly PlaceDecision[], between: readonly string[]): string {
  const [side, ...others] = new Set(places.map((place) => ('side' in place ? place.side : undefined)));
  return side !== undefined && others.length === 0 ? chosen(between[side]) : 'combined';
}

function checkSize(path: string, { material }: Arbitration<FileVerdict>, { places }: Quarrel): Failure | undefined {
  const tokens = material.reduce((sum, { text }) => sum + estimateTokens(text), 0);
  if (places.length <= MAX_PLACES && tokens <= MAX_TOKENS) return undefined;
  const message = `The two versions of ${path} differ in ${places.length} places, about ${tokens} tokens: too much for the arbiter (${MAX_PLACES} places, ${MAX_TOKENS} tokens).`;
  return failure('arbitration.too_large', message);
}
