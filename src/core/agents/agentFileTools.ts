// What the tools of an agent file mean here: groups, tools of ours, tools that VS Code calls otherwise, tools of other extensions.
import type { AgentFault } from './agentFault';
import type { Located } from './agentHeader';
import { TOOL_GROUPS } from './toolGrants';

/** What can be chosen from. */
export interface ToolChoices {
  /** True for a tool by its own name. */
  isKnown(name: string): boolean;
  /** The tools of VS Code's Language Model tools API behind a reference name, `server/*` or `extension/tool`. */
  referred(name: string): readonly string[];
}

/** VS Code's own tools by their reference names, as tools of ours that do the same. */
const OWN_EQUIVALENTS: Readonly<Record<string, readonly string[]>> = {
  changes: ['get_git_changes'],
  codebase: ['search_text', 'find_symbols'],
  createDirectory: ['create_file'],
  createFile: ['create_file'],
  editFiles: ['edit_file', 'apply_patch', 'create_file'],
  editNotebook: ['edit_file'],
  fileSearch: ['list_files'],
  findTestFiles: ['list_files'],
  getTerminalOutput: ['run_command'],
  listDirectory: ['list_files'],
  problems: ['get_diagnostics'],
  readFile: ['read_file'],
  rename: ['rename_symbol'],
  runCommands: ['run_command'],
  runInTerminal: ['run_command'],
  runTests: ['run_tests'],
  selection: ['get_editor_context'],
  searchResults: ['search_text'],
  testFailure: ['run_tests'],
  textSearch: ['search_text'],
  usages: ['find_references', 'go_to_definition'],
};

/** Groups of VS Code that nothing of ours stands for. */
const FOREIGN_GROUPS = ['browser', 'todo', 'todos', 'vscode', 'web', 'fetch'];

/** The tools of ours that VS Code knows by another name; for completion. */
export const VSCODE_TOOL_NAMES: readonly string[] = Object.keys(OWN_EQUIVALENTS);

/** The grants behind what a file names: groups stay groups; unknown names are kept, since their tools may come later. */
export function resolveTools(
  entries: readonly Located[],
  choices: ToolChoices,
): { tools: string[]; faults: AgentFault[] } {
  const faults: AgentFault[] = [];
  const tools = entries.flatMap(({ text, span }) => {
    const found = meaningOf(text, choices);
    if (found) return found;
    const isForeign = FOREIGN_GROUPS.some((group) => text === group || text.startsWith(`${group}/`));
    faults.push({
      reason: isForeign ? 'tool.not_offered' : 'tool.unknown',
      severity: isForeign ? 'info' : 'warning',
      span,
      params: { name: text },
    });
    return isForeign ? [] : [text];
  });
  return { tools: [...new Set(tools)], faults };
}

/** The grants behind one name; undefined where nothing is known of it. */
export function meaningOf(name: string, choices: ToolChoices): readonly string[] | undefined {
  if (Object.hasOwn(TOOL_GROUPS, name) || choices.isKnown(name)) return [name];
  // What files for GitHub write for all of them.
  if (name === '*') return Object.keys(TOOL_GROUPS);
  const referred = choices.referred(name);
  if (referred.length > 0) return referred;
  const slash = name.indexOf('/');
  const group = name.slice(0, Math.max(0, slash));
  const own = name.slice(slash + 1);
  if (slash < 0) return equivalentOf(own);
  if (!Object.hasOwn(TOOL_GROUPS, group)) return undefined;
  if (own === '*') return [group];
  return choices.isKnown(own) ? [own] : equivalentOf(own);
}

function equivalentOf(name: string): readonly string[] | undefined {
  return Object.hasOwn(OWN_EQUIVALENTS, name) ? OWN_EQUIVALENTS[name] : undefined;
}
