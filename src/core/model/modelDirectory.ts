// Decides which model answers for a role, and can say why that one. Knows no wire format and contacts nobody by itself:
// providers say what is ready, local servers are asked only on a person's action or at set-up.
import { toDisposable, type Disposable } from '../disposable';
import { CANCELLED, failure, isFailure, messageOf, type Failure } from '../failure';
import type { ModelChoice, TeamSettings } from '../settings';
import type { ModelId, ModelListing } from './chatModel';
import {
  EndpointFinder,
  type EndpointFinderOptions,
  type FoundEndpoint,
  type Manners,
  type ModelWish,
} from './endpointFinder';
import { endpointNames, providerOf } from './endpoints';
import {
  createSelection,
  describeSelection,
  type ChoiceSource,
  type ModelDescription,
  type ModelSelection,
} from './modelChoice';

/** An endpoint as the picker shows it. */
export interface EndpointInfo {
  name: string;
  provider: ModelId['provider'];
  /** True for a local server at its well-known port: it is used only after a person agreed. */
  isLocalServer: boolean;
  /** For people. */
  label: string;
  /** Where its requests go; absent where no connection of ours is involved. */
  baseUrl?: string;
  agreed: boolean;
}

export interface SelectOptions {
  /** True only on a person's action: consent may be asked for, and local servers are probed. */
  interactive: boolean;
  signal: AbortSignal;
}

export interface ModelDirectoryOptions extends EndpointFinderOptions {
  /** The model that an agent's own definition names; settings come before it. */
  definedModel?: (role: string) => string | undefined;
  /** Whatever can change a choice: settings, keys, consents, VS Code's models. */
  changes?: readonly ((handler: () => void) => Disposable)[];
}

interface KeptChoice {
  selection: ModelSelection;
  settings: TeamSettings;
  local: FoundEndpoint['local'];
}

/** Chooses models by role. Choices are kept until settings, keys, consents or available models change. */
export class ModelDirectory implements Disposable {
  private readonly finder: EndpointFinder;
  private readonly kept = new Map<string, KeptChoice>();
  private readonly handlers = new Set<() => void>();
  private readonly subscriptions: Disposable[];
  private readonly life = new AbortController();
  private generation = 0;
  private isDescribed = false;
  private described: ModelDescription | undefined;

  constructor(private readonly options: ModelDirectoryOptions) {
    this.finder = new EndpointFinder(options);
    this.subscriptions = (options.changes ?? []).map((subscribe) => subscribe(() => this.invalidate()));
  }

  /** The model that answers for `role`; never rejects. Failures are not kept: the next call looks again. */
  async select(role: string, { interactive, signal }: SelectOptions): Promise<ModelSelection | Failure> {
    const { generation } = this;
    const outcome = await this.choose(role, { mayAsk: interactive, mayProbe: interactive, signal });
    const isCurrent = generation === this.generation && !signal.aborted;
    if (role === 'default' && interactive && isCurrent) this.describe(outcome);
    return outcome;
  }

  /** What a person's next request would get, as far as it is known without contacting anybody; undefined before the first `refresh`. */
  current(): ModelDescription | undefined {
    return this.described;
  }

  /** Works out `current()` anew, without asking for consent and without probing; from then on it follows changes by itself. */
  async refresh(): Promise<void> {
    this.isDescribed = true;
    const { generation } = this;
    const outcome = await this.choose('default', { mayAsk: true, mayProbe: false, signal: this.life.signal });
    if (generation === this.generation && !this.life.signal.aborted) this.describe(outcome);
  }

  /** At set-up: asks the local servers that a person agreed to whether they run, then refreshes. */
  async prepare(signal: AbortSignal): Promise<void> {
    const { localServers, consents } = this.options;
    const agreed = localServers.servers.filter(({ name }) => this.finder.isLocal(name) && consents.has(name));
    await Promise.all(agreed.map(({ name }) => localServers.probe(name, signal)));
    await this.refresh();
  }

  /** Called after `current()` changed; handlers must not throw. */
  onDidChange(handler: () => void): Disposable {
    this.handlers.add(handler);
    return toDisposable(() => this.handlers.delete(handler));
  }

  /** All endpoints that a model can be chosen from. */
  endpoints(): EndpointInfo[] {
    const settings = this.options.settings();
    const { localServers, consents } = this.options;
    return endpointNames(settings, localServers.servers).map((name) => {
      const isLocalServer = this.finder.isLocal(name);
      const baseUrl = this.finder.http(name)?.baseUrl;
      return {
        name,
        provider: providerOf(name, settings, localServers.servers) ?? 'openai',
        isLocalServer,
        label: this.finder.labelOf(name),
        agreed: !isLocalServer || consents.has(name),
        ...(baseUrl !== undefined && { baseUrl }),
      };
    });
  }

  /** What an endpoint offers. Only on a person's action: it contacts the endpoint, be it a local server that nobody agreed to yet. */
  async list(endpoint: string, signal: AbortSignal): Promise<ModelListing[] | Failure> {
    if (this.finder.isLocal(endpoint)) return this.listLocal(endpoint, signal);
    const provider = this.finder.providerFor(endpoint);
    return isFailure(provider) ? provider : guarded(() => provider.list(endpoint, signal), signal);
  }

  dispose(): void {
    this.life.abort();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.handlers.clear();
    this.kept.clear();
  }

  /** Forgets all choices; the description follows by itself where somebody had asked for it. */
  private invalidate(): void {
    this.generation += 1;
    this.kept.clear();
    if (this.isDescribed && !this.life.signal.aborted) void this.refresh();
  }

  private describe(outcome: ModelSelection | Failure): void {
    const described = describeSelection(outcome);
    if (JSON.stringify(described) === JSON.stringify(this.described)) return;
    this.described = described;
    for (const handler of [...this.handlers]) handler();
  }

  private async choose(role: string, manners: Manners): Promise<ModelSelection | Failure> {
    if (manners.signal.aborted) return CANCELLED;
    const settings = this.options.settings();
    const { generation } = this;
    const key = JSON.stringify([role, manners.mayAsk, manners.mayProbe]);
    const kept = this.kept.get(key);
    if (kept?.settings === settings && this.holds(kept, manners)) return kept.selection;
    const outcome = await guarded(() => this.chooseAnew(role, settings, manners), manners.signal);
    if (isFailure(outcome)) return outcome;
    if (generation === this.generation) this.kept.set(key, { ...outcome, settings });
    return outcome.selection;
  }

  /** Local servers come and go: a choice that depends on them holds while what is known of them is the same and fresh enough. */
  private holds({ local }: KeptChoice, { mayProbe }: Manners): boolean {
    const { localServers } = this.options;
    return [...local].every(
      ([name, state]) => localServers.known(name) === state && (!mayProbe || localServers.isFresh(name)),
    );
  }

  private async chooseAnew(
    role: string,
    settings: TeamSettings,
    manners: Manners,
  ): Promise<Omit<KeptChoice, 'settings'> | Failure> {
    const wish = this.wishOf(role, settings);
    const outcome = await this.fulfil(wish, manners);
    // A definition may name a model that this person does not have; their own default is the next best.
    const isUnknown = isFailure(outcome) && outcome.reason === 'model.not_found';
    return isUnknown && wish.from.kind === 'agent-definition' ? this.fulfil(defaultWish(settings), manners) : outcome;
  }

  private async fulfil(wish: ModelWish, manners: Manners): Promise<Omit<KeptChoice, 'settings'> | Failure> {
    const found = await this.finder.find(wish, manners);
    if (isFailure(found)) return found;
    const provider = this.finder.providerFor(found.endpoint);
    if (isFailure(provider)) return provider;
    const model = await provider.open(found.endpoint, found.model, manners.signal);
    if (isFailure(model)) return model;
    const { from, ready, passedOver, local } = found;
    return { selection: createSelection(model, { endpoint: from, model: wish.from, ready, passedOver }), local };
  }

  private wishOf(role: string, settings: TeamSettings): ModelWish {
    const own = ownValue(settings.models, role);
    if (own) return wishFor(own, { kind: 'models-setting', key: role });
    const defined = this.options.definedModel?.(role);
    return defined ? { model: defined, from: { kind: 'agent-definition' } } : defaultWish(settings);
  }

  private async listLocal(endpoint: string, signal: AbortSignal): Promise<ModelListing[] | Failure> {
    const state = await this.options.localServers.probe(endpoint, signal);
    if (signal.aborted) return CANCELLED;
    if (!state.up) {
      const message = `${this.finder.labelOf(endpoint)} is not available: ${state.why}.`;
      return failure('model.unavailable', message, true);
    }
    return state.models.map((model) => ({ id: { provider: 'openai', endpoint, model }, label: model }));
  }
}

function defaultWish(settings: TeamSettings): ModelWish {
  const choice = ownValue(settings.models, 'default');
  return choice
    ? wishFor(choice, { kind: 'models-setting', key: 'default' })
    : { model: '', from: { kind: 'automatic' } };
}

function wishFor(choice: ModelChoice, from: ChoiceSource): ModelWish {
  return { model: choice.model, from, ...(choice.endpoint !== undefined && { endpoint: choice.endpoint }) };
}

/** Roles are names that people write: `constructor` must not find what every object inherits. */
function ownValue<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Runs `work` and turns what it should not have thrown into a failure. */
async function guarded<T>(work: () => Promise<T | Failure>, signal: AbortSignal): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return CANCELLED;
    return failure('model.unavailable', `Internal error: the model could not be prepared. ${messageOf(error)}`);
  }
}
