// Writes the list of tools into an agent file: nothing else of its text changes. Pure.
import { isMap, isScalar, isSeq, parseDocument, type Node, type Pair } from 'yaml';
import { failure, type Failure } from '../failure';
import { parseAgentFile } from './agentFile';
import { splitFrontMatter } from './frontMatter';

/** The text with `tools` as its list, laid out as the list that was there; fails where the header can't be read. */
export function withTools(text: string, tools: readonly string[]): string | Failure {
  const { header, body, unclosed } = splitFrontMatter(text);
  if (unclosed) return NOT_READ;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const edited = header
    ? `${text.slice(0, header.start)}${headerWith(header.text, { tools, eol })}${text.slice(header.start + header.text.length)}`
    : `${text.slice(0, body.start)}---${eol}tools: ${flow(tools)}${eol}---${eol}${eol}${body.text}`;
  // Whatever YAML allows: what does not read as it was meant is not written.
  const { file } = parseAgentFile(edited, 'x.agent.md');
  const isMeant = JSON.stringify(file?.tools?.map((entry) => entry.text)) === JSON.stringify(tools);
  return isMeant ? edited : NOT_READ;
}

/** What stands in an agent file. */
export interface AgentFileParts {
  name: string;
  description: string;
  prompt: string;
  /** Left out where the file is to say nothing of tools. */
  tools?: readonly string[];
  handoffs?: readonly { label: string; agent: string; prompt?: string }[];
}

/** A whole agent file. */
export function agentFileText({ name, description, prompt, tools, handoffs = [] }: AgentFileParts): string {
  const header = [`name: ${scalar(name)}`, `description: ${JSON.stringify(description)}`];
  if (tools) header.push(`tools: ${flow(tools)}`);
  if (handoffs.length > 0) header.push('handoffs:');
  for (const { label, agent, prompt: told } of handoffs) {
    header.push(`  - label: ${JSON.stringify(label)}`, `    agent: ${scalar(agent)}`);
    if (told !== undefined) header.push(`    prompt: ${JSON.stringify(told)}`);
  }
  return `---\n${header.join('\n')}\n---\n\n${prompt.trim()}\n`;
}

/** A file that stands in for a built-in agent: as that one, but for the tools. */
export function standInFile(
  { name, description, prompt }: { name: string; description: string; prompt: string },
  tools: readonly string[],
): string {
  return agentFileText({ name, description, prompt, tools });
}

const NOT_READ = failure(
  'agent.not_editable',
  'The header of the agent file can not be changed by a command. Repair it, or write its tools by hand.',
);

function headerWith(header: string, { tools, eol }: { tools: readonly string[]; eol: string }): string {
  const { contents } = parseDocument(header, { prettyErrors: false });
  const pair = isMap<Node, Node | null>(contents) ? contents.items.find(isTools) : undefined;
  if (!pair) return `${header}tools: ${flow(tools)}${eol}`;
  const { key, value } = pair;
  const keyEnd = key.range[1];
  const isEmpty = !value || (isScalar(value) && value.value === null && value.range[0] === value.range[1]);
  const colon = header.indexOf(':', keyEnd) + 1;
  const [start, end] = isEmpty ? [colon, colon] : [value.range[0], value.range[1]];
  const before = header.slice(0, start);
  const kept = header.slice(start, end);
  const after = /\s*$/.exec(kept)?.[0] ?? '';
  const indent = isSeq(value) && value.flow !== true ? /(?:^|\n)([ \t]*)$/.exec(before)?.[1] : undefined;
  const list =
    indent === undefined || tools.length === 0
      ? `${/\s$/.test(before) ? '' : ' '}${flow(tools)}`
      : tools.map((tool) => `- ${scalar(tool)}`).join(`${eol}${indent}`);
  return `${before}${list}${after}${header.slice(end)}`;
}

const isTools = ({ key }: Pair<Node, Node | null>) => isScalar(key) && key.value === 'tools';

const flow = (tools: readonly string[]) => `[${tools.map(scalar).join(', ')}]`;

/** Plain where YAML takes it for nothing but that text. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
