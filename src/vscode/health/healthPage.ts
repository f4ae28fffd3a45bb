// The health page: tries out what the team stands on, and says what to do about whatever does not work. Nothing private is in it.
import * as vscode from 'vscode';
import type { Disposable } from '../../api';
import { messageOf } from '../../core/failure';
import { COMMANDS } from '../ids';
import { pageFolder, staticPageHtml, tabIcon } from '../webviews/pageHtml';
import { commandsIn, healthHtml } from './healthHtml';

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

function verdictOf(checked: readonly CheckedHealth[]): string {
  const bad = checked.filter(({ result }) => result.state !== 'ok').length;
  if (bad === 0) return vscode.l10n.t('Everything works.');
  return bad === 1 ? vscode.l10n.t('One thing needs attention.') : vscode.l10n.t('{0} things need attention.', bad);
}

/** The page as markdown. */
export function healthText(versions: Readonly<Record<string, string>>, checked: readonly CheckedHealth[]): string {
  const verdict = verdictOf(checked);
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
  extensionUri: vscode.Uri;
  checks: () => readonly HealthCheck[];
  versions: () => Readonly<Record<string, string>>;
}

/** A tab without scripts; what it links to are commands. */
export class HealthPage implements Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private checking: Promise<string> | undefined;

  constructor(private readonly options: HealthPageOptions) {}

  /** `agentTeam.diagnose`: checks everything and shows the page; returns its text. Asked twice at once, it checks once. */
  show(): Promise<string> {
    return (this.checking ??= this.check().finally(() => (this.checking = undefined)));
  }

  dispose(): void {
    this.panel?.dispose();
  }

  private async check(): Promise<string> {
    const checked = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Agent Team: checking') },
      () => checkHealth(this.options.checks()),
    );
    const versions = this.options.versions();
    const links = [
      `[${vscode.l10n.t('Check again')}](command:${COMMANDS.diagnose})`,
      `[${vscode.l10n.t('Report an issue')}](command:${COMMANDS.reportIssue})`,
      `[${vscode.l10n.t('Show log')}](command:${COMMANDS.showLog})`,
    ];
    const panel = this.panelFor([...links, ...checked.map(({ result }) => result.remedy ?? '')]);
    panel.webview.html = staticPageHtml({
      webview: panel.webview,
      extensionUri: this.options.extensionUri,
      page: 'health',
      title: panel.title,
      body: healthHtml({ verdict: verdictOf(checked), checked, versions, links }),
    });
    return healthText(versions, checked);
  }

  /** The tab that there is, or a new one. */
  private panelFor(texts: readonly string[]): vscode.WebviewPanel {
    const { extensionUri } = this.options;
    const options = { enableCommandUris: commandsIn(texts), localResourceRoots: [pageFolder(extensionUri)] };
    if (this.panel) {
      this.panel.webview.options = options;
      // Whoever sees it already may be typing elsewhere.
      if (!this.panel.visible) this.panel.reveal();
      return this.panel;
    }
    const title = vscode.l10n.t('Agent Team health');
    const panel = vscode.window.createWebviewPanel('agentTeam.health', title, vscode.ViewColumn.Active, options);
    panel.iconPath = tabIcon(extensionUri);
    panel.onDidDispose(() => (this.panel = undefined));
    return (this.panel = panel);
  }
}
