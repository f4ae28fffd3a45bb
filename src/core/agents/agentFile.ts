// Reads `.agent.md` files: YAML front matter as VS Code defines it, and the prompt below. Pure; knows neither tools nor other agents.
import { parseDocument, type Document } from 'yaml';
import { agentSlug, ROLE_NAMES } from './agentNames';
import { hasErrors, type AgentFault, type TextSpan } from './agentFault';
import { AgentHeader, type FileHandoff, type Located } from './agentHeader';
import { splitFrontMatter } from './frontMatter';

export const AGENT_FILE_SUFFIX = '.agent.md';
/** Longest file that is read, in characters. */
export const MAX_AGENT_FILE_LENGTH = 200_000;
/** Longest slug of a name: `transfer_to_` and it make a function name of 64 characters at most. */
const MAX_SLUG_LENGTH = 52;

/** What a file says, checked in itself. */
export interface AgentFile {
  name: string;
  /** Where the name stands; the file's beginning where it follows from the file's name. */
  nameSpan: TextSpan;
  description?: string;
  prompt: string;
  /** Groups and tools by any of their names; absent where the file says nothing of tools. */
  tools?: Located[];
  model?: string;
  handoffs?: FileHandoff[];
  /** Agents that this one may bring in; `*` stands for all. */
  agents?: Located[];
}

export interface ParsedAgentFile {
  /** Absent when a fault is an error. */
  file?: AgentFile;
  faults: AgentFault[];
}

/** Reads the text of a file; `fileName` names the agent where the header doesn't. Never throws. */
export function parseAgentFile(text: string, fileName: string): ParsedAgentFile {
  if (text.length > MAX_AGENT_FILE_LENGTH) return { faults: [error('file.too_long', { start: 0, end: 1 })] };
  const { header, body, unclosed } = splitFrontMatter(text);
  if (unclosed) return { faults: [error('front_matter.unclosed', unclosed)] };
  const reader = readHeader(header);
  const { faults } = reader;
  const named = reader.text('name');
  const name = named?.text ?? nameFromFile(fileName);
  const nameSpan = named?.span ?? reader.keySpan('name') ?? { start: 0, end: lineEnd(text) };
  faults.push(...nameFaults(name, nameSpan));
  const description = reader.text('description');
  if (!description)
    faults.push({ ...error('description.missing', reader.keySpan('description') ?? nameSpan), severity: 'warning' });
  const prompt = body.text.trim();
  if (prompt === '') faults.push(error('prompt.empty', endOfHeader(text, body.start)));
  const rest = { tools: reader.names('tools'), agents: reader.names('agents'), handoffs: reader.handoffs() };
  const model = reader.firstText('model');
  reader.reportUnknownKeys();
  if (hasErrors(faults)) return { faults };
  const file: AgentFile = {
    name,
    nameSpan,
    prompt,
    ...(description && { description: description.text }),
    ...(model && { model: model.text }),
    ...(rest.tools && { tools: rest.tools }),
    ...(rest.agents && { agents: rest.agents }),
    ...(rest.handoffs && { handoffs: rest.handoffs }),
  };
  return { file, faults };
}

/** `security.agent.md` is the agent `security`. */
export function nameFromFile(fileName: string): string {
  return fileName.endsWith(AGENT_FILE_SUFFIX) ? fileName.slice(0, -AGENT_FILE_SUFFIX.length) : fileName;
}

/** What is wrong with an agent's name, wherever it comes from. */
export function nameFaults(name: string, span: TextSpan): AgentFault[] {
  const slug = agentSlug(name);
  if (!/[a-z0-9]/.test(slug) || /[\p{Cc}]/u.test(name)) return [error('name.invalid', span, { name })];
  if (ROLE_NAMES.some((role) => role === slug)) return [error('name.reserved', span, { name })];
  if (slug.length > MAX_SLUG_LENGTH) return [error('name.too_long', span, { name })];
  return [];
}

function readHeader(header: { text: string; start: number } | undefined): AgentHeader {
  if (!header) return new AgentHeader(undefined, 0);
  const document: Document.Parsed = parseDocument(header.text, { prettyErrors: false, uniqueKeys: true });
  const reader = new AgentHeader(document.contents, header.start, document);
  for (const { message, pos } of document.errors) {
    const span = visibleSpan(header.text, pos);
    const at = { start: header.start + span.start, end: header.start + span.end };
    reader.faults.push(error('syntax', at, { detail: message }));
  }
  return reader;
}

/** Something that a person can see: an error at the end of the header stands on what comes before it. */
function visibleSpan(text: string, [from, to]: [number, number]): TextSpan {
  if (text.slice(from, to).trim() !== '') return { start: from, end: to };
  const start = Math.max(0, text.slice(0, from).trimEnd().length - 1);
  return { start, end: start + 1 };
}

function error(reason: AgentFault['reason'], span: TextSpan, params: AgentFault['params'] = {}): AgentFault {
  return { reason, severity: 'error', span, params };
}

function lineEnd(text: string): number {
  const at = text.search(/\r|\n/);
  return at < 0 ? text.length : at;
}

/** The closing line of the header, or the first line. */
function endOfHeader(text: string, bodyStart: number): TextSpan {
  const closing = text.lastIndexOf('---', bodyStart);
  return closing < 0 ? { start: 0, end: Math.max(1, lineEnd(text)) } : { start: closing, end: closing + 3 };
}
