import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InstalledLinters } from '../../../../src/vscode/analysis/installedLinters';

const signal = new AbortController().signal;

describe('InstalledLinters', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'linters-')));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function put(files: Record<string, string>) {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { mode: 0o755 });
    }
  }
  const target = (path: string, text: string) => ({ path, uri: pathToFileURL(join(folder, path)).href, text });
  const linters = (options: { isTrusted?: boolean; timeoutMs?: number; path?: string } = {}) =>
    new InstalledLinters({
      folders: () => [pathToFileURL(folder).href],
      isTrusted: () => options.isTrusted ?? true,
      env: { PATH: options.path ?? process.env['PATH'] },
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
  /** An ESLint of the workspace that does what the test says. */
  const fakeEslint = (script: string) =>
    put({
      'eslint.config.js': '',
      'node_modules/eslint/bin/eslint.js': script,
      'node_modules/eslint/package.json': '{"type":"commonjs"}',
    });

  it("runs the workspace's own ESLint on the text that agents see, not on the disk", async () => {
    await put({
      'eslint.config.mjs': "export default [{ rules: { 'no-debugger': 'error', 'no-var': 'warn' } }];",
      'src/a.js': 'ok();',
    });
    await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
    const outcome = await linters().lint([target('src/a.js', 'ok();\ndebugger;\nvar a = 1;\n')], signal);
    assert.deepEqual(outcome.notes, []);
    assert.deepEqual(outcome.ran, ['ESLint']);
    assert.deepEqual(
      outcome.findings.map(({ path, startLine, rule, severity, evidence }) => ({
        path,
        startLine,
        rule,
        severity,
        evidence,
      })),
      [
        { path: 'src/a.js', startLine: 2, rule: 'eslint/no-debugger', severity: 'major', evidence: 'debugger;' },
        { path: 'src/a.js', startLine: 3, rule: 'eslint/no-var', severity: 'minor', evidence: 'var a = 1;' },
      ],
    );
  }).timeout(30_000);

  it('executes nothing of an untrusted workspace', async () => {
    await fakeEslint(`require('fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`);
    const outcome = await linters({ isTrusted: false }).lint([target('a.js', '')], signal);
    assert.match(outcome.notes.join(), /not trusted/);
    await assert.rejects(readFile(join(folder, 'ran')));
  });

  it('runs nothing without a configuration, or for files of other languages', async () => {
    await fakeEslint(`require('fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, '')`);
    await linters().lint([target('a.css', '')], signal);
    await rm(join(folder, 'eslint.config.js'));
    const outcome = await linters().lint([target('a.js', '')], signal);
    assert.deepEqual(outcome, { findings: [], ran: [], notes: [] });
    await assert.rejects(readFile(join(folder, 'ran')));
  });

  it('passes file names as names, whatever they look like, and none from outside', async () => {
    await fakeEslint(
      `require('fs').writeFileSync(${JSON.stringify(join(folder, 'ran'))}, JSON.stringify(process.argv.slice(2))); console.log('[]')`,
    );
    const outside = { path: 'x.js', uri: pathToFileURL(`${folder}-evil/x.js`).href };
    await linters().lint([target('$(touch x).js', ''), target('a b.js', ''), target('--rule.js', ''), outside], signal);
    const args = JSON.parse(await readFile(join(folder, 'ran'), 'utf8')) as string[];
    assert.deepEqual(args.slice(args.indexOf('--') + 1), ['$(touch x).js', 'a b.js']);
  });

  it('says why a linter failed', async () => {
    await fakeEslint("console.error('Cannot read config file'); process.exit(2);");
    const outcome = await linters().lint([target('a.js', '')], signal);
    assert.deepEqual(outcome.notes, ['ESLint failed with exit code 2: Cannot read config file.']);
    assert.deepEqual(outcome.ran, []);
  });

  it('gives linters no keys of ours', async () => {
    process.env['OPENAI_API_KEY'] = 'a-key';
    try {
      await fakeEslint('console.error(String(process.env.OPENAI_API_KEY)); process.exit(2);');
      const outcome = await linters().lint([target('a.js', '')], signal);
      assert.match(outcome.notes.join(), /undefined/);
    } finally {
      delete process.env['OPENAI_API_KEY'];
    }
  });

  for (const [how, expected] of [
    ['cancelled', /^$/],
    ['out of time', /took too long/],
  ] as const) {
    it(`ends a linter and what it started when it is ${how}`, async () => {
      if (process.platform === 'win32') return;
      const pidFile = join(folder, 'pid');
      const child = 'setInterval(() => {}, 1000)';
      await fakeEslint(
        `const c = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}]); require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(c.pid)); setInterval(() => {}, 1000);`,
      );
      const controller = new AbortController();
      // Time enough for the linter to start: what it starts is to be ended, too.
      const running = linters({ timeoutMs: how === 'cancelled' ? 60_000 : 5_000 }).lint(
        [target('a.js', '')],
        controller.signal,
      );
      const pid = await untilWritten(pidFile);
      if (how === 'cancelled') controller.abort();
      const outcome = await running;
      assert.match(outcome.notes.join(), expected);
      assert.equal(await isGone(pid), true);
    }).timeout(60_000);
  }

  it('reads what ruff says', async () => {
    const report = [
      {
        filename: join(folder, 'a.py'),
        code: 'F401',
        message: '`os` imported but unused',
        location: { row: 1, column: 8 },
        end_location: { row: 1, column: 10 },
      },
    ];
    await put({
      'pyproject.toml': '[tool.ruff]\nline-length = 100\n',
      'bin/ruff': `#!${process.execPath}\nconsole.log(${JSON.stringify(JSON.stringify(report))}); process.exitCode = 1;`,
    });
    const outcome = await linters({ path: join(folder, 'bin') }).lint([target('a.py', 'import os\n')], signal);
    assert.deepEqual(outcome.ran, ['ruff']);
    assert.deepEqual(
      outcome.findings.map(({ rule, evidence, severity }) => [rule, evidence, severity]),
      [['ruff/F401', 'import os', 'minor']],
    );
    await writeFile(join(folder, 'pyproject.toml'), '[project]\nname = "x"\n');
    assert.deepEqual((await linters({ path: join(folder, 'bin') }).lint([target('a.py', '')], signal)).ran, []);
  });
});

/** Polls the file system, since the process that writes is another one. */
async function untilWritten(file: string): Promise<number> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 5_000; tries += 1) {
    try {
      process.kill(pid, 0);
      const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // A process that was killed stays listed until somebody collects it.
      if (/\) Z /.test(state)) return true;
    } catch {
      return true;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
