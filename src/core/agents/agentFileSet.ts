// All agent files together: which of them become agents, which names clash, what they mean by their tools and targets.
import type { AgentExtras } from './agentExtras';
import type { AgentFault } from './agentFault';
import type { AgentFile, ParsedAgentFile } from './agentFile';
import { resolveTools, type ToolChoices } from './agentFileTools';
import { agentSlug } from './agentNames';
import type { AgentSpec } from './agentSpec';
import type { ParsedTeamFile } from './agentTeamFile';

export interface AgentFileSource {
  /** The file's URI. */
  id: string;
  parsed: ParsedAgentFile;
  /** What the file said when it could be used last; counts while `parsed` has errors. */
  lastGood?: AgentFile;
}

export interface TeamFileSource {
  id: string;
  parsed: ParsedTeamFile;
}

/** What is there besides the files. */
export interface AgentFileSurroundings {
  /** The agent that has this name, slug or alias without any file. */
  otherAgent(nameOrAlias: string): AgentSpec | undefined;
  tools: ToolChoices;
}

export interface ResolvedAgentFiles {
  agents: { id: string; spec: AgentSpec }[];
  /** By slug. */
  extras: Map<string, AgentExtras>;
  /** By file: all that is wrong with it, what its text alone shows included. */
  faults: Map<string, AgentFault[]>;
}

/** Every group of ours: what VS Code gives an agent whose file says nothing of tools. */
const ALL_GROUPS = ['read', 'search', 'edit', 'execute', 'agent'];

/** Of two files with one name the earlier in `files` counts; a file may stand in for a built-in agent of exactly its name. */
export function resolveAgentFiles(
  files: readonly AgentFileSource[],
  teamFiles: readonly TeamFileSource[],
  around: AgentFileSurroundings,
): ResolvedAgentFiles {
  const faults = new Map(files.map(({ id, parsed }) => [id, [...parsed.faults]]));
  const owners = new Map<string, { id: string; file: AgentFile }>();
  for (const { id, parsed, lastGood } of files) {
    const file = parsed.file ?? lastGood;
    if (!file) continue;
    const slug = agentSlug(file.name);
    const taken = owners.get(slug)?.file.name ?? takenByOther(file, around);
    if (taken === undefined) owners.set(slug, { id, file });
    else if (parsed.file) faults.get(id)?.push(fault('name.taken', file.nameSpan, { name: file.name, other: taken }));
  }
  const isAgent = (name: string) => owners.has(agentSlug(name)) || around.otherAgent(name) !== undefined;
  const agents = [...owners.values()].map(({ id, file }) => {
    const made = specOf(file, isAgent, around);
    const isShown = files.some((source) => source.id === id && source.parsed.file === file);
    if (isShown) faults.get(id)?.push(...made.faults);
    return { id, spec: made.spec };
  });
  const extras = mergeExtras(teamFiles, isAgent, faults);
  return { agents, extras, faults };
}

function takenByOther(file: AgentFile, around: AgentFileSurroundings): string | undefined {
  const other = around.otherAgent(file.name);
  if (!other || agentSlug(other.name) !== agentSlug(file.name)) return undefined;
  return other.source === 'built-in' && other.name === file.name ? undefined : other.name;
}

function specOf(
  file: AgentFile,
  isAgent: (name: string) => boolean,
  around: AgentFileSurroundings,
): { spec: AgentSpec; faults: AgentFault[] } {
  const other = around.otherAgent(file.name);
  const replaced = other?.name === file.name ? other : undefined;
  const resolved = file.tools && resolveTools(file.tools, around.tools);
  const faults = [...(resolved?.faults ?? [])];
  const named = [...(file.handoffs ?? []).map(({ agent }) => agent), ...(file.agents ?? [])];
  for (const { text, span } of named) {
    if (text !== '*' && !isAgent(text))
      faults.push({ ...fault('agent.unknown', span, { name: text }), severity: 'warning' });
  }
  const saysTargets = file.handoffs !== undefined || file.agents !== undefined;
  const handoffNotes = notesOf(file);
  const spec: AgentSpec = {
    name: file.name,
    description: file.description ?? replaced?.description ?? file.name,
    source: 'file',
    prompt: file.prompt,
    tools: resolved?.tools ?? replaced?.tools ?? ALL_GROUPS,
    handoffs: saysTargets ? [...new Set(named.map(({ text }) => text))] : (replaced?.handoffs ?? []),
    ...(handoffNotes && { handoffNotes }),
    ...(file.model !== undefined && { model: file.model }),
  };
  return { spec, faults };
}

function notesOf({ handoffs = [] }: AgentFile): Record<string, string> | undefined {
  const notes = handoffs.map(({ agent, label, prompt }): [string, string] => [
    agent.text,
    prompt === undefined ? label : `${label}: ${prompt}`,
  ]);
  return notes.length > 0 ? Object.fromEntries(notes) : undefined;
}

function mergeExtras(
  teamFiles: readonly TeamFileSource[],
  isAgent: (name: string) => boolean,
  faults: Map<string, AgentFault[]>,
): Map<string, AgentExtras> {
  const extras = new Map<string, AgentExtras>();
  for (const { id, parsed } of teamFiles) {
    const own = [...parsed.faults];
    for (const { name, span, extras: added } of parsed.entries) {
      const slug = agentSlug(name);
      if (extras.has(slug)) own.push({ ...fault('agent.defined_twice', span, { name }), severity: 'warning' });
      else extras.set(slug, added);
      if (!isAgent(name)) own.push({ ...fault('agent.unknown', span, { name }), severity: 'warning' });
    }
    faults.set(id, own);
  }
  return extras;
}

function fault(reason: AgentFault['reason'], span: AgentFault['span'], params: AgentFault['params']): AgentFault {
  return { reason, severity: 'error', span, params };
}
