// The document of a page: nothing may load or run but what is named here.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** The folder that pages may load from: built scripts, styles and the icon font. */
export function pageFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The icon of a tab, in the colours of the theme. */
export function tabIcon(extensionUri: vscode.Uri): { light: vscode.Uri; dark: vscode.Uri } {
  const file = (name: string) => vscode.Uri.joinPath(extensionUri, 'media', name);
  return { light: file('activity-light.svg'), dark: file('activity-dark.svg') };
}

export interface PageHtml {
  webview: vscode.Webview;
  extensionUri: vscode.Uri;
  /** Names the script and the style sheet of the build. */
  page: 'chat' | 'trace' | 'report';
  title: string;
  /** Where it stands, for a style sheet that needs to know what is behind it. */
  place?: 'panel' | 'editor';
}

export function pageHtml({ webview, extensionUri, page, title, place }: PageHtml): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!doctype html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <link rel="stylesheet" href="${file('codicon.css')}" />
    <link rel="stylesheet" href="${file(`${page}.css`)}" />
    <title>${title}</title>
  </head>
  <body${place ? ` data-place="${place}"` : ''}>
    <script nonce="${nonce}" src="${file(`${page}.js`)}"></script>
  </body>
</html>`;
}

export interface StaticPageHtml extends Omit<PageHtml, 'page' | 'place'> {
  /** Names the style sheet of the build. */
  page: 'health';
  /** Everything in it that is not ours must have been escaped. */
  body: string;
}

/** A document without scripts. */
export function staticPageHtml({ webview, extensionUri, page, title, body }: StaticPageHtml): string {
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(pageFolder(extensionUri), name)).toString();
  return `<!doctype html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; font-src ${webview.cspSource}" />
    <link rel="stylesheet" href="${file('codicon.css')}" />
    <link rel="stylesheet" href="${file(`${page}.css`)}" />
    <title>${title}</title>
  </head>
  <body>${body}</body>
</html>`;
}
