// The chat page in a plain Chromium, wired to the real host side of the chat: what a person sees, without VS Code around it.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { ChatController } from '../../src/vscode/chat/chatController';
import { pageBundle, pageHtml, root, timers, type Theme } from './browser';
import { InMemoryChatBackend, InMemoryChatEdge, InMemoryChatMemory, PLAIN_TURN_TEXTS } from './inMemoryChat';

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
  let isClosing = false;
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isClosing) problems.push(message.text());
  });
  await page.exposeFunction('postToHost', (message: unknown) => controller.receive(message));
  const font = path.join(root, 'node_modules/@vscode/codicons/dist');
  await page.route('http://chat.test/**', async (route) => {
    const url = new URL(route.request().url());
    if (url.pathname === '/')
      return route.fulfill({
        contentType: 'text/html',
        body: await pageHtml({
          name: 'chat',
          title: 'Chat',
          theme: options.theme ?? 'darkModern',
          background: '--vscode-sideBar-background',
          api: 'window.acquireVsCodeApi = () => ({ postMessage: (m) => { void window.postToHost(m); }, getState: () => undefined, setState: () => {} });',
        }),
      });
    const name = url.pathname.slice(1);
    if (name.startsWith('codicon.')) return route.fulfill({ path: path.join(font, name) });
    const { script, style } = await pageBundle('chat');
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
          .catch((error: unknown) => {
            // What was on its way when the page was closed never comes, and is no problem.
            if (!isClosing) problems.push(String(error));
          });
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
      isClosing = true;
      controller.dispose();
      await context.close();
    },
  };
}
