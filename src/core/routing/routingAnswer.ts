// Reads a router's answer: a transfer call, a category word, or JSON, in the many forms that models give them.
import { agentSlug, TRANSFER_PREFIX } from '../agents/agentNames';
import type { AssistantMessage, ToolCall } from '../model/chatModel';

export interface RoutingChoice {
  /** A name that `known` accepted, in its canonical form. */
  agent: string;
  reason: string | undefined;
  /** The transfer call, if it was one. */
  call: ToolCall | undefined;
}

/** Gives the canonical name of an agent that may be chosen, for a name, slug or alias. */
export type KnownAgent = (name: string) => string | undefined;

/** The agent that the router chose; undefined for nonsense. Of several transfers the first counts. */
export function readRoutingAnswer(message: AssistantMessage, known: KnownAgent): RoutingChoice | undefined {
  for (const call of message.toolCalls) {
    if (call.problem || !call.name.startsWith(TRANSFER_PREFIX)) continue;
    const agent = known(call.name.slice(TRANSFER_PREFIX.length));
    if (agent !== undefined) return { agent, reason: textOf(call.arguments['reason']), call };
  }
  return readText(message.text, known);
}

function readText(text: string, known: KnownAgent): RoutingChoice | undefined {
  const stripped = text
    .trim()
    .replace(/^```\w*\s*|\s*```$/g, '')
    .trim();
  return readJson(stripped, known) ?? readWord(stripped, known) ?? readTransferName(stripped, known);
}

function readJson(text: string, known: KnownAgent): RoutingChoice | undefined {
  const json = /\{[\s\S]*\}/.exec(text)?.[0];
  if (json === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  return typeof value === 'object' && value !== null ? readObject(value as Record<string, unknown>, known) : undefined;
}

const NAME_KEYS = ['agent', 'category', 'route', 'transfer_to', 'name', 'tool', 'function', 'target'] as const;

function readObject(value: Record<string, unknown>, known: KnownAgent): RoutingChoice | undefined {
  for (const key of NAME_KEYS) {
    const named = textOf(value[key]);
    const agent = named === undefined ? undefined : known(withoutPrefix(named));
    if (agent !== undefined) return { agent, reason: reasonIn(value), call: undefined };
  }
  return undefined;
}

/** `reason` beside the name, or inside a tool call that was written out as text. */
function reasonIn(value: Record<string, unknown>): string | undefined {
  const inner = value['arguments'] ?? value['parameters'];
  const nested = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)['reason'] : undefined;
  return textOf(value['reason']) ?? textOf(nested);
}

/** `qa`, `**QA**.`, `Agent: qa`. */
function readWord(text: string, known: KnownAgent): RoutingChoice | undefined {
  const word = /^(?:(?:agent|category|route)\s*[:=]\s*)?[\s"'`*_@(<[]*([^\n"'`*()<>[\]]+?)[\s"'`*_)\]>.!,;]*$/i.exec(
    text,
  )?.[1];
  if (word === undefined || word.length > 60) return undefined;
  const agent = known(withoutPrefix(word));
  return agent === undefined ? undefined : { agent, reason: undefined, call: undefined };
}

/** A text that names one transfer tool, and no other. */
function readTransferName(text: string, known: KnownAgent): RoutingChoice | undefined {
  const named = [...text.matchAll(/\btransfer_to_([a-z0-9_-]+)/gi)].map((match) => known(match[1] ?? ''));
  const [agent] = named;
  if (agent === undefined || named.some((other) => other !== agent)) return undefined;
  const reason = /\breason\s*[=:]\s*["']([^"'\n]{1,300})["']/.exec(text)?.[1];
  return { agent, reason, call: undefined };
}

function withoutPrefix(name: string): string {
  const slug = agentSlug(name.trim());
  return slug.startsWith(TRANSFER_PREFIX) ? slug.slice(TRANSFER_PREFIX.length) : name.trim();
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
