// Change sets over the real workspace of the window, with records and events in memory.
import { isFailure } from '../../../src/core/failure';
import type { EventEnvelope } from '../../../src/api';
import type { ChangeRecord, ChangeStore } from '../../../src/core/changes/changeStore';
import { ChangeSets, type EditMode, type Proposal } from '../../../src/core/changes/changeSets';
import type { SeenChange } from '../../../src/core/changes/proposals';
import type { EventDraft, EventPublisher } from '../../../src/core/events/publisher';
import { VsCodeChangeApplier } from '../../../src/vscode/changes/vsCodeChangeApplier';
import { VsCodeFileProbe } from '../../../src/vscode/changes/vsCodeFileProbe';
import { VsCodeWorkspace } from '../../../src/vscode/editorTools/vsCodeWorkspace';

export class InMemoryChangeStore implements ChangeStore {
  private readonly records = new Map<string, ChangeRecord[]>();

  append(runId: string, records: readonly ChangeRecord[]): void {
    this.records.set(runId, [...(this.records.get(runId) ?? []), ...structuredClone(records)]);
  }

  async read(runId: string): Promise<ChangeRecord[]> {
    return structuredClone(this.records.get(runId) ?? []);
  }

  async runs(limit: number): Promise<string[]> {
    return [...this.records.keys()].reverse().slice(0, limit);
  }
}

export class RecordingPublisher implements EventPublisher {
  readonly topics: string[] = [];

  publish<T extends string, P>(draft: EventDraft<T, P>): EventEnvelope<P> {
    this.topics.push(draft.topic);
    const id = `event-${this.topics.length}`;
    return { id, seq: this.topics.length, origin: 'test', time: '', correlationId: id, ...draft };
  }
}

export class ChangeFixture {
  mode: EditMode = 'review';
  readonly store = new InMemoryChangeStore();
  readonly publisher = new RecordingPublisher();
  readonly workspace = new VsCodeWorkspace();
  sets = this.open();

  /** Change sets as another window would find them. */
  async reload(): Promise<ChangeSets> {
    this.sets = this.open();
    await this.sets.start();
    return this.sets;
  }

  /** Proposes for the run, or throws what is in the way. */
  async propose(runId: string, ...changes: SeenChange[]): Promise<Proposal> {
    const proposal = await this.sets.propose({ runId, signal: new AbortController().signal }, changes);
    if (isFailure(proposal)) throw new Error(`${proposal.reason}: ${proposal.message}`);
    return proposal;
  }

  private open(): ChangeSets {
    return new ChangeSets({
      workspace: this.workspace,
      applier: new VsCodeChangeApplier(),
      probe: new VsCodeFileProbe(),
      store: this.store,
      publisher: this.publisher,
      mode: () => this.mode,
      isLive: () => true,
      traceOf: () => ({}),
      onProblem: (message) => {
        throw new Error(message);
      },
    });
  }
}
