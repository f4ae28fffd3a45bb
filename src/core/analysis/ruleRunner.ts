// Runs the rules of a language over a tree, a slice of time after the other.
import type { Pacer } from '../pacer';
import type { AnalysedFile, AnalysisLanguage, FindingDraft, Rule, RuleReport } from './rule';
import { maskSecretsInLine } from './secretText';
import { isTestPath } from './securityContext';
import { suggestReplacement } from './suggestion';
import type { SyntaxNode } from '../syntax';

const NODES_PER_CHECK = 256;
const MAX_EVIDENCE = 200;
/** Comments by which people tell other analysers that a line is meant as it is. */
const MEANT = /\b(?:nosec|noqa|nosemgrep|nolint|NOLINT|eslint-disable(?:-line)?|NOSONAR|phpcs:ignore)\b/;
const MEANT_NEXT = /eslint-disable-next-line|nosemgrep|shellcheck disable|phpcs:ignore|phpstan-ignore-next-line/;

export interface RuleRun {
  file: AnalysedFile;
  root: SyntaxNode;
  language: AnalysisLanguage;
  /** Only rules for which this is true. */
  include: (rule: Rule) => boolean;
  pacer: Pacer;
  signal: AbortSignal;
}

/** Findings in source order; ends early, with what was found by then, when the signal aborts. */
export async function runRules({ file, root, language, include, pacer, signal }: RuleRun): Promise<FindingDraft[]> {
  const inTests = isTestPath(file.path);
  const byType = rulesByType(language.rules.filter((rule) => include(rule) && !(inTests && rule.notInTests)));
  const lines = file.text.split(/\r?\n/);
  const found: FindingDraft[] = [];
  let seen = 0;
  for (const node of root.walk()) {
    seen += 1;
    if (seen % NODES_PER_CHECK === 0) {
      await pacer.pause();
      if (signal.aborted) break;
    }
    for (const rule of byType.get(node.type) ?? []) {
      // Some rules look through a whole function or file for one node.
      if (pacer.isDue) await pacer.pause();
      const report = rule.check(node, file);
      if (!report || isMeant(lines, report.node) || (rule.notInTests && language.isTestCode?.(report.node))) continue;
      found.push(draft(rule, report, file, lines));
    }
  }
  return found;
}

function rulesByType(rules: readonly Rule[]): Map<string, Rule[]> {
  const byType = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of rule.nodes) byType.set(type, [...(byType.get(type) ?? []), rule]);
  }
  return byType;
}

function isMeant(lines: readonly string[], node: SyntaxNode): boolean {
  const before = lines[node.startLine - 2] ?? '';
  return MEANT.test(lines[node.startLine - 1] ?? '') || MEANT_NEXT.test(before);
}

function draft(rule: Rule, report: RuleReport, file: AnalysedFile, lines: readonly string[]): FindingDraft {
  const { node, title, why, severity, confidence, replace } = report;
  const suggestion = replace && suggestReplacement(file.text, replace.node, replace.with);
  const evidence = report.evidence ?? maskSecretsInLine((lines[node.startLine - 1] ?? '').trim());
  return {
    path: file.path,
    startLine: node.startLine,
    endLine: rule.id === 'complexity' ? node.startLine : node.endLine,
    severity,
    category: rule.category,
    title,
    why,
    evidence: evidence.length > MAX_EVIDENCE ? `${evidence.slice(0, MAX_EVIDENCE - 1)}…` : evidence,
    confidence,
    rule: rule.id,
    // An exact old text can't be masked.
    ...(suggestion && maskSecretsInLine(suggestion.oldText) === suggestion.oldText && { suggestion }),
  };
}
