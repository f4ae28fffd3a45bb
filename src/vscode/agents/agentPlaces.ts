// Where agent files may be, and when something changes there. Light: the entry stub uses it to learn whether there is work.
import * as vscode from 'vscode';

/** `.agent.md` files are read from here, and what only we know of agents from the team files; earlier places win. */
export interface AgentPlace {
  directories: vscode.Uri[];
  teamFiles: vscode.Uri[];
  /** Set for a folder of the workspace, not for one of the user's. */
  folder?: vscode.WorkspaceFolder;
}

const AGENT_FILE = /\.agent\.md$/;
const TEAM_FILE = /(?:^|\/)agent-team\.json$/;
const FOLDERS_SETTING = 'agentTeam.agents.folders';
/** Folders of the user's that are read. */
const MAX_USER_FOLDERS = 20;

export const isAgentFile = (uri: vscode.Uri) => AGENT_FILE.test(uri.path);
export const isTeamFile = (uri: vscode.Uri) => TEAM_FILE.test(uri.path);

export class AgentPlaces implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;
  private watchers = vscode.Disposable.from();

  /** Called when an agent file was saved, made, deleted, renamed or opened, and when other places count. */
  readonly onDidChange = this.changed.event;

  /** `home` is where `~` in the user's folders leads. */
  constructor(private readonly home: string | undefined) {
    const { workspace } = vscode;
    const fireFor = (uris: readonly vscode.Uri[]) => {
      if (uris.some((uri) => isAgentFile(uri) || isTeamFile(uri))) this.changed.fire();
    };
    this.subscriptions = vscode.Disposable.from(
      this.changed,
      workspace.onDidSaveTextDocument((document) => fireFor([document.uri])),
      workspace.onDidOpenTextDocument((document) => fireFor([document.uri])),
      workspace.onDidCreateFiles(({ files }) => fireFor(files)),
      workspace.onDidDeleteFiles(() => this.changed.fire()),
      workspace.onDidRenameFiles(() => this.changed.fire()),
      workspace.onDidChangeWorkspaceFolders(() => this.move()),
      workspace.onDidGrantWorkspaceTrust(() => this.move()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(FOLDERS_SETTING)) this.move();
      }),
    );
    this.watch();
  }

  /** The workspace's folders while it is trusted, in their order, then the user's. */
  list(): AgentPlace[] {
    const { workspace } = vscode;
    const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
    return [
      ...folders.map((folder) => ({
        directories: [vscode.Uri.joinPath(folder.uri, '.github', 'agents')],
        teamFiles: [vscode.Uri.joinPath(folder.uri, '.github', 'agent-team.json')],
        folder,
      })),
      ...this.userFolders().map((uri) => ({
        directories: [uri, vscode.Uri.joinPath(uri, '.github', 'agents')],
        teamFiles: [
          vscode.Uri.joinPath(uri, 'agent-team.json'),
          vscode.Uri.joinPath(uri, '.github', 'agent-team.json'),
        ],
      })),
    ];
  }

  /** The folders of `agentTeam.agents.folders`; only what the user's own settings say counts. */
  userFolders(): vscode.Uri[] {
    const value = vscode.workspace.getConfiguration().inspect<unknown>(FOLDERS_SETTING)?.globalValue;
    const folders = Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
    return folders.slice(0, MAX_USER_FOLDERS).flatMap((folder) => folderUri(folder, this.home) ?? []);
  }

  /** True when there is an agent file to read or one that is being edited. */
  async hasFiles(): Promise<boolean> {
    if (vscode.workspace.textDocuments.some(({ uri }) => isAgentFile(uri) || isTeamFile(uri))) return true;
    const checks = this.list().flatMap(({ directories, teamFiles }) => [
      ...directories.map(holdsAgentFile),
      ...teamFiles.map(exists),
    ]);
    return (await Promise.all(checks)).includes(true);
  }

  dispose(): void {
    this.watchers.dispose();
    this.subscriptions.dispose();
  }

  private move(): void {
    this.watch();
    this.changed.fire();
  }

  /** `.github` need not exist yet; when it goes as a whole, only its own going is told. */
  private watch(): void {
    this.watchers.dispose();
    const watchers = this.list().flatMap(({ directories, folder }) => {
      const base = folder ?? directories[0];
      const below = ['.github', '.github/agents', '.github/agents/*.agent.md', '.github/agent-team.json'];
      const paths = folder ? below : [...below, '*.agent.md', 'agent-team.json'];
      if (!base) return [];
      return vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(base, `{${paths.join(',')}}`));
    });
    const fire = () => this.changed.fire();
    this.watchers = vscode.Disposable.from(
      ...watchers.flatMap((watcher) => [
        watcher,
        watcher.onDidCreate(fire),
        watcher.onDidChange(fire),
        watcher.onDidDelete(fire),
      ]),
    );
  }
}

/** An absolute path, or one that begins with `~/`; anything else names no folder. */
function folderUri(folder: string, home: string | undefined): vscode.Uri | undefined {
  const path = folder.trim();
  const isHome = path === '~' || /^~[\\/]/.test(path);
  if (isHome) return home === undefined ? undefined : vscode.Uri.joinPath(vscode.Uri.file(home), path.slice(1));
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path) ? vscode.Uri.file(path) : undefined;
}

async function holdsAgentFile(directory: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.readDirectory(directory)).some(([name]) => AGENT_FILE.test(name));
  } catch {
    return false;
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
