// Guardrails look at text on its way in (requests, context), on its way out (answers) and between (tool results).
import type { RunContext } from '../../runs/runContext';

export type GuardrailStage = 'input' | 'output' | 'tool';

export interface GuardedText {
  stage: GuardrailStage;
  text: string;
  agent: string;
  /** Where the text comes from: a tool's name, `request`, `context`, `answer`. */
  source: string;
}

export type GuardrailVerdict =
  | { action: 'pass' }
  | { action: 'warned'; reason: string }
  | { action: 'masked'; reason: string; text: string }
  | { action: 'blocked'; reason: string };

/** One check. It must be quick: it runs on every text. Throwing counts as a bug, and the text is then blocked. */
export interface Guardrail {
  readonly name: string;
  readonly stages: readonly GuardrailStage[];
  check(input: GuardedText): GuardrailVerdict;
}

export type ChainVerdict =
  | { blocked: false; text: string; eventId?: string }
  | { blocked: true; guardrail: string; reason: string; eventId: string };

/** Runs guardrails in order; each sees what the ones before it left. */
export class GuardrailChain {
  constructor(
    private readonly guardrails: readonly Guardrail[],
    private readonly onBug: (error: unknown, where: string) => void,
  ) {}

  /** Checks `input` and publishes `guardrail.tripped` for each guardrail that did something. */
  apply(input: GuardedText, run: RunContext): ChainVerdict {
    let text = input.text;
    let cause: string | undefined;
    for (const guardrail of this.guardrails) {
      if (!guardrail.stages.includes(input.stage)) continue;
      const verdict = this.check(guardrail, { ...input, text });
      if (verdict.action === 'pass') continue;
      const { action, reason } = verdict;
      const payload = { guardrail: guardrail.name, stage: input.stage, action, reason };
      cause = run.emit('guardrail.tripped', payload, { agent: input.agent, ...(cause && { causationId: cause }) }).id;
      if (action === 'blocked') return { blocked: true, guardrail: guardrail.name, reason, eventId: cause };
      if (action === 'masked') text = verdict.text;
    }
    return { blocked: false, text, ...(cause !== undefined && { eventId: cause }) };
  }

  private check(guardrail: Guardrail, input: GuardedText): GuardrailVerdict {
    try {
      return guardrail.check(input);
    } catch (error) {
      this.onBug(error, `guardrail ${guardrail.name}`);
      return { action: 'blocked', reason: 'guardrail.failed' };
    }
  }
}
