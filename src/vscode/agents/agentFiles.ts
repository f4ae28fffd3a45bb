// Keeps the registry in step with the agent files: reads them when they change, registers what they define, tells what is wrong.
import * as vscode from 'vscode';
import type { AgentFault } from '../../core/agents/agentFault';
import { parseAgentFile } from '../../core/agents/agentFile';
import { resolveAgentFiles, type AgentFileSource, type TeamFileSource } from '../../core/agents/agentFileSet';
import type { ToolChoices } from '../../core/agents/agentFileTools';
import type { AgentRegistry } from '../../core/agents/agentRegistry';
import type { AgentSpec } from '../../core/agents/agentSpec';
import { parseAgentTeamFile } from '../../core/agents/agentTeamFile';
import type { Disposable } from '../../core/disposable';
import { messageOf, UserError } from '../../core/failure';
import { readAgentFiles, type FoundFile } from './agentFileReader';
import type { AgentPlaces } from './agentPlaces';

export interface AgentFilesOptions {
  places: Pick<AgentPlaces, 'list' | 'onDidChange'>;
  registry: AgentRegistry;
  /** The tools that files may name. */
  tools: ToolChoices;
  /** Called after tools came or went. */
  onDidChangeTools(handler: () => void): Disposable;
  onProblem(message: string): void;
}

interface Registered {
  id: string;
  spec: AgentSpec;
  registration: { dispose(): void };
}

/** One file that is read now, with its text so that an unchanged one is not parsed again. */
type ReadAgentFile = AgentFileSource & { text: string };
type ReadTeamFile = TeamFileSource & { text: string };

export class AgentFiles implements vscode.Disposable {
  private files: ReadAgentFile[] = [];
  private teamFiles: ReadTeamFile[] = [];
  private registered: Registered[] = [];
  /** What the team files said last, as JSON. */
  private extras = '[]';
  private faultsById: ReadonlyMap<string, readonly AgentFault[]> = new Map();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  private reading: Promise<void> = Promise.resolve();
  private isStale = false;
  private isRegistering = false;
  private isDisposed = false;

  /** Called after files were read or what they mean has changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly options: AgentFilesOptions) {
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      options.places.onDidChange(() => void this.reload()),
      options.onDidChangeTools(() => this.resolve()),
      options.registry.onDidChange(() => {
        if (!this.isRegistering) this.resolve();
      }),
      vscode.extensions.onDidChange(() => this.resolve()),
    );
    void this.reload();
  }

  /** Resolves when everything that was saved by now counts. */
  ready(): Promise<void> {
    return this.reading;
  }

  /** What is wrong with each file, by its URI; good ones have an empty list. */
  faults(): ReadonlyMap<string, readonly AgentFault[]> {
    return this.faultsById;
  }

  /** What would be wrong if the file had this text. */
  faultsOf(uri: vscode.Uri, text: string): readonly AgentFault[] | undefined {
    const id = uri.toString();
    if (!this.faultsById.has(id)) return undefined;
    const files = this.files.map((file) => (file.id === id ? { ...file, ...parsedFrom(uri, text) } : file));
    const teams = this.teamFiles.map((file) => (file.id === id ? { id, parsed: parseAgentTeamFile(text) } : file));
    return resolveAgentFiles(files, teams, this.surroundings()).faults.get(id);
  }

  /** The file that defines this agent, if one does. */
  uriOf(spec: AgentSpec): vscode.Uri | undefined {
    const found = this.registered.find((entry) => entry.spec.name === spec.name && spec.source === 'file');
    return found && vscode.Uri.parse(found.id, true);
  }

  dispose(): void {
    this.isDisposed = true;
    this.subscriptions.dispose();
    const { registry } = this.options;
    registry.update(() => {
      for (const { registration } of this.registered) registration.dispose();
      registry.setExtras(new Map());
    });
    this.registered = [];
  }

  /** Changes that come while files are being read are read once more, together. */
  private reload(): Promise<void> {
    if (this.isStale) return this.reading;
    this.isStale = true;
    this.reading = this.reading.then(async () => {
      this.isStale = false;
      try {
        await this.read();
      } catch (error) {
        this.options.onProblem(`The agent files could not be read: ${messageOf(error)}`);
      }
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    const found = await readAgentFiles(this.options.places.list(), (error, uri) =>
      this.options.onProblem(`${uri.toString(true)} could not be read: ${messageOf(error)}`),
    );
    if (this.isDisposed) return;
    this.files = found.agents.map((file) => this.parsed(file));
    this.teamFiles = found.teams.map(({ uri, text }) => {
      const id = uri.toString();
      const before = this.teamFiles.find((file) => file.id === id && file.text === text);
      return before ?? { id, text, parsed: parseAgentTeamFile(text) };
    });
    this.resolve();
  }

  /** A file that can't be used any more keeps defining what it defined last: it must not bring back what it stood for. */
  private parsed({ uri, text }: FoundFile): ReadAgentFile {
    const id = uri.toString();
    const before = this.files.find((file) => file.id === id);
    if (before?.text === text) return before;
    const { parsed } = parsedFrom(uri, text);
    const lastGood = parsed.file ?? before?.lastGood;
    return { id, text, parsed, ...(lastGood && { lastGood }) };
  }

  private resolve(): void {
    if (this.isDisposed) return;
    const { agents, extras, faults } = resolveAgentFiles(this.files, this.teamFiles, this.surroundings());
    this.faultsById = faults;
    this.isRegistering = true;
    try {
      this.options.registry.update(() => {
        this.register(agents);
        const said = JSON.stringify([...extras]);
        if (said !== this.extras) this.options.registry.setExtras(extras);
        this.extras = said;
      });
    } finally {
      this.isRegistering = false;
    }
    this.changed.fire();
  }

  private register(wanted: readonly { id: string; spec: AgentSpec }[]): void {
    const isWanted = ({ id, spec }: Registered) =>
      wanted.some((entry) => entry.id === id && JSON.stringify(entry.spec) === JSON.stringify(spec));
    const kept = this.registered.filter(isWanted);
    for (const entry of this.registered) if (!kept.includes(entry)) entry.registration.dispose();
    this.registered = kept;
    for (const { id, spec } of wanted) {
      if (kept.some((entry) => entry.id === id)) continue;
      try {
        this.registered.push({ id, spec, registration: this.options.registry.register(spec) });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        this.options.onProblem(error.message);
      }
    }
  }

  private surroundings() {
    const own = new Set(this.registered.map(({ spec }) => spec));
    const { registry, tools } = this.options;
    return { otherAgent: (name: string) => registry.findWithout(name, own), tools };
  }
}

function parsedFrom(uri: vscode.Uri, text: string): Pick<AgentFileSource, 'parsed'> {
  return { parsed: parseAgentFile(text, uri.path.slice(uri.path.lastIndexOf('/') + 1)) };
}
