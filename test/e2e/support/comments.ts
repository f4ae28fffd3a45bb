import type { Locator } from 'playwright-core';
import type { Window } from './window';

const markTimeoutMs = 60_000;
const openTimeoutMs = 3_000;

/** What a person does with review comments in the active editor. */
export class Comments {
  constructor(private readonly window: Window) {}

  /** The comments in the gutter of the active editor. */
  get marks(): Locator {
    return this.window.page.locator('.editor-instance .comment-range-glyph:not(.comment-diff-added)');
  }

  /** The comment whose text says this; it must be open. */
  withText(text: string | RegExp): Locator {
    return this.window.page.locator('.review-widget').filter({ hasText: text });
  }

  /** Opens the comment at this line of the active editor by its mark, and gives it; waits until the mark is there. */
  async open(line: number, text: string | RegExp): Promise<Locator> {
    await this.window.goTo(line);
    const widget = this.withText(text).first();
    const deadline = Date.now() + markTimeoutMs;
    while (!(await widget.isVisible())) {
      const mark = await this.markAtCursor();
      if (Date.now() > deadline) throw new Error(`There is no comment at line ${String(line)}`);
      // Marks move while comments come and go above them: one that was missed is looked for anew.
      if (mark) await mark.click({ timeout: openTimeoutMs }).catch(() => undefined);
      await widget.waitFor({ timeout: mark ? openTimeoutMs : 100 }).catch(() => undefined);
    }
    return widget;
  }

  /** True if the line of the cursor has a comment now. */
  async isMarked(line: number): Promise<boolean> {
    await this.window.goTo(line);
    return (await this.markAtCursor()) !== undefined;
  }

  private async markAtCursor(): Promise<Locator | undefined> {
    const cursor = await boxOf(this.window.page.locator('.editor-instance .current-line').first());
    for (const mark of await this.marks.all()) {
      const box = await boxOf(mark);
      if (box && cursor && Math.abs(box.y - cursor.y) <= 4) return mark;
    }
    return undefined;
  }

  /** Clicks an action in the head of an open comment. */
  async act(comment: Locator, name: string): Promise<void> {
    await comment.locator('.head').getByRole('button', { name }).click();
  }
}

/** Where something is now; undefined for what is gone. */
async function boxOf(element: Locator) {
  return element.boundingBox({ timeout: 1_000 }).catch(() => undefined);
}
