// The chat page in a plain Chromium, wired to the real host side of the chat: what a person sees, without VS Code around it.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Clock } from '../../src/core/clock';
import { ChatController } from '../../src/vscode/chat/chatController';
import { InMemoryChatBackend, InMemoryChatEdge, InMemoryChatMemory, PLAIN_TURN_TEXTS } from './inMemoryChat';

export const THEMES = ['darkModern', 'lightModern', 'highContrastBlack'] as const;
export type Theme = (typeof THEMES)[number];

const root = path.resolve(__dirname, '../..');
const timers: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return { dispose: () => clearTimeout(timer) };
  },
};

/** Chromium on this machine; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const places = [
    process.env['CHROME_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return places.find((place) => place !== undefined && existsSync(place));
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('No Chromium was found: install it, or set CHROME_PATH.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

let bundle: Promise<{ script: string; style: string }> | undefined;

/** Builds the page once. */
function pageBundle(): Promise<{ script: string; style: string }> {
  bundle ??= (async () => {
    const result = await build({
      entryPoints: [path.join(root, 'webview/chat/main.ts')],
      bundle: true,
      write: false,
      outdir: 'out',
      format: 'iife',
      target: 'es2023',
      tsconfig: path.join(root, 'webview/tsconfig.json'),
    });
    const text = (end: string) => result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? '';
    return { script: text('.js'), style: text('.css') };
  })();
  return bundle;
}

/** The page's window, which these types do not know. */
interface Messenger {
  postMessage(message: unknown, origin: string): void;
}

export interface ChatPage {
  page: Page;
  backend: InMemoryChatBackend;
  edge: InMemoryChatEdge;
  memory: InMemoryChatMemory;
  controller: ChatController;
  /** What the view's header was told to show, newest last. */
  titles: string[];
  /** Errors that the page threw or logged. */
  problems: string[];
  close(): Promise<void>;
}

export interface ChatPageOptions {
  theme?: Theme;
  width?: number;
  height?: number;
  backend?: InMemoryChatBackend;
  memory?: InMemoryChatMemory;
}

/** Opens the page as the sidebar would. */
export async function openChatPage(browser: Browser, options: ChatPageOptions = {}): Promise<ChatPage> {
  const backend = options.backend ?? new InMemoryChatBackend();
  const edge = new InMemoryChatEdge();
  const memory = options.memory ?? new InMemoryChatMemory();
  const controller = new ChatController({
    backend,
    edge,
    memory,
    clock: timers,
    texts: PLAIN_TURN_TEXTS,
    strings: {},
    locale: 'en',
  });
  const context = await browser.newContext({
    viewport: { width: options.width ?? 400, height: options.height ?? 800 },
    deviceScaleFactor: 2,
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.exposeFunction('postToHost', (message: unknown) => controller.receive(message));
  const font = path.join(root, 'node_modules/@vscode/codicons/dist');
  await page.route('http://chat.test/**', async (route) => {
    const url = new URL(route.request().url());
    if (url.pathname === '/')
      return route.fulfill({ contentType: 'text/html', body: await pageHtml(options.theme ?? 'darkModern') });
    const name = url.pathname.slice(1);
    if (name.startsWith('codicon.')) return route.fulfill({ path: path.join(font, name) });
    const { script, style } = await pageBundle();
    if (name === 'chat.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    if (name === 'chat.css') return route.fulfill({ contentType: 'text/css', body: style });
    return route.abort();
  });
  const titles: string[] = [];
  controller.attachPage({
    post: (message) => {
      if (!page.isClosed())
        page
          .evaluate((data) => (globalThis as unknown as Messenger).postMessage(data, '*'), message)
          .catch((error: unknown) => problems.push(String(error)));
    },
    showTitle: (title) => titles.push(title),
  });
  await page.goto('http://chat.test/');
  await page.waitForSelector('[data-testid="chat-input"]');
  return {
    page,
    backend,
    edge,
    memory,
    controller,
    titles,
    problems,
    async close() {
      controller.dispose();
      await context.close();
    },
  };
}

async function pageHtml(theme: Theme): Promise<string> {
  const colours = await readFile(path.join(root, 'webview/dev', `${theme}.css`), 'utf8');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chat</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src http://chat.test data:; font-src http://chat.test; style-src http://chat.test 'nonce-n'; script-src 'nonce-n'">
<style nonce="n">${colours} body { background: var(--vscode-sideBar-background); }</style>
<link rel="stylesheet" href="codicon.css"><link rel="stylesheet" href="chat.css"></head><body>
<script nonce="n">window.acquireVsCodeApi = () => ({ postMessage: (m) => { void window.postToHost(m); }, getState: () => undefined, setState: () => {} });</script>
<script nonce="n" src="chat.js"></script></body></html>`;
}
