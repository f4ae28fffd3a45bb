// All OpenAI-compatible endpoints: the official one, the one of `agentTeam.openai.baseUrl`, and those of `agentTeam.endpoints`.
import type { Clock } from '../../core/clock';
import { failure, isFailure, type Failure } from '../../core/failure';
import type { ChatModel, ModelFailure, ModelListing, ModelProvider, Readiness } from '../../core/model/chatModel';
import type { HttpEndpoint } from '../../core/model/endpoints';
import { once } from '../../core/once';
import { defaultModelOf, DEFAULT_MODEL, knownContextTokens } from './modelCatalog';
import type { OpenAiConnection, OpenAiConnections } from './openAiConnection';
import { QuirkBook } from './quirkBook';

export interface OpenAiProviderOptions {
  /** The endpoint of that name as configured now; header values may hold `${env:NAME}`. */
  endpoint: (name: string) => HttpEndpoint | undefined;
  /** The key for an endpoint: from a safe place, never from settings. */
  getKey: (endpoint: HttpEndpoint) => Promise<string | undefined>;
  /** Reads one environment variable. */
  environment: (name: string) => string | undefined;
  /** VS Code's own, so that proxies and certificates work. */
  fetch: typeof globalThis.fetch;
  /** `agentTeam.openai.stream`, as set now. */
  isStreaming: () => boolean;
  clock: Clock;
}

export class OpenAiProvider implements ModelProvider {
  readonly provider = 'openai';
  private readonly connections: () => Promise<OpenAiConnections>;
  private readonly quirks = new QuirkBook();
  /** The last list of each endpoint, by address: tells default models and context sizes. */
  private readonly listed = new Map<string, { baseUrl: string; listings: ModelListing[] }>();

  constructor(private readonly options: OpenAiProviderOptions) {
    this.connections = once(async () => new (await import('./openAiConnection')).OpenAiConnections(options));
  }

  async readiness(name: string): Promise<Readiness> {
    const endpoint = this.options.endpoint(name);
    if (!endpoint) return { ready: false, needs: unknownEndpoint(name).message, reason: 'model.not_found' };
    if (endpoint.kind !== 'official') return { ready: true, why: `“${name}” is configured at ${endpoint.baseUrl}` };
    const key = await this.options.getKey(endpoint);
    if (key !== undefined) return { ready: true, why: 'an API key for OpenAI is known' };
    const needs = 'OpenAI needs an API key. Set one with “Agent Team: Set API Key”.';
    return { ready: false, needs, reason: 'model.unauthorized' };
  }

  async open(name: string, model: string, signal: AbortSignal): Promise<ChatModel | Failure> {
    const endpoint = this.options.endpoint(name);
    if (!endpoint) return unknownEndpoint(name);
    const chosen = model || (await this.defaultModel(endpoint, signal));
    const contextTokens = this.contextTokens(endpoint, chosen);
    const { OpenAiChatModel } = await import('./openAiChatModel');
    return new OpenAiChatModel({
      id: { provider: 'openai', endpoint: name, model: chosen },
      ...(contextTokens !== undefined && { contextTokens }),
      connect: () => this.connect(name),
      isStreaming: this.options.isStreaming,
      quirks: this.quirks,
      clock: this.options.clock,
      mintId: mintToolCallId,
    });
  }

  async list(name: string, signal: AbortSignal): Promise<ModelListing[] | Failure> {
    const connection = await this.connect(name);
    if (isFailure(connection)) return connection;
    const { listModels } = await import('./listModels');
    const listings = await listModels(connection, { clock: this.options.clock, signal });
    if (!isFailure(listings)) this.listed.set(name, { baseUrl: connection.endpoint.baseUrl, listings });
    return listings;
  }

  private async connect(name: string): Promise<OpenAiConnection | ModelFailure> {
    const endpoint = this.options.endpoint(name);
    if (!endpoint) return unknownEndpoint(name);
    return (await this.connections()).connect(endpoint, await this.options.getKey(endpoint));
  }

  /** Servers with one model often ignore the name; so a list that can't be had is no reason to give up. */
  private async defaultModel(endpoint: HttpEndpoint, signal: AbortSignal): Promise<string> {
    if (endpoint.kind === 'official') return DEFAULT_MODEL;
    const known = this.listed.get(endpoint.name);
    if (known?.baseUrl === endpoint.baseUrl) return defaultModelOf(known.listings);
    const listings = await this.list(endpoint.name, signal);
    return isFailure(listings) ? DEFAULT_MODEL : defaultModelOf(listings);
  }

  private contextTokens(endpoint: HttpEndpoint, model: string): number | undefined {
    const known = this.listed.get(endpoint.name);
    const listing =
      known?.baseUrl === endpoint.baseUrl ? known.listings.find(({ id }) => id.model === model) : undefined;
    return listing?.contextTokens ?? knownContextTokens(model);
  }
}

function unknownEndpoint(name: string): ModelFailure {
  const message = `There is no endpoint “${name}”. Add it to the setting agentTeam.endpoints, or choose another model.`;
  return { ...failure('model.not_found', message), reason: 'model.not_found' as const };
}

const ID_CHARS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Nine letters and digits: the form that the strictest servers accept. */
export function mintToolCallId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return Array.from(bytes, (byte) => ID_CHARS[byte % ID_CHARS.length]).join('');
}
