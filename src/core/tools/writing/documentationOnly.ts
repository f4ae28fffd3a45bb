// What an agent that writes documentation may change: documentation files, and in code nothing but comments. Judged on the syntax tree.
import type { ProposedChange } from '../../changes/changeLayer';
import type { SyntaxNode, SyntaxParser } from '../../syntax';
import { failure, isFailure, type Failure } from '../../failure';

/** Grammars by the endings of files that have comments which can be told from code. */
const GRAMMARS: Readonly<Record<string, string>> = {
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.jsx': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'tsx',
  '.py': 'python',
  '.pyi': 'python',
};
const DOCUMENTATION = /\.(md|markdown|rst|adoc|asciidoc|txt)$/i;
const NAMED_DOCUMENTATION =
  /(^|\/)(readme|changelog|changes|history|license|licence|copying|notice|authors|contributors|contributing|security|support)$/i;
/** Text files by their ending, configuration by what reads them. */
const CONFIGURATION =
  /((^|\/)(requirements|constraints|robots|cmakelists)[^/]*\.txt|\.(agent|prompt|instructions)\.md)$/i;
/** Comments that tools obey are code. */
const DIRECTIVE =
  /@ts-|eslint-|prettier-|biome-|istanbul |[cv]8 |@jsx|@flow|<reference|sourceMappingURL|webpack|@vite|type:\s*ignore|noqa|pylint|pyright|mypy|pragma|coding[:=]|fmt:|isort:|nosec|nosonar|^#!/i;
/** In these, white space has a meaning. */
const VERBATIM = /string|template|text|regex|char/;

export interface DocumentationRule {
  /** The reason why `change` is more than documentation, if it is. `before` is the file's text as the run sees it. */
  findFault(change: ProposedChange, before: string | undefined, signal: AbortSignal): Promise<Failure | undefined>;
}

export function createDocumentationRule(parser: SyntaxParser): DocumentationRule {
  return {
    async findFault(change, before, signal) {
      const { path } = change.location;
      if (isDocumentation(path) && (change.kind !== 'rename' || isDocumentation(change.from.path))) return undefined;
      if (change.kind !== 'modify' || before === undefined)
        return failure(
          'edit.documentation_only',
          `"${path}" is no documentation file: this agent may not create, delete or rename it. Hand over to dev for that.`,
        );
      return commentFault(parser, { path, before, after: change.text }, signal);
    },
  };
}

/** True for a file that is read by people, not by programs. */
export function isDocumentation(path: string): boolean {
  return (DOCUMENTATION.test(path) || NAMED_DOCUMENTATION.test(path)) && !CONFIGURATION.test(path);
}

async function commentFault(
  parser: SyntaxParser,
  { path, before, after }: { path: string; before: string; after: string },
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const grammar = GRAMMARS[/\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? ''];
  if (grammar === undefined)
    return failure(
      'edit.documentation_only',
      `This agent may change comments only, and in "${path}" comments can't be told from code: there is no grammar for it. Hand over to dev.`,
    );
  const trees = [await parser.parse(grammar, before, signal), await parser.parse(grammar, after, signal)];
  for (const tree of trees) if (isFailure(tree)) return tree;
  const [old, next] = trees.map((tree) => (isFailure(tree) ? undefined : codeOf(tree)));
  if (old === undefined || next === undefined)
    return failure(
      'edit.documentation_only',
      `This agent may change comments only, and "${path}" has syntax errors, so comments can't be told from code. Hand over to dev.`,
    );
  const at = old.findIndex((part, index) => part.text !== next[index]?.text);
  const first = at >= 0 ? at : old.length;
  if (at < 0 && old.length === next.length) return undefined;
  const line = next[first]?.line ?? old[first]?.line ?? 1;
  return failure(
    'edit.documentation_only',
    `This agent may change comments only, and the edit changes code at line ${line} of "${path}". Leave the code as it is, or hand over to dev.`,
  );
}

interface CodePart {
  text: string;
  line: number;
}

/** Everything of a tree but its comments, with its structure; undefined for a tree with errors. */
function codeOf(root: SyntaxNode): CodePart[] | undefined {
  const parts: CodePart[] = [];
  const ignored = (node: SyntaxNode) => isPlainComment(node) || isDocstring(node);
  for (const node of root.walk(ignored)) {
    // A node that the parser made up to go on has no text.
    if (node.type === 'ERROR' || (node.start === node.end && !node.isNamed && node.type !== '')) return undefined;
    const inside = node.children.filter((child) => !ignored(child));
    const structure = `${node.type}/${depthOf(node)}`;
    parts.push({ text: `${structure} ${gapsOf(node, inside.length === 0)}`, line: node.startLine });
  }
  return parts;
}

/** What of a node's text is in none of its children: the whole text of a leaf. */
function gapsOf(node: SyntaxNode, isLeaf: boolean): string {
  const { text, start, type } = node;
  if (isLeaf && node.children.length === 0) return text;
  let at = start;
  let gaps = '';
  for (const child of node.children) {
    gaps += `${text.slice(at - start, child.start - start)}\u0000`;
    at = child.end;
  }
  gaps += text.slice(at - start);
  return VERBATIM.test(type) ? gaps : gaps.replaceAll(/[\s\u0000]+/g, '');
}

function depthOf(node: SyntaxNode): number {
  let depth = 0;
  for (const _ of node.ancestors()) depth += 1;
  return depth;
}

function isPlainComment(node: SyntaxNode): boolean {
  return node.type === 'comment' && !DIRECTIVE.test(node.text);
}

/** The string that begins a Python module, class or function documents it. */
function isDocstring(node: SyntaxNode): boolean {
  if (node.type !== 'expression_statement' || node.named.length !== 1 || node.named[0]?.type !== 'string') return false;
  if (node.named[0].children.some((child) => child.type === 'interpolation')) return false;
  const { parent } = node;
  if (parent?.type !== 'module' && parent?.type !== 'block') return false;
  return parent.named.find((child) => child.type !== 'comment') === node && isPlain(parent);
}

/** A block of a function or class, not of a condition. */
function isPlain(parent: SyntaxNode): boolean {
  const owner = parent.parent?.type;
  return parent.type === 'module' || owner === 'function_definition' || owner === 'class_definition';
}
