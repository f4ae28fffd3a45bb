// Tools as other tools name them, as our groups.
import { TOOL_GROUPS } from '../toolGrants';
import type { ImportNote } from './importItem';

/** VS Code's names, old and new, by the group of ours that does the same. */
const GROUP_OF: Readonly<Record<string, string>> = {
  changes: 'read',
  problems: 'read',
  readFile: 'read',
  readNotebookCellOutput: 'read',
  getNotebookSummary: 'read',
  selection: 'read',
  terminalLastCommand: 'read',
  terminalSelection: 'read',
  getTerminalOutput: 'execute',
  codebase: 'search',
  fileSearch: 'search',
  findTestFiles: 'search',
  listDirectory: 'search',
  searchResults: 'search',
  textSearch: 'search',
  usages: 'search',
  createDirectory: 'edit',
  createFile: 'edit',
  editFiles: 'edit',
  editNotebook: 'edit',
  rename: 'edit',
  runCommands: 'execute',
  runInTerminal: 'execute',
  runNotebooks: 'execute',
  runTasks: 'execute',
  runTests: 'execute',
  testFailure: 'execute',
  runSubagent: 'agent',
};

/** Tools of VS Code's own chat that nothing of ours stands for. */
const LEFT_OUT =
  /^(?:browser|fetch|githubRepo|extensions|new|newWorkspace|openSimpleBrowser|think|todo|todos|vscode|vscodeAPI|web|getProjectSetupInfo|installExtension|runVscodeCommand|createAndRunTask|getTaskOutput)(?:\/|$)/;

/** Grants of ours, each once; what is a tool of another extension or server is kept by its name. */
export function importTools(names: readonly string[]): { tools: string[]; notes: ImportNote[] } {
  const tools: string[] = [];
  const kept: string[] = [];
  const leftOut: string[] = [];
  for (const name of names) {
    const [group = '', own = ''] = name.split('/');
    const ours = Object.hasOwn(TOOL_GROUPS, group) ? group : Object.hasOwn(GROUP_OF, name) ? GROUP_OF[name] : undefined;
    if (ours !== undefined) tools.push(own !== '' && Object.hasOwn(GROUP_OF, own) ? (GROUP_OF[own] ?? ours) : ours);
    else if (LEFT_OUT.test(name)) leftOut.push(name);
    else kept.push(name);
  }
  return {
    tools: [...new Set([...tools, ...kept])],
    notes: [
      ...(leftOut.length > 0 ? [{ reason: 'tools.left_out', values: leftOut } as const] : []),
      ...(kept.length > 0 ? [{ reason: 'tools.kept', values: kept } as const] : []),
    ],
  };
}
