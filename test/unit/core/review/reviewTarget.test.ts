import assert from 'node:assert/strict';
import { failure, isFailure } from '../../../../src/core/failure';
import { resolveTarget, type ReviewScope, type ReviewTarget } from '../../../../src/core/review/reviewTarget';
import { at, InMemoryGitChanges, InMemoryWorkspace, range } from '../../../support/inMemoryWorkspace';

const signal = new AbortController().signal;
const changes: ReviewTarget = { kind: 'changes', scope: 'working' };

async function resolve(
  workspace: InMemoryWorkspace,
  target: ReviewTarget,
  git = new InMemoryGitChanges(),
): Promise<ReviewScope> {
  const scope = await resolveTarget({ workspace, git }, target, signal);
  assert.ok(!isFailure(scope), isFailure(scope) ? scope.message : '');
  return scope;
}
const spans = (scope: ReviewScope) =>
  scope.files.map(({ file, spans }) => [file.path, ...spans.map((s) => `${s.first}-${s.last}`)]);

describe('what a review is of', () => {
  const files = {
    'src/a.ts': 'one\ntwo\nthree\nfour\n',
    'src/b.ts': 'b\n',
    'package-lock.json': '{}',
    'logo.png': '\0\0',
  };

  it('is the selected lines, as a person sees them', async () => {
    const workspace = new InMemoryWorkspace(files);
    const place = { uri: at('src/a.ts').uri, range: range(1, 0, 3, 0) };
    assert.deepEqual(spans(await resolve(workspace, { kind: 'places', places: [place] })), [['src/a.ts', '2-3']]);
  });

  it('is the whole of a file, its unsaved text included', async () => {
    const workspace = new InMemoryWorkspace(files);
    workspace.edit('src/b.ts', 'b\nmore\n');
    const scope = await resolve(workspace, { kind: 'places', places: [{ uri: at('src/b.ts').uri }] });
    assert.deepEqual(spans(scope), [['src/b.ts', '1-3']]);
    assert.equal(scope.files[0]?.file.text, 'b\nmore\n');
  });

  it('is what people wrote below a folder', async () => {
    const scope = await resolve(new InMemoryWorkspace(files), { kind: 'places', places: [{ uri: 'file:///ws' }] });
    assert.deepEqual(
      spans(scope).map(([path]) => path),
      ['src/a.ts', 'src/b.ts'],
    );
  });

  it('is several selections of one file as one file', async () => {
    const { uri } = at('src/a.ts');
    const places = [
      { uri, range: range(3, 0, 3, 2) },
      { uri, range: range(0, 0, 0, 2) },
    ];
    assert.deepEqual(spans(await resolve(new InMemoryWorkspace(files), { kind: 'places', places })), [
      ['src/a.ts', '1-1', '4-4'],
    ]);
  });

  it('is the changed lines, found again where the file has moved on since git looked', async () => {
    const workspace = new InMemoryWorkspace({ 'src/a.ts': 'new top\none\nTWO\nthree\n' });
    const git = new InMemoryGitChanges();
    git.result = {
      files: [{ ...at('src/a.ts'), status: 'modified', staged: true }],
      diff: 'diff --git a/src/a.ts b/src/a.ts\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n',
    };
    assert.deepEqual(spans(await resolve(workspace, changes, git)), [['src/a.ts', '2-3']]);
  });

  it('names deleted files with what they held, and leaves moved and generated ones out with a note', async () => {
    const workspace = new InMemoryWorkspace({ 'src/a.ts': 'x\n', 'src/new.ts': 'y\n', 'yarn.lock': 'z\n' });
    const git = new InMemoryGitChanges();
    git.result = {
      files: [
        { ...at('src/gone.ts'), status: 'deleted', staged: false },
        { ...at('src/new.ts'), from: 'src/old.ts', status: 'renamed', staged: true },
        { ...at('yarn.lock'), status: 'modified', staged: false },
        { ...at('src/a.ts'), status: 'untracked', staged: false },
      ],
      diff: 'diff --git a/src/gone.ts b/src/gone.ts\n--- a/src/gone.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-was here\n',
    };
    const scope = await resolve(workspace, changes, git);
    assert.deepEqual(
      scope.deleted.map(({ path }) => path),
      ['src/gone.ts'],
    );
    assert.match(scope.deleted[0]?.diff ?? '', /-was here/);
    assert.deepEqual(spans(scope), [['src/a.ts', '1-2']]);
    assert.deepEqual(
      scope.notes.map((note) => note.kind === 'skipped' && note.path),
      ['src/new.ts', 'yarn.lock'],
    );
  });

  it('fails with the reason where there is nothing', async () => {
    const git = new InMemoryGitChanges();
    git.result = { files: [], diff: '' };
    const nothing = await resolveTarget({ workspace: new InMemoryWorkspace(), git }, changes, signal);
    assert.ok(isFailure(nothing) && nothing.reason === 'review.nothing');
    git.result = failure('git.no_repository', 'No repository.');
    const none = await resolveTarget({ workspace: new InMemoryWorkspace(), git }, changes, signal);
    assert.ok(isFailure(none) && none.reason === 'git.no_repository');
    const gone = { kind: 'places', places: [{ uri: at('nope.ts').uri }] } as const;
    const missing = await resolveTarget({ workspace: new InMemoryWorkspace(), git }, gone, signal);
    assert.ok(isFailure(missing));
  });
});
