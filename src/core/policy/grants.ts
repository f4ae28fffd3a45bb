// What a person has allowed beyond one call. A grant covers exactly what was shown, never more: the same words in the same folder.
import type { Disposable } from '../disposable';

export type Grant =
  /** `text` as it was written, `cwd` as a workspace path. */
  | { kind: 'command'; text: string; cwd: string }
  /** A protected file, as a workspace path. */
  | { kind: 'write'; path: string }
  /** A tool of which nothing more is known than its effect. */
  | { kind: 'tool'; tool: string }
  /** Agents may work by themselves when something happens. */
  | { kind: 'reactions' };

/** Keeps the grants of a workspace beyond the window; the person can list and revoke them. */
export interface GrantStore {
  list(): readonly Grant[];
  /** Adds what is not there yet. */
  add(grants: readonly Grant[]): void;
  remove(grant: Grant): void;
  onDidChange(handler: () => void): Disposable;
}

/** The same for grants that cover the same. */
export function grantKey(grant: Grant): string {
  switch (grant.kind) {
    case 'command':
      return JSON.stringify(['command', grant.cwd, grant.text.trim()]);
    case 'write':
      return JSON.stringify(['write', grant.path]);
    case 'tool':
      return JSON.stringify(['tool', grant.tool]);
    case 'reactions':
      return JSON.stringify(['reactions']);
  }
}

/** Runs whose grants are remembered; older ones ask again. */
const MAX_RUNS = 200;

export class Grants {
  private readonly ofRuns = new Map<string, Set<string>>();

  constructor(private readonly store: GrantStore) {}

  /** True when every one of them has been granted, for the run or the workspace. */
  cover(runId: string, grants: readonly Grant[]): boolean {
    const ofRun = this.ofRuns.get(runId);
    const ofWorkspace = new Set(this.store.list().map(grantKey));
    return grants.every((grant) => ofRun?.has(grantKey(grant)) === true || ofWorkspace.has(grantKey(grant)));
  }

  allowInRun(runId: string, grants: readonly Grant[]): void {
    const known = this.ofRuns.get(runId) ?? new Set<string>();
    this.ofRuns.delete(runId);
    this.ofRuns.set(runId, known);
    for (const grant of grants) known.add(grantKey(grant));
    const [oldest] = this.ofRuns.keys();
    if (this.ofRuns.size > MAX_RUNS && oldest !== undefined) this.ofRuns.delete(oldest);
  }

  allowInWorkspace(grants: readonly Grant[]): void {
    this.store.add(grants);
  }
}
