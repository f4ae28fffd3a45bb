// `agentTeam.chooseTools`: which tools an agent may use, written into its file; a built-in agent gets a file that stands in for it.
import * as vscode from 'vscode';
import * as z from 'zod';
import { parseAgentFile } from '../../core/agents/agentFile';
import { standInFile, withTools } from '../../core/agents/agentFileEdit';
import type { ToolChoices } from '../../core/agents/agentFileTools';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { AgentSpec } from '../../core/agents/agentSpec';
import { isFailure, UserError } from '../../core/failure';
import { minimalReplacements } from '../changes/documentEdits';
import { documentInStep } from '../changes/shownText';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';
import { COMMANDS } from '../ids';
import { agentFolder } from './agentFolder';
import type { AgentPlaces } from './agentPlaces';
import { agentFileName } from './agentTemplate';
import { chosenEntries, toolPicks, type PickableTool, type ToolPick, type ToolPickOptions } from './toolPickItems';

export interface AgentToolsOptions {
  registry: Pick<AgentRegistry, 'list' | 'find'>;
  places: Pick<AgentPlaces, 'list' | 'userFolders'>;
  uriOf(spec: AgentSpec): Promise<vscode.Uri | undefined>;
  tools(): readonly PickableTool[];
  choices: ToolChoices;
  origin: ToolPickOptions['origin'];
}

const argumentsSchema = z.object({
  agent: z.string().trim().min(1).optional(),
  tools: z.array(z.string().trim().min(1)).optional(),
});

export class AgentToolsCommand {
  constructor(private readonly options: AgentToolsOptions) {}

  /** With `{ agent, tools }` nothing is asked. Gives the file that says it now; undefined when the person leaves. */
  async choose(args: unknown[]): Promise<vscode.Uri | undefined> {
    const { value, fromPerson } = parseArguments(argumentsSchema, args, COMMANDS.chooseTools);
    if (value.tools === undefined) assertMayAsk(fromPerson, COMMANDS.chooseTools, 'tools');
    const isSilent = value.tools !== undefined;
    const spec = await this.specOf(value.agent, args[0], !isSilent);
    if (!spec) return undefined;
    if (spec.source === 'api') {
      const message = vscode.l10n.t('{0} comes from another extension, which says what tools it has.', spec.name);
      throw new UserError('agent.not_editable', message);
    }
    const uri = await this.options.uriOf(spec);
    const before = (uri && entriesOf(await inStep(uri))) ?? spec.tools;
    const tools = value.tools ?? (await this.pick(spec, before));
    if (!tools) return undefined;
    return uri ? this.write(uri, tools) : this.create(spec, tools, !isSilent);
  }

  private async specOf(name: string | undefined, from: unknown, mayAsk: boolean): Promise<AgentSpec | undefined> {
    const { registry } = this.options;
    if (name !== undefined) {
      const found = registry.find(name);
      if (!found) throw new UserError('agent.unknown', vscode.l10n.t('There is no agent "{0}".', name));
      return found;
    }
    if (!mayAsk) throw new UserError('agent.unknown', vscode.l10n.t('Say which agent is to have the tools.'));
    const shown = from instanceof vscode.Uri ? from : undefined;
    for (const spec of shown ? registry.list() : []) {
      if ((await this.options.uriOf(spec))?.toString() === shown?.toString()) return spec;
    }
    const items = registry.list().map((spec) => ({ label: spec.name, description: spec.description, spec }));
    const placeHolder = vscode.l10n.t('Which agent’s tools do you want to choose?');
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.spec;
  }

  private async pick({ name }: AgentSpec, before: readonly string[]): Promise<string[] | undefined> {
    const { options } = this;
    const sections = toolPicks(before, {
      tools: options.tools(),
      choices: options.choices,
      origin: (tool) => options.origin(tool),
      words: toolPickWords(),
    });
    const items = sections.flatMap<vscode.QuickPickItem & Partial<ToolPick>>(({ title, picks }) => [
      { label: title, kind: vscode.QuickPickItemKind.Separator },
      ...picks,
    ]);
    const chosen = await vscode.window.showQuickPick(items, {
      canPickMany: true,
      title: vscode.l10n.t('Tools of {0}', name),
      placeHolder: vscode.l10n.t('VS Code asks before a tool of another extension or an MCP server runs'),
      matchOnDescription: true,
      matchOnDetail: true,
    });
    return (
      chosen &&
      chosenEntries(
        before,
        chosen.filter((item): item is ToolPick => item.entry !== undefined),
      )
    );
  }

  /** A file that was saved stays saved; one with unsaved text keeps it, and counts once it is saved. */
  private async write(uri: vscode.Uri, tools: readonly string[]): Promise<vscode.Uri> {
    const document = await inStep(uri);
    const text = document.getText();
    const edited = withTools(text, tools);
    if (isFailure(edited)) {
      await vscode.window.showTextDocument(document);
      const message = vscode.l10n.t(
        'The header of this file can’t be changed by a command. Repair it, or write the tools by hand.',
      );
      throw new UserError(edited.reason, message);
    }
    const wasDirty = document.isDirty;
    const edit = new vscode.WorkspaceEdit();
    for (const { start, end, text: part } of minimalReplacements(text, edited)) {
      edit.replace(uri, new vscode.Range(document.positionAt(start), document.positionAt(end)), part);
    }
    if (edit.size > 0 && !(await vscode.workspace.applyEdit(edit))) {
      throw new UserError('agent.not_editable', vscode.l10n.t('The editor refused the edit.'));
    }
    if (!wasDirty && !(await document.save())) throw notSaved(uri);
    await vscode.window.showTextDocument(document);
    return uri;
  }

  private async create(spec: AgentSpec, tools: readonly string[], mayAsk: boolean): Promise<vscode.Uri | undefined> {
    if (mayAsk && !(await agrees(spec.name))) return undefined;
    const folder = await agentFolder(this.options.places, mayAsk);
    if (!folder) return undefined;
    const uri = vscode.Uri.joinPath(folder, agentFileName(spec.name));
    const edit = new vscode.WorkspaceEdit();
    // Fails where there is a file already: one that could not be used, or it would be the agent's.
    edit.createFile(uri, { contents: new TextEncoder().encode(standInFile(spec, tools)) });
    if (!(await vscode.workspace.applyEdit(edit))) {
      throw new UserError(
        'agent.not_editable',
        vscode.l10n.t('There is a file {0} already. Repair it first.', uri.fsPath),
      );
    }
    await vscode.window.showTextDocument(uri);
    return uri;
  }
}

/** The document of an agent's file, which may just have been written by another program. */
async function inStep(uri: vscode.Uri): Promise<vscode.TextDocument> {
  const document = await documentInStep(uri);
  if (document) return document;
  const message = vscode.l10n.t(
    'The editor shows another text of {0} than the disk has. Close it or revert it.',
    uri.fsPath,
  );
  throw new UserError('file.out_of_step', message);
}

const notSaved = (uri: vscode.Uri) =>
  new UserError(
    'agent.not_saved',
    vscode.l10n.t('{0} has the tools, but could not be saved. Save it yourself.', uri.fsPath),
  );

function entriesOf(document: vscode.TextDocument): string[] | undefined {
  const { path } = document.uri;
  return parseAgentFile(document.getText(), path.slice(path.lastIndexOf('/') + 1)).file?.tools?.map(({ text }) => text);
}

async function agrees(name: string): Promise<boolean> {
  const make = vscode.l10n.t('Create file');
  const question = vscode.l10n.t('{0} is built in. Create a file that stands in for it?', name);
  const detail = vscode.l10n.t(
    'The file gets its prompt and the tools that you chose. {0} is as before when you delete it.',
    name,
  );
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, make)) === make;
}

function toolPickWords(): ToolPickOptions['words'] {
  const { l10n } = vscode;
  return {
    foreign: l10n.t('Other extensions and MCP servers'),
    groups: l10n.t('Groups of tools'),
    single: l10n.t('Single tools'),
    unknown: l10n.t('Named in the file'),
    mcpServer: l10n.t('MCP server'),
    effect: (effect) =>
      effect === 'read' ? l10n.t('reads') : effect === 'write' ? l10n.t('edits') : l10n.t('executes'),
    stands: (count) => l10n.t('{0} tools', count),
    notThere: l10n.t('not there now'),
  };
}
