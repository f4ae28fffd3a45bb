// Where reports stand: one editor tab for each run.
import * as vscode from 'vscode';
import * as z from 'zod';
import { DisposableStore } from '../../core/disposable';
import type { ReportHostMessage } from '../../protocol/report/reportMessages';
import { REPORT_PANEL } from '../ids';
import { pageFolder, pageHtml, tabIcon } from '../webviews/pageHtml';
import type { ReportSession } from './reportSession';

export interface ReportPanelsOptions {
  extensionUri: vscode.Uri;
  titleOf: (runId: string) => string;
  createSession: (runId: string, post: (message: ReportHostMessage) => void) => ReportSession;
}

/** What a page keeps for the time after a reload. */
const pageState = z.object({ runId: z.string().min(1) });

export class ReportPanels implements vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly open = new Map<string, { panel: vscode.WebviewPanel; session: ReportSession }>();

  constructor(private readonly options: ReportPanelsOptions) {}

  /** Shows the report of a run: the tab that there is, or a new one. */
  show(runId: string, taskId?: string): void {
    const known = this.open.get(runId);
    if (known) known.panel.reveal();
    else {
      const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
      this.attach(runId, vscode.window.createWebviewPanel(REPORT_PANEL, '', column, this.webviewOptions()));
    }
    if (taskId !== undefined) this.open.get(runId)?.session.reveal(taskId);
  }

  /** Takes a tab from before the window was reloaded; one that does not say what it showed is closed. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const parsed = pageState.safeParse(state);
    if (!parsed.success || this.open.has(parsed.data.runId)) panel.dispose();
    else this.attach(parsed.data.runId, panel);
  }

  /** True while a person can see the report of this run. */
  isVisible(runId: string): boolean {
    return this.open.get(runId)?.panel.visible ?? false;
  }

  dispose(): void {
    for (const { panel } of [...this.open.values()]) panel.dispose();
    this.owned.dispose();
  }

  private attach(runId: string, panel: vscode.WebviewPanel): void {
    const { extensionUri, titleOf, createSession } = this.options;
    const title = titleOf(runId);
    panel.title = title;
    panel.iconPath = tabIcon(extensionUri);
    panel.webview.options = this.webviewOptions();
    const page = new DisposableStore();
    const session = page.add(createSession(runId, (message) => void panel.webview.postMessage(message)));
    page.add(panel.webview.onDidReceiveMessage((message: unknown) => void session.receive(message)));
    page.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) session.hide();
      }),
    );
    page.add(
      panel.onDidDispose(() => {
        this.open.delete(runId);
        this.owned.delete(page);
      }),
    );
    this.owned.add(page);
    this.open.set(runId, { panel, session });
    panel.webview.html = pageHtml({ webview: panel.webview, extensionUri, page: 'report', title: '', place: 'editor' });
  }

  private webviewOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [pageFolder(this.options.extensionUri)] };
  }
}
