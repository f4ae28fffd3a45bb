// Brings the page to the state of the host: changes are batched, each patch waits for the page to have shown the one before.
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import { diffChat, type ChatState } from '../../protocol/chat/chatState';
import type { HostMessage } from '../../protocol/chat/chatMessages';

export interface ChatSyncOptions {
  clock: Clock;
  post: (message: HostMessage) => void;
  /** The state as it should be shown now; unchanged turns must be the same objects. */
  state: () => ChatState;
  /** What a snapshot carries besides the state. */
  extras: () => { draft: string; strings: Record<string, string>; locale: string };
}

/** Shortest time between two patches. */
export const BATCH_MS = 33;
/** A page that has not acknowledged a patch for so long gets a snapshot with the next change. */
export const ACK_TIMEOUT_MS = 10_000;

/** At most one patch is under way; whatever changes meanwhile goes into the next. */
export class ChatSync implements Disposable {
  private sent: ChatState | undefined;
  private revision = 0;
  private acknowledged = 0;
  private dirty = false;
  private timer: Disposable | undefined;
  private ackTimer: Disposable | undefined;

  constructor(private readonly options: ChatSyncOptions) {}

  /** The page is there (again) and knows nothing. */
  sendSnapshot(): void {
    this.stopTimers();
    this.dirty = false;
    this.revision += 1;
    this.acknowledged = this.revision;
    this.sent = this.options.state();
    this.options.post({ type: 'snapshot', revision: this.revision, state: this.sent, ...this.options.extras() });
  }

  /** True between the first snapshot and `detach`. */
  get isAttached(): boolean {
    return this.sent !== undefined;
  }

  sendSnapshotIfAttached(): void {
    if (this.isAttached) this.sendSnapshot();
  }

  /** The page is gone: nothing is sent until the next snapshot. */
  detach(): void {
    this.stopTimers();
    this.sent = undefined;
  }

  /** Something that the page shows may have changed. Cheap: call it as often as you like. */
  touch(): void {
    this.dirty = true;
    if (!this.sent || this.timer || this.acknowledged < this.revision) return;
    this.timer = this.options.clock.after(BATCH_MS, () => {
      this.timer = undefined;
      this.flush();
    });
  }

  acknowledge(revision: number): void {
    if (revision !== this.revision) return;
    this.acknowledged = revision;
    this.ackTimer?.dispose();
    this.ackTimer = undefined;
    if (this.dirty) this.touch();
  }

  dispose(): void {
    this.detach();
  }

  private flush(): void {
    if (!this.sent || !this.dirty) return;
    this.dirty = false;
    const next = this.options.state();
    const ops = diffChat(this.sent, next);
    this.sent = next;
    if (ops.length === 0) return;
    this.revision += 1;
    this.options.post({ type: 'patch', revision: this.revision, ops });
    this.ackTimer = this.options.clock.after(ACK_TIMEOUT_MS, () => this.sendSnapshot());
  }

  private stopTimers(): void {
    this.timer?.dispose();
    this.ackTimer?.dispose();
    this.timer = undefined;
    this.ackTimer = undefined;
  }
}
