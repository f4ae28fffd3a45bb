// The actions on code: document, test, fix. Each becomes a request to the right agent, shows its run, and ends with something to see.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { ContextItem, RunHandle, RunResult } from '../../api';
import { UserError } from '../../core/failure';
import { isNotebookPath } from '../../core/workspace/notebookFile';
import { selectionContext } from '../edge/selectionContext';
import { placeOfUri, selectedCells, type DocumentPlace } from '../editorTools/notebookPlaces';
import { documentRequest, fixRequest, testsRequest, type Problem, type TestFacts } from './actionRequests';
import type { FixWatcher } from './fixWatcher';

export interface EditorActionsOptions {
  /** `title` is what people read instead of the request. */
  ask(request: string, options: { agent?: string; context: ContextItem[]; title?: string }): RunHandle;
  showRun(runId: string): Promise<void>;
  isEnabled(agent: string): boolean;
  /** What is known of the tests around a file. */
  testFacts(uri: vscode.Uri): Promise<TestFacts>;
  fixes: FixWatcher;
}

const place = z.object({
  uri: z.string(),
  range: z.object({
    start: z.object({ line: z.number(), character: z.number() }),
    end: z.object({ line: z.number(), character: z.number() }),
  }),
});
const problemArguments = place.extend({ agent: z.enum(['writer', 'qa']), message: z.string().min(1) });

export class EditorActions {
  private readonly running = new Map<string, Promise<RunResult>>();

  constructor(private readonly options: EditorActionsOptions) {}

  /** `agentTeam.documentSelection` */
  documentSelection(): Promise<RunResult> {
    const { languageId, uri } = activeDocument();
    const context = selectionContext({ orWholeFile: true });
    // writer may change comments only, which can't be told from code where cells of several languages stand together.
    const agent = isNotebookPath(placeOfUri(uri).uri.path) ? 'dev' : 'writer';
    const title = vscode.l10n.t('Document {0}', subjectOf(uri, context));
    return this.start({ request: documentRequest(languageId), title, agent, context });
  }

  /** `agentTeam.generateTests` */
  async generateTests(): Promise<RunResult> {
    const document = activeDocument();
    const context = selectionContext({ orWholeFile: true });
    const facts = await this.options.testFacts(placeOfUri(document.uri).uri);
    const title = vscode.l10n.t('Write tests for {0}', subjectOf(document.uri, context));
    return this.start({ request: testsRequest(facts), title, agent: 'dev', context });
  }

  /** `agentTeam.fixDiagnostics`: those at the place that a code action passes, under the cursor, or of the whole file. */
  async fixDiagnostics(args: unknown[]): Promise<RunResult | undefined> {
    const given = place.safeParse(args[0]);
    const uri = given.success ? vscode.Uri.parse(given.data.uri, true) : activeDocument().uri;
    const range = given.success ? rangeOf(given.data.range) : cursorOf(uri);
    const wanted = problemsAt(uri, range, given.success);
    if (wanted.length === 0) {
      const message = given.success
        ? vscode.l10n.t('The problem in {0} is gone already.', nameOf(uri))
        : vscode.l10n.t('There are no errors or warnings in {0}.', nameOf(uri));
      void vscode.window.showInformationMessage(message);
      return undefined;
    }
    const shown = wanted.slice(0, MAX_PROBLEMS);
    const file = placeOfUri(uri);
    const context = shown.map(({ range: at }) => around(file, at));
    const path = vscode.workspace.asRelativePath(file.uri, undefined);
    const request = fixRequest(
      path,
      shown.map((diagnostic) => problemOf(diagnostic, file)),
    );
    const title =
      shown.length === 1
        ? vscode.l10n.t('Fix the problem in {0}', context[0]?.label ?? path)
        : vscode.l10n.t('Fix {0} problems in {1}', shown.length, nameOf(file.uri));
    const result = await this.start({ request, title, agent: 'dev', context });
    this.options.fixes.watch(result, uri, shown);
    return result;
  }

  /** A question about one problem, from the light bulb. */
  async askAboutProblem(args: unknown[]): Promise<RunResult> {
    const parsed = problemArguments.safeParse(args[0]);
    if (!parsed.success) {
      throw new UserError('command.bad_arguments', vscode.l10n.t('This works from the light bulb on a problem.'));
    }
    const { agent, message, uri, range } = parsed.data;
    const request =
      agent === 'writer'
        ? vscode.l10n.t('Explain this problem and what to do about it: {0}', message)
        : vscode.l10n.t('Is this a real problem? What could go wrong, and how sure is that? {0}', message);
    const context = [around(placeOfUri(vscode.Uri.parse(uri, true)), rangeOf(range))];
    return this.start({ request, agent, context });
  }

  /** The same on the same code while it runs is one run: menus of VS Code act twice on some clicks, and so do people. */
  private start(action: Action): Promise<RunResult> {
    const key = JSON.stringify([action.request, action.agent, action.context]);
    const running = this.running.get(key) ?? this.run(action).finally(() => this.running.delete(key));
    this.running.set(key, running);
    return running;
  }

  /** Where the agent for it is switched off, the router decides. */
  private async run({ request, title, agent, context }: Action): Promise<RunResult> {
    const handle = this.options.ask(request, {
      context,
      ...(title !== undefined && { title }),
      ...(this.options.isEnabled(agent) && { agent }),
    });
    await this.options.showRun(handle.runId);
    return handle.result;
  }
}

interface Action {
  request: string;
  /** Absent where the request reads well by itself. */
  title?: string;
  agent: string;
  context: ContextItem[];
}

/** What an action is about: the one place that was selected, else the file. */
function subjectOf(uri: vscode.Uri, context: readonly ContextItem[]): string {
  const [only] = context;
  return (context.length === 1 ? only?.label : undefined) ?? nameOf(placeOfUri(uri).uri);
}

const MAX_PROBLEMS = 20;
/** Lines around a problem that the agent gets with it. */
const AROUND = 5;

/** The document that is edited, or the first of the cells that are selected in a notebook. */
function activeDocument(): vscode.TextDocument {
  const document = vscode.window.activeTextEditor?.document ?? selectedCells()[0];
  if (document) return document;
  const message = vscode.l10n.t('There is no open editor to work on. Open a file, select some code and try again.');
  throw new UserError('command.no_editor', message);
}

/** At a place that the light bulb names, what is wrong there, hints included; else errors and warnings at the cursor, or all of them. */
function problemsAt(uri: vscode.Uri, range: vscode.Range | undefined, isNamed: boolean): vscode.Diagnostic[] {
  const worst = isNamed ? vscode.DiagnosticSeverity.Hint : vscode.DiagnosticSeverity.Warning;
  const all = vscode.languages.getDiagnostics(uri).filter(({ severity }) => severity <= worst);
  const here = all.filter((diagnostic) => range?.intersection(diagnostic.range) !== undefined);
  return isNamed || here.length > 0 ? here : all;
}

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const;

function cursorOf(uri: vscode.Uri): vscode.Range | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.uri.toString() === uri.toString() ? editor.selection : undefined;
}

function rangeOf({ start, end }: z.infer<typeof place>['range']): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The lines around a problem, as agents cite them. */
function around({ uri, firstLine }: DocumentPlace, { start, end }: vscode.Range): ContextItem {
  return {
    uri: uri.toString(),
    range: {
      start: { line: Math.max(0, start.line + firstLine - AROUND), character: 0 },
      end: { line: end.line + firstLine + AROUND + 1, character: 0 },
    },
    label: `${nameOf(uri)}:${start.line + firstLine + 1}`,
  };
}

function problemOf({ range, severity, message, source }: vscode.Diagnostic, { firstLine }: DocumentPlace): Problem {
  return {
    line: range.start.line + firstLine + 1,
    severity: SEVERITIES[severity],
    message,
    ...(source !== undefined && { source }),
  };
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split('/').at(-1) ?? uri.path;
}
