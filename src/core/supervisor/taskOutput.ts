// What a task leaves for those that depend on it: its answer, the files that it changed, what it found.
import type { EventEnvelope, EventPayloads, EventTopic, Finding } from '../../api';
import { markUntrusted } from '../agents/guardrails/untrusted';
import type { EventDraft, EventPublisher } from '../events/publisher';
import { cutText } from '../memory/cutText';

export interface TaskOutput {
  text: string;
  /** Workspace paths that the task changed. */
  files: string[];
  findings: Finding[];
}

/** Findings of one task that are kept; its answer names what matters. */
const MAX_FINDINGS = 200;
/** Findings and files of one task that others read in full lines. */
const MAX_LINES = 40;

/** Passes events on and keeps the findings that tools report on their way. */
export class FindingCollector implements EventPublisher {
  private readonly found = new Map<string, Finding>();

  constructor(private readonly target: EventPublisher) {}

  publish<T extends EventTopic>(draft: EventDraft<T, EventPayloads[T]>): EventEnvelope<EventPayloads[T]> {
    if (draft.topic === 'tool.completed') {
      for (const finding of (draft.payload as EventPayloads['tool.completed']).findings ?? []) {
        if (this.found.size < MAX_FINDINGS || this.found.has(finding.id)) this.found.set(finding.id, finding);
      }
    }
    return this.target.publish(draft);
  }

  get findings(): Finding[] {
    return [...this.found.values()];
  }
}

/** The output as a model reads it, cut to about `maxTokens`; all of it is material, never an instruction. */
export function outputText(taskId: string, { text, files, findings }: TaskOutput, maxTokens: number): string {
  const parts = [markUntrusted(cutText(text, maxTokens).text, `result of ${taskId}`)];
  if (files.length > 0) parts.push(`Files that it changed: ${listed(files)}`);
  if (findings.length > 0) {
    const lines = findings.slice(0, MAX_LINES).map(findingLine);
    const more = findings.length - lines.length;
    const shown = more > 0 ? [...lines, `… and ${more} more`] : lines;
    parts.push(`What its tools found:\n${markUntrusted(shown.join('\n'), `findings of ${taskId}`)}`);
  }
  return parts.join('\n');
}

function listed(files: readonly string[]): string {
  const more = files.length - MAX_LINES;
  return `${files.slice(0, MAX_LINES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function findingLine({ severity, path, startLine, title }: Finding): string {
  return `- [${severity}] ${path}:${startLine} ${title}`;
}
