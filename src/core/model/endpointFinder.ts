// Finds the endpoint that serves a wish: the one that somebody chose, or the first that is ready.
import { CANCELLED, failure, isFailure, messageOf, type Failure } from '../failure';
import type { SettingsSource } from '../settings';
import type { ModelFailure, ModelId, ModelProvider, Readiness } from './chatModel';
import { endpointNames, httpEndpoint, providerOf, type Environment, type HttpEndpoint } from './endpoints';
import type { LocalServers, LocalServerState } from './localServers';
import type { ChoiceSource, PassedOver } from './modelChoice';

/** Remembers what a person agreed to: `vscode` for VS Code's language models, else the name of a local server. */
export interface ModelConsents {
  has(subject: string): boolean;
}

/** What a role asks for, before anything is known about readiness. An empty model is the endpoint's default. */
export interface ModelWish {
  /** Absent: the provider in use. */
  endpoint?: string;
  model: string;
  from: ChoiceSource;
}

/** How far a search may go: consent is asked for only on a person's action, local servers are probed only then or at set-up. */
export interface Manners {
  mayAsk: boolean;
  mayProbe: boolean;
  signal: AbortSignal;
}

export interface FoundEndpoint {
  endpoint: string;
  /** The model to open there. */
  model: string;
  from: ChoiceSource;
  ready: string;
  passedOver: PassedOver[];
  /** What was known of the local servers that mattered: the result is out of date when this is. */
  local: ReadonlyMap<string, LocalServerState | undefined>;
}

export interface EndpointFinderOptions {
  settings: SettingsSource;
  providers: Record<ModelId['provider'], ModelProvider>;
  localServers: LocalServers;
  consents: ModelConsents;
  environment: Environment;
}

/** Applies `agentTeam.provider` and its `auto`. Holds nothing: `ModelDirectory` keeps the results. */
export class EndpointFinder {
  constructor(private readonly options: EndpointFinderOptions) {}

  /** The endpoint for `wish`. One that somebody chose is used or fails; it is never silently replaced by another. */
  find(wish: ModelWish, manners: Manners): Promise<FoundEndpoint | Failure> {
    const { provider } = this.options.settings();
    if (wish.endpoint !== undefined) return this.check(wish.endpoint, wish, manners);
    if (provider === 'auto') return this.findAutomatically(wish, manners);
    return this.check(provider, { ...wish, from: { kind: 'provider-setting' } }, manners);
  }

  /** The provider that serves `endpoint`, or a failure that names the known ones. */
  providerFor(endpoint: string): ModelProvider | Failure {
    const settings = this.options.settings();
    const { servers } = this.options.localServers;
    const kind = providerOf(endpoint, settings, servers);
    if (kind) return this.options.providers[kind];
    const known = endpointNames(settings, servers).join(', ');
    const message = `There is no model endpoint named "${endpoint}". Known are ${known}; add others in agentTeam.endpoints.`;
    return modelFailure('model.not_found', message);
  }

  http(endpoint: string): HttpEndpoint | undefined {
    const { settings, environment, localServers } = this.options;
    return httpEndpoint(endpoint, settings(), environment, localServers.servers);
  }

  isLocal(endpoint: string): boolean {
    return this.http(endpoint)?.kind === 'local';
  }

  /** The endpoint's name for people. */
  labelOf(endpoint: string): string {
    const server = this.isLocal(endpoint) && this.options.localServers.servers.find(({ name }) => name === endpoint);
    return server ? server.label : endpoint;
  }

  /** OpenAI or a base URL, a language model of VS Code, a local server, else the rules: the first that is ready. */
  private async findAutomatically(wish: ModelWish, manners: Manners): Promise<FoundEndpoint | Failure> {
    const passedOver: PassedOver[] = [];
    const from: ChoiceSource = { kind: 'automatic' };
    const { consents, localServers } = this.options;
    for (const endpoint of ['openai', 'vscode'] as const) {
      const mayAsk = manners.mayAsk && (endpoint !== 'vscode' || consents.has('vscode'));
      const readiness = await this.readiness(
        this.options.providers[endpoint],
        { endpoint, model: wish.model },
        { ...manners, mayAsk },
      );
      if (manners.signal.aborted) return CANCELLED;
      if (readiness.ready) return { endpoint, model: wish.model, from, ready: readiness.why, passedOver, local: NONE };
      passedOver.push({ endpoint, needs: readiness.needs });
    }
    const local = new Map<string, LocalServerState | undefined>();
    for (const { name } of localServers.servers) {
      if (!this.isLocal(name)) continue;
      const found = await this.checkLocal(name, { ...wish, from }, manners);
      if (manners.signal.aborted) return CANCELLED;
      if (consents.has(name)) local.set(name, localServers.known(name));
      if (!isFailure(found)) return { ...found, passedOver, local };
      passedOver.push({ endpoint: name, needs: found.message });
    }
    return { endpoint: 'offline', model: '', from, ready: 'nothing else is ready', passedOver, local };
  }

  private async check(endpoint: string, wish: ModelWish, manners: Manners): Promise<FoundEndpoint | Failure> {
    if (this.isLocal(endpoint)) return this.checkLocal(endpoint, wish, manners);
    const provider = this.providerFor(endpoint);
    if (isFailure(provider)) return provider;
    const model = endpoint === 'offline' ? '' : wish.model;
    const readiness = await this.readiness(provider, { endpoint, model }, manners);
    if (manners.signal.aborted) return CANCELLED;
    if (!readiness.ready) return modelFailure(readiness.reason ?? 'model.unavailable', readiness.needs);
    return { endpoint, model, from: wish.from, ready: readiness.why, passedOver: [], local: NONE };
  }

  private async checkLocal(endpoint: string, wish: ModelWish, manners: Manners): Promise<FoundEndpoint | Failure> {
    const { consents, localServers } = this.options;
    const label = this.labelOf(endpoint);
    if (!consents.has(endpoint)) {
      const message = `${label} is used only after you picked it with "Agent Team: Select model".`;
      return modelFailure('model.consent_required', message);
    }
    const state = manners.mayProbe ? await localServers.probe(endpoint, manners.signal) : localServers.known(endpoint);
    if (!state) return modelFailure('model.unavailable', `${label} has not been looked for yet.`);
    if (!state.up) return modelFailure('model.unavailable', `${label} is not available: ${state.why}.`);
    const model = wish.model || (state.models[0] ?? '');
    const ready = `${label} runs on this machine and you agreed to it`;
    return { endpoint, model, from: wish.from, ready, passedOver: [], local: new Map([[endpoint, state]]) };
  }

  /** A provider that throws is not ready; the others still count. */
  private async readiness(
    provider: ModelProvider,
    { endpoint, model }: { endpoint: string; model: string },
    { mayAsk: interactive, signal }: Manners,
  ): Promise<Readiness> {
    try {
      return await provider.readiness(endpoint, { interactive, signal, ...(model !== '' && { model }) });
    } catch (error) {
      return {
        ready: false,
        needs: `${endpoint} could not be asked: ${messageOf(error)}`,
        reason: 'model.unavailable',
      };
    }
  }
}

const NONE: FoundEndpoint['local'] = new Map();

function modelFailure(reason: ModelFailure['reason'], message: string): Failure {
  return failure(reason, message, reason === 'model.unavailable');
}
