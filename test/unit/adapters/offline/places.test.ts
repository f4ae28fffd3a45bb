import assert from 'node:assert/strict';
import { findPlaces } from '../../../../src/adapters/offline/places';

const inRequest = (request: string, material = '') => findPlaces({ request, material, files: [], outcomes: [] });

describe('Places that a request names', () => {
  for (const [request, files] of [
    ['review src/math.ts', [{ path: 'src/math.ts' }]],
    ['review ./src/math.ts:5-7, please', [{ path: 'src/math.ts', startLine: 5, endLine: 7 }]],
    ['what is at `a/b.py:3`?', [{ path: 'a/b.py', startLine: 3, endLine: 3 }]],
    ['src/a.ts (lines 4-9) is odd', [{ path: 'src/a.ts', startLine: 4, endLine: 9 }]],
    ['compare a.ts and b.ts', [{ path: 'a.ts' }, { path: 'b.ts' }]],
    ['is config.test.tsx fine', [{ path: 'config.test.tsx' }]],
    ['see https://example.org/a.js', []],
    ['write to me@example.ts', []],
    ['this.is not.a file, e.g. that', []],
    ['upgrade to 1.2.3', []],
    ['uses node.js and items.length', []],
  ] as const) {
    it(`reads ${JSON.stringify(request)}`, () => assert.deepEqual(inRequest(request).files, files));
  }

  it('reads names of code, quoted or by their form', () => {
    assert.deepEqual(inRequest('where are `divide`, hashPassword and MAX_SIZE used, and run()?').names, [
      'divide',
      'run',
      'hashPassword',
      'MAX_SIZE',
    ]);
    assert.deepEqual(inRequest('Is Python safe? HTML too').names, []);
  });

  it('takes headlines of material and not the code below them', () => {
    const material = 'Selection in src/a.ts (lines 3-4):\n```ts\nimport b from "./b.ts";\n```';
    assert.deepEqual(inRequest('is this safe?', material).files, [{ path: 'src/a.ts', startLine: 3, endLine: 4 }]);
    assert.deepEqual(inRequest('review c.ts', material).files, [{ path: 'c.ts' }]);
  });

  it('takes the attached code where tests are to be written, not the tests that show how', () => {
    const asked = 'Write tests for this code.\nRead test/b.test.ts first: follow its style. Then repair them.';
    assert.deepEqual(inRequest(asked, '## src/a.ts (typescript)\n1\tconst a = 1;').files, [{ path: 'src/a.ts' }]);
    assert.deepEqual(inRequest('write tests for src/c.ts').files, [{ path: 'src/c.ts' }]);
  });

  it('takes attached documents whose names have no ending', () => {
    assert.deepEqual(inRequest('Change comments only', '## Untitled-1 (typescript), lines 3-4\n3\tx').files, [
      { path: 'Untitled-1', startLine: 3, endLine: 4 },
    ]);
    assert.deepEqual(inRequest('is this fine?', '## Problems\nNo problems are reported.').files, []);
  });

  it('reads the titles of attached sections, with their lines, and the files of problems and changes', () => {
    const attached =
      '## src/a.ts (typescript, unsaved), lines 3-4\nInside: function f (1-9)\n3\timport b from "./b.ts";\nconst c = "c.ts";\n';
    assert.deepEqual(inRequest('is this safe?', attached).files, [{ path: 'src/a.ts', startLine: 3, endLine: 4 }]);
    const problems = '## Problems\nsrc/a.ts:4 error: Cannot find module ./x.ts\nsrc/b.ts:1 warning: unused';
    assert.deepEqual(inRequest('fix these', problems).files, [
      { path: 'src/a.ts', startLine: 4, endLine: 4 },
      { path: 'src/b.ts', startLine: 1, endLine: 1 },
    ]);
    const changes =
      '## Changes not committed\nmodified src/a.ts\nadded src/b.ts (staged)\n\ndiff --git a/src/c.ts b/src/c.ts';
    assert.deepEqual(inRequest('is this fine?', changes).files, [{ path: 'src/a.ts' }, { path: 'src/b.ts' }]);
  });

  it('takes the active editor last, and not when the whole project is meant', () => {
    const text =
      'Active editor: src/a (old).ts (typescript, with unsaved changes)\nCursor: line 3, column 1\nSelection: lines 3-5';
    const outcomes = [{ name: 'get_editor_context', input: {}, text, isError: false }];
    assert.deepEqual(findPlaces({ request: 'is this safe?', material: '', files: [], outcomes }).files, [
      { path: 'src/a (old).ts', startLine: 3, endLine: 5 },
    ]);
    assert.deepEqual(
      findPlaces({ request: 'is the whole project safe?', material: '', files: [], outcomes }).files,
      [],
    );
  });
});
