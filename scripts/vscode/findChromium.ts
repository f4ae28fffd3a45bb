import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { installWithApt, mayInstallWithApt } from './aptInstall';

/** What the search depends on, so that a test can describe another machine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  isFile(file: string): boolean;
  list(folder: string): string[];
}

const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  isFile: (file) => existsSync(file) && statSync(file).isFile(),
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
};

const programNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

/** The first Chromium-like browser: CHROME_PATH, PATH, the usual places of the platform, Playwright's cache. */
export function findChromium(machine: Machine = thisMachine): string | undefined {
  const chosen = machine.env['CHROME_PATH'];
  if (chosen) {
    if (machine.isFile(chosen)) return chosen;
    throw new Error(
      `CHROME_PATH is ${chosen}, which is not a file: point it at a Chromium or Chrome executable, or unset it.`,
    );
  }
  return [...onPath(machine), ...usualPlaces(machine), ...playwrightCache(machine)].find((file) =>
    machine.isFile(file),
  );
}

function onPath({ platform, env }: Machine): string[] {
  if (platform === 'win32') return [];
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder !== '');
  return programNames.flatMap((name) => folders.map((folder) => path.posix.join(folder, name)));
}

function usualPlaces({ platform, env, home }: Machine): string[] {
  if (platform === 'darwin') {
    const applications = ['Google Chrome', 'Chromium', 'Microsoft Edge', 'Brave Browser'];
    return ['/Applications', path.posix.join(home, 'Applications')].flatMap((root) =>
      applications.map((name) => `${root}/${name}.app/Contents/MacOS/${name}`),
    );
  }
  if (platform === 'win32') {
    const roots = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']].filter(
      (root) => root !== undefined,
    );
    const files = [
      'Google\\Chrome\\Application\\chrome.exe',
      'Chromium\\Application\\chrome.exe',
      'Microsoft\\Edge\\Application\\msedge.exe',
    ];
    return roots.flatMap((root) => files.map((file) => path.win32.join(root, file)));
  }
  return ['/snap/bin/chromium', '/opt/google/chrome/chrome'];
}

function playwrightCache({ platform, env, home, list }: Machine): string[] {
  const caches: Partial<Record<NodeJS.Platform, string>> = {
    darwin: path.join(home, 'Library', 'Caches', 'ms-playwright'),
    win32: path.join(env['LOCALAPPDATA'] ?? home, 'ms-playwright'),
  };
  const cache = env['PLAYWRIGHT_BROWSERS_PATH'] ?? caches[platform] ?? path.join(home, '.cache', 'ms-playwright');
  const executables: Partial<Record<NodeJS.Platform, string[]>> = {
    darwin: [
      'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
      'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    ],
    win32: ['chrome-win/chrome.exe', 'chrome-win64/chrome.exe'],
  };
  const newestFirst = list(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]));
  return newestFirst.flatMap((name) =>
    (executables[platform] ?? ['chrome-linux/chrome', 'chrome-linux64/chrome']).map((file) =>
      path.join(cache, name, file),
    ),
  );
}

/** Finds a Chromium, or installs Debian's where we may (root, apt); otherwise throws one sentence that says what to do. */
export async function ensureChromium(log: (line: string) => void): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (await mayInstallWithApt()) {
    log('No Chromium found: installing it with apt-get…');
    const failure = await installWithApt(['chromium', 'fonts-dejavu-core']);
    const installed = findChromium();
    if (installed !== undefined) return installed;
    throw new Error(
      `No Chromium found, and installing it with apt-get failed (${failure ?? 'it brought no executable'}): install Chromium or set CHROME_PATH.`,
    );
  }
  throw new Error(
    'No Chromium found: install Chromium or Google Chrome (Debian and Ubuntu: sudo apt-get install chromium), or set CHROME_PATH to its executable.',
  );
}
