import { readFile } from 'node:fs/promises';
import { runCommand } from './runCommand';

/** True where we are root on Debian or one of its relatives. */
export async function mayInstallWithApt(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

/** Installs packages; says what went wrong, or nothing. */
export async function installWithApt(packages: readonly string[]): Promise<string | undefined> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const steps = [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ];
  for (const step of steps) {
    const { exitCode, output } = await runCommand('apt-get', step, { env, timeoutMs: 10 * 60_000 });
    // An update that can't reach one of several sources is no reason to give up yet.
    if (exitCode !== 0 && step[0] === 'install') return output.trim().split('\n').at(-1) ?? 'no output';
  }
  return undefined;
}
