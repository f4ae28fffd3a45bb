// The report page in a plain Chromium, wired to the real session over runs in memory.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { ReportHostMessage } from '../../src/protocol/report/reportMessages';
import { ReportSession } from '../../src/vscode/report/reportSession';
import { pageBundle, pageHtml, root, timers, type Theme } from './browser';
import type { InMemoryRuns } from './inMemoryRuns';
import { REPORT_WORDS } from './reportWords';

export interface ReportPageAtHand {
  page: Page;
  runs: InMemoryRuns;
  session: ReportSession;
  /** What the page asked for. */
  calls: string[];
  /** Errors that the page threw or logged, and what its policy refused. */
  problems: string[];
  close(): Promise<void>;
}

interface Messenger {
  postMessage(message: unknown, origin: string): void;
}

/** Opens the report of a run that `runs` has. */
export async function openReportPage(
  browser: Browser,
  options: { runs: InMemoryRuns; runId: string; now?: number; theme?: Theme; width?: number; height?: number },
): Promise<ReportPageAtHand> {
  const { runs, runId, theme = 'darkModern', width = 900, height = 900 } = options;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const problems: string[] = [];
  const calls: string[] = [];
  let isClosing = false;
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isClosing) problems.push(message.text());
  });
  const post = (message: ReportHostMessage) => {
    if (page.isClosed()) return;
    page
      .evaluate((data) => (globalThis as unknown as Messenger).postMessage(data, '*'), message)
      .catch((error: unknown) => {
        // What was on its way when the page was closed never comes, and is no problem.
        if (!isClosing) problems.push(String(error));
      });
  };
  const call = (...parts: unknown[]) => {
    calls.push(parts.join(' '));
    return Promise.resolve();
  };
  const session = new ReportSession({
    ...{ runId, runs, post, strings: {}, locale: 'en', words: REPORT_WORDS },
    clock: options.now === undefined ? timers : { ...timers, now: () => options.now ?? 0 },
    actions: {
      act: (action) => call(action),
      showChange: (_runId, at) => call('change', at),
      copyText: (text) => call('copy', text),
      openFile: ({ path: at, line }) => call('open', at, line ?? ''),
    },
    showError: (error) => problems.push(String(error)),
    log: (message) => problems.push(message),
  });
  await page.exposeFunction('postToHost', (message: unknown) => session.receive(message));
  const font = path.join(root, 'node_modules/@vscode/codicons/dist');
  await page.route('http://report.test/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') {
      return route.fulfill({
        contentType: 'text/html',
        body: await pageHtml({
          ...{ name: 'report', title: 'Report', theme, background: '--vscode-editor-background' },
          api: 'let state; window.acquireVsCodeApi = () => ({ postMessage: (m) => { void window.postToHost(m); }, getState: () => state, setState: (s) => { state = s; } });',
        }),
      });
    }
    if (name.startsWith('codicon.')) return route.fulfill({ path: path.join(font, name) });
    const { script, style } = await pageBundle('report');
    if (name === 'report.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    if (name === 'report.css') return route.fulfill({ contentType: 'text/css', body: style });
    return route.abort();
  });
  await page.goto('http://report.test/');
  await page.getByTestId('report').waitFor();
  return {
    ...{ page, runs, session, calls, problems },
    async close() {
      isClosing = true;
      session.dispose();
      await context.close();
    },
  };
}
