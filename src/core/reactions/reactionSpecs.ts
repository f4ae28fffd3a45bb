// Which reactions there are now: those of the agents' own definitions, and the ready-made ones that are switched on.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { AgentInfo, Reaction } from '../../api';
import { agentSlug } from '../agents/agentNames';
import type { AgentRegistry } from '../agents/agentRegistry';
import { READY_MADE } from './readyMade';

export interface ReactionSpec {
  /** The same in every window and after a restart, also when only the prompt has changed. */
  key: string;
  /** The agent's canonical name. */
  agent: string;
  reaction: Reaction;
  /** Where it comes from. */
  source: AgentInfo['source'] | 'ready-made';
}

/** Of agents that are switched on; `readyMade` holds the ids of those that are on. Paused agents are among them: their events wait. */
export function reactionSpecs(registry: AgentRegistry, readyMade: ReadonlySet<string>): ReactionSpec[] {
  const specs = new Map<string, ReactionSpec>();
  for (const { name, on = [], source } of registry.enabled()) {
    for (const reaction of on) add(specs, { key: keyOf(name, reaction), agent: name, reaction, source });
  }
  for (const { id, agent, reaction } of READY_MADE) {
    const name = registry.canonicalName(agent);
    if (name === undefined || !readyMade.has(id) || !registry.isEnabled(name)) continue;
    add(specs, { key: `ready-made/${id}`, agent: name, reaction, source: 'ready-made' });
  }
  return [...specs.values()];
}

function add(specs: Map<string, ReactionSpec>, spec: ReactionSpec): void {
  let { key } = spec;
  for (let number = 2; specs.has(key); number += 1) key = `${spec.key}#${number}`;
  specs.set(key, { ...spec, key });
}

function keyOf(agent: string, { topic, where }: Reaction): string {
  const base = `${agentSlug(agent)}/${topic}`;
  if (!where) return base;
  const { files = [], severity = '', agent: by = '' } = where;
  const hash = bytesToHex(sha256(utf8ToBytes(JSON.stringify([files, severity, by]))));
  return `${base}/${hash.slice(0, 8)}`;
}
