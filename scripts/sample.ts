import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { copySampleWorkspace } from './vscode/sampleWorkspace';

/** Argument: where to put a copy of the sample workspace. One that is there already is left as it is. */
export async function main([target]: readonly string[]): Promise<number> {
  if (target === undefined) {
    console.error('Say where the copy of the sample workspace should go: node scripts/sample.mjs <folder>');
    return 1;
  }
  const folder = path.resolve(target);
  if (!existsSync(folder)) await copySampleWorkspace(folder);
  return 0;
}
