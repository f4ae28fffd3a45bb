// Static analysis and the security scan over the files as agents see them: bounded, cancellable, and honest about what was left out.
import type { Clock } from '../clock';
import { isFailure, type Failure } from '../failure';
import type { FileLocation, LanguageServices, TextSnapshot, Workspace } from '../workspace/workspace';
import { diagnosticFindings } from './diagnosticFindings';
import { mergeFindings } from './findingSet';
import { isNotebookPath } from '../workspace/notebookFile';
import { analysedCode } from './analysedCode';
import { hasExtension, languageOf } from './languages';
import { Pacer } from '../pacer';
import type { LintTarget, ProjectLinters } from './projectLinters';
import type { FindingDraft } from './rule';
import { runRules } from './ruleRunner';
import { filesToAnalyse, isScannable, looksGenerated, type FileChoice } from './fileChoice';
import { secretFindings } from './secretFindings';
import type { SecretScanner } from './secretScanner';
import type { SyntaxParser } from '../syntax';

/** What is analysed: as the run sees it, pending edits included. */
export interface AnalysedPorts {
  workspace: Workspace;
  languages: Pick<LanguageServices, 'diagnostics' | 'prepare'>;
}

export interface CodeAnalyzerOptions {
  parser: SyntaxParser;
  secrets: SecretScanner;
  linters: ProjectLinters;
  clock: Clock;
  limits?: Partial<AnalysisLimits>;
}

export interface AnalysisLimits {
  /** Files of one call; the rest is named in a note. */
  maxFiles: number;
  /** UTF-16 units; longer files are skipped. */
  maxFileLength: number;
  /** UTF-16 units of all files of one call. */
  maxTotalLength: number;
  /** Milliseconds of one call. */
  timeoutMs: number;
}

const DEFAULT_LIMITS: AnalysisLimits = {
  maxFiles: 400,
  maxFileLength: 400_000,
  maxTotalLength: 16_000_000,
  timeoutMs: 20_000,
};

export interface AnalysisReport {
  findings: FindingDraft[];
  /** Paths that were analysed. */
  files: string[];
  /** What was asked: `our rules`, `language services`, `ESLint`, … */
  sources: string[];
  /** Full sentences: what was left out and why. */
  notes: string[];
}

export class CodeAnalyzer {
  private readonly limits: AnalysisLimits;

  constructor(private readonly options: CodeAnalyzerOptions) {
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  /** All rules, the workspace's own linters and the language services' diagnostics, on a file, a list of files, a folder or everything. */
  async analyse(
    path: string | readonly string[] | undefined,
    ports: AnalysedPorts,
    signal: AbortSignal,
  ): Promise<AnalysisReport | Failure> {
    // In a folder, files without an extension are left alone: there may be thousands, and few are scripts.
    const isWanted = typeof path === 'object' ? mayBeCode : isAnalysable;
    const scope = { path, workspace: ports.workspace, isWanted };
    const pass = await this.readFiles(scope, signal);
    if (isFailure(pass)) return pass;
    const ours: FindingDraft[] = [];
    for (const file of pass.files) {
      if (pass.isOver()) break;
      ours.push(...(await this.applyRules(pass, file, () => true)));
    }
    const linted =
      signal.aborted || pass.files.length === 0
        ? undefined
        : await this.options.linters.lint(lintTargets(pass.files), signal);
    const diagnostics = await diagnosticsOf(pass, ports.languages);
    pass.notes.push(...(linted?.notes ?? []));
    return {
      findings: mergeFindings(ours, linted?.findings ?? [], diagnostics),
      files: pass.done,
      sources: ['our rules', ...(linted?.ran ?? []), 'language services'],
      notes: [...pass.notes, ...pass.closingNotes()],
    };
  }

  /** The rules about security, and secrets in any text file. Nothing leaves the process. */
  async scanSecurity(
    path: string | readonly string[] | undefined,
    ports: AnalysedPorts,
    signal: AbortSignal,
  ): Promise<AnalysisReport | Failure> {
    const pass = await this.readFiles({ path, workspace: ports.workspace, isWanted: isScannable }, signal);
    if (isFailure(pass)) return pass;
    const secrets: FindingDraft[] = [];
    const ours: FindingDraft[] = [];
    for (const file of pass.files) {
      if (pass.isOver()) break;
      const hits = await this.options.secrets.scan(file, signal);
      const hasRules = analysedCode(file) !== undefined;
      const reports = hasRules ? await this.applyRules(pass, file, (category) => category === 'security') : [];
      if (!hasRules) pass.done.push(file.path);
      if (isFailure(hits)) pass.notes.push(`${file.path} was not scanned for secrets: ${hits.message}`);
      const found = secretFindings(file, isFailure(hits) ? [] : hits, reports);
      secrets.push(...found.secrets);
      ours.push(...found.others);
    }
    return {
      findings: mergeFindings(secrets, ours),
      files: pass.done,
      sources: ['our security rules', 'secret formats'],
      notes: [...pass.notes, ...pass.closingNotes()],
    };
  }

  private async readFiles(scope: AnalysisScope, signal: AbortSignal): Promise<AnalysisPass | Failure> {
    const { path, workspace, isWanted } = scope;
    const { clock } = this.options;
    const chosen = await filesToAnalyse(workspace, { path, isWanted, limit: this.limits.maxFiles }, signal);
    if (isFailure(chosen)) return chosen;
    const pass = new AnalysisPass(clock, this.limits, signal, path);
    if (chosen.leftOut)
      pass.notes.push(
        `More than ${this.limits.maxFiles} files fit; only the first ${this.limits.maxFiles} were analysed. Name a folder to see the others.`,
      );
    for (const location of chosen.files) {
      if (pass.isOver()) break;
      await pass.pacer.pause();
      const snapshot = await workspace.read(location, signal);
      if (!isFailure(snapshot)) pass.take(snapshot);
      else if (chosen.files.length === 1 && typeof path !== 'object') return snapshot;
      else pass.skipped.push(`${location.path} (${snapshot.reason})`);
    }
    return pass;
  }

  private async applyRules(
    pass: AnalysisPass,
    file: TextSnapshot,
    wants: (category: FindingDraft['category']) => boolean,
  ): Promise<FindingDraft[]> {
    const code = analysedCode(file);
    if (!code) return [];
    const root = await this.options.parser.parse(code.language.grammar, code.text, pass.signal);
    if (isFailure(root)) {
      pass.skipped.push(`${file.path} (${root.reason})`);
      return [];
    }
    pass.done.push(file.path);
    const language = await code.language.load();
    const include = ({ category }: { category: FindingDraft['category'] }) => wants(category);
    return runRules({ file, root, language, include, pacer: pass.pacer, signal: pass.signal });
  }
}

function isAnalysable(path: string): boolean {
  return languageOf(path) !== undefined || isNotebookPath(path);
}

function mayBeCode(path: string): boolean {
  return isAnalysable(path) || !hasExtension(path);
}

interface AnalysisScope {
  path: string | readonly string[] | undefined;
  workspace: Workspace;
  isWanted: FileChoice;
}

async function diagnosticsOf(pass: AnalysisPass, languages: AnalysedPorts['languages']): Promise<FindingDraft[]> {
  const read = new Map(pass.files.map((file) => [file.path, file]));
  const named = namedFiles(pass, read);
  if (named && !pass.isOver()) {
    await Promise.all(named.slice(0, MAX_PREPARED).map(async (file) => languages.prepare?.(file, pass.signal)));
  }
  const entries = named ? named.flatMap((file) => languages.diagnostics(file)) : languages.diagnostics();
  const { path } = pass;
  const inScope = typeof path === 'string' && !named ? entries.filter((entry) => isBelow(entry, path)) : entries;
  const lines = new Map<string, string[]>();
  return diagnosticFindings(inScope, (path, line) => {
    const known = lines.get(path) ?? read.get(path)?.text.split(/\r?\n/) ?? [];
    lines.set(path, known);
    return known[line - 1];
  });
}

/** Files that the language services are asked to look at, where several are named: each may take seconds. */
const MAX_PREPARED = 12;

/** The files that were named, as far as they were read; undefined for a folder and for everything. */
function namedFiles(pass: AnalysisPass, read: ReadonlyMap<string, TextSnapshot>): TextSnapshot[] | undefined {
  if (typeof pass.path === 'object') return pass.files;
  if (pass.path === undefined) return undefined;
  const named = read.get(pass.path) ?? (read.size === 1 ? pass.files[0] : undefined);
  return named && [named];
}

/** What one call works on, until when, and what it could not do. */
class AnalysisPass {
  readonly files: TextSnapshot[] = [];
  readonly done: string[] = [];
  readonly skipped: string[] = [];
  readonly notes: string[] = [];
  readonly pacer: Pacer;
  private readonly deadline: number;
  private length = 0;

  constructor(
    private readonly clock: Clock,
    private readonly limits: AnalysisLimits,
    readonly signal: AbortSignal,
    readonly path: string | readonly string[] | undefined,
  ) {
    this.pacer = new Pacer(clock);
    this.deadline = clock.now() + limits.timeoutMs;
  }

  take(file: TextSnapshot): void {
    if (file.text.length > this.limits.maxFileLength) this.skipped.push(`${file.path} (too long)`);
    else if (looksGenerated(file.text)) this.skipped.push(`${file.path} (generated or minified)`);
    else if (this.length + file.text.length > this.limits.maxTotalLength)
      this.skipped.push(`${file.path} (too much in all)`);
    else {
      this.files.push(file);
      this.length += file.text.length;
    }
  }

  /** True once the call is cancelled or out of time. */
  isOver(): boolean {
    return this.signal.aborted || this.clock.now() > this.deadline;
  }

  closingNotes(): string[] {
    const notes: string[] = [];
    if (this.skipped.length > 0)
      notes.push(
        `Skipped: ${this.skipped.slice(0, 10).join(', ')}${this.skipped.length > 10 ? ` and ${this.skipped.length - 10} more` : ''}.`,
      );
    if (this.signal.aborted) notes.push('The analysis was cancelled before its end.');
    else if (this.clock.now() > this.deadline)
      notes.push(
        `The analysis stopped after ${this.limits.timeoutMs / 1000} s, with ${this.done.length} files done. Name a file or a folder to see the others.`,
      );
    return notes;
  }
}

function lintTargets(files: readonly TextSnapshot[]): LintTarget[] {
  return files.map(({ uri, path, text }) => ({ uri, path, text }));
}

function isBelow(location: FileLocation, folder: string): boolean {
  const prefix = folder.replace(/^\.\/|\/+$/g, '');
  return prefix === '' || prefix === '.' || location.path === prefix || location.path.startsWith(`${prefix}/`);
}
