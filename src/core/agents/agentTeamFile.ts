// Reads `.github/agent-team.json`: entry by entry, so that one bad entry costs only itself. Pure.
import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type * as z from 'zod';
import { agentExtras, type AgentExtras } from './agentExtras';
import type { AgentFault, TextSpan } from './agentFault';

/** Longest file that is read, in characters. */
const MAX_TEAM_FILE_LENGTH = 200_000;

export interface TeamFileEntry {
  name: string;
  /** Where the name stands. */
  span: TextSpan;
  extras: AgentExtras;
}

export interface ParsedTeamFile {
  entries: TeamFileEntry[];
  faults: AgentFault[];
}

/** Never throws. With a syntax error nothing of the file counts. */
export function parseAgentTeamFile(text: string): ParsedTeamFile {
  if (text.length > MAX_TEAM_FILE_LENGTH)
    return { entries: [], faults: [fault('file.too_long', { start: 0, end: 1 })] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  if (errors.length > 0 || !root) return { entries: [], faults: errors.map((found) => syntaxFault(found, text)) };
  const faults: AgentFault[] = [];
  const agents = findNodeAtLocation(root, ['agents']);
  if (root.type !== 'object' || agents?.type !== 'object') {
    const span = spanOf(agents ?? root);
    return {
      entries: [],
      faults: [fault('value.invalid', span, { key: 'agents', detail: 'Expected an object { "agents": { … } }' })],
    };
  }
  for (const [key, node] of propertiesOf(root)) {
    if (key.value !== 'agents' && key.value !== '$schema') {
      faults.push({
        ...fault('key.unknown', spanOf(node), { key: String(key.value) }),
        severity: 'info',
        span: spanOf(key),
      });
    }
  }
  return { entries: readEntries(agents, faults), faults };
}

function readEntries(agents: Node, faults: AgentFault[]): TeamFileEntry[] {
  const seen = new Set<string>();
  return propertiesOf(agents).flatMap(([key, node]) => {
    const name = String(key.value);
    if (seen.has(name)) {
      faults.push(fault('agent.defined_twice', spanOf(key), { name }));
      return [];
    }
    seen.add(name);
    const parsed = agentExtras.safeParse(valueOf(node));
    if (!parsed.success) {
      faults.push(...parsed.error.issues.map((issue) => issueFault(issue, node, name)));
      return [];
    }
    return [{ name, span: spanOf(key), extras: withoutUndefined(parsed.data) }];
  });
}

function propertiesOf(object: Node): [key: Node, value: Node][] {
  return (object.children ?? []).flatMap(({ children: [key, value] = [] }) => (key && value ? [[key, value]] : []));
}

/** jsonc-parser's `getNodeValue` would do, but it makes `__proto__` a prototype. */
function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value as unknown;
  return Object.fromEntries(propertiesOf(node).map(([key, value]) => [String(key.value), valueOf(value)]));
}

/** At the value that is wrong, or at the key that should not be there. */
function issueFault(issue: z.core.$ZodIssue, entry: Node, name: string): AgentFault {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const at = unknown === undefined ? nearestNode(entry, path) : keyNode(entry, [...path, unknown]);
  const key = [name, ...path, ...(unknown === undefined ? [] : [unknown])].join('.');
  return fault('value.invalid', spanOf(at), { key, detail: issue.message });
}

/** The value at `path`, or what should hold it. */
function nearestNode(entry: Node, path: readonly (string | number)[]): Node {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(entry, path.slice(0, length));
    if (node) return node;
  }
  return entry;
}

function keyNode(entry: Node, path: (string | number)[]): Node {
  return findNodeAtLocation(entry, path)?.parent?.children?.[0] ?? entry;
}

function syntaxFault({ error, offset, length }: ParseError, text: string): AgentFault {
  const start = Math.min(offset, Math.max(0, text.length - 1));
  const detail = printParseErrorCode(error);
  return fault('syntax', { start, end: Math.max(start + 1, Math.min(offset + length, text.length)) }, { detail });
}

function spanOf({ offset, length }: Node): TextSpan {
  return { start: offset, end: offset + Math.max(1, length) };
}

function fault(reason: AgentFault['reason'], span: TextSpan, params: AgentFault['params'] = {}): AgentFault {
  return { reason, severity: 'error', span, params };
}

/** zod's optional fields may be present and undefined, which exact optional types exclude. */
function withoutUndefined(extras: z.infer<typeof agentExtras>): AgentExtras {
  return JSON.parse(JSON.stringify(extras)) as AgentExtras;
}
