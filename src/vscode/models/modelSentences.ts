// What a person reads about the model that answers: its name, and why that one.
import * as vscode from 'vscode';
import type { ModelId } from '../../core/model/chatModel';
import { failureText } from '../failureText';
import type { ChoiceReason, ModelDescription } from '../../core/model/modelChoice';

/** The model's name for people; the offline rules are not a model and are not called one. */
export function labelOfModel(description: ModelDescription | undefined): string {
  if (!description) return vscode.l10n.t('Looking for a model');
  if (description.kind === 'failed') return vscode.l10n.t('No model');
  return description.isLanguageModel ? description.id.model || description.id.endpoint : vscode.l10n.t('Offline');
}

/** Full sentences: what answers, and who or what chose it. */
export function whyThisModel(description: ModelDescription | undefined): string {
  if (!description) return vscode.l10n.t('It is not known yet which model answers.');
  if (description.kind === 'failed') return failureText(description.failure);
  if (!description.isLanguageModel) return whyOffline(description.reason);
  const { model, endpoint } = description.id;
  const what = vscode.l10n.t('{0} at {1} answers.', model, nameOfEndpoint(endpoint));
  return `${what} ${whoChose(description.reason, endpoint)}`;
}

/** The endpoint's name for people. */
export function nameOfEndpoint(endpoint: ModelId['endpoint']): string {
  const names: Record<string, string> = {
    openai: 'OpenAI',
    vscode: 'VS Code',
    offline: vscode.l10n.t('Offline'),
    redis: 'Redis',
  };
  return Object.hasOwn(names, endpoint) ? (names[endpoint] ?? endpoint) : endpoint;
}

function whyOffline({ endpoint, model }: ChoiceReason): string {
  const isChosen = endpoint.kind !== 'automatic' || model.kind === 'models-setting';
  const why = isChosen
    ? vscode.l10n.t('You chose to work without a language model.')
    : vscode.l10n.t('No language model is ready.');
  return `${why} ${vscode.l10n.t('Rules and real tools answer; nothing leaves this machine.')}`;
}

function whoChose({ endpoint, model }: ChoiceReason, chosen: ModelId['endpoint']): string {
  const decisive = model.kind === 'models-setting' || model.kind === 'agent-definition' ? model : endpoint;
  switch (decisive.kind) {
    case 'models-setting':
      return vscode.l10n.t('It is set in {0} for {1}.', 'agentTeam.models', decisive.key);
    case 'agent-definition':
      return vscode.l10n.t("The agent's own file names it.");
    case 'provider-setting':
      return vscode.l10n.t('It is set in {0}.', 'agentTeam.provider');
    case 'automatic':
      return whyAutomatic(chosen);
  }
}

function whyAutomatic(endpoint: ModelId['endpoint']): string {
  switch (endpoint) {
    case 'openai':
      return vscode.l10n.t('It was chosen automatically: its key or its address is set.');
    case 'vscode':
      return vscode.l10n.t('It was chosen automatically: VS Code offers it.');
    default:
      return vscode.l10n.t('It was chosen automatically: its server runs on this machine, and you agreed to it.');
  }
}
