// VS Code's own ripgrep, as a fast way to the files that may match. What matches is decided elsewhere, so it may only find too much.
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { CandidateQuery } from '../../core/workspace/fileTree';
import { MAX_FILE_BYTES } from '../../core/workspace/fileTree';

const TIMEOUT_MS = 60_000;
/** Output beyond this is not worth having: then the caller walks. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

const EXECUTABLE = process.platform === 'win32' ? 'rg.exe' : 'rg';

/** Where releases of VS Code, its server and its relatives keep it. */
function places(appRoot: string): string[] {
  const packages = [
    ['@vscode', 'ripgrep', 'bin', EXECUTABLE],
    ['@vscode', 'ripgrep-universal', 'bin', `${process.platform}-${process.arch}`, EXECUTABLE],
    ['vscode-ripgrep', 'bin', EXECUTABLE],
  ];
  return ['node_modules', 'node_modules.asar.unpacked'].flatMap((modules) =>
    packages.map((parts) => join(appRoot, modules, ...parts)),
  );
}

/** The path of VS Code's ripgrep; undefined where there is none, as in a browser. */
export async function findRipgrep(appRoot = vscode.env.appRoot): Promise<string | undefined> {
  for (const place of places(appRoot)) {
    try {
      await access(place, constants.X_OK);
      return place;
    } catch {
      // Not this one: other releases keep it elsewhere.
    }
  }
  return undefined;
}

/** Globs that mean the same to ripgrep as to us. */
const isPlainGlob = (glob: string) => !/[()!]/.test(glob);

function commonArguments(query: CandidateQuery): string[] {
  return [
    '--no-config',
    '--no-messages',
    '--null',
    '--hidden',
    // Exactly the ignore files inside the folder, as our own walk reads them.
    '--no-require-git',
    '--no-ignore-parent',
    '--no-ignore-global',
    '--no-ignore-exclude',
    '--max-filesize',
    String(MAX_FILE_BYTES),
    '--glob',
    '!**/.git',
    ...query.excluded.filter(isPlainGlob).flatMap((glob) => ['--glob', `!${glob}`]),
  ];
}

function searchArguments(query: CandidateQuery): string[] {
  return [
    ...commonArguments(query),
    '--files-with-matches',
    '--text',
    '--crlf',
    query.ignoreCase ? '--ignore-case' : '--case-sensitive',
    ...(query.isRegex ? [] : ['--fixed-strings']),
    '--regexp',
    query.query,
  ];
}

/** The files below `query.base` that may match, as uris; undefined when ripgrep can't tell. */
export async function ripgrepCandidates(
  executable: string,
  query: CandidateQuery,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const base = vscode.Uri.parse(query.base).fsPath;
  const cwd = vscode.Uri.parse(query.folder).fsPath;
  const run = (args: string[]) => runRipgrep(executable, [...args, '--', base], cwd, signal);
  // Notebooks are searched as the text that they show, which differs from their file.
  const notebooks = ['--files', '--type-add', 'notebook:*.ipynb', '--type', 'notebook'];
  const found = await Promise.all([run(searchArguments(query)), run([...commonArguments(query), ...notebooks])]);
  const paths = new Set<string>();
  for (const output of found) {
    if (output === undefined) return undefined;
    for (const path of output.split('\0')) if (path !== '') paths.add(path);
  }
  return [...paths].map((path) => vscode.Uri.file(path).toString());
}

/** What ripgrep prints; undefined when it failed, was stopped or printed too much. */
function runRipgrep(executable: string, args: string[], cwd: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(executable, args, {
      cwd,
      signal,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
      else chunks.push(chunk);
    });
    child.on('error', () => resolve(undefined));
    // 1 means that nothing matched; 2 that the pattern or a file was not to its liking.
    child.on('close', (code) => resolve(code === 0 || code === 1 ? Buffer.concat(chunks).toString('utf8') : undefined));
  });
}
