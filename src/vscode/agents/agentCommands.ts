// `agentTeam.createAgent` and `agentTeam.showPrompt`.
import * as vscode from 'vscode';
import * as z from 'zod';
import { nameFaults } from '../../core/agents/agentFile';
import { ROLE_NAMES } from '../../core/agents/agentNames';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { AgentSpec } from '../../core/agents/agentSpec';
import { isFailure, UserError, type Failure } from '../../core/failure';
import type { SettingsSource } from '../../core/settings';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';
import { COMMANDS } from '../ids';
import { faultText } from './agentFaultTexts';
import type { AgentPlaces } from './agentPlaces';
import { agentFolder } from './agentFolder';
import { agentFileName, agentTemplate } from './agentTemplate';
import { readInstructions } from './instructions';
import { promptText } from './promptText';

export interface AgentCommandsOptions {
  registry: AgentRegistry;
  settings: SettingsSource;
  places: Pick<AgentPlaces, 'list' | 'userFolders'>;
  tools(): readonly { name: string; effect: string; source: string }[];
  /** The model that would answer for an agent, without asking or probing anybody. */
  modelOf(agent: string): Promise<{ endpoint: string; model: string } | Failure>;
  uriOf(spec: AgentSpec): Promise<vscode.Uri | undefined>;
}

const PROMPT_SCHEME = 'agent-team-prompt';
const createArguments = z.object({ name: z.string().trim().min(1).optional() });
const showArguments = z.object({ agent: z.string().trim().min(1).optional() });

export class AgentCommands implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly options: AgentCommandsOptions) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      options.registry.onDidChange(() => this.refresh()),
      vscode.workspace.registerTextDocumentContentProvider(PROMPT_SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.page(uri),
      }),
    );
  }

  /** Writes a template and opens it; a file that is there is only opened. */
  async create(args: unknown[]): Promise<vscode.Uri | undefined> {
    const { value, fromPerson } = parseArguments(createArguments, args, COMMANDS.createAgent);
    if (value.name === undefined) assertMayAsk(fromPerson, COMMANDS.createAgent, 'name');
    else {
      const fault = this.nameFault(value.name);
      if (fault !== undefined) throw new UserError('agent.invalid_name', fault);
    }
    const directory = await agentFolder(this.options.places, value.name === undefined);
    const name = directory && (value.name ?? (await this.askName()));
    if (!directory || name === undefined) return undefined;
    const uri = vscode.Uri.joinPath(directory, agentFileName(name));
    if (!(await exists(uri))) await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(agentTemplate(name)));
    await vscode.window.showTextDocument(uri);
    return uri;
  }

  /** Opens a read-only page that follows the agent's definition. */
  async showPrompt(args: unknown[]): Promise<void> {
    const { value, fromPerson } = parseArguments(showArguments, args, COMMANDS.showPrompt);
    if (value.agent === undefined) assertMayAsk(fromPerson, COMMANDS.showPrompt, 'agent');
    const spec = value.agent === undefined ? await this.pick() : this.find(value.agent);
    if (!spec) {
      if (value.agent === undefined) return;
      throw new UserError('agent.unknown', vscode.l10n.t('There is no agent "{0}".', value.agent));
    }
    const document = await vscode.workspace.openTextDocument(pageUri(spec));
    this.changed.fire(document.uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async askName(): Promise<string | undefined> {
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('New agent'),
      prompt: vscode.l10n.t('What is the agent called?'),
      placeHolder: vscode.l10n.t({ message: 'security', comment: ['name of an agent, in lower case'] }),
      validateInput: (text) => (text.trim() === '' ? undefined : this.nameFault(text)),
    });
    return name?.trim() === '' ? undefined : name?.trim();
  }

  private nameFault(name: string): string | undefined {
    const [fault] = nameFaults(name.trim(), { start: 0, end: 0 });
    if (fault) return faultText(fault);
    const taken = this.options.registry.list().find((spec) => agentFileName(spec.name) === agentFileName(name));
    if (!taken || taken.source === 'built-in') return undefined;
    return vscode.l10n.t('There is an agent "{0}" already.', taken.name);
  }

  private find(name: string): AgentSpec | undefined {
    const { registry } = this.options;
    const role = ROLE_NAMES.find((candidate) => candidate === name.toLowerCase());
    return registry.find(name) ?? (role && registry.role(role));
  }

  private async pick(): Promise<AgentSpec | undefined> {
    const { registry } = this.options;
    const specs = [...registry.list(), ...ROLE_NAMES.map((role) => registry.role(role))];
    const items = specs.map((spec) => ({ label: spec.name, description: spec.description, spec }));
    const placeHolder = vscode.l10n.t("Which agent's prompt do you want to see?");
    return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.spec;
  }

  private async page(uri: vscode.Uri): Promise<string> {
    const { options } = this;
    const spec = this.find(uri.query);
    if (!spec) return vscode.l10n.t('There is no agent "{0}" any more.', uri.query);
    const [model, instructions, file] = await Promise.all([
      options.modelOf(spec.name),
      readInstructions(),
      options.uriOf(spec),
    ]);
    return promptText({
      spec,
      registry: options.registry,
      settings: options.settings(),
      tools: new Map(options.tools().map((tool) => [tool.name, tool])),
      model: isFailure(model) ? model.message : `${model.model} (${model.endpoint})`,
      instructions,
      file,
    });
  }

  private refresh(): void {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === PROMPT_SCHEME) this.changed.fire(uri);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}

/** The name stands in the query, so that any name can be a page; the path is what a tab shows. */
function pageUri({ name }: AgentSpec): vscode.Uri {
  return vscode.Uri.from({
    scheme: PROMPT_SCHEME,
    path: `/${agentFileName(name).replace('.agent.md', '.md')}`,
    query: name,
  });
}
