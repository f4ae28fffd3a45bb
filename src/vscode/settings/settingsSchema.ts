// From raw values to TeamSettings: key by key, so that one bad value costs only itself. No vscode here.
import * as z from 'zod/mini';
import { redisAddressFault } from '../../core/events/redisAddress';
import { RESERVED_ENDPOINTS } from '../../core/model/endpoints';
import { IN_WORDS } from '../../core/schemaWords';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../core/settings';

/** A value that can't be used: which setting, what is wrong with it, what is done instead. Holds no value: headers may be secret. */
export interface SettingsProblem {
  /** Full id, with the entry where only one is bad: `agentTeam.models.dev`. */
  key: string;
  /** What the schema says, in English; empty where `instead` says it all. */
  problem: string;
  /** The default is used, the entry is left out, or events stay in this window because nobody said where the server is. */
  instead: { used: 'default'; value: string } | { used: 'rest' } | { used: 'window' };
}

const text = z.string().check(z.minLength(1));
const count = (min: number, max: number) => z.int().check(z.minimum(min), z.maximum(max));
const seconds = (min: number) => z.number().check(z.minimum(min), z.maximum(86_400));

const baseUrl = z.string().check(
  z.refine((text) => !text.includes('${'), 'Variables work only in header values'),
  z.refine(
    (text) => text.includes('${') || isHttpUrl(text),
    'Expected an http or https URL without user name and password',
  ),
);
const headerName = z.string().check(z.regex(/^[\w!#$%&'*+.^`|~-]+$/, 'Expected a valid header name'));
const headerValue = z.string().check(
  z.refine((text) => !/[\r\n\0]/.test(text), 'A header value is one line'),
  z.refine((text) => !/\$\{(?!env:\w+\})/.test(text), 'The only variables are ${env:NAME}'),
);
const headers = z.record(headerName, headerValue);

/** Empty, or an address. Says what is wrong in the words of the address's own check, and never repeats the address. */
const redisUrl = z.string().check((check) => {
  const fault = check.value === '' ? undefined : redisAddressFault(check.value);
  if (fault !== undefined) check.issues.push({ code: 'custom', message: fault, input: '' });
});

const modelChoice = z.union(
  [
    z.pipe(
      text,
      z.transform((model) => ({ model })),
    ),
    z.pipe(
      z.strictObject({ endpoint: text, model: z.optional(z.string()) }),
      z.transform(({ endpoint, model }) => ({ endpoint, model: model ?? '' })),
    ),
  ],
  'Expected a model name or { "endpoint", "model" }',
);
const endpoint = z.strictObject({ baseUrl: baseUrl.check(z.minLength(1)), headers: z.optional(headers) });
const endpointName = z.string().check(
  z.regex(/^[A-Za-z0-9][\w.-]*$/, 'Expected a name of letters, digits, dots, dashes and underscores'),
  z.refine((name) => !RESERVED_ENDPOINTS.includes(name), 'This name is reserved'),
);
const roleOptions = z.strictObject({
  temperature: z.optional(z.number().check(z.minimum(0), z.maximum(2))),
  maxOutputTokens: z.optional(count(1, 10_000_000)),
});
const usd = z.number().check(z.minimum(0));
const price = z.strictObject({ input: usd, cachedInput: z.optional(usd), output: usd });

const commandPattern = z
  .string()
  .check(z.trim(), z.minLength(1, 'Expected the words of a command'), z.maxLength(1_000));

/** The schema of each setting, by its key below `agentTeam.`; keys stand in the order of the settings editor. */
export const SETTING_SCHEMAS = {
  provider: z.enum(['auto', 'openai', 'vscode', 'offline']),
  models: z.record(text, modelChoice),
  modelOptions: z.record(text, roleOptions),
  'openai.baseUrl': z.union([z.literal(''), baseUrl]),
  'openai.headers': headers,
  'openai.stream': z.boolean(),
  endpoints: z.record(endpointName, endpoint),
  'agents.disabled': z.array(text),
  'agents.folders': z.array(
    z
      .string()
      .check(z.regex(/^(?:~$|~[\\/]|\/|[A-Za-z]:[\\/]|\\\\)/, 'Expected an absolute path or one that begins with ~/')),
  ),
  'router.fallbackAgent': text,
  'supervisor.maxConcurrency': count(1, 64),
  'supervisor.maxTasks': count(1, 1_000),
  'supervisor.maxReplans': count(0, 10),
  'supervisor.onFailure': z.enum(['continue', 'abort']),
  'supervisor.reviewPlan': z.boolean(),
  'limits.maxTurns': count(1, 1_000),
  'limits.taskTimeoutSeconds': seconds(1),
  'limits.requestTimeoutSeconds': seconds(1),
  'limits.maxHandoffs': count(0, 100),
  'budget.maxTokensPerRun': count(0, Number.MAX_SAFE_INTEGER),
  'budget.maxCostPerRunUsd': usd,
  prices: z.record(text, price),
  'retry.maxAttempts': count(1, 20),
  'retry.baseDelayMs': count(0, 600_000),
  'retry.maxDelayMs': count(0, 3_600_000),
  'breaker.failureThreshold': count(1, 1_000),
  'breaker.resetSeconds': seconds(1),
  'edits.mode': z.enum(['review', 'auto', 'deny']),
  'commands.mode': z.enum(['ask', 'auto', 'deny']),
  'commands.allow': z.array(commandPattern),
  'commands.deny': z.array(commandPattern),
  protectedFiles: z.array(z.string().check(z.trim(), z.minLength(1), z.maxLength(1_000))),
  'review.showProblems': z.boolean(),
  'trace.captureContent': z.boolean(),
  'trace.otlpEndpoint': z.union([z.literal(''), baseUrl]),
  'trace.otlpHeaders': headers,
  'trace.exportContent': z.boolean(),
  'retention.maxRuns': count(1, 100_000),
  'retention.maxMegabytes': count(1, 1_000_000),
  'memory.maxPromptTokens': count(0, 1_000_000),
  'events.backend': z.enum(['embedded', 'redis']),
  'events.url': redisUrl,
} as const;

export type SettingKey = keyof typeof SETTING_SCHEMAS;
type SettingValue<Key extends SettingKey> = z.infer<(typeof SETTING_SCHEMAS)[Key]>;

export const SETTING_KEYS = Object.keys(SETTING_SCHEMAS) as readonly SettingKey[];

/** Settings that can send data or widen rights: a workspace can't set them (scope `machine`). */
export const MACHINE_SETTINGS: ReadonlySet<SettingKey> = new Set<SettingKey>([
  'provider',
  'openai.baseUrl',
  'openai.headers',
  'endpoints',
  'agents.folders',
  'edits.mode',
  'commands.mode',
  'commands.allow',
  'protectedFiles',
  'trace.otlpEndpoint',
  'trace.otlpHeaders',
  'trace.exportContent',
  'events.backend',
  'events.url',
]);

/** Lists to which every scope adds; elsewhere the narrower scope wins. */
export const ADDING_SETTINGS: ReadonlySet<SettingKey> = new Set<SettingKey>(['agents.disabled', 'commands.deny']);

export interface ParsedSettings {
  settings: TeamSettings;
  problems: SettingsProblem[];
}

/** Reads every setting with `read`, which returns undefined for one that is not set. Never throws. */
export function parseSettings(read: (key: SettingKey) => unknown): ParsedSettings {
  const problems: SettingsProblem[] = [];
  const get = <Key extends SettingKey>(key: Key): SettingValue<Key> | undefined => {
    const raw = read(key);
    return raw === undefined || raw === null ? undefined : parseOne(key, raw, problems);
  };
  const defaults = DEFAULT_SETTINGS;
  const settings: TeamSettings = {
    provider: get('provider') ?? defaults.provider,
    openai: {
      baseUrl: get('openai.baseUrl') ?? defaults.openai.baseUrl,
      headers: get('openai.headers') ?? defaults.openai.headers,
      stream: get('openai.stream') ?? defaults.openai.stream,
    },
    endpoints: compact(get('endpoints')) ?? defaults.endpoints,
    models: get('models') ?? defaults.models,
    modelOptions: compact(get('modelOptions')) ?? defaults.modelOptions,
    agents: {
      disabled: [...new Set(get('agents.disabled') ?? defaults.agents.disabled)],
      folders: get('agents.folders') ?? [],
    },
    router: { fallbackAgent: get('router.fallbackAgent') ?? defaults.router.fallbackAgent },
    supervisor: {
      maxConcurrency: get('supervisor.maxConcurrency') ?? defaults.supervisor.maxConcurrency,
      maxTasks: get('supervisor.maxTasks') ?? defaults.supervisor.maxTasks,
      maxReplans: get('supervisor.maxReplans') ?? defaults.supervisor.maxReplans,
      onFailure: get('supervisor.onFailure') ?? defaults.supervisor.onFailure,
      reviewPlan: get('supervisor.reviewPlan') ?? defaults.supervisor.reviewPlan,
    },
    ...limitSettings(get),
    prices: compact(get('prices')) ?? defaults.prices,
    ...policySettings(get),
    ...storageSettings(get),
  };
  if (settings.events.backend === 'redis' && settings.events.url === '' && !problems.some(isAboutUrl)) {
    problems.push(NO_REDIS_URL);
  }
  return { settings, problems };
}

const NO_REDIS_URL: SettingsProblem = {
  key: 'agentTeam.events.url',
  problem: '',
  instead: { used: 'window' },
};
const isAboutUrl = ({ key }: SettingsProblem) => key === NO_REDIS_URL.key;

type Get = <Key extends SettingKey>(key: Key) => SettingValue<Key> | undefined;

function limitSettings(get: Get): Pick<TeamSettings, 'limits' | 'budget' | 'retry' | 'breaker'> {
  const { limits, budget, retry, breaker } = DEFAULT_SETTINGS;
  return {
    limits: {
      maxTurns: get('limits.maxTurns') ?? limits.maxTurns,
      taskTimeoutSeconds: get('limits.taskTimeoutSeconds') ?? limits.taskTimeoutSeconds,
      requestTimeoutSeconds: get('limits.requestTimeoutSeconds') ?? limits.requestTimeoutSeconds,
      maxHandoffs: get('limits.maxHandoffs') ?? limits.maxHandoffs,
    },
    budget: {
      maxTokensPerRun: get('budget.maxTokensPerRun') ?? budget.maxTokensPerRun,
      maxCostPerRunUsd: get('budget.maxCostPerRunUsd') ?? budget.maxCostPerRunUsd,
    },
    retry: {
      maxAttempts: get('retry.maxAttempts') ?? retry.maxAttempts,
      baseDelayMs: get('retry.baseDelayMs') ?? retry.baseDelayMs,
      maxDelayMs: get('retry.maxDelayMs') ?? retry.maxDelayMs,
    },
    breaker: {
      failureThreshold: get('breaker.failureThreshold') ?? breaker.failureThreshold,
      resetSeconds: get('breaker.resetSeconds') ?? breaker.resetSeconds,
    },
  };
}

function policySettings(get: Get): Pick<TeamSettings, 'edits' | 'commands' | 'protectedFiles'> {
  const { edits, commands, protectedFiles } = DEFAULT_SETTINGS;
  return {
    edits: { mode: get('edits.mode') ?? edits.mode },
    commands: {
      mode: get('commands.mode') ?? commands.mode,
      allow: get('commands.allow') ?? commands.allow,
      deny: get('commands.deny') ?? commands.deny,
    },
    protectedFiles: get('protectedFiles') ?? protectedFiles,
  };
}

function storageSettings(get: Get): Pick<TeamSettings, 'review' | 'trace' | 'retention' | 'memory' | 'events'> {
  const { review, trace, retention, memory, events } = DEFAULT_SETTINGS;
  return {
    review: { showProblems: get('review.showProblems') ?? review.showProblems },
    trace: {
      captureContent: get('trace.captureContent') ?? trace.captureContent,
      otlpEndpoint: get('trace.otlpEndpoint') ?? trace.otlpEndpoint,
      otlpHeaders: get('trace.otlpHeaders') ?? trace.otlpHeaders,
      exportContent: get('trace.exportContent') ?? trace.exportContent,
    },
    retention: {
      maxRuns: get('retention.maxRuns') ?? retention.maxRuns,
      maxMegabytes: get('retention.maxMegabytes') ?? retention.maxMegabytes,
    },
    memory: { maxPromptTokens: get('memory.maxPromptTokens') ?? memory.maxPromptTokens },
    events: {
      backend: get('events.backend') ?? events.backend,
      url: get('events.url') ?? events.url,
    },
  };
}

/** The good part of one value: of a record or a list the good entries, else all or nothing. */
function parseOne<Key extends SettingKey>(
  key: Key,
  raw: unknown,
  problems: SettingsProblem[],
): SettingValue<Key> | undefined {
  const schema: z.ZodMiniType = SETTING_SCHEMAS[key];
  const whole = schema.safeParse(raw, IN_WORDS);
  if (whole.success) return whole.data as SettingValue<Key>;
  if (schema instanceof z.ZodMiniRecord && isRecord(raw))
    return parseEntries(key, schema, raw, problems) as SettingValue<Key>;
  if (schema instanceof z.ZodMiniArray && Array.isArray(raw))
    return parseItems(key, schema, raw, problems) as SettingValue<Key>;
  problems.push(problemOf(key, whole.error, { used: 'default', value: JSON.stringify(defaultOf(key)) }));
  return undefined;
}

function parseEntries(
  key: SettingKey,
  schema: z.ZodMiniRecord,
  raw: Record<string, unknown>,
  problems: SettingsProblem[],
): unknown {
  const good: [string, unknown][] = [];
  for (const [name, value] of Object.entries(raw)) {
    const entry = schema.safeParse({ [name]: value }, IN_WORDS);
    if (entry.success) good.push([name, entry.data[name]]);
    else problems.push(problemOf(`${key}.${name}`, entry.error, { used: 'rest' }));
  }
  return Object.fromEntries(good);
}

function parseItems(
  key: SettingKey,
  schema: z.ZodMiniArray,
  raw: readonly unknown[],
  problems: SettingsProblem[],
): unknown {
  const good: unknown[] = [];
  for (const [index, value] of raw.entries()) {
    const item = schema.safeParse([value], IN_WORDS);
    if (item.success) good.push(...item.data);
    else problems.push(problemOf(`${key}[${index}]`, item.error, { used: 'rest' }));
  }
  return good;
}

function problemOf(key: string, error: z.core.$ZodError, instead: SettingsProblem['instead']): SettingsProblem {
  const messages = [...new Set(error.issues.flatMap(issueMessages))];
  const problem = `${messages.slice(0, 3).join('; ') || 'Invalid value'}.`;
  return { key: `agentTeam.${key}`, problem, instead };
}

/** zod puts what is wrong with a record's key one level deeper. */
function issueMessages(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message);
  const path = issue.path.slice(1).map(String).join('.');
  return [path === '' ? issue.message : `${path}: ${issue.message}`];
}

function defaultOf(key: SettingKey): unknown {
  return key.split('.').reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], DEFAULT_SETTINGS);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHttpUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '';
  } catch {
    return false;
  }
}

/** zod's optional fields may be present and undefined, which exact optional types exclude: such fields go. */
function compact<T extends object>(record: Record<string, T> | undefined): Record<string, Compact<T>> | undefined {
  if (!record) return undefined;
  const entries = Object.entries(record).map(([name, value]) => {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return [name, Object.fromEntries(fields)] as const;
  });
  return Object.fromEntries(entries) as Record<string, Compact<T>>;
}

type Compact<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };
