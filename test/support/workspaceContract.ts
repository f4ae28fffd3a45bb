// What every `Workspace` must do, run against the one in memory and the one over VS Code.
import assert from 'node:assert/strict';
import { isFailure, type Failure } from '../../src/core/failure';
import type { SearchQuery, Workspace } from '../../src/core/workspace/workspace';

/** Files of the contract's workspace by path; the suite's owner creates exactly these, in a folder with nothing else. */
export const CONTRACT_FILES: Readonly<Record<string, string>> = {
  '.gitignore': 'dist/\n*.log\n!keep.log\n/secret.txt\n',
  'README.md': '# Title\n\nSome words about the café.\n',
  'dist/out.js': 'const needle = 1;\n',
  'debug.log': 'needle\n',
  'keep.log': 'needle kept\n',
  'secret.txt': 'needle\n',
  'src/a.ts': 'export const alpha = 1;\nexport const needle = alpha;\n// last\n',
  'src/b b.ts': "import { needle } from './a';\nconsole.log(needle, needle);\n",
  'src/deep/.gitignore': '*.gen.ts\n!shown.gen.ts\n',
  'src/deep/hidden.gen.ts': 'needle\n',
  'src/deep/shown.gen.ts': 'needle\n',
  'src/deep/c.ts': 'const x = "über";\r\nconst y = (needle);\r\n',
  'src/secret.txt': 'not at the top: needle\n',
  'node_modules/pkg/index.js': 'needle\n',
};

/** Globs that the suite's owner must exclude by settings, as VS Code does by default. */
export const CONTRACT_EXCLUDED = ['**/node_modules'];

const never = () => new AbortController().signal;

function ok<T extends object>(value: T | Failure): T {
  if (isFailure(value)) assert.fail(`${value.reason}: ${value.message}`);
  return value;
}

const reasonOf = (value: unknown) => (isFailure(value) ? value.reason : 'no failure');

/** Declares the contract's tests; `create` is called once before them. */
export function describeWorkspaceContract(name: string, create: () => Promise<Workspace>): void {
  describe(`${name} as a workspace`, () => {
    let workspace: Workspace;
    before(async () => {
      workspace = await create();
    });

    const lines = async (query: Partial<SearchQuery> & { query: string }) => {
      const whole = { isRegex: false, limit: 100, contextLines: 0, ...query };
      const found = ok(await workspace.search(whole, never()));
      return found.matches.map((match) => `${match.path}:${match.line}`);
    };
    const listed = async (query: { path?: string; glob?: string; limit?: number }) =>
      ok(await workspace.list({ limit: 100, ...query }, never())).files.map((file) => file.path);

    it('lists what ignore files and settings leave, in the order of paths', async () => {
      assert.deepEqual(await listed({}), [
        '.gitignore',
        'README.md',
        'keep.log',
        'src/a.ts',
        'src/b b.ts',
        'src/deep/.gitignore',
        'src/deep/c.ts',
        'src/deep/shown.gen.ts',
        'src/secret.txt',
      ]);
    });

    it('lists ignored places that are asked for by name', async () => {
      assert.deepEqual(await listed({ path: 'dist' }), ['dist/out.js']);
      assert.deepEqual(await listed({ path: 'node_modules/pkg' }), ['node_modules/pkg/index.js']);
      assert.deepEqual(await listed({ glob: 'node_modules/**/*.js' }), ['node_modules/pkg/index.js']);
      assert.deepEqual(await listed({ glob: 'debug.log' }), ['debug.log']);
    });

    it('lists by glob from the folder asked for and from the top', async () => {
      assert.deepEqual(await listed({ glob: '*.ts' }), [
        'src/a.ts',
        'src/b b.ts',
        'src/deep/c.ts',
        'src/deep/shown.gen.ts',
      ]);
      assert.deepEqual(await listed({ path: './src', glob: 'deep/*.ts' }), ['src/deep/c.ts', 'src/deep/shown.gen.ts']);
      assert.deepEqual(await listed({ path: 'src', glob: 'src/*.ts' }), ['src/a.ts', 'src/b b.ts']);
      assert.deepEqual(await listed({ glob: '*.{md,log}' }), ['README.md', 'keep.log']);
    });

    it('says when a list was cut', async () => {
      assert.equal(ok(await workspace.list({ limit: 2 }, never())).truncated, true);
      assert.equal(ok(await workspace.list({ limit: 9 }, never())).truncated, false);
    });

    it('finds literal text line by line', async () => {
      assert.deepEqual(await lines({ query: 'needle' }), [
        'keep.log:1',
        'src/a.ts:2',
        'src/b b.ts:1',
        'src/b b.ts:2',
        'src/deep/c.ts:2',
        'src/deep/shown.gen.ts:1',
        'src/secret.txt:1',
      ]);
    });

    it('takes a literal for what it is and a regular expression for what it means', async () => {
      assert.deepEqual(await lines({ query: '(needle)' }), ['src/deep/c.ts:2']);
      assert.deepEqual(await lines({ query: String.raw`^const\s+\w+ = \(needle\);$`, isRegex: true }), [
        'src/deep/c.ts:2',
      ]);
      assert.deepEqual(await lines({ query: 'needle(?= kept)', isRegex: true }), ['keep.log:1']);
      assert.deepEqual(await lines({ query: String.raw`\büber\b`, isRegex: true }), ['src/deep/c.ts:1']);
      assert.deepEqual(await lines({ query: '(?i)CAFÉ', isRegex: true }), ['README.md:3']);
      assert.deepEqual(await lines({ query: 'NEEDLE KEPT', ignoreCase: true }), ['keep.log:1']);
    });

    it('keeps to the globs, commas and braces included', async () => {
      assert.deepEqual(await lines({ query: 'needle', include: 'src/*.ts' }), [
        'src/a.ts:2',
        'src/b b.ts:1',
        'src/b b.ts:2',
      ]);
      assert.deepEqual(await lines({ query: 'needle', include: '*.{log,md}, src/a.ts' }), ['keep.log:1', 'src/a.ts:2']);
      assert.deepEqual(await lines({ query: 'needle', include: 'src', exclude: 'src/deep,**/b*' }), [
        'src/a.ts:2',
        'src/secret.txt:1',
      ]);
    });

    it('searches ignored files that the globs name', async () => {
      assert.deepEqual(await lines({ query: 'needle', include: 'dist/**' }), ['dist/out.js:1']);
      assert.deepEqual(await lines({ query: 'needle', include: 'debug.log' }), ['debug.log:1']);
      assert.deepEqual(await lines({ query: 'needle', include: 'node_modules/pkg' }), ['node_modules/pkg/index.js:1']);
    });

    it('gives context lines without line ends', async () => {
      const found = ok(
        await workspace.search(
          { query: 'needle = ', isRegex: false, limit: 5, contextLines: 3, include: 'src' },
          never(),
        ),
      );
      assert.deepEqual(
        found.matches.map(({ text, before: above, after: below }) => ({ text, above, below })),
        [{ text: 'export const needle = alpha;', above: ['export const alpha = 1;'], below: ['// last'] }],
      );
    });

    it('says when matches were cut, and why a pattern is wrong', async () => {
      const cut = ok(await workspace.search({ query: 'needle', isRegex: false, limit: 2, contextLines: 0 }, never()));
      assert.deepEqual([cut.matches.length, cut.truncated], [2, true]);
      assert.equal(
        reasonOf(await workspace.search({ query: 'foo(', isRegex: true, limit: 2, contextLines: 0 }, never())),
        'search.invalid_pattern',
      );
    });

    it('reads what it locates, however the path is written', async () => {
      for (const path of [
        'src/a.ts',
        './src/a.ts',
        'src\\a.ts',
        ' src//a.ts ',
        '`src/a.ts`',
        'src/deep/../a.ts',
        'src%2Fa.ts',
        '/src/a.ts',
      ]) {
        const location = ok(await workspace.locate(path, never()));
        assert.equal(location.path, 'src/a.ts', path);
        assert.equal(ok(await workspace.read(location, never())).text, CONTRACT_FILES['src/a.ts'], path);
      }
      assert.equal(ok(await workspace.locate('src/b b.ts', never())).path, 'src/b b.ts');
      assert.equal(ok(await workspace.locate('src/b%20b.ts', never())).path, 'src/b b.ts');
    });

    it('reads ignored files that are named', async () => {
      const location = ok(await workspace.locate('dist/out.js', never()));
      assert.equal(ok(await workspace.read(location, never())).text, 'const needle = 1;\n');
    });

    it('keeps line ends as they are', async () => {
      const location = ok(await workspace.locate('src/deep/c.ts', never()));
      assert.equal(ok(await workspace.read(location, never())).text, CONTRACT_FILES['src/deep/c.ts']);
    });

    it('refuses what is outside, malformed or missing', async () => {
      assert.equal(reasonOf(await workspace.locate('../x', never())), 'path.outside');
      assert.equal(reasonOf(await workspace.locate('src/../../x', never())), 'path.outside');
      assert.equal(reasonOf(await workspace.locate('..%2f..%2fetc%2fpasswd', never())), 'path.outside');
      assert.equal(reasonOf(await workspace.locate('..\\..\\x', never())), 'path.outside');
      assert.equal(reasonOf(await workspace.locate('file:///etc/hostname', never())), 'path.outside');
      assert.equal(reasonOf(await workspace.locate('src/a.ts\u0000.png', never())), 'path.invalid');
      assert.equal(reasonOf(await workspace.locate('', never())), 'path.invalid');
      assert.equal(reasonOf(await workspace.locate('src/nothing.ts', never())), 'file.not_found');
    });

    it('says of a folder that it is one', async () => {
      const location = ok(await workspace.locate('src', never()));
      assert.equal(reasonOf(await workspace.read(location, never())), 'file.is_directory');
    });

    it('suggests the nearest path', async () => {
      const missing = await workspace.locate('lib/a.ts', never());
      assert.match(isFailure(missing) ? missing.message : '', /Did you mean "src\/a\.ts"/);
    });

    it('stops when it is cancelled', async () => {
      const cancelled = AbortSignal.abort();
      const query = { query: 'needle', isRegex: false, limit: 5, contextLines: 0 };
      assert.equal(reasonOf(await workspace.search(query, cancelled)), 'cancelled');
      assert.equal(reasonOf(await workspace.list({ limit: 5 }, cancelled)), 'cancelled');
    });
  });
}
