// An event as a line of the log, for whoever looks for what went wrong: whose it is, what it was about, never what was said in it.
import type { EventEnvelope } from '../../api';
import { isExternalTopic } from './topicPattern';

export interface LogLine {
  level: 'error' | 'warn' | 'info' | 'debug';
  text: string;
}

/** Fields that hold names, numbers and words of ours. Texts of people and models, and inputs and results of tools, are not among them. */
const SHOWN = [
  'kind',
  'agent',
  'by',
  'from',
  'to',
  'role',
  'model',
  'endpoint',
  'attempt',
  'tool',
  'guardrail',
  'action',
  'scope',
  'name',
  'failures',
  'used',
  'limit',
  'pattern',
  'dropped',
  'delayMs',
  'durationMs',
] as const;
/** Topics whose `reason` is a literal of ours. */
const WITH_REASON = new Set(['tool.failed', 'subscriber.failed', 'run.interrupted']);
const WARNINGS = new Set(['breaker.opened', 'budget.exceeded', 'route.fallback', 'subscriber.dropped']);
const NOTABLE = /^(run|route|handoff|breaker|budget|guardrail|approval)\./;

/** The line of an event; it carries run and trace where the event belongs to one. Events of others have none: they may be many. */
export function logLine(event: EventEnvelope): LogLine | undefined {
  const { topic, runId, taskId, traceId } = event;
  if (isExternalTopic(topic)) return undefined;
  const about = details(topic, event.payload);
  const whose = { run: runId, task: taskId, trace: traceId };
  const ids = Object.entries(whose).flatMap(([key, id]) => (id === undefined ? [] : `${key}=${id}`));
  return { level: levelOf(topic), text: [topic, ...about, ...ids].join(' ') };
}

function levelOf(topic: string): LogLine['level'] {
  if (topic === 'run.failed') return 'error';
  if (topic.endsWith('.failed') || WARNINGS.has(topic)) return 'warn';
  return NOTABLE.test(topic) ? 'info' : 'debug';
}

function details(topic: string, payload: unknown): string[] {
  const fields = payload as Record<string, unknown>;
  const shown = SHOWN.flatMap((key) => {
    const value = fields[key];
    if (typeof value === 'number') return `${key}=${Math.round(value)}`;
    return typeof value === 'string' ? `${key}=${oneLine(value)}` : [];
  });
  const { reason, error } = fields as { reason?: string; error?: { reason: string; message: string } };
  if (reason !== undefined && WITH_REASON.has(topic)) shown.push(`reason=${oneLine(reason)}`);
  if (error) shown.push(`error=${error.reason} "${oneLine(error.message)}"`);
  return shown;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 500);
}
