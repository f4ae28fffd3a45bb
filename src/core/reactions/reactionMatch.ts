// Whether an event is one that a reaction is for: its topic, and what `where` asks of its payload.
import type { EventEnvelope, Reaction } from '../../api';
import { agentSlug } from '../agents/agentNames';
import { compilePattern } from '../events/topicPattern';
import { compileLenient } from '../workspace/globs';

/** From the mildest to the worst; `where.severity` takes what is at least as bad. */
const SEVERITIES: readonly (readonly string[])[] = [
  ['hint', 'information', 'warning', 'error'],
  ['nit', 'minor', 'major', 'blocker'],
];
/** Paths of one event that are looked at. */
const MAX_PATHS = 500;

export interface ReactionMatch {
  topic: (topic: string) => boolean;
  /** For an event whose topic fits. */
  event: (event: EventEnvelope) => boolean;
}

/** Undefined for a topic that is no pattern. */
export function compileReaction({ topic, where = {} }: Reaction): ReactionMatch | undefined {
  const { files, severity, agent } = where;
  const takesPath = files && compileLenient(files);
  try {
    return {
      topic: compilePattern(topic),
      event: (event) =>
        (takesPath === undefined || pathsOf(event).some(takesPath)) &&
        (severity === undefined || isAtLeast(severitiesOf(event), severity)) &&
        (agent === undefined || (event.agent !== undefined && agentSlug(event.agent) === agentSlug(agent))),
    };
  } catch {
    return undefined;
  }
}

/** Workspace paths that an event is about, as its payload names them. */
export function pathsOf({ payload }: Pick<EventEnvelope, 'payload'>): string[] {
  if (typeof payload !== 'object' || payload === null) return [];
  const { path, files } = payload as { path?: unknown; files?: unknown };
  const listed = Array.isArray(files) ? (files as unknown[]) : [];
  return [path, ...listed.slice(0, MAX_PATHS).map(pathOf)].filter((found) => typeof found === 'string');
}

function pathOf(file: unknown): unknown {
  return typeof file === 'object' && file !== null ? (file as { path?: unknown }).path : file;
}

/** How bad it is, as the payload says it; nothing for one that says nothing of the kind. */
function severitiesOf({ payload }: Pick<EventEnvelope, 'payload'>): string[] {
  if (typeof payload !== 'object' || payload === null) return [];
  const { severity, errors, warnings, findings, blockers } = payload as Record<string, unknown>;
  const found: string[] = [];
  if (typeof severity === 'string') found.push(severity);
  if (typeof errors === 'number' && errors > 0) found.push('error');
  if (typeof warnings === 'number' && warnings > 0) found.push('warning');
  if (typeof blockers === 'number' && blockers > 0) found.push('blocker');
  if (typeof findings === 'number' && findings > 0) found.push('nit');
  if (Array.isArray(findings)) {
    for (const finding of findings as { severity?: unknown }[]) {
      if (typeof finding.severity === 'string') found.push(finding.severity);
    }
  }
  return found;
}

function isAtLeast(found: readonly string[], wanted: string): boolean {
  const scale = SEVERITIES.find((names) => names.includes(wanted));
  if (!scale) return found.includes(wanted);
  const least = scale.indexOf(wanted);
  return found.some((name) => scale.indexOf(name) >= least);
}
