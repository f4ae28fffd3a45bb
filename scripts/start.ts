// `npm start`: VS Code with the extension and a copy of the sample workspace, for a person's browser.
import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { cleanEnvironment } from './vscode/cleanEnvironment';
import { startCodeServer } from './vscode/codeServer';
import { installCodeServer } from './vscode/installCodeServer';
import { npmScript } from './vscode/npmScript';
import { createProfile } from './vscode/profile';
import { projectRoot } from './vscode/projectRoot';
import { runCommand } from './vscode/runCommand';
import { copySampleWorkspace } from './vscode/sampleWorkspace';
import { createScratch, type Scratch } from './vscode/scratch';
import { untilSignal } from './vscode/untilSignal';

const compileTimeoutMs = 5 * 60_000;

/** Argument: the folder to open (none: a fresh copy of the sample workspace). Runs until Ctrl+C or until VS Code ends. */
export async function main([folder]: readonly string[]): Promise<number> {
  const signal = untilSignal();
  const scratch = await createScratch('start');
  try {
    await Promise.race([serve(scratch, folder), signal.received]);
    console.log('\nStopping…');
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await scratch.dispose();
    signal.dispose();
  }
}

async function serve(scratch: Scratch, folder: string | undefined): Promise<never> {
  await compile();
  const vscode = await installCodeServer(console.log);
  const workspace = folder === undefined ? path.join(scratch.folder, 'bookshop') : path.resolve(folder);
  if (folder === undefined) await copySampleWorkspace(workspace);
  const server = await startCodeServer({
    vscode,
    scratch,
    profile: await createProfile(scratch.folder, {
      'window.autoDetectColorScheme': true,
      'workbench.preferredDarkColorTheme': 'Dark Modern',
      'workbench.preferredLightColorTheme': 'Light Modern',
    }),
    // Without the keys of this terminal: the first answer comes from the offline model, and nothing leaves the machine unasked.
    env: cleanEnvironment(process.env, { TMPDIR: scratch.folder }),
  });
  const firstFile = folder === undefined ? { openFile: path.join(workspace, 'src', 'math.ts') } : {};
  const address = server.windowUrl({ workspace, developmentPath: projectRoot, ...firstFile });
  console.log(`\nVS Code with Agent Team is ready:\n\n  ${address}\n`);
  console.log(
    folder === undefined
      ? `It shows a copy of the sample workspace, which goes when this ends (Ctrl+C).`
      : 'Ctrl+C ends it.',
  );
  openInBrowser(address);
  throw new Error(`VS Code is gone: ${await server.died}`);
}

async function compile(): Promise<void> {
  const { program, args } = npmScript('compile');
  const { exitCode } = await runCommand(program, args, { cwd: projectRoot, timeoutMs: compileTimeoutMs, echo: true });
  if (exitCode !== 0) throw new Error('The extension did not compile; see above.');
}

function openInBrowser(address: string): void {
  const opener = browserOpener();
  if (opener === undefined) return;
  const child = spawn(opener[0], [...opener[1], address], { stdio: 'ignore', detached: true });
  // Without a browser the printed address is enough.
  child.once('error', () => undefined);
  child.unref();
}

function browserOpener(): [string, string[]] | undefined {
  if (process.platform === 'darwin') return ['open', []];
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler']];
  const hasDisplay = Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
  return hasDisplay ? ['xdg-open', []] : undefined;
}
