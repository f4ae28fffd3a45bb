// Delivers VS Code itself by npm, into a folder of its own beside the project's dependencies.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { cleanEnvironment } from './cleanEnvironment';
import { projectRoot } from './projectRoot';
import { runCommand } from './runCommand';

const version = '4.139.1';
const installTimeoutMs = 10 * 60_000;

/** Returns the folder with `out/server-main.js`, after installing it if this version is not there yet (about 20 s, 620 MB). */
export async function installCodeServer(log: (line: string) => void): Promise<string> {
  const base = path.join(projectRoot, '.vscode-server-host');
  const finished = path.join(base, `code-server-${version}`);
  if (!existsSync(finished)) await installInto(base, finished, log);
  return path.join(finished, 'node_modules', 'code-server', 'lib', 'vscode');
}

// Everything happens in a folder with another name, and one rename makes it count: an install that was killed half-way
// can never be taken for a good one.
async function installInto(base: string, finished: string, log: (line: string) => void): Promise<void> {
  await mkdir(base, { recursive: true });
  log(`Installing VS Code (code-server ${version}, 620 MB) into ${path.relative(projectRoot, base)}, once…`);
  await removeAbandoned(base);
  const partial = await mkdtemp(path.join(base, `partial-${String(process.pid)}-`));
  try {
    await writeFile(path.join(partial, 'package.json'), JSON.stringify({ name: 'vscode-server-host', private: true }));
    await npmInstall(partial, [`code-server@${version}`, '--save-exact']);
    const vscode = path.join(partial, 'node_modules', 'code-server', 'lib', 'vscode');
    await npmInstall(vscode, ['--omit=dev']);
    await npmInstall(path.join(vscode, 'extensions'), ['--omit=dev']);
    await rename(partial, finished).catch((error: unknown) => {
      // Another process was faster: its copy is as good as ours.
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function removeAbandoned(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const owner = /^partial-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      await rm(path.join(base, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function npmInstall(cwd: string, args: readonly string[]): Promise<void> {
  // Install scripts would need a compiler; what they build (logging, kerberos) is not needed here.
  const fixed = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...args];
  const npmScript = process.env['npm_execpath'];
  const [program, leading] = npmScript?.endsWith('.js') ? [process.execPath, [npmScript]] : ['npm', []];
  const env = cleanEnvironment(process.env, registryOf(process.env));
  const { exitCode, output } = await runCommand(program, [...leading, ...fixed], {
    cwd,
    env,
    timeoutMs: installTimeoutMs,
  });
  if (exitCode === 0) return;
  const reason = output.trim().split('\n').at(0) ?? 'no output';
  throw new Error(
    `VS Code for the tests could not be installed from the npm registry (${reason}): check the network or the npm configuration, then run the command again.`,
  );
}

// npm hands its own configuration to scripts as variables; of these only where packages come from is meant for another project too.
function registryOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'npm_config_registry',
    'npm_config_cache',
    'npm_config_userconfig',
    'npm_config_proxy',
    'npm_config_https_proxy',
    'npm_config_cafile',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}
