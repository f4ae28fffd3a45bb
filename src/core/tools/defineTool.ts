// Tools from a zod schema (ours) or a JSON Schema (other extensions'): both validate, both explain.
import * as z from 'zod';
import type { ToolDefinition } from '../../api';
import { messageOf } from '../failure';
import { checkableSchema } from './checkableSchema';
import { coerceInput, explainIssues, type InputAliases } from './toolInput';
import { toolError, type Tool, type ToolContext, type ToolEffect, type ToolIntent, type ToolResult } from './tool';

/** What a tool of ours consists of. */
export interface ToolSpec<Input extends z.ZodObject> {
  name: string;
  /** For the model: what it does, when to use it, what comes back. */
  description: string;
  input: Input;
  effect: ToolEffect;
  /** Other names of fields, folded to lower case without `_`: `{ file: 'path' }`. */
  aliases?: InputAliases;
  /** The part of the title after the tool's name. */
  title?(input: z.output<Input>): string;
  /** What a call would do, told before it is done; needed where `effect` is not `read`. */
  intents?(input: z.output<Input>, context: ToolContext): Promise<ToolIntent[]>;
  run(input: z.output<Input>, context: ToolContext): Promise<ToolResult>;
}

function jsonSchemaOf(input: z.ZodObject): Record<string, unknown> {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(input, { io: 'input' }) as Record<string, unknown>;
  return dropSafeIntegerBounds(schema) as Record<string, unknown>;
}

/** zod states the range of safe integers; models need not read it. */
function dropSafeIntegerBounds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropSafeIntegerBounds);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, entry]) =>
      !(key === 'maximum' && entry === Number.MAX_SAFE_INTEGER) &&
      !(key === 'minimum' && entry === Number.MIN_SAFE_INTEGER),
  );
  return Object.fromEntries(kept.map(([key, entry]) => [key, dropSafeIntegerBounds(entry)]));
}

/** Makes a built-in tool; its JSON Schema and its validation come from `spec.input`. `run` gets parsed input only. */
export function defineTool<Input extends z.ZodObject>(spec: ToolSpec<Input>): Tool {
  const inputSchema = jsonSchemaOf(spec.input);
  const parse: Tool['parse'] = (input) => {
    const coerced = coerceInput(input, inputSchema, spec.aliases);
    const parsed = spec.input.safeParse(coerced);
    if (parsed.success) return { ok: true, value: parsed.data };
    const subject = { tool: spec.name, input: coerced, schema: inputSchema };
    return { ok: false, problem: explainIssues(parsed.error.issues, subject) };
  };
  return {
    name: spec.name,
    description: spec.description,
    inputSchema,
    effect: spec.effect,
    source: 'built-in',
    parse,
    title(input) {
      const parsed = parse(input);
      const detail = parsed.ok ? (spec.title?.(parsed.value as z.output<Input>) ?? '') : '';
      return detail === '' ? spec.name : `${spec.name} ${detail}`;
    },
    ...(spec.intents && {
      intents: async (input: unknown, context: ToolContext) => {
        const parsed = parse(input);
        return parsed.ok ? ((await spec.intents?.(parsed.value as z.output<Input>, context)) ?? []) : [];
      },
    }),
    run: async (input, context) => {
      const parsed = parse(input);
      if (!parsed.ok) return toolError('tool.invalid_input', parsed.problem);
      return spec.run(parsed.value as z.output<Input>, context);
    },
  };
}

/** Makes a tool of what another extension registers; throws a `TypeError` when its schema or name can't be used. */
export function toolFromDefinition(definition: ToolDefinition, source: 'api' | 'vscode' = 'api'): Tool {
  const inputSchema = definition.inputSchema as Record<string, unknown>;
  let validator: z.ZodType;
  try {
    validator = z.fromJSONSchema(checkableSchema(inputSchema));
  } catch (error) {
    throw new TypeError(`The input schema of tool "${definition.name}" can't be used: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return {
    name: definition.name,
    description: definition.description,
    inputSchema,
    effect: definition.effect,
    source,
    parse(input) {
      const coerced = coerceInput(input, inputSchema);
      const parsed = validator.safeParse(coerced);
      if (parsed.success) return { ok: true, value: parsed.data };
      const subject = { tool: definition.name, input: coerced, schema: inputSchema };
      return { ok: false, problem: explainIssues(parsed.error.issues, subject) };
    },
    title: () => definition.name,
    run: (input, context) => runDefinition(definition, input, context),
  };
}

async function runDefinition(definition: ToolDefinition, input: unknown, context: ToolContext): Promise<ToolResult> {
  try {
    const { signal, runId, agent } = context;
    const result = await definition.run(input, { signal, runId, agent });
    if (typeof result === 'string') return { text: result };
    if (typeof (result as { text?: unknown } | undefined)?.text !== 'string') {
      return toolError('tool.invalid_result', `${definition.name} returned no text.`);
    }
    return result.isError === true ? toolError('tool.failed', result.text) : { text: result.text };
  } catch (error) {
    // The code is another extension's: its throwing is an expected outcome, not a bug of ours.
    if (context.signal.aborted) return toolError('cancelled', `${definition.name} was cancelled.`);
    return toolError('tool.failed', `${definition.name} failed: ${messageOf(error)}`);
  }
}
