// The commands that set up models: selectModel, setApiKey, clearApiKey.
import * as vscode from 'vscode';
import * as z from 'zod';
import { failure, UserError, type Failure } from '../../core/failure';
import type { EndpointInfo, ModelDirectory } from '../../core/model/modelDirectory';
import type { SettingsSource } from '../../core/settings';
import { assertMayAsk, parseArguments } from '../edge/commandArguments';
import { COMMANDS, type CommandId } from '../ids';
import type { ApiKeys } from './apiKeys';
import { REDIS_KEY } from '../backend/keyNames';
import { saveModelChoice, type ChosenModel } from './modelChoiceSettings';
import { pickModel, type ModelPickerOptions } from './modelPicker';
import { nameOfEndpoint } from './modelSentences';
import type { StoredConsents } from './storedConsents';

/** What the commands ask and tell a person; tests answer for them. */
export interface ModelDialogs {
  /** The key as typed, undefined if the person left. Shown masked. */
  askForKey(endpoint: string): Thenable<string | undefined>;
  pickEndpoint(endpoints: readonly string[], placeholder: string): Thenable<string | undefined>;
  inform(message: string): void;
}

export interface ModelCommandsOptions {
  directory: ModelDirectory;
  settings: SettingsSource;
  keys: ApiKeys;
  consents: StoredConsents;
  dialogs?: ModelDialogs;
  createQuickPick?: ModelPickerOptions['createQuickPick'];
}

const argument = z.object({ target: z.string().trim().min(1).optional() });

/** The handlers; each takes what the command was called with. A `UserError` says what was wrong with it. */
export class ModelCommands {
  private readonly dialogs: ModelDialogs;

  constructor(private readonly options: ModelCommandsOptions) {
    this.dialogs = options.dialogs ?? createDialogs();
  }

  /**
   * With `target` (`auto`, `offline`, an endpoint, or `<endpoint>/<model>`) it chooses without a question and returns what
   * will answer, or a failure; otherwise it shows the picker.
   */
  async selectModel(arg?: unknown): Promise<{ endpoint: string; model: string } | Failure | undefined> {
    const target = targetOf(arg, COMMANDS.selectModel, true);
    return target === undefined ? this.selectByPicker() : this.selectByTarget(target);
  }

  /** Asks for a key of the endpoint `target` or the password of `redis` (else the person picks one) and keeps it. It is never taken from an argument. */
  async setApiKey(arg?: unknown): Promise<boolean> {
    const target = targetOf(arg, COMMANDS.setApiKey, false);
    const endpoint = target ?? (await this.pickKeyed(vscode.l10n.t('Whose API key do you want to set?')));
    if (endpoint === undefined) return false;
    this.assertKeyed(endpoint);
    const key = (await this.dialogs.askForKey(endpoint))?.trim();
    if (!key) return false;
    await this.options.keys.set(endpoint, key);
    this.dialogs.inform(
      endpoint === REDIS_KEY
        ? vscode.l10n.t('The password of the shared Redis is kept in the secret storage.')
        : vscode.l10n.t('The API key for {0} is kept in the secret storage.', nameOfEndpoint(endpoint)),
    );
    return true;
  }

  /** Deletes the key of the endpoint `target` without a question, or of one that the person picks. */
  async clearApiKey(arg?: unknown): Promise<boolean> {
    const target = targetOf(arg, COMMANDS.clearApiKey, true);
    const endpoint = target ?? (await this.pickKeyed(vscode.l10n.t('Whose API key do you want to clear?')));
    if (endpoint === undefined) return false;
    const wasStored = await this.options.keys.clear(endpoint);
    if (target === undefined) {
      const name = nameOfEndpoint(endpoint);
      this.dialogs.inform(
        wasStored
          ? vscode.l10n.t('The API key for {0} is cleared.', name)
          : vscode.l10n.t('There was no stored API key for {0}.', name),
      );
    }
    return wasStored;
  }

  private async selectByPicker(): Promise<undefined> {
    const { directory, settings, createQuickPick } = this.options;
    if (!directory.current()) void directory.refresh();
    const pick = await pickModel({ directory, settings, ...(createQuickPick && { createQuickPick }) });
    if (!pick || pick.kind === 'try-again') return undefined;
    if (pick.kind === 'set-key') {
      if (await this.setApiKey({ target: pick.endpoint })) return this.selectByPicker();
      return undefined;
    }
    if (pick.kind === 'model' && pick.agreesTo !== undefined) await this.options.consents.agree(pick.agreesTo);
    await this.save(pick.kind === 'model' ? { kind: 'model', id: endpointAndModel(pick.id) } : pick);
    return undefined;
  }

  private async selectByTarget(target: string): Promise<{ endpoint: string; model: string } | Failure> {
    const choice = this.choiceOf(target);
    if ('reason' in choice) return choice;
    if (!(await saveModelChoice(choice))) return failure('settings.overridden', overriddenText());
    return choice.kind === 'model' ? choice.id : { endpoint: choice.kind, model: '' };
  }

  private choiceOf(target: string): ChosenModel | Failure {
    if (target === 'auto' || target === 'offline') return { kind: target };
    const slash = target.indexOf('/');
    const name = slash < 0 ? target : target.slice(0, slash);
    const info = this.options.directory.endpoints().find((endpoint) => endpoint.name === name);
    if (!info) return failure('model.not_found', this.unknownEndpoint(name));
    if (!info.agreed) {
      const message = vscode.l10n.t(
        '{0} is used only after somebody picked it in "Agent Team: Select model".',
        info.label,
      );
      return failure('model.consent_required', message);
    }
    return { kind: 'model', id: { endpoint: name, model: slash < 0 ? '' : target.slice(slash + 1) } };
  }

  private async save(choice: ChosenModel): Promise<void> {
    if (!(await saveModelChoice(choice))) this.dialogs.inform(overriddenText());
  }

  private async pickKeyed(placeholder: string): Promise<string | undefined> {
    const sharesRedis = this.options.settings().events.backend === 'redis';
    const names = [...this.keyed().map(({ name }) => name), ...(sharesRedis ? [REDIS_KEY] : [])];
    return names.length === 1 ? names[0] : this.dialogs.pickEndpoint(names, placeholder);
  }

  private keyed(): EndpointInfo[] {
    return this.options.directory
      .endpoints()
      .filter(({ provider, isLocalServer }) => provider === 'openai' && !isLocalServer);
  }

  private assertKeyed(endpoint: string): void {
    if (endpoint === REDIS_KEY || this.keyed().some(({ name }) => name === endpoint)) return;
    throw new UserError('model.not_found', this.unknownEndpoint(endpoint));
  }

  private unknownEndpoint(name: string): string {
    const known = this.keyed().map((endpoint) => endpoint.name);
    return vscode.l10n.t(
      'There is no endpoint named "{0}" with models of its own. Known are {1}; add others in the setting {2}.',
      name,
      known.join(', '),
      'agentTeam.endpoints',
    );
  }
}

/** What a program must name unless the command asks in any case. */
function targetOf(arg: unknown, command: CommandId, isNeeded: boolean): string | undefined {
  const { value, fromPerson } = parseArguments(argument, [arg], command);
  if (isNeeded && value.target === undefined) assertMayAsk(fromPerson, command, 'target');
  return value.target;
}

function endpointAndModel({ endpoint, model }: { endpoint: string; model: string }): {
  endpoint: string;
  model: string;
} {
  return { endpoint, model };
}

function overriddenText(): string {
  return vscode.l10n.t("Saved for you, but this workspace's own setting {0} decides here.", 'agentTeam.models');
}

function createDialogs(): ModelDialogs {
  return {
    askForKey: (endpoint) =>
      vscode.window.showInputBox({
        title:
          endpoint === REDIS_KEY
            ? vscode.l10n.t('Password of the shared Redis')
            : vscode.l10n.t('API key for {0}', nameOfEndpoint(endpoint)),
        prompt:
          endpoint === REDIS_KEY
            ? vscode.l10n.t('It is kept in the secret storage of VS Code and sent to this server only.')
            : vscode.l10n.t('It is kept in the secret storage of VS Code and sent to this endpoint only.'),
        password: true,
        ignoreFocusOut: true,
      }),
    pickEndpoint: (endpoints, placeHolder) => vscode.window.showQuickPick([...endpoints], { placeHolder }),
    inform: (message) => void vscode.window.showInformationMessage(message),
  };
}
