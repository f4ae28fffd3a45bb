// Sentences about an import: what was changed on the way, and what gave nothing.
import * as vscode from 'vscode';
import type { ImportFault, ImportNote } from '../../../core/agents/import/importItem';

/** What a person should know about something that was carried over. */
export function noteText({ reason, values }: ImportNote): string {
  const list = values.join(', ');
  const { l10n } = vscode;
  switch (reason) {
    case 'tools.left_out':
      return l10n.t('no such tools here: {0}', list);
    case 'tools.kept':
      return l10n.t('works once these tools are there: {0}', list);
    case 'mcp.left_out':
      return l10n.t('tools of MCP servers have to be chosen for the agent');
    case 'model.left_out':
      return l10n.t('the model {0} is left to your settings', list);
    case 'files.as_text':
      return l10n.t('that it may edit only {0} is told, not enforced', list);
    case 'scope.as_text':
      return l10n.t('that it is about {0} is told in words', list);
    case 'applied.by_hand':
      return l10n.t('was applied only when named; now it always counts');
    case 'variables.as_text':
      return l10n.t('is not filled in here: {0}', list);
    case 'instructions.cut':
      return l10n.t('AGENTS.md gets longer than the {0} characters that are read', list);
    case 'name.changed':
      return l10n.t('{0} is taken: called {1}', values[0] ?? '', values[1] ?? '');
  }
}

/** Why a file, or a mode in it, gives nothing. */
export function importFaultText({ reason, detail }: ImportFault): string {
  const { l10n } = vscode;
  switch (reason) {
    case 'file.too_long':
      return l10n.t('It is too long.');
    case 'file.empty':
      return l10n.t('There is no text in it.');
    case 'file.unknown':
      return l10n.t('It is no file that can be imported.');
    case 'file.unreadable':
      return l10n.t("It can't be read.");
    case 'syntax':
      return l10n.t("This can't be read: {0}", detail);
    case 'modes.none':
      return l10n.t('There is no mode in it.');
    case 'mode.invalid':
      return l10n.t('A mode in it has no name or no text: {0}', detail);
  }
}
