import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { CodeAnalyzer, type CodeAnalyzerOptions } from '../../../../src/core/analysis/codeAnalyzer';
import type { LintTarget, ProjectLinters } from '../../../../src/core/analysis/projectLinters';
import type { FindingDraft } from '../../../../src/core/analysis/rule';
import type { SecretScanner } from '../../../../src/core/analysis/secretScanner';
import { isFailure } from '../../../../src/core/failure';
import { InMemoryLanguageServices, InMemoryWorkspace, at, range } from '../../../support/inMemoryWorkspace';
import { ManualClock } from '../../../support/manualClock';
import { machineClock, sharedParser } from '../../../support/sourceAnalysis';

const signal = new AbortController().signal;
const MARK = 'SECRET-';

/** Takes every word that begins with `SECRET-` for a secret. */
const markedSecrets: SecretScanner = {
  async scan(file) {
    return [...file.text.matchAll(/SECRET-\w+/g)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      kind: 'marked word',
    }));
  },
};

class RecordingLinters implements ProjectLinters {
  readonly asked: (readonly LintTarget[])[] = [];
  findings: FindingDraft[] = [];
  async lint(files: readonly LintTarget[]) {
    this.asked.push(files);
    return { findings: this.findings, ran: ['ESLint'], notes: [] };
  }
}

function setUp(files: Record<string, string>, options: Partial<CodeAnalyzerOptions> = {}) {
  const workspace = new InMemoryWorkspace(files);
  const languageServices = new InMemoryLanguageServices();
  const linters = new RecordingLinters();
  const clock = machineClock;
  const engine = new CodeAnalyzer({ linters, clock, parser: sharedParser(), secrets: markedSecrets, ...options });
  const ports = { workspace, languages: languageServices };
  const analyzer = {
    analyse: (path: string | readonly string[] | undefined, stop: AbortSignal) => engine.analyse(path, ports, stop),
    scanSecurity: (path: string | undefined, stop: AbortSignal) => engine.scanSecurity(path, ports, stop),
  };
  return { analyzer, workspace, languageServices, linters };
}

/** Milliseconds that this thread has computed: what other processes take doesn't count. */
function threadCpuMs(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  const { user, system } = (threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1000;
}

async function rulesOf(report: Promise<unknown>): Promise<string[]> {
  const outcome = (await report) as { findings: FindingDraft[] };
  return outcome.findings.map((finding) => `${finding.path}:${finding.startLine} ${finding.rule ?? ''}`);
}

describe('CodeAnalyzer', () => {
  it('finds in the whole workspace, worst first', async () => {
    const { analyzer } = setUp({
      'src/a.ts': 'export function divide(a: number, b: number) { return a / b; }\n',
      'src/b.py': 'try:\n    save()\nexcept:\n    pass\n',
      'src/c.js': 'eval(code);\n',
      'README.md': 'eval(code)',
    });
    assert.deepEqual(await rulesOf(analyzer.analyse(undefined, signal)), [
      'src/c.js:1 code-evaluation',
      'src/b.py:3 swallowed-error',
      'src/a.ts:1 unguarded-division',
    ]);
  });

  it('takes a file or a folder', async () => {
    const { analyzer } = setUp({ 'src/a.ts': 'eval(a);', 'lib/b.ts': 'eval(b);', 'src2/c.ts': 'eval(c);' });
    assert.deepEqual(await rulesOf(analyzer.analyse('src/a.ts', signal)), ['src/a.ts:1 code-evaluation']);
    assert.deepEqual(await rulesOf(analyzer.analyse('src', signal)), ['src/a.ts:1 code-evaluation']);
  });

  it('takes a script without an extension where it is named, and passes over other files without one', async () => {
    const { analyzer } = setUp({ 'bin/deploy': '#!/bin/bash\nrm -rf $DIR/\n', LICENSE: 'Copyright' });
    const named = await analyzer.analyse(['bin/deploy', 'LICENSE'], signal);
    assert.ok(!isFailure(named));
    assert.deepEqual([named.files, named.notes], [['bin/deploy'], []]);
    assert.equal(named.findings[0]?.rule, 'dangerous-removal');
    assert.equal((await rulesOf(analyzer.analyse('bin/deploy', signal))).length, named.findings.length);
  });

  it('says why a path can not be analysed', async () => {
    const { analyzer } = setUp({ 'src/a.ts': '' });
    const outcome = await analyzer.analyse('src/missing.ts', signal);
    assert.equal(isFailure(outcome) && outcome.reason, 'file.not_found');
  });

  it('merges rules, linters and diagnostics to one finding per cause and line', async () => {
    const { analyzer, linters, languageServices } = setUp({ 'src/a.ts': 'eval(code);\nconst x: number = "1";\n' });
    const other: FindingDraft = {
      path: 'src/a.ts',
      startLine: 1,
      endLine: 1,
      severity: 'minor',
      category: 'bug',
      title: 'eval can be harmful',
      why: '',
      evidence: '',
      confidence: 0.8,
      rule: 'eslint/no-eval',
    };
    linters.findings = [other, { ...other, rule: 'eslint/no-unused-vars', title: 'unused' }];
    languageServices.problems.push(
      {
        ...at('src/a.ts'),
        range: range(1, 6),
        severity: 'error',
        message: 'Type mismatch',
        source: 'ts',
        code: '2322',
      },
      { ...at('src/a.ts'), range: range(1, 6), severity: 'hint', message: 'Could be shorter', source: 'ts' },
    );
    assert.deepEqual(await rulesOf(analyzer.analyse('src/a.ts', signal)), [
      'src/a.ts:1 code-evaluation',
      'src/a.ts:2 ts/2322',
      'src/a.ts:1 eslint/no-unused-vars',
    ]);
    assert.equal(linters.asked[0]?.[0]?.text, 'eval(code);\nconst x: number = "1";\n');
  });

  it('keeps diagnostics of other folders out', async () => {
    const { analyzer, languageServices } = setUp({ 'src/a.ts': 'ok();', 'src2/b.ts': 'ok();' });
    languageServices.problems.push({
      ...at('src2/b.ts'),
      range: range(0),
      severity: 'error',
      message: 'No',
      source: 'ts',
    });
    assert.deepEqual(await rulesOf(analyzer.analyse('src', signal)), []);
    assert.deepEqual(await rulesOf(analyzer.analyse(undefined, signal)), ['src2/b.ts:1 ts/error']);
  });

  it('scans any text for secrets and shows none', async () => {
    const { analyzer } = setUp({
      'config.yml': `key: ${MARK}abcdef123456789\n`,
      'src/a.ts': `eval("${MARK}zzz" + x); // ${MARK}zzz\n`,
    });
    const report = await analyzer.scanSecurity(undefined, signal);
    assert.ok(!isFailure(report));
    assert.deepEqual(
      report.findings.map(({ path, rule }) => `${path} ${rule ?? ''}`),
      ['config.yml hard-coded-secret', 'src/a.ts hard-coded-secret', 'src/a.ts code-evaluation'],
    );
    assert.doesNotMatch(JSON.stringify(report.findings), /abcdef|zzz/);
  });

  it('reports only security in a security scan', async () => {
    const { analyzer } = setUp({ 'src/a.ts': 'export const f = (a, b) => a / b;\neval(x);' });
    assert.deepEqual(await rulesOf(analyzer.scanSecurity(undefined, signal)), ['src/a.ts:2 code-evaluation']);
  });

  it('names what it left out: too many, too long, generated', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, i) => [
        `src/f${i}.ts`,
        i === 1 ? `// ${'x'.repeat(300)}` : i === 2 ? '// @generated\neval(x)' : 'eval(x)',
      ]),
    );
    const { analyzer } = setUp(files, { limits: { maxFiles: 4, maxFileLength: 200 } });
    const report = await analyzer.analyse(undefined, signal);
    assert.ok(!isFailure(report));
    assert.deepEqual(report.files, ['src/f0.ts', 'src/f3.ts']);
    assert.match(report.notes.join('\n'), /More than 4 files[^]*src\/f1\.ts \(too long\), src\/f2\.ts \(generated/);
  });

  it('stops at its time limit and says how far it got', async () => {
    const clock = new ManualClock();
    const parser: CodeAnalyzerOptions['parser'] = {
      parse: (grammar, text, stop) => {
        clock.set(clock.now() + 700);
        return sharedParser().parse(grammar, text, stop);
      },
    };
    const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`src/f${i}.ts`, 'eval(x)']));
    const resting = { ...machineClock, now: () => clock.now() };
    const { analyzer } = setUp(files, { clock: resting, parser, limits: { timeoutMs: 1_000 } });
    const report = await analyzer.analyse(undefined, signal);
    assert.ok(!isFailure(report));
    assert.deepEqual(report.files, ['src/f0.ts', 'src/f1.ts']);
    assert.match(report.notes.join(), /stopped after 1 s, with 2 files done/);
  });

  it('ends when it is cancelled, without asking linters', async () => {
    const controller = new AbortController();
    const parser: CodeAnalyzerOptions['parser'] = {
      parse: async (grammar, text, stop) => {
        const root = await sharedParser().parse(grammar, text, stop);
        controller.abort();
        return root;
      },
    };
    const { analyzer, linters } = setUp({ 'src/a.ts': 'a();', 'src/b.ts': 'b();' }, { parser });
    const report = await analyzer.analyse(undefined, controller.signal);
    assert.ok(!isFailure(report));
    assert.deepEqual(report.files, ['src/a.ts']);
    assert.deepEqual(linters.asked, []);
    assert.match(report.notes.join(), /cancelled/);
  });

  it('gives the event loop back after a slice of time', async () => {
    const source = await readFile('node_modules/typescript/lib/lib.es5.d.ts', 'utf8');
    const big = source.repeat(2).slice(0, 390_000);
    const { analyzer } = setUp({ 'src/a.ts': big }, { limits: { maxFileLength: 400_000 } });
    await analyzer.analyse('src/a.ts', signal);
    let longest = 0;
    const startMs = threadCpuMs();
    let last = startMs;
    let running = true;
    const watch = () => {
      const now = threadCpuMs();
      longest = Math.max(longest, now - last);
      last = now;
      if (running) setImmediate(watch);
    };
    setImmediate(watch);
    await analyzer.analyse('src/a.ts', signal);
    running = false;
    // Whoever never gave it back was not watched either.
    const wholeMs = threadCpuMs() - startMs;
    longest = Math.max(longest, threadCpuMs() - last);
    // A slow machine needs longer for the last step of a slice, as it does for the whole.
    assert.ok(longest < Math.max(30, wholeMs / 2), `${longest} of ${wholeMs} ms`);
  });

  it('finds what the sample workspace has, and nothing else', async () => {
    const base = 'test/fixtures/sample-workspace/';
    const names = [
      'src/accounts.ts',
      'src/backup.ts',
      'src/catalogue.ts',
      'src/math.ts',
      'src/orders.ts',
      'src/promotions.ts',
      'src/receipt.ts',
      'src/stock.ts',
      'scripts/nightly_report.py',
      'test/shop.test.ts',
      'test/math.test.ts',
    ];
    const files = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await readFile(base + name, 'utf8')] as const)),
    );
    const { analyzer } = setUp(files);
    const found = (await rulesOf(analyzer.analyse(undefined, signal))).map((line) => line.replace(/:\d+/, '')).sort();
    assert.deepEqual(found, [
      'scripts/nightly_report.py swallowed-error',
      'scripts/nightly_report.py unguarded-division',
      'src/accounts.ts hard-coded-secret',
      'src/accounts.ts weak-hash',
      'src/backup.ts shell-injection',
      'src/math.ts unguarded-division',
      'src/orders.ts sql-injection',
      'src/orders.ts swallowed-error',
      'src/promotions.ts code-evaluation',
      'src/stock.ts loop-bound',
    ]);
  });
});
