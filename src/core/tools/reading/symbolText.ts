// Symbols and code locations as lines of text: `src/math.ts:1-7 function divide`.
import type { Range } from '../../../api';
import type { CodeLocation, SymbolEntry } from '../../workspace/workspace';

/** 1-based lines of a range: `3` or `3-9`. A range that ends at the start of a line does not cover that line. */
export function linesOf({ start, end }: Range): string {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return last > start.line ? `${start.line + 1}-${last + 1}` : `${start.line + 1}`;
}

export function symbolLine(symbol: SymbolEntry): string {
  const container = symbol.container === undefined || symbol.container === '' ? '' : ` (in ${symbol.container})`;
  return `${symbol.path}:${linesOf(symbol.range)} ${symbol.kind} ${symbol.name}${container}`;
}

/** Symbols as an indented tree of lines. */
export function outlineLines(symbols: readonly SymbolEntry[], depth = 0): string[] {
  return symbols.flatMap((symbol) => [
    `${'  '.repeat(depth)}${linesOf(symbol.range)} ${symbol.kind} ${symbol.name}`,
    ...outlineLines(symbol.children ?? [], depth + 1),
  ]);
}

export function locationLine(location: CodeLocation): string {
  if (location.isOutside === true) return `${location.path}:${linesOf(location.range)} (outside the workspace)`;
  return `${location.path}:${location.range.start.line + 1}: ${location.preview.trim()}`;
}
