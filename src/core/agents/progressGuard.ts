// Notices when an agent no longer gets anywhere: the same call over and over, calls that alternate, calls that all fail.
// Counts are per call (name and arguments), not per row of calls, so that A, B, A, B is caught like A, A.
import type { ToolEffect } from '../tools/tool';

export interface CallReport {
  name: string;
  arguments: Record<string, unknown>;
  /** Absent for calls of no known tool, and for transfers. */
  effect?: ToolEffect;
  failed: boolean;
  /** The result as the tool gave it. */
  text: string;
}

export type NoProgress = 'failing' | 'repeating' | 'all_failing';

export type ProgressVerdict = { kind: 'fine' } | { kind: 'warn' | 'stop'; pattern: NoProgress; times: number };

/** How often until the model is told, and until the invocation ends. */
export const PROGRESS_LIMITS = {
  /** The same call, failing each time. */
  failing: { warn: 3, stop: 5 },
  /** The same reading or executing call with the same result. */
  repeating: { warn: 4, stop: 8 },
  /** The same change, made again and again: two that undo each other, say. */
  changing: { warn: 3, stop: 5 },
  /** Different calls in a row, none of which succeeds. */
  all_failing: { warn: 8, stop: 15 },
} as const;

interface Seen {
  failures: number;
  repeats: number;
  text?: string;
}

/** Watches the calls of one invocation, in call order. */
export class ProgressGuard {
  private readonly seen = new Map<string, Seen>();
  private readonly changes = new Map<string, number>();
  private failuresInRow = 0;

  report(call: CallReport): ProgressVerdict {
    const key = `${call.name} ${canonicalJson(call.arguments)}`;
    return call.failed ? this.failed(key) : this.succeeded(key, call);
  }

  private failed(key: string): ProgressVerdict {
    this.failuresInRow += 1;
    const seen = this.lookUp(key);
    seen.failures += 1;
    const verdict = judge('failing', seen.failures, PROGRESS_LIMITS.failing);
    return verdict.kind === 'fine' ? judge('all_failing', this.failuresInRow, PROGRESS_LIMITS.all_failing) : verdict;
  }

  private succeeded(key: string, call: CallReport): ProgressVerdict {
    this.failuresInRow = 0;
    if (call.effect === 'write') return this.changed(key);
    const seen = this.lookUp(key);
    seen.failures = 0;
    seen.repeats = seen.text === call.text ? seen.repeats + 1 : 1;
    seen.text = call.text;
    return judge('repeating', seen.repeats, PROGRESS_LIMITS.repeating);
  }

  /** A change that was not made before is progress: what failed or said nothing new may come out differently now. */
  private changed(key: string): ProgressVerdict {
    const times = (this.changes.get(key) ?? 0) + 1;
    this.changes.set(key, times);
    if (times === 1) this.seen.clear();
    return judge('repeating', times, PROGRESS_LIMITS.changing);
  }

  private lookUp(key: string): Seen {
    let seen = this.seen.get(key);
    if (!seen) this.seen.set(key, (seen = { failures: 0, repeats: 0 }));
    return seen;
  }
}

function judge(pattern: NoProgress, times: number, limit: { warn: number; stop: number }): ProgressVerdict {
  if (times >= limit.stop) return { kind: 'stop', pattern, times };
  return times >= limit.warn ? { kind: 'warn', pattern, times } : { kind: 'fine' };
}

/** JSON with sorted keys: equal for equal values. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`;
}
