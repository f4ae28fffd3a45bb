// Who begins with a request, and what it is about: read from the caller's options and from the request itself.
import type { ContextItem } from '../../api';
import type { AgentRegistry } from '../agents/agentRegistry';
import { whyUnavailable } from '../agents/agentUnavailable';
import { failure, type Failure } from '../failure';
import type { ReviewRequest } from '../review/review';
import type { TeamRequest } from '../routing/askTeam';
import { wordsFor, type ParsedRequest } from '../routing/parseRequest';
import type { RunView } from '../runs/runView';
import type { ResolvedContext } from '../workspace/contextItems';
import type { AskRunOptions } from './askRunOptions';

/** Several agents at once; who is switched off or unknown is asked as well, and says so in its part. */
export interface SeveralStart {
  agents: string[];
  by: 'mention' | 'option';
}

export type Start = NonNullable<TeamRequest['start']> | SeveralStart | { failure: Failure } | undefined;

/** Who begins: the caller's choice, then a mention, then the thread's last agent; nobody means the router. */
export function chooseStart(
  parsed: ParsedRequest,
  options: AskRunOptions,
  earlier: RunView[],
  registry: AgentRegistry,
): Start {
  const asked = options.agent === undefined ? [] : [options.agent].flat();
  const by = asked.length > 0 ? 'option' : 'mention';
  const named = asked.length > 0 ? asked : [...parsed.agents, ...parsed.disabled];
  const agents = [...new Set(named.map((name) => registry.canonicalName(name) ?? name))];
  if (agents.length > 1) return { agents, by };
  const [name] = asked.length > 0 ? agents : parsed.agents;
  if (name !== undefined) return namedStart(name, by, registry);
  const [disabled] = parsed.disabled;
  const unavailable = disabled === undefined ? undefined : whyUnavailable(registry, disabled);
  if (unavailable) return { failure: unavailable };
  const last = earlier.findLast((run) => run.agent !== undefined && run.status === 'completed')?.agent;
  if (last !== undefined && registry.isAvailable(last)) return { agent: last, by: 'thread' };
  return undefined;
}

/** Whom the caller asked for, as `run.started` tells it. */
export function agentOf({ agent }: AskRunOptions): { agent?: string; agents?: string[] } {
  const [name, ...others] = agent === undefined ? [] : [agent].flat();
  if (name === undefined) return {};
  return others.length > 0 ? { agents: [name, ...others] } : { agent: name };
}

/** Files and folders that the request is about. */
export function placesOf(items: readonly ContextItem[] = [], { references }: ParsedRequest): string[] {
  return [
    ...items.flatMap(({ uri }) => uri ?? []),
    ...references.flatMap((reference) => (reference.kind === 'file' ? reference.path : [])),
  ];
}

/** What `/review` is about: `#changes` or, where nothing else is pointed at, found or not, all that is not committed; the words are what to look at in particular. */
export function reviewRequest({ text, references }: ParsedRequest, { places }: ResolvedContext): ReviewRequest {
  const isPointed = places.length > 0 || references.some(({ kind }) => kind === 'symbol' || kind === 'selection');
  const wantsChanges = !isPointed || references.some(({ kind }) => kind === 'changes');
  const saysMore = /\p{L}/u.test(references.reduce((rest, named) => rest.replace(wordsFor(named), ''), text));
  return {
    target: wantsChanges ? { kind: 'changes', scope: 'working' } : { kind: 'places', places },
    ...(saysMore && { focus: text }),
  };
}

function namedStart(name: string, by: 'option' | 'mention', registry: AgentRegistry): Start {
  const agent = registry.canonicalName(name);
  if (agent === undefined) {
    const known = registry
      .available()
      .map((spec) => spec.name)
      .join(', ');
    return { failure: failure('agent.unknown', `There is no agent '${name}'. The team has: ${known}.`) };
  }
  const unavailable = whyUnavailable(registry, agent);
  return unavailable ? { failure: unavailable } : { agent, by };
}
