// The light bulb: problems and selections as requests to agents. Small and without state: the entry stub registers it.
import * as vscode from 'vscode';
import { AGENT_ALIASES, agentSlug } from '../../core/agents/agentNames';
import { COMMANDS } from '../ids';

const REFACTOR = vscode.CodeActionKind.Refactor.append('agentTeam');

interface Offer {
  agent: string;
  title: string;
  command: string;
  /** Restricted mode has no edits. */
  edits?: boolean;
  /** What the command gets; refactorings go by the selection. */
  about?: object;
}

export class TeamCodeActions implements vscode.CodeActionProvider {
  static readonly kinds = [vscode.CodeActionKind.QuickFix, REFACTOR];

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics: [problem] }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const disabled = disabledAgents();
    const { isTrusted } = vscode.workspace;
    return [...(problem ? fixes(document, problem) : []), ...(range.isEmpty ? [] : refactorings())]
      .filter(({ agent, edits }) => !disabled.has(agent) && (isTrusted || !edits))
      .map(({ title, command, about }) => {
        const action = new vscode.CodeAction(title, about ? vscode.CodeActionKind.QuickFix : REFACTOR);
        action.command = { title, command, ...(about && { arguments: [about] }) };
        if (about && problem) action.diagnostics = [problem];
        return action;
      });
  }
}

/** What every scope that counts says of `agents.disabled`, as the settings proper add it up. */
function disabledAgents(): Set<string> {
  const said = vscode.workspace.getConfiguration('agentTeam').inspect('agents.disabled');
  const names = [said?.globalValue, vscode.workspace.isTrusted && said?.workspaceValue].flat();
  return new Set(names.map((name) => agentSlug(String(name).trim())).map((slug) => AGENT_ALIASES[slug] ?? slug));
}

function fixes(document: vscode.TextDocument, { range: { start, end }, message }: vscode.Diagnostic): Offer[] {
  const place = {
    uri: document.uri.toString(),
    range: {
      start: { line: start.line, character: start.character },
      end: { line: end.line, character: end.character },
    },
  };
  const asks = (agent: string, title: string): Offer => ({
    agent,
    title,
    command: COMMANDS.askAboutProblem,
    about: { ...place, agent, message },
  });
  return [
    {
      agent: 'dev',
      title: vscode.l10n.t('Fix with dev'),
      command: COMMANDS.fixDiagnostics,
      edits: true,
      about: place,
    },
    asks('writer', vscode.l10n.t('Explain with writer')),
    asks('qa', vscode.l10n.t('Ask qa')),
  ];
}

function refactorings(): Offer[] {
  return [
    {
      agent: 'writer',
      title: vscode.l10n.t('Document with writer'),
      command: COMMANDS.documentSelection,
      edits: true,
    },
    {
      agent: 'dev',
      title: vscode.l10n.t('Generate tests with dev'),
      command: COMMANDS.generateTests,
      edits: true,
    },
    { agent: 'qa', title: vscode.l10n.t('Review with qa'), command: COMMANDS.reviewSelection },
  ];
}
