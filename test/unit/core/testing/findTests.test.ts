import assert from 'node:assert/strict';
import { isFailure } from '../../../../src/core/failure';
import { findTests, type WantedTests } from '../../../../src/core/testing/findTests';
import { quoteWord, splitWords } from '../../../../src/core/testing/shellWords';
import { InMemoryWorkspace } from '../../../support/inMemoryWorkspace';

const script = (test: string, more: object = {}) => JSON.stringify({ scripts: { test }, ...more });

async function plan(files: Record<string, string>, wanted: WantedTests = {}, isWindows = false): Promise<string> {
  const workspace = new InMemoryWorkspace(files);
  const found = await findTests({ workspace, isWindows, signal: new AbortController().signal }, wanted);
  if (isFailure(found)) return found.reason;
  const where = found.folder === '.' ? '' : ` in ${found.folder}`;
  return `${found.runner}${where}: ${found.command}${found.note === undefined ? '' : ' (note)'}`;
}

/** What must be run: name, files, request, expected plan. */
const CASES: [string, Record<string, string>, WantedTests, string][] = [
  ['a script of mocha', { 'package.json': script('mocha') }, {}, 'mocha: npm test'],
  [
    'vitest behind other commands',
    { 'package.json': script('tsc && cross-env A=1 vitest run') },
    {},
    'vitest: npm test',
  ],
  ['jest by its file', { 'package.json': script('node --x node_modules/jest/bin/jest.js') }, {}, 'jest: npm test'],
  ['react-scripts', { 'package.json': script('react-scripts test') }, {}, 'jest: npm test'],
  ["Node's own runner", { 'package.json': script('node --test') }, {}, 'node:test: npm test'],
  ['pnpm', { 'package.json': script('vitest'), 'pnpm-lock.yaml': '' }, { name: 'a' }, 'vitest: pnpm test -t a'],
  ['yarn', { 'package.json': script('jest'), 'yarn.lock': '' }, { name: 'a' }, 'jest: yarn test -t a'],
  ['bun', { 'package.json': script('mocha'), 'bun.lock': '' }, {}, 'mocha: bun run test'],
  [
    'another script',
    { 'package.json': JSON.stringify({ scripts: { test: 'node all.mjs', 'test:unit': 'mocha' } }) },
    {},
    'mocha: npm run test:unit',
  ],
  ['a script of unknown kind', { 'package.json': script('node all.mjs') }, {}, 'script: npm test'],
  [
    'a script that can not be narrowed',
    { 'package.json': script('./t.sh'), 'a.js': '' },
    { path: 'a.js' },
    'script: npm test (note)',
  ],
  [
    'an installed runner when the script can not be narrowed',
    { 'package.json': script('./t.sh', { devDependencies: { vitest: '1' } }), 'a.js': '' },
    { path: 'a.js' },
    'vitest: npx vitest run a.js',
  ],
  [
    'an installed runner without a script',
    {
      'package.json': JSON.stringify({
        scripts: { test: 'echo "Error: no test specified" && exit 1' },
        devDependencies: { jest: '1' },
      }),
    },
    {},
    'jest: npx jest',
  ],
  ['no test at all', { 'package.json': JSON.stringify({ scripts: { build: 'tsc' } }) }, {}, 'tests.no_runner'],
  ['a broken package.json', { 'package.json': '{' }, {}, 'tests.no_runner'],
  [
    'one file of mocha',
    { 'package.json': script('mocha -r tsx "test/**/*.test.ts"'), 'test/a.test.ts': '' },
    { path: 'test/a.test.ts' },
    'mocha: npx mocha -r tsx test/a.test.ts',
  ],
  [
    'one name of mocha',
    { 'package.json': script('mocha') },
    { name: "it's (all)" },
    String.raw`mocha: npm test -- --fgrep 'it'\''s (all)'`,
  ],
  [
    'mocha through node',
    { 'package.json': script('node --import tsx node_modules/mocha/bin/mocha.js "test/**/*.ts"'), 'test/a.ts': '' },
    { path: 'test/a.ts', name: 'x' },
    'mocha: node --import tsx node_modules/mocha/bin/mocha.js --fgrep x test/a.ts',
  ],
  [
    'one file of node:test',
    { 'package.json': script('node --test test/*.js'), 'test/a.js': '' },
    { path: 'test/a.js' },
    'node:test: node --test test/a.js',
  ],
  [
    'one name of node:test',
    { 'package.json': script('node --test test/*.js') },
    { name: 'a.b' },
    String.raw`node:test: node --test '--test-name-pattern=a\.b' 'test/*.js'`,
  ],
  [
    'one file of vitest',
    { 'package.json': script('vitest'), 'a b.test.ts': '' },
    { path: 'a b.test.ts' },
    "vitest: npm test -- 'a b.test.ts'",
  ],
  [
    'one file of jest',
    { 'package.json': script('jest'), 'src/[id].test.js': '' },
    { path: 'src/[id].test.js' },
    "jest: npm test -- --runTestsByPath 'src/[id].test.js'",
  ],
  [
    'a folder of jest',
    { 'package.json': script('jest'), 'src/a.test.js': '' },
    { path: 'src' },
    'jest: npm test -- src',
  ],
  [
    'a path that begins with a dash',
    { 'package.json': script('vitest'), '--run.ts': '' },
    { path: '--run.ts' },
    'vitest: npm test -- ./--run.ts',
  ],
  [
    'the nearest project',
    {
      'package.json': script('mocha'),
      'packages/a/package.json': script('vitest'),
      'packages/a/src/x.ts': '',
      'pnpm-lock.yaml': '',
    },
    { path: 'packages/a/src/x.ts' },
    'vitest in packages/a: pnpm test src/x.ts',
  ],
  ['a project that is not at the top', { 'app/package.json': script('mocha') }, {}, 'mocha in app: npm test'],
  ['pytest', { 'pyproject.toml': '' }, {}, 'pytest: python3 -m pytest -rfE'],
  ['pytest of the project', { 'setup.py': '', '.venv/pyvenv.cfg': '' }, {}, 'pytest: .venv/bin/python -m pytest -rfE'],
  [
    'pytest by uv',
    { 'pyproject.toml': '', 'uv.lock': '' },
    { path: 'pyproject.toml' },
    'pytest: uv run python -m pytest -rfE pyproject.toml',
  ],
  [
    'a file of pytest beside a package.json',
    { 'package.json': script('mocha'), 'test_a.py': '' },
    { path: 'test_a.py', name: 'adds up' },
    "pytest: python3 -m pytest -rfE test_a.py -k 'adds and up'",
  ],
  [
    'a node id of pytest',
    { 'test_a.py': '' },
    { path: 'test_a.py', name: 'TestA › test_b[1]' },
    "pytest: python3 -m pytest -rfE 'test_a.py::TestA::test_b[1]'",
  ],
  ['go', { 'go.mod': '' }, {}, 'go test: go test -v ./...'],
  [
    'a file of go',
    { 'go.mod': '', 'math/a_test.go': '' },
    { path: 'math/a_test.go', name: 'TestA/by zero' },
    'go test: go test -v -run TestA/by_zero ./math',
  ],
  ['a folder of go', { 'go.mod': '', 'math/a_test.go': '' }, { path: 'math' }, 'go test: go test -v ./math/...'],
  ['cargo', { 'Cargo.toml': '' }, { name: 'tests › adds' }, 'cargo test: cargo test --no-fail-fast tests::adds'],
  [
    'an integration test of cargo',
    { 'Cargo.toml': '', 'tests/shop.rs': '' },
    { path: 'tests/shop.rs' },
    'cargo test: cargo test --no-fail-fast --test shop',
  ],
  [
    'a module of cargo',
    { 'Cargo.toml': '', 'src/a/b.rs': '' },
    { path: 'src/a/b.rs' },
    'cargo test: cargo test --no-fail-fast a::b',
  ],
  [
    'the root of a crate',
    { 'Cargo.toml': '', 'src/lib.rs': '' },
    { path: 'src/lib.rs' },
    'cargo test: cargo test --no-fail-fast (note)',
  ],
  ['Maven with its wrapper', { 'pom.xml': '', mvnw: '' }, {}, 'maven: ./mvnw -B test'],
  [
    'a class of Maven',
    { 'pom.xml': '', 'src/test/java/ATest.java': '' },
    { path: 'src/test/java/ATest.java', name: 'adds()' },
    "maven: mvn -B test '-Dtest=ATest#adds' -Dsurefire.failIfNoSpecifiedTests=false",
  ],
  ['Gradle', { 'build.gradle.kts': '', gradlew: '' }, {}, 'gradle: ./gradlew --console=plain cleanTest test'],
  [
    'a class of Gradle',
    { 'build.gradle': '', 'src/test/java/ATest.java': '' },
    { path: 'src/test/java/ATest.java' },
    "gradle: gradle --console=plain cleanTest test --tests '*ATest'",
  ],
];

describe('finding the tests of a workspace', () => {
  for (const [name, files, wanted, expected] of CASES) {
    it(`plans ${name}`, async () => assert.equal(await plan(files, wanted), expected));
  }

  it('quotes for the shell of the platform', async () => {
    const files = { 'package.json': script('vitest') };
    assert.equal(await plan(files, { name: 'a b' }, true), 'vitest: npm test -- -t "a b"');
  });

  it('never lets a name or a path become a command', async () => {
    const files = { 'package.json': script('mocha') };
    for (const name of ['$(touch x)', '`touch x`', 'a; touch x', "a' ; touch x '", 'a\ntouch x', '-x']) {
      const command = (await plan(files, { name })).replace('mocha: npm test -- --fgrep ', '');
      assert.equal(command, quoteWord(name, false));
      assert.match(command, /^(?:'(?:[^']|'\\'')*'|[\w-]+)$/);
    }
  });
});

describe('splitWords', () => {
  it('splits what is simple, and leaves the rest to a shell', () => {
    assert.deepEqual(splitWords(`a "b c" 'd e' f="g h"`), ['a', 'b c', 'd e', 'f=g h']);
    for (const line of ['a $B', 'a | b', 'a; b', '`a`', 'a > b', '(a)']) assert.equal(splitWords(line), undefined);
  });
});
