// Where the page of events and traces stands: the view in the panel, and one editor tab. Each has a session of its own.
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable';
import type { TraceHostMessage } from '../../protocol/trace/traceMessages';
import { VIEWS } from '../ids';
import { pageFolder, pageHtml, tabIcon } from '../webviews/pageHtml';
import type { TraceSession, TraceTarget } from './traceSession';

export interface TracePagesOptions {
  extensionUri: vscode.Uri;
  createSession: (post: (message: TraceHostMessage) => void) => TraceSession;
}

/** What a view and a panel have in common. */
interface PageHost {
  readonly place: 'panel' | 'editor';
  readonly webview: vscode.Webview;
  readonly isVisible: () => boolean;
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  readonly onDidDispose: vscode.Event<void>;
}

export class TracePages implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private panel: { panel: vscode.WebviewPanel; session: TraceSession } | undefined;

  constructor(private readonly options: TracePagesOptions) {}

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    webview.options = this.webviewOptions();
    this.attach({
      place: 'panel',
      webview,
      isVisible: () => view.visible,
      onDidChangeVisibility: view.onDidChangeVisibility,
      onDidDispose: view.onDidDispose,
    });
  }

  /** Shows the page in an editor tab: the one that there is, or a new one. */
  openInEditor(target?: TraceTarget): void {
    if (this.panel) this.panel.panel.reveal();
    else {
      const column = vscode.window.activeTextEditor?.viewColumn ?? vscode.ViewColumn.Active;
      this.restore(vscode.window.createWebviewPanel(VIEWS.trace, title(), column, this.webviewOptions()));
    }
    if (target) this.panel?.session.show(target);
  }

  /** Takes an editor tab, a new one or one from before the window was reloaded. */
  restore(panel: vscode.WebviewPanel): void {
    panel.title = title();
    panel.iconPath = tabIcon(this.options.extensionUri);
    panel.webview.options = this.webviewOptions();
    const session = this.attach({
      place: 'editor',
      webview: panel.webview,
      isVisible: () => panel.visible,
      onDidChangeVisibility: panel.onDidChangeViewState,
      onDidDispose: panel.onDidDispose,
    });
    const mine = { panel, session };
    this.panel = mine;
    this.owned.add(
      panel.onDidDispose(() => {
        if (this.panel === mine) this.panel = undefined;
      }),
    );
  }

  dispose(): void {
    this.owned.dispose();
  }

  private attach(host: PageHost): TraceSession {
    const { webview } = host;
    const page = new DisposableStore();
    const session = page.add(this.options.createSession((message) => void webview.postMessage(message)));
    page.add(webview.onDidReceiveMessage((message: unknown) => void session.receive(message)));
    page.add(
      host.onDidChangeVisibility(() => {
        if (!host.isVisible()) session.hide();
      }),
    );
    page.add(host.onDidDispose(() => this.owned.delete(page)));
    this.owned.add(page);
    const { extensionUri } = this.options;
    webview.html = pageHtml({ webview, extensionUri, page: 'trace', title: title(), place: host.place });
    return session;
  }

  private webviewOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [pageFolder(this.options.extensionUri)] };
  }
}

function title(): string {
  return vscode.l10n.t('Events and traces');
}
