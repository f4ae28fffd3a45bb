// Judges command lines with the real grammar over a workspace in memory.
import { CommandPolicy, type CommandVerdict } from '../../src/core/policy/commandPolicy';
import { WorkspaceBounds } from '../../src/core/policy/workspaceBounds';
import { DEFAULT_SETTINGS, type TeamSettings } from '../../src/core/settings';
import { InMemoryFileTree } from './inMemoryFileTree';
import { sharedParser } from './sourceAnalysis';

export type CommandSettings = Partial<TeamSettings['commands']> & {
  shell?: 'posix' | 'other';
  cwd?: string;
  tree?: InMemoryFileTree;
};

export function workspaceTree(): InMemoryFileTree {
  const tree = new InMemoryFileTree();
  tree.put('file:///ws/README.md', '# Sample\n');
  tree.put('file:///ws/src/math.ts', 'export const one = 1;\n');
  tree.put('file:///ws/.env', 'KEY=1\n');
  tree.put('file:///etc/passwd', 'root\n');
  tree.put('file:///ws/out', { link: 'file:///etc' });
  tree.put('file:///ws/dangling', { link: 'file:///nowhere' });
  return tree;
}

export async function judge(command: string, settings: CommandSettings = {}): Promise<CommandVerdict> {
  const { shell = 'posix', cwd = 'file:///ws', tree = workspaceTree(), ...commands } = settings;
  const policy = new CommandPolicy({ parser: sharedParser(), bounds: new WorkspaceBounds(tree), shell });
  const rules = { ...DEFAULT_SETTINGS.commands, ...commands, protectedFiles: DEFAULT_SETTINGS.protectedFiles };
  return policy.judge({ command, cwd }, rules, new AbortController().signal);
}

/** The verdict as one word, with what asks: `ask not_allowed: rm x`. */
export async function verdictOf(command: string, settings: CommandSettings = {}): Promise<string> {
  const verdict = await judge(command, settings);
  if (verdict.kind === 'ask')
    return `ask ${verdict.asked.map(({ reason, source }) => `${reason}: ${source}`).join(' | ')}`;
  return verdict.kind === 'deny' && verdict.pattern !== undefined ? `deny ${verdict.pattern}` : verdict.kind;
}
