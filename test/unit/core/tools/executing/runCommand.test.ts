import assert from 'node:assert/strict';
import { failure } from '../../../../../src/core/failure';
import { createExecutingTools } from '../../../../../src/core/tools/executing/executingTools';
import { createRunCommand } from '../../../../../src/core/tools/executing/runCommand';
import { at, InMemoryWorkspace } from '../../../../support/inMemoryWorkspace';
import { commandOutcome, executingPorts } from '../../../../support/scriptedCommands';

function setUp(workspace = new InMemoryWorkspace({ 'src/a.ts': 'a', 'docs/b.md': 'b' })) {
  const parts = executingPorts(workspace);
  const tool = createRunCommand(parts.ports);
  const call = (input: unknown, signal = new AbortController().signal) =>
    tool.run(input, { signal, runId: 'run', agent: 'qa', callId: 'c' });
  return { ...parts, tool, call, workspace };
}

describe('the executing tools', () => {
  it('are those of the contract, with its inputs', () => {
    const tools = createExecutingTools(setUp().ports);
    const fields = tools.map(({ name, effect, inputSchema }) => {
      const { properties, required = [] } = inputSchema as { properties: object; required?: string[] };
      const names = Object.keys(properties).map((field) => (required.includes(field) ? field : `${field}?`));
      return `${effect} ${name} ${names.join(' ')}`;
    });
    assert.deepEqual(fields, ['execute run_command command cwd? timeoutSeconds?', 'execute run_tests path? name?']);
  });
});

describe('run_command', () => {
  it('gives exit code, duration and output, and shows them to the person', async () => {
    const { call, runner, screens } = setUp();
    runner.reply = (request) => {
      request.onOutput?.('hello\n');
      return commandOutcome({ text: 'hello\n', exitCode: 2 });
    };
    assert.deepEqual(await call({ command: 'make all' }), { text: 'exit code: 2 · 1.23 s\n\nhello' });
    assert.deepEqual(
      runner.asked.map(({ command, cwd, timeoutMs }) => [command, cwd, timeoutMs]),
      [['make all', 'file:///ws', 120_000]],
    );
    assert.deepEqual(screens.shown, ['run qa .$ make all', 'hello\n', '[exit code: 2 · 1.23 s]']);
  });

  it('runs in a folder of the workspace, as long as it is asked to', async () => {
    const { call, runner } = setUp();
    assert.match(
      (await call({ command: 'ls', workdir: 'src', timeout: '7' })).text,
      /^exit code: 0 .*\n\n\(no output\)$/,
    );
    assert.deepEqual(
      runner.asked.map(({ cwd, timeoutMs }) => [cwd, timeoutMs]),
      [['file:///ws/src', 7000]],
    );
  });

  for (const cwd of ['..', '/etc', '../ws-evil', 'missing', 'src/../../x']) {
    it(`refuses to run in ${cwd}`, async () => {
      const { call, runner } = setUp();
      const result = await call({ command: 'ls', cwd });
      assert.ok(result.isError && /^(path|file)\./.test(result.reason ?? ''), result.reason);
      assert.equal(runner.asked.length, 0);
    });
  }

  it('runs nothing in restricted mode, or without a folder', async () => {
    const restricted = setUp(new InMemoryWorkspace({ 'a.ts': 'a' }, { isTrusted: false }));
    assert.equal((await restricted.call({ command: 'ls' })).reason, 'workspace.restricted');
    const empty = setUp(new InMemoryWorkspace({}, { folders: [] }));
    assert.equal((await empty.call({ command: 'ls' })).reason, 'command.no_folder');
    assert.equal(restricted.runner.asked.length + empty.runner.asked.length, 0);
  });

  it('tells the policy exactly what would run, and where, even when the folder can not be found', async () => {
    const { tool } = setUp();
    const context = { signal: new AbortController().signal, runId: 'run', agent: 'qa', callId: 'c' };
    const intents = (input: unknown) => tool.intents?.(input, context);
    assert.deepEqual(await intents({ command: 'a | b\nc', cwd: 'src' }), [
      { kind: 'command', command: 'a | b\nc', cwd: 'file:///ws/src' },
    ]);
    assert.deepEqual(await intents({ command: 'rm -rf x', cwd: 'missing' }), [
      { kind: 'command', command: 'rm -rf x', cwd: 'file:///ws' },
    ]);
  });

  it('tells how many pending edits would be applied where it runs', async () => {
    const { tool, edits } = setUp();
    edits.push({ location: at('src/a.ts'), text: 'b', version: 'v1' });
    const context = { signal: new AbortController().signal, runId: 'run', agent: 'qa', callId: 'c' };
    assert.deepEqual(await tool.intents?.({ command: 'npm test' }, context), [
      { kind: 'command', command: 'npm test', cwd: 'file:///ws', pendingEdits: 1 },
    ]);
  });

  it('says what ended a command that did not end by itself', async () => {
    const { call, runner, screens } = setUp();
    runner.reply = () => commandOutcome({ end: 'timed_out', exitCode: 143, endedBy: 'SIGTERM', text: 'so far' });
    const late = await call({ command: 'sleep 9', timeoutSeconds: 1 });
    assert.equal(late.reason, 'command.timed_out');
    assert.match(
      late.text,
      /^exit code: 143 \(ended after its time limit of 1 s\).*longer timeoutSeconds.*\n\nso far$/s,
    );
    runner.reply = (_request, signal) => {
      screens.stop();
      assert.ok(signal.aborted);
      return commandOutcome({ end: 'stopped', exitCode: 143 });
    };
    const stopped = await call({ command: 'sleep 9' });
    assert.equal(stopped.reason, 'command.stopped');
    assert.match(stopped.text, /stopped by the person/);
    runner.reply = () => commandOutcome({ exitCode: 139, endedBy: 'SIGSEGV' });
    assert.match((await call({ command: './crash' })).text, /exit code: 139 \(ended by SIGSEGV\)/);
    runner.reply = () => commandOutcome({ leftBehind: 2 });
    assert.match((await call({ command: 'server &' })).text, /in the background; they were ended/);
  });

  it('passes on why a command could not be started', async () => {
    const { call, runner, screens } = setUp();
    runner.reply = () => failure('command.cwd_missing', 'There is no folder /ws/x.');
    assert.deepEqual(await call({ command: 'ls' }), {
      text: 'There is no folder /ws/x.',
      isError: true,
      reason: 'command.cwd_missing',
    });
    assert.equal(screens.shown.at(-1), '[There is no folder /ws/x.]');
  });

  it('refuses no command, an endless one and one with NUL', () => {
    const { tool } = setUp();
    for (const command of ['', '  ', 'x'.repeat(20_001), 'a\0b', undefined]) assert.ok(!tool.parse({ command }).ok);
  });

  describe('with edits pending', () => {
    it('runs in a scratch copy, says so, and shows paths of the workspace', async () => {
      const { call, runner, edits, copies, screens } = setUp();
      edits.push({ location: at('src/a.ts'), text: 'A', version: '1' });
      runner.reply = () => commandOutcome({ text: '/copy/ws/src/a.ts:1 is in file:///copy/ws/src/a.ts' });
      const { text } = await call({ command: 'lint', cwd: 'src' });
      assert.match(text, /Ran in a scratch copy .*\(src\/a\.ts\)/);
      assert.match(text, /\n\/ws\/src\/a\.ts:1 is in file:\/\/\/ws\/src\/a\.ts$/);
      assert.equal(runner.asked[0]?.cwd, 'file:///copy/ws/src');
      assert.deepEqual(runner.asked[0].environment, { GIT_CEILING_DIRECTORIES: '/copy' });
      assert.deepEqual(copies, [{ runId: 'run', folder: 'file:///ws', pending: edits }]);
      assert.equal(screens.shown[0], 'run qa src$ lint');
    });

    it('never falls back to the workspace when there can be no copy', async () => {
      const { call, runner, edits, scratch } = setUp();
      edits.push({ location: at('src/a.ts'), text: 'A', version: '1' });
      scratch.answer = failure('scratch.too_large', 'It is too large to copy.');
      const result = await call({ command: 'lint' });
      assert.deepEqual([result.reason, result.text], ['scratch.too_large', 'It is too large to copy.']);
      assert.equal(runner.asked.length, 0);
    });
  });
});
