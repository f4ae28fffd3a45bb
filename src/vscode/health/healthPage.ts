// The health page: shows what was tried out, and leads to what mends whatever does not work.
import * as vscode from 'vscode';
import type { Disposable } from '../../api';
import { COMMANDS } from '../ids';
import { pageFolder, staticPageHtml, tabIcon } from '../webviews/pageHtml';
import { checkHealth, healthText, verdictOf, type HealthCheck } from './health';
import { commandsIn, healthHtml } from './healthHtml';

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
