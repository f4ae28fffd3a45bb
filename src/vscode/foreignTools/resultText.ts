// The parts of a tool's result as text that a model reads. Looks at shapes, not classes, so that parts of any kind pass; no vscode here.

/** Longest text of all parts together, in characters; the agent loop cuts to the model's measure later. */
const MAX_TEXT_LENGTH = 400_000;
/** Deepest tree of a prompt part that is read. */
const MAX_DEPTH = 50;
/** Kinds of pieces in the JSON of VS Code's prompt library. */
const ELEMENT = 1;
const TEXT = 2;

/** Text as it is, prompt trees and JSON as their text; of anything else the kind and size. */
export function resultText(parts: readonly unknown[]): string {
  const text = parts
    .map(partText)
    .filter((part) => part !== '')
    .join('\n');
  if (text === '') return 'The tool gave no text back.';
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}\n[Cut here.]`;
}

function partText(part: unknown): string {
  if (typeof part === 'string') return part;
  if (!isObject(part)) return '';
  const { value, data, mimeType } = part;
  if (typeof value === 'string') return value;
  if (data instanceof Uint8Array) return dataText(data, typeof mimeType === 'string' ? mimeType : 'unknown kind');
  return isObject(value) ? treeText(value['node'], 0) : '';
}

function dataText(data: Uint8Array, mimeType: string): string {
  const isText = /^text\/|[/+]json\b|[/+]xml\b/.test(mimeType);
  return isText ? new TextDecoder().decode(data) : `[${data.byteLength} bytes of ${mimeType}, not shown]`;
}

function treeText(node: unknown, depth: number): string {
  if (!isObject(node) || depth > MAX_DEPTH) return '';
  const { type, text, children, lineBreakBefore } = node;
  if (type === TEXT && typeof text === 'string') {
    const breaks = lineBreakBefore === true || lineBreakBefore === 1 || lineBreakBefore === 2;
    return breaks ? `\n${text}` : text;
  }
  if (type !== ELEMENT || !Array.isArray(children)) return '';
  return children.map((child) => treeText(child, depth + 1)).join('');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
