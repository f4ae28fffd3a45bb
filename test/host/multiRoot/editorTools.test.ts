// Paths of the reading tools where the window has two folders.
import assert from 'node:assert/strict';
import { isFailure } from '../../../src/core/failure';
import { VsCodeWorkspace } from '../../../src/vscode/editorTools/vsCodeWorkspace';

const never = () => new AbortController().signal;

describe('the reading tools with two folders', () => {
  const workspace = new VsCodeWorkspace();

  const pathOf = async (written: string) => {
    const location = await workspace.locate(written, never());
    return isFailure(location) ? location.reason : location.path;
  };

  it('name the folder in every path, and take paths that leave it out', async () => {
    assert.equal(await pathOf('tools/slug.ts'), 'tools/slug.ts');
    assert.equal(await pathOf('slug.ts'), 'tools/slug.ts');
    assert.equal(await pathOf('bookshop/src/math.ts'), 'bookshop/src/math.ts');
    assert.equal(await pathOf('tools/../bookshop/src/math.ts'), 'bookshop/src/math.ts');
    assert.equal(await pathOf('tools/../../x'), 'path.outside');
    assert.equal(await pathOf('tools/src/math.ts'), 'file.not_found');
  });

  it('search and list all folders, or the one that is named', async () => {
    const query = { query: 'export', isRegex: false, limit: 100, contextLines: 0 };
    const all = await workspace.search(query, never());
    assert.ok(!isFailure(all));
    const folders = new Set(all.matches.map((match) => match.path.split('/')[0]));
    assert.deepEqual([...folders].sort(), ['bookshop', 'tools']);
    const one = await workspace.search({ ...query, include: 'tools/**' }, never());
    assert.ok(!isFailure(one));
    assert.deepEqual([...new Set(one.matches.map((match) => match.path))], ['tools/slug.ts']);
    const listed = await workspace.list({ path: 'tools', limit: 10 }, never());
    assert.deepEqual(!isFailure(listed) && listed.files.map((file) => file.path), ['tools/slug.ts']);
  });
});
