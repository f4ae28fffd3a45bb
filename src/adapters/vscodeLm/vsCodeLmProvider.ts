// VS Code's Language Model API as a provider: models of whatever extension offers them, behind VS Code's own consent.
import * as vscode from 'vscode';
import { CANCELLED, failure, type Failure } from '../../core/failure';
import type { ChatModel, ModelListing, ModelProvider, Readiness } from '../../core/model/chatModel';
import { defaultModel, findModel, spellModel } from './modelNames';

export interface VsCodeLmProviderOptions {
  /** `context.languageModelAccessInformation`. */
  access: Pick<vscode.LanguageModelAccessInformation, 'canSendRequest' | 'onDidChange'>;
  /** Shown by VS Code where it asks for consent: why this extension wants the model. */
  justification: string;
  /** Default: `vscode.lm`. */
  lm?: Pick<typeof vscode.lm, 'selectChatModels' | 'onDidChangeChatModels'>;
  /** How long VS Code may take to list models, extensions that it starts for it included; default 10 s. */
  listTimeoutMs?: number;
}

const NO_MODELS =
  'VS Code offers no language model. Install and sign in to an extension that does, such as GitHub Copilot Chat.';

/** Lists, judges and opens VS Code's language models; keeps no list of its own, VS Code does. */
export class VsCodeLmProvider implements ModelProvider {
  readonly provider = 'vscode';
  private readonly withoutOptions = new Set<string>();
  private readonly lm: Pick<typeof vscode.lm, 'selectChatModels' | 'onDidChangeChatModels'>;

  constructor(private readonly options: VsCodeLmProviderOptions) {
    this.lm = options.lm ?? vscode.lm;
  }

  /** Called when models come or go, or what this extension may use changes. */
  onDidChange(handler: () => void): vscode.Disposable {
    return vscode.Disposable.from(this.lm.onDidChangeChatModels(handler), this.options.access.onDidChange(handler));
  }

  async readiness(
    _endpoint: string,
    { interactive, signal, model = '' }: { interactive: boolean; signal: AbortSignal; model?: string },
  ): Promise<Readiness> {
    const models = await this.models(signal);
    if (models.length === 0) return { ready: false, needs: NO_MODELS, reason: 'model.not_found' };
    const named = model === '' ? undefined : findModel(models, model);
    if (model !== '' && !named) return { ready: false, needs: notFound(model, models), reason: 'model.not_found' };
    const candidates = named ? [named] : models;
    const usable = candidates.find((candidate) => this.maySend(candidate));
    if (usable) return { ready: true, why: `VS Code offers ${(named ?? this.defaultOf(models) ?? usable).name}` };
    if (interactive) return { ready: true, why: 'VS Code asks for your consent at the first request' };
    const needs =
      'VS Code would ask for your consent first. Pick one of its models with "Agent Team: Select model" and ask something.';
    return { ready: false, needs, reason: 'model.consent_required' };
  }

  async open(_endpoint: string, model: string, signal: AbortSignal): Promise<ChatModel | Failure> {
    const models = await this.models(signal);
    if (signal.aborted) return CANCELLED;
    if (models.length === 0) return failure('model.not_found', NO_MODELS);
    const found = model === '' ? this.defaultOf(models) : findModel(models, model);
    if (!found) return failure('model.not_found', notFound(model, models));
    const { justification } = this.options;
    const spelling = spellModel(found, models);
    const { VsCodeLmChatModel } = await import('./vsCodeLmChatModel');
    return new VsCodeLmChatModel({ model: found, spelling, justification, withoutOptions: this.withoutOptions });
  }

  /** A model that the person chose elsewhere, such as in VS Code's own chat. */
  async wrap(model: vscode.LanguageModelChat): Promise<ChatModel> {
    const { justification } = this.options;
    const { VsCodeLmChatModel } = await import('./vsCodeLmChatModel');
    const spelling = spellModel(model, [model]);
    return new VsCodeLmChatModel({ model, spelling, justification, withoutOptions: this.withoutOptions });
  }

  async list(_endpoint: string, signal: AbortSignal): Promise<ModelListing[] | Failure> {
    const models = await this.models(signal);
    if (signal.aborted) return CANCELLED;
    if (models.length === 0) return failure('model.not_found', NO_MODELS);
    return models.map((model) => {
      const spelling = spellModel(model, models);
      return {
        id: { provider: 'vscode', endpoint: 'vscode', model: spelling },
        label: model.name || spelling,
        detail: this.maySend(model) ? spelling : `${spelling} (VS Code will ask for your consent)`,
        contextTokens: model.maxInputTokens,
      };
    });
  }

  /** The model that answers when none is named: one that needs no question, if there is one. */
  private defaultOf(models: readonly vscode.LanguageModelChat[]): vscode.LanguageModelChat | undefined {
    return defaultModel(models.filter((model) => this.maySend(model))) ?? defaultModel(models);
  }

  private maySend(model: vscode.LanguageModelChat): boolean {
    return this.options.access.canSendRequest(model) === true;
  }

  /** What VS Code lists; nothing where it takes too long or the caller has gone. */
  private async models(signal: AbortSignal): Promise<vscode.LanguageModelChat[]> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(this.options.listTimeoutMs ?? 10_000)]);
    if (limit.aborted) return [];
    let stop: () => void = () => undefined;
    const stopped = new Promise<vscode.LanguageModelChat[]>((resolve) => {
      stop = () => resolve([]);
      limit.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([this.lm.selectChatModels(), stopped]);
    } finally {
      limit.removeEventListener('abort', stop);
    }
  }
}

function notFound(model: string, models: readonly vscode.LanguageModelChat[]): string {
  const known = models.slice(0, 12).map((candidate) => spellModel(candidate, models));
  return `VS Code has no language model "${model}". It offers ${known.join(', ')}.`;
}
