import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { openText } from '../../../support/inMemoryFileTree';
import { at, InMemoryWorkspace } from '../../../support/inMemoryWorkspace';
import { CONTRACT_EXCLUDED, CONTRACT_FILES, describeWorkspaceContract } from '../../../support/workspaceContract';

describeWorkspaceContract('TreeWorkspace over files in memory', () =>
  Promise.resolve(new InMemoryWorkspace({ ...CONTRACT_FILES }, { excluded: CONTRACT_EXCLUDED })),
);

const never = () => new AbortController().signal;

async function pathOf(workspace: InMemoryWorkspace, path: string): Promise<string> {
  const location = await workspace.locate(path, never());
  return isFailure(location) ? location.reason : location.path;
}

async function textOf(workspace: InMemoryWorkspace, path: string): Promise<string> {
  const location = await workspace.locate(path, never());
  if (isFailure(location)) return location.reason;
  const snapshot = await workspace.read(location, never());
  return isFailure(snapshot) ? snapshot.reason : snapshot.text;
}

async function found(workspace: InMemoryWorkspace, query: string, include?: string): Promise<string[]> {
  const request = { query, isRegex: false, limit: 50, contextLines: 0, ...(include === undefined ? {} : { include }) };
  const result = await workspace.search(request, never());
  if (isFailure(result)) assert.fail(result.message);
  return result.matches.map((match) => `${match.path}:${match.line}`);
}

describe('TreeWorkspace', () => {
  it('gives the unsaved text, in reading and in searching, with a version of its own', async () => {
    const workspace = new InMemoryWorkspace({ 'a.ts': 'disk\n' });
    const before = await workspace.read(at('a.ts'), never());
    workspace.edit('a.ts', 'buffer\n');
    const after = await workspace.read(at('a.ts'), never());
    assert.ok(!isFailure(before) && !isFailure(after));
    assert.deepEqual([after.text, after.isDirty, before.isDirty], ['buffer\n', true, false]);
    assert.notEqual(after.version, before.version);
    assert.deepEqual(await found(workspace, 'buffer'), ['a.ts:1']);
    assert.deepEqual(await found(workspace, 'disk'), []);
  });

  it('reads the disk for a clean document, since another program may have just written it', async () => {
    const workspace = new InMemoryWorkspace({ 'a.xyz': 'new\n' });
    workspace.fileTree.open.push(openText('file:///ws/a.xyz', 'old\n', { isDirty: false, languageId: 'special' }));
    const snapshot = await workspace.read(at('a.xyz'), never());
    assert.ok(!isFailure(snapshot));
    assert.deepEqual([snapshot.text, snapshot.languageId], ['new\n', 'special']);
  });

  it('has the same version for the same text, saved or not', async () => {
    const workspace = new InMemoryWorkspace({ 'a.ts': 'same' });
    const onDisk = await workspace.read(at('a.ts'), never());
    workspace.edit('a.ts', 'same');
    const inEditor = await workspace.read(at('a.ts'), never());
    assert.ok(!isFailure(onDisk) && !isFailure(inEditor));
    assert.equal(onDisk.version, inEditor.version);
  });

  it('reads and searches untitled documents by their label', async () => {
    const workspace = new InMemoryWorkspace({ 'a.ts': 'x' });
    workspace.openUntitled('Untitled-1', 'draft text');
    assert.equal(await textOf(workspace, 'Untitled-1'), 'draft text');
    assert.deepEqual(await found(workspace, 'draft'), ['Untitled-1:1']);
    assert.deepEqual(await found(workspace, 'draft', 'src/**'), []);
  });

  it('resolves links inside, and refuses those that lead out, however deep', async () => {
    const workspace = new InMemoryWorkspace({
      'src/a.ts': 'inside',
      'link.ts': { link: 'src/a.ts' },
      'out.txt': { link: 'file:///secret/x.txt' },
      outdir: { link: 'file:///secret' },
      loop: { link: 'loop' },
      dangling: { link: 'src/gone.ts' },
      evil: { link: 'file:///ws-evil' },
    });
    workspace.fileTree.put('file:///secret/x.txt', 'outside');
    workspace.fileTree.put('file:///ws-evil/x.txt', 'outside');
    assert.equal(await pathOf(workspace, 'link.ts'), 'src/a.ts');
    for (const path of ['out.txt', 'outdir/x.txt', 'outdir', 'outdir/not/there.txt', 'evil/x.txt']) {
      assert.equal(await pathOf(workspace, path), 'path.outside', path);
    }
    assert.equal(await pathOf(workspace, 'loop'), 'file.not_found');
    const dangling = await workspace.locate('dangling', never());
    assert.match(isFailure(dangling) ? dangling.message : '', /link to something that does not exist/);
    assert.deepEqual(await found(workspace, 'outside'), []);
    assert.deepEqual(await found(workspace, 'outside', 'outdir/**,out.txt,evil'), []);
    const direct = await workspace.read({ uri: 'file:///ws/out.txt', path: 'out.txt' }, never());
    assert.equal(isFailure(direct) && direct.reason, 'path.outside');
  });

  it('gives the unsaved text of the name that the editor has it under', async () => {
    const workspace = new InMemoryWorkspace({ 'src/a.ts': 'disk', 'link.ts': { link: 'src/a.ts' } });
    workspace.edit('link.ts', 'typed');
    assert.equal(await textOf(workspace, 'link.ts'), 'typed');
    assert.equal(await textOf(workspace, 'src/a.ts'), 'disk');
  });

  it('does not search a buffer whose file is outside', async () => {
    const workspace = new InMemoryWorkspace({ outdir: { link: 'file:///secret' } });
    workspace.fileTree.put('file:///secret/x.txt', 'old');
    workspace.edit('outdir/x.txt', 'needle');
    assert.deepEqual(await found(workspace, 'needle'), []);
  });

  it('refuses binary, huge, unreadable files and folders with the reason', async () => {
    const workspace = new InMemoryWorkspace({
      'b.bin': new Uint8Array([1, 0, 2]),
      'huge.txt': 'x'.repeat(5 * 1024 * 1024 + 1),
      'locked.txt': 'x',
      'dir/a.txt': 'x',
    });
    workspace.fileTree.unreadable.add('file:///ws/locked.txt');
    assert.equal(await textOf(workspace, 'b.bin'), 'file.binary');
    assert.equal(await textOf(workspace, 'huge.txt'), 'file.too_large');
    assert.equal(await textOf(workspace, 'locked.txt'), 'file.unreadable');
    assert.equal(await textOf(workspace, 'dir'), 'file.is_directory');
    assert.deepEqual(await found(workspace, 'x'), ['dir/a.txt:1']);
  });

  it('obeys an ignore file that is being edited', async () => {
    const workspace = new InMemoryWorkspace({ '.gitignore': '', 'a.log': 'needle' });
    assert.deepEqual(await found(workspace, 'needle'), ['a.log:1']);
    workspace.edit('.gitignore', '*.log\n');
    assert.deepEqual(await found(workspace, 'needle'), []);
  });

  it('lets nearer and stronger ignore files win', async () => {
    const workspace = new InMemoryWorkspace({
      '.gitignore': '*.gen\n',
      '.ignore': '!keep.gen\n',
      'keep.gen': 'needle',
      'drop.gen': 'needle',
      'sub/.gitignore': '!*.gen\n',
      'sub/x.gen': 'needle',
      '.git/config': 'needle',
    });
    assert.deepEqual(await found(workspace, 'needle'), ['keep.gen:1', 'sub/x.gen:1']);
  });

  it('says that no folder is open', async () => {
    const workspace = new InMemoryWorkspace({}, { folders: [] });
    assert.equal(await pathOf(workspace, 'a.ts'), 'path.outside');
    assert.deepEqual(await found(workspace, 'x'), []);
  });

  describe('with several folders', () => {
    const folders = [
      { name: 'app', uri: 'file:///ws/app' },
      { name: 'lib', uri: 'file:///ws/lib' },
    ];
    const files = { 'app/src/a.ts': 'needle', 'app/only.ts': 'x', 'lib/src/a.ts': 'needle', 'lib/app/b.ts': 'needle' };
    const workspace = new InMemoryWorkspace(files, { folders });

    it('names the folder in every path', async () => {
      assert.equal(await pathOf(workspace, 'lib/src/a.ts'), 'lib/src/a.ts');
      assert.equal(await pathOf(workspace, 'file:///ws/lib/src/a.ts'), 'lib/src/a.ts');
      assert.deepEqual(await found(workspace, 'needle'), ['app/src/a.ts:1', 'lib/app/b.ts:1', 'lib/src/a.ts:1']);
      assert.deepEqual(await found(workspace, 'needle', 'lib/src/**'), ['lib/src/a.ts:1']);
    });

    it('takes a path without a folder when one folder has it, and asks which when several do', async () => {
      assert.equal(await pathOf(workspace, 'only.ts'), 'app/only.ts');
      assert.equal(await pathOf(workspace, 'app/b.ts'), 'lib/app/b.ts');
      const ambiguous = await workspace.locate('src/a.ts', never());
      assert.equal(isFailure(ambiguous) && ambiguous.reason, 'path.ambiguous');
      assert.match(isFailure(ambiguous) ? ambiguous.message : '', /app\/src\/a\.ts, lib\/src\/a\.ts/);
    });

    it('does not let one folder lead into what lies between them', async () => {
      workspace.fileTree.put('file:///ws/other/x.ts', 'x');
      assert.equal(await pathOf(workspace, 'app/../../other/x.ts'), 'path.outside');
      assert.equal(await pathOf(workspace, 'file:///ws/other/x.ts'), 'path.outside');
    });
  });
});
