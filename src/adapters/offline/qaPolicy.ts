// qa without a model: runs the analysis tools on what is meant and reports what they find, and nothing else.
import { REPORT_FINDINGS } from '../../core/review/review';
import { brief, findingsOf, inPlaces, reportFindings } from './findingReport';
import { failureNotes, nextCalls, paragraphs, resultsOf, withoutModel, type Move, type Situation } from './policy';
import { targetFiles } from './targetFiles';
import type { Place } from './places';

const MAX_FILES = 4;
const CHECKS = ['static_analysis', 'security_scan', 'get_diagnostics'] as const;
const REVIEW_NOTE =
  'These are the findings of static analysis, the security scan and the language services; nobody has judged whether the code does what it should.';
const RUN_TESTS = /\b(?:run|execute|start)\b.*\btests?\b|\btests? (?:pass|fail|green|red)/i;

export function qaPolicy(situation: Situation): Move {
  // A review has run the analysis itself; without a model there is nothing to add to it.
  if (situation.tools.has(REPORT_FINDINGS)) return { answer: withoutModel(REVIEW_NOTE) };
  const targets = targetFiles(situation, { maxFiles: MAX_FILES });
  if ('move' in targets) return targets.move;
  const { files } = targets;
  const scopes: Record<string, unknown>[] = files.length > 0 ? files.map(({ path }) => ({ path })) : [{}];
  const checks = scopes.flatMap((input) => CHECKS.map((name) => ({ name, input })));
  const tests = RUN_TESTS.test(situation.request) ? [{ name: 'run_tests', input: {} }] : [];
  return nextCalls(situation, [...checks, ...tests]) ?? { answer: report(situation, files) };
}

function report(situation: Situation, files: readonly Place[]): string {
  const ran = CHECKS.filter((name) => resultsOf(situation, name).length > 0);
  if (ran.length === 0) {
    const why = failureNotes(situation) || 'I have no tool here that checks code.';
    return paragraphs(why, withoutModel('Without the analysis tools there is nothing to report.'));
  }
  const { inside, outside } = inPlaces(findingsOf(situation), files);
  const scope = files.length === 0 ? 'the workspace' : files.map(shown).join(', ');
  const verdict = inside.length === 0 ? nothingFound(situation, scope) : reportFindings(inside);
  const around =
    outside.length === 0
      ? undefined
      : `Outside what was asked about:\n${outside.slice(0, 5).map(brief).join('\n')}${outside.length > 5 ? `\n- and ${outside.length - 5} more` : ''}`;
  const advice = inside.some(({ suggestion }) => suggestion)
    ? 'The replacements above are exact; ask `@dev` to fix them, or apply them yourself.'
    : undefined;
  return paragraphs(
    verdict,
    around,
    advice,
    testResult(situation),
    notesOf(situation),
    failureNotes(situation),
    withoutModel(
      `These are the findings of ${listed(ran.map((name) => NAMES[name]))}; nobody has judged whether the code does what it should.`,
    ),
  );
}

/** "No findings" only where something was really looked at. */
function nothingFound(situation: Situation, scope: string): string {
  const looked = CHECKS.flatMap((name) => resultsOf(situation, name)).some(({ text }) =>
    /^No findings in |^No problems /m.test(text),
  );
  return looked ? `**No findings** in ${scope}.` : `Nothing could be checked in ${scope}.`;
}

const NAMES: Record<(typeof CHECKS)[number], string> = {
  static_analysis: 'static analysis',
  security_scan: 'the security scan',
  get_diagnostics: 'the language services',
};

/** `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function shown({ path, startLine, endLine }: Place): string {
  return startLine === undefined
    ? `\`${path}\``
    : `\`${path}:${startLine}${endLine === startLine ? '' : `-${endLine}`}\``;
}

/** What the tools say that they left out, each once. */
function notesOf(situation: Situation): string {
  const notes = CHECKS.flatMap((name) => resultsOf(situation, name)).flatMap(
    ({ text }) => text.match(/^Note: .+$/gm) ?? [],
  );
  return [...new Set(notes)].join('\n');
}

function testResult(situation: Situation): string | undefined {
  const [run] = resultsOf(situation, 'run_tests');
  return run && `Tests:\n\n\`\`\`\n${run.text.slice(0, 1_500).trim()}\n\`\`\``;
}
