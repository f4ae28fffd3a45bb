// Part of the composition root, loaded when a review shows its findings: comment threads, what people do with them, the commands.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { RunStore } from '../core/runs/runStore';
import type { EventPublisher } from '../core/events/publisher';
import { ReviewCommands } from '../vscode/review/reviewCommands';
import { ReviewDesk } from '../vscode/review/reviewDesk';
import { mirrorInProblems } from '../vscode/review/reviewProblems';
import { reviewRuns } from '../vscode/review/reviewRuns';
import { ReviewThreads } from '../vscode/review/reviewThreads';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import { COMMANDS } from '../vscode/ids';
import type { Team } from './team';

export interface ReviewOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  settings: VsCodeSettings;
  store: RunStore;
  publisher: EventPublisher;
  team: Team;
  onBug: (error: unknown, where: string) => void;
  owned: DisposableStore;
}

export type TeamReview = ReturnType<typeof createReview>;

export function createReview({ context, clock, settings, store, publisher, team, onBug, owned }: ReviewOptions) {
  const { engine, changes, dismissed, ground } = team;
  const threads: ReviewThreads = owned.add(
    new ReviewThreads({
      onGone: (runId, findings) => desk.forgetGone(runId, findings),
      onBack: (runId, finding, file) => desk.bringBack(runId, finding, file),
    }),
  );
  const desk = owned.add(
    new ReviewDesk({
      store,
      threads,
      dismissed,
      state: context.workspaceState,
      workspace: ground.workspace,
      publish: (runId, payload) => {
        const view = store.peek(runId);
        publisher.publish({
          topic: 'review.updated',
          payload,
          source: 'user',
          runId,
          correlationId: runId,
          ...(view && { traceId: view.traceId }),
          ...(view?.lastEventId !== undefined && { causationId: view.lastEventId }),
        });
      },
      propose: (runId, proposed, signal) => changes.sets.propose({ runId, agent: 'qa', signal }, proposed),
      accept: (runId, path) => changes.sets.accept(runId, path),
      ask: (request, options) => engine.ask(request, { ...options, interactive: true }).result,
      now: () => clock.now(),
      onProblem: (error) => onBug(error, 'review'),
    }),
  );
  owned.add(
    mirrorInProblems(threads, {
      isShown: () => settings.current().review.showProblems,
      onDidChange: (handler) => settings.onDidChange(handler),
    }),
  );
  const showKey = () =>
    void vscode.commands.executeCommand('setContext', 'agentTeam.hasFindings', threads.list().length > 0);
  owned.add(threads.onDidChange(showKey));
  const commands = new ReviewCommands({
    review: (target, title) => engine.review({ target }, { interactive: true, title }),
    desk,
    threads,
    viewOf: (runId) => store.get(runId),
    reviews: () => reviewRuns(store.list(), context.workspaceState),
    openReport: async (runId) => vscode.commands.executeCommand(COMMANDS.openRun, { runId }),
  });
  return { commands, show: (runId: string) => desk.show(runId), restore: () => desk.restore() };
}
