// Sentences for what can be wrong with agent files.
import * as vscode from 'vscode';
import type { AgentFault } from '../../core/agents/agentFault';

/** What is wrong, and what to do about it. */
export function faultText({ reason, params }: AgentFault): string {
  const { key = '', name = '', other = '', detail = '' } = params;
  switch (reason) {
    case 'file.too_long':
      return vscode.l10n.t('This file is too long for the definition of an agent.');
    case 'front_matter.unclosed':
      return vscode.l10n.t('The header has no end: write a line with three dashes below it.');
    case 'front_matter.not_a_map':
      return vscode.l10n.t('The header holds no keys: write lines such as "description: …".');
    case 'syntax':
      return vscode.l10n.t("This can't be read: {0}", detail);
    case 'value.not_text':
      return vscode.l10n.t('"{0}" must be a text.', key);
    case 'value.not_text_list':
      return vscode.l10n.t('"{0}" must be a list of names, such as [read, search].', key);
    case 'value.not_boolean':
      return vscode.l10n.t('"{0}" must be true or false.', key);
    case 'value.missing':
      return vscode.l10n.t('"{0}" is missing.', key);
    case 'value.invalid':
      return vscode.l10n.t("{0} can't be used: {1}.", key, detail);
    case 'key.unknown':
      return vscode.l10n.t('Agent Team knows no key "{0}" here.', key);
    case 'name.invalid':
      return vscode.l10n.t('"{0}" can\'t be the name of an agent: it needs a letter or a digit.', name);
    case 'name.reserved':
      return vscode.l10n.t('"{0}" is a role of the team: choose another name.', name);
    case 'name.too_long':
      return vscode.l10n.t('"{0}" is too long for the name of an agent: take 50 characters at most.', name);
    case 'name.taken':
      return vscode.l10n.t(
        'There is an agent "{1}" already, and "{0}" has the same name in tools: choose another one.',
        name,
        other,
      );
    case 'description.missing':
      return vscode.l10n.t('Write a description: the router chooses agents by it.');
    case 'prompt.empty':
      return vscode.l10n.t('The agent has no prompt: write below the header what it is to do.');
    case 'handoff.not_an_object':
      return vscode.l10n.t(
        'A handoff is an object with "label" and "agent", and "prompt" and "send" where you want them.',
      );
    case 'agent.unknown':
      return vscode.l10n.t('There is no agent "{0}".', name);
    case 'agent.defined_twice':
      return vscode.l10n.t('"{0}" stands in an earlier place already: this entry does not count.', name);
    case 'tool.unknown':
      return vscode.l10n.t('There is no tool or group "{0}" now. The agent goes without it until there is.', name);
    case 'tool.not_offered':
      return vscode.l10n.t('"{0}" is a tool of VS Code\'s own chat; agents of Agent Team go without it.', name);
  }
}
