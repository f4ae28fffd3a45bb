import type { Locator } from 'playwright-core';
import type { Window } from './window';

/** Opens the context menu of the active editor at the cursor, by mouse, and clicks through its entries. */
export async function chooseInEditor(window: Window, ...entries: readonly string[]): Promise<void> {
  await window.page.locator('.editor-group-container.active .cursor').first().waitFor({ state: 'attached' });
  const box = await window.page.locator('.editor-group-container.active .cursors-layer .cursor').first().boundingBox();
  if (!box) throw new Error('The cursor of the active editor is not in sight');
  // A little left of the cursor: inside the selection, if there is one.
  await window.page.mouse.click(box.x - 2, box.y + box.height / 2, { button: 'right' });
  await choose(window, ...entries);
}

/** Clicks through the entries of the menu that is open; all but the last are submenus. */
export async function choose(window: Window, ...entries: readonly string[]): Promise<void> {
  for (const [index, name] of entries.entries()) {
    const entry = entryOf(window, name);
    await entry.hover();
    if (index < entries.length - 1) continue;
    // A menu that has just opened takes no clicks yet: the pointer may be on its way.
    for (let tries = 0; tries < 5 && (await entry.isVisible()); tries += 1) {
      await entry.click();
      await window.page.waitForTimeout(200);
    }
  }
}

/** Opens the context menu of what has the keyboard and walks to its entries by typing their names, without a mouse. */
export async function chooseByKeys(window: Window, ...entries: readonly string[]): Promise<void> {
  const focused = window.page.locator('.monaco-menu .action-item.focused > .action-menu-item');
  await window.page.keyboard.press('Shift+F10');
  for (const [index, name] of entries.entries()) {
    const entry = entryOf(window, name);
    await entry.waitFor();
    const isFocused = async () => (await focused.and(entry).count()) > 0;
    for (let steps = 0; steps < 40; steps += 1) {
      if (await isFocused()) break;
      await window.page.keyboard.press('ArrowDown');
    }
    await window.page.keyboard.press(index === entries.length - 1 ? 'Enter' : 'ArrowRight');
  }
}

/** An entry by its whole label; its keys stand behind it. */
function entryOf({ page }: Window, label: string): Locator {
  const escaped = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return page.getByRole('menuitem', { name: new RegExp(`^${escaped}(\\s|$)`) }).last();
}
