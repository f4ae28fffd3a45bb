// Secrets that a library found, as findings; and no finding of the same file that would show one of them.
import type { AnalysedFile, FindingDraft } from './rule';
import type { SecretHit } from './secretScanner';
import { maskSecret } from './secretText';

/** Findings for the hits, and the file's other findings with every secret masked (a suggestion that holds one is dropped). */
export function secretFindings(
  file: AnalysedFile,
  hits: readonly SecretHit[],
  others: readonly FindingDraft[],
): { secrets: FindingDraft[]; others: FindingDraft[] } {
  const values = hits.map(({ start, end }) => file.text.slice(start, end)).filter((value) => value.length >= 4);
  const secrets = hits.map((hit) => toFinding(file, hit, values));
  return { secrets, others: others.map((finding) => masked(finding, values)) };
}

function toFinding(file: AnalysedFile, hit: SecretHit, values: readonly string[]): FindingDraft {
  const startLine = file.text.slice(0, hit.start).split('\n').length;
  const endLine = startLine + file.text.slice(hit.start, hit.end).split('\n').length - 1;
  return {
    path: file.path,
    startLine,
    endLine,
    severity: 'blocker',
    category: 'security',
    title: `A secret stands in the file: ${hit.kind}`,
    why: 'Everybody who can read the file or its history has it. Revoke it where it was issued, take it from the environment or a secret store, and remember that deleting the line leaves it in the history.',
    evidence: mask(lineAround(file.text, hit.start), values),
    confidence: 0.9,
    rule: 'hard-coded-secret',
  };
}

function masked(finding: FindingDraft, values: readonly string[]): FindingDraft {
  const { suggestion, ...rest } = finding;
  const shown = {
    ...rest,
    title: mask(finding.title, values),
    why: mask(finding.why, values),
    evidence: mask(finding.evidence, values),
  };
  const isSafe =
    suggestion && !values.some((value) => suggestion.oldText.includes(value) || suggestion.newText.includes(value));
  return isSafe ? { ...shown, suggestion } : shown;
}

function mask(text: string, values: readonly string[]): string {
  let result = text;
  for (const value of values) {
    // A secret of several lines shows only its first one as evidence.
    const [first = value] = value.split('\n');
    result = result.split(value).join(maskSecret(value)).split(first).join(maskSecret(first));
  }
  return result;
}

function lineAround(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? text.length : end).trim();
  return line.length > 2_000 ? text.slice(offset, offset + 2_000) : line;
}
