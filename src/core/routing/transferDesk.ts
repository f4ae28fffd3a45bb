// Decides about the transfers of one invocation: who may take over, what the caller is told, what events and trace say.
import { agentSlug, TRANSFER_PREFIX } from '../agents/agentNames';
import type { Handoff } from '../agents/agentOutcome';
import type { AgentServices } from '../agents/agentServices';
import type { AgentSpec } from '../agents/agentSpec';
import type { ControlTransfers, TransferState, TransferVerdict } from '../agents/controlTransfers';
import { failure, type Failure } from '../failure';
import type { ToolCall, ToolSchema } from '../model/chatModel';
import type { RunContext } from '../runs/runContext';
import { AGENT_TEAM, GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import { parseHandoff, transferSchema, type HandoffInput } from './handoff';
import type { HandoffLedger, HandoffRefusal } from './handoffLedger';

interface Refusal {
  code: HandoffRefusal | 'invalid' | 'superseded';
  /** For people and models: what stands in the way. */
  why: string;
  /** For the model: what to do instead. */
  instead: string;
  fatal?: Failure;
}

const GO_ON = 'Go on yourself: finish the request, or say what is missing.';

export class TransferDesk implements ControlTransfers {
  constructor(
    private readonly services: Pick<AgentServices, 'registry' | 'breakers' | 'settings'>,
    private readonly from: AgentSpec,
    private readonly ledger: HandoffLedger,
  ) {}

  get schemas(): readonly ToolSchema[] {
    return this.services.registry.handoffTargets(this.from).map(transferSchema);
  }

  isTransfer(toolName: string): boolean {
    return toolName.startsWith(TRANSFER_PREFIX);
  }

  request(call: ToolCall, state: TransferState, run: RunContext): TransferVerdict {
    const parsed = parseHandoff(call);
    const input = parsed.ok ? parsed.value : rawInput(call);
    const target = this.target(call);
    const handoff: Handoff = { from: this.from.name, to: target.name, ...input };
    const opened = open(handoff, call, run);
    const refusal = parsed.ok ? this.refusal(target, state) : invalid(parsed.problem);
    if (refusal) return refuse(handoff, refusal, opened);
    this.ledger.record(handoff);
    const { from, to, reason } = handoff;
    const completed = opened.run.emit('handoff.completed', { from, to, reason });
    opened.span.end({ status: 'ok' });
    return { accepted: true, handoff, text: `Control passed on to ${to}.`, eventId: completed.id };
  }

  turnDown(call: ToolCall, winner: Handoff, run: RunContext): TransferVerdict {
    const handoff: Handoff = { from: this.from.name, to: this.target(call).name, ...rawInput(call) };
    const why = `control passed on to ${winner.to} in the same turn`;
    return refuse(handoff, { code: 'superseded', why, instead: '' }, open(handoff, call, run));
  }

  /** The agent behind a tool name; an unknown one keeps the name that was called. */
  private target(call: ToolCall): { name: string; spec?: AgentSpec } {
    const name = call.name.slice(TRANSFER_PREFIX.length);
    const spec = this.services.registry.find(name);
    return spec ? { name: spec.name, spec } : { name };
  }

  private refusal({ name, spec }: { name: string; spec?: AgentSpec }, state: TransferState): Refusal | undefined {
    const { registry, breakers } = this.services;
    const offered = registry.handoffTargets(this.from);
    const names = offered.map((target) => target.name).join(', ');
    const instead = names ? `${GO_ON} You can hand over to: ${names}.` : GO_ON;
    if (agentSlug(name) === agentSlug(this.from.name))
      return { code: 'self', why: `you are ${name} yourself`, instead: GO_ON };
    if (!spec) return { code: 'unknown', why: `there is no agent '${name}'`, instead };
    if (!registry.isEnabled(spec.name)) return { code: 'disabled', why: `the agent ${name} is switched off`, instead };
    if (registry.isPaused(spec.name))
      return { code: 'paused', why: `the person has paused the agent ${name}`, instead };
    if (!offered.includes(spec)) return { code: 'not_offered', why: `you cannot hand over to ${name}`, instead };
    if (breakers.isOpen(spec.name)) {
      const why = `the agent ${name} failed several times in a row and is paused for a while`;
      return { code: 'breaker_open', why, instead };
    }
    return this.judge(spec, state);
  }

  private judge(spec: AgentSpec, state: TransferState): Refusal | undefined {
    const verdict = this.ledger.judge({ from: this.from.name, to: spec.name, newFacts: state.newFacts });
    switch (verdict) {
      case 'accepted':
        return undefined;
      case 'no_new_facts': {
        const why = `${spec.name} has just handed this over to you, and nothing new has come up since`;
        return { code: verdict, why, instead: `${GO_ON} Find something out first if ${spec.name} is to go on.` };
      }
      case 'limit':
        return this.limitRefusal();
    }
  }

  private limitRefusal(): Refusal {
    const { maxHandoffs } = this.services.settings().limits;
    const why = `the request was handed over ${this.ledger.handoffs.length} times, and ${maxHandoffs} is the limit`;
    if (!this.ledger.isExhausted) return { code: 'limit', why, instead: 'Answer the request yourself now.' };
    const message = `The agents kept handing the request over to each other (agentTeam.limits.maxHandoffs is ${maxHandoffs}). Name the agent that should answer, for example @dev.`;
    return { code: 'limit', why, instead: '', fatal: failure('handoff.limit', message) };
  }
}

interface Opened {
  /** The scope of the handoff: its span, caused by its request. */
  run: RunContext;
  span: Span;
}

/** Starts the span of a transfer and reports the request. */
function open(handoff: Handoff, call: ToolCall, run: RunContext): Opened {
  const span = startTransferSpan(run, call, handoff);
  const requested = run.emit('handoff.requested', { ...handoff }, { span });
  return { run: run.with({ span, cause: requested.id }), span };
}

/** The span `execute_tool transfer_to_<agent>`, for the router's transfers too. */
export function startTransferSpan(
  run: RunContext,
  call: ToolCall,
  { from, to, reason }: Pick<Handoff, 'from' | 'to' | 'reason'>,
): Span {
  return run.startSpan(`execute_tool ${TRANSFER_PREFIX}${agentSlug(to)}`, {
    [GEN_AI.operation]: 'execute_tool',
    [GEN_AI.toolName]: call.name,
    [GEN_AI.toolType]: 'function',
    [GEN_AI.toolCallId]: call.id,
    [GEN_AI.agentName]: from,
    [AGENT_TEAM.handoffFrom]: from,
    [AGENT_TEAM.handoffTo]: to,
    [AGENT_TEAM.handoffReason]: reason,
  });
}

function refuse(handoff: Handoff, refusal: Refusal, { run, span }: Opened): TransferVerdict {
  const { from, to, reason } = handoff;
  const { code, why, instead, fatal } = refusal;
  const rejected = run.emit('handoff.rejected', { from, to, reason, why: `${code}: ${why}` });
  span.end({ status: 'error', message: why, attributes: { [GEN_AI.errorType]: `handoff.${code}` } });
  const text = `Not handed over: ${why}.${instead ? ` ${instead}` : ''}`;
  return { accepted: false, text, eventId: rejected.id, ...(fatal && { fatal }) };
}

function invalid(problem: string): Refusal {
  return { code: 'invalid', why: `the input is not valid (${problem})`, instead: 'Correct it, or go on yourself.' };
}

/** What can be said of a transfer whose input was not checked or not valid. */
function rawInput(call: ToolCall): HandoffInput {
  const { reason } = call.arguments;
  return { reason: typeof reason === 'string' ? reason : '', context: 'full' };
}
