import assert from 'node:assert/strict';
import { collectInstructions, MAX_INSTRUCTIONS_LENGTH } from '../../../../src/core/agents/instructionFiles';

/** A workspace of one or more folders with these files; counts what was read. */
function workspace(files: Record<string, string>, folders = ['shop']) {
  const reads: string[] = [];
  const source = {
    folders: () => folders.map((name) => ({ name, uri: `file:///work/${name}` })),
    read: async (uri: string) => {
      reads.push(uri);
      return files[uri.replace('file:///work/', '')];
    },
  };
  return { reads, collect: (...places: string[]) => collectInstructions(source, places) };
}

describe('instructions', () => {
  it('are those at the root, for every request', async () => {
    const { collect } = workspace({ 'shop/AGENTS.md': ' Use tabs.\n' });
    assert.equal(await collect(), '## AGENTS.md\n\nUse tabs.');
    assert.equal(await workspace({ 'shop/AGENTS.md': ' \n' }).collect(), undefined);
    assert.equal(await workspace({}).collect('src/a.ts'), undefined);
  });

  it('are also the nearest above a file, by URI or path, and not those between', async () => {
    const { collect } = workspace({
      'shop/AGENTS.md': 'Root.',
      'shop/api/AGENTS.md': 'Api.',
      'shop/api/v2/AGENTS.md': 'Second.',
      'shop/web/AGENTS.md': 'Web.',
    });
    const rule = 'Where they contradict each other, the one nearest to a file counts for that file.';
    const both = `${rule}\n\n## AGENTS.md\n\nRoot.\n\n## api/v2/AGENTS.md\n\nSecond.`;
    assert.equal(await collect('api/v2/deep/x.ts'), both);
    assert.equal(await collect('file:///work/shop/api/v2/deep/x.ts'), both);
    assert.equal(await collect('file:///work/shop/api/v2'), both);
    assert.match((await collect('api/x.ts')) ?? '', /Root\.\n\n## api\/AGENTS\.md\n\nApi\.$/);
    assert.equal(await collect('x.ts'), '## AGENTS.md\n\nRoot.');
  });

  it('name each file once, and read it once, for many places', async () => {
    const { collect, reads } = workspace({ 'shop/AGENTS.md': 'Root.', 'shop/api/AGENTS.md': 'Api.' });
    const text = await collect('api/a.ts', 'api/b.ts', 'api/c/d.ts', 'a.ts');
    assert.equal(text?.match(/## api\/AGENTS\.md/g)?.length, 1);
    assert.equal(new Set(reads).size, reads.length);
  });

  it('look outside no folder', async () => {
    const { collect, reads } = workspace({
      'shop/AGENTS.md': 'Root.',
      'AGENTS.md': 'Above.',
      'shop-evil/AGENTS.md': 'Evil.',
    });
    for (const place of [
      '../x.ts',
      'file:///work/shop-evil/x.ts',
      'file:///work/shop/../shop-evil/x.ts',
      '/etc/passwd',
      'untitled:Untitled-1',
    ]) {
      assert.equal(await collect(place), '## AGENTS.md\n\nRoot.', place);
    }
    assert.deepEqual(
      reads.filter((uri) => !uri.startsWith('file:///work/shop/')),
      [],
    );
  });

  it('say which folder they belong to where there are several', async () => {
    const { collect } = workspace(
      { 'shop/AGENTS.md': 'Shop.', 'docs/AGENTS.md': 'Docs.', 'docs/api/AGENTS.md': 'Api.' },
      ['shop', 'docs'],
    );
    const text = await collect('docs/api/x.md');
    assert.deepEqual(text?.match(/^## .*/gm), ['## shop/AGENTS.md', '## docs/AGENTS.md', '## docs/api/AGENTS.md']);
  });

  it('are bounded, one by one and together; the nearest keeps its place', async () => {
    const long = 'x'.repeat(MAX_INSTRUCTIONS_LENGTH + 1);
    const one = await workspace({ 'shop/AGENTS.md': long }).collect();
    assert.ok(one && one.length < MAX_INSTRUCTIONS_LENGTH + 200);
    assert.match(one, /\[AGENTS\.md goes on; read the file for the rest\]$/);
    const files = Object.fromEntries(
      ['', 'a/', 'b/', 'c/', 'd/'].map((folder) => [`shop/${folder}AGENTS.md`, 'y'.repeat(15_000)]),
    );
    const text = await workspace(files).collect('a/x', 'b/x', 'c/x', 'd/x');
    assert.ok(text && text.length < 41_000, String(text?.length));
    assert.match(text, /## AGENTS\.md\n\n\[Left out for its length/);
    assert.match(text, /## d\/AGENTS\.md\n\ny/);
  });
});
