// Headers as other tools accept them: YAML where it is YAML, else line by line, since `globs: *.ts` is none.
import { parseDocument } from 'yaml';
import { splitFrontMatter } from '../frontMatter';

export interface LooseHeader {
  values: ReadonlyMap<string, unknown>;
  /** The text below the header, trimmed. */
  body: string;
}

/** Never throws; a header without an end is text like the rest. */
export function readLooseHeader(text: string): LooseHeader {
  const { header, body, unclosed } = splitFrontMatter(text);
  if (unclosed) return { values: new Map(), body: textBelow(text.replace(/^\uFEFF/, '')) };
  return { values: header ? valuesOf(header.text) : new Map(), body: textBelow(body.text) };
}

function textBelow(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

function valuesOf(header: string): ReadonlyMap<string, unknown> {
  const read = readYaml(header);
  if ('value' in read) return mapOf(read.value);
  const lines = header.split(/\r\n|\n|\r/).flatMap((line) => {
    const [, key, value] = /^([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, plain(value ?? '')] as const];
  });
  return new Map(lines);
}

/** The value of a YAML or JSON text, or what is wrong with it. */
export function readYaml(text: string): { value: unknown } | { fault: string } {
  try {
    const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
    const [first] = document.errors;
    return first ? { fault: first.message } : { value: document.toJS({ maxAliasCount: 50 }) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

function mapOf(value: unknown): ReadonlyMap<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : new Map();
}

function plain(value: string): unknown {
  const text = value.trim().replace(/^(['"])([^]*)\1$/, '$2');
  return text === 'true' ? true : text === 'false' ? false : text;
}

/** A value as text; undefined for anything else and for empty text. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
  return text === '' ? undefined : text;
}

/** A list of texts, or one text with commas outside of braces and brackets between them. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value)
    ? value
    : (textOf(value)
        ?.replace(/^\[([^]*)\]$/, '$1')
        .split(/,(?![^{]*\})/) ?? []);
  return list.flatMap((entry) => textOf(entry)?.replace(/^(['"])([^]*)\1$/, '$2') ?? []);
}
