// Documentation drafted from real code: signatures, parameters and comments as they stand, with blanks where only a person knows.
import type { OutlineEntry } from './toolText';

export interface DraftedSymbol extends OutlineEntry {
  /** The first line(s) of the declaration, without the body. */
  signature: string;
  parameters: string[];
  returnsValue: boolean;
  /** The comment that the code has, without its marks; empty if none. */
  comment: string;
  /** Whether it can be seen from outside its file. */
  isPublic: boolean;
}

const DOCUMENTED_KINDS =
  /^(?:function|method|class|interface|constructor|enum|struct|module|variable|constant|property|field)$/;

/** What the outline names, with signature and comment from the file's lines. Locals inside functions are left out. */
export function draftSymbols(outline: readonly OutlineEntry[], lines: ReadonlyMap<number, string>): DraftedSymbol[] {
  const parents: OutlineEntry[] = [];
  return outline.flatMap((entry) => {
    parents.length = entry.depth;
    const isLocal = parents.some((parent) => /^(?:function|method|constructor|variable|constant)$/.test(parent.kind));
    parents[entry.depth] = entry;
    if (isLocal || !DOCUMENTED_KINDS.test(entry.kind) || /^(?:<|\(|\[)/.test(entry.name)) return [];
    const declaration = declarationAt(entry, lines);
    const isCallable =
      /^(?:function|method|constructor)$/.test(entry.kind) ||
      /=\s*(?:async\s*)?(?:\([^)]*\)|\w+)[^=]*=>/.test(declaration);
    const parameters = isCallable ? parametersIn(declaration) : [];
    return [
      {
        ...entry,
        signature: signatureOf(declaration),
        parameters,
        returnsValue:
          isCallable && !/\)\s*(?::\s*(?:Promise<)?void\b|->\s*None\b)/.test(declaration) && bodyReturns(entry, lines),
        comment: commentAt(entry, lines),
        isPublic:
          /^\s*(?:export|pub|public|module\.exports|exports)\b/.test(declaration) ||
          (/^\s*(?:async\s+)?(?:def|class)\s+[^_]/.test(declaration) && entry.depth === 0),
      },
    ];
  });
}

/** A comment skeleton in the language's form, with the real parameter names. */
export function commentSkeleton(symbol: DraftedSymbol, path: string): string {
  const names = symbol.parameters.map((name) => name.replace(/^[.*]+/, ''));
  if (/\.pyw?$/.test(path)) {
    const args = names.filter((name) => name !== 'self' && name !== 'cls');
    const lines = [
      '"""…',
      ...(args.length > 0 ? ['', 'Args:', ...args.map((name) => `    ${name}: …`)] : []),
      ...(symbol.returnsValue ? ['', 'Returns:', '    …'] : []),
      '"""',
    ];
    return lines.join('\n');
  }
  const lines = [
    '/**',
    ' * …',
    ...names.map((name) => ` * @param ${name} …`),
    ...(symbol.returnsValue ? [' * @returns …'] : []),
    ' */',
  ];
  return lines.join('\n');
}

/** The text from the declaration's first line to the end of its parameter list or the start of its body. */
function declarationAt({ startLine, endLine }: OutlineEntry, lines: ReadonlyMap<number, string>): string {
  let text = '';
  for (let number = startLine; number <= Math.min(endLine, startLine + 12); number += 1) {
    const line = lines.get(number) ?? '';
    // Some language services let a declaration begin with its decorators or comment.
    if (text === '' && /^\s*(?:@|\/\*|\*|\/\/|#)/.test(line)) continue;
    text += `${text === '' ? '' : '\n'}${line}`;
    const isClosed = (text.match(/\(/g) ?? []).length === (text.match(/\)/g) ?? []).length;
    if (isClosed && text.trim() !== '') break;
  }
  return text;
}

function signatureOf(declaration: string): string {
  const line = declaration.replace(/\s+/g, ' ').trim();
  const end = /\s*(?:\{\s*$|\{ .*$|=>.*$|:\s*$|;\s*$)/.exec(line);
  const cut = end ? line.slice(0, end.index) : line;
  return cut.length > 120 ? `${cut.slice(0, 119)}…` : cut;
}

/** Names in the first parameter list; destructured ones stay as they are written. */
function parametersIn(declaration: string): string[] {
  const start = declaration.indexOf('(');
  if (start < 0) return /=\s*(?:async\s+)?(\w+)\s*=>/.exec(declaration)?.slice(1, 2) ?? [];
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const char of declaration.slice(start + 1)) {
    if ('([{<'.includes(char)) depth += 1;
    if (char === ')' && depth === 0) break;
    if (')]}>'.includes(char)) depth -= 1;
    if (char === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part].flatMap((text) => PARAMETER.exec(text)?.slice(1).join('') ?? []);
}

/** Dots or stars, and the name; `[Array].join` writes nothing for a group that did not match. */
const PARAMETER = /^\s*(?:(?:public|private|protected|readonly)\s+)*(\.{3}|\*{1,2})?([A-Za-z_$][\w$]*)/;

function bodyReturns({ startLine, endLine }: OutlineEntry, lines: ReadonlyMap<number, string>): boolean {
  for (let number = startLine; number <= endLine; number += 1) {
    if (/\breturn\s+[^;\s]|=>\s*[^{\s]/.test(lines.get(number) ?? '')) return true;
  }
  return false;
}

/** The comment right above the declaration, or the docstring right below it. */
function commentAt({ startLine }: OutlineEntry, lines: ReadonlyMap<number, string>): string {
  const above: string[] = [];
  for (let number = startLine - 1; number > startLine - 30; number -= 1) {
    const line = (lines.get(number) ?? '').trim();
    if (!/^(?:\/\*\*?|\*|\/\/|#(?!!))/.test(line) && !line.endsWith('*/')) break;
    above.unshift(line);
    if (line.startsWith('/*')) break;
  }
  const docstring = /^\s*(?:"""|''')(.+?)(?:"""|''')?\s*$/.exec(lines.get(startLine + 1) ?? '')?.[1];
  const text = above
    .map((line) => line.replace(/^(?:\/\*\*?|\*\/|\*|\/\/+|#)\s?|\s*\*\/$/g, '').trim())
    .filter((line) => line !== '' && !line.startsWith('@'));
  return text.join(' ') || docstring?.trim() || '';
}
