// One tool call, from the model's words to the result that it reads: checked, traced, reported, guarded. Never throws.
import type { ToolCall } from '../model/chatModel';
import { failureOfSignal } from '../model/modelAttempt';
import { messageOf } from '../failure';
import { cutText } from '../memory/cutText';
import type { RunContext } from '../runs/runContext';
import { GEN_AI } from '../telemetry/attributes';
import type { Span } from '../telemetry/tracing';
import { toolError, type Tool, type ToolContext, type ToolEffect, type ToolResult } from '../tools/tool';
import type { AgentServices } from './agentServices';
import { markUntrusted } from './guardrails/untrusted';
import { untilAborted } from './untilAborted';

/** What one invocation of an agent knows when it calls tools. */
export interface ToolCallScope {
  services: AgentServices;
  /** The invocation's scope; `cause` is what led to the calls. */
  run: RunContext;
  agent: string;
  /** The tools that the agent was offered, by name. */
  tools: ReadonlyMap<string, Tool>;
  /** Names of offered tools that are no `Tool`s: transfers. */
  otherNames: readonly string[];
  /** What the agent said before the calls. */
  words?: string;
  /** Tokens that one result may have; asked only for long ones. */
  maxResultTokens(): Promise<number>;
}

export interface ExecutedCall {
  call: ToolCall;
  /** What goes into the history. */
  text: string;
  isError: boolean;
  effect?: ToolEffect;
  /** The event that reported the result. */
  eventId: string;
}

interface Ready {
  tool: Tool;
  input: unknown;
}

/** Results shorter than this are never cut, whatever the model. */
const SHORT_CHARS = 4_000;

/** Runs a call; a call that can't be run gets a result that says why. */
export async function runToolCall(scope: ToolCallScope, call: ToolCall): Promise<ExecutedCall> {
  const { run, services } = scope;
  const { captureContent } = services.settings().trace;
  const span = run.startSpan(`execute_tool ${call.name}`, {
    [GEN_AI.operation]: 'execute_tool',
    [GEN_AI.toolName]: call.name,
    [GEN_AI.toolType]: 'function',
    [GEN_AI.toolCallId]: call.id,
    [GEN_AI.agentName]: scope.agent,
    ...(captureContent && { [GEN_AI.toolArguments]: JSON.stringify(call.arguments) }),
  });
  const startMs = services.clock.now();
  const step = { callId: call.id, tool: call.name };
  const requested = run.emit('tool.requested', { ...step, input: call.arguments }, { span });
  const ready = prepare(scope, call);
  if ('refusal' in ready) return finish(scope, { call, span, startMs, cause: requested.id, result: ready.refusal });
  const { tool, input } = ready;
  const held = await passGate(scope, ready, { call, span, cause: requested.id });
  if (held) return finish(scope, { call, span, startMs, cause: requested.id, result: held });
  const started = { ...step, title: titleOf(tool, input), effect: tool.effect };
  const cause = run.emit('tool.started', started, { span, causationId: requested.id }).id;
  const result = await execute({ ...scope, run: run.with({ cause, span }) }, ready, call);
  return finish(scope, { call, span, startMs, cause, result, effect: tool.effect });
}

/** The tool and its checked input, or the result that says what is wrong with the call. */
function prepare(scope: ToolCallScope, call: ToolCall): Ready | { refusal: ToolResult } {
  const { signal } = scope.run;
  if (signal.aborted) {
    const { reason, message } = failureOfSignal(signal);
    return { refusal: toolError(reason, `Not run. ${message}`) };
  }
  if (call.problem) return { refusal: brokenCall(call.problem) };
  const tool = scope.tools.get(call.name);
  if (!tool) {
    const known = [...scope.tools.keys(), ...scope.otherNames].join(', ');
    const text = `There is no tool '${call.name}'. ${known ? `You have: ${known}.` : 'You have no tools: answer without.'}`;
    return { refusal: toolError('tool.unknown', text) };
  }
  try {
    const parsed = tool.parse(call.arguments);
    if (parsed.ok) return { tool, input: parsed.value };
    const text = `The input of ${call.name} is not valid: ${parsed.problem} Correct it and call the tool again.`;
    return { refusal: toolError('tool.invalid_input', text) };
  } catch (error) {
    scope.services.onBug(error, `tool ${call.name}`);
    return { refusal: toolError('tool.failed', `${call.name} could not read its input: ${messageOf(error)}`) };
  }
}

function brokenCall(problem: NonNullable<ToolCall['problem']>): ToolResult {
  const raw = problem.raw.length > 300 ? `${problem.raw.slice(0, 300)}…` : problem.raw;
  return problem.reason === 'cut_off'
    ? toolError(
        'tool.cut_off',
        `Not run: the call was cut off before it was complete. Call again with a shorter input, or in several steps. What arrived: ${raw}`,
      )
    : toolError(
        'tool.invalid_json',
        `Not run: the arguments are not a JSON object. Call again with valid JSON. What arrived: ${raw}`,
      );
}

/** Asks the gate where a call writes or executes; the result of a call that may not go on. */
async function passGate(
  { services, run, agent, words }: ToolCallScope,
  { tool, input }: Ready,
  { call, span, cause }: { call: ToolCall; span: Span; cause: string },
): Promise<ToolResult | undefined> {
  if (tool.effect === 'read' || !services.gate) return undefined;
  const context = contextOf(run, agent, call);
  const why = words === undefined ? {} : { why: words };
  try {
    const verdict = await services.gate.admit({ tool, input, context, ...why }, run.with({ span, cause }));
    return verdict.admitted ? undefined : verdict.result;
  } catch (error) {
    services.onBug(error, `gate before ${tool.name}`);
    return toolError('tool.failed', `${tool.name} was not run, since it could not be checked: ${messageOf(error)}`);
  }
}

async function execute(scope: ToolCallScope, { tool, input }: Ready, call: ToolCall): Promise<ToolResult> {
  const { run, agent } = scope;
  const { signal } = run;
  const context = contextOf(run, agent, call);
  try {
    const outcome = await untilAborted(
      start(() => tool.run(input, context)),
      signal,
    );
    if (outcome !== 'aborted') return outcome.value;
    const { reason, message } = failureOfSignal(signal);
    return toolError(reason, `Stopped before ${tool.name} was done. ${message}`);
  } catch (error) {
    scope.services.onBug(error, `tool ${tool.name}`);
    return toolError('tool.failed', `${tool.name} failed: ${messageOf(error)} Try another way.`);
  }
}

function contextOf(run: RunContext, agent: string, call: ToolCall): ToolContext {
  const { signal, runId } = run;
  const { threadId } = run.shared;
  const { taskId, promptVersion, cause } = run.scope;
  const emit: RunContext['emit'] = (topic, payload, details) => run.emit(topic, payload, details);
  return {
    signal,
    runId,
    agent,
    callId: call.id,
    emit,
    ...(taskId !== undefined && { taskId }),
    ...(threadId !== undefined && { threadId }),
    ...(promptVersion !== undefined && { promptVersion }),
    ...(cause !== undefined && { cause }),
  };
}

/** A throw before the first await is a rejection too. */
async function start<T>(work: () => Promise<T>): Promise<T> {
  return work();
}

interface Finished {
  call: ToolCall;
  span: Span;
  startMs: number;
  cause: string;
  result: ToolResult;
  /** Set when the tool was really run. */
  effect?: ToolEffect;
}

async function finish(
  scope: ToolCallScope,
  { call, span, startMs, cause, result, effect }: Finished,
): Promise<ExecutedCall> {
  const { run, services } = scope;
  const shown = await present({ ...scope, run: run.with({ cause, span }) }, call, result);
  const step = { callId: call.id, tool: call.name, text: shown.text, durationMs: services.clock.now() - startMs };
  const details = { span, causationId: cause };
  if (result.tests) run.emit('tests.finished', result.tests, details);
  const event = shown.isError
    ? run.emit('tool.failed', { ...step, reason: shown.reason }, details)
    : run.emit('tool.completed', { ...step, ...extras(result, shown.truncated) }, details);
  span.end({
    status: shown.isError ? 'error' : 'ok',
    ...(shown.isError && { message: shown.reason }),
    attributes: {
      ...(shown.isError && { [GEN_AI.errorType]: shown.reason }),
      ...(services.settings().trace.captureContent && { [GEN_AI.toolResult]: shown.text }),
    },
  });
  const text = effect === undefined ? shown.text : markUntrusted(shown.text, call.name);
  return { call, text, isError: shown.isError, eventId: event.id, ...(effect !== undefined && { effect }) };
}

function extras({ files, findings }: ToolResult, truncated: boolean) {
  return { ...(files && { files }), ...(findings && { findings }), ...(truncated && { truncated }) };
}

interface Presented {
  text: string;
  isError: boolean;
  reason: string;
  truncated: boolean;
}

/** The result as model and journal get it: guarded, and cut where it is too long. */
async function present(scope: ToolCallScope, call: ToolCall, result: ToolResult): Promise<Presented> {
  const { services, agent, run } = scope;
  const reason = result.reason ?? 'tool.failed';
  const isError = result.isError ?? false;
  const guarded = services.guardrails.apply({ stage: 'tool', text: result.text, agent, source: call.name }, run);
  if (guarded.blocked) {
    const text = `The result was held back by the guardrail '${guarded.guardrail}': ${guarded.reason}.`;
    return { text, isError: true, reason: 'guardrail.blocked', truncated: false };
  }
  if (guarded.text.length <= SHORT_CHARS) return { ...guarded, isError, reason, truncated: result.truncated ?? false };
  const cut = cutText(guarded.text, await scope.maxResultTokens());
  return { text: cut.text, isError, reason, truncated: cut.truncated || (result.truncated ?? false) };
}

function titleOf(tool: Tool, input: unknown): string {
  try {
    return tool.title(input);
  } catch {
    return tool.name;
  }
}
