import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { isHostNoise } from './hostNoise';
import type { Profile } from './profile';
import type { Scratch } from './scratch';

interface CodeServerOptions {
  /** The folder with `out/server-main.js`. */
  readonly vscode: string;
  readonly scratch: Scratch;
  readonly profile: Profile;
  readonly env: NodeJS.ProcessEnv;
  /** False starts every unknown folder in restricted mode. */
  readonly trustsWorkspaces?: boolean;
}

/** What a window shows, and which extension under development it loads. */
export interface WindowContent {
  /** A folder, or a `.code-workspace` file. */
  readonly workspace?: string;
  /** The one extension that runs from source; further ones have to be installed into the profile. */
  readonly developmentPath?: string;
  readonly testsPath?: string;
  /** A file that is open at the start. */
  readonly openFile?: string;
}

/** A running VS Code server on the loopback interface, reachable only with its own token. */
export interface CodeServer {
  readonly origin: string;
  windowUrl(content: WindowContent): string;
  /** The last lines that the server printed. */
  output(): string;
  /** Settles when the server ended without being stopped; never rejects. */
  readonly died: Promise<string>;
}

const startTimeoutMs = 60_000;
const keptLines = 200;

/** Starts VS Code on a port that the system picks; the scratch that is given ends it. */
export async function startCodeServer(options: CodeServerOptions): Promise<CodeServer> {
  const token = randomBytes(16).toString('hex');
  const child = spawn(process.execPath, ['out/server-main.js', ...serverArguments(options, token)], {
    cwd: options.vscode,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  options.scratch.adopt(child);
  const lines: string[] = [];
  const port = await readPort(child, lines);
  const origin = `http://127.0.0.1:${String(port)}`;
  return {
    origin,
    windowUrl: (content) => windowUrl(origin, token, content),
    output: () => lines.join('\n'),
    died: new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(`the VS Code server ended (${String(signal ?? code)}):\n${lines.slice(-20).join('\n')}`);
      });
    }),
  };
}

function serverArguments({ profile, trustsWorkspaces = true }: CodeServerOptions, token: string): string[] {
  return [
    '--host=127.0.0.1',
    '--port=0',
    `--connection-token=${token}`,
    '--accept-server-license-terms',
    '--disable-telemetry',
    // The driver is what makes the server honour the payload of a window's address.
    '--enable-smoke-test-driver',
    ...(trustsWorkspaces ? ['--disable-workspace-trust'] : []),
    `--user-data-dir=${profile.userDataDir}`,
    `--extensions-dir=${profile.extensionsDir}`,
    `--server-data-dir=${profile.serverDataDir}`,
  ];
}

async function readPort(child: ChildProcess, lines: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      clearTimeout(timer);
      reject(new Error(`VS Code did not start: ${reason}\n${lines.slice(-20).join('\n')}`));
    };
    const timer = setTimeout(() => fail(`nothing listened after ${startTimeoutMs / 1000} s`), startTimeoutMs);
    const read = (line: string) => {
      if (isNoise(line)) return;
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      const port = /Extension host agent listening on (\d+)/.exec(line)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`it ended with ${String(signal ?? code)}`));
  });
}

// Stack traces follow what is left out and go with it.
function isNoise(line: string): boolean {
  return line.trim() === '' || isHostNoise(line) || /^\s+at |^\s*[→{}\]]|tries: \[/.test(line);
}

/** The address of a window. The token is in it once; VS Code turns it into a cookie. */
function windowUrl(
  origin: string,
  token: string,
  { workspace, developmentPath, testsPath, openFile }: WindowContent,
): string {
  const remote = (file: string) => `vscode-remote://${new URL(origin).host}${urlPath(file)}`;
  const payload = [
    ...(developmentPath === undefined ? [] : [['extensionDevelopmentPath', remote(developmentPath)]]),
    ...(testsPath === undefined ? [] : [['extensionTestsPath', remote(testsPath)]]),
    ...(openFile === undefined ? [] : [['openFile', remote(openFile)]]),
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  const url = new URL(origin);
  if (workspace !== undefined) {
    url.searchParams.set(
      workspace.endsWith('.code-workspace') ? 'workspace' : 'folder',
      decodeURIComponent(urlPath(workspace)),
    );
  } else {
    url.searchParams.set('ew', 'true');
  }
  url.searchParams.set('payload', JSON.stringify(payload));
  url.searchParams.set('tkn', token);
  return url.href;
}

function urlPath(file: string): string {
  return pathToFileURL(file).pathname;
}
