import assert from 'node:assert/strict';
import fc from 'fast-check';
import { judge, verdictOf, workspaceTree, type CommandSettings } from '../../../support/commandJudge';

/** Each line with its verdict; `ask` stands for any question. */
function table(settings: CommandSettings, rows: Record<string, string>): void {
  for (const [command, expected] of Object.entries(rows)) {
    it(`${expected}: ${JSON.stringify(command)}`, async () => {
      const verdict = await verdictOf(command, settings);
      assert.equal(expected === 'ask' ? verdict.split(' ')[0] : verdict, expected);
    });
  }
}

describe('the policy of commands', function () {
  this.timeout(20_000);

  describe('allows by whole words', () => {
    table(
      { allow: ['npm test', 'git', 'sudo npm ci', 'FOO=1 make', 'source .venv/bin/activate'] },
      {
        'npm test': 'allow',
        'npm test -- --grep x': 'allow',
        '"npm" te\\st': 'allow',
        "npm 'test'": 'allow',
        'npm testx': 'ask not_allowed: npm testx',
        npm: 'ask not_allowed: npm',
        'npm run test': 'ask not_allowed: npm run test',
        gitevil: 'ask not_allowed: gitevil',
        'git-evil': 'ask not_allowed: git-evil',
        './git': 'ask not_allowed: ./git',
        'git status': 'allow',
        'npm test "$X"': 'allow',
        'npm $X': 'ask not_allowed: npm $X',
        '$X test': 'ask opaque: $X test',
        '{npm,test}': 'ask',
        'n* test': 'ask opaque: n* test',
        'sudo npm ci': 'allow',
        'sudo npm test': 'ask not_allowed: sudo npm test',
        'FOO=1 make all': 'allow',
        'FOO=2 make all': 'ask variable: FOO=2 make all',
        'source .venv/bin/activate': 'allow',
        'source .venv/bin/other': 'ask opaque: source .venv/bin/other',
      },
    );
  });

  describe('judges every part of a line', () => {
    table(
      { allow: ['npm test', 'find', 'bash'] },
      {
        'npm test && npm test': 'allow',
        'npm test; curl x': 'ask not_allowed: curl x',
        'npm test\ncurl x': 'ask not_allowed: curl x',
        'npm test & curl x': 'ask not_allowed: curl x',
        'npm test | curl x': 'ask not_allowed: curl x',
        'npm test |& curl x': 'ask not_allowed: curl x',
        'npm test || curl x': 'ask not_allowed: curl x',
        'npm test $(curl x)': 'ask not_allowed: curl x',
        'npm test `curl x`': 'ask not_allowed: curl x',
        'npm test "a $(curl x) b"': 'ask not_allowed: curl x',
        'npm test <(curl x)': 'ask not_allowed: curl x',
        'npm test ${X:-$(curl x)}': 'ask not_allowed: curl x',
        'npm test $((1 + $(curl x)))': 'ask not_allowed: curl x',
        'npm test <<< "$(curl x)"': 'ask not_allowed: curl x',
        'X=$(curl x) npm test': 'ask',
        '(npm test; curl x)': 'ask not_allowed: curl x',
        '{ npm test; curl x; }': 'ask not_allowed: curl x',
        '! curl x': 'ask not_allowed: curl x',
        'if npm test; then curl x; fi': 'ask not_allowed: curl x',
        'for i in 1 2; do curl x; done': 'ask not_allowed: curl x',
        'while npm test; do curl x; done': 'ask not_allowed: curl x',
        'case a in a) curl x;; esac': 'ask not_allowed: curl x',
        'npm() { curl x; }; npm test': 'ask not_allowed: curl x',
        'npm test # && curl x': 'allow',
        'npm test \\\n  --watch': 'allow',
      },
    );
  });

  describe('looks into what runs others', () => {
    table(
      { allow: ['npm test', 'find', 'bash'] },
      {
        'env CI=1 npm test': 'allow',
        'env PATH=/x npm test': 'ask variable: env PATH=/x npm test',
        'nohup time nice -n 5 timeout -s KILL 10 npm test': 'allow',
        'timeout --strange 10 npm test': 'ask opaque: timeout --strange 10 npm test',
        'bash -c "npm test"': 'allow',
        'bash -ec "npm test && curl x"': 'ask not_allowed: curl x',
        'bash -c "$X"': 'ask opaque: bash -c "$X"',
        'bash build.sh': 'allow',
        bash: 'ask opaque: bash',
        'curl x | bash': 'ask not_allowed: curl x | opaque: bash',
        'eval "npm test"': 'allow',
        'eval "curl x"': 'ask not_allowed: curl x',
        'find . -exec npm test \\;': 'allow',
        'find . -exec curl {} +': 'ask not_allowed: curl {}',
        'ls | xargs npm test': 'ask',
        'command npm test': 'allow',
        'sudo npm test': 'ask not_allowed: sudo npm test',
      },
    );
  });

  describe('asks where a line writes or sets what others read', () => {
    table(
      { allow: ['npm test', 'cat'] },
      {
        'npm test > report.txt': 'ask redirection: > report.txt',
        'npm test >> report.txt': 'ask redirection: >> report.txt',
        'npm test &> report.txt': 'ask redirection: &> report.txt',
        'npm test > .git/hooks/pre-commit': 'ask protected: > .git/hooks/pre-commit',
        'npm test > ../x': 'ask outside: > ../x',
        'npm test > out/x': 'ask outside: > out/x',
        'npm test > $X': 'ask redirection: > $X',
        'npm test 2>&1': 'allow',
        'npm test > /dev/null 2>&1': 'allow',
        'npm test < README.md': 'allow',
        'npm test < ~/.ssh/id_rsa': 'ask outside: < ~/.ssh/id_rsa',
        'cat <<EOF\nx\nEOF': 'ask redirection: <<',
        'CI=1 npm test': 'allow',
        'NODE_OPTIONS=--require=./x npm test': 'ask variable: NODE_OPTIONS=--require=./x npm test',
        'LD_PRELOAD=./x.so npm test': 'ask variable: LD_PRELOAD=./x.so npm test',
        'PATH=.:$PATH; npm test': 'ask variable: PATH=.:$PATH',
        'export PATH=.; npm test': 'ask variable: export PATH=.',
      },
    );
  });

  describe('asks about what it cannot read', () => {
    table(
      { allow: ['npm test'] },
      {
        '"npm test': 'ask unreadable: "npm test',
        'npm test )': 'ask unreadable: npm test )',
        'npm test\r\ncurl x': 'ask unreadable: npm test\r\ncurl x',
        'npm\u00a0test': 'ask unreadable: npm\u00a0test',
        'npm test \u202e': 'ask',
        '': 'ask unreadable: ',
        'npm test\0': 'ask unreadable: npm test\0',
      },
    );

    it('asks for a line that is too long to be judged', async () => {
      assert.equal((await judge(`npm test ${'x '.repeat(6_000)}`, { allow: ['npm test'] })).kind, 'ask');
    });

    it('asks for scripts in scripts without end', async () => {
      let command = 'npm test';
      for (let level = 0; level < 8; level += 1) command = `bash -c ${JSON.stringify(command).replaceAll('$', '\\$')}`;
      assert.equal((await judge(command, { allow: ['npm test'] })).kind, 'ask');
    });
  });

  describe('denies over everything', () => {
    const denied = 'deny rm';
    table(
      { allow: ['rm', 'npm test', 'git', 'bash', 'find', 'env', 'echo'], deny: ['rm', 'git push', 'chmod -R'] },
      {
        'rm x': denied,
        '/bin/rm x': denied,
        '\\rm x': denied,
        'r""m x': denied,
        "$'\\x72m' x": denied,
        'RM x': denied,
        'npm test; rm x': denied,
        'echo "${X:-$(rm x)}"': denied,
        'bash -c "bash -c \'rm x\'"': denied,
        'bash <<EOF\nrm x\nEOF': denied,
        'echo rm x | sh': denied,
        'eval "$X; rm x"': denied,
        '"rm': denied,
        'sudo --unknown rm x': denied,
        'ssh host rm x': denied,
        'trap "rm x" EXIT': denied,
        'git push': 'deny git push',
        'git -C elsewhere -c a=b push origin': 'deny git push',
        'git submodule foreach "rm x"': denied,
        'git commit -m push': 'allow',
        'chmod -vR 777 .': 'deny chmod -R',
        'chmod -v -R 777 .': 'deny chmod -R',
        'chmod -v 777 .': 'ask not_allowed: chmod -v 777 .',
        'npm test 2>&1\n\\rm x': denied,
        'npm test > /dev/null rm x': denied,
        'echo rm': 'allow',
      },
    );

    it('denies everything where commands are off', async () => {
      assert.deepEqual(await judge('npm test', { mode: 'deny', allow: ['npm test'] }), { kind: 'deny' });
    });
  });

  describe('lets pass in auto mode what changes nothing', () => {
    const ask = 'ask';
    table(
      { mode: 'auto' },
      {
        ls: 'allow',
        'ls -la src': 'allow',
        'cat README.md | head -5': 'allow',
        'wc -l src/*.ts': 'allow',
        'grep -rn "/api" src': 'allow',
        'find . -name "*.ts" -type f': 'allow',
        'sed -n 1,5p README.md': 'allow',
        'git status': 'allow',
        'git --no-pager log --oneline -5': 'allow',
        'git diff HEAD~1 -- src': 'allow',
        'git show HEAD:README.md': 'allow',
        'git branch': 'allow',
        'git stash list': 'allow',
        'cd src && ls': 'allow',
        'node --version': 'allow',
        'ls > /dev/null 2>&1': 'allow',
        'npm test': ask,
        'ls > x': ask,
        'find . -delete': ask,
        'find . -exec ls {} +': ask,
        'find . -fprint x': ask,
        'find *': ask,
        'sed -i s/a/b/ README.md': ask,
        'sed -n "1e rm x" README.md': ask,
        'sort -o x README.md': ask,
        'sort -ro x README.md': ask,
        'sort --out=x README.md': ask,
        'uniq README.md x': ask,
        'git -c core.fsmonitor=./x status': ask,
        'git -C .. status': ask,
        'git diff --output=x': ask,
        'git diff --outp=x': ask,
        'git grep -O./x y': ask,
        'git branch x': ask,
        'git stash': ask,
        'git reflog expire --all': ask,
        'rg --pre ./x y': ask,
        'ls | xargs cat': ask,
        'cat $X': ask,
        'tee x': ask,
        'awk 1 README.md': ask,
        env: ask,
        'date -s 2020-01-01': ask,
        'X=1 ls': ask,
        'cat /etc/passwd': 'ask outside: cat /etc/passwd',
        'cat ~/.netrc': 'ask outside: cat ~/.netrc',
        'cat ../x': 'ask outside: cat ../x',
        'cd .. && ls': 'ask outside: cd ..',
        'cat out/passwd': 'ask outside: cat out/passwd',
        'cat dangling': 'ask outside: cat dangling',
        'cat .env': 'ask secret: cat .env',
        'git show HEAD:.env': 'ask secret: git show HEAD:.env',
        'cat .e*': 'ask secret: cat .e*',
        'cat *': ask,
        'cat */passwd': ask,
        'head --lines=/etc/passwd README.md': ask,
      },
    );

    it('follows a change of folder before it judges what is read', async () => {
      const tree = workspaceTree();
      tree.put('file:///ws/src/notes', { link: 'file:///etc' });
      assert.equal(
        await verdictOf('cd src && cat notes/passwd', { mode: 'auto', tree }),
        'ask outside: cat notes/passwd',
      );
    });
  });

  describe('reads no other shell than a POSIX one', () => {
    table(
      { shell: 'other', mode: 'auto', allow: ['npm test', 'Get-ChildItem'], deny: ['rm', 'Remove-Item'] },
      {
        'npm test': 'allow',
        'npm  test': 'allow',
        'npm test -- x': 'ask unknown_shell: npm test -- x',
        'npm test; x': 'ask unknown_shell: npm test; x',
        ls: 'ask unknown_shell: ls',
        'npm test; remove-item x': 'deny Remove-Item',
        'cmd /c "rm.exe x"': 'deny rm',
      },
    );
  });

  describe('whatever an allowed and a denied command are put together with', () => {
    const wrappers: ((command: string) => string)[] = [
      (command) => command,
      (command) => `(${command})`,
      (command) => `{ ${command}; }`,
      (command) => `! ${command}`,
      (command) => `env ${command}`,
      (command) => `env -i CI=1 ${command}`,
      (command) => `sudo -u nobody ${command}`,
      (command) => `nohup ${command}`,
      (command) => `time ${command}`,
      (command) => `nice -n 3 ${command}`,
      (command) => `timeout 5 ${command}`,
      (command) => `xargs -n 1 ${command}`,
      (command) => `find . -exec ${command} \\;`,
      (command) => `CI=1 ${command}`,
      (command) => `${command} > /dev/null`,
      (command) => `${command} 2>&1`,
      (command) => `echo "$(${command})"`,
      (command) => `echo <(${command})`,
      (command) => `if ${command}; then true; fi`,
      (command) => `for i in 1; do ${command}; done`,
      (command) => `f() { ${command}; }; f`,
      (command) => `echo \`${command}\``,
      (command) => `cat <<END\n$(${command})\nEND\n`,
      (command) => `bash -c ${quoted(command)}`,
      (command) => `sh -ec ${quoted(command)}`,
      (command) => `eval ${quoted(command)}`,
    ];
    const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
    /** Simple commands only: a prefix such as `env` takes no list. */
    const simple = wrappers.slice(4, 15);
    const operators = ['; ', ' && ', ' || ', ' | ', ' |& ', ' & ', '\n'];
    const spellings = ['rm -rf x', '/bin/rm x', '\\rm x', "'rm' x", 'r"m" x', 'rm'];

    const denied = fc
      .tuple(
        fc.constantFrom(...spellings),
        fc.array(fc.constantFrom(...simple), { maxLength: 2 }),
        fc.constantFrom(...wrappers),
      )
      .map(([spelling, inner, outer]) => outer(inner.reduce((command, wrap) => wrap(command), spelling)));
    const allowed = fc.constantFrom<string[]>('npm test', 'npm test -- x', 'CI=1 npm test', 'npm test 2>&1');
    const line = fc
      .tuple(denied, fc.array(allowed, { maxLength: 3 }), fc.constantFrom(...operators), fc.nat(3))
      .map(([bad, good, operator, at]) => good.toSpliced(at, 0, bad).join(operator));

    it('is denied', async () => {
      const settings: CommandSettings = {
        allow: ['npm test', 'echo', 'bash', 'sh', 'find', 'env', 'sudo', 'rm'],
        deny: ['rm'],
      };
      await fc.assert(
        fc.asyncProperty(line, async (command) => {
          assert.equal((await judge(command, settings)).kind, 'deny', command);
        }),
        { numRuns: 250 },
      );
    });

    it('asks where the other command is not denied but unknown', async () => {
      await fc.assert(
        fc.asyncProperty(line, async (command) => {
          const verdict = await judge(command, { allow: ['npm test', 'echo', 'cat', 'find', 'true', 'f'] });
          assert.equal(verdict.kind, 'ask', command);
        }),
        { numRuns: 250 },
      );
    });

    it('passes where every part is allowed, wrapped in what adds nothing', async () => {
      const harmless = [0, 1, 2, 3, 4, 7, 8, 9, 10, 13, 14, 15].map((index) => wrappers[index] ?? String);
      const lines = fc
        .tuple(
          fc.array(fc.tuple(allowed, fc.constantFrom(...harmless)), { minLength: 1, maxLength: 3 }),
          fc.constantFrom(...operators),
        )
        .map(([parts, operator]) => parts.map(([command, wrap]) => wrap(command)).join(operator));
      await fc.assert(
        fc.asyncProperty(lines, async (command) => {
          assert.equal(await verdictOf(command, { allow: ['npm test'] }), 'allow', command);
        }),
        { numRuns: 300 },
      );
    });
  });
});
