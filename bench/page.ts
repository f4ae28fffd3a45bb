// The page of events and traces in a real browser, with as much as it promises to bear. Its host is played inside of the page, so that
// nothing but the page is measured.
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../scripts/vscode/findChromium';

export interface PageFigures {
  firstPaintMs: number;
  allMs: number;
  frameP95Ms: number;
  /** What the page's thread works for a frame, whatever else the machine does: script, style, layout and painting. */
  frameOwnMs: number;
  collapseMs: number;
  searchMs: number;
  pathMs: number;
  filterMs: number;
}

/** Of spans, and of events. */
export const MANY = 100_000;
const FRAMES = 180;
const ORIGIN = 'http://bench.test';

/** `dist` is a production build, `driver` the script that plays the host. Undefined where there is no browser. */
export async function measurePage(dist: string, driver: string): Promise<PageFigures | undefined> {
  const executablePath = findChromium();
  if (executablePath === undefined || !existsSync(executablePath)) return undefined;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.route(`${ORIGIN}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: HTML });
      if (name === 'driver.js')
        return route.fulfill({ contentType: 'text/javascript', body: await readFile(driver, 'utf8') });
      return route.fulfill({ path: join(dist, 'webview', name) });
    });
    await page.goto(`${ORIGIN}/`);
    await page.evaluate('pageDriver.start()');
    const spans = await page.evaluate<Pick<PageFigures, 'firstPaintMs' | 'allMs'>>(`pageDriver.spans(${MANY})`);
    const frames = await measureFrames(page);
    const uses = await page.evaluate<Pick<PageFigures, 'collapseMs' | 'searchMs' | 'pathMs'>>('pageDriver.uses()');
    const events = await page.evaluate<Pick<PageFigures, 'filterMs'>>(`pageDriver.events(${MANY})`);
    problems.push(...(await page.evaluate<string[]>('pageDriver.failures()')));
    if (problems.length > 0) throw new Error(`Internal error: the page failed: ${problems.join('; ')}`);
    return { ...spans, ...frames, ...uses, ...events };
  } finally {
    await browser.close();
  }
}

async function measureFrames(page: Page): Promise<Pick<PageFigures, 'frameP95Ms' | 'frameOwnMs'>> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const workedMs = async () => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
  const before = await workedMs();
  const { frameP95Ms } = await page.evaluate<Pick<PageFigures, 'frameP95Ms'>>(`pageDriver.frames(${FRAMES})`);
  return { frameP95Ms, frameOwnMs: ((await workedMs()) - before) / FRAMES };
}

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bench</title>
<link rel="stylesheet" href="codicon.css"><link rel="stylesheet" href="trace.css"></head><body>
<script src="driver.js"></script><script src="trace.js"></script></body></html>`;
