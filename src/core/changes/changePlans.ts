// From a decision about one file to the operations that carry it out on what the file is now. Pure.
import type { FileLocation } from '../workspace/workspace';
import { seenFileText } from '../workspace/notebookFile';
import { textVersion } from '../workspace/textVersion';
import type { Applied, FileFormat, FileOperation } from './changeApplier';
import {
  acceptedText,
  afterAccept,
  afterRevert,
  type AppliedStep,
  type ConflictState,
  type FileState,
} from './fileState';
import { lineReplacements } from './lineHunks';
import { mergeFile, type FileText } from './mergePresence';

export type FilePlan =
  | {
      kind: 'plan';
      operations: FileOperation[];
      /** The state once the operations are done. */
      next: (applied: Applied) => FileState;
    }
  | { kind: 'conflict'; next: FileState };

/** Where the file is now, for a decision about what is proposed. */
export function placeBefore(state: FileState): FileLocation {
  return state.from ?? state.location;
}

/** Where the file is now, for taking back what was done. */
export function placeAfter(state: FileState): FileLocation {
  return state.applied.at(-1)?.at ?? state.location;
}

/** Brings one hunk, or everything that waits, onto `present`. */
export function planAccept(state: FileState, hunkId: string | undefined, present: FileText): FilePlan {
  const texts = { base: state.base, present, proposed: acceptedText(state, hunkId) };
  const merge = mergeFile(texts);
  if (!merge.clean) return conflict(state, { during: 'accept', reason: merge.reason, ...texts });
  return settled(state, { present, text: merge.text, hunkId });
}

/** Accepts everything with `text` as what the file is to be. */
export function planSettled(state: FileState, present: FileText, text: FileText): FilePlan {
  return settled(state, { present, text, hunkId: undefined });
}

function settled(
  state: FileState,
  wanted: { present: FileText; text: FileText; hunkId: string | undefined },
): FilePlan {
  const { present, text, hunkId } = wanted;
  const place = { from: placeBefore(state), to: state.location };
  const operations = operationsFor(state, { place, present, text });
  const next = ({ formats, madeFolders }: Applied) => {
    const format = formats[place.from.uri];
    const folders = madeFolders[state.location.uri];
    const step: AppliedStep = {
      before: present,
      after: text,
      at: state.location,
      ...(state.from && { movedFrom: state.from }),
      ...(format && { format }),
      ...(folders && { madeFolders: folders }),
    };
    return afterAccept(state, hunkId, operations.length > 0 ? step : undefined);
  };
  return { kind: 'plan', operations, next };
}

/** Takes back every step, the last one first, merged with what was done to the file since. */
export function planRevert(state: FileState, present: FileText): FilePlan {
  let text = present;
  let at = placeAfter(state);
  let format: FileFormat | undefined;
  for (const step of [...state.applied].reverse()) {
    // A notebook is made of its file's text, and seen as its cells ever after.
    const after = step.after === undefined ? undefined : seenFileText(step.at.path, step.after);
    const texts = { base: after, present: text, proposed: step.before };
    const merge = mergeFile(texts);
    if (!merge.clean) return conflict(state, { during: 'revert', reason: merge.reason, ...texts });
    text = merge.text;
    at = step.movedFrom ?? at;
    format = step.format ?? format;
  }
  return reverted(state, { present, text, at, format });
}

/** Takes everything back with `text` as what the file is to be. */
export function planSettledRevert(state: FileState, present: FileText, text: FileText): FilePlan {
  const first = state.applied.find((step) => step.movedFrom)?.movedFrom;
  return reverted(state, { present, text, at: first ?? placeAfter(state), format: undefined });
}

function reverted(
  state: FileState,
  wanted: { present: FileText; text: FileText; at: FileLocation; format: FileFormat | undefined },
): FilePlan {
  const { present, text, at, format } = wanted;
  const place = { from: placeAfter(state), to: at };
  const operations = operationsFor(state, { place, present, text }).map((operation) =>
    operation.kind === 'create' && format ? { ...operation, format } : operation,
  );
  return { kind: 'plan', operations, next: () => afterRevert(state, text) };
}

function conflict(state: FileState, found: ConflictState): FilePlan {
  return { kind: 'conflict', next: { ...state, conflict: found } };
}

function operationsFor(
  { applied }: FileState,
  { place, present, text }: { place: { from: FileLocation; to: FileLocation }; present: FileText; text: FileText },
): FileOperation[] {
  const operations: FileOperation[] = [];
  const location = place.to;
  if (present === undefined) {
    if (text !== undefined) operations.push({ kind: 'create', location, text });
    return operations;
  }
  const baseVersion = textVersion(present);
  const madeFolders = applied.flatMap((step) => step.madeFolders ?? []);
  const emptied = madeFolders.length > 0 ? { madeFolders } : {};
  const { from } = place;
  if (text === undefined) return [{ kind: 'delete', location: from, baseVersion, ...emptied }];
  if (from.uri !== location.uri) operations.push({ kind: 'rename', from, location, baseVersion, ...emptied });
  if (text !== present) {
    const replacements = lineReplacements(present, text);
    operations.push({ kind: 'modify', location, baseVersion, replacements, newText: text });
  }
  return operations;
}
