import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { encodeLike } from '../../../../src/adapters/node/encodeLike';
import { ScratchCopies } from '../../../../src/adapters/node/scratchCopy';
import type { PendingFile } from '../../../../src/core/changes/changeReview';
import { isFailure } from '../../../../src/core/failure';
import { joinUri } from '../../../../src/core/workspace/uri';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const signal = new AbortController().signal;

describe('ScratchCopies', () => {
  const folder = useTemporaryFolder();
  const workspace = () => join(folder(), 'shop');
  const storage = () => join(folder(), 'storage');
  const uri = () => pathToFileURL(workspace()).href;

  async function put(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(workspace(), path)), { recursive: true });
      await writeFile(join(workspace(), path), text);
    }
  }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: workspace(), encoding: 'utf8' });
  function pending(path: string, text: string | undefined, from?: string): PendingFile {
    const at = (name: string) => ({ uri: joinUri(uri(), name.split('/')), path: name });
    return { location: at(path), text, version: String(text), ...(from !== undefined && { from: at(from) }) };
  }
  const copies = (options: { files?: number; bytes?: number; origin?: string; alive?: string[] } = {}) =>
    new ScratchCopies({
      folder: storage(),
      origin: options.origin ?? 'me',
      isAlive: async (origin) => (options.alive ?? []).includes(origin),
      limits: { files: options.files ?? 1000, bytes: options.bytes ?? 1_000_000 },
    });
  async function prepare(scratch: ScratchCopies, edits: PendingFile[], taskId?: string): Promise<string> {
    const request = { runId: 'run', folder: uri(), pending: edits, ...(taskId !== undefined && { taskId }) };
    const copy = await scratch.prepare(request, signal);
    if (isFailure(copy)) assert.fail(copy.message);
    return fileURLToPath(copy.root);
  }
  async function tree(root: string, below = ''): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) Object.assign(found, await tree(root, path));
      else if (entry.isSymbolicLink()) found[path] = '(link)';
      else found[path] = await readFile(join(root, path), 'utf8');
    }
    return found;
  }

  const FILES = {
    'src/a.ts': 'a',
    'src/b.ts': 'b',
    'README.md': 'read me',
    '.gitignore': 'node_modules/\ndist/\n.env\n',
    '.env': 'SECRET=1',
    'dist/a.js': 'built',
    'node_modules/dep/index.js': 'dep',
    'packages/one/node_modules/inner/index.js': 'inner',
    'packages/one/index.ts': 'one',
  };
  const COPIED = {
    'src/a.ts': 'a',
    'src/b.ts': 'b',
    'README.md': 'read me',
    '.gitignore': FILES['.gitignore'],
    node_modules: '(link)',
    'packages/one/node_modules': '(link)',
    'packages/one/index.ts': 'one',
  };

  for (const kind of ['in a repository', 'without a repository']) {
    describe(kind, () => {
      beforeEach(async () => {
        await put(FILES);
        if (kind === 'in a repository') {
          git('init', '-q');
          git('add', '-A');
          git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'first');
        }
      });

      it('has the files without the ignored ones, links dependencies and applies the edits', async () => {
        await put({ 'untracked.ts': 'new' });
        const edits = [
          pending('src/a.ts', 'A'),
          pending('README.md', undefined),
          pending('deep/er/new.ts', 'new'),
          // In place of the file that moves away.
          pending('src/b.ts', 'another b'),
          pending('lib/b.ts', 'b moved', 'src/b.ts'),
        ];
        const root = await prepare(copies(), edits);
        const { 'README.md': _readme, ...rest } = COPIED;
        assert.deepEqual(await tree(root), {
          ...rest,
          'src/a.ts': 'A',
          'src/b.ts': 'another b',
          'lib/b.ts': 'b moved',
          'deep/er/new.ts': 'new',
          'untracked.ts': 'new',
        });
        assert.equal(await readFile(join(root, 'node_modules/dep/index.js'), 'utf8'), 'dep');
      });

      it('leaves workspace and repository as they were', async () => {
        const before = await tree(workspace());
        const status = kind === 'in a repository' ? git('status', '--porcelain', '-b') : '';
        const scratch = copies();
        await prepare(scratch, [pending('src/a.ts', 'A'), pending('src/b.ts', undefined)]);
        await scratch.release('run');
        assert.deepEqual(await tree(workspace()), before);
        if (kind === 'in a repository') {
          assert.equal(git('status', '--porcelain', '-b'), status);
          assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
        }
      });
    });
  }

  it('copies tracked files that ignore files name, and files of nested repositories', async () => {
    await put({ '.gitignore': 'kept.log\n', 'kept.log': 'kept', 'a.ts': 'a' });
    git('init', '-q');
    git('add', '-f', 'kept.log');
    await put({ 'nested/inner.ts': 'inner' });
    execFileSync('git', ['init', '-q'], { cwd: join(workspace(), 'nested') });
    const root = await prepare(copies(), [pending('a.ts', 'A')]);
    assert.deepEqual(await tree(root), {
      '.gitignore': 'kept.log\n',
      'kept.log': 'kept',
      'a.ts': 'A',
      'nested/inner.ts': 'inner',
    });
  });

  describe('later calls', () => {
    it('follow the workspace and the edits, and touch nothing else', async () => {
      await put({ 'a.ts': 'a', 'b.ts': 'b', 'c.ts': 'c' });
      const scratch = copies();
      const root = await prepare(scratch, [pending('a.ts', 'A')]);
      const untouched = await stat(join(root, 'c.ts'));
      await put({ 'b.ts': 'b2', 'new.ts': 'n' });
      assert.equal(await prepare(scratch, [pending('a.ts', 'A2')]), root);
      assert.deepEqual(await tree(root), { 'a.ts': 'A2', 'b.ts': 'b2', 'c.ts': 'c', 'new.ts': 'n' });
      assert.equal((await stat(join(root, 'c.ts'))).ctimeMs, untouched.ctimeMs);
      await rm(join(workspace(), 'b.ts'));
      await prepare(scratch, [pending('new.ts', undefined)]);
      assert.deepEqual(await tree(root), { 'a.ts': 'a', 'c.ts': 'c' });
    });

    it('put back what a command has changed, and keep what it has built', async () => {
      await put({ 'a.ts': 'a', 'b.ts': 'b' });
      const scratch = copies();
      const root = await prepare(scratch, [pending('a.ts', 'A')]);
      await writeFile(join(root, 'a.ts'), 'formatted');
      await rm(join(root, 'b.ts'));
      await writeFile(join(root, 'built.js'), 'built');
      await prepare(scratch, [pending('a.ts', 'A')]);
      assert.deepEqual(await tree(root), { 'a.ts': 'A', 'b.ts': 'b', 'built.js': 'built' });
    });

    it('never write or remove through a link that a command has left in the copy', async () => {
      await put({ 'src/a.ts': 'a', 'src/b.ts': 'b' });
      const scratch = copies();
      const root = await prepare(scratch, [pending('src/a.ts', 'A')]);
      await rm(join(root, 'src'), { recursive: true });
      await symlink(join(workspace(), 'src'), join(root, 'src'));
      await prepare(scratch, [pending('src/a.ts', 'A2'), pending('src/b.ts', undefined)]);
      assert.deepEqual(await tree(root), { 'src/a.ts': 'A2' });
      assert.deepEqual(await tree(workspace()), { 'src/a.ts': 'a', 'src/b.ts': 'b' });
    });

    it('work one after the other on one copy', async () => {
      await put({ 'a.ts': 'a' });
      const scratch = copies();
      const texts = ['1', '2', '3'];
      const roots = await Promise.all(texts.map((text) => prepare(scratch, [pending('a.ts', text)])));
      assert.equal(new Set(roots).size, 1);
      assert.equal(await readFile(join(roots[0] ?? '', 'a.ts'), 'utf8'), '3');
    });
  });

  it('gives every task of a run a copy of its own, and removes all with the run', async () => {
    await put({ 'a.ts': 'a', 'node_modules/dep/index.js': 'dep' });
    const scratch = copies();
    const [one, two] = [
      await prepare(scratch, [pending('a.ts', '1')], 'one'),
      await prepare(scratch, [pending('a.ts', '2')], 'two'),
    ];
    assert.equal(await readFile(join(one, 'a.ts'), 'utf8'), '1');
    assert.equal(await readFile(join(two, 'a.ts'), 'utf8'), '2');
    await scratch.release('run');
    await assert.rejects(lstat(one));
    await assert.rejects(lstat(two));
    assert.equal(await readFile(join(workspace(), 'node_modules/dep/index.js'), 'utf8'), 'dep');
  });

  it('removes the copies of windows that have died, and of itself when it closes', async () => {
    await put({ 'a.ts': 'a' });
    const roots: string[] = [];
    for (const origin of ['dead', 'alive']) roots.push(await prepare(copies({ origin }), [pending('a.ts', '1')]));
    const scratch = copies({ alive: ['alive'] });
    roots.push(await prepare(scratch, [pending('a.ts', '1')]));
    await scratch.sweep();
    const there = () =>
      Promise.all(
        roots.map((root) =>
          stat(root).then(
            () => true,
            () => false,
          ),
        ),
      );
    assert.deepEqual(await there(), [false, true, true]);
    await scratch.close();
    assert.deepEqual(await there(), [false, true, false]);
  });

  it('leads packages of the workspace to the copy, not to the files without the edits', async () => {
    await put({
      'packages/lib/index.js': 'old',
      'packages/app/main.js': 'main',
      'node_modules/dep/index.js': 'dep',
      'node_modules/@other/pkg/index.js': 'other',
    });
    await mkdir(join(workspace(), 'node_modules/@shop'));
    await symlink('../../packages/lib', join(workspace(), 'node_modules/@shop/lib'));
    const root = await prepare(copies(), [pending('packages/lib/index.js', 'new')]);
    assert.equal(await readFile(join(root, 'node_modules/@shop/lib/index.js'), 'utf8'), 'new');
    assert.equal(await readFile(join(root, 'node_modules/dep/index.js'), 'utf8'), 'dep');
    assert.equal(await readFile(join(root, 'node_modules/@other/pkg/index.js'), 'utf8'), 'other');
  });

  it('finds dependencies that are installed above the workspace folder', async () => {
    await put({ 'a.js': 'a' });
    await mkdir(join(folder(), 'node_modules/dep'), { recursive: true });
    const root = await prepare(copies(), [pending('a.js', 'A')]);
    assert.equal(await realpath(join(root, '../node_modules/dep')), await realpath(join(folder(), 'node_modules/dep')));
  });

  it('keeps modes, times and links', async () => {
    await put({ 'run.sh': 'echo', 'sub/x.txt': 'x' });
    await chmod(join(workspace(), 'run.sh'), 0o755);
    await symlink('sub/x.txt', join(workspace(), 'inside'));
    await symlink(join(workspace(), 'sub'), join(workspace(), 'absolute'));
    await symlink('/nowhere/at/all', join(workspace(), 'dangling'));
    const root = await prepare(copies(), [pending('run.sh', 'echo 2')]);
    assert.equal((await stat(join(root, 'run.sh'))).mode & 0o777, 0o755);
    assert.equal(
      (await stat(join(root, 'sub/x.txt'))).mtimeMs.toFixed(),
      (await stat(join(workspace(), 'sub/x.txt'))).mtimeMs.toFixed(),
    );
    assert.equal(await realpath(join(root, 'inside')), await realpath(join(root, 'sub/x.txt')));
    assert.equal(await realpath(join(root, 'absolute')), await realpath(join(root, 'sub')));
    assert.ok((await lstat(join(root, 'dangling'))).isSymbolicLink());
  });

  it('has the file of a notebook with the edited cells, and gives a renamed file the mode that it had', async () => {
    const notebook = (source: string) => JSON.stringify({ cells: [{ cell_type: 'code', source }], metadata: {} });
    await put({
      'a.ipynb': notebook('x = 1'),
      'b.ipynb': notebook('y = 1'),
      'plain.ipynb': 'no notebook',
      run: 'echo\n',
    });
    await chmod(join(workspace(), 'run'), 0o755);
    const root = await prepare(copies(), [
      pending('a.ipynb', '# %% cell 1 [python]\nx = 2\n'),
      pending('moved/b.ipynb', '# %% cell 1 [python]\ny = 2\n', 'b.ipynb'),
      pending('plain.ipynb', 'still none'),
      pending('bin/run', 'echo hello\n', 'run'),
    ]);
    assert.deepEqual(await tree(root), {
      'a.ipynb': notebook('x = 2'),
      'moved/b.ipynb': notebook('y = 2'),
      'plain.ipynb': 'still none',
      'bin/run': 'echo hello\n',
    });
    assert.equal((await stat(join(root, 'bin/run'))).mode & 0o777, 0o755);
  });

  it('lets Python import what was edited', async () => {
    await put({ 'pyproject.toml': '', 'src/shop/__init__.py': '' });
    const scratch = copies();
    const copy = await scratch.prepare(
      { runId: 'run', folder: uri(), pending: [pending('src/shop/a.py', '')] },
      signal,
    );
    assert.ok(!isFailure(copy));
    assert.ok(copy.environment['PYTHONPATH']?.startsWith(join(fileURLToPath(copy.root), 'src')));
  });

  describe('says why there is none', () => {
    const reasonOf = async (scratch: ScratchCopies, edits: PendingFile[], folderUri = uri(), by = signal) => {
      const copy = await scratch.prepare({ runId: 'run', folder: folderUri, pending: edits }, by);
      return isFailure(copy) ? copy.reason : 'none';
    };
    beforeEach(() => put({ 'a.ts': 'a', 'b.ts': 'b'.repeat(100), 'node_modules/dep/index.js': 'dep' }));

    it('when the workspace has too many files, or too many bytes', async () => {
      assert.equal(await reasonOf(copies({ files: 1 }), [pending('a.ts', 'A')]), 'scratch.too_large');
      assert.equal(await reasonOf(copies({ bytes: 50 }), [pending('a.ts', 'A')]), 'scratch.too_large');
    });

    it('when the workspace is not on this machine', async () => {
      assert.equal(await reasonOf(copies(), [], 'vscode-vfs://github/a/b'), 'scratch.unsupported');
    });

    it('when an edit concerns dependencies that are shared, which stay as they are', async () => {
      const scratch = copies();
      await prepare(scratch, [pending('a.ts', 'A')]);
      assert.equal(await reasonOf(scratch, [pending('node_modules/dep/index.js', 'evil')]), 'scratch.unsupported');
      assert.equal(await readFile(join(workspace(), 'node_modules/dep/index.js'), 'utf8'), 'dep');
    });

    it('when the folder is gone, or the call was stopped', async () => {
      assert.equal(await reasonOf(copies(), [pending('a.ts', 'A')], uri(), AbortSignal.abort()), 'cancelled');
      await rm(workspace(), { recursive: true });
      assert.equal(await reasonOf(copies(), [pending('a.ts', 'A')]), 'scratch.failed');
    });
  });
});

describe('encodeLike', () => {
  const original = (...bytes: number[]) => Uint8Array.from(bytes);
  const bytesOf = (before: Uint8Array | undefined, text: string) => [...encodeLike(before, text)];

  it('keeps the encoding that the bytes show', () => {
    assert.deepEqual(bytesOf(undefined, 'ä'), [0xc3, 0xa4]);
    assert.deepEqual(bytesOf(original(0xef, 0xbb, 0xbf, 0x61), 'ä'), [0xef, 0xbb, 0xbf, 0xc3, 0xa4]);
    assert.deepEqual(bytesOf(original(0xff, 0xfe, 0x61, 0), 'ä'), [0xff, 0xfe, 0xe4, 0]);
    assert.deepEqual(bytesOf(original(0xfe, 0xff, 0, 0x61), 'ä'), [0xfe, 0xff, 0, 0xe4]);
    assert.deepEqual(bytesOf(original(0xe4), 'ü'), [0xfc]);
    assert.deepEqual(bytesOf(original(0xe4), '✓'), [0xe2, 0x9c, 0x93]);
  });
});
