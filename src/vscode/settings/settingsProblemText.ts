// What a person is told about a setting that can't be used.
import * as vscode from 'vscode';
import type { SettingsProblem } from './settingsSchema';

/** What is wrong and what is done instead, in one or two sentences. */
export function settingsProblemText({ problem, instead }: SettingsProblem): string {
  switch (instead.used) {
    case 'default':
      return `${problem} ${vscode.l10n.t('The default {0} is used until you correct or remove it in the settings.', instead.value)}`;
    case 'rest':
      return `${problem} ${vscode.l10n.t('This entry is left out until you correct or remove it in the settings.')}`;
    case 'window':
      return vscode.l10n.t(
        'It is empty, and agentTeam.events.backend is redis. Events stay in this window until you say where the server is.',
      );
  }
}
