// What a person dismissed in reviews of this workspace, and why: it does not come back.
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Finding } from '../../api';
import { fingerprintOf } from '../../core/review/dismissals';

const KEY = 'agentTeam.dismissedFindings';
/** The oldest are forgotten first. */
const MAX_REMEMBERED = 2_000;

const stored = z.array(
  z.object({ fingerprint: z.string(), path: z.string(), title: z.string(), reason: z.string(), time: z.string() }),
);

/** One dismissal, as it is kept. */
export type Dismissal = z.infer<typeof stored>[number];

export class DismissedFindings {
  constructor(private readonly state: vscode.Memento) {}

  /** The newest last; what can't be read counts as nothing. */
  list(): Dismissal[] {
    const parsed = stored.safeParse(this.state.get(KEY) ?? []);
    return parsed.success ? parsed.data : [];
  }

  has(finding: Finding): boolean {
    const fingerprint = fingerprintOf(finding);
    return this.list().some((dismissal) => dismissal.fingerprint === fingerprint);
  }

  async add(finding: Finding, { reason, time }: { reason: string; time: string }): Promise<void> {
    const fingerprint = fingerprintOf(finding);
    const others = this.list().filter((dismissal) => dismissal.fingerprint !== fingerprint);
    const { path, title } = finding;
    await this.state.update(KEY, [...others, { fingerprint, path, title, reason, time }].slice(-MAX_REMEMBERED));
  }

  async remove(finding: Finding): Promise<void> {
    const fingerprint = fingerprintOf(finding);
    await this.state.update(
      KEY,
      this.list().filter((dismissal) => dismissal.fingerprint !== fingerprint),
    );
  }
}
