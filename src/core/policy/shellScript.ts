// Takes a parsed shell script apart into everything that it would run, whatever it stands in: lists, pipes, substitutions, loops, functions.
// Strict: what the grammar did not fully understand makes the whole script unreadable, since a guess here would be a hole.
import type { SyntaxNode } from '../syntax';
import { plainWord, readWord, type ShellWord } from './shellWord';

export interface Assignment {
  name: string;
  /** `NAME=value` as it was written. */
  source: string;
}

/** One command as the shell would start it; without words only variables are set. */
export interface SimpleCommand {
  words: readonly ShellWord[];
  assignments: readonly Assignment[];
  /** As it was written, without redirections. */
  source: string;
}

export interface Redirection {
  /** `>`, `>>`, `<`, `>&`, …, `<<` for a here-document, `<<<` for a here-string. */
  operator: string;
  target?: ShellWord;
  source: string;
}

export interface ShellScript {
  /** In the order of the text; substitutions stand after the command that they are in. */
  commands: SimpleCommand[];
  redirections: Redirection[];
}

/** Where other statements stand; they run nothing themselves. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'program',
  'list',
  'pipeline',
  'negated_command',
  'redirected_statement',
  'subshell',
  'compound_statement',
  'if_statement',
  'elif_clause',
  'else_clause',
  'while_statement',
  'for_statement',
  'c_style_for_statement',
  'do_group',
  'case_statement',
  'case_item',
  'last_case_item',
  'function_definition',
  'comment',
  'command_name',
  'variable_name',
  'special_variable_name',
  'subscript',
  'file_descriptor',
  'heredoc_start',
  'heredoc_body',
  'heredoc_content',
  'heredoc_end',
  'word',
  'number',
  'string',
  'string_content',
  'raw_string',
  'ansi_c_string',
  'translated_string',
  'concatenation',
  'simple_expansion',
  'expansion',
  'arithmetic_expansion',
  'command_substitution',
  'process_substitution',
  'brace_expression',
  'extglob_pattern',
  'regex',
  'array',
  'binary_expression',
  'unary_expression',
  'postfix_expression',
  'ternary_expression',
  'parenthesized_expression',
  'test_operator',
  'variable_assignments',
]);

const SUBSTITUTIONS: ReadonlySet<string> = new Set(['command_substitution', 'process_substitution']);

/** May be empty without being missing. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['program', 'heredoc_body', 'heredoc_content', 'string_content']);

/** A control character or a blank that the shell does not take for one hides what a person would read. */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff]/;

/** Everything that the script runs, or undefined when a part of it can't be told for sure. */
export function readShellScript(root: SyntaxNode): ShellScript | undefined {
  if (HIDDEN.test(root.text) || root.type !== 'program' || !coversText(root)) return undefined;
  const script: ShellScript = { commands: [], redirections: [] };
  for (const node of root.walk()) {
    if (!readNode(node, script)) return undefined;
    if (SUBSTITUTIONS.has(node.type) && !coversText(node)) return undefined;
  }
  return script;
}

/** False stops the reading: the node is unknown, broken or missing. */
function readNode(node: SyntaxNode, script: ShellScript): boolean {
  if (node.start === node.end && !MAY_BE_EMPTY.has(node.type)) return false;
  if (!node.isNamed) return true;
  switch (node.type) {
    case 'command':
      return add(script.commands, readCommand(node));
    case 'declaration_command':
    case 'unset_command':
      return add(script.commands, readDeclaration(node));
    case 'test_command':
      return add(script.commands, readTest(node));
    case 'variable_assignment':
      return isPartOfCommand(node) || add(script.commands, bareAssignment(node));
    case 'word':
      // The grammar takes a newline before an escape for a part of the word.
      return readWord(node) !== undefined;
    case 'file_redirect':
    case 'heredoc_redirect':
    case 'herestring_redirect':
      return add(script.redirections, readRedirection(node));
    default:
      return STRUCTURE.has(node.type);
  }
}

function add<T>(list: T[], item: T | undefined): boolean {
  if (item === undefined) return false;
  list.push(item);
  return true;
}

const COMMANDS: ReadonlySet<string> = new Set(['command', 'declaration_command']);
const REDIRECTIONS: ReadonlySet<string> = new Set(['file_redirect', 'herestring_redirect', 'heredoc_redirect']);

function isPartOfCommand({ parent }: SyntaxNode): boolean {
  return parent !== undefined && COMMANDS.has(parent.type);
}

function readCommand(node: SyntaxNode): SimpleCommand | undefined {
  const words: ShellWord[] = [];
  const assignments: Assignment[] = [];
  const sources: string[] = [];
  for (const child of node.children) {
    if (REDIRECTIONS.has(child.type)) continue;
    sources.push(child.text);
    if (child.type === 'variable_assignment') {
      assignments.push(readAssignment(child));
      continue;
    }
    const word = readWord(child);
    if (!word) return undefined;
    words.push(word);
  }
  return { words, assignments, source: sources.join(' ') };
}

/** `export`, `declare` and their kind: commands whose operands may be assignments. */
function readDeclaration(node: SyntaxNode): SimpleCommand | undefined {
  const words: ShellWord[] = [];
  const assignments: Assignment[] = [];
  for (const child of node.children) {
    if (child.type === 'variable_assignment') assignments.push(readAssignment(child));
    else
      words.push(
        child.isNamed && child.type !== 'variable_name' ? (readWord(child) ?? unknown(child)) : plainWord(child.text),
      );
  }
  return { words, assignments, source: node.text };
}

/** `[ … ]`, `[[ … ]]` and `(( … ))` count as commands of that name; what they compare is not looked at. */
function readTest(node: SyntaxNode): SimpleCommand | undefined {
  const [open] = node.children;
  if (!open) return undefined;
  return { words: [plainWord(open.text), unknown(node)], assignments: [], source: node.text };
}

function bareAssignment(node: SyntaxNode): SimpleCommand {
  return { words: [], assignments: [readAssignment(node)], source: node.text };
}

function readAssignment(node: SyntaxNode): Assignment {
  return { name: node.field('name')?.text ?? '', source: node.text };
}

function unknown(node: SyntaxNode): ShellWord {
  return { text: node.text, isStatic: false, hasGlob: false, hasTilde: false, source: node.text };
}

function readRedirection(node: SyntaxNode): Redirection | undefined {
  const operator = node.children.find((child) => !child.isNamed)?.text;
  if (operator === undefined) return undefined;
  if (node.type === 'heredoc_redirect') return { operator, source: operator };
  const targets = node.named.filter((child) => child.type !== 'file_descriptor');
  const [target] = targets;
  if (targets.length > 1) return undefined;
  // `>&-` closes a descriptor.
  if (!target) return operator.endsWith('-') ? { operator, source: node.text } : undefined;
  const word = readWord(target);
  return word && { operator, target: word, source: node.text };
}

/** Nodes whose inside follows rules of its own; substitutions inside them are checked by themselves. */
const TOKENS: ReadonlySet<string> = new Set([
  'string',
  'translated_string',
  'heredoc_body',
  'expansion',
  'arithmetic_expansion',
  'command_substitution',
  'process_substitution',
  'test_command',
]);

/** Between the grammar's tokens there may be blanks only: anything else was skipped. */
function coversText(root: SyntaxNode): boolean {
  let end = root.start;
  for (const token of tokensOf(root)) {
    if (token.start < end || !isGap(root.text.slice(end - root.start, token.start - root.start), token)) return false;
    end = token.end;
  }
  return root.text.slice(end - root.start).trim() === '';
}

function* tokensOf(root: SyntaxNode): Generator<SyntaxNode> {
  const pending = [...root.children].reverse();
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.children.length === 0 || TOKENS.has(node.type)) yield node;
    else
      for (let index = node.children.length - 1; index >= 0; index -= 1)
        pending.push(...node.children.slice(index, index + 1));
  }
}

/** Blanks and continued lines; a newline would end a command, so none stands inside one. */
function isGap(gap: string, next: SyntaxNode): boolean {
  const plain = gap.replaceAll('\\\n', '');
  if (plain.trim() !== '') return false;
  const { parent } = next;
  return !(parent?.type === 'command' && parent.children[0] !== next && plain.includes('\n'));
}
