import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createRunTests } from '../../../../../src/core/tools/executing/runTests';
import type { InMemoryEntry } from '../../../../support/inMemoryFileTree';
import { at, InMemoryWorkspace } from '../../../../support/inMemoryWorkspace';
import { commandOutcome, executingPorts, type CommandReply } from '../../../../support/scriptedCommands';

const output = (name: string) => readFileSync(resolve('test/unit/core/testing/outputs', name), 'utf8');
const MOCHA = JSON.stringify({ scripts: { test: 'mocha' } });

function setUp(files: Record<string, InMemoryEntry>, reply: CommandReply = {}) {
  const workspace = new InMemoryWorkspace(files);
  const parts = executingPorts(workspace);
  parts.runner.reply = () => commandOutcome(reply);
  const tool = createRunTests(parts.ports);
  const context = { signal: new AbortController().signal, runId: 'run', agent: 'qa', callId: 'c' };
  return { ...parts, tool, context, call: (input: unknown = {}) => tool.run(input, context) };
}

describe('run_tests', () => {
  it('gives counts and each failure with file and line', async () => {
    const { call, runner } = setUp(
      { 'package.json': MOCHA, 'math.test.cjs': '' },
      { text: output('mocha.txt'), exitCode: 2 },
    );
    const result = await call();
    assert.deepEqual(
      runner.asked.map(({ command }) => command),
      ['npm test'],
    );
    assert.deepEqual(result.tests, { passed: 1, failed: 2, skipped: 1 });
    assert.deepEqual(result.files, ['math.test.cjs']);
    assert.equal(result.isError, undefined);
    assert.match(
      result.text,
      /^1 passed, 2 failed, 1 skipped\.\nmocha: npm test\nexit code: 2 · 1\.23 s\n\n1\. math › division › divides by zero \(math\.test\.cjs:6\)\n {3}AssertionError/,
    );
  });

  it('is short when all is well', async () => {
    const { call } = setUp({ 'package.json': MOCHA }, { text: '\n  math\n    ✔ adds\n\n  1 passing (4ms)\n' });
    assert.equal((await call()).text, '1 passed, 0 failed, 0 skipped.\nmocha: npm test\nexit code: 0 · 1.23 s');
  });

  it('tells the policy the command, and nothing where there is none', async () => {
    const { tool, context } = setUp({ 'app/package.json': MOCHA });
    assert.deepEqual(await tool.intents?.({}, context), [
      { kind: 'command', command: 'npm test', cwd: 'file:///ws/app' },
    ]);
    const without = setUp({ 'a.txt': '' });
    assert.deepEqual(await without.tool.intents?.({}, context), []);
    assert.equal((await without.call()).reason, 'tests.no_runner');
    assert.equal((await without.call({ path: 'missing.ts' })).reason, 'file.not_found');
    assert.equal(without.runner.asked.length, 0);
  });

  it('finds the files that runners name without their folders, if they are alone of that name', async () => {
    const files = { 'go.mod': 'module x', 'math/math_test.go': '', 'pom.xml': '' };
    const { call } = setUp(files, { text: output('go.txt'), exitCode: 1 });
    const result = await call();
    assert.deepEqual(result.files, ['math/math_test.go']);
    assert.match(result.text, /TestDivision › by_zero \(math\/math_test\.go:18\)/);
    const two = setUp({ ...files, 'other/math_test.go': '' }, { text: output('go.txt'), exitCode: 1 });
    assert.match((await two.call()).text, /TestDivision › by_zero \(math_test\.go:18\)/);
  });

  it('leads absolute paths of a scratch copy back to the workspace', async () => {
    const text = output('nodeTap.txt').replaceAll('/home/me/shop', '/copy/ws');
    const { call, edits } = setUp(
      { 'package.json': JSON.stringify({ scripts: { test: 'node --test' } }), 'math.test.cjs': '' },
      { text, exitCode: 1 },
    );
    edits.push({ location: at('src/a.ts'), text: 'A', version: '1' });
    const result = await call();
    assert.deepEqual(result.files, ['math.test.cjs']);
    assert.match(result.text, /Ran in a scratch copy[^]*1\. math › division › divides by zero \(math\.test\.cjs:6\)/);
    assert.doesNotMatch(result.text, /\/copy/);
  });

  it('says when nothing was tested, whatever the exit code', async () => {
    const files = { 'package.json': MOCHA };
    const broken = await setUp(files, { text: 'SyntaxError: oops', exitCode: 1 }).call();
    assert.equal(broken.reason, 'tests.not_run');
    assert.match(broken.text, /failed before it gave any[^]*SyntaxError: oops$/);
    assert.equal(broken.tests, undefined);
    const silent = await setUp(files, { text: 'BUILD SUCCESSFUL' }).call();
    assert.match(silent.text, /gave no counts[^]*BUILD SUCCESSFUL$/);
    assert.equal(silent.tests, undefined);
    const none = await setUp(files, { text: '\n  0 passing (1ms)\n' }).call({ name: 'nothing' });
    assert.match(none.text, /^No test ran/);
    const odd = await setUp(files, { text: '\n  3 passing (1ms)\nleak found', exitCode: 1 }).call();
    assert.match(odd.text, /No test failed, and yet the run did[^]*leak found$/);
  });

  it('gives no counts of a run that was stopped', async () => {
    const reply = { end: 'timed_out', exitCode: 143, text: '\n  3 passing (1ms)\n' } as const;
    const result = await setUp({ 'package.json': MOCHA }, reply).call();
    assert.equal(result.reason, 'command.timed_out');
    assert.equal(result.tests, undefined);
  });

  it('runs nothing in restricted mode', async () => {
    const parts = executingPorts(new InMemoryWorkspace({ 'package.json': MOCHA }, { isTrusted: false }));
    const { signal } = new AbortController();
    const result = await createRunTests(parts.ports).run({}, { signal, runId: 'run', agent: 'qa', callId: 'c' });
    assert.equal(result.reason, 'workspace.restricted');
    assert.equal(parts.runner.asked.length, 0);
  });
});
