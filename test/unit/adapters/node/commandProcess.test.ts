import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandEnvironment } from '../../../../src/adapters/node/commandEnvironment';
import { ProcessCommandRunner } from '../../../../src/adapters/node/commandProcess';
import { SystemClock } from '../../../../src/adapters/node/systemClock';
import { isFailure } from '../../../../src/core/failure';
import type { CommandOutcome, CommandRequest } from '../../../../src/core/tools/executing/commandRunner';
import { isAlive, until } from '../../../support/processes';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

const GUARD = ['--import', 'tsx', resolve('src/adapters/node/commandGuard.ts')];
/** Prints its pid, ignores requests to end and stays for longer than any test. */
const STUBBORN = `bash -c 'trap "" TERM HUP INT; echo pid $$; while :; do sleep 30; done'`;

describe('ProcessCommandRunner', function () {
  if (process.platform === 'win32') return;
  const folder = useTemporaryFolder();
  let runner: ProcessCommandRunner;
  beforeEach(() => (runner = new ProcessCommandRunner({ clock: new SystemClock(), guard: GUARD })));
  afterEach(() => runner.dispose());

  async function run(
    command: string,
    options: Partial<CommandRequest> & { signal?: AbortSignal } = {},
  ): Promise<CommandOutcome> {
    const { signal = new AbortController().signal, ...request } = options;
    const outcome = await runner.run(
      { command, cwd: pathToFileURL(folder()).href, timeoutMs: 20_000, ...request },
      signal,
    );
    if (isFailure(outcome)) assert.fail(outcome.message);
    return outcome;
  }
  const textOf = ({ output }: CommandOutcome) => output.head + output.tail;

  /** Collects `pid N` lines; `seen(n)` settles once there are n. */
  function pidCollector() {
    let text = '';
    const pids = () => [...text.matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid));
    return {
      onOutput: (chunk: string) => void (text += chunk),
      pids,
      seen: (n: number) => until(() => pids().length >= n),
    };
  }
  /** What starting a process and looking for it takes here and now: a machine that others load is slower in everything. */
  async function glanceMs(): Promise<number> {
    const startMs = performance.now();
    await run('true');
    await isAlive(process.pid);
    return performance.now() - startMs;
  }
  const allGone = (pids: readonly number[]) =>
    until(async () => (await Promise.all(pids.map(isAlive))).every((alive) => !alive));

  it('gives exit code, output and duration', async () => {
    const outcome = await run('echo out; exit 3');
    assert.deepEqual(
      { ...outcome, durationMs: 0 },
      {
        end: 'exited',
        exitCode: 3,
        durationMs: 0,
        output: { head: 'out\n', tail: '', omitted: 0, omittedLines: 0 },
        leftBehind: 0,
      },
    );
    assert.ok(outcome.durationMs > 0 && outcome.durationMs < 20_000);
  });

  it('keeps the order of standard output and standard error', async () => {
    assert.equal(textOf(await run('for i in 1 2 3; do echo o$i; echo e$i >&2; done')), 'o1\ne1\no2\ne2\no3\ne3\n');
  });

  it('runs several lines, quotes and words that begin with a dash as they stand', async () => {
    assert.equal(textOf(await run(`printf '%s\\n' "a b" '$HOME'\nprintf '%s\\n' -c`)), 'a b\n$HOME\n-c\n');
    assert.equal((await run('-c')).exitCode, 127);
  });

  it('runs in the folder it is given, and says when there is none', async () => {
    await mkdir(join(folder(), 'ä b'));
    const cwd = pathToFileURL(join(folder(), 'ä b')).href;
    assert.equal(textOf(await run('pwd -P', { cwd })), `${await realpath(join(folder(), 'ä b'))}\n`);
    const missing = pathToFileURL(join(folder(), 'missing')).href;
    const refused = await runner.run({ command: 'pwd', cwd: missing, timeoutMs: 1000 }, new AbortController().signal);
    assert.ok(isFailure(refused) && refused.reason === 'command.cwd_missing');
  });

  it('does not hang on a program that reads its input or wants a terminal', async () => {
    const outcome = await run('cat; read answer; echo "read: $?"; (exec < /dev/tty) 2> /dev/null; echo "tty: $?"');
    assert.equal(outcome.end, 'exited');
    assert.match(textOf(outcome), /read: 1\ntty: [12]\n/);
  });

  it('gives no program a reason to page, colour, prompt or open an editor', async () => {
    const text = textOf(await run('echo "$PAGER $GIT_PAGER $TERM $NO_COLOR $GIT_TERMINAL_PROMPT $CI $GIT_EDITOR"'));
    assert.equal(text, 'cat cat dumb 1 0 1 true\n');
    const log = await run(
      'git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m first && git -c core.pager="sleep 60" log --format=%s',
    );
    assert.match(textOf(log), /first\n$/);
    assert.equal((await run('test -t 1 || test -t 0 || test -t 2')).exitCode, 1);
  });

  it('takes 100 MB of output without keeping it', async () => {
    const before = process.memoryUsage().rss;
    const outcome = await run(`echo first; head -c 104857600 /dev/zero | tr '\\0' 'x' | fold -w 99; echo last`);
    const { head, tail, omitted, omittedLines } = outcome.output;
    assert.equal(outcome.exitCode, 0);
    assert.match(head, /^first\nx{99}\n/);
    assert.ok(tail.endsWith('last\n'));
    assert.ok(head.length + tail.length < 300_000);
    assert.ok(omitted > 104_000_000 && omittedLines > 1_000_000);
    assert.ok(process.memoryUsage().rss - before < 200_000_000, 'memory');
  });

  it('reads binary output and text that is cut within a character', async () => {
    const outcome = await run(String.raw`printf '\377\376\000abc'; printf '\303'; sleep 0.05; printf '\244'`);
    assert.match(textOf(outcome), /abcä$/);
  });

  it('says which signal ended a command', async () => {
    const { exitCode, endedBy } = await run('kill -SEGV $$');
    assert.deepEqual({ exitCode, endedBy }, { exitCode: 139, endedBy: 'SIGSEGV' });
  });

  it('ends children and grandchildren that ignore requests to end, within a second of an abort', async () => {
    const pids = pidCollector();
    const stop = new AbortController();
    // The last one leaves the group and loses its parent.
    const command = `${STUBBORN} & bash -c '${STUBBORN.replaceAll("'", `'\\''`)} & wait' & (setsid ${STUBBORN} &) ; wait; sleep 60`;
    const running = run(command, { signal: stop.signal, onOutput: pids.onOutput });
    await pids.seen(3);
    const limitMs = 1000 + 20 * (await glanceMs());
    const startMs = performance.now();
    stop.abort();
    const outcome = await running;
    assert.equal(outcome.end, 'stopped');
    await allGone(pids.pids());
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < limitMs, `${tookMs} of ${limitMs} ms`);
  });

  it('lets a program that hears the request clean up', async () => {
    const stop = new AbortController();
    const pids = pidCollector();
    const command = `trap 'echo cleaned; exit 0' TERM; echo pid $$; while :; do sleep 0.05; done`;
    const running = run(command, { signal: stop.signal, onOutput: pids.onOutput });
    await pids.seen(1);
    stop.abort();
    const outcome = await running;
    assert.match(textOf(outcome), /cleaned\n$/);
  });

  it('ends the tree at the time limit', async () => {
    const pids = pidCollector();
    // Time enough for both to start.
    const glance = await glanceMs();
    const timeoutMs = 500 + 10 * glance;
    const outcome = await run(`${STUBBORN} & ${STUBBORN}`, { timeoutMs, onOutput: pids.onOutput });
    assert.equal(outcome.end, 'timed_out');
    assert.ok(outcome.durationMs < timeoutMs + 1000 + 20 * glance, `${outcome.durationMs} ms, limit ${timeoutMs} ms`);
    assert.equal(pids.pids().length, 2);
    await allGone(pids.pids());
  });

  it('ends what a command leaves in the background, and says how much that was', async () => {
    const pids = pidCollector();
    const outcome = await run(`${STUBBORN} & sleep 30 & sleep 0.1; echo done`, {
      onOutput: pids.onOutput,
    });
    assert.equal(outcome.end, 'exited');
    assert.equal(outcome.exitCode, 0);
    assert.ok(outcome.leftBehind >= 2);
    assert.match(textOf(outcome), /done/);
    await allGone(pids.pids());
  });

  it('does not start anything once it was stopped or disposed', async () => {
    const request = { command: 'touch started', cwd: pathToFileURL(folder()).href, timeoutMs: 1000 };
    const stopped = await runner.run(request, AbortSignal.abort());
    assert.ok(isFailure(stopped) && stopped.reason === 'cancelled');
    runner.dispose();
    assert.ok(isFailure(await runner.run(request, new AbortController().signal)));
  });

  it('kills what runs when it is disposed', async () => {
    const pids = pidCollector();
    const running = run(STUBBORN, { onOutput: pids.onOutput });
    await pids.seen(1);
    runner.dispose();
    assert.equal((await running).endedBy, 'SIGKILL');
    await allGone(pids.pids());
  });

  it('leaves nothing when the host is killed', async () => {
    const command = `${STUBBORN} & (setsid ${STUBBORN} &) ; ${STUBBORN}`;
    const script = resolve('test/unit/adapters/node/commandHost.ts');
    const host = spawn(process.execPath, ['--import', 'tsx', script, command, GUARD[2] ?? ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const pids = pidCollector();
      host.stdout.setEncoding('utf8').on('data', pids.onOutput);
      await pids.seen(3);
      host.kill('SIGKILL');
      await allGone(pids.pids());
    } finally {
      host.kill('SIGKILL');
    }
  });

  it('leaves a script that it runs alone with its own files', async () => {
    await writeFile(join(folder(), 'script.sh'), 'echo "$0 $#"\n');
    assert.equal(textOf(await run('bash script.sh a b')), 'script.sh 2\n');
  });
});

describe('the environment of commands', () => {
  it('is the person’s, without what belongs to the editor', () => {
    const own = {
      PATH: '/bin',
      VSCODE_IPC_HOOK: 'x',
      ELECTRON_RUN_AS_NODE: '1',
      GIT_ASKPASS: 'askpass.sh',
      NODE_OPTIONS: '--max-old-space-size=100 --require /ext/ms-vscode.js-debug/bootloader.js',
      DATABASE: 'test',
    };
    const given = commandEnvironment('m', {}, own);
    assert.equal(given['PATH'], '/bin');
    assert.equal(given['DATABASE'], 'test');
    assert.equal(given['NODE_OPTIONS'], '--max-old-space-size=100');
    for (const name of ['VSCODE_IPC_HOOK', 'ELECTRON_RUN_AS_NODE', 'GIT_ASKPASS']) assert.ok(!(name in given), name);
  });

  it('takes what a scratch copy adds, but never another mark', () => {
    const given = commandEnvironment('m', { PYTHONPATH: '/copy', CI: '', AGENT_TEAM_COMMAND: 'other' }, {});
    assert.deepEqual([given['PYTHONPATH'], given['CI'], given['AGENT_TEAM_COMMAND']], ['/copy', '', 'm']);
  });
});
