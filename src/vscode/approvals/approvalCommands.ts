// Answering what waits, and taking back what was allowed for good, without the chat.
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Approval } from '../../api';
import { UserError } from '../../core/failure';
import type { ApprovalQueue, ResolveOptions } from '../../core/policy/approvalQueue';
import type { Grant, GrantStore } from '../../core/policy/grants';
import { grantText } from './approvalTexts';

const resolveInput = z.object({
  id: z.string(),
  decision: z.enum(['allow', 'deny']),
  scope: z.optional(z.enum(['once', 'run', 'workspace'])),
  reason: z.optional(z.string()),
});

interface Answer extends vscode.QuickPickItem {
  decision: 'allow' | 'deny';
  scope?: NonNullable<ResolveOptions['scope']>;
}

const manageInput = z.object({ revoke: z.union([z.literal('all'), z.array(z.string())]) });

export interface ApprovalCommandsOptions {
  queue: Pick<ApprovalQueue, 'list' | 'resolve'>;
  grants: Pick<GrantStore, 'list' | 'remove'>;
}

export class ApprovalCommands {
  constructor(private readonly options: ApprovalCommandsOptions) {}

  /** With `{ id, decision, scope?, reason? }` it answers at once; else it asks which question, and what. */
  async resolve([input]: unknown[]): Promise<void> {
    if (input !== undefined) {
      const parsed = resolveInput.safeParse(input);
      if (!parsed.success) {
        throw new UserError(
          'approval.invalid',
          vscode.l10n.t('Pass { id, decision: "allow" or "deny", scope?, reason? }.'),
        );
      }
      const { id, decision, scope, reason } = parsed.data;
      this.options.queue.resolve(id, decision, { ...(scope && { scope }), ...(reason !== undefined && { reason }) });
      return;
    }
    const approval = await this.pickApproval();
    if (approval) await this.answer(approval);
  }

  /**
   * Lists what was allowed for good in this workspace; what is chosen asks again from then on. With `{ revoke: "all" | texts }`, as they
   * are listed, nothing is asked. Gives what is still allowed.
   */
  async manage([input]: unknown[]): Promise<string[]> {
    const { grants } = this.options;
    for (const grant of input === undefined ? await this.pickGrants() : this.grantsOf(input)) grants.remove(grant);
    return grants.list().map(grantText);
  }

  private grantsOf(input: unknown): Grant[] {
    const parsed = manageInput.safeParse(input);
    if (!parsed.success) {
      throw new UserError(
        'approval.invalid',
        vscode.l10n.t('Pass { revoke: "all" } or { revoke: [texts as listed] }.'),
      );
    }
    const { revoke } = parsed.data;
    return this.options.grants.list().filter((grant) => revoke === 'all' || revoke.includes(grantText(grant)));
  }

  private async pickGrants(): Promise<Grant[]> {
    const grants = this.options.grants.list();
    if (grants.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Nothing is allowed for good in this workspace. “Always allow” in a question adds to this list.'),
      );
      return [];
    }
    const items = grants.map((grant): vscode.QuickPickItem & { grant: Grant } => ({ label: grantText(grant), grant }));
    const chosen = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      title: vscode.l10n.t('Allowed in this workspace'),
      placeHolder: vscode.l10n.t('Choose what shall ask again'),
    });
    return (chosen ?? []).map(({ grant }) => grant);
  }

  private async pickApproval(): Promise<Approval | undefined> {
    const waiting = this.options.queue.list();
    if (waiting.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No agent waits for an approval.'));
      return undefined;
    }
    if (waiting.length === 1) return waiting[0];
    const items = waiting.map((approval) => ({ label: approval.title, detail: oneLine(approval.detail), approval }));
    const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Waiting approvals') });
    return chosen?.approval;
  }

  private async answer({ id, title, detail, covers }: Approval): Promise<void> {
    const covered = (covers ?? []).join(' · ');
    const answers: Answer[] = [
      { label: vscode.l10n.t('Allow once'), decision: 'allow', scope: 'once' },
      { label: vscode.l10n.t('Allow for this run'), detail: covered, decision: 'allow', scope: 'run' },
      {
        label: vscode.l10n.t('Always allow in this workspace'),
        detail: covered,
        decision: 'allow',
        scope: 'workspace',
      },
      { label: vscode.l10n.t('Deny'), decision: 'deny' },
    ];
    const chosen = await vscode.window.showQuickPick(answers, { title, placeHolder: oneLine(detail) });
    if (!chosen) return;
    if (chosen.decision === 'allow') {
      this.options.queue.resolve(id, 'allow', chosen.scope === undefined ? {} : { scope: chosen.scope });
      return;
    }
    const reason = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('What shall the agent know? It may stay empty.'),
    });
    if (reason !== undefined) this.options.queue.resolve(id, 'deny', reason === '' ? {} : { reason });
  }
}

const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, ' · ').slice(0, 300);
