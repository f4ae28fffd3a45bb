// A window with agents that react: real bus, registry and reactions; what they do is a script that keeps what it was asked for.
import type { EventEnvelope, Reaction, RunUsage } from '../../src/api';
import { AgentRegistry } from '../../src/core/agents/agentRegistry';
import type { AgentSpec } from '../../src/core/agents/agentSpec';
import { toDisposable } from '../../src/core/disposable';
import { EventBus } from '../../src/core/events/eventBus';
import type { Failure } from '../../src/core/failure';
import type { ReactionClaims } from '../../src/core/reactions/reactionClaims';
import { Reactions, type ReactionEnd, type ReactionGates } from '../../src/core/reactions/reactions';
import type { ReactionSpec } from '../../src/core/reactions/reactionSpecs';
import type { Firing } from '../../src/core/reactions/storedReactions';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import { settle } from './gate';
import { InMemoryEventLog, InMemoryStorage } from './inMemoryEventLog';
import { InMemoryReactionStorage } from './inMemoryReactions';
import { ManualClock } from './manualClock';

/** What several windows of one workspace, and one window after the other, have in common. */
export class ReactionWorkspace {
  readonly clock = new ManualClock();
  readonly events = new InMemoryStorage();
  readonly shared = new InMemoryReactionStorage(this.events, this.clock);
  /** Runs that have ended, by id. */
  readonly ended = new Map<string, ReactionEnd>();
}

export interface Fired {
  agent: string;
  key: string;
  runId: string;
  topics: string[];
  /** Paths, or the payloads of events that have none. */
  about: unknown[];
  count: number;
  attempts: number;
  ancestors: readonly string[];
}

export const COMPLETED: ReactionEnd = { status: 'completed' };
export const failed = (reason: string, retryable = false): ReactionEnd => {
  const error: Failure = { reason, message: `${reason}.`, retryable };
  return { status: 'failed', error };
};
export const used = (tokens: number, costUsd?: number): ReactionEnd => ({
  status: 'completed',
  usage: {
    inputTokens: tokens,
    outputTokens: 0,
    ...(costUsd !== undefined && { costUsd }),
  } satisfies Partial<RunUsage>,
});

export class ReactionWindow {
  readonly bus: EventBus;
  readonly fired: Fired[] = [];
  readonly bugs: unknown[] = [];
  readonly registry: AgentRegistry;
  readonly reactions: Reactions;
  readonly paused = new Set<string>();
  readonly open = new Set<string>();
  readonly readyMade = new Set<string>();
  typedAtMs = Number.NEGATIVE_INFINITY;
  consent: ReturnType<ReactionGates['consent']> = 'allowed';
  settings: TeamSettings = DEFAULT_SETTINGS;
  /** What a reaction comes to; may publish and wait. */
  work: (fired: Fired, firing: Firing) => ReactionEnd | Promise<ReactionEnd> = () => COMPLETED;
  private readonly gateHandlers = new Set<() => void>();
  private ids = 0;

  constructor(
    readonly workspace: ReactionWorkspace,
    readonly origin: string,
    agents: Partial<AgentSpec>[] = [],
    claims?: ReactionClaims,
  ) {
    const { clock, events, shared } = workspace;
    this.bus = new EventBus({ clock, origin, log: new InMemoryEventLog(origin, events) });
    this.registry = new AgentRegistry({ settings: () => this.settings, promptVersions: { remember: () => undefined } });
    for (const agent of agents) this.registry.register(specOf(agent));
    this.reactions = new Reactions({
      bus: this.bus,
      registry: this.registry,
      settings: () => this.settings,
      clock,
      newId: () => `${origin}-run-${(this.ids += 1)}`,
      gates: this.gates(),
      claims: claims ?? shared.claimsOf(origin),
      store: shared.store(origin),
      logs: shared,
      isAlive: (other) => Promise.resolve(events.alive.has(other)),
      runner: { run: (spec, firing, ancestors) => this.run(spec, firing, ancestors) },
      onBug: (error) => void this.bugs.push(error),
    });
  }

  async start(): Promise<this> {
    await this.reactions.start();
    await settle();
    return this;
  }

  /** Something of the gates has changed. */
  async change(change: (window: this) => void): Promise<void> {
    change(this);
    for (const handler of [...this.gateHandlers]) handler();
    await settle();
  }

  publish(topic: string, payload: unknown = {}, more: { causationId?: string } = {}): EventEnvelope {
    return this.bus.publishExternal(topic, payload, { source: 'test', ...more });
  }

  save(path: string): EventEnvelope {
    const payload = { path, uri: `file:///w/${path}`, languageId: 'typescript' };
    return this.bus.publish({ topic: 'file.saved', payload, source: 'editor' });
  }

  diagnostics(path: string, errors: number): EventEnvelope {
    const payload = { path, uri: `file:///w/${path}`, errors, warnings: 0 };
    return this.bus.publish({ topic: 'diagnostics.changed', payload, source: 'editor' });
  }

  /** An event of a run that a reaction began, as its agent would publish one. */
  publishIn(fired: Fired, topic: string, payload: unknown = {}): EventEnvelope {
    const started = this.bus.publish({
      topic: 'run.started',
      payload: {
        kind: 'reaction',
        title: '',
        request: '',
        context: [],
        reaction: { key: fired.key, topic: '', events: 1, ancestors: [...fired.ancestors] },
      },
      source: 'engine',
      runId: fired.runId,
    });
    return this.publish(topic, payload, { causationId: started.id });
  }

  /** The window is gone without having said so; nothing of it is kept that is not safe by now. */
  kill(): void {
    this.workspace.events.alive.delete(this.origin);
    this.reactions.dispose();
    this.bus.dispose();
  }

  async close(): Promise<void> {
    await this.reactions.close();
    this.workspace.events.alive.delete(this.origin);
    this.bus.dispose();
  }

  private async run(spec: ReactionSpec, firing: Firing, ancestors: readonly string[]): Promise<ReactionEnd> {
    const before = this.workspace.ended.get(firing.runId);
    if (before) return before;
    const { batch, runId, attempts } = firing;
    const fired: Fired = {
      agent: spec.agent,
      key: spec.key,
      runId,
      attempts,
      ancestors,
      topics: [...new Set(batch.events.map(({ event }) => event.topic))],
      about: batch.events.map(({ event }) => (event.payload as { path?: string } | null)?.path ?? event.payload),
      count: batch.events.reduce((sum, { count }) => sum + count, batch.more),
    };
    this.fired.push(fired);
    const end = await this.work(fired, firing);
    if (end.status === 'completed') this.workspace.ended.set(runId, { status: end.status });
    return end;
  }

  private gates(): ReactionGates {
    return {
      isPaused: (agent) => this.paused.has(agent),
      isBreakerOpen: (agent) => this.open.has(agent),
      lastTypedAtMs: () => this.typedAtMs,
      consent: () => this.consent,
      readyMade: () => this.readyMade,
      onDidChange: (handler) => {
        this.gateHandlers.add(handler);
        return toDisposable(() => this.gateHandlers.delete(handler));
      },
    };
  }
}

export function agentOn(name: string, ...on: Partial<Reaction>[]): Partial<AgentSpec> {
  return {
    name,
    on: (on.length > 0 ? on : [{}]).map((reaction) => ({ topic: 'file.saved', prompt: 'Look.', ...reaction })),
  };
}

function specOf(agent: Partial<AgentSpec>): AgentSpec {
  return { name: 'x', description: '', source: 'file', prompt: 'p', tools: [], handoffs: [], ...agent };
}
