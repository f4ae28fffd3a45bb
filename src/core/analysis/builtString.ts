// Text that code puts together from fixed and changing pieces, whatever the language spells it with, and what such text turns into.
import type { SyntaxNode } from '../syntax';

export interface BuiltString {
  /** The fixed pieces; each changing one stands as `?`. */
  literal: string;
  /** The expressions that are put in. */
  dynamic: SyntaxNode[];
}

const STATEMENT =
  /^\s*(?:select\b[^]*?\bfrom\b|insert\s+(?:or\s+\w+\s+)?into\b|replace\s+into\b|update\s+[\w."`?]+\s+set\b|delete\s+from\b|drop\s+(?:table|database)\b|alter\s+table\b)/i;
const UPPER_STATEMENT =
  /^\s*(?:SELECT\b[^]*?\bFROM\b|INSERT\s+INTO\b|UPDATE\s+[\w."`?]+\s+SET\b|DELETE\s+FROM\b|DROP\s+TABLE\b|ALTER\s+TABLE\b)/;
/** Pieces that are made by the program itself or are made safe on the way. */
const HARMLESS =
  /^(?:[A-Z][A-Z0-9_]*|\d+|[\w$.]*(?:placeholder|PLACEHOLDER|param_?list|qmarks)\w*|this\.#?\w*[tT]able\w*|self\.\w*table\w*|[\w$.]*(?:escape|quote|sanitiz|sanitis|Number|parseInt|parseFloat|BigInt|int|float|len)\w*\(.*\)|['"].*['"]\.repeat\(.*\)|.*\.map\(\(?\w*\)?\s*=>\s*['"`][?$\d{}\w]*['"`]\)\.join\(.*\))$/s;

/** True for text that is an SQL statement; unless it is known to reach a database, only the upper-case spelling counts, since `select … from` is English too. */
export function isSqlStatement(literal: string, reachesDatabase: boolean): boolean {
  return (reachesDatabase ? STATEMENT : UPPER_STATEMENT).test(literal);
}

/** The changing pieces that could carry somebody else's text. */
export function riskyPieces(built: BuiltString): SyntaxNode[] {
  return built.dynamic.filter((node) => !HARMLESS.test(node.text.trim()));
}

/** Names the pieces for a sentence: `customer` or `a`, `b` and 2 more. */
export function namePieces(pieces: readonly SyntaxNode[]): string {
  const names = pieces.slice(0, 2).map((piece) => `\`${shorten(piece.text)}\``);
  return pieces.length > 2 ? `${names.join(', ')} and ${pieces.length - 2} more` : names.join(' and ');
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
