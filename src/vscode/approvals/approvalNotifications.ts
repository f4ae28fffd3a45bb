// Tells a person who does not see the run in the chat that its agent waits: one notification at a time, whatever the number of questions.
import * as vscode from 'vscode';
import type { Approval } from '../../api';
import type { Disposable } from '../../core/disposable';
import type { ApprovalQueue } from '../../core/policy/approvalQueue';

/** Resolves with the chosen button, if any. */
type Notify = (message: string, ...buttons: string[]) => Thenable<string | undefined>;

const warn: Notify = (message, ...buttons) => vscode.window.showWarningMessage(message, ...buttons);

export interface ApprovalNotificationsOptions {
  queue: Pick<ApprovalQueue, 'list' | 'resolve' | 'onDidChange'>;
  show: (runId: string) => Thenable<unknown>;
  notify?: Notify;
}

export class ApprovalNotifications implements Disposable {
  private readonly told = new Set<string>();
  private readonly subscription: Disposable;
  private isShowing = false;
  private isInSight: (approval: Approval) => boolean = () => false;

  constructor(private readonly options: ApprovalNotificationsOptions) {
    this.subscription = options.queue.onDidChange(() => this.next());
    this.next();
  }

  /** Names the place where questions stand too: what can be seen there is not told again. */
  watch(isInSight: (approval: Approval) => boolean): void {
    this.isInSight = isInSight;
  }

  /** Something else is in sight than before. */
  lookAgain(): void {
    this.next();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private next(): void {
    const waiting = this.options.queue.list();
    const ids = new Set(waiting.map(({ id }) => id));
    for (const id of this.told) if (!ids.has(id)) this.told.delete(id);
    const fresh = waiting.filter((approval) => !this.told.has(approval.id) && !this.isInSight(approval));
    const [first] = fresh;
    if (this.isShowing || !first) return;
    this.isShowing = true;
    this.told.add(first.id);
    void this.tell(first).finally(() => {
      this.isShowing = false;
      this.next();
    });
  }

  private async tell(approval: Approval): Promise<void> {
    const { queue, show, notify = warn } = this.options;
    const allow = vscode.l10n.t('Allow once');
    const deny = vscode.l10n.t('Deny');
    const review = vscode.l10n.t('Review');
    // What can't be judged from one line is not allowed from one either.
    const buttons = approval.risk === 'high' ? [review, deny] : [allow, review, deny];
    const choice = await notify(approval.title, ...buttons);
    if (choice === allow) queue.resolve(approval.id, 'allow');
    else if (choice === deny) queue.resolve(approval.id, 'deny');
    else if (choice === review) await show(approval.runId);
  }
}
