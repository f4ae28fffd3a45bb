// The outer side of the host tests: compiles them, prepares profile and workspace, and has VS Code run them: the one
// that npm delivers, or with --desktop the desktop one that is downloaded.
import { createWriteStream, globSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { build } from 'esbuild';
import { closingLine, judge, readReport, total, type SuiteResult } from '../../scripts/test/results';
import { fixtureExtensions } from '../../scripts/vscode/fixtureExtensions';
import { createProfile } from '../../scripts/vscode/profile';
import { projectRoot } from '../../scripts/vscode/projectRoot';
import { copySampleWorkspace } from '../../scripts/vscode/sampleWorkspace';
import { createScratch } from '../../scripts/vscode/scratch';
import { untilSignal } from '../../scripts/vscode/untilSignal';
import type { HostRequest } from './hostRequest';
import { prepareMultiRootWorkspace } from './multiRootWorkspace';
import { openOutputChannel } from './outputChannel';

/** One window to run tests in. Tests in a folder that bears the name of a launch run there, all others in the first. */
interface Launch {
  readonly name: string;
  /** Returns what the window opens, made below an empty folder. */
  prepare(folder: string): Promise<string | undefined>;
}

interface RunOptions {
  readonly isDesktop: boolean;
  readonly grep?: string;
}

const desktopVersion = '1.139.1';
const logFolder = path.join(projectRoot, 'test-results');
const compiledFolder = path.join(projectRoot, 'out', 'test', 'host');

const launches: readonly Launch[] = [
  {
    name: 'folder',
    prepare: async (folder) => {
      const workspace = path.join(folder, 'bookshop');
      await copySampleWorkspace(workspace);
      return workspace;
    },
  },
  { name: 'multiRoot', prepare: prepareMultiRootWorkspace },
  { name: 'noFolder', prepare: async () => undefined },
];

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { desktop: { type: 'boolean' }, grep: { type: 'string', short: 'g' } } });
  const options: RunOptions = {
    isDesktop: values.desktop === true,
    ...(values.grep === undefined ? {} : { grep: values.grep }),
  };
  const signal = untilSignal();
  try {
    return await Promise.race([runLaunches(options), signal.received]);
  } finally {
    signal.dispose();
  }
}

async function runLaunches(options: RunOptions): Promise<number> {
  const files = await compileTests();
  const results: SuiteResult[] = [];
  for (const launch of launches) {
    const own = files.filter((file) => launchOf(file) === launch.name);
    if (own.length > 0) results.push(await runLaunch(launch, own, options));
  }
  const report = total(results);
  const { counts } = report;
  const problems = results.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  for (const problem of problems) console.error(`The tests in the extension host ${problem}.`);
  const resultsFile = process.env['AGENT_TEAM_TEST_RESULTS'];
  if (resultsFile) await writeFile(resultsFile, JSON.stringify(report));
  else console.log(closingLine(counts));
  return counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

async function compileTests(): Promise<string[]> {
  await rm(compiledFolder, { recursive: true, force: true });
  const sources = globSync('test/host/**/*.test.ts', { cwd: projectRoot }).sort();
  await build({
    absWorkingDir: projectRoot,
    entryPoints: [...sources, 'test/host/index.ts'],
    outbase: 'test/host',
    outdir: compiledFolder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return sources.map((source) => path.join(compiledFolder, path.relative('test/host', source)).replace(/\.ts$/, '.js'));
}

function launchOf(file: string): string {
  const [folder] = path.relative(compiledFolder, file).split(path.sep);
  return launches.find(({ name }) => name === folder)?.name ?? 'folder';
}

async function runLaunch(
  launch: Launch,
  files: readonly string[],
  { isDesktop, grep }: RunOptions,
): Promise<SuiteResult> {
  const scratch = await createScratch('window');
  const output = await openOutputChannel();
  try {
    const content = path.join(scratch.folder, 'workspace');
    await mkdir(content);
    const workspace = await launch.prepare(content);
    const { userDataDir, extensionsDir } = await createProfile(scratch.folder);
    const resultsFile = path.join(scratch.folder, 'results.json');
    const request: HostRequest = {
      files,
      mocha: path.join(projectRoot, 'node_modules', 'mocha', 'index.js'),
      reporter: path.join(projectRoot, 'scripts', 'test', 'resultsReporter.mjs'),
      outputPort: output.port,
      forbidsOnly: Boolean(process.env['CI']),
      ...(grep === undefined ? {} : { grep }),
    };
    const logFile = path.join(logFolder, `host-${launch.name}.log`);
    const exitCode = await runWindow({
      isDesktop,
      logFile,
      env: { AGENT_TEAM_TEST_REQUEST: JSON.stringify(request), AGENT_TEAM_TEST_RESULTS: resultsFile },
      launchArgs: [
        ...(workspace === undefined ? [] : [workspace]),
        `--user-data-dir=${userDataDir}`,
        `--extensions-dir=${extensionsDir}`,
      ],
    });
    await output.close();
    const report = await readReport(resultsFile);
    // Chosen tests may all stand in another window; that some ran somewhere is checked at the end.
    if (grep !== undefined && report && exitCode === 0 && report.counts.passed === 0) return report;
    const result = judge(report, exitCode);
    if (result.problem !== undefined) console.error(await tail(logFile));
    if (result.counts.failed > 0)
      console.error(`The whole log of the window is in ${path.relative(projectRoot, logFile)}.`);
    return result;
  } finally {
    await scratch.dispose();
  }
}

interface WindowOptions {
  readonly isDesktop: boolean;
  readonly logFile: string;
  readonly env: Record<string, string>;
  readonly launchArgs: string[];
}

async function runWindow({ isDesktop, logFile, env, launchArgs }: WindowOptions): Promise<number | undefined> {
  const launcher = path.join(projectRoot, 'scripts', 'vscode', 'launcher.mjs');
  await mkdir(path.dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  try {
    return await runTests({
      // Node itself is the executable; its first argument makes it our launcher, which then reads the rest as VS Code would.
      ...(isDesktop ? { version: desktopVersion } : { vscodeExecutablePath: process.execPath }),
      launchArgs: isDesktop ? launchArgs : [launcher, ...launchArgs],
      extensionDevelopmentPath: [projectRoot, ...fixtureExtensions()],
      extensionTestsPath: path.join(compiledFolder, 'index.js'),
      extensionTestsEnv: env,
      stdout: log,
      stderr: log,
    });
  } catch (error) {
    if (error instanceof TestRunFailedError) return error.code;
    throw error;
  } finally {
    await new Promise<void>((resolve) => log.end(resolve));
  }
}

async function tail(file: string): Promise<string> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.slice(-40).join('\n');
}

void main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
