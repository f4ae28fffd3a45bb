// The version of a prompt: what an agent was told and given, as a short hash, so that runs can be compared by it.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { BUILT_IN_MODEL_OPTIONS, type RoleModelOptions, type TeamSettings } from '../settings';
import type { AgentSpec } from './agentSpec';
import { expandToolNames } from './toolGrants';

/** What a prompt version stands for; kept so that two versions can be compared. */
export interface PromptVersionText {
  version: string;
  agent: string;
  prompt: string;
  tools: string[];
  model: string | null;
  modelOptions: RoleModelOptions | null;
}

/** Keeps the texts of all versions that were used. Remembering one twice does nothing. */
export interface PromptVersionStore {
  remember(text: PromptVersionText): void;
}

/**
 * The first 12 hex digits of SHA-256 over the JSON array `[prompt, sorted tool names, model, modelOptions]`, `null` for
 * what is absent. Model and options are those of this very agent: what all agents have in common does not tell versions apart.
 */
export function promptVersion(spec: AgentSpec, settings: TeamSettings): string {
  return describePromptVersion(spec, settings).version;
}

export function describePromptVersion(spec: AgentSpec, settings: TeamSettings): PromptVersionText {
  const tools = expandToolNames(spec.tools).sort();
  const model = settings.models[spec.name]?.model ?? spec.model ?? null;
  const modelOptions = modelOptionsOf(spec, settings);
  const hashed = sha256(utf8ToBytes(JSON.stringify([spec.prompt, tools, model, modelOptions])));
  const version = bytesToHex(hashed).slice(0, 12);
  return { version, agent: spec.name, prompt: spec.prompt, tools, model, modelOptions };
}

function modelOptionsOf(spec: AgentSpec, settings: TeamSettings): RoleModelOptions | null {
  const merged = { ...BUILT_IN_MODEL_OPTIONS[spec.name], ...spec.modelOptions, ...settings.modelOptions[spec.name] };
  const { temperature, maxOutputTokens } = merged;
  if (temperature === undefined && maxOutputTokens === undefined) return null;
  return {
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}
