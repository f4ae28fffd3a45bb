import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from './projectRoot';

/** The product's folder, and with `fixtures` those below test/fixtures that are VS Code extensions of their own. */
export function developmentPaths({ fixtures }: { fixtures: boolean }): string[] {
  const fixtureRoot = path.join(projectRoot, 'test', 'fixtures');
  const folders = readdirSync(fixtureRoot).map((name) => path.join(fixtureRoot, name));
  return [projectRoot, ...(fixtures ? folders.filter(isExtension) : [])];
}

function isExtension(folder: string): boolean {
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8')) as { engines?: { vscode?: string } };
  return engines?.vscode !== undefined;
}
