// Finds and runs the linters that a trusted workspace has installed and configured. Nothing here is run in restricted mode.
import { access, readFile } from 'node:fs/promises';
import { delimiter, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LintOutcome, LintTarget, ProjectLinters } from '../../core/analysis/projectLinters';
import { messageOf } from '../../core/failure';
import { readEslintOutput, readRuffOutput, type FileLookup } from './linterOutput';
import { runLintProcess, type LintCommand, type LintProcessOutcome } from './lintProcess';

export interface InstalledLintersOptions {
  /** `file:` uris of the workspace folders. */
  folders: () => readonly string[];
  isTrusted: () => boolean;
  timeoutMs?: number;
  env?: NodeJS.ProcessEnv;
}

const ESLINT_CONFIGS = [
  'eslint.config.js',
  'eslint.config.mjs',
  'eslint.config.cjs',
  'eslint.config.ts',
  'eslint.config.mts',
  '.eslintrc.js',
  '.eslintrc.cjs',
  '.eslintrc.json',
  '.eslintrc.yml',
  '.eslintrc.yaml',
  '.eslintrc',
];
const RUFF_CONFIGS = ['ruff.toml', '.ruff.toml', 'pyproject.toml'];
/** More arguments than this would not fit into a command line everywhere. */
const MAX_FILES = 200;

interface Linter {
  name: string;
  extensions: RegExp;
  configs: readonly string[];
  find(folder: string): Promise<LintTool | undefined>;
  args(files: readonly string[], single: string | undefined): string[];
  read(stdout: string, lookup: FileLookup): LintOutcome['findings'] | undefined;
}

interface LintTool {
  file: string;
  prefix: string[];
  env?: Record<string, string>;
}

/** Runs ESLint and ruff where a folder has both the tool and a configuration for it. */
export class InstalledLinters implements ProjectLinters {
  private readonly linters: Linter[];

  constructor(private readonly options: InstalledLintersOptions) {
    const env = options.env ?? process.env;
    this.linters = [eslint(env), ruff(env)];
  }

  async lint(files: readonly LintTarget[], signal: AbortSignal): Promise<LintOutcome> {
    const outcome: LintOutcome = { findings: [], ran: [], notes: [] };
    if (!this.options.isTrusted()) {
      return { ...outcome, notes: ['The workspace is not trusted, so its own linters were not run.'] };
    }
    try {
      for (const uri of this.options.folders()) {
        if (!uri.startsWith('file:')) continue;
        const folder = fileURLToPath(uri);
        for (const linter of this.linters) await this.lintFolder({ linter, folder, files, outcome }, signal);
      }
    } catch (error) {
      outcome.notes.push(`The workspace's linters could not be run: ${messageOf(error)}`);
    }
    return outcome;
  }

  private async lintFolder(
    job: { linter: Linter; folder: string; files: readonly LintTarget[]; outcome: LintOutcome },
    signal: AbortSignal,
  ): Promise<void> {
    const { linter, folder, files, outcome } = job;
    const targets = files
      .flatMap((file) => inFolder(file, folder))
      .filter(({ fsPath }) => linter.extensions.test(fsPath));
    if (targets.length === 0 || signal.aborted || !(await hasAny(folder, linter.configs))) return;
    const tool = await linter.find(folder);
    if (!tool) return;
    const asked = targets.slice(0, MAX_FILES);
    if (targets.length > MAX_FILES)
      outcome.notes.push(`${linter.name} saw only ${MAX_FILES} of ${targets.length} files.`);
    const single = asked.length === 1 ? asked[0] : undefined;
    const command: LintCommand = {
      file: tool.file,
      args: [
        ...tool.prefix,
        ...linter.args(
          asked.map(({ fsPath }) => relative(folder, fsPath)),
          single && relative(folder, single.fsPath),
        ),
      ],
      cwd: folder,
      timeoutMs: this.options.timeoutMs ?? 30_000,
      ...(tool.env && { env: tool.env }),
      ...(single?.text !== undefined && { input: single.text }),
    };
    const ended = await runLintProcess(command, signal);
    this.report(ended, { linter, folder, asked, outcome });
  }

  private report(
    ended: LintProcessOutcome,
    job: { linter: Linter; folder: string; asked: readonly Target[]; outcome: LintOutcome },
  ): void {
    const { linter, folder, asked, outcome } = job;
    if (ended.kind === 'cancelled' || ended.kind === 'missing') return;
    if (ended.kind !== 'ended') {
      outcome.notes.push(
        `${linter.name} was stopped: ${ended.kind === 'timeout' ? 'it took too long' : 'it printed too much'}.`,
      );
      return;
    }
    const byPath = new Map(asked.map((target) => [target.fsPath, { path: target.path, text: target.text ?? '' }]));
    const findings = linter.read(ended.stdout, (named) => byPath.get(resolve(folder, named)));
    if (findings) {
      outcome.findings.push(...findings);
      if (!outcome.ran.includes(linter.name)) outcome.ran.push(linter.name);
    } else {
      const [reason = ''] = ended.stderr.trim().split('\n');
      outcome.notes.push(
        `${linter.name} failed with exit code ${ended.exitCode}${reason === '' ? '' : `: ${reason.slice(0, 200)}`}.`,
      );
    }
  }
}

interface Target {
  path: string;
  fsPath: string;
  text?: string;
}

function inFolder({ uri, path, text }: LintTarget, folder: string): Target[] {
  if (!uri.startsWith('file:')) return [];
  const fsPath = fileURLToPath(uri);
  const below = relative(folder, fsPath);
  // A file name must never be taken for an option.
  return below === '' || below.startsWith('..') || below.startsWith('-')
    ? []
    : [{ path, fsPath, ...(text !== undefined && { text }) }];
}

function eslint(env: NodeJS.ProcessEnv): Linter {
  return {
    name: 'ESLint',
    extensions: /\.[cm]?[jt]sx?$/,
    configs: ESLINT_CONFIGS,
    async find(folder) {
      const script = join(folder, 'node_modules', 'eslint', 'bin', 'eslint.js');
      if (!(await exists(script))) return undefined;
      const node = await onPath('node', env);
      // Without a node of its own, the workspace's ESLint runs on ours (in Electron, asked to behave as Node).
      return node !== undefined
        ? { file: node, prefix: [script] }
        : { file: process.execPath, prefix: [script], env: { ELECTRON_RUN_AS_NODE: '1' } };
    },
    args: (files, single) =>
      single !== undefined
        ? ['--format', 'json', '--stdin', '--stdin-filename', single]
        : ['--format', 'json', '--no-error-on-unmatched-pattern', '--', ...files],
    read: readEslintOutput,
  };
}

function ruff(env: NodeJS.ProcessEnv): Linter {
  return {
    name: 'ruff',
    extensions: /\.pyw?$/,
    configs: RUFF_CONFIGS,
    async find(folder) {
      const places = ['.venv/bin/ruff', 'venv/bin/ruff', '.venv/Scripts/ruff.exe', 'venv/Scripts/ruff.exe'].map(
        (place) => join(folder, place),
      );
      for (const place of places) if (await exists(place)) return { file: place, prefix: [] };
      const file = await onPath('ruff', env);
      return file === undefined ? undefined : { file, prefix: [] };
    },
    args: (files, single) =>
      single !== undefined
        ? ['check', '--output-format', 'json', '--no-fix', '--stdin-filename', single, '-']
        : ['check', '--output-format', 'json', '--no-fix', '--', ...files],
    read: readRuffOutput,
  };
}

async function hasAny(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    const file = join(folder, name);
    // Every Python project may have this file; only its section for ruff is a configuration.
    const counts = name === 'pyproject.toml' ? /^\[tool\.ruff\b/m.test(await readOrEmpty(file)) : await exists(file);
    if (counts) return true;
  }
  return false;
}

async function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? ['.exe'] : [''];
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (await exists(file)) return file;
    }
  }
  return undefined;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
