// What can be chosen as an agent's tools, and what is chosen now. Words come in, so that it runs without VS Code.
import { meaningOf, type ToolChoices } from '../../core/agents/agentFileTools';
import { TOOL_GROUPS } from '../../core/agents/toolGrants';

export interface PickableTool {
  name: string;
  description: string;
  effect: string;
  source: 'built-in' | 'api' | 'vscode';
}

export interface ToolPickWords {
  foreign: string;
  groups: string;
  single: string;
  unknown: string;
  mcpServer: string;
  effect(effect: string): string;
  stands(count: number): string;
  notThere: string;
}

export interface ToolPickOptions {
  /** Everything that exists now. */
  tools: readonly PickableTool[];
  choices: ToolChoices;
  /** Of a tool of VS Code's: how a file names it, and the extension that brings it. */
  origin(name: string): { reference: string; extension?: string } | undefined;
  words: ToolPickWords;
}

export interface ToolPick {
  label: string;
  description: string;
  detail: string;
  /** What the file says for it. */
  entry: string;
  picked: boolean;
}

export interface ToolSection {
  title: string;
  picks: ToolPick[];
}

/** The sections of the list; `entries` are what the agent has now, as its file or definition spells it. */
export function toolPicks(entries: readonly string[], options: ToolPickOptions): ToolSection[] {
  const { tools, words, choices } = options;
  const spelled = new Map<string, string>();
  const others: ToolPick[] = [];
  for (const entry of entries) {
    const meant = meaningOf(entry, choices);
    const [only] = meant ?? [];
    if (meant?.length === 1 && only !== undefined) spelled.set(only, entry);
    else others.push(otherPick(entry, meant, words));
  }
  const pickOf = (name: string, rest: Omit<ToolPick, 'label' | 'entry' | 'picked'>, entry = name): ToolPick => ({
    label: name,
    ...rest,
    entry: spelled.get(name) ?? entry,
    picked: spelled.has(name),
  });
  const foreign = tools.filter(({ source }) => source === 'vscode');
  const own = tools.filter(({ source }) => source !== 'vscode');
  const sections = [
    { title: words.foreign, picks: foreign.map((tool) => foreignPick(tool, pickOf, options)) },
    {
      title: words.groups,
      picks: groupNames().map((name) => pickOf(name, { description: '', detail: groupDetail(name) })),
    },
    {
      title: words.single,
      picks: own.map((tool) =>
        pickOf(tool.name, { description: words.effect(tool.effect), detail: firstSentence(tool.description) }),
      ),
    },
    { title: words.unknown, picks: others },
  ];
  return sections.filter(({ picks }) => picks.length > 0);
}

/** What the file is to say: what stays keeps its place, what is new comes last. */
export function chosenEntries(before: readonly string[], chosen: readonly ToolPick[]): string[] {
  const entries = chosen.map(({ entry }) => entry);
  return [...before.filter((entry) => entries.includes(entry)), ...entries.filter((entry) => !before.includes(entry))];
}

function foreignPick(
  { name, description, effect }: PickableTool,
  pickOf: (name: string, rest: Pick<ToolPick, 'description' | 'detail'>, entry?: string) => ToolPick,
  options: ToolPickOptions,
): ToolPick {
  const { words } = options;
  const { reference = name, extension = words.mcpServer } = options.origin(name) ?? {};
  const from = `${extension} · ${words.effect(effect)}`;
  return pickOf(name, { description: from, detail: firstSentence(description) }, reference);
}

function otherPick(entry: string, meant: readonly string[] | undefined, words: ToolPickWords): ToolPick {
  const description = meant === undefined ? words.notThere : words.stands(meant.length);
  return { label: entry, description, detail: (meant ?? []).join(', '), entry, picked: true };
}

const groupNames = () => Object.keys(TOOL_GROUPS);

const groupDetail = (name: string) => (TOOL_GROUPS[name] ?? []).join(', ');

function firstSentence(text: string): string {
  return (/^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text).replaceAll(/\s+/g, ' ').slice(0, 160);
}
