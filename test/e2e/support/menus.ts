import type { Locator } from 'playwright-core';
import { until } from '../../support/until';
import { restingBox } from './restingBox';
import type { Window } from './window';

const stepMs = 200;

/** Opens the context menu of the active editor at the cursor, by mouse, and clicks through its entries. */
export async function chooseInEditor(window: Window, ...entries: readonly string[]): Promise<void> {
  const cursor = window.page.locator('.editor-group-container.active .cursors-layer .cursor').first();
  await cursor.waitFor({ state: 'attached' });
  const box = await restingBox(cursor);
  // A little left of the cursor: inside the selection, if there is one.
  await window.page.mouse.click(box.x - 2, box.y + box.height / 2, { button: 'right' });
  await choose(window, ...entries);
}

/** Clicks through the entries of the menu that is open; all but the last are submenus. */
export async function choose(window: Window, ...entries: readonly string[]): Promise<void> {
  for (const [index, name] of entries.entries()) {
    const entry = entryOf(window, name);
    await entry.waitFor();
    const next = entries[index + 1];
    // A menu that has just opened takes neither pointer nor clicks yet.
    if (next === undefined) {
      await until(async () => !(await entry.isVisible()) || (await clickEnds(entry)), `“${name}” is chosen`);
    } else {
      await entry.hover();
      const submenu = entryOf(window, next);
      await until(async () => {
        if (await comes(submenu)) return true;
        await entry.click({ timeout: 1_000 }).catch(() => undefined);
        return false;
      }, `“${name}” opens`);
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
    await walkTo(window, focused.and(entry));
    await window.page.keyboard.press(index === entries.length - 1 ? 'Enter' : 'ArrowRight');
  }
}

/** Presses the arrow down until the row that is wanted has the focus; each step may take a moment to show. */
export async function walkTo(window: Window, focused: Locator): Promise<void> {
  for (let steps = 0; steps < 60 && (await focused.count()) === 0; steps += 1) {
    await window.page.keyboard.press('ArrowDown');
    await focused.waitFor({ timeout: stepMs }).catch(() => undefined);
  }
  await focused.waitFor();
}

/** Opens the actions on code at the cursor and clicks the one with this label; they may be offered a moment late. */
export async function chooseCodeAction(window: Window, label: string): Promise<void> {
  await (await showCodeAction(window, label)).click();
}

/** Opens the actions on code at the cursor and waits for the one with this label. */
export async function showCodeAction(window: Window, label: string): Promise<Locator> {
  const list = window.page.locator('.action-widget');
  const entry = list.locator('.monaco-list-row', { hasText: label });
  await until(async () => {
    // The same keys again would take the first action.
    if (await list.isVisible()) await window.page.keyboard.press('Escape');
    await window.page.keyboard.press('Control+.');
    return comes(entry, 5_000);
  }, `the action “${label}” is offered`);
  return entry;
}

async function clickEnds(entry: Locator): Promise<boolean> {
  await entry.click({ timeout: 1_000 }).catch(() => undefined);
  return entry.waitFor({ state: 'hidden', timeout: 500 }).then(
    () => true,
    () => false,
  );
}

async function comes(element: Locator, withinMs = 1_500): Promise<boolean> {
  return element.waitFor({ timeout: withinMs }).then(
    () => true,
    () => false,
  );
}

/** An entry by its whole label; its keys stand behind it. */
function entryOf({ page }: Window, label: string): Locator {
  const escaped = label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return page.getByRole('menuitem', { name: new RegExp(`^${escaped}(\\s|$)`) }).last();
}
