// A small repository of many languages with mistakes in it, and the list of them: where each stands, and by which rule it is found.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface PlantedDefects {
  /** Texts by path. */
  files: Record<string, string>;
  /** `path:line rule`, sorted. */
  expected: string[];
}

/** Reads `test/fixtures/planted-defects` below the root of the project. */
export async function plantedDefects(root: string): Promise<PlantedDefects> {
  const folder = join(root, 'test', 'fixtures', 'planted-defects');
  const entries = JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as [string, string, string][];
  const paths = [...new Set(entries.map(([path]) => path))];
  const texts = await Promise.all(
    paths.map(async (path) => [path, await readFile(join(folder, path), 'utf8')] as const),
  );
  const files = Object.fromEntries(texts);
  const expected = entries.map(([path, rule, code]) => `${path}:${lineOf(files[path] ?? '', code)} ${rule}`);
  return { files, expected: expected.sort() };
}

function lineOf(text: string, code: string): number {
  const lines = text.split('\n');
  const found = lines.flatMap((line, index) =>
    line.includes(code) && !/^\s*(?:\/\/|#|\*|\/\*)/.test(line) ? [index + 1] : [],
  );
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${code} stands on the lines ${found.join(', ')}`);
  return found[0];
}
