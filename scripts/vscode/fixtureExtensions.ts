import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from './projectRoot';

const fixtureRoot = path.join(projectRoot, 'test', 'fixtures');

/** The folder of an extension below test/fixtures. */
export function fixtureExtension(name: string): string {
  return path.join(fixtureRoot, name);
}

/** The folders of all extensions below test/fixtures. */
export function fixtureExtensions(): string[] {
  return readdirSync(fixtureRoot).map(fixtureExtension).filter(isExtension);
}

function isExtension(folder: string): boolean {
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8')) as { engines?: { vscode?: string } };
  return engines?.vscode !== undefined;
}
