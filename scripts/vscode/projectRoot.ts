import { existsSync } from 'node:fs';
import * as path from 'node:path';

/** The project's folder, found from wherever the calling code was bundled to. */
export const projectRoot = findProjectRoot(import.meta.dirname);

function findProjectRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package-lock.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error(`Internal error: no package-lock.json above ${start}`);
  }
}
