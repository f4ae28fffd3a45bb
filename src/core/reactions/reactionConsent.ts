// Whether agents may work by themselves in this workspace. The first reaction ever asks; what the person says holds for all of them until it is taken back.
import { toDisposable, type Disposable } from '../disposable';
import { CANCELLED, failure, type Failure } from '../failure';
import type { ApprovalQueue } from '../policy/approvalQueue';
import type { Grant, GrantStore } from '../policy/grants';
import type { RunContext } from '../runs/runContext';
import type { ReactionSpec } from './reactionSpecs';

export interface ReactionConsentOptions {
  queue: Pick<ApprovalQueue, 'ask'>;
  /** Where a yes is kept, among everything else that is allowed in the workspace. */
  grants: Pick<GrantStore, 'list' | 'add' | 'remove' | 'onDidChange'>;
  /** Where a no is kept. */
  refusal: { read(): boolean; write(refused: boolean): void };
  texts: ReactionConsentTexts;
}

export interface ReactionConsentTexts {
  title(spec: ReactionSpec): string;
  /** What a yes means. */
  detail(spec: ReactionSpec): string;
  /** What is allowed, in a few words. */
  covers: string;
}

export type ConsentState = 'allowed' | 'open' | 'asking' | 'unanswered' | 'denied';

const GRANT: Grant = { kind: 'reactions' };

export class ReactionConsent implements Disposable {
  private readonly handlers = new Set<() => void>();
  private readonly subscription: Disposable;
  private isAsking = false;
  /** Nobody answered: it is not asked again in this window unless the person does something about reactions. */
  private isUnanswered = false;

  constructor(private readonly options: ReactionConsentOptions) {
    this.subscription = options.grants.onDidChange(() => this.notify());
  }

  state(): ConsentState {
    if (this.options.grants.list().some(({ kind }) => kind === GRANT.kind)) return 'allowed';
    if (this.options.refusal.read()) return 'denied';
    if (this.isAsking) return 'asking';
    return this.isUnanswered ? 'unanswered' : 'open';
  }

  /** Asks within the run of the first reaction; a failure says why it must not go on. */
  async admit(spec: ReactionSpec, run: RunContext): Promise<Failure | undefined> {
    if (this.state() === 'allowed') return undefined;
    const { queue, grants, refusal, texts } = this.options;
    this.isAsking = true;
    this.notify();
    const question = {
      agent: spec.agent,
      tool: 'react',
      title: texts.title(spec),
      detail: texts.detail(spec),
      risk: 'medium' as const,
      covers: [texts.covers],
      grants: [GRANT],
    };
    const outcome = await queue.ask(question, run).finally(() => (this.isAsking = false));
    if (outcome.kind === 'granted') grants.add([GRANT]);
    if (outcome.kind === 'denied') refusal.write(true);
    if (outcome.kind === 'expired') this.isUnanswered = true;
    this.notify();
    switch (outcome.kind) {
      case 'granted':
        return undefined;
      case 'denied':
        return NOT_ALLOWED;
      case 'expired':
        return UNANSWERED;
      case 'stopped':
        return CANCELLED;
    }
  }

  /** The person wants reactions here, without being asked. */
  allow(): void {
    this.options.refusal.write(false);
    this.isUnanswered = false;
    this.options.grants.add([GRANT]);
    this.notify();
  }

  /** The person wants none here. */
  deny(): void {
    this.options.refusal.write(true);
    this.options.grants.remove(GRANT);
    this.notify();
  }

  /** The person has switched something on: a question that nobody answered may be asked again, and a refusal is taken back. */
  reopen(): void {
    if (this.state() === 'allowed') return;
    this.options.refusal.write(false);
    this.isUnanswered = false;
    this.notify();
  }

  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  dispose(): void {
    this.subscription.dispose();
    this.handlers.clear();
  }

  private notify(): void {
    for (const handler of [...this.handlers]) handler();
  }
}

const NOT_ALLOWED = failure(
  'reaction.not_allowed',
  'Agents may not work by themselves in this workspace. Allow it in the view of agents.',
);
const UNANSWERED = failure(
  'reaction.unanswered',
  'Nobody answered whether agents may work by themselves in this workspace. Allow it in the view of agents; what has happened waits.',
);
