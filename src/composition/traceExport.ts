// Part of the composition root: the export of ended spans to a collector. Nothing of it loads before there is one to send to.
import type * as vscode from 'vscode';
import type { Clock } from '../core/clock';
import { once } from '../core/once';
import type { SettingsSource } from '../core/settings';
import type { StoredSpan } from '../core/telemetry/storedSpan';

export interface TraceExportOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  log: vscode.LogOutputChannel;
  settings: SettingsSource;
  /** Names this window. */
  origin: string;
  /** Told of each variable that header values name, so that none of them is ever kept. */
  learnSecret: (secret: string | undefined) => void;
}

export type TraceExport = ReturnType<typeof createTraceExport>;

/** VS Code gives an extension few seconds to end. */
const CLOSE_MS = 2000;

export function createTraceExport({ context, clock, log, settings, origin, learnSecret }: TraceExportOptions) {
  const environment = (name: string) => {
    const value = process.env[name];
    learnSecret(value);
    return value;
  };
  const exporter = once(async () => {
    const [{ OtlpHttpExporter }, { otlpTarget }] = await Promise.all([
      import('../adapters/otel/otlpHttpExporter'),
      import('../core/telemetry/otlpTarget'),
    ]);
    const { version } = context.extension.packageJSON as { version: string };
    return new OtlpHttpExporter({
      clock,
      fetch: (input, init) => globalThis.fetch(input, init),
      target: () => otlpTarget(settings().trace, environment),
      resource: { 'service.version': version, 'service.instance.id': origin },
      onProblem: (problem) => log.warn(`trace export: ${problem}`),
    });
  });
  const isOn = () => settings().trace.otlpEndpoint !== '';
  return {
    ended: (span: StoredSpan): void => {
      if (!isOn()) return;
      void exporter().then(
        (loaded) => loaded.export(span),
        (error: unknown) => log.error(`trace export: ${String(error)}`),
      );
    },
    /** Undefined while nothing is exported. */
    health: async () => (isOn() ? (await exporter()).health() : undefined),
    /** Sends what waits, within two seconds. */
    close: async () => {
      await (await exporter.peek())?.close(CLOSE_MS);
    },
  };
}
