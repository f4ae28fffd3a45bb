import assert from 'node:assert/strict';
import { compileProtected, isSecretFile } from '../../../../src/core/policy/protectedFiles';
import { PROTECTED_FILES } from '../../../../src/core/protectedGlobs';
import { uriFrom, WorkspaceBounds } from '../../../../src/core/policy/workspaceBounds';
import { InMemoryFileTree } from '../../../support/inMemoryFileTree';

const isProtected = compileProtected(PROTECTED_FILES);

describe('protected files', () => {
  const yes = [
    '.git/config',
    '.git/hooks/pre-commit',
    'packages/a/.git/config',
    '.vscode/settings.json',
    '.vscode/tasks.json',
    'packages/a/.vscode/launch.json',
    'team.code-workspace',
    '.github/workflows/ci.yml',
    '.github/agents/dev.agent.md',
    '.github/agent-team.json',
    'AGENTS.md',
    'docs/AGENTS.md',
    'CLAUDE.md',
    '.husky/pre-commit',
    '.env',
    'api/.env.production',
    '.envrc',
    '.npmrc',
    'keys/server.pem',
    'id_ed25519',
    'package-lock.json',
    'web/yarn.lock',
    'Cargo.lock',
  ];
  for (const path of yes) it(`protects ${path}`, () => assert.equal(isProtected(path.split('/')), true));

  const disguised = [
    '.ENV',
    '.Git/config',
    '.VSCode/tasks.json',
    '.g\u200cit/config',
    '.env.',
    'GIT~1/config',
    '.env::$DATA',
  ];
  for (const path of disguised) {
    it(`sees through ${JSON.stringify(path)}`, () => assert.equal(isProtected(path.split('/')), true));
  }

  const no = ['src/math.ts', 'README.md', 'environment.ts', 'src/env.ts', 'docs/git.md', 'src/lock.ts', 'package.json'];
  for (const path of no) it(`leaves ${path} alone`, () => assert.equal(isProtected(path.split('/')), false));

  it('takes the person’s own globs instead, and no notice of bad ones', () => {
    const own = compileProtected(['infra/**', '../x', '*.TF']);
    assert.deepEqual(
      [['infra', 'a.ts'], ['modules', 'main.tf'], ['.env']].map((segments) => own(segments)),
      [true, true, false],
    );
  });

  it('knows which of them hold secrets', () => {
    assert.deepEqual([isSecretFile(['.env']), isSecretFile(['package-lock.json'])], [true, false]);
  });
});

describe('where a location really is', () => {
  const tree = new InMemoryFileTree();
  tree.put('file:///ws/src/a.ts', 'a');
  tree.put('file:///ws-evil/a.ts', 'a');
  tree.put('file:///ws/out', { link: 'file:///ws-evil' });
  tree.put('file:///ws/in', { link: 'file:///ws/src' });
  tree.put('file:///ws/dangling', { link: 'file:///nowhere' });
  const bounds = new WorkspaceBounds(tree);

  const places: [string, string | undefined][] = [
    ['file:///ws/src/a.ts', 'src/a.ts'],
    ['file:///ws/src/new/deep.ts', 'src/new/deep.ts'],
    ['file:///ws/in/a.ts', 'src/a.ts'],
    ['file:///ws/in/new.ts', 'src/new.ts'],
    ['file:///ws/out/a.ts', undefined],
    ['file:///ws/out/new.ts', undefined],
    ['file:///ws/dangling', undefined],
    ['file:///ws/dangling/new.ts', undefined],
    ['file:///ws-evil/a.ts', undefined],
    ['file:///elsewhere', undefined],
  ];
  for (const [uri, expected] of places) {
    it(`finds ${uri} ${expected === undefined ? 'outside' : `at ${expected}`}`, async () => {
      const { isInside, segments } = await bounds.locate(uri);
      assert.deepEqual([isInside, segments.join('/')], [expected !== undefined, expected ?? '']);
    });
  }

  it('takes paths as a program would that was started in a folder', () => {
    assert.deepEqual(
      ['a.ts', './b/../a.ts', '../x', '../../..', '/etc/passwd', 'C:\\x', '~/x', 'a b'].map((path) =>
        uriFrom('file:///ws', path),
      ),
      [
        'file:///ws/a.ts',
        'file:///ws/a.ts',
        'file:///x',
        'file:///',
        'file:///etc/passwd',
        'file:///c%3A/x',
        undefined,
        'file:///ws/a%20b',
      ],
    );
  });
});
