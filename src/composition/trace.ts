// Part of the composition root, loaded when the page of events and traces is shown: its tabs and where it stands.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { messageOf } from '../core/failure';
import { once } from '../core/once';
import type { BreakerRegistry } from '../core/resilience/breakerRegistry';
import { FiguresOfRuns } from '../core/runs/figuresOfRuns';
import type { SettingsSource } from '../core/settings';
import { PromptDocuments } from '../vscode/agents/promptDocuments';
import type { PromptVersions } from '../vscode/agents/promptVersions';
import { showError } from '../vscode/edge/showError';
import { openFileTarget } from '../vscode/edge/fileTargets';
import { COMMANDS } from '../vscode/ids';
import { createCompareTab } from '../vscode/trace/compareTab';
import { createEventsTab } from '../vscode/trace/eventsTab';
import { createGraphTab } from '../vscode/trace/graphTab';
import { createMetricsTab } from '../vscode/trace/metricsTab';
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
  storage: Pick<TeamStorage, 'bus' | 'store' | 'tracing' | 'journal'>;
  prompts: PromptVersions;
  breakers: () => BreakerRegistry;
  owned: DisposableStore;
}

export function createTrace(options: TraceOptions): TracePages {
  const { context, clock, log, settings, storage, prompts, owned } = options;
  const { bus, store, tracing } = storage;
  const figures = once(() => owned.add(figuresOf(storage, log)));
  const promptDocuments = once(() => owned.add(new PromptDocuments(prompts)));
  const showPrompt = (version: string, before?: string) => promptDocuments().show(version, before);
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
      exportTrace: async (traceId) => {
        await files.exportAsking(traceId);
      },
      clock,
      showError,
    }),
    createGraphTab({ run, clock, showError }),
    createMetricsTab({
      source: figures,
      breakers: {
        state: (scope, name) => options.breakers().state(scope, name),
        reset: (scope, name) => options.breakers().reset(scope, name),
        onDidChange: (handler) => options.breakers().onDidChange(handler),
      },
      showPrompt,
      clock,
      showError,
    }),
    createCompareTab({ run, showPrompt, clock, showError }),
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
          askTeam: () => vscode.commands.executeCommand(COMMANDS.focusChat),
          showError,
          log: (level, message) => log[level](message),
        }),
    }),
  );
}

/** Journals are read when somebody first looks at figures. */
function figuresOf({ bus, store, journal }: TraceOptions['storage'], log: vscode.LogOutputChannel): FiguresOfRuns {
  const onProblem = (error: unknown) => log.warn(`metrics: ${messageOf(error)}`);
  return new FiguresOfRuns({ bus, runs: store, journal, onProblem });
}
