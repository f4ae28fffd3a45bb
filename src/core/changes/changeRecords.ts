// Turns states into records and back. Texts are named by their content, so that a state can be written often and stays small.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ChangeRecord, FileRecord, StoredState, TextRecord } from './changeStore';
import { applyReplacements } from './editText';
import type { FileState } from './fileState';
import { lineReplacements } from './lineHunks';
import type { FileText } from './mergePresence';

/** Knows the texts of one run that have been written or read. */
export class ChangeRecords {
  private readonly texts = new Map<string, string>();
  private lastRevision = 0;

  /** The records that make `state` known under `key`: new texts first. */
  encode(key: string, state: FileState | undefined): ChangeRecord[] {
    const records: ChangeRecord[] = [];
    const stored = state ? this.encodeState(state, records) : null;
    this.lastRevision += 1;
    return [...records, { kind: 'file', revision: this.lastRevision, key, state: stored }];
  }

  /** The states that records tell of, by key. Records whose texts are lost are left out and counted. */
  decode(records: readonly ChangeRecord[]): { states: FileState[]; damaged: number } {
    this.readTexts(records.filter((record): record is TextRecord => record.kind === 'text'));
    const latest = new Map<string, FileRecord>();
    for (const record of records) {
      if (record.kind !== 'file') continue;
      this.lastRevision = Math.max(this.lastRevision, record.revision);
      if ((latest.get(record.key)?.revision ?? -1) <= record.revision) latest.set(record.key, record);
    }
    const states: FileState[] = [];
    let damaged = 0;
    for (const { state } of latest.values()) {
      if (!state) continue;
      const decoded = this.decodeState(state);
      if (decoded) states.push(decoded);
      else damaged += 1;
    }
    return { states, damaged };
  }

  /** A text may be told by a window that learned its base from another one: pass until nothing more comes out. */
  private readTexts(records: readonly TextRecord[]): void {
    let waiting = [...records];
    for (let before = -1; waiting.length > 0 && waiting.length !== before;) {
      before = waiting.length;
      waiting = waiting.filter((record) => !this.readText(record));
    }
  }

  private readText({ id, text, of, replacements }: TextRecord): boolean {
    if (this.texts.has(id)) return true;
    const base = of === undefined ? undefined : this.texts.get(of);
    const parts = replacements?.map(([start, end, part]) => ({ start, end, text: part }));
    const whole = text ?? (base !== undefined && parts ? applyReplacements(base, parts) : undefined);
    if (whole === undefined) return false;
    if (idOf(whole) === id) this.texts.set(id, whole);
    return true;
  }

  private encodeState(state: FileState, records: ChangeRecord[]): StoredState {
    const keep = (text: FileText, near: FileText) => this.keep(text, near, records);
    const { base, proposed, conflict, applied, ...rest } = state;
    return {
      ...rest,
      base: keep(base, proposed),
      proposed: keep(proposed, base),
      applied: applied.map(({ madeFolders, ...step }) => ({
        ...step,
        ...(madeFolders && { madeFolders: [...madeFolders] }),
        before: keep(step.before, base),
        after: keep(step.after, step.before),
      })),
      ...(conflict && {
        conflict: {
          during: conflict.during,
          reason: conflict.reason,
          base: keep(conflict.base, base),
          present: keep(conflict.present, conflict.base),
          proposed: keep(conflict.proposed, conflict.base),
        },
      }),
    };
  }

  /** The text's id; writes it as its difference to `near` where that is known and shorter. */
  private keep(text: FileText, near: FileText, records: ChangeRecord[]): string | null {
    if (text === undefined) return null;
    const id = idOf(text);
    if (this.texts.has(id)) return id;
    this.texts.set(id, text);
    const of = near === undefined ? undefined : idOf(near);
    if (near === undefined || of === undefined || of === id || !this.texts.has(of)) {
      records.push({ kind: 'text', id, text });
      return id;
    }
    const replacements = lineReplacements(near, text);
    const length = replacements.reduce((sum, part) => sum + part.text.length + 20, 0);
    records.push(
      length < text.length
        ? { kind: 'text', id, of, replacements: replacements.map((part) => [part.start, part.end, part.text]) }
        : { kind: 'text', id, text },
    );
    return id;
  }

  private decodeState(stored: StoredState): FileState | undefined {
    const lost: string[] = [];
    const text = (id: string | null): FileText => {
      const found = id === null ? undefined : this.texts.get(id);
      if (id !== null && found === undefined) lost.push(id);
      return found;
    };
    const { from, renamedFrom, isReverted, conflict, cause, applied, ...rest } = stored;
    const state: FileState = {
      ...rest,
      base: text(stored.base),
      proposed: text(stored.proposed),
      applied: applied.map(({ movedFrom, format, madeFolders, ...step }) => ({
        before: text(step.before),
        after: text(step.after),
        at: step.at,
        ...(movedFrom && { movedFrom }),
        ...(format && { format: withoutUndefined(format) }),
        ...(madeFolders && { madeFolders }),
      })),
      ...(from && { from }),
      ...(renamedFrom && { renamedFrom }),
      ...(isReverted && { isReverted }),
      ...(cause && { cause: withoutUndefined(cause) }),
      ...(conflict && {
        conflict: {
          ...conflict,
          base: text(conflict.base),
          present: text(conflict.present),
          proposed: text(conflict.proposed),
        },
      }),
    };
    return lost.length === 0 ? state : undefined;
  }
}

function idOf(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 24);
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** zod's optional fields may be undefined; ours may only be absent. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Defined<T>;
}
