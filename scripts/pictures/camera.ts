// Pictures of a window for the README: stills and a film, with few colours.
import { mkdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Window } from '../../test/e2e/support/window';
import { projectRoot } from '../vscode/projectRoot';
import { toPalette } from './palette';
import { decodePng, encodePng, type Frame } from './png';

const folder = path.join(projectRoot, 'media', 'screenshots');

export class Camera {
  private readonly frames: Frame[] = [];

  constructor(
    private readonly window: Window,
    private readonly viewport: { width: number; height: number },
  ) {}

  /** A still picture, once nothing moves any more: two pictures in a row are the same. */
  async take(name: string): Promise<void> {
    const { page } = this.window;
    // Away from everything that reacts to the pointer.
    await page.mouse.move(this.viewport.width - 300, this.viewport.height - 120);
    let before = await page.screenshot();
    for (let tries = 0; tries < 40; tries += 1) {
      await page.waitForTimeout(300);
      const now = await page.screenshot();
      if (now.equals(before)) break;
      before = now;
    }
    await this.save(name, [{ picture: decodePng(before), delayMs: 0 }]);
  }

  /** Adds the window as it is now to the film; it stands for `delayMs`. */
  async film(delayMs: number): Promise<void> {
    this.frames.push({ picture: decodePng(await this.window.page.screenshot()), delayMs });
  }

  /** Adds pictures while `work` goes on, several a second. */
  async filmWhile(work: Promise<unknown>, delayMs = 250): Promise<void> {
    const ended = work.then(() => true);
    for (let isDone = false; !isDone;) {
      await this.film(delayMs);
      isDone = await Promise.race([ended, this.window.page.waitForTimeout(delayMs).then(() => false)]);
    }
  }

  /** Writes the film. */
  async show(name: string): Promise<void> {
    await this.save(name, this.frames);
  }

  private async save(name: string, frames: readonly Frame[]): Promise<void> {
    const file = path.join(folder, `${name}.png`);
    const bytes = encodePng(toPalette(frames));
    await mkdir(folder, { recursive: true });
    await writeFile(file, bytes);
    const count = frames.length > 1 ? `, ${String(frames.length)} frames` : '';
    console.log(`${path.relative(projectRoot, file)}: ${String(Math.round(bytes.length / 1000))} KB${count}`);
  }
}
