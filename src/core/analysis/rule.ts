// What a rule is and what it may report. Few and precise: a false alarm costs more than a miss.
import type { Finding } from '../../api';
import type { SyntaxNode } from '../syntax';

export type FindingSuggestion = NonNullable<Finding['suggestion']>;

/** A finding before it has an id, an agent and a status. Lines are 1-based and inclusive. */
export type FindingDraft = Omit<Finding, 'id' | 'agent' | 'status'>;

export interface AnalysedFile {
  path: string;
  text: string;
}

/** What one rule says about one place. */
export interface RuleReport {
  /** The place: its lines are the finding's lines, its first line is the evidence. */
  node: SyntaxNode;
  title: string;
  /** What can go wrong, and what to do about it. */
  why: string;
  severity: Finding['severity'];
  /** 0 to 1. */
  confidence: number;
  /** An exact replacement for a node, where it is sure to be right. */
  replace?: { node: SyntaxNode; with: string };
  /** The evidence, where the first line would give a secret away. */
  evidence?: string;
}

export interface Rule {
  readonly id: string;
  readonly category: Finding['category'];
  /** Types of the nodes that `check` wants to see. */
  readonly nodes: readonly string[];
  /** Left out in test code, where the pattern is usual and harmless. */
  readonly notInTests?: boolean;
  check(node: SyntaxNode, file: AnalysedFile): RuleReport | undefined;
}

/** The rules of a language: one file in `languages/` that exports one of these, and its line in `languages.ts`. */
export interface AnalysisLanguage {
  readonly id: string;
  readonly rules: readonly Rule[];
  /** True for code that is a test although its file is not. */
  isTestCode?(node: SyntaxNode): boolean;
}
