import { chromium, type Browser } from 'playwright-core';
import { ensureChromium } from './findChromium';

const flags = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--font-render-hinting=none',
  // Several windows are open at once in tests; none may be slowed down for being in the background.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
];

/** Starts a headless Chromium that makes no connections of its own; it ends when this process does. */
export async function launchBrowser(log: (line: string) => void): Promise<Browser> {
  const executablePath = await ensureChromium(log);
  return chromium.launch({
    executablePath,
    args: flags,
    // The sandbox needs a user namespace, which root does not get.
    chromiumSandbox: process.platform !== 'linux' || process.getuid?.() !== 0,
    timeout: 60_000,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
