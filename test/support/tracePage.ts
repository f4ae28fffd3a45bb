// The page of events and traces in a plain Chromium, wired to the real host side over a bus in memory.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { EventEnvelope, RunSummary } from '../../src/api';
import { EventBus } from '../../src/core/events/eventBus';
import { ReceivedEvents } from '../../src/core/events/receivedEvents';
import type { TraceHostMessage } from '../../src/protocol/trace/traceMessages';
import { createEventsTab } from '../../src/vscode/trace/eventsTab';
import { createSpansTab } from '../../src/vscode/trace/spansTab';
import { createTraceListTab } from '../../src/vscode/trace/traceListTab';
import { TraceSession, type TraceMemory } from '../../src/vscode/trace/traceSession';
import type { TraceTab } from '../../src/vscode/trace/traceTab';
import { pageBundle, pageHtml, root, timers, type Theme } from './browser';
import { InMemoryEventLog } from './inMemoryEventLog';
import type { InMemoryRunSource } from './inMemoryRunSource';
import { InMemoryTraces } from './inMemoryTraces';

/** The page's window, which these types do not know. */
interface Messenger {
  postMessage(message: unknown, origin: string): void;
}

export interface TracePageOptions {
  theme?: Theme;
  width?: number;
  height?: number;
  bus?: EventBus;
  traces?: InMemoryTraces;
  runs?: RunSummary[];
  memory?: TraceMemory;
  /** Runs and traces to choose from, and what shows them. */
  source?: InMemoryRunSource;
  tabs?: readonly TraceTab[];
}

export interface TracePage {
  page: Page;
  bus: EventBus;
  session: TraceSession;
  memory: TraceMemory;
  /** Hands in an event as another window of the team published it. */
  receive(event: EventEnvelope): void;
  /** What was saved into files: the lines of each. */
  saved: string[][];
  traces: InMemoryTraces;
  /** What the page asked of the editor, in order. */
  calls: string[];
  /** Errors that the page threw or logged, and messages that did not fit. */
  problems: string[];
  close(): Promise<void>;
}

export function inMemoryTraceMemory(): TraceMemory {
  const kept = new Map<string, unknown>();
  return {
    get: (key) => kept.get(key),
    update: (key, value) => {
      kept.set(key, value);
      return Promise.resolve();
    },
  };
}

/** Opens the page as an editor tab would. */
export async function openTracePage(browser: Browser, options: TracePageOptions = {}): Promise<TracePage> {
  const { theme = 'darkModern', width = 1000, height = 600, memory = inMemoryTraceMemory(), source } = options;
  const bus = options.bus ?? new EventBus({ clock: timers, log: new InMemoryEventLog('window-1'), origin: 'window-1' });
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const problems: string[] = [];
  const saved: string[][] = [];
  const traces = options.traces ?? new InMemoryTraces();
  const runs = options.runs ?? [];
  const calls: string[] = [];
  let isClosing = false;
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isClosing) problems.push(message.text());
  });
  const nothing = () => ({ dispose: () => undefined });
  const post = (message: TraceHostMessage) => {
    if (page.isClosed()) return;
    page
      // As text: what carries values into the page looks at each of a hundred thousand numbers.
      .evaluate(
        (json) => (globalThis as unknown as Messenger).postMessage(JSON.parse(json), '*'),
        JSON.stringify(message),
      )
      .catch((error: unknown) => {
        // What was on its way when the page was closed never comes, and is no problem.
        if (!isClosing) problems.push(String(error));
      });
  };
  const session = new TraceSession({
    askTeam: async () => void calls.push('chat'),
    tabs: [
      createTraceListTab({
        traces: {
          list: () => [...traces.list(), ...(source?.traces.list() ?? [])],
          onDidChangeSpan: (handler) => traces.onDidChangeSpan(handler),
          onDidImport: (handler) => traces.onDidImport(handler),
        },
        runs: {
          list: () => [...runs, ...(source?.runs.list() ?? [])],
          onDidChange: (handler) => source?.runs.onDidChange(handler) ?? nothing(),
        },
        isLive: (traceId) => traces.isOpen(traceId),
        clock: timers,
      }),
      createEventsTab({
        bus,
        save: async (_name, lines) => {
          const file: string[] = [];
          for await (const line of lines) file.push(line);
          saved.push(file);
        },
        tellGone: () => void calls.push('gone'),
        showError: (error) => problems.push(String(error)),
      }),
      createSpansTab({
        traces,
        events: bus,
        prompts: traces.prompts,
        openFile: async ({ path: file, line }) => void calls.push(`open ${file}:${line ?? ''}`),
        copy: async (text) => void calls.push(`copy ${text}`),
        exportTrace: async (traceId) => void calls.push(`export ${traceId}`),
        clock: timers,
        showError: (error) => problems.push(String(error)),
      }),
      ...(options.tabs ?? []),
    ],
    clock: timers,
    memory,
    strings: {},
    locale: 'en',
    post,
    showError: (error) => problems.push(String(error)),
    log: (_level, message) => problems.push(message),
  });
  await page.exposeFunction('postToHost', (message: unknown) => session.receive(message));
  const font = path.join(root, 'node_modules/@vscode/codicons/dist');
  await page.route('http://trace.test/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') {
      return route.fulfill({
        contentType: 'text/html',
        body: await pageHtml({
          name: 'trace',
          title: 'Events and traces',
          theme,
          background: '--vscode-editor-background',
          api: 'let state; window.acquireVsCodeApi = () => ({ postMessage: (m) => { void window.postToHost(m); }, getState: () => state, setState: (s) => { state = s; } });',
        }),
      });
    }
    if (name.startsWith('codicon.')) return route.fulfill({ path: path.join(font, name) });
    const { script, style } = await pageBundle('trace');
    if (name === 'trace.js') return route.fulfill({ contentType: 'text/javascript', body: script });
    if (name === 'trace.css') return route.fulfill({ contentType: 'text/css', body: style });
    return route.abort();
  });
  await page.goto('http://trace.test/');
  await page.getByRole('tab').first().waitFor();
  return {
    page,
    bus,
    session,
    memory,
    saved,
    traces,
    calls,
    problems,
    receive: (event) => {
      if (!bus.team) {
        const onBug = (error: unknown) => void problems.push(String(error));
        bus.joinTeam(new ReceivedEvents({ origin: bus.origin, recent: 5000, onBug }));
      }
      bus.receive(event);
    },
    async close() {
      isClosing = true;
      session.dispose();
      await context.close();
    },
  };
}
