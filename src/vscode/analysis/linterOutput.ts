// What ESLint and ruff print as JSON, as findings.
import * as z from 'zod';
import type { FindingDraft } from '../../core/analysis/rule';
import { maskSecretsInLine } from '../../core/analysis/secretText';

const eslintReport = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullish(),
        severity: z.number(),
        message: z.string(),
        line: z.number().nullish(),
        endLine: z.number().nullish(),
        fatal: z.boolean().nullish(),
      }),
    ),
  }),
);

const ruffReport = z.array(
  z.object({
    filename: z.string(),
    code: z.string().nullish(),
    message: z.string(),
    url: z.string().nullish(),
    location: z.object({ row: z.number() }),
    end_location: z.object({ row: z.number() }),
  }),
);

/** Gives the workspace path and the text of a file that a linter names; undefined for files that were not asked for. */
export type FileLookup = (fsPath: string) => { path: string; text: string } | undefined;

/** Findings of `eslint --format json`; undefined when the output is something else. */
export function readEslintOutput(stdout: string, lookup: FileLookup): FindingDraft[] | undefined {
  const report = parse(stdout, eslintReport);
  return report?.flatMap(({ filePath, messages }) => {
    const file = lookup(filePath);
    if (!file) return [];
    // An ignored file that was named gets a warning without a rule and a line: no finding.
    const findings = messages.filter(({ message, line }) => line !== undefined || !message.startsWith('File ignored'));
    return findings.map((message) => {
      const rule = message.ruleId ?? (message.fatal ? 'syntax' : 'eslint');
      const lines = { startLine: message.line ?? 1, endLine: message.endLine ?? message.line ?? 1 };
      return toDraft(file, lines, {
        rule: `eslint/${rule}`,
        message: message.message,
        isError: message.severity >= 2,
        linter: 'ESLint',
      });
    });
  });
}

/** Findings of `ruff check --output-format json`; undefined when the output is something else. */
export function readRuffOutput(stdout: string, lookup: FileLookup): FindingDraft[] | undefined {
  const report = parse(stdout, ruffReport);
  return report?.flatMap(({ filename, code, message, location, end_location }) => {
    const file = lookup(filename);
    if (!file) return [];
    const isError = code === null || code === undefined || /^(?:E9|F[5-8]|S|B0|PLE)/.test(code);
    return toDraft(
      file,
      { startLine: location.row, endLine: end_location.row },
      { rule: `ruff/${code ?? 'syntax'}`, message, isError, linter: 'ruff' },
    );
  });
}

interface Message {
  rule: string;
  message: string;
  isError: boolean;
  linter: string;
}

function toDraft(
  file: { path: string; text: string },
  lines: { startLine: number; endLine: number },
  message: Message,
): FindingDraft {
  const rule = message.rule.split('/').at(-1) ?? '';
  const [title = '', ...more] = message.message.split('\n');
  return {
    path: file.path,
    startLine: Math.max(1, lines.startLine),
    endLine: Math.max(lines.startLine, lines.endLine, 1),
    severity: message.isError ? 'major' : 'minor',
    category: /^S\d|security|no-eval|no-implied-eval|no-new-func/.test(rule)
      ? 'security'
      : /^[DN]\d|^(?:E[1-5]|W)\d|format|style|indent|quotes|semi|naming|prefer-/.test(rule)
        ? 'style'
        : 'bug',
    title: title.trim(),
    why: [`The project's ${message.linter} says so (${rule}).`, ...more].join(' '),
    evidence: maskSecretsInLine(
      (file.text.split(/\r?\n/, lines.startLine)[lines.startLine - 1] ?? '').trim().slice(0, 200),
    ),
    confidence: 0.8,
    rule: message.rule,
  };
}

function parse<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
