// The settings that core understands, with their defaults. `src/vscode/settings` reads and validates them; core asks for the current value at each use.
import { PROTECTED_FILES } from './protectedGlobs';

export interface ModelChoice {
  /** `openai`, `vscode`, `offline`, or a key of `endpoints`; absent: the provider in use. */
  endpoint?: string;
  model: string;
}

export interface RoleModelOptions {
  temperature?: number;
  maxOutputTokens?: number;
}

/** USD per million tokens. */
export interface Price {
  input: number;
  cachedInput?: number;
  output: number;
}

export interface TeamSettings {
  provider: 'auto' | 'openai' | 'vscode' | 'offline';
  openai: { baseUrl: string; headers: Record<string, string>; stream: boolean };
  endpoints: Record<string, { baseUrl: string; headers?: Record<string, string> }>;
  models: Record<string, ModelChoice>;
  modelOptions: Record<string, RoleModelOptions>;
  /** `folders`: further folders with agent files, absolute or below `~`; absent: none. */
  agents: { disabled: string[]; folders?: string[] };
  router: { fallbackAgent: string };
  supervisor: {
    maxConcurrency: number;
    maxTasks: number;
    maxReplans: number;
    onFailure: 'continue' | 'abort';
    reviewPlan: boolean;
  };
  limits: { maxTurns: number; taskTimeoutSeconds: number; requestTimeoutSeconds: number; maxHandoffs: number };
  /** 0 means no limit. */
  budget: { maxTokensPerRun: number; maxCostPerRunUsd: number };
  prices: Record<string, Price>;
  retry: { maxAttempts: number; baseDelayMs: number; maxDelayMs: number };
  breaker: { failureThreshold: number; resetSeconds: number };
  /** Tokens of shared memory in one prompt; 0: none. */
  memory: { maxPromptTokens: number };
  /** What happens with edits that agents propose. */
  edits: { mode: 'review' | 'auto' | 'deny' };
  /** Patterns are whole words: see `core/policy/commandPattern`. */
  commands: { mode: 'ask' | 'auto' | 'deny'; allow: string[]; deny: string[] };
  /** Globs: writing such a file asks in every mode but `deny`. */
  protectedFiles: string[];
  /** Findings of reviews in the Problems panel too. */
  review: { showProblems: boolean };
  /** `otlpEndpoint`: empty for no export; header values may hold `${env:NAME}`. */
  trace: {
    captureContent: boolean;
    otlpEndpoint: string;
    otlpHeaders: Record<string, string>;
    exportContent: boolean;
  };
  retention: { maxRuns: number; maxMegabytes: number };
  /** `url`: see `redisAddress`; empty for the embedded backend. */
  events: { backend: 'embedded' | 'redis'; url: string };
}

export const DEFAULT_SETTINGS: TeamSettings = {
  provider: 'auto',
  openai: { baseUrl: '', headers: {}, stream: true },
  endpoints: {},
  models: {},
  modelOptions: {},
  agents: { disabled: [], folders: [] },
  router: { fallbackAgent: 'dev' },
  supervisor: { maxConcurrency: 4, maxTasks: 20, maxReplans: 2, onFailure: 'continue', reviewPlan: false },
  limits: { maxTurns: 25, taskTimeoutSeconds: 600, requestTimeoutSeconds: 120, maxHandoffs: 6 },
  budget: { maxTokensPerRun: 0, maxCostPerRunUsd: 0 },
  prices: {},
  retry: { maxAttempts: 4, baseDelayMs: 500, maxDelayMs: 30_000 },
  breaker: { failureThreshold: 5, resetSeconds: 30 },
  memory: { maxPromptTokens: 4_000 },
  edits: { mode: 'review' },
  commands: { mode: 'ask', allow: [], deny: [] },
  protectedFiles: [...PROTECTED_FILES],
  review: { showProblems: false },
  trace: { captureContent: true, otlpEndpoint: '', otlpHeaders: {}, exportContent: false },
  retention: { maxRuns: 200, maxMegabytes: 256 },
  events: { backend: 'embedded', url: '' },
};

/** Built-in options by role; settings override them key by key. */
export const BUILT_IN_MODEL_OPTIONS: Record<string, RoleModelOptions> = {
  router: { temperature: 0 },
  supervisor: { temperature: 0.3 },
};

/** Gives the settings as they are now; call it at each use. */
export type SettingsSource = () => TeamSettings;
