// Part of the composition root: where models come from and who chooses among them.
import * as vscode from 'vscode';
import { OfflineProvider } from '../adapters/offline/offlineProvider';
import { OpenAiProvider } from '../adapters/openai/openAiProvider';
import { VsCodeLmProvider } from '../adapters/vscodeLm/vsCodeLmProvider';
import type { AgentRegistry } from '../core/agents/agentRegistry';
import type { Clock } from '../core/clock';
import type { DisposableStore } from '../core/disposable';
import { httpEndpoint } from '../core/model/endpoints';
import { LocalServers } from '../core/model/localServers';
import { ModelDirectory } from '../core/model/modelDirectory';
import { ApiKeys } from '../vscode/models/apiKeys';
import { createGetJson } from '../vscode/models/getJson';
import { StoredConsents } from '../vscode/models/storedConsents';
import type { VsCodeSettings } from '../vscode/settings/vsCodeSettings';
import { translate } from '../vscode/webviews/translated';

export interface ModelsOptions {
  context: vscode.ExtensionContext;
  clock: Clock;
  settings: VsCodeSettings;
  registry: AgentRegistry;
  /** Told of each key and header value that is used, so that none of them is ever kept. */
  learnSecret: (secret: string | undefined) => void;
  owned: DisposableStore;
}

export type TeamModels = ReturnType<typeof createModels>;

export function createModels(options: ModelsOptions) {
  const { context, clock, settings, registry, learnSecret, owned } = options;
  const environment = (name: string) => process.env[name];
  const keys = owned.add(new ApiKeys(context.secrets, environment));
  const consents = new StoredConsents(context.globalState);
  // VS Code patches the global fetch of its extension host: proxies and certificates work.
  const fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init);
  const localServers = new LocalServers({ clock, getJson: createGetJson(fetch) });
  const vscodeModels = new VsCodeLmProvider({
    access: context.languageModelAccessInformation,
    justification: vscode.l10n.t('Agent Team answers your requests with this model.'),
  });
  const directory = owned.add(
    new ModelDirectory({
      settings: settings.current,
      providers: {
        openai: new OpenAiProvider({
          endpoint: (name) => httpEndpoint(name, settings.current(), environment),
          getKey: async (endpoint) => {
            const key = await keys.get(endpoint);
            learnSecret(key);
            return key;
          },
          environment: (name) => {
            const value = environment(name);
            learnSecret(value);
            return value;
          },
          fetch,
          isStreaming: () => settings.current().openai.stream,
          clock,
        }),
        vscode: vscodeModels,
        offline: new OfflineProvider(translate),
      },
      localServers,
      consents,
      environment,
      definedModel: (role) => registry.find(role)?.model,
      changes: [
        (handler) => settings.onDidChange(handler),
        (handler) => keys.onDidChange(handler),
        (handler) => consents.onDidChange(handler),
        (handler) => vscodeModels.onDidChange(handler),
        (handler) => registry.onDidChange(handler),
      ],
    }),
  );
  return {
    directory,
    keys,
    consents,
    wrapModel: (model: vscode.LanguageModelChat) => vscodeModels.wrap(model),
  };
}
