// The switches below the chat's input: what happens with edits and with commands. They are settings of the machine, so the person's own.
import * as vscode from 'vscode';
import type { Disposable } from '../../core/disposable';
import type { SettingsSource } from '../../core/settings';

const EDITS = 'edits.mode';
const COMMANDS = 'commands.mode';

/** One switch with what it can be set to. */
export interface PolicyMode {
  id: string;
  /** For people, e.g. `Edits`. */
  label: string;
  value: string;
  options: { value: string; label: string; description: string }[];
}

export interface PolicyModesOptions {
  settings: SettingsSource;
  onDidChange: (handler: () => void) => Disposable;
  /** False in restricted mode, where both are off whatever is set. */
  isTrusted: () => boolean;
  /** Writes a setting of `agentTeam` for this machine. */
  update: (key: string, value: string) => Thenable<void>;
}

export class PolicyModes {
  constructor(private readonly options: PolicyModesOptions) {}

  list(): PolicyMode[] {
    const { edits, commands } = this.options.settings();
    if (!this.options.isTrusted()) return [];
    return [
      {
        id: EDITS,
        label: vscode.l10n.t('Edits'),
        value: edits.mode,
        options: [
          {
            value: 'review',
            label: vscode.l10n.t('Review edits'),
            description: vscode.l10n.t('Edits wait until you accept them'),
          },
          {
            value: 'auto',
            label: vscode.l10n.t('Apply edits'),
            description: vscode.l10n.t('Edits are applied at once and can be taken back'),
          },
          { value: 'deny', label: vscode.l10n.t('No edits'), description: vscode.l10n.t('No agent may edit') },
        ],
      },
      {
        id: COMMANDS,
        label: vscode.l10n.t('Commands'),
        value: commands.mode,
        options: [
          {
            value: 'ask',
            label: vscode.l10n.t('Ask for commands'),
            description: vscode.l10n.t('All but the allowed ones ask'),
          },
          {
            value: 'auto',
            label: vscode.l10n.t('Ask for changes'),
            description: vscode.l10n.t('Commands that only read do not ask'),
          },
          {
            value: 'deny',
            label: vscode.l10n.t('No commands'),
            description: vscode.l10n.t('No agent may run commands'),
          },
        ],
      },
    ];
  }

  /** Does nothing for a mode or value that there is not. */
  async set(id: string, value: string): Promise<void> {
    const mode = this.list().find((candidate) => candidate.id === id);
    if (!mode?.options.some((option) => option.value === value) || mode.value === value) return;
    await this.options.update(id, value);
  }

  onDidChange(handler: () => void): Disposable {
    return this.options.onDidChange(handler);
  }
}
