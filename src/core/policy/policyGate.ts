// The gate before every call that writes or executes: the policy decides, the queue asks, the model gets words that it can act on.
import { failure, isFailure, type Failure } from '../failure';
import type { RunContext } from '../runs/runContext';
import { toolError, type Tool, type ToolIntent, type ToolResult } from '../tools/tool';
import type { GateCall, GateVerdict, ToolGate } from '../tools/toolGate';
import type { ApprovalOutcome, ApprovalQueue } from './approvalQueue';
import { grantKey, type Grants } from './grants';
import { inputPreview } from './inputPreview';
import type { Decision, DenyReason, Need, Policy } from './policy';

/** What a question is about; `src/vscode` makes sentences of it. */
export interface ApprovalSubject {
  agent: string;
  tool: string;
  /** The tool's own line about the call. */
  callTitle: string;
  intents: readonly ToolIntent[];
  needs: readonly Need[];
  /** Lines that the call would write; empty for commands. */
  preview: string;
}

export interface ApprovalTexts {
  /** One line: who wants what, on what. */
  title(subject: ApprovalSubject): string;
  /** Exactly what would happen, and which parts of it are why it asks. */
  detail(subject: ApprovalSubject): string;
  /** What an answer beyond this call covers, one entry for each grant. */
  covers(subject: ApprovalSubject): string[];
}

export interface PolicyGateOptions {
  policy: Policy;
  queue: ApprovalQueue;
  grants: Grants;
  texts: ApprovalTexts;
}

type Asked = Extract<Decision, { kind: 'ask' }>;

const ADMITTED: GateVerdict = { admitted: true };
/** Reasons for which a yes is worth a second look. */
const HIGH_RISK: ReadonlySet<Need['reason']> = new Set([
  'unreadable',
  'opaque',
  'variable',
  'outside',
  'secret',
  'protected',
  'unknown_shell',
]);
/** Longest quotation of the agent's words, in characters. */
const MAX_WHY = 1_000;
/** While a question waits the world may change; then it is asked again, this often at most. */
const MAX_QUESTIONS = 3;

export class PolicyGate implements ToolGate {
  constructor(private readonly options: PolicyGateOptions) {}

  async admit(call: GateCall, run: RunContext): Promise<GateVerdict> {
    const { policy, grants } = this.options;
    const agreed = new Set<string>();
    for (let question = 0; question < MAX_QUESTIONS; question += 1) {
      const intents = await unlessAborted(run.signal, async () => call.tool.intents?.(call.input, call.context));
      if (isFailure(intents)) return refused(toolError(intents.reason, `Not run. ${intents.message}`));
      const decision = await unlessAborted(run.signal, () => policy.decide(call.tool, intents, run.signal));
      if (isFailure(decision)) return refused(toolError(decision.reason, `Not run. ${decision.message}`));
      if (decision.kind === 'allow') return ADMITTED;
      if (decision.kind === 'deny') return refused(deniedResult(decision.reason, decision.subject));
      const open = decision.needs.filter(({ grant }) => !agreed.has(grantKey(grant)));
      if (open.length === 0 || grants.cover(run.runId, grantsOf(open))) return ADMITTED;
      const outcome = await this.ask({ call, intents: intents ?? [], decision }, run);
      if (outcome.kind !== 'granted') return refused(unansweredResult(call.tool, outcome));
      for (const { grant } of decision.needs) agreed.add(grantKey(grant));
    }
    return refused(
      toolError('approval.expired', 'Not run: what it would do kept changing while it waited. Try again.'),
    );
  }

  private ask(
    { call, intents, decision }: { call: GateCall; intents: readonly ToolIntent[]; decision: Asked },
    run: RunContext,
  ): Promise<ApprovalOutcome> {
    const { texts, queue } = this.options;
    const { tool, input, context, why } = call;
    const subject: ApprovalSubject = {
      agent: context.agent,
      tool: tool.name,
      callTitle: tool.title(input),
      intents,
      needs: decision.needs,
      preview: intents.some((intent) => intent.kind === 'write') ? inputPreview(input) : '',
    };
    return queue.ask(
      {
        agent: context.agent,
        tool: tool.name,
        title: texts.title(subject),
        detail: texts.detail(subject),
        risk: decision.needs.some(({ reason }) => HIGH_RISK.has(reason)) ? 'high' : 'medium',
        covers: texts.covers(subject),
        ...(why !== undefined && why.trim() !== '' && { why: why.trim().slice(0, MAX_WHY) }),
        grants: grantsOf(decision.needs),
      },
      run,
    );
  }
}

const grantsOf = (needs: readonly Need[]) => needs.map(({ grant }) => grant);

const refused = (result: ToolResult): GateVerdict => ({ admitted: false, result });

/** The work, or a failure as soon as the signal aborts; what comes late is dropped. */
async function unlessAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | Failure> {
  const stopped = () => (isFailure(signal.reason) ? signal.reason : failure('cancelled', 'The run was cancelled.'));
  if (signal.aborted) return stopped();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<Failure>((resolve) => {
    onAbort = () => resolve(stopped());
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const DENIED: Readonly<Record<DenyReason, (subject: string) => string>> = {
  restricted: () => 'the workspace is not trusted, so nothing is run or edited in it. Read and report instead.',
  edits_off: () => 'edits are switched off (agentTeam.edits.mode is deny). Describe the change in your answer instead.',
  commands_off: () => 'commands are switched off (agentTeam.commands.mode is deny). Go on without running anything.',
  command_denied: (pattern) =>
    `the setting agentTeam.commands.deny has \`${pattern}\`, and no form of it runs. Do not try it in another way; find one without it, or say that it is not allowed.`,
  path_outside: (path) =>
    `"${path}" leads outside the workspace through a link. Only files below the workspace folders can be written.`,
};

function deniedResult(reason: DenyReason, subject = ''): ToolResult {
  return toolError(`policy.${reason}`, `Not allowed: ${DENIED[reason](subject)}`);
}

function unansweredResult(tool: Tool, outcome: Exclude<ApprovalOutcome, { kind: 'granted' }>): ToolResult {
  switch (outcome.kind) {
    case 'denied': {
      const why = outcome.reason === undefined ? '' : ` Their reason: ${outcome.reason}`;
      const text = `The person denied this call of ${tool.name}.${why} Do not try the same in another way: go on without it, or say what is left open.`;
      return toolError('approval.denied', text);
    }
    case 'expired':
      return toolError(
        'approval.expired',
        `Nobody answered the question whether ${tool.name} may do this, so it was not done. Go on without it, and say what is left open.`,
      );
    case 'stopped':
      return toolError('cancelled', `Not run: the run ended while ${tool.name} waited for approval.`);
  }
}
