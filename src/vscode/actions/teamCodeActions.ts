// The light bulb: problems and selections as requests to agents. Small and without state: the entry stub registers it.
import * as vscode from 'vscode';
import { COMMANDS } from '../ids';

const REFACTOR = vscode.CodeActionKind.Refactor.append('agentTeam');

export class TeamCodeActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, REFACTOR];

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const disabled = new Set(vscode.workspace.getConfiguration('agentTeam').get<string[]>('agents.disabled', []));
    const isOn = (agent: string) => !disabled.has(agent);
    const [problem] = context.diagnostics;
    return [...(problem ? fixes(document, problem, isOn) : []), ...(range.isEmpty ? [] : refactorings(isOn))];
  }
}

function fixes(document: vscode.TextDocument, problem: vscode.Diagnostic, isOn: (agent: string) => boolean) {
  const { start, end } = problem.range;
  const place = {
    uri: document.uri.toString(),
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
  };
  const about = (agent: string) => ({ ...place, agent, message: problem.message });
  const offered = [
    { agent: 'dev', title: vscode.l10n.t('Fix with dev'), command: COMMANDS.fixDiagnostics, argument: place },
    {
      agent: 'writer',
      title: vscode.l10n.t('Explain with writer'),
      command: COMMANDS.askAboutProblem,
      argument: about('writer'),
    },
    { agent: 'qa', title: vscode.l10n.t('Ask qa'), command: COMMANDS.askAboutProblem, argument: about('qa') },
  ];
  return offered
    .filter(({ agent }) => isOn(agent))
    .map(({ title, command, argument }) => {
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { title, command, arguments: [argument] };
      action.diagnostics = [problem];
      return action;
    });
}

function refactorings(isOn: (agent: string) => boolean): vscode.CodeAction[] {
  const offered = [
    { agent: 'writer', title: vscode.l10n.t('Document with writer'), command: COMMANDS.documentSelection },
    { agent: 'dev', title: vscode.l10n.t('Generate tests with dev'), command: COMMANDS.generateTests },
    { agent: 'qa', title: vscode.l10n.t('Review with qa'), command: COMMANDS.reviewSelection },
  ];
  return offered
    .filter(({ agent }) => isOn(agent))
    .map(({ title, command }) => {
      const action = new vscode.CodeAction(title, REFACTOR);
      action.command = { title, command };
      return action;
    });
}
