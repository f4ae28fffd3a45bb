// A plain Chromium for pages outside of VS Code, and the themes that they are looked at in.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser } from 'playwright-core';
import { SystemClock } from '../../src/adapters/node/systemClock';
import type { Clock } from '../../src/core/clock';

export const THEMES = ['darkModern', 'lightModern', 'highContrastBlack'] as const;
export type Theme = (typeof THEMES)[number];

export const root = path.resolve(__dirname, '../..');

/** Time as it is. */
export const timers: Clock = new SystemClock();

/** Chromium on this machine; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const places = [
    process.env['CHROME_PATH'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ];
  return places.find((place) => place !== undefined && existsSync(place));
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error('No Chromium was found: install it, or set CHROME_PATH.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}

type PageName = 'chat' | 'trace' | 'report';

const bundles = new Map<string, Promise<{ script: string; style: string }>>();

/** Builds a page once. */
export function pageBundle(name: PageName): Promise<{ script: string; style: string }> {
  const known = bundles.get(name) ?? buildPage(name);
  bundles.set(name, known);
  return known;
}

async function buildPage(name: string): Promise<{ script: string; style: string }> {
  const result = await build({
    entryPoints: [path.join(root, 'webview', name, 'main.ts')],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    target: 'es2023',
    tsconfig: path.join(root, 'webview/tsconfig.json'),
  });
  const text = (end: string) => result.outputFiles.find((file) => file.path.endsWith(end))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

/** The document of a page as VS Code would show it: its theme's variables, and a policy as strict. */
export async function pageHtml(page: { name: PageName; title: string; theme: Theme; background: string; api: string }) {
  const colours = await readFile(path.join(root, 'webview/dev', `${page.theme}.css`), 'utf8');
  const origin = `http://${page.name}.test`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${page.title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src ${origin} data:; font-src ${origin}; style-src ${origin} 'nonce-n'; script-src 'nonce-n'">
<style nonce="n">${colours} body { background: var(${page.background}); }</style>
<link rel="stylesheet" href="codicon.css"><link rel="stylesheet" href="${page.name}.css"></head><body>
<script nonce="n">${page.api}</script>
<script nonce="n" src="${page.name}.js"></script></body></html>`;
}
