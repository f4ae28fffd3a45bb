// The health page: tries out what the team stands on, and says what to do about whatever does not work. Nothing private is in it.
import * as vscode from 'vscode';
import type { Disposable } from '../../api';
import { DisposableStore } from '../../core/disposable';
import { messageOf } from '../../core/failure';

export interface HealthResult {
  state: 'ok' | 'warning' | 'error';
  /** A sentence: what was found. */
  found: string;
  /** A sentence: what to do; with `command:` links where a command does it. */
  remedy?: string;
}

export interface HealthCheck {
  title: string;
  /** It sends a request to a model, which a person has to want. */
  asksModel?: boolean;
  run(signal: AbortSignal): Promise<HealthResult>;
}

const SCHEME = 'agent-team-health';
/** No check may hold the page up for longer. */
const CHECK_TIMEOUT_MS = 20_000;

export interface CheckedHealth {
  title: string;
  result: HealthResult;
}

/** Runs all checks at once; one that throws or takes too long is an error of its own. */
export async function checkHealth(
  checks: readonly HealthCheck[],
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<CheckedHealth[]> {
  return Promise.all(
    checks.map(async (check) => {
      const { title } = check;
      const signal = AbortSignal.timeout(timeoutMs);
      const late = new Promise<HealthResult>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve({ state: 'error', found: vscode.l10n.t('It did not answer within {0} s.', timeoutMs / 1_000) });
        });
      });
      try {
        return { title, result: await Promise.race([check.run(signal), late]) };
      } catch (error) {
        return { title, result: { state: 'error', found: messageOf(error) } satisfies HealthResult };
      }
    }),
  );
}

/** The page as markdown. */
export function healthText(versions: Readonly<Record<string, string>>, checked: readonly CheckedHealth[]): string {
  const bad = checked.filter(({ result }) => result.state !== 'ok').length;
  const verdict =
    bad === 0
      ? vscode.l10n.t('Everything works.')
      : bad === 1
        ? vscode.l10n.t('One thing needs attention.')
        : vscode.l10n.t('{0} things need attention.', bad);
  const rows = checked.flatMap(({ title, result }) => [
    `## ${mark(result.state)} ${title}`,
    result.found,
    ...(result.remedy === undefined ? [] : [`**${vscode.l10n.t('What to do:')}** ${result.remedy}`]),
  ]);
  const about = Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`);
  return [`# Agent Team`, verdict, ...rows, `## ${vscode.l10n.t('Versions')}`, about.join('\n'), ''].join('\n\n');
}

function mark(state: HealthResult['state']): string {
  if (state === 'ok') return vscode.l10n.t('OK:');
  return state === 'warning' ? vscode.l10n.t('Attention:') : vscode.l10n.t('Problem:');
}

export interface HealthPageOptions {
  checks: () => readonly HealthCheck[];
  versions: () => Readonly<Record<string, string>>;
}

export class HealthPage implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private text = '';

  constructor(private readonly options: HealthPageOptions) {
    this.owned.add(this.changed);
    this.owned.add(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: () => this.text,
      }),
    );
  }

  /** `agentTeam.diagnose`: checks everything and shows the page; returns its text. */
  async show(): Promise<string> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${vscode.l10n.t('Agent Team health')}.md` });
    const checked = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Agent Team: checking') },
      () => checkHealth(this.options.checks()),
    );
    this.text = healthText(this.options.versions(), checked);
    this.changed.fire(uri);
    await vscode.commands.executeCommand('markdown.showPreview', uri);
    return this.text;
  }

  dispose(): void {
    this.owned.dispose();
  }
}
