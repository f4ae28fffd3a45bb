// What goes along with the next request: the selection by itself, files and images that a person attached. Pure; the edge feeds it.
import type { ContextItem, Range } from '../../api';
import { MAX_IMAGES } from '../../protocol/chat/chatMessages';
import type { Chip } from '../../protocol/chat/chatTurn';

/** At most so many attachments; the oldest go first. */
export const MAX_ATTACHMENTS = 50;

/** What is selected in the active editor; absent without a selection. */
export interface SelectionContext {
  uri: string;
  range: Range;
  /** File name, for people. */
  name: string;
}

interface Attached {
  chip: Chip;
  item: ContextItem;
}

/** The selection chip goes when a person removes it, and comes back with the next selection. */
export class AttachedContext {
  private selection: SelectionContext | undefined;
  private dismissed: string | undefined;
  private attached: Attached[] = [];
  private nextId = 1;

  constructor(private readonly onDidChange: () => void) {}

  chips(): Chip[] {
    const selection = this.selectionChip();
    return [...(selection ? [selection] : []), ...this.attached.map(({ chip }) => chip)];
  }

  items(): ContextItem[] {
    const selection = this.shownSelection();
    const items = this.attached.map(({ item }) => item);
    if (!selection) return items;
    return [{ uri: selection.uri, range: selection.range, label: selectionLabel(selection) }, ...items];
  }

  setSelection(selection: SelectionContext | undefined): void {
    if (keyOf(selection) === keyOf(this.selection)) return;
    this.selection = selection;
    this.dismissed = undefined;
    this.onDidChange();
  }

  attachFile(uri: string, name: string, range?: Range): void {
    const same = this.attached.find(({ item }) => item.uri === uri && sameRange(item.range, range));
    if (same) return;
    const label = range ? selectionLabel({ uri, name, range }) : name;
    const lines = range && { startLine: range.start.line + 1, endLine: range.end.line + 1 };
    this.add(
      { id: this.newId(), kind: range ? 'selection' : 'file', label, uri, ...lines },
      { uri, label, ...(range && { range }) },
    );
  }

  /** False when there are as many images as a request may take. */
  attachImage(name: string, mimeType: string, base64: string): boolean {
    if (this.attached.filter(({ chip }) => chip.kind === 'image').length >= MAX_IMAGES) return false;
    this.add({ id: this.newId(), kind: 'image', label: name }, { label: name, image: { mimeType, base64 } });
    return true;
  }

  remove(id: string): void {
    if (id === 'selection') this.dismissed = keyOf(this.selection);
    else this.attached = this.attached.filter(({ chip }) => chip.id !== id);
    this.onDidChange();
  }

  /** After a request was sent: attachments went with it; the selection stays, it may be asked about again. */
  clearAttached(): void {
    if (this.attached.length === 0) return;
    this.attached = [];
    this.onDidChange();
  }

  private add(chip: Chip, item: ContextItem): void {
    this.attached = [...this.attached, { chip, item }].slice(-MAX_ATTACHMENTS);
    this.onDidChange();
  }

  private newId(): string {
    return `attached-${this.nextId++}`;
  }

  private shownSelection(): SelectionContext | undefined {
    return this.dismissed === keyOf(this.selection) ? undefined : this.selection;
  }

  private selectionChip(): Chip | undefined {
    const selection = this.shownSelection();
    if (!selection) return undefined;
    const [startLine, endLine] = lines(selection.range);
    return {
      id: 'selection',
      kind: 'selection',
      label: selectionLabel(selection),
      uri: selection.uri,
      startLine,
      endLine,
    };
  }
}

/** `math.ts:5-7`, or `math.ts:5` for one line. A selection that ends at the start of a line does not count that line. */
export function selectionLabel({ name, range }: SelectionContext): string {
  const [start, end] = lines(range);
  return start === end ? `${name}:${start}` : `${name}:${start}-${end}`;
}

function lines(range: Range): [number, number] {
  const start = range.start.line + 1;
  const end = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
  return [start, end];
}

function keyOf(selection: SelectionContext | undefined): string {
  return selection ? `${selection.uri}#${JSON.stringify(selection.range)}` : 'none';
}

function sameRange(a: Range | undefined, b: Range | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
