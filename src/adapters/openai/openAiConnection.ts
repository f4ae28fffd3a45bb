// One HTTP endpoint, ready to be asked: address, headers and key resolved, the SDK's client made. The SDK loads on first use.
import type OpenAI from 'openai';
import type { HttpEndpoint } from '../../core/model/endpoints';
import { resolveHeaders } from '../../core/headerValues';
import { notAuthorized } from './wireFailure';
import type { ModelFailure } from '../../core/model/chatModel';

export interface OpenAiConnection {
  client: OpenAI;
  endpoint: HttpEndpoint;
  /** Never shown or stored. */
  key: string | undefined;
}

export interface ConnectionOptions {
  /** Reads one environment variable. */
  environment: (name: string) => string | undefined;
  fetch: typeof globalThis.fetch;
}

/** The SDK's own limit is out of the way; whoever calls a model sets the limits. */
const NO_TIMEOUT_MS = 24 * 60 * 60 * 1000;
const AMBIENT_HEADERS = 'OPENAI_CUSTOM_HEADERS';

/** Makes connections and keeps the last client of each endpoint as long as address, headers and key stay the same. */
export class OpenAiConnections {
  private readonly clients = new Map<string, { fingerprint: string; client: OpenAI }>();

  constructor(private readonly options: ConnectionOptions) {}

  /** Connects to `endpoint` with `key`; fails without a request where credentials are missing. */
  async connect(endpoint: HttpEndpoint, key: string | undefined): Promise<OpenAiConnection | ModelFailure> {
    const { headers, missing } = resolveHeaders(endpoint.headers, this.options.environment);
    if (missing.length > 0) {
      const names = missing.join(', ');
      return notAuthorized(`Headers of “${endpoint.name}” use ${names}, which the environment does not set.`);
    }
    if (endpoint.kind === 'official' && key === undefined && !hasAuthorization(headers)) {
      return notAuthorized(
        'No API key is known for OpenAI. Set one with “Agent Team: Set API Key”, or OPENAI_API_KEY before VS Code starts.',
      );
    }
    const fingerprint = JSON.stringify([endpoint.baseUrl, headers, key]);
    const kept = this.clients.get(endpoint.name);
    if (kept?.fingerprint === fingerprint) return { client: kept.client, endpoint, key };
    const client = await this.create(endpoint, headers, key);
    this.clients.set(endpoint.name, { fingerprint, client });
    return { client, endpoint, key };
  }

  private async create(endpoint: HttpEndpoint, headers: Record<string, string>, key?: string): Promise<OpenAI> {
    const { OpenAI: Client } = await import('openai');
    // Without a key no Authorization header is sent; the SDK insists on having one all the same.
    const authorization = key === undefined ? null : `Bearer ${key}`;
    return new Client({
      baseURL: endpoint.baseUrl,
      apiKey: key ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      timeout: NO_TIMEOUT_MS,
      logLevel: 'off',
      defaultHeaders: {
        ...this.withoutAmbientHeaders(),
        authorization,
        ...headers,
      },
      fetch: this.options.fetch,
    });
  }

  /** The SDK adds the headers of this variable to every request, whatever the endpoint; nobody chose them for this one. */
  private withoutAmbientHeaders(): Record<string, null> {
    const lines = this.options.environment(AMBIENT_HEADERS)?.split('\n') ?? [];
    const names = lines.flatMap((line) => (line.includes(':') ? line.slice(0, line.indexOf(':')).trim() : []));
    return Object.fromEntries(names.filter(Boolean).map((name) => [name.toLowerCase(), null]));
  }
}

function hasAuthorization(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => ['authorization', 'api-key', 'x-api-key'].includes(name.toLowerCase()));
}
