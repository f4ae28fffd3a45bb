// `diagnostics.changed`: a file of the workspace has another number of errors or warnings than before. Language services report often and
// in parts, so it is looked at when they have been quiet for a moment. Findings of ours are none of theirs.
import * as vscode from 'vscode';
import type { Clock } from '../../core/clock';
import type { Disposable } from '../../core/disposable';
import type { EventPublisher } from '../../core/events/publisher';
import { workspacePath } from './workspacePath';

export interface DiagnosticCountsOptions {
  publisher: EventPublisher;
  clock: Clock;
}

interface Counts {
  errors: number;
  warnings: number;
}

/** Diagnostics with this source are ours. */
const OWN_SOURCE = 'Agent Team';
const QUIET_MS = 1_000;
/** A service that reports without end is looked at nevertheless. */
const MAX_WAIT_MS = 5_000;
/** Files whose counts are remembered; those that were looked at longest ago are forgotten, and count as clean. */
const MAX_FILES = 5_000;

export class DiagnosticCounts implements Disposable {
  private readonly known = new Map<string, Counts>();
  private readonly stale = new Map<string, vscode.Uri>();
  private readonly subscription: vscode.Disposable;
  private timer: Disposable | undefined;
  private staleSinceMs = 0;

  constructor(private readonly options: DiagnosticCountsOptions) {
    // What stood there before is no news.
    for (const [uri, diagnostics] of vscode.languages.getDiagnostics()) this.know(uri, countsOf(diagnostics));
    this.subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => this.changed(uris));
  }

  dispose(): void {
    this.subscription.dispose();
    this.timer?.dispose();
  }

  private changed(uris: readonly vscode.Uri[]): void {
    const nowMs = this.options.clock.now();
    if (this.stale.size === 0) this.staleSinceMs = nowMs;
    for (const uri of uris) {
      // What does not fit any more is seen with its next change.
      if (this.stale.size < MAX_FILES) this.stale.set(uri.toString(), uri);
    }
    const leftMs = this.staleSinceMs + MAX_WAIT_MS - nowMs;
    this.timer?.dispose();
    this.timer = this.options.clock.after(Math.max(0, Math.min(QUIET_MS, leftMs)), () => this.look());
  }

  private look(): void {
    this.timer = undefined;
    const uris = [...this.stale.values()];
    this.stale.clear();
    for (const uri of uris) this.compare(uri);
  }

  private compare(uri: vscode.Uri): void {
    const counts = countsOf(vscode.languages.getDiagnostics(uri));
    const { errors, warnings } = this.known.get(uri.toString()) ?? { errors: 0, warnings: 0 };
    this.know(uri, counts);
    if (errors === counts.errors && warnings === counts.warnings) return;
    const path = workspacePath(uri);
    if (path === undefined) return;
    const payload = { path, uri: uri.toString(), ...counts };
    this.options.publisher.publish({ topic: 'diagnostics.changed', payload, source: 'editor' });
  }

  private know(uri: vscode.Uri, counts: Counts): void {
    const key = uri.toString();
    this.known.delete(key);
    if (counts.errors > 0 || counts.warnings > 0) this.known.set(key, counts);
    const oldest = this.known.keys().next().value;
    if (this.known.size > MAX_FILES && oldest !== undefined) this.known.delete(oldest);
  }
}

function countsOf(diagnostics: readonly vscode.Diagnostic[]): Counts {
  const others = diagnostics.filter(({ source }) => source !== OWN_SOURCE);
  const count = (wanted: vscode.DiagnosticSeverity) => others.filter(({ severity }) => severity === wanted).length;
  return { errors: count(vscode.DiagnosticSeverity.Error), warnings: count(vscode.DiagnosticSeverity.Warning) };
}
