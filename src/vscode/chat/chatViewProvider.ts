// The view `agentTeam.chat`: gives the page its document and carries messages. Everything else is the controller's.
import * as vscode from 'vscode';
import { DisposableStore } from '../../core/disposable';
import { VIEWS } from '../ids';
import { pageFolder, pageHtml } from '../webviews/pageHtml';
import type { ChatController } from './chatController';

export class ChatViewProvider implements vscode.WebviewViewProvider, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private view: vscode.WebviewView | undefined;

  constructor(
    private readonly controller: ChatController,
    private readonly extensionUri: vscode.Uri,
  ) {}

  /** Registers the view; the page's state comes from the controller, so it is not kept while hidden. */
  register(): vscode.Disposable {
    return vscode.window.registerWebviewViewProvider(VIEWS.chat, this);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.view = view;
    const { webview } = view;
    webview.options = { enableScripts: true, localResourceRoots: [pageFolder(this.extensionUri)] };
    const page = new DisposableStore();
    page.add(webview.onDidReceiveMessage((message: unknown) => void this.controller.receive(message)));
    page.add(
      view.onDidChangeVisibility(() => {
        if (view.visible) this.attach(view);
        else this.controller.detachPage();
      }),
    );
    page.add(
      view.onDidDispose(() => {
        this.controller.detachPage();
        if (this.view === view) this.view = undefined;
        this.owned.delete(page);
      }),
    );
    this.owned.add(page);
    this.attach(view);
    webview.html = pageHtml({
      webview,
      extensionUri: this.extensionUri,
      page: 'chat',
      title: vscode.l10n.t('Chat'),
    });
  }

  /** Shows the view and puts the cursor into its input, with `text` in it if given. */
  async focus(text?: string): Promise<void> {
    await this.reveal();
    this.controller.focusInput(text);
  }

  /** Shows the view; the page is created where it did not exist. */
  async reveal(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEWS.chat}.focus`);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private attach(view: vscode.WebviewView): void {
    this.controller.attachPage({
      post: (message) => void view.webview.postMessage(message),
      showTitle: (title) => {
        view.description = title;
      },
    });
  }
}
