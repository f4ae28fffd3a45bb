// What a person does in the quick picks and input boxes of a window. VS Code has one widget for all of them, and one takes the place of
// another without notice: everything here first waits for the one that is meant, and types into that.
import type { Locator, Page } from 'playwright-core';

/** How long a pick may take to come or to show a row before it is opened anew. */
const tryMs = 6_000;
const tries = 4;

/** A pick that a key opens. */
interface KeyedPick {
  readonly key: string;
  /** What stands in its empty field or in its rows: tells it from whatever was open before. */
  readonly says: RegExp;
}

const COMMANDS: KeyedPick = { key: 'F1', says: /^Type the name of a command to run/ };
const FILES: KeyedPick = { key: 'ControlOrMeta+P', says: /^Search files by name/ };
const LINES: KeyedPick = { key: 'Control+G', says: /^Type a line number/ };

export class QuickInput {
  constructor(private readonly page: Page) {}

  /** The widget, whatever it shows. */
  get widget(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /** Where the text goes. */
  get field(): Locator {
    return this.widget.locator('.quick-input-filter input');
  }

  /** The rows that are there now. */
  get rows(): Locator {
    return this.page.locator('.quick-input-list .monaco-list-row');
  }

  /** The row with exactly this label. */
  row(label: string): Locator {
    const name = this.page.locator('.label-name', { hasText: new RegExp(`^${escapePattern(label)}$`) });
    return this.rows.filter({ has: name }).first();
  }

  /** Answers the input box that asks this in its title, its prompt or its placeholder, and waits until it is gone. */
  async answer(asks: string | RegExp, text: string): Promise<void> {
    const box = this.boxThatAsks(asks);
    await box.waitFor();
    const field = box.locator('.quick-input-filter input');
    await this.fill(field, text);
    await field.press('Enter');
    await box.waitFor({ state: 'hidden' });
  }

  /** Runs the command with this title of the palette. */
  async runCommand(title: string): Promise<void> {
    await this.choose(COMMANDS, `>${title}`, title);
  }

  /** Opens the file with this path relative to the workspace. */
  async openFile(file: string, name: string): Promise<void> {
    await this.choose(FILES, file, name);
  }

  /** Goes to a place of the active editor, 1-based. */
  async goTo(line: number, column: number): Promise<void> {
    await this.repeat(async () => {
      await this.open(LINES);
      await this.fill(this.field, `:${String(line)}:${String(column)}`);
      await this.rows.filter({ hasText: new RegExp(`line ${String(line)}\\b`) }).waitFor({ timeout: tryMs });
      await this.field.press('Enter');
      await this.widget.waitFor({ state: 'hidden', timeout: tryMs });
    });
  }

  /** Runs a command without a mouse: F1, its name, arrows, Enter. */
  async runCommandByKeys(title: string): Promise<void> {
    const { keyboard } = this.page;
    await this.repeat(async () => {
      await this.open(COMMANDS);
      await this.field.and(this.page.locator(':focus')).waitFor({ timeout: tryMs });
      await keyboard.type(title);
      const row = this.row(title);
      await row.waitFor({ timeout: tryMs });
      const focused = row.and(this.page.locator('.focused'));
      for (let steps = 0; steps < 20 && (await focused.count()) === 0; steps += 1) {
        await keyboard.press('ArrowDown');
        await focused.waitFor({ timeout: 200 }).catch(() => undefined);
      }
      await focused.waitFor({ timeout: tryMs });
    });
    await keyboard.press('Enter');
  }

  /** Finds commands by a text that need not be their title, and waits for the one with this label; `leave` closes the list. */
  async findCommand(text: string, label: string): Promise<void> {
    await this.repeat(async () => {
      await this.open(COMMANDS);
      await this.fill(this.field, `>${text}`);
      await this.row(label).waitFor({ timeout: tryMs });
    });
  }

  /** Leaves whatever asks, without an answer. */
  async leave(): Promise<void> {
    for (let presses = 0; presses < 5 && (await this.widget.isVisible()); presses += 1) {
      await this.page.keyboard.press('Escape');
      await this.widget.waitFor({ state: 'hidden', timeout: 1_000 }).catch(() => undefined);
    }
  }

  private boxThatAsks(asks: string | RegExp): Locator {
    // A pick has a list, a box has none; either may have the same title.
    const box = this.page.locator('.quick-input-widget:not(:has(.quick-input-list:visible))').filter({ visible: true });
    const inText = box.filter({ hasText: asks });
    return inText.or(box.filter({ has: this.page.getByPlaceholder(asks) })).first();
  }

  /** Filters until the wanted row stands there, and clicks it: commands may be contributed a moment after the start. */
  private async choose(pick: KeyedPick, filter: string, label: string): Promise<void> {
    await this.repeat(async () => {
      await this.open(pick);
      await this.fill(this.field, filter);
      await this.row(label).click({ timeout: tryMs });
    });
  }

  private async open({ key, says }: KeyedPick): Promise<void> {
    await this.page.keyboard.press(key);
    const field = this.field.and(this.page.getByPlaceholder(says));
    await field
      .or(this.rows.filter({ hasText: says }))
      .filter({ visible: true })
      .first()
      .waitFor({ timeout: tryMs });
  }

  private async fill(field: Locator, text: string): Promise<void> {
    await field.fill(text);
    const stands = await field.inputValue();
    if (stands !== text) throw new Error(`“${stands}” stands where “${text}” was typed`);
  }

  // A page that has just loaded takes the focus, which closes a pick that is open just then: a person opens it again.
  private async repeat(act: () => Promise<void>): Promise<void> {
    for (let left = tries - 1; ; left -= 1) {
      try {
        await act();
        return;
      } catch (error) {
        if (left === 0) throw error;
        await this.leave();
      }
    }
  }
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
