// The settings as VS Code holds them, validated. A workspace's values count only where it may set them and is trusted.
import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { TeamSettings } from '../../core/settings';
import {
  ADDING_SETTINGS,
  MACHINE_SETTINGS,
  parseSettings,
  type ParsedSettings,
  type SettingKey,
  type SettingsProblem,
} from './settingsSchema';

/** The part of `vscode.workspace` that settings come from. */
export type ConfigurationSource = Pick<
  typeof vscode.workspace,
  'getConfiguration' | 'isTrusted' | 'onDidChangeConfiguration' | 'onDidGrantWorkspaceTrust'
>;

export const SETTINGS_SECTION = 'agentTeam';

/** Reads and watches `agentTeam.*`. The same object is handed out until a value changes. */
export class VsCodeSettings implements Disposable {
  private parsed: ParsedSettings;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable;

  constructor(private readonly source: ConfigurationSource = vscode.workspace) {
    this.parsed = this.read();
    this.subscriptions = vscode.Disposable.from(
      source.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_SECTION)) this.reload();
      }),
      source.onDidGrantWorkspaceTrust(() => this.reload()),
      this.changed,
    );
  }

  /** The settings as they are now; bound, so that it can be handed on as a `SettingsSource`. */
  readonly current = (): TeamSettings => this.parsed.settings;

  /** What can't be used of the values as they are now. */
  problems(): readonly SettingsProblem[] {
    return this.parsed.problems;
  }

  /** Called after settings or their problems changed. */
  onDidChange(handler: () => void): vscode.Disposable {
    return this.changed.event(handler);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private reload(): void {
    const parsed = this.read();
    if (JSON.stringify(parsed) === JSON.stringify(this.parsed)) return;
    this.parsed = parsed;
    this.changed.fire();
  }

  private read(): ParsedSettings {
    const configuration = this.source.getConfiguration(SETTINGS_SECTION);
    const { isTrusted } = this.source;
    return parseSettings((key) => plain(valueOf(configuration, key, isTrusted)));
  }
}

function valueOf(configuration: vscode.WorkspaceConfiguration, key: SettingKey, isTrusted: boolean): unknown {
  const values = configuration.inspect<unknown>(key);
  if (MACHINE_SETTINGS.has(key) || !isTrusted) return values?.globalValue;
  if (!ADDING_SETTINGS.has(key)) return configuration.get<unknown>(key);
  const all = [values?.globalValue, values?.workspaceValue, values?.workspaceFolderValue];
  return all.filter((value) => value !== undefined && value !== null).flat();
}

/** VS Code hands out proxies that throw when they are touched the wrong way; settings are JSON, so a copy is exact. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}
