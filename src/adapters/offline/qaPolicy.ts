// qa without a model: runs the analysis tools on what is meant and reports what they find, and nothing else.
import { REPORT_FINDINGS } from '../../core/review/review';
import { brief, findingsOf, inPlaces, reportFindings } from './findingReport';
import type { Say } from '../../core/say';
import {
  andMore,
  failureNotes,
  nextCalls,
  paragraphs,
  resultsOf,
  withoutModel,
  type Move,
  type Situation,
} from './policy';
import { targetFiles } from './targetFiles';
import type { Place } from './places';

const MAX_FILES = 4;
const CHECKS = ['static_analysis', 'security_scan', 'get_diagnostics'] as const;
const RUN_TESTS = /\b(?:run|execute|start)\b.*\btests?\b|\btests? (?:pass|fail|green|red)/i;

export function qaPolicy(situation: Situation): Move {
  // A review has run the analysis itself; without a model there is nothing to add to it.
  if (situation.tools.has(REPORT_FINDINGS))
    return { answer: withoutModel(situation.say, judged(situation.say, CHECKS)) };
  const targets = targetFiles(situation, { maxFiles: MAX_FILES });
  if ('move' in targets) return targets.move;
  const { files } = targets;
  const scopes: Record<string, unknown>[] = files.length > 0 ? files.map(({ path }) => ({ path })) : [{}];
  const checks = scopes.flatMap((input) => CHECKS.map((name) => ({ name, input })));
  const tests = RUN_TESTS.test(situation.request) ? [{ name: 'run_tests', input: {} }] : [];
  return nextCalls(situation, [...checks, ...tests]) ?? { answer: report(situation, files) };
}

function report(situation: Situation, files: readonly Place[]): string {
  const { say } = situation;
  const ran = CHECKS.filter((name) => resultsOf(situation, name).length > 0);
  if (ran.length === 0) {
    const why = failureNotes(situation) || say('I have no tool here that checks code.');
    return paragraphs(why, withoutModel(say, say('Without the analysis tools there is nothing to report.')));
  }
  const { inside, outside } = inPlaces(findingsOf(situation), files);
  const scope = files.length === 0 ? say('the workspace') : files.map(shown).join(', ');
  const verdict = inside.length === 0 ? nothingFound(situation, scope) : reportFindings(inside, say);
  const around =
    outside.length === 0
      ? undefined
      : `${say('Outside what was asked about:')}\n${outside
          .slice(0, 5)
          .map((finding) => brief(finding, say))
          .join('\n')}${outside.length > 5 ? `\n- ${andMore(say, outside.length - 5)}` : ''}`;
  const advice = inside.some(({ suggestion }) => suggestion)
    ? say('The replacements above are exact; ask `@dev` to fix them, or apply them yourself.')
    : undefined;
  return paragraphs(
    verdict,
    around,
    advice,
    testResult(situation),
    notesOf(situation),
    failureNotes(situation),
    withoutModel(say, judged(say, ran)),
  );
}

/** "No findings" only where something was really looked at. */
function nothingFound(situation: Situation, scope: string): string {
  const { say } = situation;
  const looked = CHECKS.flatMap((name) => resultsOf(situation, name)).some(({ text }) =>
    /^No findings in |^No problems /m.test(text),
  );
  return looked ? say('**No findings** in {0}.', scope) : say('Nothing could be checked in {0}.', scope);
}

/** What the findings are worth: who gave them, and that nobody has thought about them. */
function judged(say: Say, checks: readonly (typeof CHECKS)[number][]): string {
  const names = {
    static_analysis: say('static analysis'),
    security_scan: say('the security scan'),
    get_diagnostics: say('the language services'),
  };
  const by = checks.map((check) => names[check]);
  const last = by.at(-1) ?? '';
  const all = by.length < 2 ? last : say('{0} and {1}', by.slice(0, -1).join(', '), last);
  return say('These are the findings of {0}; nobody has judged whether the code does what it should.', all);
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
  return run && `${situation.say('Tests:')}\n\n\`\`\`\n${run.text.slice(0, 1_500).trim()}\n\`\`\``;
}
