// How a language spells what rules ask about, so that a rule about text that becomes a statement is written once for many languages.
import type { BuiltString } from '../builtString';
import type { SyntaxNode } from '../../syntax';

export interface CallSite {
  /** `a.b.c`, as written without spaces; of a `new`, the type. */
  callee: string;
  /** The last name of the callee. */
  method: string;
  /** What stands before the last name, if anything. */
  receiver?: string;
  args: SyntaxNode[];
}

export interface Binding {
  name: string;
  value: SyntaxNode;
  /** True for `+=` and the like: the value is put after what was there. */
  adds?: boolean;
}

/** Pieces of a text in order: fixed ones as strings. */
export interface TextParts {
  /** True where the whole is text whatever the pieces are. */
  isText: boolean;
  parts: readonly (string | SyntaxNode)[];
}

export interface Spelling {
  /** Types of nodes that call or construct. */
  readonly calls: readonly string[];
  readonly functions: ReadonlySet<string>;
  /** Types of nodes that name a variable. */
  readonly names: ReadonlySet<string>;
  /** Types of nodes that give a name a value. */
  readonly bindings: readonly string[];
  /** Expressions that can't carry somebody else's text. */
  readonly harmless?: RegExp;
  callOf(node: SyntaxNode): CallSite | undefined;
  /** The expression inside parentheses, `await`, a reference and the like. */
  unwrap(node: SyntaxNode): SyntaxNode;
  /** The value of a string that is the same in every run. */
  fixedText(node: SyntaxNode): string | undefined;
  /** What a concatenation, an interpolated string or a formatting call is put together from. */
  partsOf(node: SyntaxNode): TextParts | undefined;
  bindingOf(node: SyntaxNode): Binding | undefined;
}

/** Text put together from fixed and changing pieces, also where it stands behind a name that was given such a text; undefined for fixed text. */
export function builtText(spelling: Spelling, node: SyntaxNode): BuiltString | undefined {
  const value = spelling.unwrap(node);
  const built: BuiltString = { literal: '', dynamic: [] };
  const given = spelling.names.has(value.type) ? bindingsOf(spelling, value) : undefined;
  const pieces = given ?? [value];
  const isText = pieces.map((piece) => collect(spelling, piece, built)).some(Boolean);
  return isText && built.dynamic.length > 0 ? built : undefined;
}

function collect(spelling: Spelling, node: SyntaxNode, into: BuiltString): boolean {
  const value = spelling.unwrap(node);
  const fixed = spelling.fixedText(value) ?? fixedTextBehind(spelling, value);
  if (fixed !== undefined) {
    into.literal += fixed;
    return true;
  }
  const text = spelling.partsOf(value);
  if (!text) {
    if (!isHarmless(spelling, value)) into.dynamic.push(value);
    into.literal += '?';
    return false;
  }
  let isText = text.isText;
  for (const part of text.parts) {
    if (typeof part === 'string') into.literal += part;
    else isText = collect(spelling, part, into) || isText;
  }
  return isText;
}

/** What a name stands for, if that is known: its only value, with what is added to it, in the nearest function or the file. */
function bindingsOf(spelling: Spelling, name: SyntaxNode): SyntaxNode[] | undefined {
  for (const scope of scopesOf(spelling, name)) {
    const found = bindingsIn(spelling, scope).get(name.text);
    if (!found) continue;
    const [first, ...others] = found.filter(({ value }) => value.start < name.start || scope.parent === undefined);
    return first && others.every(({ adds }) => adds) ? [first, ...others].map(({ value }) => value) : undefined;
  }
  return undefined;
}

function fixedTextBehind(spelling: Spelling, node: SyntaxNode): string | undefined {
  if (!spelling.names.has(node.type)) return undefined;
  const [value, ...more] = bindingsOf(spelling, node) ?? [];
  return value && more.length === 0 ? spelling.fixedText(spelling.unwrap(value)) : undefined;
}

function* scopesOf({ functions }: Spelling, node: SyntaxNode): Generator<SyntaxNode> {
  for (const scope of node.ancestors()) if (functions.has(scope.type) || !scope.parent) yield scope;
}

/** Values by name, of everything that is given one in a function or a file; nested functions left out. */
export function bindingsIn(spelling: Spelling, scope: SyntaxNode): ReadonlyMap<string, Binding[]> {
  return scope.once('bindings', () => {
    const types = new Set(spelling.bindings);
    const found = new Map<string, Binding[]>();
    for (const node of scope.walk((child) => spelling.functions.has(child.type))) {
      const binding = types.has(node.type) ? spelling.bindingOf(node) : undefined;
      if (binding) found.set(binding.name, [...(found.get(binding.name) ?? []), binding]);
    }
    return found;
  });
}

const NUMBER =
  /^(?:u?int(?:8|16|32|64)?|[iu](?:8|16|32|64|128|size)|f(?:32|64)|u?long|u?short|s?byte|float(?:32|64)?|double|decimal|bool(?:ean)?|Integer|Long|Short|Double|Boolean|Int(?:16|32|64)|BigDecimal|BigInteger|Guid|UUID|uuid\.UUID|Uuid|time\.Duration|DateTime|LocalDate)\??$/;

/** Names of tables and columns can't be parameters, and come from the program. */
const FROM_THE_SCHEMA = /^[\w.$>:-]*(?:tables?|table_?names?|columns?|column_?names?|placeholders?|schema)$/i;

function isHarmless(spelling: Spelling, node: SyntaxNode): boolean {
  if (spelling.harmless?.test(node.text) || /^[\d.]+[a-zA-Z]?$/.test(node.text) || FROM_THE_SCHEMA.test(node.text))
    return true;
  return spelling.names.has(node.type) && NUMBER.test(declaredType(spelling, node) ?? '');
}

/** The type that the nearest declaration of a name says, as it is written. */
export function declaredType(spelling: Spelling, name: SyntaxNode): string | undefined {
  for (const scope of scopesOf(spelling, name)) {
    const declared = typesIn(spelling, scope).get(name.text);
    const before = declared?.find(({ start }) => start <= name.start);
    if (before) return before.type;
  }
  return undefined;
}

interface Declared {
  start: number;
  type: string;
}

function typesIn(spelling: Spelling, scope: SyntaxNode): ReadonlyMap<string, Declared[]> {
  return scope.once('types', () => {
    const found = new Map<string, Declared[]>();
    for (const node of scope.walk((child) => spelling.functions.has(child.type))) {
      const type = node.field('type')?.text;
      if (type === undefined) continue;
      for (const name of namesDeclaredBy(node))
        found.set(name, [...(found.get(name) ?? []), { start: node.start, type }]);
    }
    return found;
  });
}

function namesDeclaredBy(node: SyntaxNode): string[] {
  return node.children.flatMap((child) => {
    if (child.fieldName === 'name' || child.fieldName === 'pattern') return [child.text];
    return child.type === 'variable_declarator' ? [child.field('name')?.text ?? ''] : [];
  });
}

const DIRECTIVE = /%(?:%|[-+ 0#]*\d*(?:\.\d+)?(?:\d+\$)?([a-zA-Z]))/g;

/** The parts of `format("a %s b", x)`; values that are written as numbers can't carry text. */
export function formatParts(template: string, args: readonly SyntaxNode[]): TextParts {
  const parts: (string | SyntaxNode)[] = [];
  let last = 0;
  let index = 0;
  for (const match of template.matchAll(DIRECTIVE)) {
    parts.push(template.slice(last, match.index));
    last = match.index + match[0].length;
    const kind = match[1];
    if (kind === undefined) continue;
    const arg = args[index];
    index += 1;
    parts.push(arg && !/[bcdeEfFgGoxXtu]/.test(kind) ? arg : '0');
  }
  parts.push(template.slice(last));
  return { isText: true, parts };
}

/** The parts of `format!("a {} b {x}", y)` and of `string.Format("a {0}", y)`. */
export function placeholderParts(template: string, args: readonly SyntaxNode[]): TextParts {
  const literal = template.replace(/\{\{|\}\}/g, '').replace(/\{[^{}]*\}/g, '?');
  return { isText: true, parts: [literal, ...args] };
}

/** The sides of a binary operator. */
export function sidesOf(node: SyntaxNode, operator: string): SyntaxNode[] | undefined {
  const left = node.field('left');
  const right = node.field('right');
  return left && right && node.field('operator')?.text === operator ? [left, right] : undefined;
}

/** The name of a function or method. */
export function functionName(node: SyntaxNode | undefined): string | undefined {
  return node?.field('name')?.text;
}

/** Named children that are no comments. */
export function codeIn(node: SyntaxNode | undefined): SyntaxNode[] {
  return (node?.named ?? []).filter((child) => !isComment(child));
}

export function isComment(node: SyntaxNode): boolean {
  return node.type.endsWith('comment');
}

/** True where a comment stands in the node: somebody said why. */
export function hasComment(node: SyntaxNode): boolean {
  return [...node.walk()].some(isComment);
}

/** Text of a name in a regular expression. */
export function escapeName(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
