// How shell trees spell what rules ask about: commands, words, what a variable was given.
import { codeIn, isComment } from '../shared/spelling';
import type { SyntaxNode } from '../../syntax';

export interface ShellCommand {
  name: string;
  args: SyntaxNode[];
}

export function commandOf(node: SyntaxNode): ShellCommand | undefined {
  if (node.type !== 'command') return undefined;
  const name = node.field('name')?.text ?? '';
  return {
    name: name.split('/').at(-1) ?? name,
    args: node.children.filter((child) => child.fieldName === 'argument'),
  };
}

/** The command behind `sudo` and the like, with its arguments. */
export function realCommandOf(node: SyntaxNode): ShellCommand | undefined {
  const command = commandOf(node);
  if (!command || !/^(?:sudo|doas|command|nohup|time|exec)$/.test(command.name)) return command;
  const index = command.args.findIndex(({ text }) => !text.startsWith('-'));
  const name = command.args[index]?.text ?? '';
  return { name: name.split('/').at(-1) ?? name, args: command.args.slice(index + 1) };
}

export function rootOf(node: SyntaxNode): SyntaxNode {
  return [...node.ancestors()].at(-1) ?? node;
}

export function isExpansion(node: SyntaxNode): boolean {
  return node.type === 'simple_expansion' || node.type === 'expansion';
}

/** The name in `$name` and `${name}`; undefined where the expansion does more, or is of a special variable. */
export function plainName(node: SyntaxNode): string | undefined {
  return /^\$(?:\{(\w+)\}|(\w+))$/.exec(node.text)?.slice(1).find(Boolean);
}

/** What a variable is given anywhere in the script. */
export function valuesOf(root: SyntaxNode, name: string): readonly SyntaxNode[] {
  return namesIn(root).given.get(name) ?? [];
}

/** True where a `for` runs over a list with this variable. */
export function isLoopVariable(root: SyntaxNode, name: string): boolean {
  return namesIn(root).loops.has(name);
}

function namesIn(root: SyntaxNode): { given: ReadonlyMap<string, SyntaxNode[]>; loops: ReadonlySet<string> } {
  return root.once('names', () => {
    const given = new Map<string, SyntaxNode[]>();
    const loops = new Set<string>();
    for (const node of root.walk()) {
      if (node.type === 'for_statement') loops.add(node.field('variable')?.text ?? '');
      const name = node.type === 'variable_assignment' ? node.field('name')?.text : undefined;
      const value = node.field('value');
      if (name !== undefined && value) given.set(name, [...(given.get(name) ?? []), value]);
    }
    return { given, loops };
  });
}

const ASKS = /\$\{(\w+):[?=-]|(?:-[nzd]|\[\[?)\s+"?\$\{?(\w+)\}?"?[\s\]]/g;

/** True where the script looks whether the variable has a value. */
export function isAskedFor(root: SyntaxNode, name: string): boolean {
  const asked = root.once(
    'asked',
    ({ text }) => new Set([...text.matchAll(ASKS)].map((match) => match[1] ?? match[2])),
  );
  return asked.has(name);
}

/** A word without variables in it, quotes removed. */
export function fixedWord(node: SyntaxNode): string | undefined {
  if (node.type === 'word' || node.type === 'number') return node.text;
  if (node.type === 'raw_string') return node.text.slice(1, -1);
  if (node.type === 'string' && codeIn(node).every(({ type }) => type === 'string_content'))
    return node.text.slice(1, -1);
  return undefined;
}

/** True where the script ends at the first command that fails. */
export function stopsOnError(root: SyntaxNode): boolean {
  return root.once('stops', ({ text }) =>
    /^\s*set\s+(?:-\w+\s+)*-\w*e|^\s*set\s+-o\s+errexit|^#!.*sh\s+-\w*e/m.test(text),
  );
}

const MAX_FOLLOWERS = 20;

/** The next statements after this one in the same block. */
export function followersOf(node: SyntaxNode): SyntaxNode[] {
  const siblings = node.parent?.children ?? [];
  const index = siblings.indexOf(node) + 1;
  return siblings.slice(index, index + 2 * MAX_FOLLOWERS).filter((child) => child.isNamed && !isComment(child));
}
