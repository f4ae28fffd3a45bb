import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isFailure } from '../../../../src/core/failure';
import { diffSections, newFileDiff } from '../../../../src/core/workspace/diffText';
import { compileGlobs, literalPrefix, splitGlobs } from '../../../../src/core/workspace/globs';
import { compileQuery, matchLines, splitLines } from '../../../../src/core/workspace/lineMatcher';
import { nearestPaths } from '../../../../src/core/workspace/nearestPaths';
import { cellStartLine, parseNotebook, renderNotebook } from '../../../../src/core/workspace/notebookText';
import { textVersion } from '../../../../src/core/workspace/textVersion';

const test = (globs: string, path: string) => {
  const compiled = compileGlobs(globs);
  if (isFailure(compiled)) assert.fail(compiled.message);
  return compiled(path);
};

describe('compileGlobs', () => {
  const cases: [globs: string, path: string, expected: boolean][] = [
    ['*.ts', 'a.ts', true],
    ['*.ts', 'src/deep/a.ts', true],
    ['*.ts', 'a.tsx', false],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/deep/a.ts', false],
    ['src/*.ts', 'lib/src/a.ts', false],
    ['src', 'src/deep/a.ts', true],
    ['src/', 'src/a.ts', true],
    ['test', 'pkg/test/a.ts', true],
    ['/test', 'pkg/test/a.ts', false],
    ['**/test/**', 'pkg/test/a.ts', true],
    ['./src/**', 'src/a.ts', true],
    ['src\\core\\*.ts', 'src/core/a.ts', true],
    ['*.{ts,tsx}, docs', 'docs/x.md', true],
    ['*.{ts,tsx}, docs', 'a.tsx', true],
    ['.github', '.github/x.yml', true],
    ['*', '.env', true],
    ['.', 'any/thing', true],
    ['[ab].ts', 'b.ts', true],
    ['', 'a.ts', false],
  ];
  for (const [globs, path, expected] of cases) {
    it(`${JSON.stringify(globs)} ${expected ? 'takes' : 'leaves'} ${path}`, () =>
      assert.equal(test(globs, path), expected));
  }

  it('refuses globs that climb out', () => {
    const result = compileGlobs('../other/**');
    assert.equal(isFailure(result) && result.reason, 'glob.invalid');
  });

  it('splits at commas outside braces, and knows the literal part', () => {
    assert.deepEqual(splitGlobs('a.{x,y}, b ,,c[1,2]'), ['a.{x,y}', 'b', 'c[1,2]']);
    assert.deepEqual(literalPrefix('src/core/*.ts'), ['src', 'core']);
    assert.deepEqual(literalPrefix('**/x'), []);
    assert.deepEqual(literalPrefix('./a/b.ts'), ['a', 'b.ts']);
  });
});

describe('matchLines', () => {
  const pace = { signal: new AbortController().signal, guard: <T>(work: () => T) => work() };
  const matcherOf = (query: string, isRegex = false) => {
    const matcher = compileQuery({ query, isRegex });
    if (isFailure(matcher)) assert.fail(matcher.message);
    return matcher;
  };

  it('lets other work run between slices of a long file', async () => {
    let breaths = 0;
    const text = 'nothing here\n'.repeat(5000) + 'the end\n';
    const options = { ...pace, limit: 5, contextLines: 0, breathe: async () => void (breaths += 1) };
    const found = await matchLines(text, matcherOf('THE|the end', true), options);
    assert.deepEqual(found !== 'too_slow' && found.map(({ line }) => line), [5001]);
    assert.ok(breaths >= 20);
  });

  it('stops when the guard says that the pattern takes too long', async () => {
    const options = { ...pace, limit: 5, contextLines: 0, breathe: async () => {}, guard: () => 'timeout' as const };
    assert.equal(await matchLines('aaaa', matcherOf('(a+)+b', true), options), 'too_slow');
  });

  it('cuts the lines that it shows', async () => {
    const options = { ...pace, limit: 5, contextLines: 0, breathe: async () => {} };
    const found = await matchLines(`${'x'.repeat(5000)}needle`, matcherOf('needle'), options);
    assert.equal(found !== 'too_slow' && found[0]?.text.length, 401);
  });

  it('knows all line ends, and no line after the last one', () => {
    assert.deepEqual(splitLines('a\r\nb\rc\nd\n'), ['a', 'b', 'c', 'd']);
    assert.deepEqual(splitLines(''), ['']);
    assert.deepEqual(splitLines('a\n\n'), ['a', '']);
  });
});

describe('nearestPaths', () => {
  const paths = ['src/math.ts', 'src/orders.ts', 'test/math.test.ts', 'README.md'];
  it('finds the same name elsewhere, misspelt names and other extensions', () => {
    assert.equal(nearestPaths('math.ts', paths, 1)[0], 'src/math.ts');
    assert.equal(nearestPaths('lib\\Math.ts', paths, 1)[0], 'src/math.ts');
    assert.equal(nearestPaths('src/order.ts', paths, 1)[0], 'src/orders.ts');
    assert.equal(nearestPaths('src/math.js', paths, 1)[0], 'src/math.ts');
  });
  it('suggests nothing that is hardly alike', () => assert.deepEqual(nearestPaths('zzz.qq', paths, 3), []));
});

describe('notebooks as text', () => {
  const json = JSON.stringify({
    metadata: { language_info: { name: 'python' } },
    cells: [
      { cell_type: 'markdown', source: ['# Title\n', 'words'] },
      {
        cell_type: 'code',
        source: 'x = 1\nx',
        outputs: [
          { output_type: 'stream', text: ['one\n', 'two\n'] },
          { output_type: 'display_data', data: { 'image/png': 'AAAA' } },
          { output_type: 'error', ename: 'ValueError', evalue: 'bad' },
        ],
      },
      { cell_type: 'code', source: 'y' },
    ],
  });

  it('shows cells with their outputs, images as a word', () => {
    const cells = parseNotebook(json) ?? [];
    assert.equal(
      renderNotebook(cells),
      '# %% cell 1 [markdown]\n# Title\nwords\n\n# %% cell 2 [python]\nx = 1\nx\n# > one\n# > two\n# > [image/png]\n# > ValueError: bad\n\n# %% cell 3 [python]\ny\n',
    );
    const lines = renderNotebook(cells).split('\n');
    assert.deepEqual(
      [0, 1, 2].map((index) => lines[cellStartLine(cells, index)]),
      ['# Title', 'x = 1', 'y'],
    );
  });

  it('takes other JSON for the text that it is', () => {
    assert.equal(parseNotebook('{"cells": 3}'), undefined);
    assert.equal(parseNotebook('not json'), undefined);
  });
});

describe('textVersion', () => {
  it('differs whenever the text does', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        assert.equal(textVersion(a) === textVersion(b), a === b);
      }),
    );
    assert.notEqual(textVersion('ab'), textVersion('ba'));
  });
});

describe('diffs as text', () => {
  it('know their files, also renamed, deleted, quoted and binary ones', () => {
    const diff = [
      'diff --git a/a.ts b/a.ts\nindex 1..2\n--- a/a.ts\n+++ b/a.ts\n@@ -1 +1 @@\n-x\n+diff --git is a word\n',
      'diff --git a/old.ts b/new.ts\nsimilarity index 100%\nrename from old.ts\nrename to new.ts\n',
      'diff --git a/gone.ts b/gone.ts\ndeleted file mode 100644\n--- a/gone.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n',
      'diff --git "a/caf\\303\\251.ts" "b/caf\\303\\251.ts"\n--- "a/caf\\303\\251.ts"\n+++ "b/caf\\303\\251.ts"\n@@ -1 +1 @@\n-x\n+y\n',
      'diff --git a/a b.png b/a b.png\nBinary files differ\n',
    ].join('');
    assert.deepEqual(
      diffSections(diff).map(({ path }) => path),
      ['a.ts', 'new.ts', 'gone.ts', 'café.ts', 'a b.png'],
    );
    assert.equal(
      diffSections(diff)
        .map(({ text }) => text)
        .join(''),
      diff,
    );
  });

  it('show a new file up to a bound', () => {
    assert.match(newFileDiff('n.txt', 'a\nb\nc\n', 2), /@@ -0,0 \+1,3 @@\n\+a\n\+b\n\[1 more lines/);
  });
});
