// Modes of `.roomodes`, in YAML or JSON, as agents.
import * as z from 'zod';
import type { Converted, ImportedAgent, ImportFault, ImportNote } from './importItem';
import type { ImportSource } from './importSource';
import { readYaml } from './looseHeader';

const text = z.string().trim();
const mode = z.object({
  slug: text.min(1),
  name: text.optional(),
  roleDefinition: text.default(''),
  description: text.optional(),
  whenToUse: text.optional(),
  customInstructions: text.default(''),
  groups: z
    .array(
      z.union([
        text,
        z.tuple([text, z.looseObject({ fileRegex: text.optional(), description: text.optional() })]).rest(z.unknown()),
      ]),
    )
    .default([]),
});
type Mode = z.output<typeof mode>;

const MAX_MODES = 100;
const MAX_DESCRIPTION = 300;
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  read: ['read', 'search'],
  edit: ['edit'],
  command: ['execute'],
};

export function convertRooModes({ path, text: source }: ImportSource): Converted {
  const read = readYaml(source);
  if ('fault' in read) return { items: [], faults: [{ source: path, reason: 'syntax', detail: read.fault }] };
  const listed = z.looseObject({ customModes: z.array(z.unknown()) }).safeParse(read.value);
  const modes = listed.success ? listed.data.customModes.slice(0, MAX_MODES) : [];
  if (modes.length === 0) return { items: [], faults: [{ source: path, reason: 'modes.none', detail: '' }] };
  const items: ImportedAgent[] = [];
  const faults: ImportFault[] = [];
  for (const [index, entry] of modes.entries()) {
    const parsed = mode.safeParse(entry);
    const [issue] = parsed.error?.issues ?? [];
    const agent = parsed.success ? agentOf(path, parsed.data) : undefined;
    if (agent) items.push(agent);
    else
      faults.push({
        source: path,
        reason: 'mode.invalid',
        detail: `${index + 1}${issue ? `: ${issue.path.join('.')}` : ''}`,
      });
  }
  return { items, faults };
}

/** Undefined where the mode says nothing of what it does. */
function agentOf(source: string, found: Mode): ImportedAgent | undefined {
  const { slug, name, roleDefinition, customInstructions, whenToUse, groups } = found;
  const limits: string[] = [];
  const tools: string[] = [];
  const notes: ImportNote[] = [];
  for (const entry of groups) {
    const [group, limit] = typeof entry === 'string' ? [entry] : entry;
    if (Object.hasOwn(GROUPS, group)) tools.push(...(GROUPS[group] ?? []));
    else
      notes.push({
        reason: group === 'mcp' ? 'mcp.left_out' : 'tools.left_out',
        values: group === 'mcp' ? [] : [group],
      });
    if (limit?.fileRegex === undefined) continue;
    notes.push({ reason: 'files.as_text', values: [limit.fileRegex] });
    const said = limit.description ? ` (${limit.description})` : '';
    limits.push(`Edit only files whose path matches the regular expression \`${limit.fileRegex}\`${said}.`);
  }
  const prompt = [roleDefinition, customInstructions, ...limits]
    .filter((part) => part !== '')
    .join('\n\n')
    .replace(/\r\n?/g, '\n');
  if (prompt === '') return undefined;
  const described = [whenToUse, found.description, firstSentence(roleDefinition), name, slug].find((part) => part);
  return {
    kind: 'agent',
    source,
    name: slug,
    description: oneLine(described ?? slug),
    prompt,
    tools: [...new Set(tools)],
    notes,
  };
}

/** The first sentence of a text, as its description. */
export function firstSentence(value: string): string {
  return /^[^]*?(?:[.!?](?=\s|$)|\n|$)/.exec(value.trim())?.[0] ?? '';
}

/** A text as one line of a bounded length. */
export function oneLine(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length > MAX_DESCRIPTION ? `${line.slice(0, MAX_DESCRIPTION - 1)}…` : line;
}
