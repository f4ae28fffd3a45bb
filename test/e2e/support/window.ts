import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import * as path from 'node:path';
import type { ConsoleMessage, Frame, Locator, Page } from 'playwright-core';
import { isHostNoise } from '../../../scripts/vscode/hostNoise';
import { until, untilPasses } from '../../support/until';
import type { HostDriver, HostDriverServer } from './hostDriver';
import { QuickInput } from './quickInput';

/** One line of the browser's console; `url` says which script or page it came from. */
export interface ConsoleLine {
  readonly type: string;
  readonly text: string;
  readonly url: string;
}

const bootTimeoutMs = 90_000;
// A slow machine needs that long; whatever waits goes on as soon as it can.
const actionTimeoutMs = 30_000;
const keptConsoleLines = 500;
const pollMs = 50;

/** What a person does with one VS Code window. Every method waits for its effect, at most 30 s. */
export class Window {
  private readonly lines: ConsoleLine[] = [];
  private current: HostDriver | undefined;
  /** Picks and input boxes. */
  readonly quickInput: QuickInput;

  constructor(
    /** For whatever has no method here. */
    readonly page: Page,
    private readonly hosts: HostDriverServer,
  ) {
    page.setDefaultTimeout(actionTimeoutMs);
    this.quickInput = new QuickInput(page);
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
    await this.quickInput.runCommand(title);
  }

  /** Answers the input box that asks this in its title, prompt or placeholder; never types into what stood there before it. */
  async answerInput(asks: string | RegExp, text: string): Promise<void> {
    await this.quickInput.answer(asks, text);
  }

  /** Opens a file of the workspace by its relative path and puts the cursor at `line` (1-based). */
  async openFile(file: string, line = 1): Promise<void> {
    const name = path.posix.basename(file);
    await this.quickInput.openFile(file, name);
    await this.activeGroup.locator('.tab.active', { hasText: name }).waitFor();
    await this.activeGroup.locator(`.monaco-editor[data-uri$="/${file}"]`).first().waitFor();
    await this.goTo(line);
  }

  /** Puts the cursor of the active editor at a place (1-based), and the keyboard into that editor. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.quickInput.goTo(line, column);
    await this.activeGroup.locator('.monaco-editor.focused').first().waitFor();
    await this.page.locator('.statusbar-item', { hasText: `Ln ${String(line)},` }).waitFor();
  }

  /** Selects whole lines of the active editor, 1-based and inclusive; the last one must not be empty. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goTo(first);
    for (let line = first; line < last; line += 1) await this.page.keyboard.press('Shift+ArrowDown');
    const at = (column: string) =>
      this.page
        .locator('.statusbar-item', { hasText: new RegExp(`Ln ${String(last)}, Col ${column} \\(\\d+ selected\\)`) })
        .waitFor();
    if (last > first) await at('1');
    await this.page.keyboard.press('Shift+End');
    await at('(?!1 )\\d+');
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

  /** Waits for a notification that says this, in the center, where the served VS Code keeps them. */
  async notification(text: string | RegExp): Promise<Locator> {
    const told = this.page.locator('.notifications-center').getByText(text).first();
    // The center closes by itself while it is empty.
    await until(
      async () => {
        await this.host.execute('notifications.showList');
        return told.waitFor({ timeout: 2_000 }).then(
          () => true,
          () => false,
        );
      },
      `a notification like “${String(text)}”`,
      60_000,
    );
    return told;
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
    const shown = this.page.locator('.sidebar .composite.title', { hasText: new RegExp(title, 'i') });
    await tab.waitFor();
    // A click on what opens by itself just then closes it: the next one opens it again.
    await untilPasses(async () => {
      if (!(await shown.isVisible())) await tab.click();
      await shown.waitFor({ timeout: 3_000 });
    });
  }

  /** The rows of a tree view in the side bar that are rendered now. */
  treeRows(view: string): Locator {
    return this.page
      .locator('.pane', { has: this.page.locator('.pane-header', { hasText: view }) })
      .getByRole('treeitem');
  }

  /** Drags the side bar's edge until it is about this wide; VS Code has a minimum of its own. */
  async resizeSideBar(width: number): Promise<void> {
    const boxOf = async () =>
      (await this.page.locator('.part.sidebar').boundingBox()) ?? assert.fail('The side bar is hidden');
    await untilPasses(async () => {
      const box = await boxOf();
      const y = box.y + box.height / 2;
      await this.page.mouse.move(box.x + box.width, y);
      await this.page.mouse.down();
      await this.page.mouse.move(box.x + width, y, { steps: 5 });
      await this.page.mouse.up();
      await until(async () => Math.abs((await boxOf()).width - width) < 10, `a side bar of ${String(width)} px`, 2_000);
    });
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

  /** Lets go of keys and mouse and closes menus, dialogs and whatever asks, as somebody who starts over. */
  async letGo(): Promise<void> {
    for (const key of ['Shift', 'Control', 'Alt', 'Meta']) await this.page.keyboard.up(key);
    await this.page.mouse.up();
    const open = this.page
      .locator('.quick-input-widget, .monaco-menu, .action-widget, .monaco-dialog-box')
      .filter({ visible: true });
    for (let presses = 0; presses < 10 && (await open.count()) > 0; presses += 1) {
      await this.page.keyboard.press('Escape');
      await this.page.waitForTimeout(pollMs);
    }
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

  private get activeGroup(): Locator {
    return this.page.locator('.editor-group-container.active');
  }

  private remember(line: ConsoleLine): void {
    if (isHostNoise(line.text)) return;
    this.lines.push(line);
    if (this.lines.length > keptConsoleLines) this.lines.shift();
  }
}
