// What a terminal would show, as plain text: without colours, cursor movements and overwritten progress lines.
import type { CapturedOutput } from './outputWindow';

/** Control sequences of ECMA-48: CSI, strings such as OSC with their terminators, and two-character escapes. */
const ESCAPES =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]|\u009b[0-?]*[ -/]*[@-~]/g;
const OTHER_CONTROLS = /[\u0000-\u0007\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
/** Share of unprintable characters from which on an output is no text. */
const BINARY_SHARE = 0.1;
const SAMPLE_CHARS = 8_000;

/** The last state of a line that was written over: a carriage return goes back to its start. */
function overwritten(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}

function withoutBackspaces(line: string): string {
  if (!line.includes('\b')) return line;
  const kept: string[] = [];
  for (const character of line) {
    if (character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}

/** `text` as its reader means it; line ends are plain line feeds. */
export function plainText(text: string): string {
  const lines = text.replaceAll(ESCAPES, '').replaceAll('\r\n', '\n').split('\n');
  return lines.map((line) => withoutBackspaces(overwritten(line)).replaceAll(OTHER_CONTROLS, '')).join('\n');
}

/** True for what decodes to no text, such as an image or an executable. */
export function looksBinary(text: string): boolean {
  const sample = text.slice(0, SAMPLE_CHARS);
  if (sample === '') return false;
  const odd = sample.match(/[\u0000-\u0006\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0;
  return odd / sample.length > BINARY_SHARE;
}

const MODEL_HEAD_CHARS = 8_000;
/** The end of an output says most: errors, summaries. */
const MODEL_TAIL_CHARS = 16_000;

const lineEndsIn = (text: string) => text.split('\n').length - 1;

function cutNote(chars: number, lines: number): string {
  const amount = `${chars.toLocaleString('en-US')} characters`;
  const what = lines > 0 ? `${lines.toLocaleString('en-US')} lines (${amount})` : amount;
  return `[… ${what} of output left out here. To see them, let the command print less: filter it, or run a part of it.]`;
}

/** The whole output where it was kept, as plain text; a note stands where something was dropped. */
export function capturedText({ head, tail, omitted, omittedLines }: CapturedOutput): string {
  if (omitted === 0) return plainText(head + tail);
  return `${plainText(head)}\n${cutNote(omitted, omittedLines)}\n${plainText(tail)}`;
}

/** The output for a model: plain, its middle left out where it is long, at most some 24,000 characters. */
export function outputForModel(output: CapturedOutput): { text: string; truncated: boolean } {
  if (looksBinary(output.head)) {
    const chars = output.head.length + output.tail.length + output.omitted;
    return { text: `[binary output, about ${chars.toLocaleString('en-US')} bytes, not shown]`, truncated: true };
  }
  const isWhole = output.omitted === 0;
  const head = plainText(isWhole ? output.head + output.tail : output.head).replace(/^\n+/, '');
  const tail = isWhole ? '' : plainText(output.tail);
  if (isWhole && head.length <= MODEL_HEAD_CHARS + MODEL_TAIL_CHARS) return { text: head.trimEnd(), truncated: false };
  const first = headOf(head);
  const last = tailOf(isWhole ? head.slice(first.length) : tail);
  const between = isWhole
    ? head.slice(first.length, head.length - last.length)
    : head.slice(first.length) + tail.slice(0, tail.length - last.length);
  const note = cutNote(output.omitted + between.length, output.omittedLines + lineEndsIn(between));
  return { text: `${first}\n${note}\n${last}`.trimEnd(), truncated: true };
}

/** At line ends where there are any near. */
function headOf(text: string): string {
  if (text.length <= MODEL_HEAD_CHARS) return text.replace(/\n$/, '');
  const cut = text.slice(0, MODEL_HEAD_CHARS);
  const end = cut.lastIndexOf('\n');
  return end > cut.length / 2 ? cut.slice(0, end) : withoutHalfPair(cut);
}

function tailOf(text: string): string {
  if (text.length <= MODEL_TAIL_CHARS) return text;
  const cut = text.slice(-MODEL_TAIL_CHARS);
  const start = cut.indexOf('\n') + 1;
  return start > 0 && start < cut.length / 2 ? cut.slice(start) : cut.replace(/^[\udc00-\udfff]/, '');
}

const withoutHalfPair = (text: string) => text.replace(/[\ud800-\udbff]$/, '');
