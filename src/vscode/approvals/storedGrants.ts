// What the person allowed for good in this workspace. Kept by VS Code outside the workspace, so that nothing in it can add to the list.
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import { toDisposable, type Disposable } from '../../core/disposable';
import { grantKey, type Grant, type GrantStore } from '../../core/policy/grants';

const STATE_KEY = 'agentTeam.grants';
/** The oldest go first. */
const MAX_GRANTS = 500;

const grantSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), text: z.string(), cwd: z.string() }),
  z.object({ kind: z.literal('write'), path: z.string() }),
  z.object({ kind: z.literal('tool'), tool: z.string() }),
  z.object({ kind: z.literal('reactions') }),
]);

/** Grants in `context.workspaceState`, read at each use: another window on the workspace may have changed them. */
export class StoredGrants implements GrantStore {
  private readonly handlers = new Set<() => void>();

  constructor(
    private readonly state: Pick<vscode.Memento, 'get' | 'update'>,
    private readonly onProblem: (error: unknown) => void,
  ) {}

  list(): readonly Grant[] {
    const value = this.state.get<unknown>(STATE_KEY);
    if (!Array.isArray(value)) return [];
    return value.flatMap((item) => {
      const parsed = grantSchema.safeParse(item);
      return parsed.success ? [parsed.data] : [];
    });
  }

  add(grants: readonly Grant[]): void {
    const known = this.list();
    const keys = new Set(known.map(grantKey));
    const fresh = grants.filter((grant) => !keys.has(grantKey(grant)));
    if (fresh.length > 0) this.save([...known, ...fresh].slice(-MAX_GRANTS));
  }

  remove(grant: Grant): void {
    const key = grantKey(grant);
    this.save(this.list().filter((known) => grantKey(known) !== key));
  }

  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** The new value can be read at once; writing it goes on in the background. */
  private save(grants: readonly Grant[]): void {
    this.state.update(STATE_KEY, grants).then(undefined, this.onProblem);
    for (const handler of [...this.handlers]) handler();
  }
}
