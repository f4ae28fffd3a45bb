// Part of the composition root, loaded when the page of events and traces is shown: its tabs and where it stands.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import type { SettingsSource } from '../core/settings';
import type { PromptVersions } from '../vscode/agents/promptVersions';
import { showError } from '../vscode/commands/showError';
import { openFileTarget } from '../vscode/chat/fileTargets';
import { createEventsTab } from '../vscode/trace/eventsTab';
import { createGraphTab } from '../vscode/trace/graphTab';
import { RunOfTrace } from '../vscode/trace/runOfTrace';
import { saveLines } from '../vscode/trace/saveLines';
import { createSpansTab } from '../vscode/trace/spansTab';
import { TraceFileCommands } from '../vscode/trace/traceFileCommands';
import { createTraceListTab } from '../vscode/trace/traceListTab';
import { TracePages } from '../vscode/trace/tracePages';
import { TraceSession } from '../vscode/trace/traceSession';
import type { TraceTab } from '../vscode/trace/traceTab';
import { traceStrings } from '../vscode/trace/traceTexts';
import type { TeamStorage } from './storage';

export interface TraceOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  log: vscode.LogOutputChannel;
  settings: SettingsSource;
  storage: Pick<TeamStorage, 'bus' | 'store' | 'tracing'>;
  prompts: PromptVersions;
  owned: DisposableStore;
}

export function createTrace({ context, clock, log, settings, storage, prompts, owned }: TraceOptions): TracePages {
  const { bus, store, tracing } = storage;
  const run = new RunOfTrace({ traces: tracing, runs: store });
  const files = new TraceFileCommands({ traces: tracing, settings });
  /** What the page consists of; a tab that is not here does not appear. */
  const tabs: readonly TraceTab[] = [
    createTraceListTab({ traces: tracing, runs: store, isLive: (traceId) => tracing.isOpen(traceId), clock }),
    createEventsTab({
      bus,
      save: saveLines,
      tellGone: () =>
        void vscode.window.showInformationMessage(
          vscode.l10n.t('Whoever could not take this event is gone; it is kept until somebody takes it.'),
        ),
      showError,
    }),
    createSpansTab({
      traces: tracing,
      events: bus,
      prompts,
      openFile: openFileTarget,
      copy: async (text) => vscode.env.clipboard.writeText(text),
      exportTrace: async (traceId) => void (await files.exportAsking(traceId)),
      clock,
      showError,
    }),
    createGraphTab({ run, clock, showError }),
  ];
  return owned.add(
    new TracePages({
      extensionUri: context.extensionUri,
      createSession: (post) =>
        new TraceSession({
          tabs,
          clock,
          memory: context.workspaceState,
          strings: traceStrings(tabs),
          locale: vscode.env.language,
          post,
          showError,
          log: (level, message) => log[level](message),
        }),
    }),
  );
}
