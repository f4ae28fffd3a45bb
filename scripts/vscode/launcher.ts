// Stands in for desktop VS Code's executable: same arguments, same output, same exit code; but the workbench is served
// to a headless Chromium. Started by @vscode/test-electron through hostExecutable.ts.
import { format } from 'node:util';
import type { Page } from 'playwright-core';
import { startCodeServer, type CodeServer } from './codeServer';
import { parseDesktopArguments, type DesktopArguments } from './desktopArguments';
import { isHostNoise } from './hostNoise';
import { installCodeServer } from './installCodeServer';
import { launchBrowser } from './launchBrowser';
import { installExtension } from './profile';
import { createScratch, type Scratch } from './scratch';
import { untilSignal } from './untilSignal';

const bootTimeoutMs = 90_000;
const runTimeoutMs = 15 * 60_000;
const failed = 1;

/** Runs the extension tests that the arguments name and returns their exit code; whatever was started is gone then. */
export async function main(args: readonly string[]): Promise<number> {
  const scratch = await createScratch('host');
  // Whatever Chromium and the server put into the temporary folder goes with ours.
  process.env['TMPDIR'] = scratch.folder;
  const signal = untilSignal();
  try {
    return await Promise.race([runTests(parseDesktopArguments(args), scratch), signal.received]);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return failed;
  } finally {
    await scratch.dispose();
    signal.dispose();
  }
}

async function runTests(options: DesktopArguments, scratch: Scratch): Promise<number> {
  const log = (line: string) => process.stdout.write(`${line}\n`);
  const [developmentPath, ...others] = options.developmentPaths;
  // In a browser's window only one extension can run from source.
  for (const folder of others) await installExtension(options, folder);
  const server = await startCodeServer({
    vscode: await installCodeServer(log),
    scratch,
    profile: {
      userDataDir: options.userDataDir,
      extensionsDir: options.extensionsDir,
      serverDataDir: `${scratch.folder}/server`,
    },
    env: process.env,
    trustsWorkspaces: options.disablesWorkspaceTrust,
  });
  const browser = await launchBrowser(log);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const url = server.windowUrl({ ...options, ...(developmentPath === undefined ? {} : { developmentPath }) });
    return await runInPage(page, server, url);
  } finally {
    await browser.close();
  }
}

async function runInPage(page: Page, server: CodeServer, url: string): Promise<number> {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  let reportProgress: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (reportProgress = resolve));
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) => {
    reportProgress();
    printLog(type, values);
  });
  const ended = new Promise<number>((resolve) => {
    void page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  });
  const broken = new Promise<never>((_resolve, reject) => {
    page.once('crash', () => reject(new Error('The browser page of VS Code crashed.')));
    void server.died.then((reason) => reject(new Error(`The tests could not go on: ${reason}`)));
  });
  broken.catch(() => undefined);
  await page.goto(url, { timeout: bootTimeoutMs });
  const context = () => [...errors, server.output()].join('\n');
  await Promise.race([started, ended, broken, expire(bootTimeoutMs, 'The extension host said nothing', context)]);
  return Promise.race([ended, broken, expire(runTimeoutMs, 'The extension tests did not end', context)]);
}

async function expire(afterMs: number, what: string, context: () => string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${what} within ${afterMs / 1000} s.\n${context()}`)), afterMs).unref();
  });
}

function printLog(type: string, values: unknown[]): void {
  const target = type === 'error' || type === 'warn' ? process.stderr : process.stdout;
  const message = format(...values);
  if (!isHostNoise(message)) target.write(`${message}\n`);
}
