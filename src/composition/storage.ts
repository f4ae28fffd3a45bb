// Part of the composition root: everything of a workspace that is kept, and the bus and projections over it.
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { LowdbRunIndex } from '../adapters/lowdb/lowdbRunIndex';
import { FileLease } from '../adapters/node/fileLease';
import { NodeChangeStore } from '../adapters/node/nodeChangeStore';
import { Presence } from '../adapters/node/presence';
import { SegmentedEventLog } from '../adapters/node/segmentedEventLog';
import { OtelTracing } from '../adapters/otel/otelTracing';
import type { EventEnvelope } from '../api';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { EventBus } from '../core/events/eventBus';
import { logLine } from '../core/events/logLine';
import type { Redact } from '../core/events/redaction';
import type { MemoryStore } from '../core/memory/memoryStore';
import { once } from '../core/once';
import type { ReactionClaims } from '../core/reactions/reactionClaims';
import type { RunHousekeeping } from '../core/runs/runHousekeeping';
import { RunStore, type Forgotten } from '../core/runs/runStore';
import type { SettingsSource } from '../core/settings';
import { createTraceExport } from './traceExport';

export interface StorageOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  log: vscode.LogOutputChannel;
  settings: SettingsSource;
  newId: () => string;
  redact: Redact;
  learnSecret: (secret: string | undefined) => void;
  owned: DisposableStore;
}

/** What a team shares beside events; set while a backend carries it, else each window has its own. */
export interface SharedPorts {
  claims?: ReactionClaims;
  memory?: MemoryStore;
  /** Takes events whose reaction was claimed by a window that died; set by whoever reacts. */
  onOrphan?: (event: EventEnvelope) => void;
}

export type TeamStorage = ReturnType<typeof createStorage>;

/** Builds it; nothing touches the disk but the index, which is read at once. */
export function createStorage(options: StorageOptions) {
  const { context, clock, log, settings, newId, redact, learnSecret, owned } = options;
  const folder = vscode.Uri.joinPath(context.globalStorageUri, 'workspaces', workspaceHash()).fsPath;
  const origin = newId();
  const onProblem = (problem: unknown) => {
    log.warn(`storage: ${describe(problem)}`);
  };
  let onLate = () => {};
  const presence = owned.add(new Presence({ folder, origin, clock, onLate: () => onLate() }));
  const isAlive = (window: string) => presence.isAlive(window);
  const lease = new FileLease({ folder, origin, isAlive });
  const events = new SegmentedEventLog({ folder, origin, clock, onProblem, isAlive });
  const changeStore = new NodeChangeStore({ folder, origin, clock, onProblem });
  const index = owned.add(
    new LowdbRunIndex({
      folder,
      origin,
      clock,
      isWriter: () => lease.held,
      beforeSave: () => events.flush(),
      onProblem,
    }),
  );
  const bus = owned.add(
    new EventBus({ clock, log: events, origin, redact, onBug: (error) => log.error(String(error)) }),
  );
  owned.add(
    bus.tap((event) => {
      const line = logLine(event);
      if (line) log[line.level](line.text);
    }),
  );
  const store = owned.add(new RunStore({ bus, journal: events, index, onProblem }));
  const shared: SharedPorts = {};
  const ownMemory = once(async (): Promise<MemoryStore> => {
    const { NodeMemoryStore } = await import('../adapters/node/nodeMemoryStore');
    return new NodeMemoryStore({ folder, onProblem });
  });
  const memoryStore = async () => shared.memory ?? ownMemory();
  const forget = async (gone: Forgotten) => (await memoryStore()).drop(gone);
  owned.add(store.onDidForget((gone) => void forget(gone).catch(onProblem)));
  const traceExport = createTraceExport({ context, clock, log, settings, origin, learnSecret });
  const tracing = owned.add(
    new OtelTracing({
      clock,
      spans: events,
      index,
      redact,
      exportContent: () => settings().trace.exportContent,
      onProblem,
      onEnded: traceExport.ended,
    }),
  );
  let housekeeping: RunHousekeeping | undefined;
  const startHousekeeping = async () => {
    // Nobody waits for it: what activation loads is less without.
    const { RunHousekeeping } = await import('../core/runs/runHousekeeping');
    const retention = () => settings().retention;
    const restoreTraces = () => tracing.restoreIndex();
    const ports = {
      bus,
      journal: events,
      index,
      store,
      lease,
      clock,
      retention,
      imports: events,
      restoreTraces,
      onProblem,
    };
    if (owned.isDisposed) return;
    housekeeping = owned.add(new RunHousekeeping(ports));
    await housekeeping.start();
  };
  return {
    bus,
    store,
    tracing,
    traceExport,
    changeStore,
    memoryStore,
    shared,
    journal: events,
    /** Where this window keeps what else belongs to the workspace, and which windows live. */
    place: { folder, origin, isAlive },
    /** Once this window was still for so long that others may have taken it for dead. */
    whenLate: (handler: () => void) => {
      onLate = handler;
    },
    /** Announces this window, then takes care of what dead windows left. */
    start: async () => {
      await presence.start();
      await startHousekeeping();
    },
    /** Makes everything that was published and traced readable; ended runs are synced to disk in the background. */
    flush: () => tracing.ready(),
    close: async () => {
      housekeeping?.dispose();
      await tracing.ready();
      const exported = traceExport.close();
      await bus.flush();
      await index.flush();
      await events.close();
      await changeStore.close();
      await exported;
      await lease.release();
      await presence.stop();
    },
  };
}

/** The same for all windows on one workspace file or set of folders; VS Code's `storageUri` is not. */
function workspaceHash(): string {
  const { workspaceFile, workspaceFolders } = vscode.workspace;
  const uris = workspaceFile ? [workspaceFile] : (workspaceFolders ?? []).map((folder) => folder.uri);
  const key = uris.map((uri) => uri.toString()).sort();
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24);
}

function describe(problem: unknown): string {
  if (problem instanceof Error) return problem.message;
  return JSON.stringify(problem);
}
