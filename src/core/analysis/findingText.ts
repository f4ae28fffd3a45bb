// How findings are written for models, and read back where only the text is left. The format is stable:
//   <path>:<line>[-<last line>]: <severity> <category> [<rule>] <title> (confidence 0.9)
//     evidence: …
//     why: …
//     replace: "<old text>" -> "<new text>"     (JSON strings)
import type { FindingDraft } from './rule';

const HEAD =
  /^(?<path>\S.*?):(?<first>\d+)(?:-(?<last>\d+))?: (?<severity>blocker|major|minor|nit) (?<category>bug|security|performance|tests|style|docs) \[(?<rule>[^\]]*)\] (?<title>.*) \(confidence (?<confidence>[\d.]+)\)$/;
const DETAIL = /^ {2}(evidence|why|replace): (.*)$/;

/** One finding as text, without a line break at its end. */
export function formatFinding(finding: FindingDraft): string {
  const { path, startLine, endLine, severity, category, rule, title, confidence, evidence, why, suggestion } = finding;
  const place = endLine > startLine ? `${path}:${startLine}-${endLine}` : `${path}:${startLine}`;
  const lines = [`${place}: ${severity} ${category} [${rule ?? ''}] ${oneLine(title)} (confidence ${confidence})`];
  if (evidence !== '') lines.push(`  evidence: ${oneLine(evidence)}`);
  if (why !== '') lines.push(`  why: ${oneLine(why)}`);
  if (suggestion)
    lines.push(`  replace: ${JSON.stringify(suggestion.oldText)} -> ${JSON.stringify(suggestion.newText)}`);
  return lines.join('\n');
}

/** Findings in a text that may contain anything else too. */
export function parseFindings(text: string): FindingDraft[] {
  const found: FindingDraft[] = [];
  let current: FindingDraft | undefined;
  for (const line of text.split(/\r?\n/)) {
    const head = HEAD.exec(line)?.groups;
    if (head) {
      current = readHead(head);
      found.push(current);
      continue;
    }
    const detail = DETAIL.exec(line);
    if (!detail || !current) current = undefined;
    else readDetail(current, detail[1] ?? '', detail[2] ?? '');
  }
  return found;
}

function readHead(head: Record<string, string | undefined>): FindingDraft {
  const startLine = Number(head['first']);
  const rule = head['rule'] ?? '';
  return {
    path: head['path'] ?? '',
    startLine,
    endLine: head['last'] === undefined ? startLine : Number(head['last']),
    severity: head['severity'] as FindingDraft['severity'],
    category: head['category'] as FindingDraft['category'],
    title: head['title'] ?? '',
    why: '',
    evidence: '',
    confidence: Number(head['confidence']),
    ...(rule !== '' && { rule }),
  };
}

function readDetail(finding: FindingDraft, name: string, value: string): void {
  if (name === 'evidence') finding.evidence = value;
  else if (name === 'why') finding.why = value;
  else {
    const texts = /^("(?:[^"\\]|\\.)*") -> ("(?:[^"\\]|\\.)*")$/.exec(value);
    const oldText = fromJson(texts?.[1]);
    const newText = fromJson(texts?.[2]);
    if (oldText !== undefined && newText !== undefined) finding.suggestion = { oldText, newText };
  }
}

/** A JSON string's value; undefined where the text was damaged on its way. */
function fromJson(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
