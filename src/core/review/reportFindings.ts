// How a reviewer hands in what it found: a call of `report_findings`, or JSON or our own notation anywhere in its answer.
import * as z from 'zod';
import type { Finding } from '../../api';
import { parseFindings } from '../analysis/findingText';
import type { FindingDraft } from '../analysis/rule';
import { jsonCandidates } from '../model/jsonInText';
import { defineTool } from '../tools/defineTool';
import type { Tool } from '../tools/tool';
import { REPORT_FINDINGS } from './review';

/** What a reviewer says at one time: findings, and those of the analysis that it holds for false alarms. */
export interface Reported {
  findings: FindingDraft[];
  /** Ids of given findings, with why they are wrong. */
  refuted: { id: string; why: string }[];
}

const MAX_FINDINGS = 200;
const text = z.string();

const SEVERITY_WORDS: Readonly<Record<string, Finding['severity']>> = {
  blocker: 'blocker',
  critical: 'blocker',
  high: 'major',
  error: 'major',
  major: 'major',
  medium: 'minor',
  moderate: 'minor',
  warning: 'minor',
  minor: 'minor',
  low: 'nit',
  info: 'nit',
  trivial: 'nit',
  nit: 'nit',
};
const CATEGORY_WORDS: Readonly<Record<string, Finding['category']>> = {
  bug: 'bug',
  correctness: 'bug',
  logic: 'bug',
  security: 'security',
  performance: 'performance',
  perf: 'performance',
  tests: 'tests',
  test: 'tests',
  testing: 'tests',
  style: 'style',
  readability: 'style',
  maintainability: 'style',
  docs: 'docs',
  documentation: 'docs',
};

const severity = z.string().transform((word) => SEVERITY_WORDS[word.trim().toLowerCase()] ?? ('minor' as const));
const category = z.string().transform((word) => CATEGORY_WORDS[word.trim().toLowerCase()] ?? ('bug' as const));
const suggestion = z
  .union([
    z.object({ oldText: text, newText: text }),
    z.object({ old: text, new: text }).transform(({ old, new: newText }) => ({ oldText: old, newText })),
  ])
  .nullish()
  .catch(undefined);

/** One finding as a model writes it; other common names are taken too. Exported for tests. */
export const reportedFinding = z.preprocess(
  withUsualNames,
  z.object({
    path: z.string().trim().min(1),
    startLine: z.coerce.number().int().min(1),
    endLine: z.coerce.number().int().min(1).optional().catch(undefined),
    severity: severity.default('minor'),
    category: category.default('bug'),
    title: z.string().trim().min(1),
    why: text.nullish().transform((why) => why ?? ''),
    evidence: text.nullish().transform((evidence) => evidence ?? ''),
    suggestion,
    confidence: z.coerce
      .number()
      .transform((value) => Math.min(1, Math.max(0, value > 1 ? value / 100 : value)))
      .catch(0.7)
      .default(0.7),
    rule: z.string().trim().min(1).optional().catch(undefined),
  }),
);

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  path: ['file', 'filename', 'filePath', 'uri'],
  startLine: ['line', 'start_line', 'lineStart', 'start', 'lineNumber'],
  endLine: ['end_line', 'lineEnd', 'end'],
  title: ['message', 'summary', 'name'],
  why: ['description', 'reason', 'explanation', 'details', 'impact'],
  evidence: ['code', 'snippet', 'quote'],
  suggestion: ['fix', 'replacement'],
};

function withUsualNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const named: Record<string, unknown> = { ...value };
  for (const [name, aliases] of Object.entries(ALIASES)) {
    if (named[name] !== undefined) continue;
    const alias = aliases.find((other) => named[other] !== undefined);
    if (alias !== undefined) named[name] = named[alias];
  }
  return named;
}

const refutation = z.object({ id: z.string().trim().min(1), why: text.default('') });

/** Reads `{ findings, refuted }` or just the list; items that are no findings are told by `faults`. */
export function readReport(value: unknown): (Reported & { faults: string[] }) | undefined {
  const list = Array.isArray(value) ? (value as unknown[]) : listOf(value, 'findings');
  if (!list) return undefined;
  const faults: string[] = [];
  const findings: FindingDraft[] = [];
  for (const [index, item] of list.slice(0, MAX_FINDINGS).entries()) {
    const parsed = reportedFinding.safeParse(item);
    if (parsed.success) findings.push(draftOf(parsed.data));
    else
      faults.push(
        ...parsed.error.issues.map(
          (issue) => `Finding ${index + 1}: ${issue.path.join('.') || 'it'}: ${issue.message}.`,
        ),
      );
  }
  if (list.length > MAX_FINDINGS) faults.push(`Only the first ${MAX_FINDINGS} findings were taken.`);
  const refuted = (listOf(value, 'refuted') ?? []).flatMap((item) => {
    const parsed = refutation.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
  return { findings, refuted, faults };
}

/** What an answer in text reports; undefined where it holds no findings in a form that can be read. */
export function readReportText(answer: string): Reported | undefined {
  for (const candidate of jsonCandidates(answer)) {
    const report = readReport(candidate);
    if (!report) continue;
    // An empty list means "nothing found" only where it is the answer: prose is full of brackets.
    const isAnswer = !Array.isArray(candidate) || /^(?:```\w*\s*)?\[/.test(answer.trim());
    if (report.findings.length > 0 || (report.faults.length === 0 && isAnswer)) return report;
  }
  const findings = parseFindings(answer);
  return findings.length > 0 ? { findings, refuted: [] } : undefined;
}

/** The tool of one reviewer's invocation; what it takes is handed to `onReport`. */
export function createReportTool(onReport: (reported: Reported) => void): Tool {
  return {
    ...SCHEMA_TOOL,
    // The schema says what is wanted; what models make of it is read as it comes.
    parse: (input) =>
      readReport(input)
        ? { ok: true, value: input }
        : { ok: false, problem: 'The report needs a list "findings"; an empty one where there are none.' },
    title: (input) => `${REPORT_FINDINGS} ${readReport(input)?.findings.length ?? 0}`,
    run: (input) => {
      const report = readReport(input) ?? { findings: [], refuted: [], faults: [] };
      onReport({ findings: report.findings, refuted: report.refuted });
      const taken = `Taken: ${report.findings.length} findings, ${report.refuted.length} refuted.`;
      const next =
        report.faults.length > 0
          ? `Not taken, report these again: ${report.faults.join(' ')}`
          : 'Now answer with two or three sentences that sum the review up.';
      return Promise.resolve({ text: `${taken} ${next}` });
    },
  };
}

const SCHEMA_TOOL = defineTool({
  name: REPORT_FINDINGS,
  description:
    'Hands in the findings of the review: all of them in one call, an empty list where there are none. Each with path, lines, the exact code as evidence, why it is a problem, and a replacement where one is sure.',
  input: z.object({
    findings: z
      .array(
        z.object({
          path: text.describe('The path as it was given.'),
          startLine: z.int().describe('1-based.'),
          endLine: z.int().optional(),
          severity: z.enum(['blocker', 'major', 'minor', 'nit']),
          category: z.enum(['bug', 'security', 'performance', 'tests', 'style', 'docs']),
          title: text.describe('One line.'),
          why: text.describe('What goes wrong, with which input, and what to do.'),
          evidence: text.describe('The exact lines of code that show it, without line numbers.'),
          suggestion: z
            .object({ oldText: text, newText: text })
            .optional()
            .describe('The exact text before and after, where the repair is sure.'),
          confidence: z.number().optional().describe('0 to 1.'),
        }),
      )
      .describe('The findings, the worst first.'),
    refuted: z
      .array(z.object({ id: text, why: text }))
      .optional()
      .describe('Given findings of the analysis that are false alarms.'),
  }),
  effect: 'read',
  run: () => Promise.resolve({ text: '' }),
});

function listOf(value: unknown, name: string): unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const list = (value as Record<string, unknown>)[name];
  return Array.isArray(list) ? list : undefined;
}

function draftOf({ endLine, suggestion: replacement, rule, ...rest }: z.infer<typeof reportedFinding>): FindingDraft {
  return {
    ...rest,
    endLine: Math.max(rest.startLine, endLine ?? rest.startLine),
    ...(replacement && { suggestion: replacement }),
    ...(rule !== undefined && { rule }),
  };
}
