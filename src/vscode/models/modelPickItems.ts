// The rows of the model picker: one group per endpoint with what it offers, or with what is wrong and what to do.
import * as vscode from 'vscode';
import { isFailure, type Failure } from '../../core/failure';
import type { ModelId, ModelListing } from '../../core/model/chatModel';
import type { ModelDescription } from '../../core/model/modelChoice';
import type { EndpointInfo } from '../../core/model/modelDirectory';
import type { TeamSettings } from '../../core/settings';
import { failureText } from '../failureText';
import { nameOfEndpoint, whyThisModel } from './modelSentences';

/** What a row does when it is picked. */
export type ModelPick =
  | { kind: 'auto' }
  | { kind: 'offline' }
  | { kind: 'model'; id: ModelId; agreesTo?: string }
  | { kind: 'set-key'; endpoint: string }
  | { kind: 'try-again' };

export interface ModelPickItem extends vscode.QuickPickItem {
  pick?: ModelPick;
}

/** One endpoint and what it has answered so far. */
export interface ListedEndpoint {
  info: EndpointInfo;
  /** Absent while the endpoint has not answered. */
  listing?: ModelListing[] | Failure;
}

export interface PickerState {
  endpoints: readonly ListedEndpoint[];
  settings: TeamSettings;
  current: ModelDescription | undefined;
}

/** All rows in the order in which they are shown. The model in use bears a check mark. */
export function modelPickItems({ endpoints, settings, current }: PickerState): ModelPickItem[] {
  const isAutomatic = settings.provider === 'auto' && !Object.hasOwn(settings.models, 'default');
  const groups = endpoints.filter(({ info }) => info.provider !== 'offline').map((listed) => groupOf(listed, current));
  return [
    {
      label: vscode.l10n.t('Automatic'),
      detail: isAutomatic && current ? whyThisModel(current) : vscode.l10n.t('Takes the first that is ready.'),
      pick: { kind: 'auto' },
      ...marked(isAutomatic),
    },
    ...groups.flat(),
    separator(vscode.l10n.t('Without a language model')),
    {
      label: vscode.l10n.t('Offline'),
      detail: vscode.l10n.t('Rules route and real tools answer; nothing leaves this machine.'),
      pick: { kind: 'offline' },
      ...marked(current?.kind === 'selected' && !current.isLanguageModel && !isAutomatic),
    },
  ];
}

function groupOf({ info, listing }: ListedEndpoint, current: ModelDescription | undefined): ModelPickItem[] {
  // A local server that does not run and was never used is no news.
  if (info.isLocalServer && (listing === undefined || (isFailure(listing) && !info.agreed))) return [];
  const title = info.isLocalServer ? info.label : nameOfEndpoint(info.name);
  const head = separator(info.baseUrl === undefined ? title : `${title} · ${hostOf(info.baseUrl)}`);
  if (listing === undefined) return [head, { label: vscode.l10n.t('$(loading~spin) Asking {0}', title) }];
  if (isFailure(listing)) return [head, failureItem(info, listing)];
  if (listing.length === 0)
    return [head, { label: vscode.l10n.t('{0} lists no models', title), pick: { kind: 'try-again' } }];
  return [head, ...listing.map((model) => modelItem(info, model, current))];
}

function modelItem(info: EndpointInfo, listing: ModelListing, current: ModelDescription | undefined): ModelPickItem {
  const { id, label, detail, contextTokens } = listing;
  const isCurrent =
    current?.kind === 'selected' && current.id.endpoint === id.endpoint && current.id.model === id.model;
  const size =
    contextTokens === undefined
      ? undefined
      : vscode.l10n.t('{0} tokens', contextTokens.toLocaleString(vscode.env.language));
  const agreesTo = info.provider === 'vscode' ? 'vscode' : info.isLocalServer ? info.name : undefined;
  const description = [detail, size].filter((text) => text !== undefined && text !== '').join(' · ');
  return {
    label,
    ...(description !== '' && { description }),
    ...(!info.agreed && {
      detail: vscode.l10n.t('Picking it lets Agent Team use {0} on this machine.', info.label),
    }),
    pick: { kind: 'model', id, ...(agreesTo !== undefined && { agreesTo }) },
    ...marked(isCurrent),
  };
}

function failureItem(info: EndpointInfo, failure: Failure): ModelPickItem {
  const needsKey = failure.reason === 'model.unauthorized' && info.provider === 'openai';
  return needsKey
    ? {
        label: vscode.l10n.t('Set an API key for {0}', nameOfEndpoint(info.name)),
        iconPath: new vscode.ThemeIcon('key'),
        detail: failureText(failure),
        pick: { kind: 'set-key', endpoint: info.name },
      }
    : {
        label: vscode.l10n.t('Try again'),
        iconPath: new vscode.ThemeIcon('refresh'),
        detail: failureText(failure),
        pick: { kind: 'try-again' },
      };
}

function marked(isMarked: boolean): Partial<ModelPickItem> {
  return isMarked ? { iconPath: new vscode.ThemeIcon('check') } : {};
}

function separator(label: string): ModelPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
