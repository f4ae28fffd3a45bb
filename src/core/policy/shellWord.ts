// One word of a shell line: what the program would get, as far as that is known before the shell has run.
import type { SyntaxNode } from '../syntax';

export interface ShellWord {
  /** The text after quotes and escapes are gone; of a word that is not static its source. */
  text: string;
  /** False when expansion decides what the word is: variables, substitutions, braces. */
  isStatic: boolean;
  /** An unquoted `*`, `?` or `[`: the shell may put file names here. */
  hasGlob: boolean;
  /** An unquoted `~` at the start: somebody's home. */
  hasTilde: boolean;
  /** The word as it was written. */
  source: string;
}

interface Piece {
  text: string;
  isStatic: boolean;
  isQuoted: boolean;
}

/** Characters that end a word unless they are quoted: finding one means that the parser and the shell disagree. */
const BREAKS_WORD = /[\s;&|<>()`"']/;

/** Reads a word node; undefined for a node that is no word, or whose text does not read as one. */
export function readWord(node: SyntaxNode): ShellWord | undefined {
  const pieces = piecesOf(node);
  if (!pieces) return undefined;
  const bare = pieces.map((piece) => (piece.isQuoted ? '' : piece.text)).join('');
  // `{}` alone stands for a file name in find and xargs; any other brace may expand to several words.
  const isStatic = pieces.every((piece) => piece.isStatic) && (!/[{}]/.test(bare) || node.text === '{}');
  return {
    text: isStatic ? pieces.map((piece) => piece.text).join('') : node.text,
    isStatic,
    hasGlob: /[*?[\]]/.test(bare),
    hasTilde: pieces[0]?.isQuoted === false && pieces[0].text.startsWith('~'),
    source: node.text,
  };
}

/** A word that the shell reads as `text`, made by us. */
export function plainWord(text: string): ShellWord {
  return { text, isStatic: true, hasGlob: false, hasTilde: false, source: text };
}

/** True for a word that is a program's name as it stands. */
export function isPlain(word: ShellWord | undefined): word is ShellWord {
  return word !== undefined && word.isStatic && !word.hasGlob && !word.hasTilde;
}

function piecesOf(node: SyntaxNode): Piece[] | undefined {
  switch (node.type) {
    case 'word':
    case 'number':
      // A descriptor's number can be an expansion of its own: `10#$x`.
      return node.children.length > 0 ? [dynamic(node)] : unquoted(node.text);
    case 'raw_string':
      return [{ text: node.text.slice(1, -1), isStatic: true, isQuoted: true }];
    case 'ansi_c_string':
      return [ansiString(node.text)];
    case 'string':
      return [doubleQuoted(node)];
    case 'concatenation':
      return joined(node.children);
    case 'command_name':
      return joined(node.children);
    case 'simple_expansion':
    case 'expansion':
    case 'command_substitution':
    case 'arithmetic_expansion':
    case 'process_substitution':
    case 'brace_expression':
    case 'translated_string':
    case 'extglob_pattern':
    case 'array':
      return [dynamic(node)];
    default:
      return undefined;
  }
}

function dynamic(node: SyntaxNode): Piece {
  return { text: node.text, isStatic: false, isQuoted: true };
}

/** Parts that touch; a gap between them means two words where the parser saw one. */
function joined(children: readonly SyntaxNode[]): Piece[] | undefined {
  const pieces: Piece[] = [];
  let end: number | undefined;
  for (const child of children) {
    const read = end === undefined || child.start === end ? piecesOf(child) : undefined;
    if (!read) return undefined;
    pieces.push(...read);
    end = child.end;
  }
  return pieces.length > 0 ? pieces : undefined;
}

function unquoted(source: string): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const [part] of source.matchAll(/\\[\s\S]?|[^\\]+/g)) {
    if (part === '\\\n') continue;
    if (part.startsWith('\\')) pieces.push({ text: part.slice(1), isStatic: part.length > 1, isQuoted: true });
    else if (BREAKS_WORD.test(part)) return undefined;
    else pieces.push({ text: part, isStatic: !part.includes('$'), isQuoted: false });
  }
  return pieces;
}

function doubleQuoted(node: SyntaxNode): Piece {
  const isStatic = node.children.every((child) => child.type === 'string_content' || child.type === '"');
  const inner = node.text.slice(1, -1);
  const literal = isStatic && !/(?<!\\)(\\\\)*[`$]/.test(inner);
  return { text: inner.replaceAll(/\\([$`"\\])|\\\n/g, '$1'), isStatic: literal, isQuoted: true };
}

const ANSI_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

const ANSI_ESCAPE = /\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{4}|[\s\S])/g;

/** `$'…'` with the escapes that name one character; anything rarer counts as unknown. */
function ansiString(source: string): Piece {
  const inner = source.slice(2, -1);
  const text = inner.replaceAll(ANSI_ESCAPE, (_all, code: string) => ansiCharacter(code) ?? '\0');
  return { text, isStatic: !text.includes('\0'), isQuoted: true };
}

function ansiCharacter(code: string): string | undefined {
  if (/^[xu]./.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  return /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : ANSI_ESCAPES[code];
}
