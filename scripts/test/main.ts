// `npm test` and its parts: runs suites one after the other, each in a process of its own, and adds up what they say.
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { cleanEnvironment, hermeticAdditions } from '../vscode/cleanEnvironment';
import { ensureChromium } from '../vscode/findChromium';
import { installCodeServer } from '../vscode/installCodeServer';
import { killProcessTree } from '../vscode/killProcessTree';
import { npmScript, type Command } from '../vscode/npmScript';
import { projectRoot } from '../vscode/projectRoot';
import { createScratch, type Scratch } from '../vscode/scratch';
import { untilSignal } from '../vscode/untilSignal';
import { ensureRedis } from './findRedis';
import { closingLine, judge, readReport, stumbleLines, total, type SuiteResult } from './results';

const suiteNames = ['unit', 'host', 'e2e'] as const;
type SuiteName = (typeof suiteNames)[number];

/** For everything together: whoever waits for the tests waits half an hour at most. */
const timeoutMs = 27 * 60_000;
const reporter = path.join(projectRoot, 'scripts', 'test', 'resultsReporter.mjs');

/**
 * Arguments: names of suites (none: all of them), `--desktop` for host tests in a downloaded desktop VS Code, then
 * whatever mocha understands, such as `--grep x`.
 */
export async function main(args: readonly string[]): Promise<number> {
  const firstOption = args.findIndex((argument) => !isSuiteName(argument));
  const chosen = args.slice(0, firstOption < 0 ? args.length : firstOption).filter(isSuiteName);
  const signal = untilSignal();
  const scratch = await createScratch('test');
  try {
    const suites = chosen.length > 0 ? chosen : suiteNames;
    return await Promise.race([runSuites(suites, args.slice(chosen.length), scratch), signal.received]);
  } finally {
    await scratch.dispose();
    signal.dispose();
  }
}

async function runSuites(
  suites: readonly SuiteName[],
  mochaArguments: readonly string[],
  scratch: Scratch,
): Promise<number> {
  const env = cleanEnvironment(process.env, hermeticAdditions(scratch.folder));
  console.log('== prepare');
  if (suites.includes('unit')) await ensureRedis(console.log);
  const isServed = suites.some((suite) => suite !== 'unit') && !mochaArguments.includes('--desktop');
  const obstacle = (isServed ? await installHost() : undefined) ?? (await compile(env, scratch));
  if (obstacle !== undefined) {
    console.log(`\n${obstacle}\n\n${closingLine({ passed: 0, failed: 1, skipped: 0 })}`);
    return 1;
  }
  const results: SuiteResult[] = [];
  for (const suite of suites) results.push(await runSuite(suite, mochaArguments, { env, scratch }));
  const sum = total(results);
  for (const line of stumbleLines(sum)) console.log(line);
  console.log(`\n${closingLine(sum.counts)}`);
  return sum.counts.failed > 0 ? 1 : 0;
}

// Here and not in the suites, whose environment no longer has the person's npm configuration. Returns what is in the way.
async function installHost(): Promise<string | undefined> {
  try {
    await installCodeServer(console.log);
    await ensureChromium(console.log);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function compile(env: NodeJS.ProcessEnv, scratch: Scratch): Promise<string | undefined> {
  return (await run(npmScript('compile'), env, scratch)) === 0 ? undefined : 'The extension did not compile.';
}

async function runSuite(
  suite: SuiteName,
  mochaArguments: readonly string[],
  { env, scratch }: { env: NodeJS.ProcessEnv; scratch: Scratch },
): Promise<SuiteResult> {
  console.log(`\n== ${suite}`);
  const resultsFile = path.join(scratch.folder, `${suite}-results.json`);
  const startedAt = performance.now();
  const exitCode = await run(
    commandOf(suite, mochaArguments),
    { ...env, AGENT_TEAM_TEST_RESULTS: resultsFile },
    scratch,
  );
  const result = judge(await readReport(resultsFile), exitCode);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `${suite} in ${seconds} s: ${closingLine(result.counts)}${result.problem ? ` (the suite ${result.problem})` : ''}`,
  );
  return result;
}

function commandOf(suite: SuiteName, mochaArguments: readonly string[]): Command {
  const tsx = ['--import', 'tsx'];
  switch (suite) {
    case 'unit':
      // As in the other suites: a busy machine may be late once; what fails twice is a fault, and both are told at the end.
      return npmScript('test:unit', ['--reporter', reporter, '--retries', '1', ...mochaArguments]);
    case 'host':
      return { program: process.execPath, args: [...tsx, path.join('test', 'host', 'run.ts'), ...mochaArguments] };
    case 'e2e':
      return {
        program: process.execPath,
        args: [
          ...tsx,
          path.join('node_modules', 'mocha', 'bin', 'mocha.js'),
          '--config',
          path.join('test', 'e2e', '.mocharc.json'),
          '--reporter',
          reporter,
          ...mochaArguments,
        ],
      };
  }
}

async function run({ program, args }: Command, env: NodeJS.ProcessEnv, scratch: Scratch): Promise<number | undefined> {
  // The process began with the tests.
  const timeLeftMs = Math.max(0, timeoutMs - process.uptime() * 1000);
  const child = spawn(program, args, {
    cwd: projectRoot,
    env,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    windowsHide: true,
  });
  scratch.adopt(child);
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      console.error(
        `The tests did not end within ${timeoutMs / 60_000} minutes. Stopped: ${program} ${args.join(' ')}`,
      );
      void killProcessTree(child);
    }, timeLeftMs);
    const settle = (code: number | undefined) => {
      clearTimeout(timer);
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(error.message);
      settle(undefined);
    });
    child.once('exit', (code) => settle(code ?? undefined));
  });
}

function isSuiteName(text: string): text is SuiteName {
  return suiteNames.some((name) => name === text);
}
