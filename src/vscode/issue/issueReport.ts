// What a report of an issue says about this installation, in English for whoever mends it. Nothing is copied from settings, runs
// or failures but what the product itself has a word for: choices, numbers, reasons. So there is nothing private to leave out.
import { DEFAULT_SETTINGS, type TeamSettings } from '../../core/settings';

export interface IssueFacts {
  /** Names and versions of programs. */
  versions: Readonly<Record<string, string>>;
  settings: TeamSettings;
  /** Settings that could not be used, by id. */
  badSettings: readonly string[];
  /** What answers now; undefined where it is not known. */
  model?: { endpoint: string; isLanguageModel: boolean } | { failed: string };
  health: readonly { title: string; state: string }[];
  runs: readonly { kind: string; status: string }[];
  /** Newest last. */
  failures: readonly { topic: string; reason: string }[];
}

/** Values of settings that are words of ours; every other text is reduced to what kind of text it is. */
const CHOICES = new Set([
  ...['auto', 'openai', 'vscode', 'offline', 'continue', 'abort', 'review', 'ask', 'deny', 'embedded', 'redis'],
  ...['dev', 'qa', 'writer', 'researcher'],
]);
const TOPIC = /^(run|task|agent|model|tool|subscriber)\.failed$/;
/** Reasons of ours begin with one of these. */
const AREAS =
  'agent|approval|arbitration|breaker|broker|budget|change|code_action|command|context|edit|editor|export|file|git|guardrail|handoff|key|limit|memory|model|parse|path|plan|prompt|range|reaction|rename|request|review|run|search|settings|task|tests|tool|trace|workspace';
const REASON = new RegExp(`^(?:(?:${AREAS})\\.[a-z_]{2,40}|cancelled|interrupted)$`);
/** `agentTeam.models.dev` is told as `agentTeam.models`: names of entries are a person's own. */
const SETTING = /^agentTeam\.[a-zA-Z]+(?:\.[a-zA-Z]+)?/;
const RECORDS = new Set(['models', 'modelOptions', 'endpoints', 'prices']);

export function issueReport(facts: IssueFacts): string {
  const { versions, settings, badSettings, health, runs, failures } = facts;
  return [
    section('Versions', lines(Object.entries(versions))),
    section('Model', [modelLine(facts.model)]),
    section('Settings that are not the defaults', settingLines(settings)),
    section('Settings that can not be used', [...new Set(badSettings.map(settingName))].toSorted()),
    section('Health', lines(health.map(({ title, state }) => [title, state]))),
    section('Runs', tally(runs.map(({ kind, status }) => `${kind} ${status}`))),
    section('Recent failures', tally(failures.map(failureName))),
  ].join('\n');
}

function section(title: string, items: readonly string[]): string {
  const list = items.length === 0 ? ['none'] : items;
  return `### ${title}\n\n${list.map((item) => `- ${item}`).join('\n')}\n`;
}

function lines(entries: readonly (readonly [string, string])[]): string[] {
  return entries.map(([name, value]) => `${name}: ${value}`);
}

function tally(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name}: ${count}`);
}

function failureName({ topic, reason }: { topic: string; reason: string }): string {
  return `${TOPIC.test(topic) ? topic : 'other'} ${REASON.test(reason) ? reason : 'other reason'}`;
}

function modelLine(model: IssueFacts['model']): string {
  if (!model) return 'not known';
  if ('failed' in model) return `none: ${REASON.test(model.failed) ? model.failed : 'other reason'}`;
  const endpoint = /^(openai|vscode|offline|ollama|lmstudio)$/.test(model.endpoint) ? model.endpoint : 'named endpoint';
  return `${endpoint}${model.isLanguageModel ? '' : ', no language model'}`;
}

function settingName(key: string): string {
  const [area = ''] = /^agentTeam\.(\w+)/.exec(key)?.slice(1) ?? [];
  if (RECORDS.has(area)) return `agentTeam.${area}`;
  return SETTING.exec(key)?.[0] ?? 'unknown setting';
}

/** Each setting that differs from its default, as a line. */
function settingLines(settings: TeamSettings): string[] {
  const defaults = new Map(leaves(DEFAULT_SETTINGS, ''));
  return leaves(settings, '').flatMap(([key, value]) => {
    const usual = defaults.get(key);
    return JSON.stringify(value) === JSON.stringify(usual) ? [] : [`${key}: ${valueText(value)}`];
  });
}

/** Ends of the tree of settings: what the defaults have as a list or an empty record is one value. */
function leaves(node: unknown, path: string, shape: unknown = DEFAULT_SETTINGS): [string, unknown][] {
  const isTree = typeof shape === 'object' && shape !== null && !Array.isArray(shape) && Object.keys(shape).length > 0;
  if (!isTree) return [[path, node]];
  return Object.entries(shape).flatMap(([name, inner]) =>
    leaves((node as Record<string, unknown> | undefined)?.[name], path === '' ? name : `${path}.${name}`, inner),
  );
}

function valueText(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return CHOICES.has(value) ? value : textKind(value);
  if (Array.isArray(value)) return entries(value.length);
  return typeof value === 'object' && value !== null ? entries(Object.keys(value).length) : 'not set';
}

function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}

/** An address is told by its protocol and the kind of its host, any other text by being there. */
function textKind(text: string): string {
  if (text === '') return 'empty';
  if (!URL.canParse(text)) return 'set';
  const { protocol, hostname } = new URL(text);
  return /^(https?|rediss?):$/.test(protocol) ? `${protocol}//${hostKind(hostname)}` : 'set';
}

/** `loopback`, `private network`, `official` or `other`. */
export function hostKind(host: string): string {
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(host)) return 'loopback';
  if (host === 'api.openai.com') return 'official';
  const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[f[cd]|\[fe80)/.test(host);
  return isPrivate || !host.includes('.') || /\.(local|lan|internal|home)$/.test(host) ? 'private network' : 'other';
}
