// Windows' way to end commands, on any machine: a stand-in for cmd.exe, and a `taskkill` that the test plays.
import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProcessCommandRunner } from '../../../../src/adapters/node/commandProcess';
import { windowsSystem } from '../../../../src/adapters/node/commandSystem';
import { SystemClock } from '../../../../src/adapters/node/systemClock';
import { endWindowsTree, type Taskkill } from '../../../../src/adapters/node/windowsTree';
import type { Clock } from '../../../../src/core/clock';
import { isFailure } from '../../../../src/core/failure';
import type { CommandOutcome } from '../../../../src/core/tools/executing/commandRunner';
import { ManualClock } from '../../../support/manualClock';
import { isAlive, until } from '../../../support/processes';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const GUARD = ['--import', 'tsx', resolve('src/adapters/node/commandGuard.ts')];
/** Gets `/d /s /c "line"`, as cmd.exe does. */
const SHELL = '#!/bin/sh\necho "$1 $2 $3 $4"\nline="${4#\\"}"\nexec /bin/sh -c "${line%\\"}"\n';

describe('commands on Windows', function () {
  if (process.platform === 'win32') return;
  const folder = useTemporaryFolder();
  const asked: string[][] = [];
  let shell: string;
  beforeEach(async () => {
    asked.splice(0);
    shell = join(folder(), 'cmd.exe');
    await writeFile(shell, SHELL);
    await chmod(shell, 0o755);
  });

  /** Kills as `taskkill /T /F` does, as far as the tests need it: the one process. */
  const taskkill: Taskkill = (args) => {
    asked.push([...args]);
    process.kill(Number(args[1]), 'SIGKILL');
  };

  function start(command: string, options: { timeoutMs?: number; taskkill?: Taskkill; clock?: Clock } = {}) {
    const system = windowsSystem({ shell, taskkill: options.taskkill ?? taskkill });
    const runner = new ProcessCommandRunner({ clock: options.clock ?? new SystemClock(), guard: GUARD, system });
    const person = new AbortController();
    let output = '';
    const outcome = runner.run(
      {
        command,
        cwd: pathToFileURL(folder()).href,
        timeoutMs: options.timeoutMs ?? 20_000,
        onOutput: (text) => void (output += text),
      },
      person.signal,
    );
    return {
      runner,
      person,
      begun: () => until(() => /pid \d+/.test(output)),
      pid: () => Number(/pid (\d+)/.exec(output)?.[1]),
      outcome: async (): Promise<CommandOutcome> => {
        const settled = await outcome;
        return isFailure(settled) ? assert.fail(settled.message) : settled;
      },
    };
  }
  const LONG = 'echo pid $$; exec sleep 60';

  it('get the line as it stands, and need no taskkill when they end by themselves', async () => {
    const { exitCode, output, end } = await start('echo one && exit 3').outcome();
    assert.deepEqual([exitCode, end, output.head], [3, 'exited', '/d /s /c "echo one && exit 3"\none\n']);
    assert.deepEqual(asked, []);
  });

  it('end with everything below them by one taskkill of the shell when they are stopped', async () => {
    const { begun, person, outcome, pid } = start(LONG);
    await begun();
    person.abort();
    const { end, leftBehind } = await outcome();
    assert.deepEqual([end, leftBehind], ['stopped', 0]);
    assert.deepEqual(asked, [['/pid', String(pid()), '/T', '/F']]);
    assert.equal(await isAlive(pid()), false);
  });

  it('end at their time limit', async () => {
    const { outcome, pid } = start(LONG, { timeoutMs: 300 });
    assert.equal((await outcome()).end, 'timed_out');
    assert.deepEqual(asked, [['/pid', String(pid()), '/T', '/F']]);
  });

  it('end with the window', async () => {
    const { begun, runner, outcome, pid } = start(LONG);
    await begun();
    runner.dispose();
    await outcome();
    assert.deepEqual(asked, [['/pid', String(pid()), '/T', '/F']]);
  });

  it('end at least themselves where taskkill can not be run', async () => {
    const refuses: Taskkill = () => {
      throw new Error('spawn taskkill ENOENT');
    };
    const { begun, person, outcome, pid } = start(LONG, { taskkill: refuses });
    await begun();
    person.abort();
    assert.equal((await outcome()).end, 'stopped');
    assert.equal(await isAlive(pid()), false);
    assert.doesNotThrow(() => endWindowsTree(pid(), refuses), 'one that has ended already');
  });

  it('are given up after two seconds where nothing ends them, so that no run waits for ever', async () => {
    const clock = new ManualClock();
    const { begun, person, outcome, pid } = start(LONG, { taskkill: () => undefined, clock });
    await begun();
    person.abort();
    const settled = outcome();
    await until(() => clock.pending().includes(2_000));
    await clock.advance(2_000);
    await until(() => clock.pending().includes(300));
    await clock.advance(300);
    assert.deepEqual([(await settled).end, (await settled).exitCode], ['stopped', 137]);
    process.kill(pid(), 'SIGKILL');
  });
});
