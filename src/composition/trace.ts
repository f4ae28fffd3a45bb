// Part of the composition root, loaded when the page of events and traces is shown: its tabs and where it stands.
import * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { showError } from '../vscode/commands/showError';
import { createEventsTab } from '../vscode/trace/eventsTab';
import { createGraphTab } from '../vscode/trace/graphTab';
import { RunOfTrace } from '../vscode/trace/runOfTrace';
import { saveLines } from '../vscode/trace/saveLines';
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
  storage: Pick<TeamStorage, 'bus' | 'store' | 'tracing'>;
  owned: DisposableStore;
}

export function createTrace({ context, clock, log, storage, owned }: TraceOptions): TracePages {
  const { bus, store, tracing } = storage;
  const run = new RunOfTrace({ traces: tracing, runs: store });
  /** What the page consists of; a tab that is not here does not appear. */
  const tabs: readonly TraceTab[] = [
    createTraceListTab({ traces: tracing, runs: store, isLive: (traceId) => tracing.isOpen(traceId), clock }),
    createEventsTab({ bus, save: saveLines, showError }),
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
