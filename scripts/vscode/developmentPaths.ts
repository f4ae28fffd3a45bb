import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from './projectRoot';

const fixtureRoot = path.join(projectRoot, 'test', 'fixtures');

/** The folders of the extensions that a window loads from source: the product, and fixtures by the name of their folder. */
export function developmentPaths(fixtures: readonly string[] = []): string[] {
  return [projectRoot, ...fixtures.map((name) => path.join(fixtureRoot, name))];
}

/** The names of all extensions below test/fixtures. */
export function fixtureNames(): string[] {
  return readdirSync(fixtureRoot).filter((name) => isExtension(path.join(fixtureRoot, name)));
}

function isExtension(folder: string): boolean {
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8')) as { engines?: { vscode?: string } };
  return engines?.vscode !== undefined;
}
