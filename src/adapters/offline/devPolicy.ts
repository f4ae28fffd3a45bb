// dev without a model: finds what is certainly wrong and proposes the replacements that are certainly right; the rest it names.
import type { FindingDraft } from '../../core/analysis/rule';
import { brief, diff, findingsOf, inPlaces, placeOf } from './findingReport';
import { andMore, failureNotes, nextCalls, paragraphs, withoutModel, type Move, type Situation } from './policy';
import { wantsTests, type Place } from './places';
import { targetFiles } from './targetFiles';

const MAX_FILES = 3;
const SURE = 0.85;
const WANTS_FIX = /\b(?:fix|repair|correct|resolve|solve|debug|behebe|repariere|korrigiere|corrige|repare|arregla)/i;
type Fixable = FindingDraft & { suggestion: NonNullable<FindingDraft['suggestion']> };

export function devPolicy(situation: Situation): Move {
  const targets = targetFiles(situation, { maxFiles: MAX_FILES });
  if ('move' in targets) return targets.move;
  const scopes: Record<string, unknown>[] =
    targets.files.length > 0 ? targets.files.map(({ path }) => ({ path })) : [{}];
  const looks = scopes.flatMap((input) => ['get_diagnostics', 'static_analysis'].map((name) => ({ name, input })));
  const look = nextCalls(situation, looks);
  if (look) return look;
  const { inside } = inPlaces(findingsOf(situation), targets.files);
  const fixable = inside.filter(isFixable);
  const wantsFix = WANTS_FIX.test(situation.request) && !wantsTests(situation.request);
  const edit = wantsFix ? nextCalls(situation, editsFor(fixable)) : undefined;
  return edit ?? { answer: report(situation, { files: targets.files, findings: inside, fixable }) };
}

function isFixable(finding: FindingDraft): finding is Fixable {
  return finding.suggestion !== undefined && finding.confidence >= SURE;
}

/** One call for each file; offered only where this agent may propose edits. */
function editsFor(fixable: readonly Fixable[]) {
  const paths = [...new Set(fixable.map(({ path }) => path))];
  return paths.map((path) => ({
    name: 'edit_file',
    input: { path, edits: fixable.filter((finding) => finding.path === path).map(({ suggestion }) => suggestion) },
  }));
}

function report(
  situation: Situation,
  found: { files: readonly Place[]; findings: readonly FindingDraft[]; fixable: readonly Fixable[] },
): string {
  const { files, findings, fixable } = found;
  const { say } = situation;
  const scope = files.length === 0 ? say('the workspace') : files.map(({ path }) => `\`${path}\``).join(', ');
  const edited = situation.outcomes.some(({ name, isError }) => name === 'edit_file' && !isError);
  const fixes = fixable
    .slice(0, 5)
    .map((finding) => [`\`${placeOf(finding)}\`: ${finding.title}`, ...diff(finding.suggestion)].join('\n'));
  const others = findings.filter((finding) => !isFixable(finding));
  const open = others
    .slice(0, 12)
    .map((finding) => `${brief(finding, say)}${finding.why === '' ? '' : `. ${finding.why}`}`);
  const nothing =
    findings.length === 0
      ? say('The language services and static analysis report no problem in {0}.', scope)
      : undefined;
  return paragraphs(
    nothing,
    fixes.length === 0
      ? undefined
      : `${edited ? say('**Proposed** in {0}:', scope) : say('**Fixes that are sure** in {0}:', scope)}\n\n${fixes.join('\n')}`,
    open.length === 0
      ? undefined
      : `${say('**To be fixed by hand** (the light bulb in the editor offers the quick fixes that the language services have):')}\n${open.join('\n')}`,
    others.length > open.length ? andMore(say, others.length - open.length) : undefined,
    failureNotes(situation),
    withoutModel(
      say,
      say(
        "I can propose exact replacements for known mistakes, but I can't write new code. Choose a model (command “Agent Team: Select Model”) for that.",
      ),
    ),
  );
}
