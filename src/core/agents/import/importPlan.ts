// What an import would write: new agent files, and sections at the end of AGENTS.md. Nothing that is there is replaced.
import { nameFaults, parseAgentFile } from '../agentFile';
import { agentFileText } from '../agentFileEdit';
import { agentSlug } from '../agentNames';
import { INSTRUCTIONS_FILE, MAX_INSTRUCTIONS_LENGTH } from '../instructionFiles';
import type { ImportedAgent, ImportedSection, ImportItem, ImportNote } from './importItem';

export const AGENTS_FOLDER = '.github/agents';

/** What is there before the import. */
export interface ImportGround {
  /** Names of all agents, built-in ones too. */
  agents: readonly string[];
  /** Texts of the files in `.github/agents` by file name. */
  files: ReadonlyMap<string, string>;
  /** The text of AGENTS.md at the root; undefined where there is none. */
  instructions: string | undefined;
}

export interface PlannedItem {
  item: ImportItem;
  /** The agent's name as it will be. */
  name: string;
  notes: ImportNote[];
}

export interface PlannedFile {
  /** Relative to the workspace folder. */
  path: string;
  /** Undefined for a new file. */
  before: string | undefined;
  after: string;
  items: PlannedItem[];
}

export interface ImportPlan {
  files: PlannedFile[];
  /** What an earlier import has brought already. */
  present: ImportItem[];
}

/** Files in the order of the items, AGENTS.md last. */
export function planImport(items: readonly ImportItem[], ground: ImportGround): ImportPlan {
  const files: PlannedFile[] = [];
  const present: ImportItem[] = [];
  const taken = new Set(ground.agents.map(agentSlug));
  const known = new Map([...ground.files].map(([name, text]) => [name.toLowerCase(), text]));
  for (const item of items) {
    if (item.kind !== 'agent') continue;
    const planned = planAgent(item, taken, known);
    if (!planned) {
      present.push(item);
      continue;
    }
    taken.add(agentSlug(planned.name));
    files.push(planned.file);
  }
  const sections = items.filter((item) => item.kind === 'section');
  const marks = ground.instructions ?? '';
  const fresh = sections.filter((section) => !marks.includes(markOf(section)));
  present.push(...sections.filter((section) => !fresh.includes(section)));
  if (fresh.length > 0) files.push(planInstructions(fresh, ground.instructions));
  return { files, present };
}

const MAX_NAME = 40;
const MAX_TRIES = 100;

/** The agent under the first name that is free; undefined where its file is there already. */
function planAgent(
  agent: ImportedAgent,
  taken: ReadonlySet<string>,
  known: ReadonlyMap<string, string>,
): { name: string; file: PlannedFile } | undefined {
  const wanted = agent.name
    .replace(/[\p{Cc}]/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .trim();
  const base = /[a-z0-9]/.test(agentSlug(wanted)) ? wanted : 'imported';
  for (let number = 1; number <= MAX_TRIES; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    const fileName = `${agentSlug(name)}.agent.md`;
    const text = agentFileText({ ...agent, name });
    const there = known.get(fileName);
    if (there !== undefined && sameText(there, text)) return undefined;
    if (there !== undefined || taken.has(agentSlug(name)) || !isReadable(text, name)) continue;
    const notes: ImportNote[] = name === agent.name ? [] : [{ reason: 'name.changed', values: [agent.name, name] }];
    const planned = { item: agent, name, notes: [...agent.notes, ...notes] };
    return { name, file: { path: `${AGENTS_FOLDER}/${fileName}`, before: undefined, after: text, items: [planned] } };
  }
  return undefined;
}

/** What is written must be what is read later. */
function isReadable(text: string, name: string): boolean {
  if (nameFaults(name, { start: 0, end: 0 }).length > 0) return false;
  return parseAgentFile(text, 'x.agent.md').file?.name === name;
}

function sameText(a: string, b: string): boolean {
  return a.replace(/\r\n?/g, '\n').trim() === b.replace(/\r\n?/g, '\n').trim();
}

function planInstructions(sections: readonly ImportedSection[], before: string | undefined): PlannedFile {
  const eol = before?.includes('\r\n') ? '\r\n' : '\n';
  const added = sections.map(sectionText).join('\n\n');
  const start = before === undefined || before.trim() === '' ? '# Instructions for agents' : before.trimEnd();
  const after = `${start}${eol}${eol}${added.replace(/\r?\n/g, eol)}${eol}`;
  const cut: ImportNote[] =
    after.length > MAX_INSTRUCTIONS_LENGTH
      ? [{ reason: 'instructions.cut', values: [String(MAX_INSTRUCTIONS_LENGTH)] }]
      : [];
  const items = sections.map((item, index) => ({
    item,
    name: item.title,
    notes: [...item.notes, ...(index === sections.length - 1 ? cut : [])],
  }));
  return { path: INSTRUCTIONS_FILE, before, after, items };
}

/** By this line an import knows later that it has been. */
function markOf({ source }: ImportedSection): string {
  return `<!-- imported from ${source} -->`;
}

function sectionText(section: ImportedSection): string {
  const { title, body, scope } = section;
  const about = scope.length > 0 ? [`For files that match ${scope.map((glob) => `\`${glob}\``).join(', ')}:`] : [];
  return [`## ${title}`, markOf(section), ...about, demoted(body)].join('\n\n');
}

const TOP_LEVEL = 3;

/** The text with its headings below the section's own; code stays as it is. */
function demoted(body: string): string {
  const lines = body.split(/\r\n|\n|\r/);
  const isHeading = headingsIn(lines);
  const levels = lines.flatMap((line, index) => (isHeading[index] ? [levelOf(line)] : []));
  const shift = Math.max(0, TOP_LEVEL - Math.min(TOP_LEVEL, ...levels));
  return lines
    .map((line, index) => (isHeading[index] ? '#'.repeat(Math.min(6 - levelOf(line), shift)) + line : line))
    .join('\n');
}

function levelOf(line: string): number {
  return /^#{1,6}/.exec(line)?.[0].length ?? TOP_LEVEL;
}

function headingsIn(lines: readonly string[]): boolean[] {
  let fence: string | undefined;
  return lines.map((line) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
    return fence === undefined && mark === undefined && /^#{1,6}\s/.test(line);
  });
}
