// Part of the composition root, loaded with the extension proper: what of the editor becomes events.
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { EventPublisher } from '../core/events/publisher';
import type { OwnEdits } from '../vscode/changes/ownEdits';
import { publishDebugSessions } from '../vscode/eventSources/debugSessions';
import { DiagnosticCounts } from '../vscode/eventSources/diagnosticCounts';
import { publishFileSaves } from '../vscode/eventSources/fileSaves';
import { publishGitHeads } from '../vscode/eventSources/gitHeads';

export interface EventSourcesOptions {
  publisher: EventPublisher;
  clock: Clock;
  isOwn: OwnEdits['isOwn'];
  onProblem: (message: string) => void;
  owned: DisposableStore;
}

export function createEventSources({ publisher, clock, isOwn, onProblem, owned }: EventSourcesOptions): void {
  owned.add(publishFileSaves({ publisher, isOwn }));
  owned.add(new DiagnosticCounts({ publisher, clock }));
  owned.add(publishGitHeads({ publisher, onProblem }));
  owned.add(publishDebugSessions(publisher));
}
