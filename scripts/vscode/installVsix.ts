import type { Profile } from './profile';
import { runCommand } from './runCommand';

const timeoutMs = 120_000;

/** Installs a packaged extension as a person would: VS Code unpacks it into the profile, before it starts for the first time. */
export async function installVsix(
  file: string,
  { vscode, profile, env }: { vscode: string; profile: Profile; env: NodeJS.ProcessEnv },
): Promise<void> {
  const folders = [
    `--user-data-dir=${profile.userDataDir}`,
    `--extensions-dir=${profile.extensionsDir}`,
    `--server-data-dir=${profile.serverDataDir}`,
  ];
  const args = ['out/server-main.js', `--install-extension=${file}`, '--accept-server-license-terms', ...folders];
  const { exitCode, output } = await runCommand(process.execPath, args, { cwd: vscode, env, timeoutMs });
  if (exitCode !== 0 || !output.includes('was successfully installed'))
    throw new Error(`VS Code did not install ${file}:\n${output}`);
}
