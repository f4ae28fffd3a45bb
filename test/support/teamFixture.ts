// A team for tests of what stands above models: real registry, guardrails and loop; scripted model, tools and breakers.
import assert from 'node:assert/strict';
import type { AgentBreakers } from '../../src/core/agents/agentBreakers';
import { AgentRegistry } from '../../src/core/agents/agentRegistry';
import type { AgentSpec } from '../../src/core/agents/agentSpec';
import { GuardrailChain, type Guardrail } from '../../src/core/agents/guardrails/guardrail';
import type { PromptVersionText } from '../../src/core/agents/promptVersion';
import type { Failure } from '../../src/core/failure';
import type { ChatMessage, UserMessage } from '../../src/core/model/chatModel';
import type { TeamServices } from '../../src/core/routing/askTeam';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import type { ToolGate } from '../../src/core/tools/toolGate';
import type { Tool, ToolContext, ToolEffect, ToolResult } from '../../src/core/tools/tool';
import { ManualClock } from './manualClock';
import { RecordedRun, type RecordedRunOptions } from './recordedRun';
import { ScriptedModelCaller, type CallerStep, type ScriptedModelCallerOptions } from './scriptedModelCaller';
import { assertValidHistory } from './validHistory';

export interface FakeToolOptions {
  effect?: ToolEffect;
  parse?: Tool['parse'];
  run?(input: Record<string, unknown>, context: ToolContext): Promise<ToolResult> | ToolResult;
}

/** A tool that keeps its inputs; by default it says `<name> done`. */
export class FakeTool implements Tool {
  readonly description: string;
  readonly inputSchema = { type: 'object' };
  readonly effect: ToolEffect;
  readonly source = 'built-in';
  readonly inputs: unknown[] = [];

  constructor(
    readonly name: string,
    private readonly options: FakeToolOptions = {},
  ) {
    this.description = `Does ${name}.`;
    this.effect = options.effect ?? 'read';
  }

  parse(input: unknown): ReturnType<Tool['parse']> {
    return this.options.parse?.(input) ?? { ok: true, value: input };
  }

  title(input: unknown): string {
    return `${this.name} ${JSON.stringify(input)}`;
  }

  run(input: unknown, context: ToolContext): Promise<ToolResult> {
    this.inputs.push(input);
    const run = this.options.run ?? (() => ({ text: `${this.name} done` }));
    return Promise.resolve(run(input as Record<string, unknown>, context));
  }
}

/** Breakers that are open for whom the test says, and remember what they were told. */
export class FakeBreakers implements AgentBreakers {
  readonly open = new Set<string>();
  readonly reports: { agent: string; reason: string | undefined }[] = [];

  isOpen(agent: string): boolean {
    return this.open.has(agent);
  }
  retryInMs(agent: string): number {
    return this.open.has(agent) ? 1_000 : 0;
  }
  admit(agent: string): boolean {
    return !this.open.has(agent);
  }
  report(agent: string, failure: Failure | undefined): void {
    this.reports.push({ agent, reason: failure?.reason });
  }
}

export interface TeamFixtureOptions {
  steps: readonly CallerStep[] | Record<string, readonly CallerStep[]>;
  caller?: ScriptedModelCallerOptions;
  tools?: Tool[];
  settings?: Partial<TeamSettings>;
  gate?: ToolGate;
  guardrails?: Guardrail[];
  run?: RecordedRunOptions;
}

export class TeamFixture {
  readonly clock = new ManualClock();
  readonly breakers = new FakeBreakers();
  readonly promptVersions: PromptVersionText[] = [];
  readonly bugs: string[] = [];
  readonly paused = new Set<string>();
  readonly models: ScriptedModelCaller;
  readonly recorded: RecordedRun;
  readonly registry: AgentRegistry;
  readonly services: TeamServices;
  settings: TeamSettings;

  constructor(options: TeamFixtureOptions) {
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.models = new ScriptedModelCaller(options.steps, options.caller);
    this.recorded = new RecordedRun(options.run);
    this.registry = new AgentRegistry({
      settings: () => this.settings,
      pauses: { has: (name) => this.paused.has(name) },
      promptVersions: { remember: (text) => this.promptVersions.push(text) },
    });
    const tools = new Map((options.tools ?? []).map((tool) => [tool.name, tool]));
    let ids = 0;
    const onBug = (error: unknown, where: string) => void this.bugs.push(`${where}: ${String(error)}`);
    this.services = {
      models: this.models,
      tools: { get: (name) => tools.get(name), list: () => [...tools.values()] },
      registry: this.registry,
      breakers: this.breakers,
      guardrails: new GuardrailChain(options.guardrails ?? [], onBug),
      ...(options.gate && { gate: options.gate }),
      settings: () => this.settings,
      clock: this.clock,
      newId: () => `id-${(ids += 1)}`,
      onBug,
    };
  }

  spec(name: string): AgentSpec {
    const spec = this.registry.find(name);
    assert.ok(spec, `there is an agent '${name}'`);
    return spec;
  }

  /** What holds after every ask: the script is used up, every request was valid, events and spans are whole. */
  assertClean(): void {
    this.models.assertUsed();
    for (const request of this.models.requests) assertValidHistory(request.messages);
    this.recorded.assertWhole();
    assert.deepEqual(this.bugs, []);
    assert.deepEqual(this.clock.pending(), [], 'no timer is left');
  }

  /** The system prompt of the n-th model call. */
  systemOf(call: number): string {
    const first = this.models.requests[call]?.messages[0];
    assert.equal(first?.role, 'system');
    return first.text;
  }

  /** The texts of the n-th model call, system prompt left out: `role: text`. */
  transcript(call: number): string[] {
    return (this.models.requests[call]?.messages ?? []).filter((message) => message.role !== 'system').map(lineOf);
  }

  toolsOf(call: number): string[] {
    return this.models.requests[call]?.tools.map((tool) => tool.name) ?? [];
  }
}

export function user(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }] };
}

/** One message as a line: `assistant: text [call read_file]`. */
export function lineOf(message: ChatMessage): string {
  switch (message.role) {
    case 'user':
      return `user: ${message.content.map((part) => (part.type === 'text' ? part.text : '[image]')).join(' | ')}`;
    case 'assistant': {
      const calls = message.toolCalls.map((call) => `[${call.name}]`);
      return ['assistant:', ...(message.text ? [message.text] : []), ...calls].join(' ');
    }
    default:
      return `${message.role}: ${message.text}`;
  }
}
