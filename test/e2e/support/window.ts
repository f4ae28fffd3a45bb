import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { ConsoleMessage, Frame, Locator, Page } from 'playwright-core';
import { isHostNoise } from '../../../scripts/vscode/hostNoise';
import type { HostDriver, HostDriverServer } from './hostDriver';

/** One line of the browser's console; `url` says which script or page it came from. */
export interface ConsoleLine {
  readonly type: string;
  readonly text: string;
  readonly url: string;
}

const bootTimeoutMs = 60_000;
const actionTimeoutMs = 15_000;
const keptConsoleLines = 500;
const pollMs = 50;

/** What a person does with one VS Code window. Every method waits for its effect, at most 15 s. */
export class Window {
  private readonly lines: ConsoleLine[] = [];
  private current: HostDriver | undefined;

  constructor(
    /** For whatever has no method here. */
    readonly page: Page,
    private readonly hosts: HostDriverServer,
  ) {
    page.setDefaultTimeout(actionTimeoutMs);
    page.on('console', (message: ConsoleMessage) =>
      this.remember({ type: message.type(), text: message.text(), url: message.location().url }),
    );
    page.on('pageerror', (error) =>
      this.remember({ type: 'error', text: error.stack ?? error.message, url: page.url() }),
    );
  }

  /** The extension host that this window has now; another one after a reload. */
  get host(): HostDriver {
    if (!this.current) throw new Error('Internal error: the window is not loaded yet');
    return this.current;
  }

  /** Opens an address and waits until the workbench can be used. */
  async load(url: string): Promise<void> {
    await this.whileStarting(() => this.page.goto(url, { timeout: bootTimeoutMs }));
  }

  /** Reloads the window in good order: VS Code saves its state and starts a new extension host for the same workspace. */
  async reload(): Promise<void> {
    await this.whileStarting(() => this.runCommand('Developer: Reload Window'));
  }

  /** Throws the window away and loads it again, as after a crash: nobody is told, nothing is saved. */
  async reloadHard(): Promise<void> {
    await this.whileStarting(() => this.page.reload({ timeout: bootTimeoutMs }));
  }

  /** Runs a command by its palette title, such as `View: Show Explorer`. */
  async runCommand(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const row = await this.pickInQuickInput(`>${title}`, title);
    await row.click();
  }

  /** Opens a file of the workspace by its relative path and puts the cursor at `line` (1-based). */
  async openFile(file: string, line = 1): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+P');
    const row = await this.pickInQuickInput(file, path.posix.basename(file));
    await row.click();
    await this.page.locator('.tab.active', { hasText: path.posix.basename(file) }).waitFor();
    await this.goTo(line);
  }

  /** Puts the cursor of the active editor at a place (1-based). */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput().fill(`:${String(line)}:${String(column)}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: `line ${String(line)} ` }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.quickInput().waitFor({ state: 'hidden' });
  }

  /** Selects whole lines of the active editor, 1-based and inclusive. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goTo(first);
    for (let line = first; line < last; line += 1) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
    await this.page.locator('.statusbar-item', { hasText: /\(\d+ selected\)/ }).waitFor();
  }

  /** The document of the webview that contains an element with this `data-testid`; waits until there is one. */
  async webviewWith(testId: string, timeoutMs = actionTimeoutMs): Promise<Frame> {
    return this.webview(async (frame) => (await frame.getByTestId(testId).count()) > 0, `with ${testId}`, timeoutMs);
  }

  /** The document of the webview for which `matches` holds. */
  async webview(
    matches: (frame: Frame) => Promise<boolean>,
    description: string,
    timeoutMs = actionTimeoutMs,
  ): Promise<Frame> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      for (const frame of this.webviews()) {
        // A frame may go while it is being asked.
        if (await matches(frame).catch(() => false)) return frame;
      }
      if (Date.now() > deadline) throw new Error(`No webview ${description} within ${String(timeoutMs)} ms`);
      await this.page.waitForTimeout(pollMs);
    }
  }

  /** An element by its `data-testid` in whichever webview has it. */
  async inWebview(testId: string): Promise<Locator> {
    return (await this.webviewWith(testId)).getByTestId(testId);
  }

  /** Clicks a button of a notification or of a dialog. */
  async press(label: string): Promise<void> {
    await this.page
      .locator('.notifications-toasts, .notifications-center, .monaco-dialog-box')
      .getByRole('button', { name: label })
      .first()
      .click();
  }

  /** Opens the view container of the activity bar with this title. */
  async openViewContainer(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: new RegExp(`^${title}`) });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.page.locator('.sidebar .composite.title', { hasText: new RegExp(title, 'i') }).waitFor();
  }

  /** The rows of a tree view in the side bar that are rendered now. */
  treeRows(view: string): Locator {
    return this.page
      .locator('.pane', { has: this.page.locator('.pane-header', { hasText: view }) })
      .getByRole('treeitem');
  }

  /** Drags the side bar's edge until it is about this wide; VS Code has a minimum of its own. */
  async resizeSideBar(width: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (!box) throw new Error('The side bar is hidden');
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** Saves a picture of the whole window. */
  async screenshot(file: string): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }

  /** What the browser's console said, oldest first, at most the last 500 lines. */
  console(): readonly ConsoleLine[] {
    return this.lines;
  }

  /** Errors of webviews' documents and scripts, and violations of their content security policies. */
  webviewErrors(): readonly ConsoleLine[] {
    const origin = /vscode-cdn\.net|\/webview\/browser\/pre\/|violates the following Content Security Policy/;
    return this.lines.filter(({ type, text, url }) => type === 'error' && origin.test(`${text} ${url}`));
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  // Ready is when the extension host has started its extensions and the status bar shows what they put there.
  private async whileStarting(start: () => Promise<unknown>): Promise<void> {
    const [host] = await Promise.all([this.hosts.next(bootTimeoutMs), start()]);
    this.current = host;
    await this.page.locator('.monaco-workbench .part.statusbar .statusbar-item').first().waitFor();
  }

  private webviews(): Frame[] {
    return this.page.frames().filter((frame) => /\/fake\.html(\?|$)/.test(frame.url()));
  }

  private quickInput(): Locator {
    return this.page.locator('.quick-input-widget input[type="text"]');
  }

  // Filters until the wanted row stands there: commands of extensions may be contributed a moment after the start.
  private async pickInQuickInput(filter: string, label: string): Promise<Locator> {
    await this.quickInput().waitFor();
    await this.quickInput().fill(filter);
    const name = this.page.locator('.label-name', { hasText: new RegExp(`^${escapePattern(label)}$`) });
    const row = this.page.locator('.quick-input-list .monaco-list-row', { has: name }).first();
    await row.waitFor();
    return row;
  }

  private remember(line: ConsoleLine): void {
    if (isHostNoise(line.text)) return;
    this.lines.push(line);
    if (this.lines.length > keptConsoleLines) this.lines.shift();
  }
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
