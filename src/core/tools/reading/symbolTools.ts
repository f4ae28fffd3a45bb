// find_symbols, document_outline, go_to_definition, find_references: what VS Code's language services know.
import * as z from 'zod';
import { isFailure } from '../../failure';
import type { CodeLocation } from '../../workspace/workspace';
import { defineTool } from '../defineTool';
import type { Tool, ToolResult } from '../tool';
import type { ReadingPorts } from './readingPorts';
import { findSymbolPosition } from './symbolPosition';
import { locationLine, outlineLines, symbolLine } from './symbolText';
import { cancelledResult, counted, failedWith, fitLines } from './textBudget';

const DEFAULT_SYMBOLS = 50;

const place = z.object({
  path: z.string().describe('Path relative to the workspace.'),
  line: z.int().min(1).describe('The line that the symbol is on, 1-based.'),
  symbol: z.string().min(1).describe('The symbol as it is written there, such as "divide".'),
});
const placeAliases = {
  file: 'path',
  filepath: 'path',
  name: 'symbol',
  symbolname: 'symbol',
  linenumber: 'line',
  startline: 'line',
};

function resultOf(head: string, lines: readonly string[], advice: string): ToolResult {
  const { text, shown } = fitLines(lines);
  if (shown === lines.length) return { text: `${head}\n${text}` };
  return { text: `${head}\n${text}\n[${lines.length - shown} more are left out. ${advice}]`, truncated: true };
}

export function createFindSymbols(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'find_symbols',
    description:
      'Finds functions, classes, variables and other symbols of the whole workspace by (part of) their name, by the language services. Gives "path:lines kind name".',
    input: z.object({
      query: z.string().min(1).describe('The name or a part of it.'),
      limit: z.int().min(1).max(500).optional().describe(`Default ${DEFAULT_SYMBOLS}.`),
    }),
    effect: 'read',
    aliases: { name: 'query', symbol: 'query', maxresults: 'limit' },
    title: ({ query }) => query,
    async run({ query, limit = DEFAULT_SYMBOLS }, context) {
      const symbols = await portsOf(context).languages.symbols(query, limit + 1, context.signal);
      const cancelled = cancelledResult(context.signal);
      if (cancelled) return cancelled;
      if (symbols.length === 0) {
        return { text: `The language services know no symbol like "${query}". search_text finds it as plain text.` };
      }
      const shown = symbols.slice(0, limit);
      const isCut = symbols.length > limit;
      const head = isCut
        ? `The first ${counted(limit, 'symbol')} like "${query}":`
        : `${counted(shown.length, 'symbol')} like "${query}":`;
      const result = resultOf(head, shown.map(symbolLine), 'Give more of the name.');
      return {
        ...result,
        files: [...new Set(shown.map((symbol) => symbol.path))],
        ...(isCut ? { truncated: true } : {}),
      };
    },
  });
}

export function createDocumentOutline(portsOf: ReadingPorts): Tool {
  return defineTool({
    name: 'document_outline',
    description: 'Lists the symbols of one file as a tree, each with its lines: "1-7 function divide".',
    input: z.object({ path: z.string().describe('Path relative to the workspace.') }),
    effect: 'read',
    aliases: { file: 'path', filepath: 'path' },
    title: ({ path }) => path,
    async run({ path }, context) {
      const { workspace, languages } = portsOf(context);
      const location = await workspace.locate(path, context.signal);
      if (isFailure(location)) return failedWith(location);
      const snapshot = await workspace.read(location, context.signal);
      if (isFailure(snapshot)) return failedWith(snapshot);
      const symbols = await languages.outline(location, context.signal);
      const cancelled = cancelledResult(context.signal);
      if (cancelled) return cancelled;
      const lines = outlineLines(symbols);
      const files = [location.path];
      if (lines.length === 0) {
        return { text: `The language services know no symbols in ${location.path}. read_file shows its text.`, files };
      }
      const head = `${location.path}, ${counted(lines.length, 'symbol')}:`;
      return { ...resultOf(head, lines, 'read_file shows the rest.'), files };
    },
  });
}

function renderLocations(found: readonly CodeLocation[], head: string): ToolResult {
  const result = resultOf(head, found.map(locationLine), 'search_text with include narrows it down.');
  const files = [...new Set(found.filter((entry) => entry.isOutside !== true).map((entry) => entry.path))];
  return { ...result, files };
}

/** go_to_definition and find_references differ in the question and in the words only. */
function createPlaceTool(
  portsOf: ReadingPorts,
  kind: { name: string; description: string; ask: 'definition' | 'references'; noun: string },
): Tool {
  return defineTool({
    name: kind.name,
    description: kind.description,
    input: place,
    effect: 'read',
    aliases: placeAliases,
    title: ({ path, line, symbol }) => `${symbol} ${path}:${line}`,
    async run(input, context) {
      const { workspace, languages } = portsOf(context);
      const target = await findSymbolPosition(input, workspace, context.signal);
      if (isFailure(target)) return failedWith(target);
      const found = await languages[kind.ask](target.location, target.position, context.signal);
      const cancelled = cancelledResult(context.signal);
      if (cancelled) return cancelled;
      const note = target.note === undefined ? '' : `${target.note}\n`;
      if (found.length === 0) {
        return {
          text: `${note}The language services found no ${kind.noun} of "${input.symbol}". search_text finds it as plain text.`,
        };
      }
      return renderLocations(found, `${note}${counted(found.length, kind.noun)} of "${input.symbol}":`);
    },
  });
}

export const createGoToDefinition = (portsOf: ReadingPorts): Tool =>
  createPlaceTool(portsOf, {
    name: 'go_to_definition',
    description: 'Says where the symbol on a line is defined: "path:line: text of that line".',
    ask: 'definition',
    noun: 'definition',
  });

export const createFindReferences = (portsOf: ReadingPorts): Tool =>
  createPlaceTool(portsOf, {
    name: 'find_references',
    description: 'Lists every use of the symbol on a line, its declaration included: "path:line: text of that line".',
    ask: 'references',
    noun: 'reference',
  });
