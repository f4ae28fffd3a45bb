// Which endpoints exist and where they are. Pure: what is configured comes from the settings, nothing is contacted.
import type { TeamSettings } from '../settings';
import type { ModelId } from './chatModel';

/** Where requests go when neither `agentTeam.openai.baseUrl` nor `OPENAI_BASE_URL` says otherwise. */
export const OFFICIAL_BASE_URL = 'https://api.openai.com/v1';

/** Reads one variable of the environment that the extension runs in. */
export type Environment = (name: string) => string | undefined;

/** A model server that people run on their own machine, at its well-known port. */
export interface LocalServer {
  /** Name of its endpoint. */
  name: string;
  /** Its name for people. */
  label: string;
  baseUrl: string;
}

export const LOCAL_SERVERS: readonly LocalServer[] = [
  { name: 'ollama', label: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { name: 'lmstudio', label: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
];

/** Names that `agentTeam.endpoints` can't take, because they mean something else where endpoints and keys are named. */
export const RESERVED_ENDPOINTS: readonly string[] = ['openai', 'vscode', 'offline', 'auto', 'redis'];

/**
 * How an endpoint came to be: `official` is OpenAI itself, `base-url` the server set in its place, `named` one of
 * `agentTeam.endpoints`, `local` a local server at its well-known port, which needs a person's agreement before it is used.
 */
export type EndpointKind = 'official' | 'base-url' | 'named' | 'local';

/** An OpenAI-compatible endpoint. Header values may still hold `${env:NAME}`. */
export interface HttpEndpoint {
  name: string;
  kind: EndpointKind;
  baseUrl: string;
  headers: Record<string, string>;
}

/** The OpenAI-compatible endpoint of that name; a key of `agentTeam.endpoints` comes before a local server of the same name. */
export function httpEndpoint(
  name: string,
  settings: TeamSettings,
  environment: Environment,
  localServers: readonly LocalServer[] = LOCAL_SERVERS,
): HttpEndpoint | undefined {
  if (name === 'openai') {
    const baseUrl = settings.openai.baseUrl || environment('OPENAI_BASE_URL') || '';
    return {
      name,
      kind: baseUrl ? 'base-url' : 'official',
      baseUrl: baseUrl || OFFICIAL_BASE_URL,
      headers: settings.openai.headers,
    };
  }
  const named = Object.hasOwn(settings.endpoints, name) ? settings.endpoints[name] : undefined;
  if (named) return { name, kind: 'named', baseUrl: named.baseUrl, headers: named.headers ?? {} };
  const local = localServers.find((server) => server.name === name);
  return local && { name, kind: 'local', baseUrl: local.baseUrl, headers: {} };
}

/** The kind of provider that serves an endpoint; undefined for an unknown name. */
export function providerOf(
  name: string,
  settings: TeamSettings,
  localServers: readonly LocalServer[] = LOCAL_SERVERS,
): ModelId['provider'] | undefined {
  if (name === 'vscode' || name === 'offline') return name;
  return httpEndpoint(name, settings, () => undefined, localServers) && 'openai';
}

/** All endpoints that a model can be chosen from, in the order in which people look for them. */
export function endpointNames(settings: TeamSettings, localServers: readonly LocalServer[] = LOCAL_SERVERS): string[] {
  const locals = localServers.map((server) => server.name);
  return [...new Set(['openai', ...Object.keys(settings.endpoints), 'vscode', ...locals, 'offline'])];
}
