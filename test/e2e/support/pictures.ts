// Pictures of the whole window as people see it: in three themes, and with a side bar of 300 px.
import type { Editor } from './editor';
import type { Window } from './window';

const THEMES = [
  ['dark', 'Dark Modern', '.vs-dark'],
  ['light', 'Light Modern', '.vs'],
  ['contrast', 'Default High Contrast', '.hc-black'],
] as const;

/** Leaves `<base>-dark.png`, `-light`, `-contrast` and, where the side bar's usual width is given, `-300px`; the theme stays the last one. */
export async function takePictures(editor: Editor, window: Window, base: string, sideBar?: number): Promise<void> {
  for (const [short, theme, shown] of THEMES) {
    await editor.configure({ 'workbench.colorTheme': theme });
    await window.page.locator(`.monaco-workbench${shown}`).waitFor();
    await window.screenshot(`${base}-${short}.png`);
  }
  if (sideBar === undefined) return;
  await window.resizeSideBar(300);
  await window.screenshot(`${base}-300px.png`);
  await window.resizeSideBar(sideBar);
}
