import assert from 'node:assert/strict';
import type { FileView } from '../../../../src/core/changes/changeLayer';
import { OverlayWorkspace } from '../../../../src/core/changes/overlayWorkspace';
import { isFailure } from '../../../../src/core/failure';
import { at, InMemoryWorkspace } from '../../../support/inMemoryWorkspace';

const { signal } = new AbortController();
const view = (path: string, text: string | undefined): FileView => ({ location: at(path), text, base: undefined });

function overlay(workspace: InMemoryWorkspace, ...views: FileView[]): OverlayWorkspace {
  return new OverlayWorkspace(workspace, () => Promise.resolve(views));
}

async function listed(workspace: OverlayWorkspace, query: { path?: string; glob?: string } = {}): Promise<string[]> {
  const found = await workspace.list({ ...query, limit: 100 }, signal);
  assert.ok(!isFailure(found), isFailure(found) ? found.message : '');
  return found.files.map(({ path }) => path);
}

describe('the workspace as a run sees it', () => {
  const files = { 'src/a.ts': 'alpha\n', 'src/b.ts': 'beta\n', '.gitignore': 'out/\n' };

  it('is the workspace itself without pending edits', async () => {
    assert.deepEqual(await listed(overlay(new InMemoryWorkspace(files))), ['.gitignore', 'src/a.ts', 'src/b.ts']);
  });

  it('lists new files, hides deleted ones, and obeys globs and ignore files for both', async () => {
    const workspace = overlay(
      new InMemoryWorkspace(files),
      view('src/a.ts', undefined),
      view('new/deep/c.ts', 'gamma\n'),
      view('out/d.ts', 'ignored\n'),
    );
    assert.deepEqual(await listed(workspace), ['.gitignore', 'new/deep/c.ts', 'src/b.ts']);
    assert.deepEqual(await listed(workspace, { path: 'new' }), ['new/deep/c.ts']);
    assert.deepEqual(await listed(workspace, { glob: 'src/**' }), ['src/b.ts']);
  });

  it('obeys an ignore file that is itself only proposed', async () => {
    const workspace = overlay(new InMemoryWorkspace(files), view('.gitignore', 'src/a.ts\n'));
    assert.deepEqual(await listed(workspace), ['.gitignore', 'src/b.ts']);
  });

  it('searches the pending text and not the one on disk', async () => {
    const workspace = overlay(
      new InMemoryWorkspace(files),
      view('src/a.ts', 'omega\n'),
      view('src/b.ts', undefined),
      view('n/c.ts', 'beta two\n'),
    );
    for (const [query, paths] of [
      ['omega', ['src/a.ts']],
      ['alpha', []],
      ['beta', ['n/c.ts']],
    ] as const) {
      const found = await workspace.search({ query, isRegex: false, limit: 10, contextLines: 0 }, signal);
      assert.ok(!isFailure(found));
      assert.deepEqual(
        found.matches.map(({ path }) => path),
        paths,
        query,
      );
    }
  });

  it('reads pending texts and says that they are, and knows nothing of deleted files', async () => {
    const memory = new InMemoryWorkspace(files);
    memory.edit('src/b.ts', 'beta, typed\n');
    const workspace = overlay(memory, view('src/a.ts', 'omega\n'), view('src/b.ts', 'B\n'));
    const snapshot = await workspace.read(at('src/a.ts'), signal);
    assert.ok(!isFailure(snapshot));
    assert.deepEqual([snapshot.text, snapshot.hasPendingEdits, snapshot.isDirty], ['omega\n', true, false]);
    const dirty = await workspace.read(at('src/b.ts'), signal);
    assert.ok(!isFailure(dirty) && dirty.isDirty);
    const gone = await overlay(memory, view('src/a.ts', undefined)).locate('src/a.ts', signal);
    assert.ok(isFailure(gone));
    assert.equal(gone.reason, 'file.not_found');
  });

  it('finds a new file by its path and by a link to its folder', async () => {
    const memory = new InMemoryWorkspace(files);
    memory.write('link', { link: 'file:///ws/src' });
    const workspace = overlay(memory, view('src/c.ts', 'gamma\n'));
    for (const path of ['src/c.ts', './src/c.ts', 'link/c.ts']) {
      assert.deepEqual(await workspace.locate(path, signal), at('src/c.ts'), path);
    }
  });

  it('walks where the fast search can not know the folder', async () => {
    const memory = new InMemoryWorkspace(files);
    const asked: string[] = [];
    Object.assign(memory.fileTree, {
      candidates: ({ base }: { base: string }) => {
        asked.push(base);
        return Promise.resolve([]);
      },
    });
    const workspace = overlay(memory, view('new/c.ts', 'gamma\n'));
    const query = { query: 'gamma', isRegex: false, include: 'new/**', limit: 10, contextLines: 0 };
    const found = await workspace.search(query, signal);
    assert.ok(!isFailure(found));
    assert.deepEqual(
      found.matches.map(({ path }) => path),
      ['new/c.ts'],
    );
    assert.deepEqual(asked, []);
  });
});
