// Shows what is wrong with agent files at its place: for saved files, and while one is being edited.
import * as vscode from 'vscode';
import type { AgentFault } from '../../core/agents/agentFault';
import { faultText } from './agentFaultTexts';
import type { AgentFiles } from './agentFiles';
import { isAgentFile, isTeamFile } from './agentPlaces';

/** Quiet time after a keystroke before an edited file is looked at again, in milliseconds. */
const QUIET_MS = 200;

const SEVERITIES: Readonly<Record<AgentFault['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

export class AgentDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('agentTeam.agents');
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly subscriptions: vscode.Disposable;
  private round = 0;

  constructor(private readonly files: AgentFiles) {
    this.subscriptions = vscode.Disposable.from(
      this.collection,
      files.onDidChange(() => void this.showAll()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (isAgentFile(document.uri) || isTeamFile(document.uri)) this.later(document);
      }),
    );
    void this.showAll();
  }

  dispose(): void {
    this.round += 1;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.subscriptions.dispose();
  }

  private async showAll(): Promise<void> {
    const round = (this.round += 1);
    const entries = await Promise.all(
      [...this.files.faults()].map(async ([id, faults]): Promise<[vscode.Uri, vscode.Diagnostic[]]> => {
        const uri = vscode.Uri.parse(id, true);
        const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === id);
        const edited = open?.isDirty === true ? this.files.faultsOf(uri, open.getText()) : undefined;
        const shown = edited ?? faults;
        const text = shown.length === 0 ? '' : (open?.getText() ?? (await readText(uri)));
        return [uri, shown.map((fault) => diagnostic(fault, text))];
      }),
    );
    if (round !== this.round) return;
    this.collection.clear();
    this.collection.set(entries);
  }

  private later(document: vscode.TextDocument): void {
    const id = document.uri.toString();
    clearTimeout(this.timers.get(id));
    const show = () => {
      this.timers.delete(id);
      const faults = document.isClosed ? undefined : this.files.faultsOf(document.uri, document.getText());
      if (faults)
        this.collection.set(
          document.uri,
          faults.map((fault) => diagnostic(fault, document.getText())),
        );
    };
    this.timers.set(id, setTimeout(show, QUIET_MS));
  }
}

function diagnostic(fault: AgentFault, text: string): vscode.Diagnostic {
  const range = new vscode.Range(positionAt(text, fault.span.start), positionAt(text, fault.span.end));
  const shown = new vscode.Diagnostic(range, faultText(fault), SEVERITIES[fault.severity]);
  shown.source = 'Agent Team';
  shown.code = fault.reason;
  return shown;
}

function positionAt(text: string, offset: number): vscode.Position {
  const before = text.slice(0, offset);
  const lines = before.split(/\r\n|\n|\r/);
  return new vscode.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
}

async function readText(uri: vscode.Uri): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return '';
  }
}
