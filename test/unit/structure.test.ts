// The house of docs/architecture.md, as far as the linter's import bans do not see it.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const root = path.join(__dirname, '..', '..');

describe('the files of the product', () => {
  it('never import each other in a circle, not even for types', () => {
    const imports = new Map(sourceFiles().map((file) => [file, importsOf(file)]));
    assert.ok(imports.size > 500, 'found the sources');
    assert.deepEqual(circles(imports), []);
  });

  for (const house of ['src/core', 'src/vscode', 'src/adapters', 'src/protocol', 'webview']) {
    it(`import in one direction between the rooms of ${house}`, () => {
      const rooms = new Map<string, string[]>();
      const depth = house.split('/').length + 1;
      const roomOf = (file: string) => file.split('/').slice(0, depth).join('/');
      for (const file of sourceFiles().filter((name) => name.startsWith(`${house}/`)))
        rooms.set(roomOf(file), [...(rooms.get(roomOf(file)) ?? []), ...importsOf(file).map(roomOf)]);
      assert.ok(rooms.size > 2, 'found the rooms');
      assert.deepEqual(circles(rooms), []);
    });
  }
});

function sourceFiles(): string[] {
  return globSync(['src/**/*.ts', 'webview/**/*.ts'], { cwd: root });
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].map(
    ([, target = '']) => `${path.join(path.dirname(file), target)}.ts`,
  );
}

/** Strongly connected parts of more than one file (Tarjan 1972), each in the order of its names. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const indices = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const index = indices.size;
    indices.set(file, index);
    lowest.set(file, index);
    stack.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!imports.has(target)) continue;
      const reached = indices.has(target) ? (stack.includes(target) ? indices.get(target) : undefined) : visit(target);
      if (reached !== undefined) lowest.set(file, Math.min(lowest.get(file) ?? index, reached));
    }
    const low = lowest.get(file) ?? index;
    if (low === index) {
      const part = stack.splice(stack.indexOf(file));
      if (part.length > 1) found.push(part.sort());
    }
    return low;
  };
  for (const file of imports.keys()) if (!indices.has(file)) visit(file);
  return found;
}
