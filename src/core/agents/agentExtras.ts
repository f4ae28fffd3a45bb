// What only we know of an agent and what therefore stands in `.github/agent-team.json`, not in its `.agent.md`.
import * as z from 'zod';
import { reachablePattern } from '../events/reachablePattern';
import type { AgentSpec } from './agentSpec';

/** Added to the agent of that name, wherever it is defined. */
export type AgentExtras = Pick<AgentSpec, 'on' | 'limits' | 'modelOptions'>;

const text = z.string().trim().min(1);

const reaction = z.strictObject({
  topic: reachablePattern,
  where: z
    .strictObject({ files: z.array(text).optional(), severity: text.optional(), agent: text.optional() })
    .optional(),
  debounceMs: z.int().min(0).max(3_600_000).optional(),
  maxPerMinute: z.int().min(1).max(600).optional(),
  prompt: text,
});

/** One agent's entry. `schemas/agent-team.schema.json` says the same for editors; a unit test holds them together. */
export const agentExtras = z.strictObject({
  on: z.array(reaction).max(50).optional(),
  limits: z
    .strictObject({
      maxTurns: z.int().min(1).max(1_000).optional(),
      maxTokens: z.int().min(1).optional(),
      timeoutSeconds: z.number().min(1).max(86_400).optional(),
    })
    .optional(),
  modelOptions: z
    .strictObject({
      temperature: z.number().min(0).max(2).optional(),
      maxOutputTokens: z.int().min(1).max(10_000_000).optional(),
    })
    .optional(),
});
